"""deskcollect train with a book and a file of outcomes, and recalibration between trainings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import pytest

from deskcollect import resources
from deskcollect.desk.cards import lessons
from deskcollect.desk.desk import open_desk
from tests.cli.line import Done, Run

AS_OF = date(2005, 9, 30)
TAIWAN = resources.sample_data() / "taiwan"


@pytest.fixture(scope="module")
def real() -> dict[str, pl.DataFrame]:
    """Return 900 real accounts with their statements and outcomes; nobody else's bank, so no other figures matter here."""
    accounts = pl.read_parquet(TAIWAN / "accounts.parquet").head(900)
    ids = accounts.select("account_id")
    statements = pl.read_parquet(TAIWAN / "statements.parquet").join(ids, on="account_id", maintain_order="left")
    told = pl.read_parquet(TAIWAN / "outcomes.parquet").join(ids, on="account_id", maintain_order="left")
    became = told.rename({"defaulted_next_month": "bad"})
    return {"accounts": accounts, "statements": statements, "outcomes": became}


class Lender(Protocol):
    """Runs a command on a lender's book."""

    def __call__(self, command: str, *words: str | Path, **tables: pl.DataFrame | None) -> Done:
        """Write the real tables, some of them changed or left out, and run a command on them."""


@pytest.fixture
def lender(line: Run, home: Path, real: dict[str, pl.DataFrame]) -> Lender:
    """Return a lender whose book stands in the folder `book` and whose outcomes in became.parquet."""

    def run(command: str, *words: str | Path, **tables: pl.DataFrame | None) -> Done:
        whole = real | tables
        became = whole.pop("outcomes")
        assert became is not None
        (home / "book").mkdir(exist_ok=True)
        for name, table in whole.items():
            if table is not None:
                table.write_parquet(home / "book" / f"{name}.parquet")
        became.write_parquet(home / "became.parquet")
        given = [] if command == "score" else ["--outcomes", "became.parquet"]
        return line(command, "book", "--as-of", AS_OF.isoformat(), *given, *words)

    return run


def dated(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return outcomes that were looked at over twenty days of the month after the book."""
    day = pl.lit(AS_OF) + pl.duration(days=10 + pl.int_range(pl.len()) % 20)
    return outcomes.with_columns(outcome_date=day.cast(pl.Date))


def test_a_lender_without_a_desk_gets_a_card_in_a_file(lender: Lender, line: Run, home: Path) -> None:
    done = lender("train", "-o", "ours.json", "--name", "ours")
    assert done.code == 1
    assert done.out.startswith("ours-")
    assert "against default-1.0+" in done.out
    assert "270 outcomes judge" in done.out
    assert "NOT MET  outcomes later than the training  the outcomes have no dates, so nobody can tell" in done.out
    for stage in ("Reading the book", "Looking for what only the outcome", "Learning from 630", "Moving", "Judging"):
        assert stage in done.err
    assert "270 others, not later ones" in done.err
    assert "Written to ours.json." in done.err
    shown = line("model", "show", "ours.json")
    assert (shown.code, shown.out.startswith("ours-")) == (0, True)
    assert "Fitted on 630 rows" in shown.out
    assert sorted(path.name for path in home.iterdir()) == ["became.parquet", "book", "ours.json"]


def test_with_days_the_newest_outcomes_judge(lender: Lender, real: dict[str, pl.DataFrame]) -> None:
    done = lender("train", "-o", "ours.json", outcomes=dated(real["outcomes"]))
    assert "judging on 270 later ones" in done.err
    assert "met      outcomes later than the training  judged from 2005-10-24 on, learnt until 2005-10-23" in done.out


def test_two_trainings_make_the_same_card(lender: Lender, home: Path) -> None:
    lender("train", "-o", "one.json")
    lender("train", "-o", "two.json")
    assert (home / "one.json").read_bytes() == (home / "two.json").read_bytes()


def test_json_is_one_object(lender: Lender, real: dict[str, pl.DataFrame]) -> None:
    told = lender("train", "-o", "ours.json", "--json", outcomes=dated(real["outcomes"])).json
    assert (told["learnt_from"], told["judged_on"], told["passes"]) == (630, 270, False)
    assert set(told["figures"]) == set(told["champion_figures"]) == {"auc", "ks", "brier", "log_loss"}


def test_a_desk_keeps_the_card_and_a_person_decides(lender: Lender, line: Run, own_demo: Path, home: Path) -> None:
    done = lender("train", "--desk", own_demo, "-o", "copy.json")
    challenger = own_demo / "models" / "challenger.json"
    assert f"Written to {challenger}." in done.err
    assert (home / "copy.json").read_bytes() == challenger.read_bytes()
    refused = line("model", "promote", "--desk", own_demo, "--by", "lea", "--yes")
    assert (refused.code, "The gate refuses the card own-" in refused.err) == (2, True)


def test_a_desk_that_is_found_keeps_it_too(
    lender: Lender, own_demo: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("DESKCOLLECT_DESK", str(own_demo))
    assert lender("train").code == 1
    assert (own_demo / "models" / "challenger.json").is_file()
    assert not list(home.glob("*.json"))


# --- what is stopped, what is protected --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage",
    [
        "deskcollect.desk.cards.lessons.of_file",
        "deskcollect.desk.cards.leakage.refuse_characteristics",
        "deskcollect.scoring.adapt.adapt",
        "deskcollect.scoring.gate.conditions",
        "deskcollect.desk.cards.training.dump",
    ],
)
def test_ctrl_c_at_any_stage_leaves_what_waits_and_says_so(
    lender: Lender, own_demo: Path, home: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    challenger = own_demo / "models" / "challenger.json"
    lender("train", "--desk", own_demo, "-o", "copy.json")
    before = challenger.read_bytes(), (home / "copy.json").read_bytes()

    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, stopped)
    done = lender("train", "--desk", own_demo, "-o", "copy.json", "--name", "newer")
    assert (done.code, done.out) == (130, "")
    assert "what scores, and what waits to be promoted, is as it was." in done.err
    assert done.err.endswith("Interrupted.\n")
    assert before == (challenger.read_bytes(), (home / "copy.json").read_bytes())
    assert [path.name for path in challenger.parent.iterdir()] == ["challenger.json"]


def test_ctrl_c_after_the_desk_has_the_card_does_not_say_that_it_has_not(
    lender: Lender, own_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deskcollect.desk.cards.model.write", stopped)
    done = lender("train", "--desk", own_demo, "-o", "copy.json")
    assert done.code == 130
    assert "is as it was" not in done.err


def test_protected_columns_are_seen_and_never_used(lender: Lender, real: dict[str, pl.DataFrame], home: Path) -> None:
    plain = lender("train", "-o", "plain.json")
    assert "protected" not in plain.err
    marked = real["accounts"].with_columns(SEX=pl.lit("2"), customer_age=pl.lit(31), ZIP=pl.lit("106"))
    told = real["outcomes"].with_columns(pl.lit("x").alias("学历"))
    done = lender("train", "-o", "marked.json", accounts=marked, outcomes=told)
    assert "Note: protected attributes were seen and not used: SEX, customer_age, 学历.\n" in done.err
    assert "Note: what stands for such an attribute was seen and not used: ZIP.\n" in done.err
    assert (home / "plain.json").read_bytes() == (home / "marked.json").read_bytes()


def test_many_protected_columns_are_told_short(lender: Lender, real: dict[str, pl.DataFrame]) -> None:
    marked = real["accounts"].with_columns(pl.lit(1).alias("age" + "_" * n) for n in range(14))
    assert "and 2 more." in lender("train", "-o", "x.json", accounts=marked).err


# --- bad books and bad outcomes: a sentence each, and never a traceback ------------------------------------------------


def newest(statements: pl.DataFrame) -> pl.Expr:
    """Tell the newest statements."""
    return pl.col("statement_date") == statements["statement_date"].max()


def broken(real: dict[str, pl.DataFrame], kind: str) -> dict[str, pl.DataFrame | None]:
    """Return the tables of a book that is broken in one way."""
    statements, became, row = real["statements"], real["outcomes"], pl.int_range(pl.len())
    paid = real["accounts"].select("account_id", paid_at=pl.lit(AS_OF - timedelta(9)), amount=pl.lit(100))
    some = real["accounts"]["account_id"].head(50).implode()
    numbers = statements.with_columns(pl.col("balance", "paid").cast(pl.Float64))
    tables: dict[str, dict[str, pl.DataFrame | None]] = {
        "no statements": {"statements": None},
        "one statement": {"statements": statements.filter(newest(statements))},
        "gaps": {"statements": statements.filter(row % 3 > 0)},
        "another currency": {"statements": statements.with_columns(currency=pl.lit("USD"))},
        "nothing in the columns": {
            "statements": statements.with_columns(
                pl.lit(None).cast(statements.schema[name]).alias(name)
                for name in ("paid", "cycles_past_due", "payment_status")
            )
        },
        "infinities": {"statements": numbers.with_columns(pl.when(row % 3 > 0).then("paid").otherwise(float("inf")).alias("paid"))},
        "nothing but infinities": {"statements": numbers.with_columns(balance=pl.lit(float("-inf")))},
        "an unseen status": {"statements": statements.with_columns(payment_status=pl.when(row % 5 > 0).then("payment_status").otherwise(pl.lit("frozen")))},
        "only payments": {"statements": None, "payments": paid},
        "some with only payments": {"statements": statements.filter(~pl.col("account_id").is_in(some)), "payments": paid},
        "all good": {"outcomes": became.with_columns(bad=pl.lit(0))},
        "all bad": {"outcomes": became.with_columns(bad=pl.lit(1))},
        "twelve": {"outcomes": became.head(12)},
        "said twice": {"outcomes": pl.concat([became, became.head(40)])},
        "said twice, not alike": {"outcomes": pl.concat([became, became.head(40).with_columns(bad=1 - pl.col("bad"))])},
        "some of nobody": {"outcomes": became.with_columns(account_id=pl.when(row < 40).then("X" + pl.col("account_id")).otherwise("account_id"))},
        "all of nobody": {"outcomes": became.with_columns(account_id="X" + pl.col("account_id"))},
        "some too early": {"outcomes": dated(became).with_columns(outcome_date=pl.when(row < 40).then(AS_OF).otherwise("outcome_date"))},
        "all too early": {"outcomes": became.with_columns(outcome_date=pl.lit(AS_OF))},
        "days that tell": {"outcomes": became.with_columns(outcome_date=pl.when(pl.col("bad") == 1).then(AS_OF + timedelta(9)).otherwise(AS_OF + timedelta(31)))},
        "a leak": {
            "statements": statements.join(became, on="account_id", maintain_order="left").with_columns(
                cycles_past_due=pl.when(newest(statements)).then(4 * pl.col("bad")).otherwise("cycles_past_due"),
                payment_status=pl.when(newest(statements)).then(None).otherwise("payment_status"),
            ).drop("bad")
        },
    }  # fmt: skip
    return tables[kind]


@pytest.mark.parametrize(
    ("kind", "train", "evaluate", "score"),
    [
        ("no statements", "21 of 24 characteristics are known of no account", "The book feeds 9 %", "the book tells 9 % of what the card asks for"),
        ("one statement", "8 of 24 characteristics are known of no account", "The book feeds 67 %", ""),
        ("gaps", "", "", ""),
        ("another currency", "5,400 rows were set aside", "5,400 rows were set aside", "5,400 rows were set aside"),
        ("nothing in the columns", "15 of 24 characteristics are known of no account, status_now among them", "The book feeds 2", "of what the card asks for"),
        ("infinities", "1,800 rows were set aside", "1,800 rows were set aside", "1,800 rows were set aside"),
        ("nothing but infinities", "5,400 rows were set aside", "The book feeds 9 %", "of what the card asks for"),
        ("an unseen status", "payment_status is no known status, and read as empty; the first is “frozen”. Write one of", "the first is “frozen”", "the first is “frozen”"),
        ("only payments", "21 of 24 characteristics are known of no account", "The book feeds 9 %", "the book tells 9 %"),
        ("some with only payments", "", "The book feeds 9", ""),
        ("all good", "All 900 outcomes are good; a card learns how good accounts differ", "All 900 outcomes of became.parquet that count are good", ""),
        ("all bad", "All 900 outcomes are bad", "All 900 outcomes of became.parquet that count are bad", ""),
        ("twelve", "12 outcomes, 1 bad, are too few to learn from and to judge with", "Only 1 bad account: read the intervals", ""),
        ("said twice", "stands there again with the same outcome; it counts once", "it counts once", ""),
        ("said twice, not alike", "has two different outcomes", "has two different outcomes", ""),
        ("some of nobody", "is in no account of the book", "is in no account of the book", ""),
        ("all of nobody", "tells nothing of any account of the book", "tells nothing of any account of the book", ""),
        ("some too early", "40 rows (1, 2, 3, 4, 5 …): outcome_date is not after", "is not after the book's date, 2005-09-30", ""),
        ("all too early", "All 900 outcomes of became.parquet are not after", "the book may know them already", ""),
        ("days that tell", "the days of the outcomes tell the good from the bad by themselves", "", ""),
        ("a leak", "Each of status_now (", "is too good to be true", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(
    lender: Lender, real: dict[str, pl.DataFrame], kind: str, train: str, evaluate: str, score: str
) -> None:
    tables = broken(real, kind)
    for command, said in (("train", train), ("evaluate", evaluate), ("score", score)):
        done = lender(command, *(["-o", "x.json"] if command == "train" else []), **tables)
        assert said in " ".join((done.out + done.err).split()), command
        assert done.code in {0, 1, 2}
        assert "fault of the program" not in done.err
        assert "Traceback" not in done.err


# --- between trainings -------------------------------------------------------------------------------------------------


def test_a_person_lets_a_recalibrated_card_score(line: Run, own_demo: Path) -> None:
    asked = line("model", "recalibrate", "--desk", own_demo, "--by", "lea")
    assert asked.code == 2
    assert "A person decides which card scores" in asked.err
    done = line("model", "recalibrate", "--desk", own_demo, "--by", "lea", "--yes")
    assert done.code == 0
    for words in ("recalibrated by", "397 outcomes judge, 30 of them bad (7.6 %)", "mean chance  ", "log loss  "):
        assert words in done.out
    assert "went bad" in done.out
    assert "scores from now on. Back with  deskcollect model rollback" in done.err
    stamp = done.out.split()[0]
    assert line("worklist", "--desk", own_demo, "--limit", "1", "--json").json[0]["card"] == stamp
    assert line("model", "rollback", "--desk", own_demo, "--by", "lea", "--yes").code == 0
    assert line("worklist", "--desk", own_demo, "--limit", "1", "--json").json[0]["card"].startswith("default-1.0+")


def test_a_desk_of_one_book_has_nothing_to_recalibrate_by(line: Run, desk: Path) -> None:
    done = line("model", "recalibrate", "--desk", desk, "--by", "lea", "--yes")
    assert (done.code, done.out) == (2, "")
    assert "do not say what became of its accounts" in done.err


def test_what_the_gate_refuses_asks_nobody(line: Run, own_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lessons.of_desk(open_desk(own_demo))
    before = whole.seen_on < whole.seen_on.max()
    turned = pl.Series("bad", [k % (2 if early else 10) == 0 for k, early in enumerate(before)]).cast(pl.Int8)
    monkeypatch.setattr(lessons, "of_desk", lambda *_: lessons.Lessons(whole.features, turned, whole.seen_on))
    done = line("model", "recalibrate", "--desk", own_demo, "--by", "lea")
    assert done.code == 1
    assert "NOT MET" in done.out
    assert "The gate refuses it (mean chance nearer to what came, lower log loss)" in done.err
    assert "Recalibrate again when there are more outcomes." in done.err


def test_a_recalibration_is_told_as_json_too(line: Run, own_demo: Path) -> None:
    done = line("model", "recalibrate", "--desk", own_demo, "--by", "lea", "--yes", "--json")
    assert done.code == 0
    told = done.json
    assert (told["passes"], told["learnt_from"], told["judged_on"]) == (True, 398, 397)
    assert told["champion"].startswith("default-1.0+")
    assert told["how"].startswith(f"{told['champion']} recalibrated by")
    assert set(told["figures"]) == set(told["champion_figures"]) == {"chance", "brier", "log_loss"}
    assert {each["name"] for each in told["conditions"]} >= {"lower log loss", "PSI of the scores"}
    back = line("model", "rollback", "--desk", own_demo, "--by", "lea", "--yes", "--json")
    assert back.json == {"card": told["champion"]}
    assert "which ships, scores from now on." in back.err
