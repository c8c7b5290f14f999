"""Tables handed over as files: formula-safe for spreadsheets, written whole or not at all."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from pathlib import Path

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


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table in the form that the file's name asks for.

    Errors: BadUse for an unknown ending or a folder that cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadUse(f"{path.name} has no known ending.", f"Use one of {', '.join(SUFFIXES)}.")
    part = path.with_name(f".{path.name}.part")
    try:
        _write(frame, part, suffix)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadUse(f"{path.name} was not written: {_reason(error)}.", "Name another folder.") from error


def _reason(error: OSError) -> str:
    """Return what the system said, without its number and the path."""
    return error.strerror or str(error).partition(" (os error")[0]


def _write(frame: pl.DataFrame, path: Path, suffix: str) -> None:
    """Write one form."""
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    flat = frame.with_columns(pl.col(lists).list.join("; ")) if lists else frame
    if suffix == ".csv":
        formula_safe(flat).write_csv(path, include_bom=True)
    elif suffix == ".parquet":
        frame.write_parquet(path)
    elif suffix == ".xlsx":
        # The writer has errors of its own for a folder that is not there; bytes have those of the system.
        content = BytesIO()
        flat.write_excel(content)
        path.write_bytes(content.getvalue())
    else:
        path.write_text(frame.write_json(), "utf-8")
