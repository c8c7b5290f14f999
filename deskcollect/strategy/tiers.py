"""Risk tiers: cut by the chance of default, then raised by the floors of tiers.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import Tier

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies

_RANKS = {tier.value: rank for rank, tier in enumerate(Tier)}
BY_SCORE = "score"


def rank(policies: Policies) -> pl.Expr:
    """Return the tier that the score alone makes, as a number: 0 is the best."""
    return first_match((rule.tier, rule.when) for rule in policies.cuts).replace_strict(_RANKS, return_dtype=pl.Int8)


def tiers(scored_facts: pl.LazyFrame, policies: Policies) -> frames.Tiered:
    """Return the tier of each account and what decided it.

    A floor says "at least this tier": it can make a tier worse, never better. `tier_rule` is the first floor that led to
    the worst tier asked for, or `BY_SCORE` where the cut alone decided.

    Args:
        scored_facts: frames.SCORED_FACTS.
        policies: cuts and floors.

    Shape: one row an account, in the order of `scored_facts`.
    """
    cut = rank(policies)
    floors = [
        pl.when(rule.when.expr.fill_null(value=False)).then(pl.lit(_RANKS[rule.at_least], pl.Int8))
        for rule in policies.floors
    ]
    decided: pl.Expr = pl.lit(BY_SCORE)
    for number, rule in reversed(list(enumerate(policies.floors))):
        raised = (pl.col(f"floor_{number}") == pl.col("rank")) & (pl.col("rank") > pl.col("cut"))
        decided = pl.when(raised).then(pl.lit(rule.id)).otherwise(decided)
    ranked = (
        scored_facts.select(
            "account_id", cut.alias("cut"), *(floor.alias(f"floor_{n}") for n, floor in enumerate(floors))
        )
        .with_columns(pl.max_horizontal("cut", *(f"floor_{n}" for n in range(len(floors)))).alias("rank"))
        .with_columns(
            pl.col("rank").replace_strict(list(_RANKS.values()), list(_RANKS), return_dtype=frames.TIERS).alias("tier"),
            decided.alias("tier_rule"),
        )
    )
    return frames.Tiered(frames.stamp(ranked, frames.TIERED))
