"""What a column of a table is and where each begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from deskcollect.present.clean import clean
from deskcollect.present.numbers import fit_number
from deskcollect.present.shapes import Glyphs
from deskcollect.present.width import Align, fit

if TYPE_CHECKING:
    import polars as pl  # not before the first paint: it takes a quarter of a second

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table.

    Args:
        name: Stable name, for sorting and for the settings.
        title: What the header says.
        width: In cells.
        align: Figures stand right, and show `#` rather than a part of a number.
        cells: Text and role (`text`, `muted`, `tierA`, `red` ...) of one row.
        sort_expr: What the column sorts by; None: it does not sort.
        gap: Blank cells before it.
    """

    name: str
    title: str
    width: int
    align: Align
    cells: Callable[[Row], tuple[str, str]]
    sort_expr: pl.Expr | None = None
    gap: int = 1

    def fitted(self, text: str, glyphs: Glyphs) -> str:
        """Return a text that takes exactly the column's width."""
        text = glyphs.render(clean(text))
        if self.align == "right":
            shown = fit_number(text, self.width)
        else:
            shown = fit(text, self.width, self.align, ellipsis=glyphs.ellipsis)
        # what the screen is cut by is the library's own measure; it may be set to another version of Unicode
        if shown.isascii() or cell_len(shown) == self.width:
            return shown
        return set_cell_size(shown, self.width)


GUTTER = 2


def total_width(columns: Iterable[TableColumn]) -> int:
    """Return the cells that a row takes, with the cursor's and the mark's."""
    return GUTTER + sum(column.gap + column.width for column in columns) - _first_gap(columns)


def _first_gap(columns: Iterable[TableColumn]) -> int:
    """Return the blank cells before the first column, which stands right after the mark."""
    return next((column.gap for column in columns), 0)


def starts(columns: Sequence[TableColumn]) -> list[int]:
    """Return the first cell of each column, counted after the gutter."""
    found, at = [], 0
    for index, column in enumerate(columns):
        at += column.gap if index else 0
        found.append(at)
        at += column.width
    return found
