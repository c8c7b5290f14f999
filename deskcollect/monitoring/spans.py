"""Spans of days and shares, as every feature of conduct counts them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

RECENT_DAYS = 30


def within(column: str, until: date, days: int) -> pl.Expr:
    """Say whether an instant lies in the days up to and with a date."""
    day = pl.col(column).dt.date()
    return (day > until - timedelta(days=days)) & (day <= until)


def ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Divide as floats; null where the whole is not above zero. Decimals would divide to a scale of their own."""
    return pl.when(whole > 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64))
