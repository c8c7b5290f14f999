"""A card without some of its characteristics: what they gave the average account of a segment stays with all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect.scoring.card import Card, Characteristic, sealed

if TYPE_CHECKING:
    from collections.abc import Collection


def narrowed(card: Card, names: Collection[str]) -> Card:
    """Return the card with only those of its characteristics that are named; the same card if all of them are.

    The mean of the first segment goes to the intercept. What the mean of the second differs by is carried by one
    characteristic that stays, in all its bins alike, which no reason and no difference of points can tell. The rule that
    splits the accounts stays.

    Errors: ValueError when none is left.
    """
    kept = [each for each in card.characteristics if each.name in names]
    if not kept:
        raise ValueError("a card needs a characteristic")
    if len(kept) == len(card.characteristics):
        return card
    gone = [each.neutral for each in card.characteristics if each.name not in names]
    first, second = (sum(pair[which] for pair in gone) for which in (0, 1))
    carrier = next((c for c in kept if c.name == card.segment.characteristic), kept[0])
    found = tuple(_raised(c, second - first) if c is carrier else c for c in kept)
    return sealed(replace(card, intercept=card.intercept + first, characteristics=found))


def _raised(each: Characteristic, by: int) -> Characteristic:
    """Return a characteristic with as much more in the second segment, whatever the value."""

    def raised(pair: tuple[int, int]) -> tuple[int, int]:
        return pair[0], pair[1] + by

    bins = tuple(replace(found, points=raised(found.points)) for found in each.bins)
    return replace(each, neutral=raised(each.neutral), missing=raised(each.missing), bins=bins)
