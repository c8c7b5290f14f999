"""How likely a customer is reached, and what a contact today may bring."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, Column, Columns
from deskcollect.vocabulary import Channel, ReachFrom

CHANNELS = pl.Enum([channel.value for channel in Channel])
REACH_FROM = pl.Enum([source.value for source in ReachFrom])

_CHANNEL = Column("channel", pl.String, "phone, text, email, letter, visit")

RATES: Columns = (
    _CHANNEL,
    Column("band", pl.String, "band of hours from recovery.toml; null: all bands"),
    Column("weekday", pl.Int8, "day of the week, 1 = Monday; null: all days"),
    Column("tries_count", pl.Int32, "outbound tries of the desk before today"),
    Column("reached_count", pl.Int32, "of them, those that reached the customer"),
    Column("rate", pl.Float64, "chance of reaching a customer, shrunk to the next wider cell", "0..1"),
)

REACH: Columns = (
    ACCOUNT_ID,
    Column("reach_channel", CHANNELS, "channel it is told for: the treatment's, else phone", values=tuple(Channel)),
    Column("reach", pl.Float64, "chance that a try at this hour reaches the customer", "0..1"),
    Column("reach_from", REACH_FROM, "whose tries say so", values=tuple(ReachFrom)),
    Column("tried_count", pl.Int32, "outbound tries of this customer on that channel"),
    Column("reached_count", pl.Int32, "of them, those that reached the customer"),
    Column("best_band", pl.String, "band of hours in which this customer is best reached; null where nothing shows it"),
    Column("best_reach", pl.Float64, "chance in that band", "0..1"),
)

CURE: Columns = (
    ACCOUNT_ID,
    Column(
        "cure_milli", pl.Int32, "log odds of staying past due from the card of cure; null where not past due", "1/1000"
    ),
)

RECOVERY: Columns = (
    ACCOUNT_ID,
    Column("cure_anyway", pl.Float64, "chance of cure in the next month without a contact", "0..1"),
    Column("cure_reached", pl.Float64, "chance of cure in the next month once the customer is reached", "0..1"),
    Column(
        "recovery_anyway",
        pl.Float64,
        "part of the past due that the reached pay in any case",
        "in the account's currency",
    ),
    Column(
        "recovery_cost", pl.Float64, "cost of the contact; null where the policy has none", "in the account's currency"
    ),
    Column("expected_recovery", pl.Float64, "what a contact adds, less its cost", "in the account's currency"),
)
