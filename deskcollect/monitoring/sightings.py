"""What was seen on a day, kept as it was: the signals that fired, their evidence, and the level they made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.levels import levels
from deskcollect.vocabulary import CaseAction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deskcollect.case import Decision
    from deskcollect.policy.model import Policies


@dataclass(frozen=True, slots=True)
class Dated:
    """The day that is looked at, and when the desk could know what it brought."""

    day: date
    known_on: date


def sightings(
    facts: pl.LazyFrame, fired: pl.DataFrame, levelled: pl.DataFrame, policies: Policies, *, dated: Dated
) -> pl.DataFrame:
    """Return what is seen on a day: the signals, and the levels they make.

    Where a record since the day brought a signal, the account is looked at twice: on the day, without that signal, and on
    the date of the newest such record with all. So a level that a record raises is reached when it was made.

    Args:
        facts: frames.TIERED_FACTS.
        fired: frames.SIGNALS.
        levelled: frames.LEVELLED that they make.
        policies: rules and levels.
        dated: the day.

    Shape: frames.SIGHTINGS, one row an account, day and rule; `facts` is null. An account has one day or two.
    """
    later = fired.filter(pl.col("seen_on") > dated.day)
    if not later.height:
        return _stamped(fired, levelled, dated)
    again = later.group_by("account_id").agg(pl.col("seen_on").max().alias("newest"))
    twice = pl.col("account_id").is_in(again["account_id"].implode())
    before = fired.filter(twice & (pl.col("seen_on").fill_null(dated.day) <= dated.day))
    levels_before = levels(facts.filter(twice), frames.Signals(before.lazy()), policies).collect()
    now = _stamped(fired.filter(twice), levelled, dated).join(again, on="account_id", how="left")
    return pl.concat(
        [
            _stamped(fired.filter(~twice), levelled, dated),
            _stamped(before, levels_before, dated),
            now.with_columns(day="newest", known_on="newest").drop("newest"),
        ]
    )


def _stamped(fired: pl.DataFrame, levelled: pl.DataFrame, dated: Dated) -> pl.DataFrame:
    """Put levels and day on signals."""
    told = (
        fired.lazy()
        .join(levelled.lazy().select("account_id", "alert_level", "alert_level_rule"), on="account_id", how="left")
        .with_columns(
            pl.lit(dated.day).alias("day"),
            pl.lit(max(dated.day, dated.known_on)).alias("known_on"),
            pl.lit(None, pl.String).alias("facts"),
        )
    )
    return frames.stamp(told, frames.SIGHTINGS).collect()


def kept(facts: pl.LazyFrame, seen: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Return sightings with the columns of their evidence as they were, for days that are over.

    Args:
        facts: frames.TIERED_FACTS of the day.
        seen: frames.SIGHTINGS of it.
        policies: sentences of the rules.
    """
    flagged = facts.filter(pl.col("account_id").is_in(seen["account_id"].implode()))
    evidence = flagged.select(
        "account_id", *(_evidence(rule.evidence.columns).alias(rule.id) for rule in policies.signals)
    )
    names = [rule.id for rule in policies.signals]
    long = evidence.unpivot(on=names, index="account_id", variable_name="rule", value_name="facts")
    told = seen.lazy().drop("facts").join(long, on=["account_id", "rule"], how="left")
    return frames.stamp(told, frames.SIGHTINGS).collect()


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


def newest(seen: pl.DataFrame, decisions: Mapping[str, Sequence[Decision]]) -> dict[str, date]:
    """Return for each account the date of the newest fact behind any signal, whatever became of its case.

    A signal that fired on an earlier day counts like one that fires now. One that a person switched off counts no more up
    to the day that was looked at then. What a person saw when deciding counts, also where no day shows it any more.

    Args:
        seen: frames.SIGHTINGS of all days.
        decisions: what people decided, by account.
    """
    off: dict[tuple[str, str], date] = {}
    told = seen.select("account_id", "rule", "day", pl.coalesce("seen_on", "day")).rows()
    for account_id, made in decisions.items():
        for decision in made:
            day = decision.sight.day
            told += [(account_id, rule, day, on) for rule, (on, _) in decision.sight.signals.items()]
            if decision.action is CaseAction.SUPPRESS:
                off[account_id, decision.rule] = max(day, off.get((account_id, decision.rule), date.min))
    found: dict[str, date] = {}
    for account_id, rule, day, on in told:
        if day > off.get((account_id, rule), date.min):
            found[account_id] = max(on, found.get(account_id, date.min))
    return found
