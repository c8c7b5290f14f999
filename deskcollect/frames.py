"""Tables that cross rooms: one schema each, every column declared once with its type, unit and meaning.

Conventions: money is Decimal(20, 4) and exact; ratios and probabilities are Float64 in 0..1; a count ends in `_count`,
days in `_days` or `dpd`, a date in `_on` or `_date`, an instant in `_at`. Frames hold null for "not known", never NaN.
`_0` is the newest statement cycle, `_5` five cycles before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NewType

import polars as pl

from deskcollect.vocabulary import AlertLevel, EventKind, Exposure, PromiseStatus, Tier, WorkState

if TYPE_CHECKING:
    from polars.datatypes import DataTypeClass

MONEY = pl.Decimal(20, 4)
TIERS = pl.Enum([tier.value for tier in Tier])
LEVELS = pl.Enum([level.value for level in AlertLevel])
CYCLE_COUNT = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, Polars type, meaning, unit where it is not obvious, and its values if they are a closed list."""

    name: str
    dtype: pl.DataType | DataTypeClass
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


Columns = tuple[Column, ...]

Accounts = NewType("Accounts", pl.LazyFrame)
Statements = NewType("Statements", pl.LazyFrame)
Payments = NewType("Payments", pl.LazyFrame)
Transactions = NewType("Transactions", pl.LazyFrame)
ContactPoints = NewType("ContactPoints", pl.LazyFrame)
Numbers = NewType("Numbers", pl.LazyFrame)
Aged = NewType("Aged", pl.LazyFrame)
Cycles = NewType("Cycles", pl.LazyFrame)
Features = NewType("Features", pl.LazyFrame)
Points = NewType("Points", pl.LazyFrame)
Effects = NewType("Effects", pl.LazyFrame)
Scores = NewType("Scores", pl.LazyFrame)
Conduct = NewType("Conduct", pl.LazyFrame)
Events = NewType("Events", pl.LazyFrame)
Past = NewType("Past", pl.LazyFrame)
Promises = NewType("Promises", pl.LazyFrame)
PromiseFacts = NewType("PromiseFacts", pl.LazyFrame)
Tiered = NewType("Tiered", pl.LazyFrame)
Signals = NewType("Signals", pl.LazyFrame)
Alerts = NewType("Alerts", pl.LazyFrame)
Facts = NewType("Facts", pl.LazyFrame)
Worklist = NewType("Worklist", pl.LazyFrame)

_account_id = Column("account_id", pl.String, "the lender's own account number")
_customer_id = Column("customer_id", pl.String, "customer; several accounts may share one")
_currency = Column("currency", pl.String, "ISO 4217 code")

# --- the book, as BOOK tables hold it after checking ---------------------------------------------------------------

ACCOUNTS: Columns = (
    _account_id,
    _customer_id,
    Column("customer_name", pl.String, "as the lender writes it"),
    Column("phone", pl.String, "first number"),
    Column("phone_2", pl.String, "second number"),
    Column("email", pl.String, "e-mail address"),
    Column("address", pl.String, "postal address"),
    Column("language", pl.String, "language of the customer"),
    Column("timezone", pl.String, "IANA zone of the customer, null if unknown"),
    Column("product", pl.String, "credit_card, instalment_loan, ..."),
    _currency,
    Column("balance", MONEY, "outstanding; negative is a credit balance", "money"),
    Column("past_due", MONEY, "overdue part of the balance", "money"),
    Column("past_due_assumed", pl.Boolean, "the book did not give past_due: the whole balance is taken"),
    Column("due_date", pl.Date, "oldest unpaid due date"),
    Column("days_past_due", pl.Int32, "days past due at the as-of date, 0 = current", "days"),
    Column("minimum_due", MONEY, "minimum payment or instalment now due", "money"),
    Column("credit_limit", MONEY, "credit limit", "money"),
    Column("opened_on", pl.Date, "opening date"),
    Column("income_monthly", MONEY, "income a month", "money"),
    Column("collector", pl.String, "person the lender assigned"),
    Column("branch", pl.String, "the lender's office that keeps the account"),
    Column("deceased", pl.Boolean, "the lender knows that the customer died"),
    Column("bankrupt", pl.Boolean, "insolvency proceedings"),
    Column("disputed", pl.Boolean, "the customer disputes the debt"),
    Column("attorney", pl.Boolean, "represented by an attorney"),
    Column("cease_contact", pl.Boolean, "asked that contact stop"),
    Column("vulnerable", pl.Boolean, "known to be vulnerable"),
    Column("autopay", pl.Boolean, "direct debit is set up"),
)

STATEMENTS: Columns = (
    _account_id,
    Column("statement_date", pl.Date, "closing date of the cycle"),
    Column("balance", MONEY, "billed balance", "money"),
    Column("paid", MONEY, "paid during that cycle", "money"),
    Column("minimum_due", MONEY, "minimum asked for", "money"),
    Column("cycles_past_due", pl.Int32, "cycles past due at that statement", "cycles"),
    Column("payment_status", pl.String, "inactive, paid_in_full, revolving or past_due"),
    Column("credit_limit", MONEY, "limit at that statement", "money"),
)

PAYMENTS: Columns = (
    _account_id,
    Column("paid_at", pl.Datetime("us"), "local time of the payment"),
    Column("amount", MONEY, "amount paid", "money"),
    Column("method", pl.String, "transfer, direct_debit, card, cash, ..."),
    Column("status", pl.String, "posted or returned"),
)

TRANSACTIONS: Columns = (
    _account_id,
    Column("at", pl.Datetime("us"), "local time of the transaction"),
    Column("amount", MONEY, "value of the transaction, never negative", "money"),
    Column("kind", pl.String, "purchase, cash_advance, transfer, fee, refund, salary, limit_request, ..."),
    Column("merchant", pl.String, "where a purchase was made"),
    Column("channel", pl.String, "by which way the customer acted: card, app, branch, ..."),
)

NUMBERS: Columns = (_customer_id, Column("contact_point", pl.String, "phone, phone_2, mobile, home or work"))
OUTCOMES: Columns = (_account_id, Column("bad", pl.Boolean, "what the card foretells came true"))
CONTACTS: Columns = (
    _customer_id,
    Column("kind", pl.String, "home, work, mobile, email, address"),
    Column("value", pl.String, "the number or address"),
    Column("consent", pl.Boolean, "the customer agreed to its use"),
    Column("consent_date", pl.Date, "when"),
)

# --- facts of an account at the as-of date -------------------------------------------------------------------------

AGED: Columns = (
    *(c for c in ACCOUNTS if c.name != "days_past_due"),
    Column("dpd", pl.Int32, "days past due at as_of, 0 = current", "days"),
    Column("bucket", pl.String, "band of days past due, from buckets.toml"),
    Column("stage", pl.String, "current, early, middle or late, from buckets.toml"),
    Column("exposure", pl.String, "third of the past-due amount in this currency", values=("none", *Exposure)),
    Column("exposure_share", pl.Float64, "rank of the past-due amount among past-due accounts of its currency", "0..1"),
    Column("other_dpd", pl.Int32, "highest days past due of the customer's other accounts", "days"),
    Column("number_count", pl.Int32, "telephone numbers of the customer in the book, in all its accounts and contacts"),
    Column("autopay_dropped", pl.Boolean, "autopay was on in the book before and is off now"),
    Column("verify", pl.String, "why the lender's own figures need a look before any contact; null if they agree"),
)


def _cycle(name: str, dtype: pl.DataType | DataTypeClass, meaning: str, unit: str = "") -> Columns:
    """Declare one column for each of the six cycles."""
    return tuple(Column(f"{name}_{k}", dtype, f"{meaning}, {k} cycles ago", unit) for k in range(CYCLE_COUNT))


CYCLES: Columns = (
    _account_id,
    Column("statements_count", pl.Int32, "statements known, at most six are kept"),
    Column("statement_date_0", pl.Date, "date of the newest statement"),
    *_cycle("balance", MONEY, "billed balance", "money"),
    *_cycle("paid", MONEY, "paid", "money"),
    *_cycle("minimum", MONEY, "minimum due", "money"),
    *_cycle("cycles", pl.Int32, "cycles past due", "cycles"),
    *_cycle("status", pl.String, "payment status"),
    *_cycle("limit", MONEY, "credit limit: of the statement, else of the account", "money"),
)

POINTS: Columns = (
    _account_id,
    Column("card_milli", pl.Int32, "log odds of default from the card", "1/1000"),
    Column("card", pl.String, "card id and first 8 hex digits of its hash"),
    Column("coverage", pl.Float64, "share of the card's characteristics that the book could feed", "0..1"),
)

EFFECTS: Columns = (
    _account_id,
    Column("effect", pl.String, "id in effects.toml"),
    Column("event_id", pl.String, "the event that brought it"),
    Column("age_days", pl.Int32, "max(0, as_of - local date of the event)", "days"),
    Column("milli", pl.Int32, "change of the log odds of default after decay", "1/1000"),
)

SCORES: Columns = (
    _account_id,
    Column("score", pl.Int32, "600 at 20:1 good to bad, 20 points double the odds, higher is safer", "points"),
    Column("prob_default", pl.Float64, "chance of default in the next month", "0..1"),
    Column("card_score", pl.Int32, "score before recorded effects", "points"),
    POINTS[1],
    Column("effect_milli", pl.Int32, "bounded sum of recorded effects", "1/1000"),
    *POINTS[2:],
)

CONDUCT: Columns = (
    _account_id,
    Column("statements_count", pl.Int32, "statements known, at most six are counted"),
    Column("utilisation_now", pl.Float64, "newest balance / limit", "ratio"),
    Column("utilisation_before", pl.Float64, "balance / limit two cycles ago", "ratio"),
    Column("cycles_past_due", pl.Int32, "cycles past due at the newest statement", "cycles"),
    Column("cycles_past_due_before", pl.Int32, "cycles past due one statement before", "cycles"),
    Column("late_cycles_count", pl.Int32, "of the five earlier cycles, those past due"),
    Column("full_payments_count", pl.Int32, "of the five earlier cycles, those paid in full"),
    Column("pay_ratio_now", pl.Float64, "paid in the newest cycle / billed the cycle before", "ratio"),
    Column("pay_ratio_before", pl.Float64, "mean of the same ratio over the three cycles before", "ratio"),
    Column("unpaid_streak_count", pl.Int32, "newest cycles in a row with a bill and no payment"),
    Column("minimum_streak_count", pl.Int32, "newest cycles in a row paid at the minimum (within 10 %)"),
    Column("idle_streak_count", pl.Int32, "cycles in a row before the newest without a balance or a payment"),
    Column("paid_now", MONEY, "paid in the newest cycle", "money"),
    Column("paid_one_ago", MONEY, "paid one cycle before", "money"),
    Column("paid_two_ago", MONEY, "paid two cycles before", "money"),
    Column("billed_now", MONEY, "newest billed balance", "money"),
    Column("billed_one_ago", MONEY, "billed balance one cycle before", "money"),
    Column("billed_two_ago", MONEY, "billed balance two cycles before", "money"),
    Column("last_paid_on", pl.Date, "date of the last posted payment"),
    Column("last_paid_amount", MONEY, "amount of the last posted payment", "money"),
    Column("last_paid_method", pl.String, "method of the last posted payment"),
    Column("returned_count", pl.Int32, "payments returned in the 30 days up to as_of"),
    Column("returned_on", pl.Date, "date of the last of them"),
    Column("returned_amount", MONEY, "amount of the last of them", "money"),
    Column("cash_advance_count", pl.Int32, "cash advances in the 30 days up to as_of"),
    Column("cash_advance_usual", pl.Float64, "cash advances per 30 days over the 90 days before that", "count"),
    Column("purchase_largest", MONEY, "largest purchase in the 14 days up to as_of", "money"),
    Column("purchase_usual", MONEY, "95th percentile of the purchases of the 180 days before that", "money"),
    Column("purchase_count", pl.Int32, "purchases of those 180 days"),
    Column("redraw_share", pl.Float64, "share of the last payment drawn again within two days of it", "0..1"),
    Column("redraw_on", pl.Date, "date of that payment, if within the last 30 days"),
)

# --- what people did -----------------------------------------------------------------------------------------------

EVENTS: Columns = (
    Column("event_id", pl.String, "UUIDv7"),
    Column("seq", pl.Int64, "order in this desk's ledger"),
    Column("kind", pl.String, "outcome, correction, alert, restriction, approval, claim, system"),
    _account_id,
    _customer_id,
    Column("code", pl.String, "outcome code"),
    Column("amount", MONEY, "amount promised, paid or agreed", "money"),
    _currency,
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
    _account_id,
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

PROMISES: Columns = (
    Column("event_id", pl.String, "event that made the promise"),
    _account_id,
    Column("made_on", pl.Date, "local date it was made"),
    Column("due_date", pl.Date, "date promised"),
    Column("amount", MONEY, "amount promised", "money"),
    _currency,
    Column("paid", MONEY, "posted payments from made_on to due_date plus grace", "money"),
    Column("status", pl.String, "open, due, kept, partial, broken or replaced"),
    Column("resolved_on", pl.Date, "day after grace on which it was judged; null until then"),
    Column("inferred", pl.Boolean, "read from the fall of past_due, the book has no payments"),
    Column("by", pl.String, "who took it"),
)

PROMISE_FACTS: Columns = (
    _account_id,
    Column("promise_status", pl.String, "state of the newest promise", values=tuple(PromiseStatus)),
    Column("promise_amount", MONEY, "its amount", "money"),
    Column("promise_paid", MONEY, "paid towards it", "money"),
    Column("promise_due", pl.Date, "its date"),
    Column("promise_by", pl.String, "who took it"),
    Column("promise_kept_count", pl.Int32, "promises kept in the last 180 days"),
    Column("promise_broken_count", pl.Int32, "promises broken in the last 180 days"),
    Column("promise_broken_on", pl.Date, "when the last broken promise was judged"),
)

# --- what the desk concludes ---------------------------------------------------------------------------------------

TIERED: Columns = (
    _account_id,
    Column("tier", TIERS, "risk tier, A best", values=tuple(Tier)),
    Column("tier_rule", pl.String, "rule of tiers.toml that decided"),
)

SIGNALS: Columns = (
    _account_id,
    Column("rule", pl.String, "rule of alerts.toml"),
    Column("family", pl.String, "payment, usage, conduct, contact, exposure"),
    Column("strength", pl.String, "weak, strong or decisive"),
    Column("seen_on", pl.Date, "date of the newest fact behind it"),
)

ALERTS: Columns = (
    _account_id,
    Column("alert_level", LEVELS, "level from signals that confirm one another", values=tuple(AlertLevel)),
    Column("alert_rule", pl.String, "rule of the strongest signal"),
    Column("alert_level_rule", pl.String, "level rule of alerts.toml that decided"),
    Column("signal_count", pl.Int32, "signals on this account"),
    Column("strong_count", pl.Int32, "of them strong or decisive"),
    Column("decisive_count", pl.Int32, "of them decisive"),
    Column("family_count", pl.Int32, "families with a strong or decisive signal"),
    Column("signals", pl.List(pl.String), "all rules that fired, strongest first"),
)

_dates = (Column("as_of", pl.Date, "date of the book"), Column("today", pl.Date, "local date at the desk"))


def join(*tables: Columns) -> Columns:
    """Put the columns of several tables side by side, each name once."""
    seen: dict[str, Column] = {}
    for column in chain(*tables):
        seen.setdefault(column.name, column)
    return tuple(seen.values())


SCORED_FACTS: Columns = join(_dates, AGED, CONDUCT, PAST, PROMISE_FACTS, SCORES)
TIERED_FACTS: Columns = join(SCORED_FACTS, TIERED)
FACTS: Columns = join(TIERED_FACTS, ALERTS)

TREATED: Columns = (
    Column("hold_rule", pl.String, "rule of holds.toml that keeps the desk from any contact; null if none"),
    Column("treatment", pl.String, "rule of treatments.toml"),
    Column("state", pl.String, "what the account asks of the desk today", values=tuple(WorkState)),
    Column("due_on", pl.Date, "when the account comes up: today or earlier means now; null if it does not"),
    Column("leads", pl.Boolean, "the account through which this customer is worked, so that nobody is called twice"),
    Column("customer_account_count", pl.Int32, "accounts of this customer that are past due"),
    Column("why", pl.String, "rule of why.toml that says why today"),
)

WORKLIST: Columns = join(
    FACTS,
    TREATED,
    (
        Column("queues", pl.List(pl.String), "queues of queues.toml that the account stands in"),
        Column("score_week_ago", pl.Int32, "score with what was known seven days before today", "points"),
        Column("name_key", pl.String, "customer name and account id folded for search"),
    ),
)


def polars_schema(columns: Columns) -> pl.Schema:
    """Return the Polars schema of a table."""
    return pl.Schema({column.name: column.dtype for column in columns})


def empty(columns: Columns) -> pl.LazyFrame:
    """Return a table without rows."""
    return polars_schema(columns).to_frame().lazy()


def stamp(frame: pl.LazyFrame, columns: Columns) -> pl.LazyFrame:
    """Select and order the declared columns, each cast to its declared type.

    Errors: polars.exceptions.ColumnNotFoundError when the frame lacks one.
    """
    known = frame.collect_schema()
    wanted = ((column.name, column.dtype) for column in columns)
    return frame.select(name if known.get(name) == dtype else pl.col(name).cast(dtype) for name, dtype in wanted)


def stands() -> pl.Expr:
    """Tell the rows of `EVENTS` that count: outcomes that were not taken back."""
    return (pl.col("kind") == EventKind.OUTCOME.value) & ~pl.col("withdrawn").fill_null(value=False)


def add(frame: pl.LazyFrame, facts: pl.LazyFrame) -> pl.LazyFrame:
    """Put facts of accounts beside the rows of a table, which keep their order; what no fact speaks of is null."""
    # A join that keeps the order itself takes seven times as long where facts are few.
    return frame.with_row_index("__row").join(facts, on="account_id", how="left").sort("__row").drop("__row")
