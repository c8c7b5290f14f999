"""Tables of text: columns straight by display width, numbers at the right, narrowed where the window is too small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.lines import Part
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.present.lines import Line
    from deskcollect.present.width import Align

    Cell = str | tuple[str, str]

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text. `least` is the width down to which it may be narrowed; without it nothing is cut.

    `most` is the width it takes at the widest. Columns that may go are left out, the last first, where even the
    narrowest do not fit.
    """

    title: str
    align: Align = "left"
    least: int | None = None
    most: int = 100
    may_go: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None = None) -> Iterator[Line]:
    """Return title and rows as lines. Without a width only very long texts are cut."""
    made = [[_part(cell) for cell in row] for row in rows]
    columns, made = _fewer(columns, made, width)
    widths = _widths(columns, made, width)
    heads = zip(columns, widths, strict=True)
    yield _line([Part(fit(column.title, size, column.align), "muted") for column, size in heads])
    for row in made:
        yield _line(
            [
                part._replace(text=fit(part.text, size, column.align))
                for part, column, size in zip(row, columns, widths, strict=True)
            ]
        )


def _part(cell: Cell) -> Part:
    """Return a cell as a harmless piece of a line."""
    text, role = (cell, "") if isinstance(cell, str) else cell
    return Part(clean(text).strip(), role)


def _fewer(
    columns: Sequence[Column], rows: list[list[Part]], width: int | None
) -> tuple[Sequence[Column], list[list[Part]]]:
    """Leave out columns until the others fit."""
    for at in reversed(range(len(columns))):
        if width is None or sum(_widths(columns, rows, width)) + _GAP * (len(columns) - 1) <= width:
            break
        if columns[at].may_go:
            columns = [*columns[:at], *columns[at + 1 :]]
            rows = [[*row[:at], *row[at + 1 :]] for row in rows]
    return columns, rows


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Part]], width: int | None) -> list[int]:
    """Return the width of each column; those that may be are narrowed from the right until the line fits."""
    widest = [max((cells(row[at].text) for row in rows), default=0) for at in range(len(columns))]
    # a right-to-left text needs a blank behind it
    sizes = [
        max(cells(column.title), min(wide, column.most) if column.least is not None else wide)
        for column, wide in zip(columns, widest, strict=True)
    ]
    over = 0 if width is None else sum(sizes) + _GAP * (len(columns) - 1) - width
    for at in reversed(range(len(columns))):
        least = columns[at].least
        if over > 0 and least is not None:
            taken = min(over, max(0, sizes[at] - least))
            sizes[at], over = sizes[at] - taken, over - taken
    return sizes


def _line(parts: Sequence[Part]) -> Line:
    """Put cells beside each other."""
    gap = Part(" " * _GAP)
    return tuple(piece for at, part in enumerate(parts) for piece in ((gap, part) if at else (part,)))
