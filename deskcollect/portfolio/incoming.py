"""A day's file: recognised by its headers or names, read and checked as the same tables of a book are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import accounts, check, dates, files, headers, rejected, rows, snapshots, values
from deskcollect.portfolio.book import readable
from deskcollect.portfolio.day_files import TABLES, DayFile
from deskcollect.portfolio.findings import gravest_first
from deskcollect.portfolio.source import Source
from deskcollect.portfolio.totals import counts, moved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.portfolio.accounts import Checked, Index
    from deskcollect.portfolio.values import Parsed
    from deskcollect.records import Issue

_BOOKS = frozenset({"accounts", "statements", "contacts"})
_EVERY = frozenset({"account_id", "amount"})  # columns that tell payments and transactions not apart


def recognised(path: Path, columns: Mapping[str, str], encoding: str = "") -> dict[str, Path]:
    """Return the tables of a day's file and where they are; nothing where the path is a book, or nothing that is known.

    Errors: BadBook where a file may be payments as well as transactions, or two files are one table.
    """
    if path.is_dir():
        found, _ = files.tables_in(path)
        return found if found and not _BOOKS & set(found) else {}
    try:
        told = files.headers(path, encoding)
    except (BadBook, BadUse):
        return {}  # who reads it says what is wrong with it
    table = _table(path, told, columns)
    return {table: path} if table else {}


def _table(path: Path, told: tuple[str, ...], columns: Mapping[str, str]) -> str:
    """Say which table a single file is by its headers, then by how its name begins; nothing where it is of a book."""

    def claimed(table: str) -> dict[str, int] | None:
        return headers.claimed(Source(table, path.name, told, pl.LazyFrame()), columns)

    named = next((table for table in TABLES if headers.fold(path.stem).startswith(table)), "")
    fitting = {table: found for table in TABLES if (found := claimed(table)) is not None}
    if claimed("accounts") is not None:
        return ""
    if named in fitting or not fitting:
        return named
    if len(fitting) == 1:
        return next(iter(fitting))
    more = {table: {p for name, p in found.items() if name not in _EVERY} for table, found in fitting.items()}
    own = [table for table in more if more[table].difference(*(more[other] for other in more if other != table))]
    if not own:  # the same headers; then what is written as we write it counts
        most = {
            table: sum(headers.fold(told[p]) == headers.fold(n) for n, p in fitting[table].items()) for table in TABLES
        }
        own = [table for table in most if most[table] > min(most.values())]
    if len(own) == 1:
        return own[0]
    raise BadBook(
        f"{path.name} may hold payments or transactions; its headers fit both.",
        "Begin its name with payments or transactions, or put it as payments.csv or transactions.csv into a folder.",
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """How a desk reads a day's file.

    `books` is the folder of its books, of which there is one; `set_aside` tells which accounts of a book were set aside.
    `columns`, `date_format` and `encoding` are as for a book. `as_of` is the day of the file if not that of its newest row.
    Rows after that day, or else after today, are set aside.
    """

    books: Path
    set_aside: Path
    today: date
    columns: Mapping[str, str]
    date_format: str = ""
    encoding: str = ""
    as_of: date | None = None

    @property
    def last(self) -> date:
        """Return the last day whose rows are taken."""
        return self.as_of or self.today


def read(found: Mapping[str, Path], path: Path, how: Reading) -> DayFile:
    """Read and check the tables that were `recognised` at a path.

    They are checked against the accounts of all books of the desk, each account as the newest that has it says: one may
    have been opened since a book, or have left it.

    Errors: BadBook when a file cannot be read, a required column is missing or no row can be used; BadUse.
    """
    dates.check_format(how.date_format)
    headers.check_mapping(how.columns)
    if how.last > how.today:
        raise BadUse(f"The day {how.last} is after today, {how.today}.", "Give the day of the file, or leave it out.")
    issues = files.not_tables(files.tables_in(path)[1]) if path.is_dir() else ()
    parsed: dict[str, Parsed] = {}
    with readable(path):
        for table, file in found.items():
            source = files.read(table, file, encoding=how.encoding)
            matched = headers.match(source, how.columns)
            parsed[table] = values.parse(source, matched.positions, how.date_format)
            issues += (*source.issues, *matched.issues)
        return _checked(path, parsed, how, issues)


def _checked(path: Path, parsed: Mapping[str, Parsed], how: Reading, issues: tuple[Issue, ...]) -> DayFile:
    """Check the tables and put what can be used in order."""
    newest = snapshots.dates(how.books)[-1]
    mentioned = pl.concat([each.ids() for each in parsed.values()]).unique()
    index = _index(how.books, mentioned, rejected.ids(how.set_aside, newest))
    against = check.DESK_TODAY if how.as_of is None else check.DESK
    checked = {
        table: rows.examine(each, index, as_of=how.last, date_format=how.date_format, against=against)
        for table, each in parsed.items()
    }
    issues += tuple(issue for table in checked.values() for issue in table.found.issues)
    tables = {name: _sorted(checked.get(name), columns) for name, columns in TABLES.items()}
    told = [tables[name].select(pl.col(rows.DATED[name]).dt.date().alias("day")) for name in checked]
    days = pl.concat(told).unique().sort("day").collect()["day"].to_list()
    if not days:
        raise _nothing(path, sum(table.rows for table in checked.values()), issues)
    rejects = pl.concat([table.found.rejects for table in checked.values()])
    count = {name: table.rows for name, table in checked.items()}
    as_of = how.as_of or days[-1]
    return DayFile(
        as_of=as_of,
        days=tuple(sorted({*days, as_of})),
        tables=tables,
        present=frozenset(parsed),
        checked_by=newest,
        issues=gravest_first(issues),
        rejects=rejects,
        totals=(*counts(count, rejects), *moved(tables, index.accounts.lazy().select("account_id", "currency"), count)),
    )


def _sorted(table: Checked | None, columns: frames.Columns) -> pl.LazyFrame:
    """Return the good rows of a table in memory, in the order of all their columns, account and time first."""
    if table is None:
        return frames.empty(columns)
    return frames.stamp(table.frame, columns).sort([column.name for column in columns]).collect().lazy()


def _nothing(path: Path, count: int, issues: tuple[Issue, ...]) -> BadBook:
    """Return what to say of a file of which nothing can be used."""
    first = next((issue for issue in issues if issue.set_aside), None)
    if first is None:
        return BadBook(f"{path.name} holds no rows.", "Export it again, with its rows.")
    none = f"No row of {path.name} can be used; all {count:,} were set aside."
    told = none if count > 1 else f"The only row of {path.name} cannot be used."
    return BadBook(f"{told} {first.message}", first.remedy, issues)


def _index(folder: Path, mentioned: pl.Series, set_aside: pl.Series) -> Index:
    """Return those of some accounts that a book of the desk has, each as the newest of these books says."""
    left = mentioned.drop_nulls().to_frame("account_id")
    found: list[pl.DataFrame] = []
    for day in reversed(snapshots.dates(folder)):
        book = snapshots.read(folder, day).accounts.select(accounts.INDEXED)
        found.append(book.join(left.lazy(), on="account_id", how="semi").collect())
        left = left.join(found[-1], on="account_id", how="anti")
        if left.is_empty():
            break
    return accounts.index_of(pl.concat(found).lazy(), set_aside)
