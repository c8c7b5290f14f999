"""Tables handed over as files: written beside and put in place whole, with nothing that a spreadsheet would run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.errors import BadUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# a spreadsheet takes a cell that begins so for a formula; a figure is none
_FORMULA = r"^[=+\-@\t\r|%]"
_FIGURE = r"^-?\d+(\.\d+)?$"
_TWO_DECIMALS = 2


def known_format(path: Path, allowed: Sequence[str]) -> str:
    """Return the ending of a file that is to be written.

    Errors: BadUse where it says nothing about the format, or the folder is missing.
    """
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise BadUse(f"{path.name} does not say which format it is to have.", f"Known are {', '.join(allowed)}.")
    if not path.parent.is_dir():
        raise BadUse(f"There is no folder {path.parent}.", "Make it first, or write elsewhere.")
    return suffix


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write to; what is there takes the place of `path` once it is complete."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield beside
        beside.replace(path)
    except pl.exceptions.ComputeError as error:
        raise OSError(None, str(error).partition("\n")[0], str(path)) from error
    finally:
        beside.unlink(missing_ok=True)


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would take for a formula."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    risky = pl.col(texts).str.contains(_FORMULA) & ~pl.col(texts).str.contains(_FIGURE)
    return frame.with_columns(pl.when(risky).then("'" + pl.col(texts)).otherwise(pl.col(texts))) if texts else frame


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Join lists with semicolons, and drop decimals of money that are all zero."""
    joined = [pl.col(name).list.join("; ") for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    exact = [_shortest(frame, name) for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal)]
    coded = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if isinstance(kind, pl.Enum)]
    return frame.with_columns(*joined, *exact, *coded)


def _shortest(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return money with two decimals where no amount has more."""
    column = frame[name]
    two = column.round(_TWO_DECIMALS)
    return pl.col(name).cast(pl.Decimal(20, _TWO_DECIMALS)) if column.equals(two) else pl.col(name)


def write(frame: pl.DataFrame, path: Path, suffix: str) -> None:
    """Write a table as CSV, Parquet or a sheet.

    Errors: OSError, BadUse.
    """
    with whole(path) as beside:
        if suffix == ".parquet":
            frame.write_parquet(beside)
        elif suffix == ".csv":
            harmless(flat(frame)).write_csv(beside, include_bom=True)
        else:
            _sheet(flat(frame), beside)


def _sheet(frame: pl.DataFrame, path: Path) -> None:
    """Write a sheet whose texts stay texts."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise BadUse("XLSX needs the package xlsxwriter, which is not installed.", "Write .csv or .parquet.") from error
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with path.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        frame.write_excel(book, worksheet="worklist", autofit=frame.height < 10_000, freeze_panes=(1, 0))
