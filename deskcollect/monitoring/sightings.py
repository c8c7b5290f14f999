"""What was seen on a day, kept as it was: the signals that fired, their evidence, and the level they made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from deskcollect.policy.model import Policies


def sightings(
    facts: pl.LazyFrame, fired: frames.Signals, levelled: frames.Levelled, policies: Policies, *, day: date
) -> frames.Sightings:
    """Return the signals of a day with the columns of their evidence as they were.

    Args:
        facts: frames.TIERED_FACTS of that day.
        fired: the signals on them.
        levelled: the levels that they make.
        policies: sentences of the rules.
        day: the day that was looked at.

    Shape: one row an account and rule that fired.
    """
    flagged = facts.join(fired.select("account_id").unique(), on="account_id", how="semi")
    evidence = flagged.select(
        "account_id", *(_evidence(rule.evidence.columns).alias(rule.id) for rule in policies.signals)
    )
    names = [rule.id for rule in policies.signals]
    long = evidence.unpivot(on=names, index="account_id", variable_name="rule", value_name="facts")
    told = (
        fired.join(long, on=["account_id", "rule"], how="left")
        .join(levelled.select("account_id", "alert_level", "alert_level_rule"), on="account_id", how="left")
        .with_columns(pl.lit(day).alias("day"))
    )
    return frames.Sightings(frames.stamp(told, frames.SIGHTINGS))


def _evidence(columns: Collection[str]) -> pl.Expr:
    """Return columns as one JSON text. Every value is a text, so that money stays exact."""
    names = dict.fromkeys((*columns, "currency"))
    return pl.struct(pl.col(name).cast(pl.String) for name in names).struct.json_encode()


def without(fired: frames.Signals, suppressed: Collection[tuple[str, str]]) -> frames.Signals:
    """Return the signals without those that are switched off, given as pairs of account and rule."""
    if not suppressed:
        return fired
    off = pl.LazyFrame(sorted(suppressed), schema={"account_id": pl.String, "rule": pl.String}, orient="row")
    return frames.Signals(fired.join(off, on=["account_id", "rule"], how="anti"))
