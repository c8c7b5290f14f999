"""deskcollect evaluate and drift, as they are typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deskcollect.desk.cards.model import load
from deskcollect.scoring.card import dump, sealed
from tests.cli.line import AS_OF, Run

DAYS = (0, 0, 0, 35, 70, 95)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Write a book of 120 accounts."""
    rows = [f"A{n:03},EUR,500,{100 if DAYS[n % 6] else 0},{DAYS[n % 6]},1000" for n in range(120)]
    path = tmp_path / "book.csv"
    path.write_text("\n".join(["account_id,currency,balance,past_due,days_past_due,credit_limit", *rows]) + "\n")
    return path


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """Write what became of them: the later, the likelier bad, with a few surprises; two lines cannot be used."""
    rows = [f"A{n:03},{int((DAYS[n % 6] > 30) != (n % 7 == 0))}" for n in range(120)]
    path = tmp_path / "became.csv"
    path.write_text("\n".join(["account_id,outcome", *rows, "A001,1", "Z1,0"]) + "\n")
    return path


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Write a second card."""
    path = tmp_path / "other.json"
    path.write_bytes(dump(sealed(replace(load("default"), id="other", intercept=0))))
    return path


def test_every_measure_is_printed_with_its_interval(line: Run, book: Path, outcomes: Path) -> None:
    done = line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF)
    assert done.code == 0
    for name in ("AUC", "Gini", "KS", "Lift", "Brier", "Log-loss", "Slope", "Intercept"):
        assert name in done.out
    assert "118 accounts with an outcome" not in done.out
    assert "119 accounts with an outcome" in done.out
    assert "Past due" in done.out
    assert "Gain: bad found among the riskiest" in done.out
    assert "Calibration" in done.out


def test_lines_that_cannot_be_used_are_told_with_place_and_remedy(line: Run, book: Path, outcomes: Path) -> None:
    err = line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF).err
    assert "Note: of became.csv 3 rows were left out:" in err
    assert "became.csv: 2 rows (lines 3 and 122): account_id has two different outcomes" in err
    assert "Keep the one that is right." in err
    assert "account_id “Z1” is in no account of the book" in err


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("cards", [1, 2])
@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_the_report_fits_the_window(
    line: Run,
    book: Path,
    outcomes: Path,
    other: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    cards: int,
    glyphs: str,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", glyphs)
    more = ["--against", other] if cards == 2 else []
    out = line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF, *more).out
    assert max(map(len, out.splitlines())) <= width
    assert out.isascii() == (glyphs == "ascii")


def test_json_holds_all_figures_of_all_groups(line: Run, book: Path, outcomes: Path, other: Path) -> None:
    found = line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF, "--against", other, "--json").json
    assert (found["as_of"], found["accounts"], found["outcomes"], found["left_out"]) == (AS_OF, 120, 119, 3)
    first, second = found["cards"]
    assert (first["card"][:8], second["card"][:6], first["in_sample"]) == ("default-", "other-", None)
    whole = first["groups"][0]
    assert set(whole) == {
        *("kind", "name", "accounts", "bad", "bad_rate", "chance"),
        *("auc", "gini", "ks", "lift", "brier", "log_loss", "slope", "intercept"),
    }
    assert whole["auc"]["low"] <= whole["auc"]["value"] <= whole["auc"]["high"]
    assert whole["auc"]["value"] > 0.7
    assert len(first["gains"]) == 101
    assert [each["name"] for each in found["differences"]] == [each["name"] for each in first["groups"]]
    assert found["differences"][0]["auc"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_a_page_is_written_whole(line: Run, book: Path, outcomes: Path, tmp_path: Path) -> None:
    done = line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF, "-o", tmp_path / "page.html")
    assert (done.code, done.out) == (0, "")
    assert "119 outcomes judged, written to" in done.err
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")
    assert line("evaluate", book, "--outcomes", outcomes, "-o", tmp_path / "page.html", "--json").code == 2
    (tmp_path / "folder.html").mkdir()
    assert line("evaluate", book, "--outcomes", outcomes, "--as-of", AS_OF, "-o", tmp_path / "folder.html").code == 2


def test_a_desk_brings_its_columns_and_tiers(line: Run, desk: Path, book: Path, tmp_path: Path) -> None:
    told = (desk / "desk.toml").read_text("utf-8")
    (desk / "desk.toml").write_text(told.replace("[columns]", '[columns]\n"GB_IND" = "bad"'), "utf-8")
    path = tmp_path / "gb.csv"
    path.write_text("account_id,GB_IND\nA000,0\nA004,1\nA005,1\n")
    assert line("evaluate", book, "--outcomes", path, "--as-of", AS_OF).code == 1
    done = line("evaluate", book, "--outcomes", path, "--as-of", AS_OF, "--desk", desk)
    assert done.code == 0
    assert "Only 1 good account: read the intervals" in done.out


def test_drift_of_the_demo_names_what_moved_the_score(line: Run, demo: Path) -> None:
    done = line("drift", "--desk", demo)
    assert done.code == 0
    assert "Against the first book, 2026-07-31, 402 accounts: ■ red" in done.out
    assert "Against the accounts the card was fitted on, 20,064 accounts" in done.out
    assert "An account had 4.0 statements then and has 5.9 now" in done.out
    found = line("drift", "--desk", demo, "--json").json
    first, training = found["comparisons"]
    assert (first["against"], first["level"], training["as_of"]) == ("first", "red", None)
    for each in (first, training):
        points = each["segment"]["points"] + sum(c["points"] for c in each["characteristics"])
        mean = each["mean_score"]
        assert points == pytest.approx(mean["after"] - mean["before"])


@pytest.mark.parametrize("width", [60, 80, 120])
def test_drift_fits_the_window(line: Run, demo: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    rows = line("drift", "--desk", demo).out.splitlines()
    assert max(map(len, rows)) <= max(width, 76)


def test_drift_of_a_book_alone_and_of_a_small_one(line: Run, desk: Path, book: Path) -> None:
    alone = line("drift", book, "--as-of", AS_OF)
    assert alone.code == 0
    assert "There is no earlier book of this desk" in alone.out
    assert "Fewer than 200 accounts: at most 5 bins" in alone.out
    assert "21 of 24 characteristics are not known in this book" in alone.out
    small = line("drift", "--desk", desk)
    assert "not judged" in small.out
    assert "Fewer than 50 accounts" in small.out
    both = line("drift", book, "--as-of", "2026-04-02", "--desk", desk)
    assert "Against the first book, 2026-03-02, 3 accounts: not judged" in both.out
