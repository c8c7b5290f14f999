"""XLSX: one sheet, every cell as text, with its sheet and row."""

from __future__ import annotations

import html
import re
import zipfile
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
    return replace(
        _source(cells, table, f"{path.name}, sheet {name}"),
        issues=_left_out(path.name, table, name, names),
        faulty=_errors(path, name),
    )


# A cell that holds an error, as in <c r="D5" t="e"><f>NA()</f><v>#N/A</v></c>; readers of workbooks give nothing for it.
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]+)"[^>]*>(?:<(?:\w+:)?f\b[^>]*>(?:[^<]*</(?:\w+:)?f>)?)?'
    rb"<(?:\w+:)?v>([^<]*)</"
)
_TAG = re.compile(rb"<(?:\w+:)?(?:sheet|Relationship)\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


def _errors(path: Path, sheet: str) -> tuple[tuple[int, str], ...]:
    """Return the rows of a sheet with a cell that holds an error, each with the first such cell and its error."""
    with zipfile.ZipFile(path) as workbook:
        try:
            content = workbook.read(_part(workbook, sheet))
        except (KeyError, zipfile.BadZipFile):
            return ()
    found: dict[int, str] = {}
    for column, row, error in _ERROR.findall(content):
        found.setdefault(int(row), f"{column.decode()}{row.decode()} {html.unescape(error.decode('utf-8', 'replace'))}")
    return tuple(found.items())


def _part(workbook: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the file within a workbook that holds a sheet.

    Errors: KeyError.
    """
    sheets, places = (
        [dict(_ATTRIBUTE.findall(tag)) for tag in _TAG.findall(workbook.read(part))]
        for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    target = {place.get(b"Id"): place.get(b"Target", b"").decode() for place in places}
    keys = (e.get(b"r:id") for e in sheets if html.unescape(e.get(b"name", b"").decode()) == sheet)
    key = next(keys, None)
    return target[key].removeprefix("/") if target[key].startswith("/") else f"xl/{target[key]}"


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
