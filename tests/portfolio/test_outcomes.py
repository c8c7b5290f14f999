"""What became of the accounts is read as a book is: problems are collected, good rows go on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import polars as pl
import pytest

from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio.outcomes import Outcomes, read_outcomes
from deskcollect.vocabulary import Severity

IDS = pl.Series("account_id", ["A1", "A2", "A3"])
AS_OF = date(2026, 9, 30)


class Read(Protocol):
    """Reads outcomes from the text of a file."""

    def __call__(self, text: str, name: str = "outcomes.csv", columns: dict[str, str] | None = None) -> Outcomes:
        """Write the text and read it."""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read outcomes of three accounts."""

    def told(text: str, name: str = "outcomes.csv", columns: dict[str, str] | None = None) -> Outcomes:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_outcomes(tmp_path / name, IDS, as_of=AS_OF, columns=columns)

    return told


def rows(found: Outcomes) -> list[tuple[str, bool]]:
    """Return the outcomes that count."""
    return found.frame.select("account_id", "bad").rows()


@pytest.mark.parametrize("column", ["bad", "outcome", "Defaulted_Next_Month", "是否违约"])
@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("true", "FALSE"), ("yes", "no")])
def test_the_fields_names_and_words_are_understood(read: Read, column: str, yes: str, no: str) -> None:
    found = read(f"account_id,{column}\nA1,{yes}\nA2,{no}\n")
    assert rows(found) == [("A1", True), ("A2", False)]
    assert (found.issues, found.left_out) == ((), 0)


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx", ".json"])
def test_every_format_of_a_book_is_read(tmp_path: Path, suffix: str) -> None:
    frame, path = pl.DataFrame({"account_id": ["A1", "A2"], "bad": [1, 0]}), tmp_path / f"became{suffix}"
    {".parquet": frame.write_parquet, ".xlsx": frame.write_excel, ".json": frame.write_json}[suffix](path)  # type: ignore[operator]  # each takes a path
    assert rows(read_outcomes(path, IDS, as_of=AS_OF)) == [("A1", True), ("A2", False)]


def test_a_desk_says_which_column_is_the_outcome(read: Read) -> None:
    found = read("account_id,GB_IND\nA1,1\nA2,0\n", columns={"GB_IND": "bad"})
    assert len(rows(found)) == 2


def test_all_problems_are_collected_with_their_lines(read: Read) -> None:
    text = "account_id,bad\nA1,1\nA1,1\nA2,1\nA2,0\nA3,maybe\nB9,1\n,1\nA3,\nA3,0\n"
    found = read(text)
    assert rows(found) == [("A1", True), ("A3", False)]
    assert found.left_out == 7
    assert {issue.code: (issue.message, issue.place.line) for issue in found.issues} == {
        "missing": ("Line 9: bad is empty.", 9),
        "not_true_or_false": ("Line 6: bad “maybe” is neither true nor false.", 6),
        "unknown_account": ("Line 7: account_id “B9” is in no account of the book.", 7),
        "two_outcomes": ("2 rows (lines 4 and 5): account_id has two different outcomes; the first is “A2”.", 4),
        "repeated_outcome": (
            "Line 3: account_id “A1” stands there again with the same outcome; it counts once.",
            3,
        ),
    }
    assert all(issue.remedy for issue in found.issues)
    assert {issue.severity for issue in found.issues if issue.code in {"unknown_account", "repeated_outcome"}} == {
        Severity.WARNING
    }


def test_a_number_that_is_no_outcome_is_refused(read: Read) -> None:
    found = read("account_id,bad\nA1,1\nA2,2\n")
    assert rows(found) == [("A1", True)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account_id,bad\n", "holds no outcomes"),
        ("account_id,balance\nA1,5\n", "has no column bad. Headers not used: “balance”."),
        ("bad\n1\n", "has no column account_id"),
        ("account_id,bad\nX1,1\nX2,0\n", "tells nothing of any account of the book; its first account is “X1”"),
        ("account_id,bad\nA1,often\n", "No outcome of outcomes.csv can be used. Line 2: bad “often” is neither"),
    ],
)
def test_a_file_that_tells_nothing_is_refused(read: Read, text: str, said: str) -> None:
    with pytest.raises(BadBook) as error:
        read(text)
    assert said in error.value.message
    assert error.value.remedy


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadUse, match="There is no"):
        read_outcomes(tmp_path / "gone.csv", IDS, as_of=AS_OF)
    (tmp_path / "outcomes.txt").write_text("account_id,bad\n")
    with pytest.raises(BadBook, match="no format"):
        read_outcomes(tmp_path / "outcomes.txt", IDS, as_of=AS_OF)
    (tmp_path / "outcomes.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(BadBook, match="Parquet"):
        read_outcomes(tmp_path / "outcomes.parquet", IDS, as_of=AS_OF)


# --- with days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["outcome_date", "Outcome Date", "Date of default", "违约日期", "結果日期"])
def test_the_day_of_an_outcome_is_read_where_the_file_has_it(read: Read, column: str) -> None:
    found = read(f"account_id,bad,{column}\nA1,1,2026-10-31\nA2,0,2026-11-02\n")
    assert found.frame["outcome_date"].to_list() == [date(2026, 10, 31), date(2026, 11, 2)]
    assert found.headers == ("account_id", "bad", column)


def test_without_that_column_no_day_is_known(read: Read) -> None:
    for text in ("account_id,bad\nA1,1\n", "account_id,bad,outcome_date\nA1,1,\n"):
        assert read(text).frame["outcome_date"].to_list() == [None]


def test_an_outcome_that_the_book_may_know_is_left_out(read: Read) -> None:
    found = read("account_id,bad,outcome_date\nA1,1,2026-09-30\nA2,0,2026-10-01\nA3,1,2026-08-01\n")
    assert rows(found) == [("A2", False)]
    (issue,) = found.issues
    assert issue.message == (
        "2 rows (lines 2 and 4): outcome_date is not after the book's date, 2026-09-30: the book may know the outcome; "
        "the first is “2026-09-30”."
    )
    assert found.left_out == 2


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("A2,0,2026-09-01", "All 2 outcomes of outcomes.csv are not after the book's date, 2026-09-30"),
        ("A2,maybe,2026-10-01", "1 of the 2 outcomes of outcomes.csv is not after the book's date, 2026-09-30"),
    ],
)
def test_outcomes_that_the_book_may_all_know_are_refused(read: Read, last: str, said: str) -> None:
    with pytest.raises(BadBook) as error:
        read(f"account_id,bad,outcome_date\nA1,1,2026-09-30\n{last}\n")
    assert error.value.message.startswith(said)
    assert "Take a book of a day before the outcomes" in error.value.remedy


def test_where_some_say_their_day_the_others_are_left_out(read: Read) -> None:
    found = read("account_id,bad,outcome_date\nA1,1,\nA2,0,2026-10-01\n")
    assert rows(found) == [("A2", False)]
    assert "Line 2: outcome_date is empty, and other rows have one." in found.issues[0].message


def test_a_day_is_never_guessed(tmp_path: Path, read: Read) -> None:
    text = "account_id,bad,outcome_date\nA1,1,03/11/2026\nA2,0,2026-10-01\n"
    found = read(text)
    assert "can be read as day-month or as month-day" in found.issues[0].message
    told = read_outcomes(tmp_path / "outcomes.csv", IDS, as_of=AS_OF, date_format="%d/%m/%Y")
    assert told.frame["outcome_date"].to_list() == [date(2026, 11, 3), date(2026, 10, 1)]


def test_an_outcome_of_a_day_to_come_is_left_out(tmp_path: Path) -> None:
    today = AS_OF + timedelta(days=40)
    days = (today, today + timedelta(days=1))
    text = "".join(f"A{k},{k % 2},{day}\n" for k, day in enumerate(days, 1))
    (tmp_path / "outcomes.csv").write_text(f"account_id,bad,outcome_date\n{text}", encoding="utf-8")
    found = read_outcomes(tmp_path / "outcomes.csv", IDS, as_of=AS_OF, today=today)
    assert rows(found) == [("A1", True)]
    assert f"is after today, {today}: nobody knows the outcome yet" in found.issues[0].message
