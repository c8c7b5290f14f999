"""What the desk saw on past days, and what became of the accounts afterwards: how good the warnings are."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, Column, Columns
from deskcollect.frames.worklist import LEVELS
from deskcollect.vocabulary import AlertLevel

_LOOKED_ON = Column("looked_on", pl.Date, "day on which the desk looked at the account, with what was known then")

LOOKS: Columns = (
    ACCOUNT_ID,
    _LOOKED_ON,
    Column("late", pl.Boolean, "past due on that day"),
    Column("gone_bad", pl.Boolean, "two or more cycles past due on that day already"),
    Column("alert_level", LEVELS, "level from signals that confirm one another", values=tuple(AlertLevel)),
    Column("signal_count", pl.Int32, "signals on this account"),
    Column("exposure_share", pl.Float64, "rank of the past-due amount in its currency", "0..1"),
    Column("utilisation_now", pl.Float64, "newest balance / limit", "ratio"),
)

WARNED: Columns = (
    ACCOUNT_ID,
    _LOOKED_ON,
    Column("rule", pl.String, "rule of alerts.toml"),
    Column("seen_on", pl.Date, "date of the newest fact behind it"),
)

KNOWN: Columns = (
    ACCOUNT_ID,
    Column("known_on", pl.Date, "day on which the state of the account was known"),
    Column("bad", pl.Boolean, "two or more cycles past due, or defaulted"),
)

DECIDED: Columns = (
    ACCOUNT_ID,
    Column("alert_level", LEVELS, "level of the case, the gravest it had", values=tuple(AlertLevel)),
    Column("signals", pl.List(pl.String), "all rules that fired, strongest first"),
    Column("opened_at", pl.Datetime("us"), "when the case was opened"),
    Column("acknowledged_at", pl.Datetime("us"), "when a person first took note of it, null if nobody has"),
    Column("closed_as", pl.String, "confirmed, useful or false_alarm; null while it is open"),
)
