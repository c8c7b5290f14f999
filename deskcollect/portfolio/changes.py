"""What changed from one book to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from deskcollect.frames import Aged

# Kinds of change, in the order in which they are told.
KINDS = ("newly_past_due", "rolled_worse", "rolled_back", "cured", "new", "left")
_COMPARED = ("customer_id", "currency", "dpd", "bucket", "past_due")


def changes(before: Aged, after: Aged) -> pl.DataFrame:
    """Return one row an account that is new, left the book, or moved between current and the buckets.

    An account that the newer book has not has left; that says nothing about whether it was paid. Nulls: dpd, bucket
    and past_due of the side on which an account is missing.
    """
    both = _side(before, "before").join(_side(after, "after"), on="account_id", how="full", coalesce=True)
    told = both.with_columns(_kind().alias("change")).filter(pl.col("change").is_not_null())
    return (
        told.select(
            "account_id",
            pl.coalesce("customer_id_after", "customer_id_before").alias("customer_id"),
            pl.coalesce("currency_after", "currency_before").alias("currency"),
            pl.col("change").cast(pl.Enum(KINDS)),
            *(f"{name}_{side}" for name in ("dpd", "bucket", "past_due") for side in ("before", "after")),
        )
        .sort("change", "account_id")
        .collect()
    )


def _side(aged: Aged, side: str) -> pl.LazyFrame:
    """Return what is compared, named by its side."""
    return aged.select("account_id", *(pl.col(name).alias(f"{name}_{side}") for name in _COMPARED))


def _kind() -> pl.Expr:
    """Name the change of one account, null if there is none."""
    before, after = pl.col("dpd_before"), pl.col("dpd_after")
    moved = pl.col("bucket_before") != pl.col("bucket_after")
    return (
        pl.when(before.is_null()).then(pl.lit("new"))
        .when(after.is_null()).then(pl.lit("left"))
        .when((before <= 0) & (after > 0)).then(pl.lit("newly_past_due"))
        .when((before > 0) & (after <= 0)).then(pl.lit("cured"))
        .when(moved & (after > before)).then(pl.lit("rolled_worse"))
        .when(moved & (after < before)).then(pl.lit("rolled_back"))
    )  # fmt: skip


def summary(changed: pl.DataFrame) -> dict[str, int]:
    """Return how many accounts changed in each way; every kind is there."""
    counts = dict(changed.group_by("change").len().iter_rows())
    return {kind: counts.get(kind, 0) for kind in KINDS}
