"""What the last six statements of an account say: how it pays its bills and uses its limit.

What was paid in a month settles the bill of the month before: `paid_k` is set against `balance_(k+1)`.
"""

from __future__ import annotations

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.spans import ratio
from deskcollect.vocabulary import PaymentStatus

_NEAR_MINIMUM = 0.1


def by_statements() -> list[pl.Expr]:
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
        _paid_ever().alias("paid_ever"),
        _streak([_unpaid(k) for k in billed]).alias("unpaid_streak_count"),
        _streak([_at_minimum(k) for k in billed]).alias("minimum_streak_count"),
        _streak([_idle(k) for k in earlier]).alias("idle_streak_count"),
        *(pl.col(f"paid_{k}").alias(f"paid_{word}") for k, word in enumerate(("now", "one_ago", "two_ago"))),
        *(pl.col(f"balance_{k}").alias(f"billed_{word}") for k, word in enumerate(("now", "one_ago", "two_ago"))),
    ]


def _utilisation(k: int) -> pl.Expr:
    """Return balance / limit; a credit balance uses nothing."""
    return ratio(pl.col(f"balance_{k}"), pl.col(f"limit_{k}")).clip(lower_bound=0)


def _pay_ratio(k: int) -> pl.Expr:
    """Return the share of the bill before that was paid in a cycle; more than the bill is 1."""
    return ratio(pl.col(f"paid_{k}"), pl.col(f"balance_{k + 1}")).clip(0, 1)


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


def _paid_ever() -> pl.Expr:
    """Say whether any cycle shows a payment; null where no cycle says what was paid."""
    return _count([pl.col(f"paid_{k}") > 0 for k in range(frames.CYCLE_COUNT)]) > 0


def _streak(conditions: list[pl.Expr]) -> pl.Expr:
    """Count how many conditions hold from the first on without a break; null where the first is not known."""
    running = pl.lit(True)
    steps = []
    for condition in conditions:
        running = running & condition.fill_null(value=False)
        steps.append(running.cast(pl.Int32))
    return pl.when(conditions[0].is_not_null()).then(pl.sum_horizontal(steps))
