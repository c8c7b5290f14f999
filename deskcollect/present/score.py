"""A score and what moved it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.records import Part, ScoreStep


def step(change: ScoreStep) -> str:
    """Return `612 → 588  promise broken −24`, every part named; `531 =` if nothing moved."""
    way = f"{change.before} =" if change.before == change.after else f"{change.before} → {change.after}"
    named = parts(change.parts)
    return f"{way}  {named}" if named else way


def parts(moved: Iterable[Part]) -> str:
    """Return `broken −24, not open −9`. Parts without points are left out."""
    return ", ".join(f"{clean(part.name)} {points(part.points)}" for part in moved if part.points)


def points(value: int) -> str:
    """Return signed points: `+9`, `−24`, `0`."""
    return f"+{value}" if value > 0 else f"{value}".replace("-", MINUS)
