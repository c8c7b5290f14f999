"""Columns of the lender's own on the command line: train --with, let through with --allow, kept by a desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from deskcollect import resources, settings
from deskcollect.desk.desk import open_desk
from deskcollect.scoring.card import Bin, Characteristic, dump, load, sealed
from tests.cli.line import Run

AS_OF = date(2005, 9, 30)
BOOK = ("--as-of", AS_OF.isoformat())
WHY = "the law of this place, section 12"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a real book that has more columns, and what became of its accounts."""
    folder, source = tmp_path_factory.mktemp("own"), resources.sample_data() / "taiwan"
    told = pl.read_parquet(source / "outcomes.parquet").head(1500).rename({"defaulted_next_month": "bad"})
    ids = told.select("account_id")
    bad = told["bad"].cast(pl.Int8).to_numpy()
    random = np.random.default_rng(2)
    accounts = pl.read_parquet(source / "accounts.parquet").join(ids, on="account_id", maintain_order="right")
    more = accounts.with_columns(
        pl.Series("Tenure months", random.poisson(40 - 4 * bad)),
        pl.Series("sex", np.where(random.random(len(bad)) < 0.5 + 0.2 * bad, 1, 2)),
        pl.Series("ZIP", random.integers(100, 999, len(bad))),
        pl.lit("North").alias("region"),
    )
    more.write_csv(folder / "accounts.csv")
    statements = pl.read_parquet(source / "statements.parquet")
    statements.join(ids, on="account_id", maintain_order="right").write_parquet(folder / "statements.parquet")
    day = pl.lit(AS_OF) + pl.duration(days=10 + pl.int_range(pl.len()) % 20)
    told.with_columns(outcome_date=day.cast(pl.Date)).write_csv(folder.with_name("became.csv"))
    return folder


@pytest.fixture
def train(line: Run, book: Path) -> Run:
    """Train with the book and its outcomes."""
    return lambda *words: line("train", book, *BOOK, "--outcomes", book.with_name("became.csv"), *words)


def test_a_protected_column_comes_on_a_card_only_with_a_person_and_a_reason(train: Run, line: Run, home: Path) -> None:
    refused = train("-o", "own.json", "--with", "tenure_months,sex")
    assert (refused.code, "--with sex: sex is a protected attribute" in refused.err) == (2, True)
    assert not (home / "own.json").exists()
    done = train("-o", "own.json", "--with", "tenure_months,sex,ZIP", "--allow", "sex", "--because", WHY, "--by", "lea")
    assert "protected attributes were seen" not in done.err
    assert "ZIP stands for where a person lives" in done.err
    assert "seen and not used" not in done.err
    sentence = f"Protected attribute used: sex (sex), allowed by lea: {WHY}"
    assert "Columns of your own: Tenure months, sex, ZIP" in done.out
    assert sentence in done.out
    card = load(home / "own.json")
    assert card.allowed == ({"column": "sex", "attribute": "sex", "because": WHY, "by": "lea"},)
    shown = line("model", "show", "own.json")
    assert sentence in shown.out
    assert "own_tenure_months  the column Tenure months of your accounts" in shown.out
    assert line("model", "show", "own.json", "--json").json["trained_on"]["allowed"][0]["because"] == WHY
    for form in ("md", "sql"):
        assert sentence in line("model", "export", "own.json", "--format", form).out


def test_a_protected_column_that_nobody_names_is_told_as_before(train: Run) -> None:
    done = train("-o", "own.json", "--with", "tenure_months")
    assert "protected attributes were seen and not used: sex." in done.err


def test_without_wins_over_with_and_only_may_name_own_columns(train: Run, home: Path) -> None:
    train("-o", "own.json", "--with", "tenure_months,ZIP", "--without", "own_zip,use_max")
    assert set(load(home / "own.json").own) == {"own_tenure_months"}
    train("-o", "own.json", "--with", "tenure_months", "--only", "cycles_now,own_tenure_months")
    assert {each.name for each in load(home / "own.json").characteristics} == {"cycles_now", "own_tenure_months"}


def test_a_card_is_judged_and_watched_on_a_book_that_has_the_column_or_not(
    train: Run, line: Run, book: Path, home: Path
) -> None:
    train("-o", "own.json", "--with", "tenure_months")
    became = ("--outcomes", book.with_name("became.csv"))
    full = line("evaluate", book, *BOOK, *became, "--card", "own.json", "--json").json
    assert full["cards"][0]["coverage"] == 1.0
    poor = home / "poor"
    poor.mkdir()
    pl.read_csv(book / "accounts.csv").drop("Tenure months").write_csv(poor / "accounts.csv")
    (poor / "statements.parquet").write_bytes((book / "statements.parquet").read_bytes())
    done = line("evaluate", poor, *BOOK, *became, "--card", "own.json")
    assert done.code == 0
    assert "Note: accounts.csv: There is no column “Tenure months”. It is not known of any account." in done.err
    assert "The book feeds 9" in done.out
    assert line("drift", book, *BOOK, "--card", "own.json").code == 0


def test_a_desk_keeps_what_desk_toml_names_and_tells_what_it_cannot(line: Run, book: Path, home: Path) -> None:
    made = line("init", "ours", "--book", book, *BOOK, "--by", "lea")
    assert made.code == 0
    told = settings.read(home / "ours")
    settings.write(home / "ours", replace(told, own_columns=("Tenure months", "region", "branch_age")))
    done = line("import", book, *BOOK, "--desk", "ours", "--replace")
    assert done.code == 0
    assert "Note: accounts.csv: The column “region” holds text, as in “North”" in done.err
    assert "Note: accounts.csv: There is no column “branch_age”." in done.err
    again = line("import", book, *BOOK, "--desk", "ours")
    assert "already here" in again.out
    shown = line("check", book, *BOOK, "--desk", "ours")
    assert "Columns that are not read: “sex”, “ZIP”." in shown.out


def test_a_card_that_the_desk_cannot_feed_is_told_by_the_doctor(line: Run, own_demo: Path) -> None:
    tenure = Characteristic(
        "own_tenure", (0, 0), (0, 0), (Bin(None, 12.0, (100, 100)), Bin(12.0, None, (0, 0))), "tenure"
    )
    card = sealed(replace(load(), id="ours", characteristics=(*load().characteristics, tenure)))
    desk = open_desk(own_demo)
    desk.shelf.promote(card, by="lea", now=desk.clock.now() + timedelta(1), gated={})
    desk.close()
    checks = {entry["check"]: entry for entry in line("doctor", "--desk", own_demo, "--json").json}
    assert "asks for the column “tenure”, which this desk does not keep" in checks["card"]["found"]
    rows = line("worklist", "--desk", own_demo, "--limit", "1", "--json").json
    assert rows[0]["card"] == card.stamp
    (own_demo / "models" / "challenger.json").write_bytes(dump(card))
    assert line("model", "promote", "--desk", own_demo, "--yes").code != 0
