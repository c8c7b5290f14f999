"""What other rules would warn of: two tables of what is seen on the same days, held against each other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEY = ["account_id", "day"]
_SATURDAY = 5
_SIDES = ("before", "after")


def compare(before: pl.DataFrame, after: pl.DataFrame, days: Sequence[date], collectors: pl.DataFrame) -> pl.DataFrame:
    """Say of each account and day what other rules would change.

    Args:
        before: frames.SIGHTINGS by the rules in force.
        after: frames.SIGHTINGS of the same days by other rules.
        days: all days that were looked at, oldest first.
        collectors: account_id, day and collector of the accounts that either flags.

    Shape: frames.SIMULATED, one row an account and day that either flags, by day and account. An account is new on a day
    if the same rules did not flag it on the day looked at before; of the first day that is not known.
    """
    sides = [_flagged(table, side, days) for table, side in zip((before, after), _SIDES, strict=True)]
    old, new = pl.col("level_before"), pl.col("level_after")
    change = (
        pl.when(old.is_null())
        .then(pl.lit("added"))
        .when(new.is_null())
        .then(pl.lit("removed"))
        .when(new > old)
        .then(pl.lit("up"))
        .when(new < old)
        .then(pl.lit("down"))
        .otherwise(pl.lit("same"))
    )
    first = pl.col("day") == pl.lit(days[0] if days else None, pl.Date)
    found = (
        sides[0]
        .join(sides[1], on=_KEY, how="full", coalesce=True)
        .join(collectors.lazy(), on=_KEY, how="left")
        .with_columns(change.alias("change"), *(_new(side, first) for side in _SIDES))
        .sort("day", "account_id")
    )
    return frames.stamp(found, frames.SIMULATED).collect()


def _flagged(seen: pl.DataFrame, side: str, days: Sequence[date]) -> pl.LazyFrame:
    """Return the accounts that one side flags on each day, with their level, and whether they were flagged the day before."""
    told = seen.lazy().filter(pl.col("alert_level").is_not_null())
    once = told.select(*_KEY, pl.col("alert_level").alias(f"level_{side}")).unique(_KEY)
    following: Mapping[date, date] = dict(pairwise(days))
    onward = pl.col("day").replace_strict(following, default=None, return_dtype=pl.Date)
    had = once.select("account_id", onward.alias("day"), pl.lit(value=True).alias(f"had_{side}"))
    return once.join(had.drop_nulls("day"), on=_KEY, how="left")


def _new(side: str, first: pl.Expr) -> pl.Expr:
    """Tell whether one side flags an account that it did not flag on the day before."""
    fresh = pl.col(f"level_{side}").is_not_null() & pl.col(f"had_{side}").is_null()
    return pl.when(~first).then(fresh).alias(f"new_{side}")


def by_day(compared: pl.DataFrame, accounts: Mapping[date, int]) -> pl.DataFrame:
    """Count what changes on each day.

    Args:
        compared: frames.SIMULATED.
        accounts: how many accounts the book of each day has, oldest first; days without a flagged account among them.

    Shape: frames.SIMULATED_DAYS.
    """
    days = pl.LazyFrame(list(accounts.items()), {"day": pl.Date, "accounts_count": pl.Int32}, orient="row")
    fresh = [pl.col(f"new_{side}").sum().alias(f"new_{side}_count") for side in _SIDES]
    counted = compared.lazy().group_by("day").agg(*_changes(pl.lit(value=True)), *fresh)
    first = pl.col("day") == pl.col("day").min()
    zeros = pl.exclude("day", "accounts_count").fill_null(0)
    unknown = [pl.when(~first).then(f"new_{side}_count").alias(f"new_{side}_count") for side in _SIDES]
    told = days.join(counted, on="day", how="left").with_columns(zeros).with_columns(unknown).sort("day")
    return frames.stamp(told, frames.SIMULATED_DAYS).collect()


def _changes(here: pl.Expr) -> list[pl.Expr]:
    """Count those accounts of a group that are `here` by what becomes of them."""
    flagged = [(pl.col(f"level_{side}").is_not_null() & here).sum().alias(f"{side}_count") for side in _SIDES]
    moves = ("added", "removed", "up", "down")
    return [*flagged, *(((pl.col("change") == word) & here).sum().alias(f"{word}_count") for word in moves)]


def by_level(compared: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """Count the accounts at each level on each day, the gravest first.

    Shape: frames.SIMULATED_LEVELS, one row a day and level.
    """
    levels = [level.value for level in AlertLevel]
    every = pl.LazyFrame({"day": days}, {"day": pl.Date}).join(
        pl.LazyFrame({"alert_level": levels}, {"alert_level": frames.LEVELS}), how="cross"
    )
    for side in _SIDES:
        counted = compared.lazy().group_by("day", pl.col(f"level_{side}").alias("alert_level")).len(f"{side}_count")
        every = every.join(counted, on=["day", "alert_level"], how="left")
    ordered = every.with_columns(_none()).sort("day", "alert_level", descending=[False, True])
    return frames.stamp(ordered, frames.SIMULATED_LEVELS).collect()


def by_rule(before: pl.DataFrame, after: pl.DataFrame, days: Sequence[date], rules: Sequence[str]) -> pl.DataFrame:
    """Count the accounts on which each rule fires on each day.

    Args:
        before: frames.SIGHTINGS by the rules in force.
        after: frames.SIGHTINGS by other rules.
        days: all days that were looked at.
        rules: ids of the rules of both, in the order in which they are told.

    Shape: frames.SIMULATED_RULES, one row a day and rule.
    """
    told = pl.LazyFrame({"rule": rules}, {"rule": pl.String}).with_row_index("place")
    every = pl.LazyFrame({"day": days}, {"day": pl.Date}).join(told, how="cross")
    for side, seen in zip(_SIDES, (before, after), strict=True):
        counted = seen.lazy().group_by("day", "rule").len(f"{side}_count")
        every = every.join(counted, on=["day", "rule"], how="left")
    return frames.stamp(every.with_columns(_none()).sort("day", "place"), frames.SIMULATED_RULES).collect()


def _none() -> pl.Expr:
    """Count nothing where nothing was found."""
    return pl.col("before_count", "after_count").fill_null(0)


def by_collector(compared: pl.DataFrame, day: date, days: Sequence[date]) -> pl.DataFrame:
    """Count what changes for each collector on one day, and how many new accounts a working day has brought.

    Args:
        compared: frames.SIMULATED.
        day: the day whose changes are counted.
        days: all days that were looked at, oldest first.

    Shape: frames.SIMULATED_COLLECTORS, one row a collector, nobody last. Nulls: what is new a working day, where no
    working day lies between two looks.
    """
    worked = working_days(days)
    fresh = [
        (pl.col(f"new_{side}").sum() / worked if worked else pl.lit(None, pl.Float64)).alias(f"new_{side}_a_day")
        for side in _SIDES
    ]
    told = compared.lazy().group_by("collector").agg(*_changes(pl.col("day") == day), *fresh)
    return frames.stamp(told.sort("collector", nulls_last=True), frames.SIMULATED_COLLECTORS).collect()


def working_days(days: Sequence[date]) -> int:
    """Return how many Mondays to Fridays lie after the first day up to the last; holidays are not known."""
    if not days:
        return 0
    between = (days[0] + timedelta(days=n) for n in range(1, (days[-1] - days[0]).days + 1))
    return sum(day.weekday() < _SATURDAY for day in between)
