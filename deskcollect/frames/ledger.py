"""What people did, and what follows from it for an account."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, CURRENCY, CUSTOMER_ID, MONEY, Column, Columns
from deskcollect.vocabulary import EventKind, PromiseStatus

EVENTS: Columns = (
    Column("event_id", pl.String, "UUIDv7"),
    Column("seq", pl.Int64, "order in this desk's ledger"),
    Column("kind", pl.String, "outcome, correction, alert, restriction, approval, measure, claim, system"),
    ACCOUNT_ID,
    CUSTOMER_ID,
    Column("code", pl.String, "outcome code"),
    Column("amount", MONEY, "amount promised, paid or agreed", "money"),
    CURRENCY,
    Column("due_date", pl.Date, "date promised"),
    Column("channel", pl.String, "phone, text, email, letter, visit"),
    Column("direction", pl.String, "outbound or inbound"),
    Column("contact_point", pl.String, "kind of number or address, never the number itself"),
    Column("note", pl.String, "free text"),
    Column("by", pl.String, "who recorded it"),
    Column("occurred_at", pl.Datetime("us", "UTC"), "when it happened"),
    Column("occurred_on", pl.Date, "its local date at the desk"),
    Column("recorded_at", pl.Datetime("us", "UTC"), "when it was written"),
    Column("corrects", pl.String, "event that this one withdraws"),
    Column("withdrawn", pl.Boolean, "a later event withdrew this one"),
    Column("callback_at", pl.Datetime("us", "UTC"), "time the customer asked for"),
    Column("next_on", pl.Date, "when the account comes up again, as recorded"),
    Column("score", pl.Int32, "score before it was recorded", "points"),
)

PAST: Columns = (
    ACCOUNT_ID,
    Column("last_code", pl.String, "code of the newest outcome"),
    Column("last_on", pl.Date, "its local date"),
    Column("last_at", pl.Datetime("us", "UTC"), "its time"),
    Column("last_by", pl.String, "who recorded it"),
    Column("worked_today", pl.Boolean, "an outcome was recorded today"),
    Column("attempt_count", pl.Int32, "outbound attempts in the 7 days up to today"),
    Column("conversation_on", pl.Date, "last day the right person was spoken to"),
    Column("refused_on", pl.Date, "last day the customer declined to pay"),
    Column("hold_code", pl.String, "newest outcome that stops work, null if none stands"),
    Column("hold_on", pl.Date, "its date"),
    Column("hold_by", pl.String, "who recorded it"),
    Column("callback_at", pl.Datetime("us", "UTC"), "callback asked for and not yet done"),
    Column("callback_by", pl.String, "who noted it"),
    Column("next_on", pl.Date, "when the account comes up again, as recorded; null if not"),
    Column("claims_paid_on", pl.Date, "the customer says it is paid; the book has not shown it yet"),
    Column("bad_number_count", pl.Int32, "numbers found out of service or wrong, and not found good since"),
    Column("contact_lost", pl.Boolean, "all numbers of the book were found bad"),
    Column("contact_lost_on", pl.Date, "when the last of them was"),
    Column("contact_lost_event", pl.String, "the event that found it"),
)

TRIES: Columns = (
    ACCOUNT_ID,
    CUSTOMER_ID,
    Column("channel", pl.String, "phone, text, email, letter, visit"),
    Column("weekday", pl.Int8, "day of the week where the customer is, 1 = Monday"),
    Column("band", pl.String, "band of hours where the customer is, from recovery.toml"),
    Column("right_party", pl.Boolean, "the customer was reached"),
    Column("occurred_on", pl.Date, "local date at the desk"),
)

PROMISES: Columns = (
    Column("event_id", pl.String, "event that made the promise"),
    ACCOUNT_ID,
    Column("made_on", pl.Date, "local date it was made"),
    Column("due_date", pl.Date, "date promised"),
    Column("amount", MONEY, "amount promised", "money"),
    CURRENCY,
    Column("paid", MONEY, "posted payments from made_on to due_date plus grace", "money"),
    Column("status", pl.String, "open, due, kept, partial, broken or replaced"),
    Column("resolved_on", pl.Date, "day after grace on which it was judged; null until then"),
    Column("inferred", pl.Boolean, "read from the fall of past_due, the book has no payments"),
    Column("by", pl.String, "who took it"),
)

PROMISE_FACTS: Columns = (
    ACCOUNT_ID,
    Column("promise_status", pl.String, "state of the newest promise", values=tuple(PromiseStatus)),
    Column("promise_amount", MONEY, "its amount", "money"),
    Column("promise_paid", MONEY, "paid towards it", "money"),
    Column("promise_due", pl.Date, "its date"),
    Column("promise_by", pl.String, "who took it"),
    Column("promise_kept_count", pl.Int32, "promises kept in the last 180 days"),
    Column("promise_broken_count", pl.Int32, "promises broken in the last 180 days"),
    Column("promise_broken_on", pl.Date, "when the last broken promise was judged"),
)


def stands() -> pl.Expr:
    """Tell the rows of `EVENTS` that count: outcomes that were not taken back."""
    return (pl.col("kind") == EventKind.OUTCOME.value) & ~pl.col("withdrawn").fill_null(value=False)
