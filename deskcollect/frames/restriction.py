"""What is restricted on an account, and what its release is decided by."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, CURRENCY, CUSTOMER_ID, MONEY, Column, Columns
from deskcollect.vocabulary import Finding, Proof, RestrictionKind

RESTRICTED: Columns = (
    ACCOUNT_ID,
    Column("restriction", pl.String, "gravest restriction in force; null where none is", values=tuple(RestrictionKind)),
    Column("restriction_reason", pl.String, "code of its reason, from restrictions.toml"),
    Column("restricted_on", pl.Date, "when it came into force"),
    Column("lifted_on", pl.Date, "when the last restriction of the account was lifted"),
    Column(
        "rebreached_on",
        pl.Date,
        "newest day, within the days of restrictions.toml after that lift, of a restriction or of a signal like those before",
    ),
)


def _proof(name: str) -> Columns:
    """Declare what was found of one proof, and when."""
    return (
        Column(name, pl.String, f"what was found of the customer's {name}; null where nobody looked", values=tuple(Finding)),
        Column(f"{name}_on", pl.Date, "when that was recorded"),
    )  # fmt: skip


RELEASED: Columns = (
    ACCOUNT_ID,
    Column("restricted_days", pl.Int32, "days since it came into force", "days"),
    Column("quiet_days", pl.Int32, "days since the newest signal that was ever seen, or since it came into force where none was", "days"),
    *(column for proof in Proof for column in _proof(proof.value)),
    Column("promise_since_count", pl.Int32, "promises judged kept since it came into force"),
    Column("full_since_count", pl.Int32, "statements since it came into force whose bill was paid in full"),
    Column("next_statement_on", pl.Date, "when the next statement is due, a month after the newest"),
    Column("large_amount", MONEY, "largest purchase of late, as it was when restricted or as it is now", "money"),
)  # fmt: skip

ORDERS: Columns = (
    ACCOUNT_ID,
    CUSTOMER_ID,
    Column("action", pl.String, "impose, vary or lift"),
    Column("restriction", pl.String, "kind that holds from then on, for a lift the one that held", values=tuple(RestrictionKind)),
    Column("order_code", pl.String, "what the lender's system is to do, from restrictions.toml; empty: nothing new"),
    Column("ends_code", pl.String, "what it is to end, from restrictions.toml; empty: nothing"),
    Column("limit", MONEY, "new limit of a limit cut", "money"),
    CURRENCY,
    Column("restriction_reason", pl.String, "code of its reason, from restrictions.toml"),
    Column("from_on", pl.Date, "day on which it took effect at the desk"),
    Column("by", pl.String, "who wanted it"),
    Column("signed_by", pl.String, "who approved it; empty where no signature was needed"),
    Column("event_id", pl.String, "event of the ledger behind it; the same id is the same order"),
    Column("note", pl.String, "that the desk recommends and the lender's system executes"),
)  # fmt: skip

ELIGIBLE: Columns = (ACCOUNT_ID, Column("measure", pl.String, "measure of incentives.toml whose condition it meets"))

MEASURE_ORDERS: Columns = (
    ACCOUNT_ID,
    CUSTOMER_ID,
    Column("measure", pl.String, "measure of incentives.toml"),
    Column("kind", pl.String, "incentive or consequence"),
    Column("order_code", pl.String, "what the lender's system is to do, from incentives.toml"),
    Column("measure_amount", MONEY, "what it was said to cost or bring when it was proposed", "money"),
    CURRENCY,
    Column("from_on", pl.Date, "day on which it was done at the desk"),
    Column("notified_on", pl.Date, "day on which the notice of a consequence was recorded"),
    Column("by", pl.String, "who proposed it"),
    Column("signed_by", pl.String, "who approved it"),
    Column("event_id", pl.String, "event of the ledger behind it; the same id is the same order"),
    Column("note", pl.String, "that the desk recommends and the lender's system executes"),
)  # fmt: skip
