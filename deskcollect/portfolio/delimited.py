"""CSV: find the separator, read every column as text, know the physical line of every row."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.errors import BadBook
from deskcollect.portfolio.source import LINE, Source
from deskcollect.portfolio.wording import rows_in_words
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER_CHARACTERS = 100_000
SEPARATORS = (",", ";", "\t", "|")
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read(text: str, table: str, file: str) -> Source:
    """Return the table of a CSV text.

    Errors: BadBook names the physical line at which a quoted field is never closed.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    separator, headers, skipped, body = _head(text, file)
    rows, short, torn = _body(body, separator, len(headers), file, skipped)
    last = skipped + body.count("\n") + 1
    cut = last if last in short else None
    source = Source(table, file, headers, rows.lazy(), torn=tuple(torn), cut=cut)
    return replace(source, issues=_short(source, [line for line in short if line != cut]))


def headers(text: str, file: str) -> tuple[str, ...]:
    """Return the headers of a CSV text that may end anywhere after them.

    Errors: BadBook.
    """
    return _head(text if "\n" in text else text.replace("\r", "\n"), file)[1]


def _short(source: Source, lines: list[int]) -> tuple[Issue, ...]:
    """Report rows that end early; some spreadsheets leave out the last separators of a row."""
    if not lines:
        return ()
    where = rows_in_words(lines, source.unit)
    message = f"{where}: the row ends before the last column; what is missing is read as empty."
    remedy = "Look whether a field is missing in the middle of the row."
    return (Issue(Severity.WARNING, "too_few_fields", message, remedy, source.place(lines[0])),)


def _head(text: str, file: str) -> tuple[str, tuple[str, ...], int, str]:
    """Return separator, headers, the number of lines above the first row, and the rows."""
    start, hinted = 0, ""
    if hint := _HINT.match(text):
        start, hinted = hint.end(), hint.group(1)
    while (end := text.find("\n", start)) >= 0 and not text[start:end].strip():
        start = end + 1
    line = text[start : end if end >= 0 else len(text)]
    separator = hinted or max(SEPARATORS, key=lambda s: len(next(csv.reader([line], delimiter=s))))
    reader = csv.reader(io.StringIO(text[start : start + _HEADER_CHARACTERS], newline=""), delimiter=separator)
    try:
        headers = tuple(next(reader))
    except (csv.Error, StopIteration) as error:
        raise BadBook(f"{file} has no line of headers.", "Write the names of the columns in the first line.") from error
    for _ in range(reader.line_num):
        end = text.find("\n", start)
        start = end + 1 if end >= 0 else len(text)
    return separator, tuple(h.strip() for h in headers), text.count("\n", 0, start), text[start:]


def _body(body: str, separator: str, width: int, file: str, skipped: int) -> tuple[pl.DataFrame, list[int], list[int]]:
    """Return the rows, the lines that are too short and those that are too long."""
    schema = {str(i): pl.String for i in range(width)}
    if not body.strip():
        return pl.DataFrame(schema={LINE: pl.Int64, **schema}), [], []
    data = body.encode()
    lines = pl.read_csv(data, separator="\n", quote_char=None, has_header=False, infer_schema=False).to_series()
    try:
        rows = pl.read_csv(
            data, separator=separator, has_header=False, schema=schema, infer_schema=False, truncate_ragged_lines=True
        )
    except pl.exceptions.PolarsError:
        return _walked(body, separator, width, file, skipped)
    if rows.height != lines.len():
        return _walked(body, separator, width, file, skipped)
    edge = re.escape(separator)
    plain = lines.str.replace_all(rf'(^|{edge})"(?:[^"]|"")*"', "$1") if '"' in body else lines
    fields = plain.str.count_matches(separator, literal=True) + 1
    rows = rows.with_columns(pl.int_range(skipped + 1, skipped + 1 + pl.len(), dtype=pl.Int64).alias(LINE))
    return _without_blank(rows), _lines(rows, lines, fields < width), _lines(rows, lines, fields > width)


def _lines(rows: pl.DataFrame, lines: pl.Series, where: pl.Series) -> list[int]:
    """Return the numbers of the lines that are not blank and meet a condition."""
    at = where.fill_null(value=False).arg_true()
    said = lines.gather(at).str.strip_chars().str.len_bytes() > 0
    return rows[LINE].gather(at).filter(said).to_list()


def _without_blank(rows: pl.DataFrame) -> pl.DataFrame:
    """Drop rows without any value; a blank line is no row."""
    blank = [pl.col(name).str.strip_chars().fill_null("") == "" for name in rows.columns if name != LINE]
    doubtful = rows.filter(pl.col("0").is_null() | pl.col("0").str.starts_with(" ") | (pl.col("0") == ""))
    lines = doubtful.filter(pl.all_horizontal(blank))[LINE]
    return rows if lines.is_empty() else rows.filter(~pl.col(LINE).is_in(lines.implode()))


def _walked(
    body: str, separator: str, width: int, file: str, skipped: int
) -> tuple[pl.DataFrame, list[int], list[int]]:
    """Read with Python's csv module, which knows the physical line of every row."""
    columns: list[list[str | None]] = [[] for _ in range(width)]
    numbers: list[int] = []
    short: list[int] = []
    torn: list[int] = []
    for number, fields in _records(body, separator, file, skipped):
        if not any(field.strip() for field in fields):
            continue
        numbers.append(number)
        if len(fields) != width:
            (short if len(fields) < width else torn).append(number)
        for index, column in enumerate(columns):
            column.append(fields[index] or None if index < len(fields) else None)
    frame = {str(i): pl.Series(column, dtype=pl.String) for i, column in enumerate(columns)}
    return pl.DataFrame({LINE: pl.Series(numbers, dtype=pl.Int64), **frame}), short, torn


def _records(body: str, separator: str, file: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Go through the records with the line each begins on."""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    line = skipped + 1
    try:
        for fields in reader:
            yield line, fields
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field limit" in str(error):
            what = "a quoted field begins here and is never closed"
        else:
            what = "a quotation mark stands within a field"
        raise BadBook(
            f"{file} line {line}: {what}; the rows after it cannot be told apart.",
            'Close the field with ", and write "" for a quotation mark within it.',
        ) from error
