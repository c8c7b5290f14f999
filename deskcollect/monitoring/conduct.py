"""How each account pays, uses its limit and spends, from its last six statements, its payments and transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.monitoring import billing, paying, spending

if TYPE_CHECKING:
    from datetime import date


def conduct(
    cycles: frames.Cycles, payments: frames.Payments, transactions: frames.Transactions, *, as_of: date
) -> frames.Conduct:
    """Describe how accounts behave up to a date.

    Shape: one row an account of `cycles`, in its order.
    Nulls: what the book does not tell. Counts of payments and transactions are 0 where it holds none.
    """
    ever = transactions.filter(pl.col("at").dt.date() <= as_of)
    # Gathered once: to put together what several books and files tell takes longer than to count it.
    known, lately, reach = pl.collect_all(
        [
            payments.filter(pl.col("paid_at").dt.date() <= as_of),
            spending.lately(ever, as_of),
            spending.reach(ever, as_of),
        ],
        engine="streaming",
    )
    paid, spent = known.lazy(), lately.lazy()
    asked = (
        cycles.select(billing.by_statements()),
        paying.last_payments(paid),
        paying.returns(paid, as_of),
        paying.delays(cycles, paid, as_of),
        spending.redraws(paying.last_of_late(paid, as_of), spent, as_of),
        *spending.spending(spent, as_of),
    )
    table, *found = pl.collect_all(asked, engine="streaming")
    ids = table.select("account_id")
    # Each is joined to the numbers alone: a join of the whole table copies all that stands in it already.
    beside = [ids.join(each, on="account_id", how="left", maintain_order="left").drop("account_id") for each in found]
    table = pl.concat([table, *beside], how="horizontal")
    counts = pl.col("returned_count", *spending.COUNTS).fill_null(0)
    # A statement tells what was paid up to its own day; what came since stands among the payments.
    paid_ever = pl.when(pl.col("last_paid_on").is_not_null()).then(pl.lit(value=True)).otherwise("paid_ever")
    ends = [pl.lit(reach[name].item(), pl.Int32).alias(name) for name in reach.columns]
    usual = pl.coalesce(spending.RANKED, "purchase_usual").alias("purchase_usual")
    told = table.lazy().with_columns(paid_ever.alias("paid_ever"), usual, counts, *ends)
    return frames.Conduct(frames.stamp(told, frames.CONDUCT))
