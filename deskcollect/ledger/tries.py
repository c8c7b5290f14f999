"""The desk's tries to reach somebody: when, by which way, and whether the customer was reached.

Only outbound attempts that stand count. Hours and weekdays are those of the customer where the book knows the time
zone, else the desk's. What a code means are the flags of its policy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import Direction

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from deskcollect.policy.model import Policies


def tries(
    events: frames.Events, accounts: pl.LazyFrame, policies: Policies, *, until: date, zone: ZoneInfo
) -> frames.Tries:
    """Return one row an outbound attempt that stands and lies within the window of recovery.toml.

    Args:
        events: The events of the ledger.
        accounts: `account_id`, `customer_id` and `timezone` of the book.
        policies: What each outcome code means, bands of hours, the window.
        until: Last local date at the desk that counts.
        zone: The desk's time zone.

    Shape: frames.TRIES, in no particular order. An event without a customer is given the one that the book has for its
    account. Nulls: none but a customer whom neither the event nor the book names.
    """
    since = until - timedelta(days=policies.reach.window_days)
    attempts = {rule.code: rule for rule in policies.outcomes if rule.attempt}
    channels = {code: rule.channel for code, rule in attempts.items()}
    reached = [code for code, rule in attempts.items() if rule.right_party]
    code = pl.col("code")
    ours = pl.col("direction").fill_null(Direction.OUTBOUND.value) == Direction.OUTBOUND.value
    made = (
        events.filter(frames.stands() & ours & pl.col("occurred_on").is_between(since, until, closed="right"))
        .with_columns(code.str.to_uppercase())
        .filter(code.is_in(list(attempts)))
        .select(
            "account_id",
            "customer_id",
            pl.coalesce("channel", code.replace_strict(channels, default=None, return_dtype=pl.String)).alias(
                "channel"
            ),
            code.is_in(reached).alias("right_party"),
            "occurred_at",
            "occurred_on",
        )
        .collect()
    )
    return frames.Tries(_placed(made, accounts, policies, zone))


def _placed(made: pl.DataFrame, accounts: pl.LazyFrame, policies: Policies, zone: ZoneInfo) -> pl.LazyFrame:
    """Add customer, weekday and band of hours to tries."""
    if made["customer_id"].null_count():
        owner = accounts.select("account_id", owner="customer_id").collect()
        made = made.join(owner, on="account_id", how="left").with_columns(
            pl.coalesce("customer_id", "owner").alias("customer_id")
        )
    zoned = (
        accounts.filter(pl.col("timezone").is_not_null())
        .group_by("customer_id")
        .agg(pl.col("timezone").min().alias("zone"))
        .collect()
    )
    owned = made.join(zoned, on="customer_id", how="left").with_columns(pl.col("zone").fill_null(zone.key))
    local = _local(owned["zone"].unique().sort().to_list())
    timed = owned.lazy().with_columns(
        local.dt.weekday().alias("weekday"), _band(local.dt.hour(), policies).alias("band")
    )
    return frames.stamp(timed, frames.TRIES)


def _local(zones: list[str]) -> pl.Expr:
    """Return the wall clock of each row's zone."""
    at = pl.col("occurred_at")
    there = [
        pl.when(pl.col("zone") == name).then(at.dt.convert_time_zone(name).dt.replace_time_zone(None)) for name in zones
    ]
    return pl.coalesce(there) if there else at.dt.replace_time_zone(None)


def _band(hour: pl.Expr, policies: Policies) -> pl.Expr:
    """Return the band of an hour."""
    bands = policies.hours()
    return hour.replace_strict(list(range(len(bands))), bands, return_dtype=pl.String)
