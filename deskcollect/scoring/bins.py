"""A card as a table that a person reads: every bin of every characteristic in each segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.records import CardBin
from deskcollect.scoring.score import POINTS_PER_MILLI, segment_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.scoring.card import Bin, Card, Characteristic

    Row = Mapping[str, float | None]


def bins(card: Card, row: Row | None = None, *, every: bool = False) -> tuple[CardBin, ...]:
    """Return the bins of a card by characteristic and segment; those that a row of features falls into are marked.

    The bin of unknown values comes last in each, where it has points of its own or the row falls into it; with `every`
    always.
    """
    which = None if row is None else segment_of(card, row)
    return tuple(
        each
        for characteristic in card.characteristics
        for segment in (0, 1)
        for each in _of(characteristic, segment, row if segment == which else None, every=every)
    )


def _of(characteristic: Characteristic, segment: int, row: Row | None, *, every: bool) -> Iterator[CardBin]:
    """Go through the bins of one characteristic in one segment."""
    value = None if row is None else value_of(row, characteristic.name)
    total = sum(each.counts[segment] for each in characteristic.bins if each.counts)
    for each in characteristic.bins:
        count = each.counts[segment] if each.counts else None
        bad = each.bads[segment] if each.bads else None
        yield CardBin(
            characteristic.name,
            segment,
            each.start,
            each.end,
            _points(characteristic, each.points[segment], segment),
            count=count,
            share=count / total if count is not None and total else None,
            bad_rate=bad / count if bad is not None and count else None,
            marked=value is not None and _holds(each, value),
        )
    unknown = row is not None and value is None
    if every or unknown or characteristic.missing[segment] != characteristic.neutral[segment]:
        points = _points(characteristic, characteristic.missing[segment], segment)
        yield CardBin(characteristic.name, segment, None, None, points, missing=True, marked=unknown)


def _points(characteristic: Characteristic, milli: int, segment: int) -> float:
    """Return points against the average account of a segment."""
    return -POINTS_PER_MILLI * (milli - characteristic.neutral[segment])


def _holds(each: Bin, value: float) -> bool:
    """Tell whether a value lies in a bin."""
    return (each.start is None or value >= each.start) and (each.end is None or value < each.end)
