"""The level of early warning that the signals of an account make together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import Strength

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies

_WEIGHTS = {strength.value: weight for weight, strength in enumerate(Strength)}
_ORDER = "_order"


def levels(facts: pl.LazyFrame, signals: frames.Signals, policies: Policies) -> frames.Levelled:
    """Merge the signals of each account into one level.

    A signal alone is ambiguous: signals count by number, by strength, and by the families that confirm one another.
    The level is the first match over the levels of alerts.toml.

    Args:
        facts: frames.TIERED_FACTS.
        signals: what fired on them.
        policies: order of rules and levels.

    Shape: one row an account of `facts`, in its order.
    Nulls: level and rule are null where nothing fired; counts are 0 and `signals` is empty.
    """
    counts = pl.col("signal_count", "strong_count", "decisive_count", "family_count").fill_null(0)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    levelled = _levelled(merged(signals, policies).join(facts, on="account_id"), policies)
    everyone = frames.add(facts.select("account_id"), levelled)
    return frames.Levelled(
        frames.stamp(everyone.with_columns(counts, pl.col("signals").fill_null(nothing)), frames.LEVELLED)
    )


def _levelled(merged: pl.LazyFrame, policies: Policies) -> pl.LazyFrame:
    """Find the level of accounts with signals and facts."""
    names = {rule.id: rule.level for rule in policies.levels}
    decided = pl.col("alert_level_rule")
    return (
        # A condition may name these two, but while levels are being found nothing is known of them.
        merged.with_columns(
            pl.lit(None, dtype=frames.LEVELS).alias("alert_level"),
            pl.lit(None, dtype=pl.String).alias("alert_level_rule"),
        )
        .with_columns(first_match((rule.id, rule.when) for rule in policies.levels).alias("alert_level_rule"))
        .with_columns(decided.replace_strict(names, default=None, return_dtype=pl.String).alias("alert_level"))
        .select(column.name for column in frames.LEVELLED)
    )


def merged(signals: pl.LazyFrame, policies: Policies, *also: pl.Expr) -> pl.LazyFrame:
    """Count the signals of each account and name them, the strongest first.

    Args:
        signals: account_id, rule, family and strength.
        policies: order of the rules.
        also: more columns to be listed in the same order.
    """
    places = pl.LazyFrame({"rule": [rule.id for rule in policies.signals]}, schema={"rule": pl.String})
    weight = pl.col("strength").replace_strict(_WEIGHTS, return_dtype=pl.Int32)
    telling = pl.col("strength") != Strength.WEAK.value
    return (
        signals.join(places.with_row_index(_ORDER), on="rule")
        .sort(weight, _ORDER, descending=[True, False])
        .group_by("account_id")
        .agg(
            pl.len().alias("signal_count"),
            telling.sum().alias("strong_count"),
            (pl.col("strength") == Strength.DECISIVE.value).sum().alias("decisive_count"),
            pl.col("family").filter(telling).n_unique().alias("family_count"),
            pl.col("rule").first().alias("alert_rule"),
            pl.col("rule").alias("signals"),
            *also,
        )
    )
