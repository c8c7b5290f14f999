"""The points of a card in plain words, against the average account of the same segment.

Characteristics of one family tell the same fact, so each family speaks once, in the words of its member that weighs
most. Points are whole and add up: average + all points = score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.records import Reason
from deskcollect.scoring.apportion import apportion
from deskcollect.scoring.features import Feature, of
from deskcollect.scoring.score import (
    POINTS_PER_MILLI,
    bin_points,
    milli_of,
    score_of,
    segment_of,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.scoring.card import Card

    Row = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class _Member:
    """One characteristic of one account: log odds above the average of its segment, in thousandths."""

    feature: Feature
    milli: int
    value: float | None


def average(card: Card, row: Row) -> int:
    """Return the score of the average account of the segment that a row belongs to."""
    return averages(card)[segment_of(card, row)]


def averages(card: Card) -> tuple[int, int]:
    """Return the score of the average account of each segment."""
    return score_of(_average_milli(card, 0)), score_of(_average_milli(card, 1))


def reasons(card: Card, row: Row) -> tuple[Reason, ...]:
    """Return one reason a family, most damaging first; `average` plus all points is the card's score.

    A family of which nothing is known comes with `known` false, and with points only where not knowing moves the
    score.
    """
    families = _families(card, row)
    total = score_of(milli_of(card, row)) - average(card, row)
    exact = [-POINTS_PER_MILLI * sum(member.milli for member in members) for members in families.values()]
    whole = apportion(total, exact) if any(exact) else apportion(total, exact or [0.0])
    order = sorted(range(len(exact)), key=lambda k: exact[k])
    names = list(families)
    statements = int(row["statements_count"] or 0)
    return tuple(_reason(names[k], families[names[k]], whole[k], statements) for k in order)


def _average_milli(card: Card, which: int) -> int:
    """Return the log odds of the average account of a segment."""
    return card.intercept + sum(characteristic.neutral[which] for characteristic in card.characteristics)


def _families(card: Card, row: Row) -> dict[str, list[_Member]]:
    """Return the characteristics of a row by family, in the order of the card."""
    which = segment_of(card, row)
    found: dict[str, list[_Member]] = {}
    for characteristic in card.characteristics:
        feature = of(characteristic)
        milli = bin_points(characteristic, row)[which] - characteristic.neutral[which]
        found.setdefault(feature.family, []).append(_Member(feature, milli, value_of(row, feature.name)))
    return found


def _reason(family: str, members: Sequence[_Member], points: int, statements: int) -> Reason:
    """Let the member that weighs most in the family's direction speak for it."""
    total = sum(member.milli for member in members)
    known = [member for member in members if member.value is not None]
    if not known:
        first = members[0].feature
        return Reason(first.name, family, f"{first.fact}: not known", points, known=False)
    speaker = max(known, key=lambda member: member.milli if total > 0 else -member.milli)
    assert speaker.value is not None
    text = _text(speaker.feature, speaker.value, statements)
    return Reason(speaker.feature.name, family, text, points, speaker.value)


def _text(feature: Feature, value: float, statements: int) -> str:
    """Return what a value is called where so many statements are known."""
    words = next(words for words in feature.words if value < words.below)
    return words.said(value, feature.spans()[feature.months(statements) - 1])
