"""What other rules would warn of: the accounts that are flagged by either, and what that makes by day, level, rule, collector."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, Column, Columns
from deskcollect.frames.worklist import LEVELS
from deskcollect.vocabulary import AlertLevel

_DAY = Column("day", pl.Date, "the day that was looked at")
_COLLECTOR = Column("collector", pl.String, "person the lender assigned in the book of that day; null if nobody")
_COUNTS: Columns = (
    Column("before_count", pl.Int32, "accounts that the rules in force flag"),
    Column("after_count", pl.Int32, "accounts that the other rules flag"),
)
_CHANGES: Columns = (
    *_COUNTS,
    Column("added_count", pl.Int32, "flagged only by the other rules"),
    Column("removed_count", pl.Int32, "flagged only by the rules in force"),
    Column("up_count", pl.Int32, "flagged by both, at a graver level by the other rules"),
    Column("down_count", pl.Int32, "flagged by both, at a milder level by the other rules"),
)

SIMULATED: Columns = (
    ACCOUNT_ID,
    _DAY,
    _COLLECTOR,
    Column("level_before", LEVELS, "level by the rules in force; null if none", values=tuple(AlertLevel)),
    Column("level_after", LEVELS, "level by the other rules; null if none", values=tuple(AlertLevel)),
    Column("change", pl.String, "what that is", values=("added", "removed", "up", "down", "same")),
    Column("new_before", pl.Boolean, "in force: flagged, and not on the day looked at before; null on the first"),
    Column("new_after", pl.Boolean, "other rules: flagged, and not on the day looked at before; null on the first"),
)

SIMULATED_DAYS: Columns = (
    _DAY,
    Column("accounts_count", pl.Int32, "accounts in the book"),
    *_CHANGES,
    Column("new_before_count", pl.Int32, "in force: flagged, and not on the day before; null on the first"),
    Column("new_after_count", pl.Int32, "other rules: flagged, and not on the day before; null on the first"),
)

SIMULATED_LEVELS: Columns = (
    _DAY,
    Column("alert_level", LEVELS, "level", values=tuple(AlertLevel)),
    *_COUNTS,
)

SIMULATED_RULES: Columns = (
    _DAY,
    Column("rule", pl.String, "rule of alerts.toml, in force or not"),
    *_COUNTS,
)

SIMULATED_COLLECTORS: Columns = (
    _COLLECTOR,
    *_CHANGES,
    Column("new_before_a_day", pl.Float64, "in force: new a working day, mean over the days since the first book"),
    Column("new_after_a_day", pl.Float64, "other rules: new a working day, mean over the days since the first book"),
)
