"""Dated books that never change: one folder a date, Parquet and a manifest, there whole or not at all."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from deskcollect import aside, frames
from deskcollect.errors import BadUse
from deskcollect.portfolio import day_files, kept
from deskcollect.portfolio.book import SCHEMAS, Book
from deskcollect.portfolio.kept import MANIFEST
from deskcollect.portfolio.order import in_order
from deskcollect.portfolio.rows import DATED
from deskcollect.portfolio.union import Told, together
from deskcollect.records import Total

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 1
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a book that was to be kept. `kept_aside` is the book that it replaced."""

    outcome: Literal["new", "already_here", "inserted", "replaced"]
    folder: Path
    kept_aside: Path | None = None


def save(folder: Path, book: Book, *, replace: bool = False, imported_at: datetime) -> Saved:
    """Keep a book under its date.

    Errors: BadUse when another book of that date is there and `replace` is not said; NotRecorded when the disk refuses
    and Busy while another import is under way: then the snapshots are as they were.
    """
    with kept.locked(folder, "The book"):
        return _save(folder, book, replace=replace, imported_at=imported_at)


def _save(folder: Path, book: Book, *, replace: bool, imported_at: datetime) -> Saved:
    """Keep a book while nobody else does."""
    target = folder / book.as_of.isoformat()
    known = dates(folder)
    if book.as_of in known:
        if _manifest(target)["digest"] == book.digest:
            return Saved("already_here", target)
        if not replace:
            raise BadUse(
                f"Another book of {book.as_of} is here already; nothing was imported.",
                "Look at both with  deskcollect check  and, if the new one is right, import it with  --replace",
            )
    kept_aside = _free_name(target) if target.exists() else None
    for left in aside.leftovers(folder):
        shutil.rmtree(left)
    with aside.folder(target, kept_as=kept_aside) as fresh:
        _write(fresh, book, imported_at)
    if kept_aside:
        return Saved("replaced", target, kept_aside)
    return Saved("inserted" if known and book.as_of < known[-1] else "new", target)


def _write(fresh: Path, book: Book, imported_at: datetime) -> None:
    """Write the files of a snapshot."""
    counts = {table: _write_table(fresh, book, table) for table in SCHEMAS}
    hashes = {table: kept.sha256(fresh / f"{table}.parquet") for table in SCHEMAS}
    kept.write_manifest(fresh, _rendered(book, counts, hashes, imported_at))


def _write_table(fresh: Path, book: Book, table: str) -> int:
    """Write one table in its order; return its rows."""
    return kept.write_table(fresh / f"{table}.parquet", in_order(book.tables[table], table))


def _free_name(target: Path) -> Path:
    """Return the dated name under which a book that is replaced is kept."""
    stamp = re.sub(r"[^0-9]", "", str(_manifest(target)["imported_at"])[:19])
    name = f"{target.name}.replaced-{stamp}"
    free = target.with_name(name)
    number = 1
    while free.exists():
        number += 1
        free = target.with_name(f"{name}-{number}")
    return free


def _rendered(book: Book, counts: dict[str, int], hashes: dict[str, str], imported_at: datetime) -> dict[str, Any]:
    """Return the manifest."""
    return {
        "schema": SCHEMA,
        "digest": book.digest,
        "as_of": book.as_of.isoformat(),
        "imported_at": imported_at.isoformat(),
        "present": sorted(book.present),
        "rows": counts,
        "sha256": hashes,
        "totals": [[t.table, t.name, t.currency, t.value if isinstance(t.value, int) else str(t.value)]
                   for t in book.totals],
    }  # fmt: skip


def dates(folder: Path) -> tuple[date, ...]:
    """Return the dates of the snapshots, oldest first."""
    if not folder.is_dir():
        return ()
    named = (p.name for p in folder.iterdir() if _DATED.fullmatch(p.name) and (p / MANIFEST).is_file())
    return tuple(sorted(date.fromisoformat(name) for name in named))


def imported_at(folder: Path, as_of: date) -> datetime:
    """Return when the book of a date came to this desk.

    Errors: BadBook when its manifest is damaged.
    """
    place = folder / as_of.isoformat()
    try:
        return datetime.fromisoformat(_manifest(place)["imported_at"])
    except (KeyError, ValueError, TypeError) as error:
        raise kept.damaged(_called(place), f"its {MANIFEST} cannot be read") from error


def read(folder: Path, as_of: date) -> Book:
    """Return the book of a date. Its tables are read when they are needed.

    Errors: BadUse when there is no book of that date; BadBook when it is damaged; NewerSchema.
    """
    place = folder / as_of.isoformat()
    if not (place / MANIFEST).is_file():
        known = ", ".join(day.isoformat() for day in dates(folder)) or "none"
        raise BadUse(f"There is no book of {as_of}.", f"Books are here of: {known}.")
    manifest = _manifest(place)
    tables = {table: _scan(place, table) for table in SCHEMAS}
    totals = (
        Total(table, name, currency, value if isinstance(value, int) else Decimal(value))
        for table, name, currency, value in manifest["totals"]
    )
    present = frozenset(manifest["present"])
    return Book(as_of, tables, present, totals=tuple(totals), known_digest=manifest["digest"])


def _called(place: Path) -> str:
    """Return what a snapshot is called in a sentence."""
    return f"snapshot {place.name}"


def _manifest(place: Path) -> dict[str, Any]:
    """Return what a snapshot says about itself.

    Errors: BadBook, NewerSchema.
    """
    return kept.manifest(place, _called(place), SCHEMA)


def verify(folder: Path, as_of: date) -> None:
    """Compare the files of a snapshot with what they were when they were written.

    Errors: BadBook names the file that differs.
    """
    place = folder / as_of.isoformat()
    kept.verify(place, _called(place), _manifest(place).get("sha256", {}))


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Tell what Polars cannot read from what is damaged.

    Errors: BadBook names the damaged file; where none is, what Polars raised.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        for day in dates(folder):
            verify(folder, day)
        day_files.verify(folder)
        raise


def _scan(place: Path, table: str) -> pl.LazyFrame:
    """Return one table of a snapshot."""
    return kept.scan(place, _called(place), table, SCHEMAS[table], and_own=table == "accounts")


def days(folder: Path) -> tuple[date, ...]:
    """Return the days on which a desk has something to look at, oldest first: of its books and, after the first, its day's files.

    Errors: BadBook when a day's file says nothing about itself, NewerSchema.
    """
    books = dates(folder)
    told = {day for known in day_files.listed(folder) for day in known.days}
    return tuple(sorted({*books, *(day for day in told if books and day > books[0])}))


def history(folder: Path, newest: Book, table: str, until: date | None = None, *, ordered: bool = True) -> pl.LazyFrame:
    """Return payments or transactions of all that a desk has up to a day, by default a book's, and of the book itself.

    They are those of the book, which need not be kept, of the snapshots before it and of the day's files, in one order
    whatever came first. A row that several of them hold counts once, as the newest says. Two payments alike on one day are
    told apart by their place within that day. To put many rows in order takes longer than all else: who does not need it says so.
    """
    last = until or newest.as_of
    day = pl.col(DATED[table]).dt.date()
    earlier = (known for known in dates(folder) if known < newest.as_of)
    told = [Told(known, _scan(folder / known.isoformat(), table), by_book=True) for known in earlier]
    told += [Told(newest.as_of, newest.tables[table], by_book=True)]
    for known in day_files.listed(folder, last):
        rows = known.rows(table)
        late = known.days[-1] > last
        told.append(Told(known.as_of, rows.filter(day <= last) if late else rows, known.days[0], known.days[-1]))
    return frames.stamp(together(told, table, ordered=ordered), SCHEMAS[table])
