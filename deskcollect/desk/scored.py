"""Score accounts by their book alone: a whole book at once, or a file's in slices of accounts, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.portfolio import age, cycles
from deskcollect.scoring import features, score
from deskcollect.scoring.reason_texts import reason_texts
from deskcollect.strategy import tiers

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.policy.model import Bucket, Cut, Floor, Policies
    from deskcollect.scoring.card import Card

SCHEMA = pl.Schema(
    {"account_id": pl.String(), "score": pl.Int32(), "prob_default": pl.Float64(), "tier": frames.TIERS,
     "card": pl.String(), "reasons": pl.List(pl.String()), "coverage": pl.Float64()}
)  # fmt: skip
SCORED = tuple(SCHEMA)
_OF_THE_BOOK = frozenset({"exposure", "exposure_share"})
_OF_THE_CUSTOMER = frozenset({"other_dpd"})
_BESIDE_OTHERS = frozenset(feature.name for feature in features.AMOUNTS)
_BY_BUCKET = frozenset({"bucket", "stage"})


@dataclass(frozen=True, slots=True)
class Way:
    """How accounts are scored: by which policies and card, as of which day, with reasons or without."""

    policies: Policies
    card: Card
    as_of: date
    with_reasons: bool = True

    @property
    def asked(self) -> frozenset[str]:
        """The facts that decide a tier."""
        found = _columns(*self.policies.cuts, *self.policies.floors)
        return found | _columns(*self.policies.buckets) if found & _BY_BUCKET else found

    @property
    def by_slices(self) -> bool:
        """Whether an account's score and tier follow from its own rows, so that it does not matter who is looked at beside."""
        beside = {characteristic.name for characteristic in self.card.characteristics} & _BESIDE_OTHERS
        return not beside and not self.asked & (_OF_THE_BOOK | _OF_THE_CUSTOMER)


def scored(accounts: frames.Accounts, statements: frames.Statements, by: Way) -> pl.DataFrame:
    """Score accounts.

    Shape: `SCORED`, one row an account, in the order of `accounts`.
    """
    names = score.characteristics(by.card)
    wide = cycles.cycles(accounts, statements, as_of=by.as_of, only=features.asked(names)).collect()
    known = features.features(frames.Cycles(wide.lazy()), by.card.own, only=names)
    made = frames.Features(known.collect().lazy())
    points = score.scores(score.points(by.card, made))
    numbers, told = pl.collect_all([points, reasons(by.card, made, wanted=by.with_reasons)])
    return numbers.hstack([tiers_of(accounts, numbers, by), told["reasons"]]).select(SCORED)


def tiers_of(accounts: frames.Accounts, numbers: pl.DataFrame, by: Way) -> pl.Series:
    """Return the tier of accounts whose scores (frames.SCORES) stand in the same order, without what was recorded."""
    aged = age.age(accounts, by.policies, as_of=by.as_of, among_others=bool(by.asked & _OF_THE_CUSTOMER))
    asked = [column.name for column in frames.AGED if column.name in by.asked]
    known = aged.select("account_id", *asked).collect().hstack(numbers.drop("account_id"))
    return tiers.tiers(_without_past(known.lazy(), by), by.policies).select("tier").collect().to_series()


def reasons(model: Card, made: frames.Features, *, wanted: bool) -> pl.LazyFrame:
    """Return the reasons of all accounts, or empty lists."""
    if wanted:
        return reason_texts(model, made)
    return made.select("account_id", pl.lit([], dtype=pl.List(pl.String)).alias("reasons"))


def _without_past(known: pl.LazyFrame, by: Way) -> pl.LazyFrame:
    """Add the facts that are asked for and that only a desk could know, as not known."""
    dates = ("as_of", "seen_until", "today")
    have = {*known.collect_schema().names(), *dates}
    missing = [
        pl.lit(None, dtype=column.dtype).alias(column.name)
        for column in frames.SCORED_FACTS
        if column.name in by.asked and column.name not in have
    ]
    return known.with_columns(*(pl.lit(by.as_of).alias(name) for name in dates), *missing)


def _columns(*rules: Cut | Floor | Bucket) -> frozenset[str]:
    """Return the facts that rules ask for."""
    return frozenset(name for rule in rules for name in rule.when.columns)
