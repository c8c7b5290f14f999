"""Columns that nobody but the lender knows: found by their headers, read as numbers, kept with the book."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from deskcollect import frames
from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import snapshots
from deskcollect.portfolio.book import Book, read_book
from deskcollect.portfolio.cycles import cycles
from deskcollect.portfolio.own_columns import Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_OF, TODAY = date(2026, 9, 30), date(2026, 10, 1)
WHEN = datetime(2026, 10, 1, tzinfo=UTC)


def book(
    folder: Path, header: str, cells: Sequence[Any], *, kept: Sequence[str] = (), needed: Sequence[str] = ()
) -> Book:
    """Read a book whose accounts have one more column: text in a CSV, other values in Parquet."""
    count = len(cells)
    plain = {"account_id": [f"A{n}" for n in range(count)], "balance": [5] * count, "days_past_due": [0] * count}
    table = pl.DataFrame(plain).with_columns(pl.Series(header, cells))
    path = folder / ("accounts.csv" if table[header].dtype == pl.String else "accounts.parquet")
    if path.suffix == ".csv":
        table.write_csv(path)
    else:
        table.write_parquet(path)
    return read_book(path, today=TODAY, as_of=AS_OF, default_currency="TWD", asked=Asked(kept, needed))


def values(read: Book, name: str) -> list[float | None]:
    found: list[float | None] = read.accounts.collect()[name].to_list()
    return found


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["12", "", "1,234.5", "-3"], [12.0, None, 1234.5, -3.0]),
        (["1e-3", "NaN", "n/a", "０７"], [0.001, None, None, 7.0]),
        (["0.12345678", "2", "3", "4"], [0.123457, 2.0, 3.0, 4.0]),
        (["yes", "no", "", "YES"], [1.0, 0.0, None, 1.0]),
        (["是", "否", "是", "否"], [1.0, 0.0, 1.0, 0.0]),
        ([True, False, None, True], [1.0, 0.0, None, 1.0]),
        ([1.5, float("nan"), float("inf"), None], [1.5, None, None, None]),
        ([-0.0, 1e300, 2.0, 3.0], [0.0, None, 2.0, 3.0]),
        ([3, None, 4, 5], [3.0, None, 4.0, 5.0]),
    ],
)
def test_numbers_and_true_or_false_are_read(tmp_path: Path, cells: list[Any], read: list[float | None]) -> None:
    found = book(tmp_path, "Tenure (months)", cells, needed=["tenure_months"])
    assert values(found, "own_tenure_months") == read
    assert found.own == {"own_tenure_months": "Tenure (months)"}
    assert not [issue for issue in found.issues if issue.code == "unknown_column"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["North", "South", "12"], "holds text, as in “North”; a characteristic is a number"),
        ([date(2026, 1, 1)] * 3, "holds dates"),
        ([[1], [2], [3]], "holds lists or objects"),
        (["", "", ""], "is empty in every row"),
        ([None, float("nan"), None], "is empty in every row"),
    ],
)
def test_what_is_no_number_is_refused_where_it_is_needed_and_told_where_it_is_kept(
    tmp_path: Path, cells: list[Any], said: str
) -> None:
    with pytest.raises(BadBook, match=rf"accounts\.\w+: The column “region” {said}"):
        book(tmp_path, "region", cells, needed=["region"])
    found = book(tmp_path, "region", cells, kept=["region"])
    assert "own_region" not in found.accounts.collect().columns
    assert [said in issue.message for issue in found.doubts] == [True]
    assert found.set_aside_count == 0


def test_a_few_cells_that_are_no_numbers_are_not_known_and_told(tmp_path: Path) -> None:
    found = book(tmp_path, "tenure", ["1", "x", "3", "4"], needed=["tenure"])
    assert values(found, "own_tenure") == [1.0, None, 3.0, 4.0]
    assert found.doubts[0].message == "Line 3: “tenure” holds no number, the first is “x”; it is read as not known."


@pytest.mark.parametrize(
    ("needed", "message", "remedy"),
    [
        ("tenur_months", "There is no column “tenur_months”.", "Did you mean “tenure_months”?"),
        ("zzz", "There is no column “zzz”.", "Columns of it that the program does not know: “tenure_months”."),
        ("Balance", "The column “Balance” is read by the program itself as balance", "It comes on a card as"),
    ],
)
def test_a_column_that_cannot_be_had_is_told_with_the_nearest(
    tmp_path: Path, needed: str, message: str, remedy: str
) -> None:
    with pytest.raises(BadUse) as caught:
        book(tmp_path, "tenure_months", ["1", "2"], needed=[needed])
    assert caught.value.message.startswith(f"accounts.csv: {message}")
    assert caught.value.remedy.startswith(remedy)
    (issue,) = book(tmp_path, "tenure_months", ["1", "2"], kept=[needed]).doubts
    assert issue.message.startswith(message)


def test_two_headers_with_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    text = "account_id,balance,days_past_due,Tenure months,tenure_months\nA,1,0,1,2\n"
    (tmp_path / "accounts.csv").write_text(text, "utf-8")
    with pytest.raises(BadUse, match="“Tenure months” and “tenure_months” cannot be told apart"):
        read_book(tmp_path, today=TODAY, as_of=AS_OF, default_currency="TWD", asked=Asked(needed=["tenure_months"]))


def test_rows_that_are_set_aside_take_their_numbers_with_them(tmp_path: Path) -> None:
    text = "account_id,balance,days_past_due,tenure\nA,1,0,1\nB,x,0,2\nC,1,0,3\n"
    (tmp_path / "accounts.csv").write_text(text, "utf-8")
    read = read_book(tmp_path, today=TODAY, as_of=AS_OF, default_currency="TWD", asked=Asked(["tenure"]))
    assert values(read, "own_tenure") == [1.0, 3.0]


def test_they_stay_in_the_snapshot_and_beside_the_cycles(tmp_path: Path) -> None:
    read = book(tmp_path, "tenure", ["1", "", "3"], kept=["tenure"])
    snapshots.save(tmp_path / "s", read, imported_at=WHEN)
    back = snapshots.read(tmp_path / "s", AS_OF)
    assert_frame_equal(back.accounts.collect(), read.accounts.collect())
    wide = cycles(back.accounts, back.statements, as_of=AS_OF).collect()
    assert wide["own_tenure"].to_list() == [1.0, None, 3.0]


def test_a_book_says_something_else_with_them_and_the_same_without(tmp_path: Path) -> None:
    without = book(tmp_path, "tenure", ["1", "2"]).digest
    assert book(tmp_path, "tenure", ["1", "2"], kept=["tenure"]).digest != without
    assert (
        book(tmp_path, "tenure", ["1", "2.5"], kept=["tenure"]).digest
        != book(tmp_path, "tenure", ["1", "2.25"], kept=["tenure"]).digest
    )
    assert book(tmp_path, "tenure", ["1", "2"], kept=["other"]).digest == without


def test_a_book_of_which_nobody_asks_more_has_the_declared_columns(tmp_path: Path) -> None:
    read = book(tmp_path, "tenure", ["1", "2"])
    assert read.accounts.collect().schema == frames.polars_schema(frames.ACCOUNTS)
    assert [issue.code for issue in read.issues if "tenure" in issue.message] == ["unknown_column"]
