"""Facts of an account at the as-of date: what its book and the card say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.frames.book import ACCOUNTS
from deskcollect.frames.column import ACCOUNT_ID, MONEY, Column, Columns
from deskcollect.vocabulary import Exposure

if TYPE_CHECKING:
    from polars.datatypes import DataTypeClass

CYCLE_COUNT = 6

AGED: Columns = (
    *(c for c in ACCOUNTS if c.name != "days_past_due"),
    Column("dpd", pl.Int32, "days past due at as_of, 0 = current", "days"),
    Column("bucket", pl.String, "band of days past due, from buckets.toml"),
    Column("stage", pl.String, "current, early, middle or late, from buckets.toml"),
    Column("exposure", pl.String, "third of the past-due amount in this currency", values=("none", *Exposure)),
    Column("exposure_share", pl.Float64, "rank of the past-due amount among past-due accounts of its currency", "0..1"),
    Column("other_dpd", pl.Int32, "highest days past due of the customer's other accounts", "days"),
    Column("number_count", pl.Int32, "telephone numbers of the customer in the book, in all its accounts and contacts"),
    Column("late_on", pl.Date, "first day past due, null if current"),
    Column("autopay_dropped", pl.Boolean, "autopay was on in the book before and is off now"),
    Column("verify", pl.String, "why the lender's own figures need a look before any contact; null if they agree"),
)


def _cycle(name: str, dtype: pl.DataType | DataTypeClass, meaning: str, unit: str = "") -> Columns:
    """Declare one column for each of the six cycles."""
    return tuple(Column(f"{name}_{k}", dtype, f"{meaning}, {k} cycles ago", unit) for k in range(CYCLE_COUNT))


CYCLES: Columns = (
    ACCOUNT_ID,
    Column("statements_count", pl.Int32, "statements known, at most six are kept"),
    *_cycle("statement_date", pl.Date, "date of the statement"),
    *_cycle("balance", MONEY, "billed balance", "money"),
    *_cycle("paid", MONEY, "paid", "money"),
    *_cycle("minimum", MONEY, "minimum due", "money"),
    *_cycle("cycles", pl.Int32, "cycles past due", "cycles"),
    *_cycle("status", pl.String, "payment status"),
    *_cycle("limit", MONEY, "credit limit: of the statement, else of the account", "money"),
    Column("limit_usual", pl.Float64, "median newest limit above zero in this book and currency"),
    Column("balance_usual", pl.Float64, "median newest balance above zero in this book and currency"),
    Column("paid_usual", pl.Float64, "median above zero of what was paid in six cycles, in this book and currency"),
)

COMPARED: Columns = (
    ACCOUNT_ID,
    Column("phone_changed", pl.Boolean, "another first or mobile number than in the book before; null if not known"),
    Column("address_changed", pl.Boolean, "another postal address than in the book before; null if not known"),
    Column("income_before", MONEY, "income a month in the book before", "money"),
)

POINTS: Columns = (
    ACCOUNT_ID,
    Column("card_milli", pl.Int32, "log odds of default from the card", "1/1000"),
    Column("card", pl.String, "card id and first 8 hex digits of its hash"),
    Column("coverage", pl.Float64, "share of the card's characteristics that the book could feed", "0..1"),
)

EFFECTS: Columns = (
    ACCOUNT_ID,
    Column("effect", pl.String, "id in effects.toml"),
    Column("event_id", pl.String, "the event that brought it"),
    Column("age_days", pl.Int32, "max(0, as_of - local date of the event)", "days"),
    Column("milli", pl.Int32, "change of the log odds of default after decay", "1/1000"),
)

SCORES: Columns = (
    ACCOUNT_ID,
    Column("score", pl.Int32, "600 at 20:1 good to bad, 20 points double the odds, higher is safer", "points"),
    Column("prob_default", pl.Float64, "chance of default in the next month", "0..1"),
    Column("card_score", pl.Int32, "score before recorded effects", "points"),
    POINTS[1],
    Column("effect_milli", pl.Int32, "bounded sum of recorded effects", "1/1000"),
    *POINTS[2:],
)

TREND: Columns = (
    ACCOUNT_ID,
    Column("score_two_ago", pl.Int32, "score by the card alone two books before", "points"),
    Column("tiers_fallen", pl.Int32, "tiers that the card alone finds worse than two books before; negative is better"),
)

CONDUCT: Columns = (
    ACCOUNT_ID,
    Column("statements_count", pl.Int32, "statements known, at most six are counted"),
    Column("statement_on", pl.Date, "date of the newest statement"),
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
    Column("returned_count", pl.Int32, "payments returned in the 30 days up to seen_until"),
    Column("returned_on", pl.Date, "date of the last of them"),
    Column("returned_amount", MONEY, "amount of the last of them", "money"),
    Column("paid_ever", pl.Boolean, "a payment is known; false where statements are known and show none"),
    Column("pay_delay_days", pl.Int32, "days from the statement to the first payment, newest paid cycle", "days"),
    Column("pay_delay_one_ago_days", pl.Int32, "the same one cycle before", "days"),
    Column("pay_delay_two_ago_days", pl.Int32, "the same two cycles before", "days"),
    Column("pay_delay_on", pl.Date, "date of that first payment of the newest paid cycle"),
    Column("cash_advance_count", pl.Int32, "cash advances in the 30 days up to seen_until"),
    Column("cash_advance_on", pl.Date, "date of the last of them"),
    Column("cash_advance_usual", pl.Float64, "cash advances per 30 days over the 90 days before that", "count"),
    Column("cash_advance_before_count", pl.Int32, "cash advances in the 180 days before those 30"),
    Column("purchase_largest", MONEY, "largest purchase in the 14 days up to seen_until", "money"),
    Column("purchase_on", pl.Date, "date of that purchase"),
    Column("purchase_usual", MONEY, "95th percentile of the purchases of the 180 days before that", "money"),
    Column("purchase_count", pl.Int32, "purchases of those 180 days"),
    Column("spent_lately", MONEY, "purchases of the 30 days up to as_of", "money"),
    Column("spent_before", MONEY, "purchases of the 180 days before that", "money"),
    Column("spent_on", pl.Date, "date of the last purchase"),
    Column("transfer_count", pl.Int32, "transfers in the 7 days up to as_of"),
    Column("transfer_on", pl.Date, "date of the last of them"),
    Column("transfer_usual", pl.Float64, "transfers per 7 days over the 90 days before that", "count"),
    Column("limit_request_count", pl.Int32, "requests for a higher limit in the 90 days up to as_of"),
    Column("limit_request_on", pl.Date, "date of the last of them"),
    Column("salary_lately", MONEY, "salaries that came in during the 35 days up to as_of", "money"),
    Column("salary_before", MONEY, "salaries of the 150 days before that", "money"),
    Column("salary_count", pl.Int32, "how many they were in those 150 days"),
    Column("salary_on", pl.Date, "date of the last salary"),
    Column("transactions_days", pl.Int32, "days that the transactions of the whole book reach back", "days"),
    Column("transactions_age_days", pl.Int32, "days since the newest transaction of the whole book", "days"),
    Column("redraw_share", pl.Float64, "share of the last payment drawn again within two days of it", "0..1"),
    Column("redraw_on", pl.Date, "date of that payment, if within the last 30 days"),
)
