"""A lender's book as it was at the end of earlier months: only what was known by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.portfolio.cycles import CYCLE_DAYS

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.portfolio.book import Book

# What an account is, and does not become. Its limit too: a statement that has none leaves nothing else to go by.
_STAYS = ("account_id", "customer_id", "product", "currency", "opened_on", "credit_limit")
_DATED = {"statements": pl.col("statement_date"), "payments": pl.col("paid_at"), "transactions": pl.col("at")}


def months(read: Book) -> tuple[date, ...]:
    """Return the last statement date of each calendar month that has one, the oldest first."""
    day = pl.col("statement_date")
    newest = read.statements.group_by(day.dt.month_start()).agg(day.max().alias("day"))
    return tuple(newest.sort("day").collect()["day"])


def as_it_was(read: Book, day: date) -> Book:
    """Return the book of a day: the accounts with a statement in its month, up to that day, as that statement has them.

    What an account says of itself today (its flags, its due date, who works it) was not known then and is left out; days past
    due are those of the cycles past due at the statement. Its limit is the statement's, else today's.
    """
    upto = {name: read.tables[name].filter(when.cast(pl.Date) <= day) for name, when in _DATED.items()}
    of_month = upto["statements"].filter(pl.col("statement_date").dt.month_start() == day.replace(day=1))
    newest = of_month.sort("statement_date").group_by("account_id").last()
    told = newest.select(
        "account_id",
        pl.col("balance"),
        pl.col("minimum_due"),
        pl.col("credit_limit").alias("_limit"),
        (pl.col("cycles_past_due").clip(lower_bound=0) * CYCLE_DAYS).cast(pl.Int32).alias("days_past_due"),
    )
    known = read.accounts.select(_STAYS).join(told, on="account_id", how="inner", maintain_order="left")
    late = pl.col("days_past_due") > 0
    due = pl.when(late).then(pl.col("balance").clip(lower_bound=0)).otherwise(0)
    accounts = known.with_columns(
        pl.coalesce("_limit", "credit_limit").alias("credit_limit"),
        due.cast(frames.MONEY).alias("past_due"),
        (late & (pl.col("balance") > 0)).alias("past_due_assumed"),
    )
    own = frames.own_columns(read.accounts.collect_schema().names())
    there = accounts.collect_schema().names()
    absent = [pl.lit(None, column.dtype).alias(column.name) for column in frames.ACCOUNTS if column.name not in there]
    absent += [pl.lit(None, pl.Float64).alias(name) for name in own]
    whole = frames.stamp(accounts.with_columns(absent), frames.ACCOUNTS, and_own=True)
    return replace(
        read,
        as_of=day,
        tables={**read.tables, **upto, "accounts": whole, "contacts": frames.empty(frames.CONTACTS)},
        present=read.present - {"contacts"},
        known_digest="",
    )
