"""The worklist as a table for somebody else: columns of the list, its sentences filled in, then what else is known.

A name, a column and their order are a promise to whoever reads the file.
"""

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
MORE = (
    *("phone", "phone_2", "language", "timezone", "product", "past_due_assumed", "minimum_due", "due_date", "bucket"),
    *("stage", "exposure", "score_week_ago", "tier_rule", "coverage", "card", "alert_rule", "signals"),
    *("promise_status", "promise_amount", "promise_due", "last_code", "last_on", "last_by", "attempt_count"),
    *("customer_account_count", "hold_rule", "why", "queues", "as_of"),
    *("reach", "reach_channel", "reach_from", "tried_count", "reached_count", "best_band", "best_reach"),
    *("cure_anyway", "cure_reached", "recovery_anyway", "recovery_cost", "expected_recovery"),
)


def listed(rows: pl.DataFrame, voice: Voice) -> pl.DataFrame:
    """Return the list with next step and reason in words.

    Shape: `COLUMNS`, then next_step and why_today, then `MORE`.
    """
    words = [(voice.step(row), voice.why(row)) for row in rows.iter_rows(named=True)]
    told = pl.DataFrame(words, schema={"next_step": pl.String, "why_today": pl.String}, orient="row")
    return rows.select(COLUMNS).hstack(told).hstack(rows.select(MORE))
