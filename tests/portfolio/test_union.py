"""Rows that came in several books and day's files count once, and in one order, whatever came first."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from deskcollect import frames
from deskcollect.portfolio import day_files, snapshots
from deskcollect.portfolio.book import SCHEMAS, Book
from deskcollect.portfolio.day_files import DayFile

WHEN = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)
TABLE = {"payments": frames.PAYMENTS, "transactions": frames.TRANSACTIONS}

Row = tuple[Any, ...]


def paid(account: str, at: str, amount: int = 5, method: str | None = "cash", status: str = "posted") -> Row:
    """Return a payment."""
    return (account, datetime.fromisoformat(at), Decimal(amount), method, status)


def frame(rows: Iterable[Row], table: str = "payments") -> pl.LazyFrame:
    """Return rows as they are kept."""
    schema = {column.name: column.dtype for column in TABLE[table]}
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


def book(as_of: date, rows: Iterable[Row] = (), table: str = "payments") -> Book:
    """Return a book that holds only payments or transactions."""
    empty = {name: frames.empty(columns) for name, columns in SCHEMAS.items()}
    return Book(as_of, {**empty, table: frame(rows, table)}, frozenset({"accounts", table}))


def day_file(rows: Sequence[Row], table: str = "payments", as_of: date | None = None) -> DayFile:
    """Return a day's file."""
    days = {row[1].date() for row in rows}
    newest = as_of or max(days)
    empty = {name: frames.empty(columns) for name, columns in TABLE.items()}
    tables = {**empty, table: frame(sorted(rows, key=str), table)}
    return DayFile(newest, tuple(sorted({*days, newest})), tables, frozenset({table}), AUGUST)


def keep(folder: Path, *given: Book | DayFile) -> None:
    """Keep books and day's files in their order."""
    for each in given:
        if isinstance(each, Book):
            snapshots.save(folder, each, imported_at=WHEN)
        else:
            day_files.save(folder, each, last=SEPTEMBER, imported_at=WHEN)


def told(folder: Path, until: date, table: str = "payments") -> pl.DataFrame:
    """Return what the newest book and all else say up to a day."""
    newest = snapshots.read(folder, snapshots.dates(folder)[-1])
    return snapshots.history(folder, newest, table, until).collect()


OCTOBER = date(2026, 10, 31)
STATES = ("posted", "returned")
ACCOUNTS = st.sampled_from(("A", "B"))
MOMENTS = st.sampled_from(("2026-08-30", "2026-09-30 10:00", "2026-10-01", "2026-10-01 23:59:59", "2026-10-03 08:00"))
# Payments alike on a day that name no time are told apart by their number, so all of them stand in each file that has one.
GROUPS = st.lists(
    st.tuples(ACCOUNTS, MOMENTS, st.sampled_from((5, 6)), st.sampled_from(("cash", None)), st.sampled_from((1, 2))),
    unique_by=lambda group: group[:4],
    max_size=8,
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], list[list[Row]]]:
    """Draw payments, and the same cut into parts that may overlap, in any order."""
    groups = [
        [paid(account, at, amount, method)] * (count if len(at) == len("2026-10-01") else 1)
        for account, at, amount, method, count in draw(GROUPS)
    ]
    parts = (
        draw(st.lists(st.lists(st.sampled_from(range(len(groups))), unique=True, min_size=1), max_size=4))
        if groups
        else []
    )
    missing = set(range(len(groups))) - {number for part in parts for number in part}
    numbers = draw(st.permutations([*parts, *([sorted(missing)] if missing else [])]))
    return [row for group in groups for row in group], [[row for n in part for row in groups[n]] for part in numbers]


@given(histories(), st.booleans(), st.data())
@how(max_examples=60)
def test_the_same_rows_give_the_same_table_however_they_came(
    history: tuple[list[Row], list[list[Row]]], by_book: bool, data: st.DataObject
) -> None:
    rows, parts = history
    with TemporaryDirectory() as place:
        one, other = Path(place, "one"), Path(place, "other")
        keep(one, book(OCTOBER, rows))
        books = [part for number, part in enumerate(parts) if by_book and number == 0]
        files = parts[len(books) :]
        given: list[Book | DayFile] = [
            book(AUGUST, [row for part in books for row in part if row[1].date() <= AUGUST]),
            book(OCTOBER),
        ]
        late = [row for part in books for row in part if row[1].date() > AUGUST]
        given += [day_file(part) for part in [*files, late] if part]
        keep(other, *data.draw(st.permutations(given)))
        assert_frame_equal(told(other, OCTOBER), told(one, OCTOBER))


@given(histories(), st.data())
@how(max_examples=30)
def test_what_is_known_of_a_day_is_the_same_whatever_came_later(
    history: tuple[list[Row], list[list[Row]]], data: st.DataObject
) -> None:
    rows, parts = history
    day = data.draw(st.sampled_from((SEPTEMBER, date(2026, 10, 1), date(2026, 10, 2))))
    with TemporaryDirectory() as place:
        folder = Path(place)
        keep(folder, book(AUGUST), *(day_file(part) for part in parts))
        assert_frame_equal(told(folder, day), told_alone([row for row in rows if row[1].date() <= day]))


def told_alone(rows: list[Row]) -> pl.DataFrame:
    """Return rows in the order of all their columns."""
    return frame(rows).sort([column.name for column in frames.PAYMENTS]).collect()


def test_two_files_of_one_day_agree_that_a_payment_came_back(tmp_path: Path) -> None:
    morning = day_file([paid("A", "2026-10-01 09:00"), paid("B", "2026-10-01 09:00")])
    evening = day_file([paid("A", "2026-10-01 09:00", status="returned")])
    for number, order in enumerate(((morning, evening), (evening, morning))):
        keep(tmp_path / str(number), book(SEPTEMBER), *order)
        assert told(tmp_path / str(number), OCTOBER)["status"].to_list() == ["returned", "posted"]


def test_a_file_of_a_later_day_says_what_became_of_a_payment_in_the_book(tmp_path: Path) -> None:
    keep(tmp_path, book(SEPTEMBER, [paid("A", "2026-09-28")]))
    back = day_file([paid("A", "2026-09-28", status="returned")], as_of=date(2026, 10, 1))
    keep(tmp_path, back)
    assert told(tmp_path, OCTOBER)["status"].to_list() == ["returned"]


def test_of_a_book_and_a_file_of_its_day_the_book_counts(tmp_path: Path) -> None:
    keep(tmp_path, day_file([paid("A", "2026-09-30", status="returned")]), book(SEPTEMBER, [paid("A", "2026-09-30")]))
    assert told(tmp_path, OCTOBER)["status"].to_list() == ["posted"]


def test_two_files_tell_two_payments_alike_apart_from_one_that_is_sent_twice(tmp_path: Path) -> None:
    once, both = [paid("A", "2026-10-01")], [paid("A", "2026-10-01")] * 2
    keep(tmp_path, book(SEPTEMBER), day_file(once), day_file(both))
    assert told(tmp_path, OCTOBER).height == 2


def test_the_same_file_again_is_already_here(tmp_path: Path) -> None:
    keep(tmp_path, book(SEPTEMBER))
    rows = [paid("A", "2026-10-01 09:00"), paid("B", "2026-10-02")]
    first = day_files.save(tmp_path, day_file(rows), last=SEPTEMBER, imported_at=WHEN)
    again = day_files.save(tmp_path, day_file(rows), last=date(2026, 10, 2), imported_at=WHEN)
    assert (first.outcome, again.outcome, again.folder) == ("new", "already_here", first.folder)
    assert first.folder.name.startswith("2026-10-02-")
    assert snapshots.days(tmp_path) == (SEPTEMBER, date(2026, 10, 1), date(2026, 10, 2))


def test_a_file_of_a_day_before_the_newest_is_late(tmp_path: Path) -> None:
    keep(tmp_path, book(SEPTEMBER))
    saved = day_files.save(tmp_path, day_file([paid("A", "2026-09-12")]), last=SEPTEMBER, imported_at=WHEN)
    assert saved.outcome == "late"
    assert snapshots.days(tmp_path) == (SEPTEMBER,)  # there was no book to look at before


def test_other_books_are_not_touched_by_a_file_that_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deskcollect.errors import NotRecorded

    keep(tmp_path, book(SEPTEMBER))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deskcollect.portfolio.kept.write_manifest", refuse)
    with pytest.raises(NotRecorded, match=r"The file could not be kept: .* Nothing was imported\."):
        keep(tmp_path, day_file([paid("A", "2026-10-01")]))
    assert day_files.places(tmp_path) == ()
    assert told(tmp_path, OCTOBER).is_empty()


def test_a_crash_leaves_no_file_and_its_rest_goes_with_the_next(tmp_path: Path) -> None:
    keep(tmp_path, book(SEPTEMBER), day_file([paid("A", "2026-10-01")]))
    [here] = day_files.places(tmp_path)
    left = here.with_name(".2026-10-02-0.abc.aside")
    shutil.copytree(here, left)
    assert day_files.places(tmp_path) == (here,)
    keep(tmp_path, day_file([paid("A", "2026-10-02")]))
    assert not left.exists()
