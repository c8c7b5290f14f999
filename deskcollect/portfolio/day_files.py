"""The day's files of a desk: payments and transactions that came between two books, kept as they were checked, for good.

Each is a folder of its own beside the snapshots, named by the newest day it covers and what it says. None takes the
place of another: what the desk knows is what all of them say together (portfolio.snapshots.history).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from deskcollect import aside, frames
from deskcollect.portfolio import kept
from deskcollect.portfolio.digest import digest
from deskcollect.portfolio.findings import REJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from deskcollect.records import Issue, Total

SCHEMA = 1
FOLDER = "days"
TABLES = {"payments": frames.PAYMENTS, "transactions": frames.TRANSACTIONS}


@dataclass(frozen=True)
class DayFile:
    """A day's file that was read and checked, with the good rows of both tables in order.

    `days` are those on which it has rows, and `as_of`, oldest first. `checked_by` is the date of the newest book whose
    accounts it was checked against. `rejects` are as in portfolio.book.Book.
    """

    as_of: date
    days: tuple[date, ...]
    tables: Mapping[str, pl.LazyFrame]
    present: frozenset[str]
    checked_by: date
    issues: tuple[Issue, ...] = ()
    rejects: pl.DataFrame = field(default_factory=REJECTS.to_frame)
    totals: tuple[Total, ...] = ()

    @property
    def set_aside_count(self) -> int:
        """Return how many rows were set aside."""
        return self.rejects.select("file", "line").n_unique() if self.rejects.height else 0

    @property
    def doubts(self) -> tuple[Issue, ...]:
        """Return what was read as something else while its row goes on: nothing that the score is about."""
        return ()

    @cached_property
    def digest(self) -> str:
        """Return the hash of what the file says, whatever its format."""
        return digest(self.tables)


@dataclass(frozen=True, slots=True)
class Kept:
    """A day's file that the desk has."""

    place: Path
    as_of: date
    days: tuple[date, ...]
    digest: str
    present: frozenset[str]

    def rows(self, table: str) -> pl.LazyFrame:
        """Return one of its tables, read when it is needed.

        Errors: BadBook when it is missing.
        """
        return kept.scan(self.place, _called(self.place), table, TABLES[table])


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a day's file: new, already_here, or late where the desk knows a day after it."""

    outcome: Literal["new", "already_here", "late"]
    folder: Path


def save(snapshots: Path, read: DayFile, *, last: date, imported_at: datetime) -> Saved:
    """Keep a day's file beside the snapshots; `last` is the newest day that the desk knows.

    Errors: NotRecorded when the disk refuses and Busy while another import is under way: then all is as it was.
    """
    with kept.locked(snapshots, "The file"):
        folder = snapshots / FOLDER
        here = next((known for known in listed(snapshots) if known.digest == read.digest), None)
        if here is not None:
            return Saved("already_here", here.place)
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in aside.leftovers(folder):
            shutil.rmtree(left)
        target = folder / f"{read.as_of.isoformat()}-{read.digest[:8]}"
        with aside.folder(target) as fresh:
            _write(fresh, read, imported_at)
        return Saved("late" if read.as_of < last else "new", target)


def _write(fresh: Path, read: DayFile, imported_at: datetime) -> None:
    """Write the files of a folder."""
    rows = {table: kept.write_table(fresh / f"{table}.parquet", read.tables[table]) for table in TABLES}
    content = {
        "schema": SCHEMA,
        "digest": read.digest,
        "as_of": read.as_of.isoformat(),
        "days": [day.isoformat() for day in read.days],
        "imported_at": imported_at.isoformat(),
        "checked_by": read.checked_by.isoformat(),
        "present": sorted(read.present),
        "rows": rows,
        "sha256": {table: kept.sha256(fresh / f"{table}.parquet") for table in TABLES},
        "totals": [[t.table, t.name, t.currency, t.value if isinstance(t.value, int) else str(t.value)]
                   for t in read.totals],
    }  # fmt: skip
    kept.write_manifest(fresh, content)


def listed(snapshots: Path, until: date | None = None) -> tuple[Kept, ...]:
    """Return the day's files that a desk has, in an order that does not depend on when they came.

    With `until`, only those that have a day up to it.

    Errors: BadBook when one says nothing about itself, NewerSchema.
    """
    found = (_read(place.parent) for place in (snapshots / FOLDER).glob(f"[0-9]*/{kept.MANIFEST}"))
    chosen = (known for known in found if until is None or known.days[0] <= until)
    return tuple(sorted(chosen, key=lambda known: (known.as_of, known.digest)))


def _read(place: Path) -> Kept:
    """Read what a day's file says about itself.

    Errors: BadBook, NewerSchema.
    """
    content = kept.manifest(place, _called(place), SCHEMA)
    try:
        as_of, *days = (date.fromisoformat(day) for day in (content["as_of"], *content["days"]))
        return Kept(place, as_of, tuple(days) or (as_of,), str(content["digest"]), frozenset(content["present"]))
    except (KeyError, TypeError, ValueError) as error:
        raise kept.damaged(_called(place), f"its {kept.MANIFEST} cannot be read") from error


def verify(snapshots: Path) -> None:
    """Compare every day's file with what was written.

    Errors: BadBook names the first that differs.
    """
    for known in listed(snapshots):
        check(known.place)


def places(snapshots: Path) -> tuple[Path, ...]:
    """Return the folders of the day's files, damaged or not."""
    return tuple(sorted(place for place in (snapshots / FOLDER).glob("[0-9]*") if place.is_dir()))


def check(place: Path) -> None:
    """Compare the folder of a day's file with what was written.

    Errors: BadBook names what differs; NewerSchema.
    """
    kept.verify(place, _called(place), kept.manifest(place, _called(place), SCHEMA).get("sha256", {}))
    _read(place)


def _called(place: Path) -> str:
    """Return what a day's file is called in a sentence."""
    return f"day's file {place.name}"
