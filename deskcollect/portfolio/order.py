"""The order of rows: told cheaply, made only where it is missing."""

from __future__ import annotations

import polars as pl

# Rows of these tables have no order of their own; snapshots keep them in this one.
KEYS = {
    "statements": ("account_id", "statement_date"),
    "payments": ("account_id", "paid_at"),
    "transactions": ("account_id", "at"),
    "contacts": ("customer_id", "kind"),
}


def in_order(frame: pl.LazyFrame, table: str) -> pl.LazyFrame:
    """Return the rows of a table as a snapshot keeps them; rows that are in order already are not sorted again."""
    if table not in KEYS:
        return frame
    keys = KEYS[table]
    first, second = (pl.col(key) for key in keys)
    falls = (first < first.shift(1)) | ((first == first.shift(1)) & (second < second.shift(1)))
    if not frame.select(falls.any()).collect().item():
        return frame
    return frame.sort(keys, maintain_order=True)


def rises(values: pl.Series) -> bool:
    """Say whether each value is greater than the one before, so that none can stand twice; cheaper than counting."""
    return bool((values > values.shift(1)).all())


def runs(frame: pl.LazyFrame, key: str) -> pl.Series:
    """Return the values of a column with repeats in a row left out; few where the rows of one account stand together.

    Nulls: left out.
    """
    begins = pl.col(key).ne_missing(pl.col(key).shift(1))
    return frame.select(key).filter(begins).collect().to_series().drop_nulls()


def in_turn(frame: pl.LazyFrame, ids: pl.Series) -> bool:
    """Say whether each account's statements stand together with rising dates, so that none can stand twice.

    `ids` are the `runs` of account_id.
    """
    account, day = pl.col("account_id"), pl.col("statement_date")
    stands = (account == account.shift(1)) & (day <= day.shift(1)).fill_null(value=True)
    return not frame.select(stands.any()).collect().item() and (rises(ids) or ids.n_unique() == ids.len())
