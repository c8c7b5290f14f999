"""The real book in the shape the portfolio room hands over."""

from __future__ import annotations

import polars as pl
import pytest

from deskcollect import frames, resources
from deskcollect.frames import Cycles, Features
from deskcollect.scoring.features import features

TAIWAN = resources.sample_data() / "taiwan"
_MONTHLY = {
    "balance": "balance",
    "paid": "paid",
    "cycles": "cycles_past_due",
    "status": "payment_status",
}


def pivot(accounts: pl.DataFrame, statements: pl.DataFrame) -> Cycles:
    """Put the newest six statements of each account side by side."""
    newest_first = statements.sort("account_id", "statement_date", descending=[False, True])
    ranked = newest_first.with_columns(k=pl.int_range(pl.len()).over("account_id")).filter(pl.col("k") < 6)
    picks = [
        pl.col(source).filter(pl.col("k") == k).first().alias(f"{name}_{k}")
        for name, source in _MONTHLY.items()
        for k in range(6)
    ]
    wide = ranked.group_by("account_id").agg(
        pl.len().alias("statements_count"), pl.col("statement_date").max().alias("statement_date_0"), *picks
    )
    whole = accounts.select("account_id", "credit_limit").join(wide, on="account_id", how="left", maintain_order="left")
    whole = whole.with_columns(
        pl.col("statements_count").fill_null(0),
        *(pl.lit(None, frames.MONEY).alias(f"minimum_{k}") for k in range(6)),
        *(pl.col("credit_limit").alias(f"limit_{k}") for k in range(6)),
    )
    return Cycles(frames.stamp(whole.lazy(), frames.CYCLES))


@pytest.fixture(scope="session")
def book_cycles() -> pl.DataFrame:
    """The 20,064 real accounts."""
    accounts, statements = (pl.read_parquet(TAIWAN / f"{name}.parquet") for name in ("accounts", "statements"))
    return pivot(accounts, statements).collect()


@pytest.fixture(scope="session")
def book_features(book_cycles: pl.DataFrame) -> pl.DataFrame:
    """Their features."""
    return features(Cycles(book_cycles.lazy())).collect()


@pytest.fixture(scope="session")
def outcomes(book_features: pl.DataFrame) -> pl.Series:
    """What became of them, in the same order."""
    labels = pl.read_parquet(TAIWAN / "outcomes.parquet")
    return book_features.join(labels, on="account_id", how="left", maintain_order="left")["defaulted_next_month"]


def as_features(frame: pl.DataFrame) -> Features:
    """Hand over a frame as the features room does."""
    return Features(frame.lazy())
