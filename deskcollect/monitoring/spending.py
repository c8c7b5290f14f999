"""What the transactions of an account say: how it buys, draws cash, sends money, and what comes in, of late and before.

Each span of days is what a column of frames.CONDUCT means; what is made of it is policy.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from deskcollect.monitoring.spans import RECENT_DAYS, ratio

CASH_ADVANCE = "cash_advance"
PURCHASE = "purchase"
TRANSFER = "transfer"
SALARY = "salary"
LIMIT_REQUEST = "limit_request"
DRAWN = (PURCHASE, CASH_ADVANCE, TRANSFER)
COUNTS = (
    "cash_advance_count",
    "cash_advance_usual",
    "cash_advance_before_count",
    "purchase_count",
    "transfer_count",
    "transfer_usual",
    "limit_request_count",
    "salary_count",
)
"""What is 0 where the book holds nothing of the kind."""

_CASH_USUAL_DAYS = 90
_BEFORE_DAYS = 180
_PURCHASE_DAYS = 14
_TRANSFER_DAYS = 7
_TRANSFER_USUAL_DAYS = 90
_REQUEST_DAYS = 90
_SALARY_DAYS = 35  # a payday that moves by a few days is not missed
_SALARY_BEFORE_DAYS = 150
_LOOKED_BACK = RECENT_DAYS + _BEFORE_DAYS
_REDRAW_WITHIN = timedelta(days=2)
_FEW = 20  # of fewer purchases the largest is the 95th percentile
_AGO = "_ago"
RANKED = "purchase_ranked"
"""What goes before `purchase_usual` where it is known."""


def lately(transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return the transactions of the days that are looked at, with what is looked at."""
    since = pl.lit(as_of - timedelta(days=_LOOKED_BACK - 1)).cast(pl.Datetime("us"))
    return transactions.filter(pl.col("at") >= since).select("account_id", "at", "amount", "kind")


def spending(transactions: pl.LazyFrame, as_of: date) -> list[pl.LazyFrame]:
    """Return tables of what accounts bought, drew, sent, asked for and received.

    Args:
        transactions: those of `lately`.
        as_of: the date.

    Shape: one row an account that has any.
    """
    ago = (pl.lit(as_of) - pl.col("at").dt.date()).dt.total_days().cast(pl.Int32)
    known = transactions.select("account_id", "amount", "kind", ago.alias(_AGO))
    bought = known.filter(pl.col("kind") == PURCHASE).drop("kind")
    return [_counted(known, as_of), _largest(bought, as_of), _ranked(bought)]


def reach(transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return in one row how many days the transactions of the whole book reach back, and how old the newest is.

    Whether somebody stopped to spend is known only where the transactions of others go on.
    """
    ends = {"transactions_days": pl.col("at").min(), "transactions_age_days": pl.col("at").max()}
    return transactions.select(
        (pl.lit(as_of) - end.dt.date()).dt.total_days().cast(pl.Int32).alias(name) for name, end in ends.items()
    )


def redraws(payments: pl.LazyFrame, transactions: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return how much of a recent payment was drawn again at once.

    Args:
        payments: account_id, paid_at and amount of the last posted payment of the recent days.
        transactions: those of `lately`.
        as_of: the date.

    Shape: one row an account that paid and drew in these days.
    """
    since = pl.lit(as_of - timedelta(days=RECENT_DAYS)).cast(pl.Datetime("us"))
    lately = transactions.filter((pl.col("at") >= since) & pl.col("kind").is_in(DRAWN))
    after = pl.col("at").is_between(pl.col("paid_at"), pl.col("paid_at") + _REDRAW_WITHIN, closed="left")
    return (
        payments.filter(pl.col("amount") > 0)
        .join(lately.select("account_id", "at", pl.col("amount").alias("drawn")), on="account_id")
        .with_columns(pl.when(after).then("drawn").otherwise(0).alias("drawn"))
        .group_by("account_id")
        .agg(pl.col("paid_at", "amount").first(), pl.col("drawn").sum())
        .select(
            "account_id",
            pl.col("paid_at").dt.date().alias("redraw_on"),
            ratio(pl.col("drawn"), pl.col("amount")).clip(0, 1).alias("redraw_share"),
        )
    )


# --- purchases ---------------------------------------------------------------------------------------------------------------


def _between(start: int, end: int) -> pl.Expr:
    """Say whether a transaction is at least `start` and fewer than `end` days old."""
    return pl.col(_AGO).is_between(start, end, closed="left")


def _sum(chosen: pl.Expr) -> pl.Expr:
    """Add up the amounts of some transactions."""
    return pl.when(chosen).then("amount").sum()


def _newest(chosen: pl.Expr, as_of: date) -> pl.Expr:
    """Return the date of the newest of some transactions."""
    return pl.lit(as_of) - pl.duration(days=pl.when(chosen).then(_AGO).min())


def _largest(purchases: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return the largest purchase of the newest days, of equal ones the newest."""
    newest = purchases.filter(_between(0, _PURCHASE_DAYS)).sort("amount", _AGO, descending=[True, False])
    return newest.group_by("account_id").agg(
        pl.col("amount").first().alias("purchase_largest"),
        (pl.lit(as_of) - pl.duration(days=pl.col(_AGO).first())).alias("purchase_on"),
    )


def _ranked(purchases: pl.LazyFrame) -> pl.LazyFrame:
    """Return, for who bought often, the 95th percentile of the purchases before the newest days, by nearest rank: money stays exact."""
    usual = purchases.filter(_between(_PURCHASE_DAYS, _PURCHASE_DAYS + _BEFORE_DAYS))
    rank = (pl.len().cast(pl.Int64) * 95 + 99) // 100
    often = usual.group_by("account_id").len().filter(pl.col("len") >= _FEW)
    many = usual.join(often, on="account_id", how="semi")
    return (
        many.sort("amount")
        .group_by("account_id", maintain_order=True)
        .agg(pl.col("amount").get(rank - 1).alias(RANKED))
    )


# --- all kinds -----------------------------------------------------------------------------------------------------------------


def _counted(known: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Return what was bought of late and before, cash advances, transfers, requests for a higher limit, and salaries.

    The usual purchase is the largest of those before the newest days, until somebody bought often. Who bought nothing spent
    nothing that is known, and so with all that is no purchase.
    """
    kinds = (CASH_ADVANCE, TRANSFER, SALARY, LIMIT_REQUEST)
    bought = pl.col("kind") == PURCHASE
    cash, sent, paid, asked = (pl.col("kind") == kind for kind in kinds)
    usual = bought & _between(_PURCHASE_DAYS, _PURCHASE_DAYS + _BEFORE_DAYS)
    cash_lately, cash_usually = cash & _between(0, RECENT_DAYS), cash & _from(RECENT_DAYS, _CASH_USUAL_DAYS)
    sent_lately, sent_usually = sent & _between(0, _TRANSFER_DAYS), sent & _from(_TRANSFER_DAYS, _TRANSFER_USUAL_DAYS)
    asked_lately = asked & _between(0, _REQUEST_DAYS)
    paid_lately, paid_before = paid & _between(0, _SALARY_DAYS), paid & _from(_SALARY_DAYS, _SALARY_BEFORE_DAYS)
    ever, others = bought.any(), (~bought).any()
    return (
        known.filter(pl.col("kind").is_in([PURCHASE, *kinds]))
        .group_by("account_id")
        .agg(
            usual.sum().alias("purchase_count"),
            pl.when(usual).then("amount").max().alias("purchase_usual"),
            pl.when(ever).then(_sum(bought & _between(0, RECENT_DAYS))).alias("spent_lately"),
            pl.when(ever).then(_sum(bought & ~_between(0, RECENT_DAYS))).alias("spent_before"),
            _newest(bought, as_of).alias("spent_on"),
            cash_lately.sum().alias("cash_advance_count"),
            _newest(cash_lately, as_of).alias("cash_advance_on"),
            pl.when(others).then(cash_usually.sum() * RECENT_DAYS / _CASH_USUAL_DAYS).alias("cash_advance_usual"),
            (cash & ~_between(0, RECENT_DAYS)).sum().alias("cash_advance_before_count"),
            sent_lately.sum().alias("transfer_count"),
            _newest(sent_lately, as_of).alias("transfer_on"),
            pl.when(others).then(sent_usually.sum() * _TRANSFER_DAYS / _TRANSFER_USUAL_DAYS).alias("transfer_usual"),
            asked_lately.sum().alias("limit_request_count"),
            _newest(asked_lately, as_of).alias("limit_request_on"),
            pl.when(others).then(_sum(paid_lately)).alias("salary_lately"),
            pl.when(others).then(_sum(paid_before)).alias("salary_before"),
            paid_before.sum().alias("salary_count"),
            _newest(paid, as_of).alias("salary_on"),
        )
    )


def _from(start: int, days: int) -> pl.Expr:
    """Say whether a transaction falls in so many days before the newest `start`."""
    return _between(start, start + days)
