"""The book, as its tables hold it after checking."""

from __future__ import annotations

import polars as pl

from deskcollect.frames.column import ACCOUNT_ID, CURRENCY, CUSTOMER_ID, MONEY, Column, Columns

ACCOUNTS: Columns = (
    ACCOUNT_ID,
    CUSTOMER_ID,
    Column("customer_name", pl.String, "as the lender writes it"),
    Column("phone", pl.String, "first number"),
    Column("phone_2", pl.String, "second number"),
    Column("email", pl.String, "e-mail address"),
    Column("address", pl.String, "postal address"),
    Column("language", pl.String, "language of the customer"),
    Column("timezone", pl.String, "IANA zone of the customer, null if unknown"),
    Column("product", pl.String, "credit_card, instalment_loan, ..."),
    CURRENCY,
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
    ACCOUNT_ID,
    Column("statement_date", pl.Date, "closing date of the cycle"),
    Column("balance", MONEY, "billed balance", "money"),
    Column("paid", MONEY, "paid during that cycle", "money"),
    Column("minimum_due", MONEY, "minimum asked for", "money"),
    Column("cycles_past_due", pl.Int32, "cycles past due at that statement", "cycles"),
    Column("payment_status", pl.String, "inactive, paid_in_full, revolving or past_due"),
    Column("credit_limit", MONEY, "limit at that statement", "money"),
)

PAYMENTS: Columns = (
    ACCOUNT_ID,
    Column("paid_at", pl.Datetime("us"), "local time of the payment"),
    Column("amount", MONEY, "amount paid", "money"),
    Column("method", pl.String, "transfer, direct_debit, card, cash, ..."),
    Column("status", pl.String, "posted or returned"),
)

TRANSACTIONS: Columns = (
    ACCOUNT_ID,
    Column("at", pl.Datetime("us"), "local time of the transaction"),
    Column("amount", MONEY, "value of the transaction, never negative", "money"),
    Column("kind", pl.String, "purchase, cash_advance, transfer, fee, refund, salary, limit_request, ..."),
    Column("merchant", pl.String, "where a purchase was made"),
    Column("channel", pl.String, "by which way the customer acted: card, app, branch, ..."),
)

NUMBERS: Columns = (CUSTOMER_ID, Column("contact_point", pl.String, "phone, phone_2, mobile, home or work"))
OUTCOMES: Columns = (
    ACCOUNT_ID,
    Column("bad", pl.Boolean, "what the card foretells came true"),
    Column("outcome_date", pl.Date, "the day on which that was known, null where the lender gives none"),
)
CONTACTS: Columns = (
    CUSTOMER_ID,
    Column("kind", pl.String, "home, work, mobile, email, address"),
    Column("value", pl.String, "the number or address"),
    Column("consent", pl.Boolean, "the customer agreed to its use"),
    Column("consent_date", pl.Date, "when"),
)
