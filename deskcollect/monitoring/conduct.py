"""How each account pays, uses its limit and spends, from its last six statements, its payments and transactions.

What was paid in a month settles the bill of the month before: `paid_k` is set against `balance_(k+1)`.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import PaymentStatus

CASH_ADVANCE = "cash_advance"
PURCHASE = "purchase"
DRAWN = (PURCHASE, CASH_ADVANCE, "transfer")

# These spans are what the columns of frames.CONDUCT mean; what is made of them is policy.
_RECENT_DAYS = 30
_CASH_USUAL_DAYS = 90
_PURCHASE_DAYS = 14
_PURCHASE_USUAL_DAYS = 180
_REDRAW_WITHIN = timedelta(days=2)
_NEAR_MINIMUM = 0.1


def conduct(
    cycles: frames.Cycles, payments: frames.Payments, transactions: frames.Transactions, *, as_of: date
) -> frames.Conduct:
    """Describe how accounts behave up to a date.

    Shape: one row an account of `cycles`, in its order.
    Nulls: what the book does not tell. Counts of payments and transactions are 0 where it holds none.
    """
    paid = payments.filter(pl.col("paid_at").dt.date() <= as_of)
    spent = transactions.filter(pl.col("at").dt.date() <= as_of)
    found = _last_payments(paid)
    for more in (
        _returns(paid, as_of),
        _spending(spent, as_of),
        _usual_purchases(spent, as_of),
        _redraws(paid, spent, as_of),
    ):
        found = found.join(more, on="account_id", how="full", coalesce=True)
    table = cycles.select(_by_statements()).join(found, on="account_id", how="left", maintain_order="left")
    counts = pl.col("returned_count", "cash_advance_count", "purchase_count", "cash_advance_usual").fill_null(0)
    return frames.Conduct(frames.stamp(table.with_columns(counts), frames.CONDUCT))


# --- statements ------------------------------------------------------------------------------------------------------------


def _by_statements() -> list[pl.Expr]:
    """Return what the statements alone say."""
    earlier = range(1, frames.CYCLE_COUNT)
    billed = range(frames.CYCLE_COUNT - 1)
    return [
        pl.col("account_id", "statements_count"),
        pl.col("statement_date_0").alias("statement_on"),
        _utilisation(0).alias("utilisation_now"),
        _utilisation(2).alias("utilisation_before"),
        pl.col("cycles_0").alias("cycles_past_due"),
        pl.col("cycles_1").alias("cycles_past_due_before"),
        _count([pl.col(f"cycles_{k}") > 0 for k in earlier]).alias("late_cycles_count"),
        _count([_in_full(k) for k in earlier]).alias("full_payments_count"),
        _pay_ratio(0).alias("pay_ratio_now"),
        pl.mean_horizontal(_pay_ratio(1), _pay_ratio(2), _pay_ratio(3)).alias("pay_ratio_before"),
        _streak([_unpaid(k) for k in billed]).alias("unpaid_streak_count"),
        _streak([_at_minimum(k) for k in billed]).alias("minimum_streak_count"),
        _streak([_idle(k) for k in earlier]).alias("idle_streak_count"),
        *(pl.col(f"paid_{k}").alias(f"paid_{word}") for k, word in enumerate(("now", "one_ago", "two_ago"))),
        *(pl.col(f"balance_{k}").alias(f"billed_{word}") for k, word in enumerate(("now", "one_ago", "two_ago"))),
    ]


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Divide as floats; null where the whole is not above zero. Decimals would divide to a scale of their own."""
    return pl.when(whole > 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64))


def _utilisation(k: int) -> pl.Expr:
    """Return balance / limit; a credit balance uses nothing."""
    return _ratio(pl.col(f"balance_{k}"), pl.col(f"limit_{k}")).clip(lower_bound=0)


def _pay_ratio(k: int) -> pl.Expr:
    """Return the share of the bill before that was paid in a cycle; more than the bill is 1."""
    return _ratio(pl.col(f"paid_{k}"), pl.col(f"balance_{k + 1}")).clip(0, 1)


def _in_full(k: int) -> pl.Expr:
    """Say whether a cycle was paid in full: the lender's word, else the payment against the bill."""
    told = pl.col(f"status_{k}") == PaymentStatus.PAID_IN_FULL.value
    if k + 1 == frames.CYCLE_COUNT:
        return told
    bill = pl.col(f"balance_{k + 1}")
    return told.fill_null((bill > 0) & (pl.col(f"paid_{k}") >= bill))


def _unpaid(k: int) -> pl.Expr:
    """Say whether the bill before a cycle met no payment in it."""
    return (pl.col(f"balance_{k + 1}") > 0) & (pl.col(f"paid_{k}") <= 0)


def _at_minimum(k: int) -> pl.Expr:
    """Say whether about the minimum was paid, and the bill was more than that."""
    minimum = pl.col(f"minimum_{k + 1}").cast(pl.Float64)
    paid = pl.col(f"paid_{k}").cast(pl.Float64)
    upper = minimum * (1 + _NEAR_MINIMUM)
    near = paid.is_between(minimum * (1 - _NEAR_MINIMUM), upper)
    return (minimum > 0) & near & (pl.col(f"balance_{k + 1}").cast(pl.Float64) > upper)


def _idle(k: int) -> pl.Expr:
    """Say whether a cycle had neither a balance nor a payment."""
    return (pl.col(f"balance_{k}") <= 0) & (pl.col(f"paid_{k}") <= 0)


def _count(conditions: list[pl.Expr]) -> pl.Expr:
    """Count the cycles of which a condition holds; null where it is known of none."""
    known = pl.any_horizontal(condition.is_not_null() for condition in conditions)
    return pl.when(known).then(pl.sum_horizontal(condition.cast(pl.Int32) for condition in conditions))


def _streak(conditions: list[pl.Expr]) -> pl.Expr:
    """Count how many conditions hold from the first on without a break; null where the first is not known."""
    running = pl.lit(True)
    steps = []
    for condition in conditions:
        running = running & condition.fill_null(value=False)
        steps.append(running.cast(pl.Int32))
    return pl.when(conditions[0].is_not_null()).then(pl.sum_horizontal(steps))


# --- payments --------------------------------------------------------------------------------------------------------------


def _within(column: str, until: date, days: int) -> pl.Expr:
    """Say whether an instant lies in the days up to and with a date."""
    day = pl.col(column).dt.date()
    return (day > until - timedelta(days=days)) & (day <= until)


def _newest(payments: pl.LazyFrame, status: str) -> pl.LazyFrame:
    """Return the newest payment of each account that has a status, and how many there are."""
    last = pl.col("paid_at", "amount", "method").sort_by("paid_at").last()
    return payments.filter(pl.col("status") == status).group_by("account_id").agg(last, pl.len().alias("count"))


def _last_payments(payments: pl.LazyFrame) -> pl.LazyFrame:
    """Return the last posted payment of each account."""
    return _newest(payments, "posted").select(
        "account_id",
        pl.col("paid_at").dt.date().alias("last_paid_on"),
        pl.col("amount").alias("last_paid_amount"),
        pl.col("method").alias("last_paid_method"),
    )


def _returns(payments: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return the returned payments of the recent days."""
    return _newest(payments.filter(_within("paid_at", as_of, _RECENT_DAYS)), "returned").select(
        "account_id",
        pl.col("count").alias("returned_count"),
        pl.col("paid_at").dt.date().alias("returned_on"),
        pl.col("amount").alias("returned_amount"),
    )


# --- transactions ----------------------------------------------------------------------------------------------------------


def _spending(transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return cash advances and the largest purchase of late."""
    cash = pl.col("kind") == CASH_ADVANCE
    cash_lately = cash & _within("at", as_of, _RECENT_DAYS)
    cash_before = cash & _within("at", as_of - timedelta(days=_RECENT_DAYS), _CASH_USUAL_DAYS)
    bought = (pl.col("kind") == PURCHASE) & _within("at", as_of, _PURCHASE_DAYS)
    marked = transactions.select(
        "account_id",
        cash_lately.cast(pl.UInt32).alias("cash_advance_count"),
        cash_before.cast(pl.UInt32).alias("before"),
        pl.when(cash_lately).then("at").alias("cash_advance_at"),
        pl.when(bought).then("amount").alias("purchase_largest"),
        pl.when(bought).then("at").alias("purchase_at"),
    )
    return (
        marked.filter((pl.col("cash_advance_count") + pl.col("before") > 0) | pl.col("purchase_largest").is_not_null())
        .group_by("account_id")
        .agg(
            pl.col("cash_advance_count", "before").sum(),
            pl.col("cash_advance_at").max().dt.date().alias("cash_advance_on"),
            pl.col("purchase_largest").max(),
            pl.col("purchase_at")
            .filter(pl.col("purchase_largest") == pl.col("purchase_largest").max())
            .max()
            .dt.date()
            .alias("purchase_on"),
        )
        .with_columns((pl.col("before") * _RECENT_DAYS / _CASH_USUAL_DAYS).alias("cash_advance_usual"))
        .drop("before")
    )


def _usual_purchases(transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return the 95th percentile of the purchases before the recent ones, by nearest rank: money stays exact."""
    earlier = _within("at", as_of - timedelta(days=_PURCHASE_DAYS), _PURCHASE_USUAL_DAYS)
    rank = (pl.len().cast(pl.Int64) * 95 + 99) // 100
    return (
        transactions.filter((pl.col("kind") == PURCHASE) & earlier)
        .sort("account_id", "amount")
        .group_by("account_id")
        .agg(pl.len().alias("purchase_count"), pl.col("amount").get(rank - 1).alias("purchase_usual"))
    )


def _redraws(payments: pl.LazyFrame, transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return how much of the last posted payment was drawn again at once, for accounts that have transactions."""
    recent = _newest(payments.filter(_within("paid_at", as_of, _RECENT_DAYS)), "posted").filter(pl.col("amount") > 0)
    drawn = transactions.filter(pl.col("kind").is_in(DRAWN)).select("account_id", "at", pl.col("amount").alias("drawn"))
    after = pl.col("at").is_between(pl.col("paid_at"), pl.col("paid_at") + _REDRAW_WITHIN, closed="left")
    return (
        recent.join(drawn, on="account_id")
        .with_columns(pl.when(after).then("drawn").otherwise(0).alias("drawn"))
        .group_by("account_id")
        .agg(pl.col("paid_at", "amount").first(), pl.col("drawn").sum())
        .select(
            "account_id",
            pl.col("paid_at").dt.date().alias("redraw_on"),
            _ratio(pl.col("drawn"), pl.col("amount")).clip(0, 1).alias("redraw_share"),
        )
    )
