"""Tables handed over as files: formula-safe for spreadsheets, written whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import polars as pl

from deskcollect import aside
from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Table = TypeVar("Table", pl.DataFrame, pl.LazyFrame)
SUFFIXES = (".csv", ".parquet", ".xlsx", ".json")


def formula_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would run as a formula."""
    risky = r"^[\s\p{Cf}]*[=@\t\r＝＋－＠+\-]"
    number = r"^[\s\p{Cf}]*[+\-][\d\s().\-]+$"
    text = pl.col(pl.String)
    guarded = (
        pl.when(text.str.contains(risky) & ~text.str.contains(number)).then(text.str.replace("^", "'")).otherwise(text)
    )
    return frame.with_columns(guarded)


def flat(frame: Table) -> Table:
    """Return the table with its lists as one text each, for forms that know no lists."""
    lists = [name for name, dtype in frame.collect_schema().items() if dtype == pl.List(pl.String)]
    return frame.with_columns(pl.col(lists).list.join("; ")) if lists else frame


def write_table(frame: pl.DataFrame, path: Path, *, guarded: bool = True, decimals: int | None = None) -> None:
    """Write a table in the form that the file's name asks for.

    Args:
        frame: The table.
        path: The file; what stands there is replaced.
        guarded: A CSV is opened in a spreadsheet: it says its encoding, and its texts are formula-safe. Not for a
            program, which takes texts as they are.
        decimals: Of a ratio in CSV; all unless told.

    Errors: BadUse for an unknown ending, a folder that cannot be written, or a full disk.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadUse(f"{path.name} has no known ending.", f"Use one of {', '.join(SUFFIXES)}.")
    with _written(path) as file:
        if suffix == ".csv":
            rows = formula_safe(flat(frame)) if guarded else flat(frame)
            rows.write_csv(file, include_bom=guarded, float_precision=decimals)
        else:
            _write(frame, file, suffix)


def write_rows(rows: pl.LazyFrame, path: Path, *, decimals: int | None = None) -> None:
    """Write a table for programs, its texts as they are, row after row as they come: it may be larger than memory.

    Errors: as `write_table`.
    """
    suffix = path.suffix.lower()
    with _written(path) as file:
        if suffix == ".parquet":
            rows.sink_parquet(file)
        elif suffix == ".csv":
            flat(rows).sink_csv(file, float_precision=decimals)
        else:
            _write(rows.collect(), file, suffix)


def write_bytes(content: bytes, path: Path) -> None:
    """Write what is no table; what stands there is replaced.

    Errors: BadUse for a folder that cannot be written, or a full disk.
    """
    with _written(path) as file:
        file.write(content)


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which is in its place at the end.

    Errors: BadUse.
    """
    try:
        with aside.file(path) as file:
            yield file
    except (OSError, pl.exceptions.ComputeError) as error:
        raise BadUse(f"{path.name} was not written: {_reason(error)}.", "Name another folder.") from error


def write_text(text: str, path: Path) -> None:
    """Write a text in UTF-8; what stands there is replaced.

    Errors: BadUse for a folder that cannot be written, or a full disk.
    """
    try:
        with aside.file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise BadUse(f"{path.name} was not written: {_reason(error)}.", "Name another folder.") from error


def _reason(error: Exception) -> str:
    """Return what the system said, without its number, the path and what Polars says before it."""
    said = error.strerror if isinstance(error, OSError) else None
    return said or str(error).partition(" (os error")[0].rpartition(": ")[2]


def _write(frame: pl.DataFrame, file: BinaryIO, suffix: str) -> None:
    """Write a form that keeps every text as it is."""
    if suffix == ".parquet":
        frame.write_parquet(file)
    elif suffix == ".xlsx":
        # On a full disk the writer's archive would go on complaining; bytes fail once.
        content = BytesIO()
        flat(frame).write_excel(content)
        file.write(content.getvalue())
    else:
        # Polars says nothing of a full disk when it writes JSON itself.
        file.write(frame.write_json().encode())
