"""What the dated folders of a desk have in common: written under one lock, with a manifest and the hash of every file."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
from filelock import FileLock, Timeout

from deskcollect import frames
from deskcollect.errors import BadBook, Busy, NewerSchema, NotRecorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MANIFEST = "manifest.json"
_PATIENCE_SECONDS = 10


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Keep other imports out of the desk while something is written; `what` it is begins the sentence of a failure.

    Errors: NotRecorded when the disk refuses and Busy while another import is under way.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_PATIENCE_SECONDS, mode=0o600):
            yield
    except Timeout as error:
        raise Busy("Another import into this desk is under way.", "Wait until it is done and try again.") from error
    except (OSError, pl.exceptions.ComputeError) as error:
        reason = str(error).partition("\n")[0]
        raise NotRecorded(
            f"{what} could not be kept: {reason}. Nothing was imported.",
            "Make room on the disk, or check the rights of the folder, and import it again.",
        ) from error


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_table(path: Path, rows: pl.LazyFrame) -> int:
    """Write a table; return its rows."""
    rows.sink_parquet(path)
    count: int = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    return count


def write_manifest(fresh: Path, content: Mapping[str, Any]) -> None:
    """Write what a folder says about itself."""
    (fresh / MANIFEST).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def manifest(place: Path, called: str, schema: int) -> dict[str, Any]:
    """Return what a folder says about itself; `called` is its name in a sentence.

    Errors: BadBook; NewerSchema when it is of a schema after the one that is known.
    """
    try:
        content: dict[str, Any] = json.loads((place / MANIFEST).read_text("utf-8"))
        found = int(content["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(called, f"its {MANIFEST} cannot be read") from error
    if found > schema:
        raise NewerSchema(
            f"The {called} has schema {found}; this version reads up to {schema}.", "Install a newer deskcollect."
        )
    return content


def damaged(called: str, what: str) -> BadBook:
    """Return what to say of a damaged folder."""
    whose = "that book" if called.startswith("snapshot") else "that file"
    return BadBook(f"The {called} is damaged: {what}.", f"Move its folder away and import {whose} again.")


def verify(place: Path, called: str, hashes: Mapping[str, str]) -> None:
    """Compare the files of a folder with what they were when they were written.

    Errors: BadBook names the file that differs.
    """
    for table, known in hashes.items():
        path = place / f"{table}.parquet"
        if not path.is_file() or sha256(path) != known:
            raise damaged(called, f"{path.name} is not what was written")


def scan(place: Path, called: str, table: str, columns: frames.Columns, *, and_own: bool = False) -> pl.LazyFrame:
    """Return one table of a folder.

    Errors: BadBook when it is missing.
    """
    path = place / f"{table}.parquet"
    if not path.is_file():
        raise damaged(called, f"{path.name} is missing")
    return frames.stamp(pl.scan_parquet(path, glob=False), columns, and_own=and_own)
