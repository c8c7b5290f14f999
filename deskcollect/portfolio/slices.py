"""A book gone through in slices of accounts: the same checks as for a whole book, on a part of its rows at a time.

Tables in the order of their account numbers are read forwards, so that the rows of some accounts are at hand and no
others; tables in any other order are held in memory and dealt out. Nothing is told but how many rows are set aside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.portfolio import accounts, book, dates, files, headers, rows, values
from deskcollect.portfolio.source import LINE, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.portfolio.accounts import Checked
    from deskcollect.portfolio.values import Parsed

ACCOUNTS = 100_000
"""Accounts in a slice."""
_DAYS = 1 << 23  # more days than from the year 1900 to 9999, to either side of 1970
_ROWS = 6  # of another table, read at a time for each account of a slice


class OutOfTurnError(Exception):
    """The rows of a table do not stand in the order of the account numbers, or some have none; `table` is its name."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was found: where it stands, which of its columns are ours, and which of them are read."""

    source: Source
    positions: Mapping[str, int]
    date_format: str = ""
    only: frozenset[str] | None = None

    @property
    def count(self) -> int:
        """How many rows there are."""
        count: int = self.source.frame.select(pl.len()).collect().item()
        return count

    def parsed(self, only: Collection[str] | None = None) -> Parsed:
        """Read the cells."""
        return values.parse(self.source, self.positions, self.date_format, only=only or self.only)

    def part(self, start: int, count: int) -> Parsed:
        """Read the cells of some rows."""
        frame = self.source.frame.slice(start, count).collect()
        parsed = replace(self, source=replace(self.source, frame=frame.lazy())).parsed()
        return replace(parsed, frame=parsed.frame.collect().lazy())


@dataclass(frozen=True, slots=True)
class _Shares:
    """A table in memory whose rows are dealt out: those of one account always to one share."""

    table: Table
    frame: pl.DataFrame
    share: pl.Series

    def of(self, number: int) -> Parsed:
        """Read the cells of a share."""
        source = replace(self.table.source, frame=self.frame.filter(self.share == number).lazy())
        return replace(self.table, source=source).parsed()


def found(
    path: Path, *, columns: Mapping[str, str], date_format: str, encoding: str, told: Collection[str]
) -> dict[str, Table]:
    """Return the tables of a book. Texts of accounts that are no keys are read only where they are in `told`.

    Errors: as portfolio.book.read_book.
    """
    dates.check_format(date_format)
    headers.check_mapping(columns)
    tables: dict[str, Table] = {}
    for name, file in files.find(path)[0].items():
        source = files.read(name, file, encoding=encoding)
        only = frozenset(
            c.name for c in headers.SCHEMAS[name] if c.dtype != pl.String or c.name in (*values.KEYS, *told)
        )
        positions = headers.match(source, columns).positions
        tables[name] = Table(source, positions, date_format, only if name == "accounts" else None)
    return tables


def newest_day(tables: Mapping[str, Table], today: date) -> date | None:
    """Return the newest day of a book, as portfolio.book does."""
    dated = {name: table.parsed({rows.DATED[name]}) for name, table in tables.items() if name in rows.DATED}
    return book.newest_day(dated, today)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of some accounts as they were read: of the accounts themselves and of the other tables."""

    accounts: Parsed
    others: Mapping[str, Parsed]
    dealt: bool = False

    def gathered(self) -> Part:
        """Return the rows that were dealt out, those of one account together.

        Errors: OutOfTurnError where two accounts have one id.
        """
        own = _gathered(self.accounts)
        if own.ids().drop_nulls().is_duplicated().any():
            raise OutOfTurnError("accounts")
        kept = {name: _gathered(each) if name == "statements" else each for name, each in self.others.items()}
        return Part(own, kept)


@dataclass(frozen=True, slots=True)
class Slice:
    """The accounts of a part that can be used, the lines they stand on, and their statements.

    `rows_aside` counts the rows of all tables of the part that were set aside; `doubtful` says that there is something to
    tell of statements that go on.
    """

    accounts: frames.Accounts
    statements: frames.Statements
    lines: pl.Series
    rows_aside: int
    doubtful: bool = False


class _Forwards:
    """A table that is read forwards, some rows at a time."""

    def __init__(self, table: Table, step: int) -> None:
        self._table, self._step = table, step
        self._count: int = table.count
        self._at = 0
        self._held: Parsed | None = None
        self._last = ""

    def up_to(self, account: str | None) -> Parsed:
        """Return the next rows up to those of an account, all of them if there is none.

        Errors: OutOfTurnError.
        """
        parts: list[pl.LazyFrame] = []
        while True:
            held = self._held or self._read()
            ids = held.ids()
            cut = ids.len() if account is None else int(ids.search_sorted(account, side="right"))
            parts.append(held.frame.slice(0, cut))
            self._held = replace(held, frame=held.frame.slice(cut)) if cut < ids.len() else None
            if self._held or self._at >= self._count:
                return replace(held, frame=pl.concat(parts).collect().lazy())

    def _read(self) -> Parsed:
        """Read some more rows.

        Errors: OutOfTurnError.
        """
        part = self._table.part(self._at, self._step)
        self._at += self._step
        ids = part.ids()
        falls = (ids < ids.shift(1, fill_value=self._last)).any()
        if falls or ids.null_count():
            raise OutOfTurnError(self._table.source.table)
        self._last = ids[-1] if ids.len() else self._last
        return part


def parts(tables: Mapping[str, Table], size: int = ACCOUNTS) -> Iterator[Part]:
    """Go through a book, some accounts at a time.

    Errors: OutOfTurnError, also where two accounts have one id.
    """
    own, last = tables["accounts"], ""
    others = {name: _Forwards(table, size * _ROWS) for name, table in tables.items() if name != "accounts"}
    count = own.count
    for start in range(0, count, size):
        part = own.part(start, size)
        ids = part.ids()
        if ids.null_count() or not (ids > ids.shift(1, fill_value=last)).all():
            raise OutOfTurnError("accounts")
        last = ids[-1]
        bound = last if start + size < count else None
        yield Part(part, {name: other.up_to(bound) for name, other in others.items()})


def shares(tables: Mapping[str, Table], size: int = ACCOUNTS) -> Iterator[Part]:
    """Go through a book whose rows stand in any order, some accounts at a time. All of it is in memory."""
    count = max(1, -(-tables["accounts"].count // size))
    dealt = {name: _dealt(table, count) for name, table in tables.items()}
    for number in range(count):
        share = {name: each.of(number) for name, each in dealt.items()}
        yield Part(share.pop("accounts"), share, dealt=True)


def _dealt(table: Table, count: int) -> _Shares:
    """Deal out the rows of a table."""
    money = headers.currency(table.source)
    places = sorted({str(place) for place in (*table.positions.values(), *([] if money is None else [money]))})
    share = table.parsed({"account_id"}).ids().hash() % count
    return _Shares(table, table.source.frame.select(LINE, *places).collect(), share)


def _gathered(parsed: Parsed) -> Parsed:
    """Return accounts or statements with the rows of one account together, its statements in their order.

    The accounts stand in the order of a hash of theirs, which is the same in both tables and quickly made. Where two
    have one hash their statements may be mixed up; that takes time later on and changes nothing.
    """
    frame = parsed.frame.collect().rechunk()
    key = frame["account_id"].hash() // _DAYS * _DAYS
    if parsed.source.table == "statements":
        key |= (frame["statement_date"].to_physical().fill_null(0) + _DAYS // 2).cast(pl.UInt64)
    return replace(parsed, frame=frame[key.arg_sort()].lazy())


def check(part: Part, *, as_of: date, date_format: str = "", default_currency: str = "") -> Slice:
    """Check the rows of a part as those of a whole book are checked.

    Errors: OutOfTurnError where two accounts have one id.
    """
    if part.dealt:
        part = part.gathered()
    own = accounts.sift(
        part.accounts, as_of=as_of, date_format=date_format, default_currency=default_currency, telling=False
    )
    good = own.frame.collect()
    index = accounts.index(replace(own, frame=good.lazy()))
    others = {
        name: rows.examine(each, index, as_of=as_of, date_format=date_format, telling=name == "statements")
        for name, each in part.others.items()
    }
    aside = [table.found.rejects["line"].n_unique() for table in (own, *others.values())]
    return Slice(
        frames.Accounts(frames.stamp(good.lazy(), frames.ACCOUNTS)),
        frames.Statements(_stamped(others.get("statements"))),
        good[LINE],
        sum(aside),
        doubtful="statements" in others and any(map(book.is_doubt, others["statements"].found.issues)),
    )


def _stamped(checked: Checked | None) -> pl.LazyFrame:
    """Return good statements, none where the lender gave none."""
    if checked is None:
        return frames.empty(frames.STATEMENTS)
    return frames.stamp(checked.frame, frames.STATEMENTS).collect().lazy()
