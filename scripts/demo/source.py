"""The real accounts of sample_data/taiwan. Month 0 is the oldest statement (April), month 5 the newest (September)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
TAIWAN = ROOT / "sample_data" / "taiwan"
MONTHS = range(6)
NEWEST = 5
YEAR = 2026
FIRST_MONTH = 4
_LAST_DAYS = (30, 31, 30, 31, 31, 30)


@dataclass(frozen=True, slots=True)
class Source:
    """One real account: limit and six statements, in whole new Taiwan dollars."""

    id: str
    limit: Decimal
    balance: tuple[Decimal, ...]
    paid: tuple[Decimal, ...]
    cycles: tuple[int, ...]
    status: tuple[str, ...]


def last_day(month: int) -> date:
    """Return the closing date of a month, moved to 2026."""
    return date(YEAR, FIRST_MONTH + month, _LAST_DAYS[month])


def sources() -> dict[str, Source]:
    """Read all real accounts."""
    limits = dict(
        pl.read_parquet(TAIWAN / "accounts.parquet").select("account_id", "credit_limit").iter_rows(),
    )
    wide = (
        pl.read_parquet(TAIWAN / "statements.parquet")
        .sort("account_id", "statement_date")
        .group_by("account_id", maintain_order=True)
        .agg("balance", "paid", "cycles_past_due", "payment_status")
    )
    return {
        name: Source(name, limits[name].normalize() + 0, *(tuple(column) for column in columns))
        for name, *columns in wide.iter_rows()
    }
