"""Points, probability and score: in Polars for a book, and bit for bit the same for one number.

Log odds of default are whole thousandths ("milli"), so that sums do not depend on the order they are added in.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.frames import Points, Scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.frames import Features
    from deskcollect.scoring.card import Bin, Card, Characteristic

    Row = Mapping[str, float | None]

PDO = 20  # points that double the odds
BASE_SCORE = 600
BASE_ODDS = 20  # good to bad at the base score
KEPT = 8  # cards of which the expressions are kept
_COVERAGE_DECIMALS = 6
_WHOLE = {8: pl.Int16, 16: pl.Int32, 32: pl.Int64}  # holds the points of two segments, of so many bits each
POINTS_PER_MILLI = PDO / math.log(2) / 1000
OFFSET = BASE_SCORE - PDO / math.log(2) * math.log(BASE_ODDS) + 0.5  # the half rounds, by floor, to the nearest


def scaled(milli: pl.Expr) -> pl.Expr:
    """Return the score, a whole number, of log odds of default in thousandths: higher is safer.

    Source: Siddiqi, Credit Risk Scorecards (2006), chapter 6; score = base + PDO / ln 2 · (ln odds - ln base odds).
    """
    return (milli.cast(pl.Float64) * -POINTS_PER_MILLI + OFFSET).floor().cast(pl.Int32)


def probability(milli: pl.Expr) -> pl.Expr:
    """Return the chance of default of log odds in thousandths."""
    return 1.0 / ((milli.cast(pl.Float64) * -0.001).exp() + 1.0)


def score_of(milli: int) -> int:
    """Return the score of one number; equal to `scaled`."""
    return math.floor(milli * -POINTS_PER_MILLI + OFFSET)


def unrounded(milli: float) -> float:
    """Return the score of mean log odds, which need not be whole."""
    return milli * -POINTS_PER_MILLI + OFFSET - 0.5


def probability_of(milli: int) -> float:
    """Return the chance of default of one number; equal to `probability`."""
    return 1.0 / (math.exp(milli * -0.001) + 1.0)


def points(card: Card, features: Features) -> Points:
    """Return the card's log odds of each account.

    Shape: `frames.POINTS`, one row a row of `features`, in its order.
    Nulls: null gets the characteristic's own points; coverage is the share of characteristics that are known. There is
    no NaN in `features`; a frame from elsewhere goes through `without_nan` first.
    """
    summed = features.select("account_id", *_summed(card))
    bits = _bits(card)
    first = pl.col("both").cast(_WHOLE[bits // 2], wrap_numerical=True).cast(pl.Int32)
    second = (pl.col("both") - first) // (1 << bits)
    frame = summed.with_columns(card_milli=pl.when("late").then(second).otherwise(first), card=pl.lit(card.stamp))
    return Points(frames.stamp(frame, frames.POINTS))


@lru_cache(maxsize=KEPT)
def _summed(card: Card) -> tuple[pl.Expr, ...]:
    """Return the points of both segments, whether the second counts, and the share of characteristics that is known.

    To make the expressions takes longer than to score an account with them.
    """
    names = [characteristic.name for characteristic in card.characteristics]
    both = _both(card, (card.intercept, card.intercept))
    for characteristic in card.characteristics:
        both = both + _points_of_both(card, characteristic)
    known = pl.sum_horizontal([pl.col(name).is_not_null().cast(pl.UInt8) for name in names])
    # Polars divides one number in another way than many; rounded they are the same.
    coverage = (known.cast(pl.Float64) / float(len(names))).round(_COVERAGE_DECIMALS)
    return both.alias("both"), segment(card).alias("late"), coverage.alias("coverage")


@lru_cache(maxsize=KEPT)
def _bits(card: Card) -> int:
    """Return how many bits hold the points of a segment, whatever the account: the fewer the faster they are added."""
    most = abs(card.intercept) + sum(
        max(abs(milli) for both in (each.missing, *(found.points for found in each.bins)) for milli in both)
        for each in card.characteristics
    )
    return 16 if most < 1 << 15 else 32


def scores(points: Points, effects_total: pl.LazyFrame | None = None) -> Scores:
    """Return each account's score with what was recorded.

    `effects_total` holds account_id and effect_milli, already within the policy's bound; an account it lacks has 0, and
    so has every account where nothing was ever recorded.
    Shape: `frames.SCORES`, in the order of `points`.
    """
    known = points.with_columns(pl.lit(None, pl.Int32).alias("effect_milli"))
    joined = (known if effects_total is None else frames.add(points, effects_total)).with_columns(
        pl.col("effect_milli").fill_null(0)
    )
    total = pl.col("card_milli") + pl.col("effect_milli")
    frame = joined.with_columns(
        score=scaled(total), prob_default=probability(total), card_score=scaled(pl.col("card_milli"))
    )
    return Scores(frames.stamp(frame, frames.SCORES))


def without_nan(card: Card, features: Features) -> pl.LazyFrame:
    """Return the columns with the card's null where a value is NaN, which would count as the highest."""
    return features.with_columns(pl.col(name).fill_nan(None) for name in sorted(characteristics(card)))


def characteristics(card: Card) -> frozenset[str]:
    """Return the features that a card looks at."""
    return frozenset({characteristic.name for characteristic in card.characteristics} | {card.segment.characteristic})


def segment(card: Card) -> pl.Expr:
    """Tell the accounts of the second segment; unknown is the first."""
    name = card.segment.characteristic
    return (pl.col(name) >= card.segment.start).fill_null(False)


def segment_of(card: Card, row: Row) -> int:
    """Return 1 for an account of the second segment, else 0."""
    value = value_of(row, card.segment.characteristic)
    return int(value is not None and value >= card.segment.start)


def milli_of(card: Card, row: Row) -> int:
    """Return the log odds of one row of features, also of one that was altered to ask what if; equal to `points`."""
    which = segment_of(card, row)
    return card.intercept + sum(bin_points(c, row)[which] for c in card.characteristics)


def bin_points(characteristic: Characteristic, row: Row) -> tuple[int, int]:
    """Return the points of the bin that a row falls into, one number a segment."""
    value = value_of(row, characteristic.name)
    if value is None:
        return characteristic.missing
    return next(found.points for found in reversed(characteristic.bins) if found.start is None or value >= found.start)


def merged(bins: Sequence[Bin], which: int) -> list[tuple[float | None, int]]:
    """Return start and points of the bins of one segment, neighbours with the same points put together."""
    found: list[tuple[float | None, int]] = []
    for each in bins:
        if not found or found[-1][1] != each.points[which]:
            found.append((each.start, each.points[which]))
    return found


def _both(card: Card, milli: tuple[int, int]) -> pl.Expr:
    """Return the points of both segments in one number, the first in its lower half: they are added at once."""
    bits = _bits(card)
    return pl.lit((milli[1] << bits) + milli[0], _WHOLE[bits])


def _points_of_both(card: Card, characteristic: Characteristic) -> pl.Expr:
    """Return the points of one characteristic in both segments; null meets no condition and comes last."""
    column, (*others, last) = pl.col(characteristic.name), characteristic.bins
    found = pl.when(column.is_not_null()).then(_both(card, last.points)).otherwise(_both(card, characteristic.missing))
    for each in reversed(others):
        found = pl.when(column < each.end).then(_both(card, each.points)).otherwise(found)
    return found


def value_of(row: Row, name: str) -> float | None:
    """Return a value, None where it is not known."""
    value = row.get(name)
    return None if value is None or math.isnan(value) else value
