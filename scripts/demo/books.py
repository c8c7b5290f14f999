"""The three monthly books as CSV, each as the lender would send it: everything known up to its date."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from scripts.demo.account import unit
from scripts.demo.people import MOVED_TO
from scripts.demo.source import FIRST_MONTH, last_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from scripts.demo.roster import Account

BOOKS = (3, 4, 5)
FLAG_COLUMNS = ("deceased", "bankrupt", "disputed", "attorney", "cease_contact", "vulnerable")
ACCOUNTS = [
    "account_id",
    "customer_id",
    "customer_name",
    "phone",
    "phone_2",
    "email",
    "address",
    "language",
    "timezone",
    "product",
    "currency",
    "balance",
    "past_due",
    "due_date",
    "days_past_due",
    "minimum_due",
    "credit_limit",
    "opened_on",
    "income_monthly",
    "collector",
    "branch",
    *FLAG_COLUMNS,
    "autopay",
]
STATEMENTS = [
    "account_id",
    "statement_date",
    "balance",
    "paid",
    "minimum_due",
    "cycles_past_due",
    "payment_status",
    "credit_limit",
]
PAYMENTS = ["account_id", "paid_at", "amount", "method", "status"]
TRANSACTIONS = ["account_id", "at", "amount", "kind", "merchant", "channel"]
CONTACTS = ["customer_id", "kind", "value", "consent", "consent_date"]


def book(roster: Sequence[Account], month: int) -> dict[str, str]:
    """Return the files of one book by name."""
    known = [account for account in roster if account.in_book(month)]
    return {
        "accounts.csv": _table(ACCOUNTS, (_account(one, month) for one in known)),
        "statements.csv": _table(STATEMENTS, (row for one in known for row in _statements(one, month))),
        "payments.csv": _table(PAYMENTS, (row for one in known for row in _payments(one, month))),
        "transactions.csv": _table(TRANSACTIONS, (row for one in known for row in _transactions(one, month))),
        "contacts.csv": _table(CONTACTS, _contacts(known)),
    }


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV with plain line ends."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _account(one: Account, month: int) -> list[object]:
    """Return one row of accounts.csv."""
    made, person = one.figures, one.person
    phone, address = _where(one, month)
    return [
        one.account_id,
        person.customer_id,
        person.name,
        phone,
        person.phone_2,
        person.email,
        address,
        person.language,
        person.timezone,
        one.chosen.product,
        made.currency,
        made.balance[month],
        made.past_due[month],
        made.due[month] or "",
        made.days[month],
        made.minimum[month],
        made.limit,
        one.opened_on,
        one.income or "",
        one.collector,
        one.branch,
        *(_yes(flag == one.flag and one.flagged(month)) for flag in FLAG_COLUMNS),
        _yes(one.autopay[month]),
    ]


def _where(one: Account, month: int) -> tuple[str, str]:
    """Return number and address, which one customer changes."""
    if FIRST_MONTH + month >= one.chosen.told.get("moved_in", 99):
        return MOVED_TO
    return one.person.phone, one.person.address


def _yes(value: bool) -> str:
    """Return a flag as the book writes it."""
    return "true" if value else "false"


def _statements(one: Account, month: int) -> Iterator[list[object]]:
    """Yield the statements of one account up to a month."""
    made = one.figures
    for m in range(one.chosen.first_month, month + 1):
        yield [
            one.account_id,
            last_day(m),
            made.balance[m],
            made.paid[m],
            made.minimum[m],
            made.cycles[m],
            made.status[m],
            made.limit,
        ]


def _payments(one: Account, month: int) -> Iterator[list[object]]:
    """Yield the payments of one account up to a month."""
    for paid in one.payments:
        if paid.at.date() <= last_day(month):
            yield [one.account_id, paid.at.isoformat(sep=" "), paid.amount, paid.method, paid.status]


def _transactions(one: Account, month: int) -> Iterator[list[object]]:
    """Yield the transactions of one account up to a month."""
    for made in one.transactions:
        if made.at.date() <= last_day(month):
            amount = _exact(made.amount, one.figures.currency)
            yield [one.account_id, made.at.isoformat(sep=" "), amount, made.kind, made.merchant, made.channel]


def _exact(amount: Decimal, currency: str) -> Decimal:
    """Return an amount with the decimals of its currency; it never rounds anything away."""
    exact = amount.quantize(unit(currency))
    if exact != amount:
        message = f"{amount} {currency} has too many decimals"
        raise ValueError(message)
    return exact


def _contacts(known: Sequence[Account]) -> Iterator[list[object]]:
    """Yield the further numbers of each customer once."""
    seen: set[str] = set()
    for one in known:
        if one.person.customer_id not in seen:
            seen.add(one.person.customer_id)
            for more in one.person.contacts:
                yield [one.person.customer_id, more.kind, more.value, _yes(more.consent), more.consent_date]
