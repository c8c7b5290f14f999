"""The most damaging reasons of many accounts at once, in words without numbers.

The families and their speakers are those of `explain`; here they are worked out by column. Each value is given the
number of the step it lies on, a step of the card and of the words at once; from then on everything is looked up and
packed into whole numbers, so that the largest of several is also the one that speaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from math import inf
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.scoring.features import Feature, of
from deskcollect.scoring.score import KEPT, POINTS_PER_MILLI, segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.frames import Features
    from deskcollect.scoring.card import Card, Characteristic

TOP = 3
_HALF_A_POINT = 0.5 / POINTS_PER_MILLI
_SPEECH = 1 << 10  # room for what the members of a family may say
_PLACE = 1 << 15  # room for what all families may say
_COUNTS = 1 << 3  # room for a number of statements
_UNHEARD = -(1 << 20)  # below whatever a bin may bring, see card_check.LARGEST
_STATES = pl.UInt8  # a card has at most 100 bins a characteristic, so that both segments fit

Spoken = dict[int, tuple[Feature, int]]
"""By number, the member of a family that speaks and the place of its words."""


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps on which a characteristic's values lie, each a range of one bin and one choice of words.

    `losses` and `voices` are by step, the unknown last, those of the first segment before those of the second. A voice
    is the loss with the number of what is said behind it; what is not known has a voice that nobody drowns out.
    """

    name: str
    starts: tuple[float, ...]
    losses: tuple[int, ...]
    voices: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many steps there are, the unknown among them."""
        return len(self.starts) + 2

    def step(self) -> pl.Expr:
        """Return the number of the step of each value; null meets no condition and comes last."""
        value = pl.col(self.name)
        last = len(self.starts)
        found = pl.when(value.is_not_null()).then(pl.lit(last, _STATES)).otherwise(pl.lit(last + 1, _STATES))
        for number, start in reversed(list(enumerate(self.starts))):
            found = pl.when(value < start).then(pl.lit(number, _STATES)).otherwise(found)
        return found


def reason_texts(card: Card, features: Features) -> pl.LazyFrame:
    """Return the most damaging reasons of each account in words without numbers, at most three.

    Shape: account_id, reasons (List of String, empty when nothing costs a point), in the order of `features`.
    """
    plan = _plan(card)
    placed = features.select("account_id", *plan.placed)
    told = placed.select("account_id", "count", *plan.weighed).select("account_id", plan.told)
    schema = pl.Schema({"account_id": pl.String(), "reasons": pl.List(pl.String)})
    return told.map_batches(lambda block: _texts(block, plan.phrases), schema=schema, streamable=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a card's reasons are worked out with, one after the other: `placed` are the steps of its characteristics."""

    placed: tuple[pl.Expr, ...]
    weighed: tuple[pl.Expr, ...]
    told: pl.Expr
    phrases: pl.Series


@lru_cache(maxsize=KEPT)
def _plan(card: Card) -> _Plan:
    """Make the expressions of a card, which takes longer than to look up an account with them."""
    members: dict[str, list[Characteristic]] = {}
    for characteristic in card.characteristics:
        members.setdefault(of(characteristic).family, []).append(characteristic)
    spoken = {family: _numbered(each) for family, each in members.items()}
    steps = {family: [_steps(c, spoken[family]) for c in each] for family, each in members.items()}
    late = segment(card).cast(_STATES)
    return _Plan(
        placed=(
            pl.col("statements_count").fill_null(0).cast(pl.Int64).alias("count"),
            *((each.step() + late * each.count).alias(each.name) for family in steps.values() for each in family),
        ),
        weighed=tuple(_weighed(list(steps.values()))),
        told=_told(_foremost(len(steps))).alias("told"),
        phrases=_phrases(spoken),
    )


def _numbered(members: Sequence[Characteristic]) -> Spoken:
    """Number what a family may say: 0 that nothing is known, the first member's words the highest, so that it speaks of equals."""
    said: Spoken = {}
    for member in reversed(members):
        feature = of(member)
        for place in range(len(feature.words)):
            said[len(said) + 1] = (feature, place)
    assert len(said) < _SPEECH
    return said


def _steps(characteristic: Characteristic, spoken: Spoken) -> _Steps:
    """Lay the bins of a characteristic and its words over each other."""
    numbers = {(feature.name, place): number for number, (feature, place) in spoken.items()}
    bins, words = characteristic.bins, of(characteristic).words
    starts = sorted({b.start for b in bins if b.start is not None} | {w.below for w in words if w.below < inf})
    losses: list[int] = []
    voices: list[int] = []
    for which in (0, 1):
        for start in (-inf, *starts):
            milli = next(b.points for b in reversed(bins) if b.start is None or b.start <= start)[which]
            place = sum(word.below <= start for word in words)
            losses.append(milli - characteristic.neutral[which])
            voices.append(losses[-1] * _SPEECH + numbers[characteristic.name, place])
        losses.append(characteristic.missing[which] - characteristic.neutral[which])
        voices.append(_UNHEARD * _SPEECH)
    return _Steps(characteristic.name, tuple(starts), tuple(losses), tuple(voices))


def _weighed(families: Sequence[Sequence[_Steps]]) -> Iterator[pl.Expr]:
    """Return for each family what it costs, then its own number, then what it says, as one whole number."""
    for number, members in enumerate(families):
        losses = [_looked_up(member.losses, member.name) for member in members]
        voices = [_looked_up(member.voices, member.name) for member in members]
        loss = reduce(lambda left, right: left + right, losses).cast(pl.Int64)
        said = pl.max_horizontal(voices) & (_SPEECH - 1)
        # Of two that cost the same the first goes before.
        first = (len(families) - 1 - number) * _SPEECH
        yield (loss * _PLACE + (said.cast(pl.Int64) + first)).alias(f"key_{number}")


def _looked_up(values: Sequence[int], name: str) -> pl.Expr:
    """Return the value of each step."""
    return pl.lit(pl.Series(values, dtype=pl.Int32)).gather(pl.col(name))


def _foremost(families: int) -> list[pl.Expr]:
    """Return the largest keys of the families, the largest first."""
    best: list[pl.Expr] = []
    for number in range(families):
        left = pl.col(f"key_{number}")
        for place, held in enumerate(best):
            best[place], left = pl.max_horizontal(held, left), pl.min_horizontal(held, left)
        best = [*best, left][:TOP]
    return best


def _told(keys: Sequence[pl.Expr]) -> pl.Expr:
    """Return what is told of an account as one number: its statements, and for each place who says what, 0 for nobody."""
    costly = int(_HALF_A_POINT) * _PLACE + _PLACE - 1
    places = [pl.when(key > costly).then((key & (_PLACE - 1)) + 1).otherwise(0) for key in keys]
    return reduce(lambda left, right: left * _PLACE + right, places) * _COUNTS + pl.col("count")


def _texts(block: pl.DataFrame, phrases: pl.Series) -> pl.DataFrame:
    """Put what is told of each account into words; who is told the same shares them."""
    told = block["told"]
    known = told.unique()
    place = told.replace_strict(known, pl.int_range(known.len(), dtype=pl.UInt32, eager=True), return_dtype=pl.UInt32)
    return block.select("account_id", _lists(known, phrases).gather(place))


def _lists(told: pl.Series, phrases: pl.Series) -> pl.Series:
    """Return the texts of each, nobody's left out."""
    count, rest = pl.col("told") % _COUNTS, pl.col("told") // _COUNTS
    said = [rest // _PLACE**place % _PLACE for place in reversed(range(TOP))]
    texts = [pl.lit(phrases).gather(each * _COUNTS + count) for each in said]
    lists = told.alias("told").to_frame().select(pl.concat_list(texts).list.drop_nulls().alias("reasons"))
    return lists.to_series().cast(pl.List(pl.String))


def _phrases(spoken: dict[str, Spoken]) -> pl.Series:
    """Return what is said by what is told in one place and the number of statements known, null by whom nothing is."""
    texts: list[str | None] = [None] * ((len(spoken) * _SPEECH + 1) * _COUNTS)
    for last, said in enumerate(reversed(spoken.values())):
        nothing = f"{next(iter(said.values()))[0].fact}: not known"
        start = (last * _SPEECH + 1) * _COUNTS
        texts[start : start + _COUNTS] = [nothing] * _COUNTS
        for number, (feature, place) in said.items():
            start = (last * _SPEECH + number + 1) * _COUNTS
            texts[start : start + _COUNTS] = [_phrase(feature, place, count) for count in range(_COUNTS)]
    return pl.Series("phrases", texts, dtype=pl.String)


def _phrase(feature: Feature, place: int, count: int) -> str:
    """Return what a family says by one of its members where so many statements are known."""
    return feature.words[place].plain.format(span=feature.spans()[feature.months(count) - 1])
