"""XLSX: one sheet, every cell as text, with its sheet and row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.errors import BadBook
from deskcollect.portfolio.source import LINE, Source

if TYPE_CHECKING:
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
    return _source(cells, table, f"{path.name}, sheet {name}")


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
