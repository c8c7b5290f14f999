"""XLSX: one sheet, every cell as text, with its sheet and row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.errors import BadBook
from deskcollect.portfolio.source import LINE, Source
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(path: Path, table: str) -> Source:
    """Return the table of a workbook: the sheet named after it, else the first.

    Errors: BadBook when the workbook cannot be opened or its sheet is empty.
    """
    import fastexcel

    try:
        workbook = fastexcel.read_excel(path)
        names: list[str] = workbook.sheet_names
        name = next((n for n in names if n.strip().casefold() == table), names[0])
        cells = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, OSError, IndexError) as error:
        raise BadBook(
            f"{path.name} cannot be read as a workbook; it may be cut off or protected by a password.",
            "Save it again as .xlsx without a password, or export it as CSV.",
        ) from error
    return replace(_source(cells, table, f"{path.name}, sheet {name}"), issues=_left_out(path.name, table, name, names))


def _left_out(file: str, table: str, read: str, names: Sequence[str]) -> tuple[Issue, ...]:
    """Tell of sheets that are not read."""
    others = [name for name in names if name != read]
    if not others:
        return ()
    what = f"the sheet {others[0]} is" if len(others) == 1 else f"the sheets {', '.join(others)} are"
    message = f"{file}: {what} not read, only {read}."
    remedy = f"Put all rows on one sheet named {table}, or each table into a file of its own."
    return (Issue(Severity.INFO, "sheets_not_read", message, remedy, Place(file=file)),)


def _source(cells: pl.DataFrame, table: str, file: str) -> Source:
    """Take the first row that is not blank as headers."""
    rows = cells.with_columns(pl.int_range(1, 1 + pl.len(), dtype=pl.Int64).alias(LINE)).select(LINE, *cells.columns)
    rows = rows.filter(pl.any_horizontal(pl.exclude(LINE).str.strip_chars().str.len_bytes() > 0))
    if rows.is_empty():
        raise BadBook(f"{file} is empty.", "Write the names of the columns in the first row, the accounts below.")
    first: tuple[Any, ...] = rows.row(0)[1:]
    named = [i for i, header in enumerate(first) if header is not None or rows[:, i + 1].drop_nulls().len() > 1]
    frame = rows.slice(1).select(LINE, *(pl.col(cells.columns[i]).alias(str(k)) for k, i in enumerate(named)))
    headers = tuple(str(first[i] or "").strip() for i in named)
    return Source(table, file, headers, frame.lazy(), unit="row")
