"""Read a lender's book: every table found, matched, read, checked; good rows go on, bad ones are set aside with a reason."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import accounts, dates, files, headers, own_columns, rows, values
from deskcollect.portfolio.digest import digest
from deskcollect.portfolio.findings import REJECTS, gravest_first
from deskcollect.portfolio.totals import totals
from deskcollect.records import Issue, Total
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.portfolio.accounts import Checked
    from deskcollect.portfolio.values import Parsed

SCHEMAS = {
    "accounts": frames.ACCOUNTS,
    "statements": frames.STATEMENTS,
    "payments": frames.PAYMENTS,
    "transactions": frames.TRANSACTIONS,
    "contacts": frames.CONTACTS,
}
_NOTHING_OWN = own_columns.Asked()
_NO_DAY = "The book does not say which day it is of: it needs --as-of."


@dataclass(frozen=True)
class Book:
    """A checked book. Accounts are in the book's order; a table that the lender did not give has no rows.

    `rejects` holds one row a defect of a row that was set aside: table, file, line, column, code, account_id. `newest` is
    the newest date of statements, payments and transactions that was not after the day of reading; None where they hold
    none, and in a book from a snapshot. `headers` are those of all its tables as the lender writes them, read or not; none
    in a book from a snapshot. `own` are the headers of the lender's own columns that were asked for and are there, by name.
    """

    as_of: date
    tables: Mapping[str, pl.LazyFrame]
    present: frozenset[str]
    issues: tuple[Issue, ...] = ()
    rejects: pl.DataFrame = field(default_factory=REJECTS.to_frame)
    totals: tuple[Total, ...] = ()
    known_digest: str = ""
    newest: date | None = None
    headers: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def accounts(self) -> frames.Accounts:
        """Return the accounts."""
        return frames.Accounts(self.tables["accounts"])

    @property
    def statements(self) -> frames.Statements:
        """Return the statements."""
        return frames.Statements(self.tables["statements"])

    @property
    def payments(self) -> frames.Payments:
        """Return the payments."""
        return frames.Payments(self.tables["payments"])

    @property
    def transactions(self) -> frames.Transactions:
        """Return the transactions."""
        return frames.Transactions(self.tables["transactions"])

    @property
    def contacts(self) -> frames.ContactPoints:
        """Return further numbers and addresses."""
        return frames.ContactPoints(self.tables["contacts"])

    @property
    def set_aside_count(self) -> int:
        """Return how many rows were set aside."""
        return self.rejects.select("file", "line").n_unique() if self.rejects.height else 0

    @property
    def doubts(self) -> tuple[Issue, ...]:
        """Return what of the statements was read as something else while its row goes on: the score is about them.

        So it may be about the lender's own columns.
        """
        told = (issue for issue in self.issues if issue.place.table == "statements" or issue.code == own_columns.CODE)
        return tuple(issue for issue in told if is_doubt(issue))

    @cached_property
    def digest(self) -> str:
        """Return the hash of what the book says, whatever the format of its files. Reads every table once."""
        return self.known_digest or digest(self.tables)


def read_book(
    path: Path,
    *,
    today: date,
    columns: Mapping[str, str] | None = None,
    date_format: str = "",
    encoding: str = "",
    as_of: date | None = None,
    default_currency: str = "",
    asked: own_columns.Asked = _NOTHING_OWN,
) -> Book:
    """Read and check a book; of columns that nobody knows those are read that are `asked` for.

    Errors: BadBook when a file cannot be read, a required column is missing or two accounts have one id; BadUse when
    there is nothing at `path`, or the book holds no date and `as_of` is not given; either for an own column that is needed.
    """
    dates.check_format(date_format)
    headers.check_mapping(columns or {})
    found, issues = files.find(path)
    parsed: dict[str, Parsed] = {}
    given: dict[str, str] = {}
    with readable(path):
        for table, file in found.items():
            source = files.read(table, file, encoding=encoding)
            wanted = asked if table == "accounts" else _NOTHING_OWN
            matched = headers.match(source, columns or {}, wanted.names)
            entry = values.parse(source, matched.positions, date_format)
            parsed[table], theirs, told = own_columns.add(entry, matched.positions, wanted)
            given |= theirs
            issues += (*source.issues, *matched.issues, *told)
        newest = newest_day(parsed, today)
        day = as_of or newest
        if day is None:
            raise BadUse(_NO_DAY, "Give the date, as in  --as-of 2026-09-30")
        issues += _ahead(day, today)
        checked = _checked(parsed, day, date_format, default_currency)
    issues += tuple(issue for table in checked.values() for issue in table.found.issues)
    tables = {name: _stamped(checked.get(name), name) for name in SCHEMAS}
    rejects = pl.concat([table.found.rejects for table in checked.values()])
    return Book(
        as_of=day,
        tables=tables,
        present=frozenset(found),
        issues=gravest_first(issues),
        rejects=rejects,
        totals=totals(tables, {name: table.rows for name, table in checked.items()}, rejects),
        newest=newest,
        headers=tuple(dict.fromkeys(header for entry in parsed.values() for header in entry.source.headers)),
        own=given,
    )


def _stamped(table: Checked | None, name: str) -> pl.LazyFrame:
    """Return the good rows of a table with the declared columns, none where the lender gave none."""
    if table is None:
        return frames.empty(SCHEMAS[name])
    return frames.stamp(table.frame, SCHEMAS[name], and_own=name == "accounts")


def is_doubt(issue: Issue) -> bool:
    """Say whether something of a table was read as something else while its row goes on."""
    return issue.severity == Severity.WARNING and not issue.set_aside


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say in a sentence that a file is damaged within.

    Errors: BadBook.
    """
    try:
        yield
    except (pl.exceptions.ComputeError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise BadBook(f"{path.name} is damaged: {reason}.", "Export or copy it again, whole.") from error


def newest_day(parsed: Mapping[str, Parsed], today: date) -> date | None:
    """Return the newest date of statements, payments and transactions that is not after today, None if there is none."""
    newest: list[date] = []
    for table, column in rows.DATED.items():
        if table in parsed:
            day = pl.col(column).cast(pl.Date)
            found = parsed[table].frame.select(day.filter(day <= today).max()).collect(engine="streaming").item()
            newest += [found] if found else []
    return max(newest, default=None)


def _ahead(as_of: date, today: date) -> tuple[Issue, ...]:
    """Tell that a book's date has not come yet: kept, it would stay the newest for long."""
    if as_of <= today:
        return ()
    message = f"The book's date {as_of} is after today, {today}."
    return (Issue(Severity.WARNING, "as_of_ahead", message, "Correct  --as-of  if it was mistyped."),)


def _checked(parsed: Mapping[str, Parsed], as_of: date, date_format: str, default_currency: str) -> dict[str, Checked]:
    """Check the accounts, then the other tables against them."""
    own = accounts.examine(parsed["accounts"], as_of=as_of, date_format=date_format, default_currency=default_currency)
    index = accounts.index(own)
    others = {
        table: rows.examine(entry, index, as_of=as_of, date_format=date_format)
        for table, entry in parsed.items()
        if table != "accounts"
    }
    return {"accounts": own, **others}
