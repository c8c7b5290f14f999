"""What the payments of an account say: the last one, those that came back, and how long after its bill it pays."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from deskcollect.monitoring.spans import RECENT_DAYS, within

_CYCLES = 4
_LOOKED_BACK = _CYCLES * 35  # no monthly cycle is longer


def last_payments(payments: pl.LazyFrame) -> pl.LazyFrame:
    """Return the last posted payment of each account."""
    return _newest(payments, "posted").select(
        "account_id",
        pl.col("paid_at").dt.date().alias("last_paid_on"),
        pl.col("amount").alias("last_paid_amount"),
        pl.col("method").alias("last_paid_method"),
    )


def last_of_late(payments: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return instant and amount of the last posted payment of the recent days."""
    recent = _newest(payments.filter(within("paid_at", as_of, RECENT_DAYS)), "posted")
    return recent.select("account_id", "paid_at", "amount")


def returns(payments: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return the returned payments of the recent days."""
    return _newest(payments.filter(within("paid_at", as_of, RECENT_DAYS)), "returned").select(
        "account_id",
        pl.col("count").alias("returned_count"),
        pl.col("paid_at").dt.date().alias("returned_on"),
        pl.col("amount").alias("returned_amount"),
    )


def delays(cycles: pl.LazyFrame, payments: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return how many days after the statement the first payment of a cycle came, for the newest three that have one.

    The newest cycle counts once it has a payment; until then the three before it do.
    Nulls: a cycle without a payment or without a statement.
    """
    dates = cycles.select("account_id", *(f"statement_date_{k}" for k in range(_CYCLES)))
    day = pl.col("paid_at").dt.date()
    since = pl.lit(as_of - timedelta(days=_LOOKED_BACK)).cast(pl.Datetime("us"))
    posted = payments.filter((pl.col("status") == "posted") & (pl.col("paid_at") >= since))
    first = (
        posted.select("account_id", day.alias("day"))
        .join(dates, on="account_id")
        .group_by("account_id")
        .agg(_first(k).alias(f"days_{k}") for k in range(_CYCLES))
        .join(dates.select("account_id", "statement_date_0", "statement_date_1"), on="account_id")
    )
    paid = pl.col("days_0").is_not_null()
    names = ("pay_delay_days", "pay_delay_one_ago_days", "pay_delay_two_ago_days")
    now = [pl.when(paid).then(f"days_{k}").otherwise(f"days_{k + 1}").alias(name) for k, name in enumerate(names)]
    billed = pl.when(paid).then("statement_date_0").otherwise("statement_date_1")
    return first.select("account_id", billed.alias("billed"), *now).select(
        pl.exclude("billed"), (pl.col("billed") + pl.duration(days=names[0])).alias("pay_delay_on")
    )


def _first(k: int) -> pl.Expr:
    """Return the days from a statement to the first payment after it and before the next."""
    billed = pl.col(f"statement_date_{k}")
    within_cycle = pl.col("day") > billed
    if k:
        within_cycle &= pl.col("day") <= pl.col(f"statement_date_{k - 1}")
    return pl.when(within_cycle).then((pl.col("day") - billed).dt.total_days()).min()


def _newest(payments: pl.LazyFrame, status: str) -> pl.LazyFrame:
    """Return the newest payment of each account that has a status, and how many there are."""
    last = pl.col("paid_at", "amount", "method").sort_by("paid_at").last()
    return payments.filter(pl.col("status") == status).group_by("account_id").agg(last, pl.len().alias("count"))
