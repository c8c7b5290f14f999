"""One table of a book as it was found: columns by position, beside the line each row came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.records import Issue, Place

if TYPE_CHECKING:
    import polars as pl

LINE = "_line"


@dataclass(frozen=True, slots=True)
class Source:
    """A table as the lender wrote it.

    `frame` holds LINE and one column a header, named "0", "1", ... since two headers may be equal. Everything but
    Parquet is text. `unit` is what LINE counts: lines of a text file, rows of a sheet or of Parquet, entries of a
    JSON that has several on one line. `torn` are lines with more fields than the header, `cut` is the line within which
    the file ends. `faulty` are rows with a cell that holds an error of the spreadsheet, and what it holds. `nested` are the places of columns in whose cells stand lists or objects.
    """

    table: str
    file: str
    headers: tuple[str, ...]
    frame: pl.LazyFrame
    unit: str = "line"
    issues: tuple[Issue, ...] = ()
    torn: tuple[int, ...] = ()
    cut: int | None = None
    faulty: tuple[tuple[int, str], ...] = ()
    nested: frozenset[int] = frozenset()

    def place(self, line: int | None = None, column: str = "") -> Place:
        """Point into this table."""
        return Place(file=self.file, table=self.table, line=line, column=column)
