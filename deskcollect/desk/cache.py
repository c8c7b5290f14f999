"""What a book says, kept beside it so that the desk opens at once. A cache: rebuilt if it is absent, old or damaged."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import __version__, aside
from deskcollect.desk.pipeline import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

_TABLES = ("accounts", "cycles", "numbers", "feeds")
_SUMS = "sums"
_SEEN, _ROWS = "seen-", "rows"


def key(snapshots: Path, dates: Iterable[date], *parts: str) -> str:
    """Return what a standing depends on: the books up to its date, policy, card, and the program."""
    digest = hashlib.sha256(f"{__version__}\0{chr(0).join(parts)}".encode())
    for day in dates:
        with suppress(OSError):
            digest.update((snapshots / day.isoformat() / "manifest.json").read_bytes())
    return digest.hexdigest()[:16]


def kept(
    folder: Path, as_of: date, names: Sequence[str], make: Callable[[], Standing], *, keep: bool = True
) -> Standing:
    """Return the standing kept under one of some names, or make it and keep it under the last.

    A folder that cannot be written keeps nothing, nor is anything kept without `keep`.
    """
    places = [folder / f"{as_of.isoformat()}-{name}" for name in names]
    for place, name in zip(places, names, strict=True):
        found = _read(place, as_of)
        if found is not None:
            return replace(found, kept_as=name)
    made = make()
    if not keep:
        return made
    with suppress(OSError, pl.exceptions.ComputeError):
        _write(folder, places[-1], as_of, made)
    return replace(made, kept_as=names[-1])


def kept_rows(
    folder: Path, day: date, name: str, make: Callable[[], pl.DataFrame], *, keep: bool = True
) -> pl.DataFrame:
    """Return the table kept under a name for a day, or make it and keep it, as `kept` does."""
    place = folder / f"{_SEEN}{day.isoformat()}-{name}"
    found = _tables(place, (_ROWS,))
    if found is not None:
        return found[0]
    made = make()
    if not keep:
        return made
    with suppress(OSError, pl.exceptions.ComputeError):
        _write_tables(folder, place, f"{_SEEN}{day.isoformat()}-*", {_ROWS: made})
    return made


def _read(place: Path, as_of: date) -> Standing | None:
    """Return what is kept, None if it is not whole."""
    found = _tables(place, _TABLES)
    if found is None:
        return None
    accounts, wide, numbers, held = found
    nothing = pl.LazyFrame()
    return Standing(as_of, as_of, accounts, wide, numbers, nothing, nothing, frozenset(), held)


def _tables(place: Path, names: tuple[str, ...]) -> list[pl.DataFrame] | None:
    """Return tables that are kept, None if not whole. A damaged file is not left to Polars, which may give up on it."""
    try:
        if (place / _SUMS).read_text("ascii") != _sums(place, names):
            return None
        return [pl.read_parquet(place / f"{table}.parquet") for table in names]
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def _write(folder: Path, place: Path, as_of: date, made: Standing) -> None:
    """Keep a standing; what was kept for the same date before goes."""
    _write_tables(folder, place, f"{as_of.isoformat()}-*", {table: getattr(made, table) for table in _TABLES})


def _write_tables(folder: Path, place: Path, others: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Keep tables under a name; what else is kept under names of a pattern goes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with aside.folder(place, mode=0o700, durable=False) as part:
        for table, rows in tables.items():
            rows.write_parquet(part / f"{table}.parquet", compression="lz4")
        (part / _SUMS).write_text(_sums(part, tuple(tables)), "ascii")
        for old in folder.glob(others):
            shutil.rmtree(old, ignore_errors=True)


def _sums(place: Path, names: tuple[str, ...]) -> str:
    """Return a check sum of each table."""
    return "\n".join(f"{zlib.crc32((place / f'{table}.parquet').read_bytes()):08x}" for table in names)
