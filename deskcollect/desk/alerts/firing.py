"""On how many accounts each rule of the policies has its say on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.strategy.tiers import BY_SCORE

if TYPE_CHECKING:
    from deskcollect.desk.day import Day

_COLUMNS = {"bucket": "bucket", "hold": "hold_rule", "treatment": "treatment", "why": "why"}


def firing(day: Day) -> dict[tuple[str, str], int]:
    """Return the number of accounts by kind and name of a rule; one that is not there has its say on none.

    Signals and levels are counted as they fire on the day's book, whatever became of the cases.
    """
    table, conclusion = day.table, day.conclusion
    present = conclusion.seen.filter(
        pl.col("day") >= day.standing.seen_until
    )  # a record since may have added a second look
    today = present.filter(pl.col("day") == pl.col("day").max().over("account_id"))
    by_score = pl.col("tier_rule") == BY_SCORE
    told = {
        "signal": today.select("account_id", "rule"),
        "level": today.select("account_id", "alert_level_rule"),
        "cut": table.filter(by_score).select("account_id", pl.col("tier").cast(pl.String)),
        "floor": table.filter(~by_score).select("account_id", "tier_rule"),
        "queue": table.select("account_id", "queues").explode("queues"),
        "effect": conclusion.effects.select("account_id", "effect"),
        **{kind: table.select("account_id", column) for kind, column in _COLUMNS.items()},
    }
    return {
        (kind, str(name)): count
        for kind, rows in told.items()
        for name, count in rows.rename({rows.columns[1]: "rule"}).unique().drop_nulls().group_by("rule").len().rows()
    }
