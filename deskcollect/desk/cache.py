"""What a book says, kept beside it so that the desk opens at once. A cache: rebuilt if it is absent, old or damaged."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import __version__, aside
from deskcollect.desk.pipeline import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

_TABLES = ("accounts", "cycles", "numbers", "feeds")
_SUMS = "sums"


def key(snapshots: Path, dates: Iterable[date], *parts: str) -> str:
    """Return what a standing depends on: the books up to its date, policy, card, and the program."""
    digest = hashlib.sha256(f"{__version__}\0{chr(0).join(parts)}".encode())
    for day in dates:
        with suppress(OSError):
            digest.update((snapshots / day.isoformat() / "manifest.json").read_bytes())
    return digest.hexdigest()[:16]


def kept(folder: Path, as_of: date, name: str, make: Callable[[], Standing]) -> Standing:
    """Return the standing kept under a name, or make it and keep it. A folder that cannot be written keeps nothing."""
    place = folder / f"{as_of.isoformat()}-{name}"
    found = _read(place, as_of)
    if found is not None:
        return found
    made = make()
    with suppress(OSError, pl.exceptions.ComputeError):
        _write(folder, place, as_of, made)
    return made


def _read(place: Path, as_of: date) -> Standing | None:
    """Return what is kept, None if it is not whole. A damaged file is not left to Polars, which may give up on it."""
    try:
        if (place / _SUMS).read_text("ascii") != _sums(place):
            return None
        accounts, wide, numbers, feeds = (pl.read_parquet(place / f"{table}.parquet") for table in _TABLES)
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    nothing = pl.LazyFrame()
    return Standing(as_of, accounts, wide, numbers, nothing, nothing, frozenset(), feeds)


def _write(folder: Path, place: Path, as_of: date, made: Standing) -> None:
    """Keep a standing; what was kept for the same date before goes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with aside.folder(place, mode=0o700, durable=False) as part:
        for table in _TABLES:
            getattr(made, table).write_parquet(part / f"{table}.parquet", compression="lz4")
        (part / _SUMS).write_text(_sums(part), "ascii")
        for old in folder.glob(f"{as_of.isoformat()}-*"):
            shutil.rmtree(old, ignore_errors=True)


def _sums(place: Path) -> str:
    """Return a check sum of each table."""
    return "\n".join(f"{zlib.crc32((place / f'{table}.parquet').read_bytes()):08x}" for table in _TABLES)
