"""Small looks at accounts, the warnings they carried, and what was known later: in rows that can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.evaluation import Track, judged, tracks

START = date(2026, 6, 30)
RULES = ("bill-unpaid", "relapse", "rolling")
HORIZON = timedelta(days=60)


class Look(NamedTuple):
    """A look at an account: how many days after the start, its level, and the rules with the days of their newest facts."""

    account: str
    day: int
    level: str | None = None
    rules: Sequence[tuple[str, int]] = ()
    late: bool = False
    gone_bad: bool = False
    used: float = 0.5
    signals: int = 1
    exposure: float = 0.0


def on(day: int) -> date:
    """Return a day after the start."""
    return START + timedelta(days=day)


def looks(*rows: Look) -> frames.Looks:
    """Return looks as a table."""
    told: list[dict[str, Any]] = [
        {
            "account_id": row.account,
            "looked_on": on(row.day),
            "late": row.late,
            "gone_bad": row.gone_bad,
            "alert_level": row.level,
            "signal_count": row.signals if row.level else 0,
            "exposure_share": row.exposure,
            "utilisation_now": row.used,
        }
        for row in rows
    ]
    return frames.Looks(pl.LazyFrame(told, schema=frames.polars_schema(frames.LOOKS)))


def warned(*rows: Look) -> frames.Warned:
    """Return the rules that fired at looks."""
    told = [(row.account, on(row.day), rule, on(seen)) for row in rows for rule, seen in row.rules]
    return frames.Warned(pl.LazyFrame(told, schema=frames.polars_schema(frames.WARNED), orient="row"))


def known(**states: Sequence[tuple[int, bool]]) -> frames.Known:
    """Return what was known of accounts: days after the start and whether they were bad."""
    told = [(account, on(day), bad) for account, of in states.items() for day, bad in of]
    return frames.Known(pl.LazyFrame(told, schema=frames.polars_schema(frames.KNOWN), orient="row"))


def track(rows: Sequence[Look], later: frames.Known, *, name: str = "", late: bool = False) -> Track:
    """Return what came of the warnings of one rule or level, or of all, on accounts that stood one way."""
    of = judged(looks(*rows), later, HORIZON).filter(pl.col("late") == late)
    return next(each for each in tracks(of, looks(*rows), warned(*rows), RULES) if each.name == name)


def decided(*rows: tuple[str, str, Sequence[str], float | None, str | None]) -> frames.DecidedCases:
    """Return cases: account, level, rules, hours until acknowledged, and as what it was closed."""
    opened = datetime.combine(START, time(9))
    told = [
        (account, level, list(rules), opened, None if hours is None else opened + timedelta(hours=hours), closed)
        for account, level, rules, hours, closed in rows
    ]
    return frames.DecidedCases(pl.LazyFrame(told, schema=frames.polars_schema(frames.DECIDED), orient="row"))
