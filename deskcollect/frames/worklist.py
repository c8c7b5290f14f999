"""What the desk concludes: tier, alerts, treatment, queues; and everything beside each other."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.account import AGED, COMPARED, CONDUCT, SCORES, TREND
from deskcollect.frames.column import ACCOUNT_ID, MONEY, Column, Columns, join
from deskcollect.frames.ledger import PAST, PROMISE_FACTS
from deskcollect.frames.reach import REACH, RECOVERY
from deskcollect.frames.restriction import RELEASED, RESTRICTED
from deskcollect.vocabulary import AlertLevel, CaseState, Tier, WorkState

TIERS = pl.Enum([tier.value for tier in Tier])
LEVELS = pl.Enum([level.value for level in AlertLevel])

TIERED: Columns = (
    ACCOUNT_ID,
    Column("tier", TIERS, "risk tier, A best", values=tuple(Tier)),
    Column("tier_rule", pl.String, "rule of tiers.toml that decided"),
)

SIGNALS: Columns = (
    ACCOUNT_ID,
    Column("rule", pl.String, "rule of alerts.toml"),
    Column("family", pl.String, "payment, usage, conduct, contact, exposure"),
    Column("strength", pl.String, "weak, strong or decisive"),
    Column("seen_on", pl.Date, "date of the newest fact behind it"),
    Column("measured", pl.Float64, "the number that the rule measures by, larger is worse; null if it names none"),
)

LEVELLED: Columns = (
    ACCOUNT_ID,
    Column("alert_level", LEVELS, "level from signals that confirm one another", values=tuple(AlertLevel)),
    Column("alert_rule", pl.String, "rule of the strongest signal"),
    Column("alert_level_rule", pl.String, "level rule of alerts.toml that decided"),
    Column("signal_count", pl.Int32, "signals on this account"),
    Column("strong_count", pl.Int32, "of them strong or decisive"),
    Column("decisive_count", pl.Int32, "of them decisive"),
    Column("family_count", pl.Int32, "families with a strong or decisive signal"),
    Column("signals", pl.List(pl.String), "all rules that fired, strongest first"),
)

CASE_SIGNALS: Columns = join(
    SIGNALS,
    (Column("facts", pl.String, "columns of its evidence as they were, JSON of texts; null where it fires today"),),
)

SIGHTINGS: Columns = join(
    (
        ACCOUNT_ID,
        Column("day", pl.Date, "the day that was looked at: that of a book, or of the newest record since"),
        Column("known_on", pl.Date, "when the desk could know it: a book comes days after its date"),
    ),
    CASE_SIGNALS,
    (LEVELLED[1], Column("alert_level_rule", pl.String, "level rule of alerts.toml that decided that day")),
)

ALERTS: Columns = join(
    LEVELLED,
    (
        Column(
            "signal_facts", pl.List(pl.String), "beside `signals`: its evidence as it was, null where it fires today"
        ),
        Column("case_number", pl.Int32, "which case of the account is open, counted from 1; null if none"),
        Column("case_state", pl.String, "what became of it so far", values=tuple(CaseState)),
        Column("case_opened_on", pl.Date, "the day it was opened"),
        Column("case_level_on", pl.Date, "the day its level was reached"),
        Column("case_due_on", pl.Date, "the day by which somebody is to act"),
        Column("case_until", pl.Date, "when it wakes, if it sleeps"),
        Column("case_woke", pl.Boolean, "it slept, and the day came or it got worse"),
        Column("case_owner", pl.String, "who has it; null if nobody"),
        Column("case_seen_count", pl.Int32, "different facts that fired since it was opened"),
        Column("case_seen_on", pl.Date, "date of the newest of them"),
    ),
)

_dates = (
    Column("as_of", pl.Date, "date of the book"),
    Column(
        "seen_until", pl.Date, "newest day of payments and transactions: the book's, or a later one of a day's file"
    ),
    Column("today", pl.Date, "local date at the desk"),
)

SCORED_FACTS: Columns = join(_dates, AGED, COMPARED, CONDUCT, TREND, PAST, PROMISE_FACTS, SCORES)
TIERED_FACTS: Columns = join(SCORED_FACTS, TIERED, RESTRICTED)
FACTS: Columns = join(TIERED_FACTS, ALERTS)
RELEASE: Columns = join(FACTS, RELEASED)

TREATED: Columns = (
    Column("hold_rule", pl.String, "rule of holds.toml that keeps the desk from any contact; null if none"),
    Column("treatment", pl.String, "rule of treatments.toml"),
    Column("state", pl.String, "what the account asks of the desk today", values=tuple(WorkState)),
    Column("due_on", pl.Date, "when the account comes up: today or earlier means now; null if it does not"),
    Column("leads", pl.Boolean, "the account through which this customer is worked, so that nobody is called twice"),
    Column("customer_account_count", pl.Int32, "accounts of this customer that are past due"),
    Column("why", pl.String, "rule of why.toml that says why today"),
)

MEASURED: Columns = join(
    FACTS,
    TREATED,
    (
        Column(
            "measure_amount",
            MONEY,
            "what a measure costs or brings, by incentives.toml; for its sentence only",
            "money",
        ),
    ),
)

WORKLIST: Columns = join(
    FACTS,
    TREATED,
    REACH,
    RECOVERY,
    (
        Column("queues", pl.List(pl.String), "queues of queues.toml that the account stands in"),
        Column("score_week_ago", pl.Int32, "score with what was known seven days before today", "points"),
        Column("name_key", pl.String, "customer name and account id folded for search"),
    ),
)
