"""The worklist as a table for somebody else: columns of the list with its sentences filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from deskcollect.present.voice import Voice

COLUMNS = (
    "account_id",
    "customer_id",
    "customer_name",
    "tier",
    "score",
    "prob_default",
    "currency",
    "past_due",
    "dpd",
    "balance",
    "alert_level",
    "state",
    "due_on",
    "treatment",
    "collector",
)


def listed(rows: pl.DataFrame, voice: Voice) -> pl.DataFrame:
    """Return the columns of the list with next step and reason in words.

    Shape: `COLUMNS`, then next_step and why_today.
    """
    words = [(voice.step(row), voice.why(row)) for row in rows.iter_rows(named=True)]
    told = pl.DataFrame(words, schema={"next_step": pl.String, "why_today": pl.String}, orient="row")
    return rows.select(COLUMNS).hstack(told)
