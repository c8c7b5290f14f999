"""Charts as lines of text. Bars and sparks begin at zero; every chart stands beside its numbers, never alone.

Shape: lines of the width asked for. `None` in a series is a gap, not a zero.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    Number = float | Decimal

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800
_STAR = 0x100  # beyond the dots of Braille: the line itself in ASCII
_NICE = (1, 2, 2.5, 5, 10)
_TINY = 1e-9
_AXIS = {False: "┤", True: "|"}


def spark(values: Sequence[Number | None], *, top: Number | None = None, glyphs: Glyphs = UNICODE) -> str:
    """Return one bar a value, scaled from zero to `top` (the largest, unless given)."""
    sizes = _sizes(values)
    ceiling = float(top or 0) or _top(sizes)
    last = len(glyphs.sparks) - 1
    return "".join(
        " " if size is None else glyphs.sparks[round(min(max(size, 0) / ceiling, 1) * last)] for size in sizes
    )


def bar(share: float, width: int, *, glyphs: Glyphs = UNICODE) -> str:
    """Return a bar over `share` (0..1) of `width` cells, by eighths; what is not nothing shows at least a sliver."""
    share = min(max(share, 0.0), 1.0)
    fine = len(glyphs.eighths)
    units = round(share * width * fine)
    if share > 0 and width > 0:
        units = max(units, 1)
    whole, rest = divmod(units, fine)
    return fit(glyphs.eighths[-1] * whole + (glyphs.eighths[rest - 1] if rest else ""), width)


def columns(
    values: Sequence[Number | None],
    height: int,
    *,
    width: int = 1,
    gap: int = 1,
    top: Number | None = None,
    glyphs: Glyphs = UNICODE,
) -> list[str]:
    """Return upright bars, each `width` cells wide, from zero to `top` (the largest), as `height` lines from the top."""
    sizes = _sizes(values)
    top = float(top or 0) or _top(sizes)
    signs = "#" if glyphs.ascii else glyphs.sparks
    fine = len(signs)
    units = [0 if size is None else round(max(size, 0) / top * height * fine) for size in sizes]
    lines = []
    for level in range(height - 1, -1, -1):
        filled = [min(max(unit - level * fine, 0), fine) for unit in units]
        lines.append((" " * gap).join((signs[part - 1] if part else " ") * width for part in filled))
    return lines


def curve(
    values: Sequence[float],
    beside: Sequence[float],
    width: int,
    height: int,
    labels: Sequence[str],
    *,
    glyphs: Glyphs = UNICODE,
) -> list[str]:
    """Return a line of shares (0..1) and, dotted, one to hold it against; `labels` stand evenly on the left from the top."""
    axis_width = max(map(cells, labels))
    room = max(width - axis_width - 1, 1)
    across, down = (1, 1) if glyphs.ascii else (2, 4)
    size = room * across, height * down
    grid = [[0] * room for _ in range(height)]
    for x, y in _path(beside, *size)[:: 2 if glyphs.ascii else 3]:
        grid[y // down][x // across] |= _DOTS[y % down][x % across]
    for x, y in _path(values, *size):
        grid[y // down][x // across] |= _STAR if glyphs.ascii else _DOTS[y % down][x % across]
    at = {round(number * (height - 1) / max(len(labels) - 1, 1)): label for number, label in enumerate(labels)}
    left = (f"{fit(at.get(row, ''), axis_width, 'right')}{_AXIS[glyphs.ascii]}" for row in range(height))
    return [before + "".join(_sign(cell, glyphs) for cell in row) for before, row in zip(left, grid, strict=True)]


def span(low: float, value: float, high: float, mark: float, width: int, *, glyphs: Glyphs = UNICODE) -> str:
    """Return a share (0..1) as a dot on its interval, and an upright where `mark` would have had it."""
    first, at, last, told = (round(min(max(each, 0.0), 1.0) * (width - 1)) for each in (low, value, high, mark))
    drawn = [glyphs.rule if first <= cell <= last else " " for cell in range(width)]
    drawn[told] = glyphs.upright
    drawn[at] = "o" if glyphs.ascii else "●"
    return "".join(drawn)


def _sign(cell: int, glyphs: Glyphs) -> str:
    """Return what stands in a cell of a curve."""
    if not cell:
        return " "
    if glyphs.ascii:
        return "*" if cell & _STAR else "."
    return chr(_BRAILLE + cell)


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """Return evenly spaced round numbers that enclose low and high, about `count` of them, at least two."""
    span = high - low
    if span < _TINY:
        span = max(abs(high), 1.0)
    rough = span / max(count - 1, 1)
    unit = 10.0 ** math.floor(math.log10(rough))
    pace = next(nice * unit for nice in _NICE if nice * unit >= rough * (1 - 1e-9))
    first, last = math.floor(low / pace), math.ceil(high / pace - 1e-9)
    return [tick * pace for tick in range(first, max(last, first + 1) + 1)]


def _sizes(values: Sequence[Number | None]) -> list[float | None]:
    """Return values as heights; a height may be a float, an amount never is."""
    return [None if value is None else float(value) for value in values]


def _top(sizes: Sequence[float | None]) -> float:
    """Return the largest size, or 1 where there is nothing to scale by."""
    top = max((size for size in sizes if size is not None), default=0.0)
    return top if top > 0 else 1.0


def _path(shares: Sequence[float], width: int, height: int) -> list[tuple[int, int]]:
    """Return the points of a line through shares of 0 to 1."""
    pace = (width - 1) / max(len(shares) - 1, 1)
    places = [(round(index * pace), round((1.0 - share) * (height - 1))) for index, share in enumerate(shares)]
    return [*places[:1], *(point for pair in pairwise(places) for point in _between(*pair))]


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the points of a straight line, without its start."""
    paces = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    return [
        (start[0] + round((end[0] - start[0]) * k / paces), start[1] + round((end[1] - start[1]) * k / paces))
        for k in range(1, paces + 1)
    ]
