"""Dated books that never change: one folder a date, Parquet and a manifest, there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import polars as pl
from filelock import FileLock, Timeout

from deskcollect import aside, frames
from deskcollect.errors import BadBook, BadUse, Busy, NewerSchema, NotRecorded
from deskcollect.portfolio.book import SCHEMAS, Book
from deskcollect.portfolio.order import in_order
from deskcollect.portfolio.rows import SAME
from deskcollect.records import Total

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 1
MANIFEST = "manifest.json"
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
_PATIENCE_SECONDS = 10
_NTH, _SNAPSHOT = "_nth", "_snapshot"


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
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_PATIENCE_SECONDS):
            return _save(folder, book, replace=replace, imported_at=imported_at)
    except Timeout as error:
        raise Busy("Another import into this desk is under way.", "Wait until it is done and try again.") from error
    except (OSError, pl.exceptions.ComputeError) as error:
        reason = str(error).partition("\n")[0]
        raise NotRecorded(
            f"The book could not be kept: {reason}. Nothing was imported.",
            "Make room on the disk, or check the rights of the folder, and import it again.",
        ) from error


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
    hashes = {table: _hash(fresh / f"{table}.parquet") for table in SCHEMAS}
    (fresh / MANIFEST).write_text(_rendered(book, counts, hashes, imported_at), "utf-8")


def _write_table(fresh: Path, book: Book, table: str) -> int:
    """Write one table in its order; return its rows."""
    path = fresh / f"{table}.parquet"
    in_order(book.tables[table], table).sink_parquet(path)
    count: int = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    return count


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


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rendered(book: Book, counts: dict[str, int], hashes: dict[str, str], imported_at: datetime) -> str:
    """Return the manifest as text."""
    content = {
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
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


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
        raise _damaged(place, f"its {MANIFEST} cannot be read") from error


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


def _manifest(place: Path) -> dict[str, Any]:
    """Return what a snapshot says about itself.

    Errors: BadBook, NewerSchema.
    """
    try:
        content: dict[str, Any] = json.loads((place / MANIFEST).read_text("utf-8"))
        schema = int(content["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(place, f"its {MANIFEST} cannot be read") from error
    if schema > SCHEMA:
        raise NewerSchema(
            f"The snapshot {place.name} has schema {schema}; this version reads up to {SCHEMA}.",
            "Install a newer deskcollect.",
        )
    return content


def _damaged(place: Path, what: str) -> BadBook:
    """Return what to say of a damaged snapshot."""
    return BadBook(f"The snapshot {place.name} is damaged: {what}.", "Move its folder away and import that book again.")


def verify(folder: Path, as_of: date) -> None:
    """Compare the files of a snapshot with what they were when they were written.

    Errors: BadBook names the file that differs.
    """
    place = folder / as_of.isoformat()
    for table, known in _manifest(place).get("sha256", {}).items():
        path = place / f"{table}.parquet"
        if not path.is_file() or _hash(path) != known:
            raise _damaged(place, f"{path.name} is not what was written")


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
        raise


def _scan(place: Path, table: str) -> pl.LazyFrame:
    """Return one table of a snapshot."""
    path = place / f"{table}.parquet"
    if not path.is_file():
        raise _damaged(place, f"{path.name} is missing")
    return frames.stamp(pl.scan_parquet(path, glob=False), SCHEMAS[table], and_own=table == "accounts")


def history(folder: Path, newest: Book, table: str) -> pl.LazyFrame:
    """Return a table over all snapshots before a book and the book itself, which need not be kept.

    A row that several of them hold counts once, as the newest says. Two payments alike on one day are told apart by
    their place within that day.
    """
    keys = SAME[table]
    told = [_scan(folder / day.isoformat(), table) for day in dates(folder) if day < newest.as_of]
    parts = [
        rows.with_columns(pl.int_range(pl.len()).over(keys).alias(_NTH), pl.lit(number).alias(_SNAPSHOT))
        for number, rows in enumerate([*told, newest.tables[table]])
    ]
    merged = parts[0] if len(parts) == 1 else pl.concat(parts).unique([*keys, _NTH], keep="last", maintain_order=True)
    return frames.stamp(merged.sort(keys[:2], maintain_order=True), SCHEMAS[table])
