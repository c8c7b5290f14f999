"""How late each account is at a date, how much is at stake, and whether the lender's own figures agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import Exposure

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.frames import Accounts, Aged, Numbers
    from deskcollect.policy.model import Policies

_THIRD = 1 / 3


def age(
    accounts: Accounts,
    policies: Policies,
    *,
    as_of: date,
    before: Accounts | None = None,
    numbers: Numbers | None = None,
    among_others: bool = True,
) -> Aged:
    """Return the accounts with days past due, bucket, stage, exposure and what speaks against the lender's figures.

    Args:
        accounts: The accounts of the book.
        policies: Buckets.
        as_of: Date of the book.
        before: The accounts of the book before this one.
        numbers: The telephone numbers of each customer; without them it is not known how many there are.
        among_others: Look at the customer's other accounts; without it nothing is known of them.

    Shape: the accounts' rows in their order.
    """
    dated = accounts.with_columns(days_past_due(as_of).fill_null(0).cast(pl.Int32).alias("dpd"))
    known = _with_others(dated) if among_others else dated.with_columns(pl.lit(None, pl.Int32).alias("other_dpd"))
    known = known.with_columns(_share().alias("exposure_share"), _verify().alias("verify"))
    known = _with_numbers(known, numbers).with_columns(_late_on(as_of).alias("late_on"))
    known = _with_autopay(known, before).with_columns(_exposure().alias("exposure"))
    aged = known.with_columns(
        first_match((bucket.id, bucket.when) for bucket in policies.buckets).alias("bucket"),
        first_match((bucket.stage, bucket.when) for bucket in policies.buckets).alias("stage"),
    )
    return frames.Aged(frames.stamp(aged, frames.AGED))


def days_past_due(as_of: date) -> pl.Expr:
    """Return days past due: the lender's, else counted from the oldest unpaid due date while something is past due.

    Nulls: where something is past due and nobody says since when.
    """
    counted = (pl.lit(as_of) - pl.col("due_date")).dt.total_days().clip(lower_bound=0)
    from_date = pl.when(pl.col("past_due") > 0).then(counted).otherwise(0)
    return pl.coalesce(pl.col("days_past_due"), from_date)


def _late_on(as_of: date) -> pl.Expr:
    """Return the first day on which an account that is past due was late, null for one that is current."""
    return pl.when(pl.col("dpd") > 0).then(pl.lit(as_of) - pl.duration(days=pl.col("dpd") - 1))


def _share() -> pl.Expr:
    """Return the rank of the past-due amount among the past-due accounts of its currency, 0 where nothing is."""
    late = pl.when(pl.col("past_due") > 0).then(pl.col("past_due"))
    share = late.rank("average").over("currency") / late.count().over("currency")
    return share.fill_null(0.0)


def _exposure() -> pl.Expr:
    """Return the third in which the share lies; equal amounts are in one third."""
    share = pl.col("exposure_share")
    return (
        pl.when(share <= 0).then(pl.lit("none"))
        .when(share <= _THIRD).then(pl.lit(Exposure.LOW.value))
        .when(share <= 2 * _THIRD).then(pl.lit(Exposure.MID.value))
        .otherwise(pl.lit(Exposure.HIGH.value))
    )  # fmt: skip


def _verify() -> pl.Expr:
    """Say what in the lender's figures does not agree, so that nobody is called before a look at it."""
    dpd, past_due, owed = pl.col("dpd"), pl.col("past_due"), pl.col("balance") > 0
    days = pl.when(dpd == 1).then(pl.lit("1 day")).otherwise(pl.format("{} days", dpd))
    undated = pl.col("due_date").is_null() & pl.col("days_past_due").is_null()
    return (
        pl.when((dpd > 0) & ~owed).then(pl.format("{} past due but nothing is owed", days))
        .when((past_due > 0) & ~owed).then(pl.lit("an amount is past due but nothing is owed"))
        .when((dpd > 0) & (past_due <= 0)).then(pl.format("{} past due but no amount is", days))
        .when((past_due > 0) & undated).then(pl.lit("past due, but since when is not given"))
    )  # fmt: skip


def _with_others(accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Add the highest days past due of the customer's other accounts, null where there is none."""
    several = accounts.select("customer_id", "dpd").filter(pl.col("customer_id").is_duplicated())
    two = pl.col("dpd").top_k(2)
    highest = several.group_by("customer_id").agg(two.max().alias("_first"), two.min().alias("_second"))
    joined = accounts.join(highest, on="customer_id", how="left", maintain_order="left")
    other = pl.when(pl.col("dpd") == pl.col("_first")).then(pl.col("_second")).otherwise(pl.col("_first"))
    return joined.with_columns(other.alias("other_dpd"))


def _with_numbers(accounts: pl.LazyFrame, numbers: Numbers | None) -> pl.LazyFrame:
    """Add how many telephone numbers the customer has."""
    if numbers is None:
        return accounts.with_columns(pl.lit(None, pl.Int32).alias("number_count"))
    counted = numbers.group_by("customer_id").agg(pl.len().cast(pl.Int32).alias("number_count"))
    joined = accounts.join(counted, on="customer_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("number_count").fill_null(0))


def _with_autopay(accounts: pl.LazyFrame, before: Accounts | None) -> pl.LazyFrame:
    """Say whether direct debit was set up in the book before and no longer is."""
    if before is None:
        return accounts.with_columns(pl.lit(False).alias("autopay_dropped"))
    had = before.filter("autopay").select("account_id", pl.lit(True).alias("_had"))
    joined = accounts.join(had, on="account_id", how="left", maintain_order="left")
    return joined.with_columns((pl.col("_had") & ~pl.col("autopay")).fill_null(value=False).alias("autopay_dropped"))
