"""What a column of a table is, which columns fit into a window, and where each begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len, set_cell_size

from deskcollect.present.clean import clean
from deskcollect.present.numbers import fit_number
from deskcollect.present.shapes import Glyphs
from deskcollect.present.width import Align, fit, fit_middle

if TYPE_CHECKING:
    import polars as pl  # not before the first paint: it takes a quarter of a second

Cut = Literal["end", "middle", "number"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table.

    Args:
        name: Stable name, for sorting and for the settings.
        title: What the header says.
        width: In cells.
        align: Figures stand right.
        cells: Text and role (`text`, `muted`, `tierA`, `red` ...) of one row.
        sort_expr: What the column sorts by; None: it does not sort.
        priority: The higher, the sooner it goes when the window narrows; 0 never goes.
        gap: Blank cells before it.
        cut: How a text that is too long is cut: at its end, in its middle (ids), or not at all (`#`, figures).
            None: figures for right-aligned columns, else the end.
        grows: It takes the cells that are left over.
        least: Width to which it may shrink before others go; 0: it does not shrink.
    """

    name: str
    title: str
    width: int
    align: Align
    cells: Callable[[Row], tuple[str, str]]
    sort_expr: pl.Expr | None = None
    priority: int = 0
    gap: int = 1
    cut: Cut | None = None
    grows: bool = False
    least: int = 0

    def fitted(self, text: str, glyphs: Glyphs) -> str:
        """Return a text that takes exactly the column's width."""
        text = glyphs.render(clean(text))
        cut = self.cut or ("number" if self.align == "right" else "end")
        if cut == "number":
            shown = fit_number(text, self.width)
        elif cut == "middle":
            shown = fit_middle(text, self.width, ellipsis=glyphs.ellipsis)
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


def narrowed(columns: Sequence[TableColumn], width: int) -> tuple[TableColumn, ...]:
    """Return the columns that fit: first the one that grows gives, then the highest priority goes, then some shrink.

    A column that grows is kept at its own width or more; it takes what is left over.
    """
    kept = list(columns)
    while total_width(kept) > width:
        going = max(kept, key=lambda column: column.priority, default=None)
        if going is None or going.priority == 0:
            break
        kept.remove(going)
    kept = _shrunk(kept, total_width(kept) - width)
    spare = width - total_width(kept)
    growing = next((column for column in kept if column.grows), None)
    return tuple(
        replace(column, width=column.width + spare) if column is growing and spare > 0 else column for column in kept
    )


def _shrunk(columns: Sequence[TableColumn], over: int) -> list[TableColumn]:
    """Return the columns with those that may shrink taken in by `over` cells, the last one first."""
    result = list(columns)
    for index in range(len(result) - 1, -1, -1):
        column = result[index]
        if over > 0 and column.least:
            taken = min(over, column.width - column.least)
            result[index] = replace(column, width=column.width - taken)
            over -= taken
    return result


def starts(columns: Sequence[TableColumn]) -> list[int]:
    """Return the first cell of each column, counted after the gutter."""
    found, at = [], 0
    for index, column in enumerate(columns):
        at += column.gap if index else 0
        found.append(at)
        at += column.width
    return found
