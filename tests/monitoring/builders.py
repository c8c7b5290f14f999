"""Tiny books of one account: six statements, payments and transactions, and what else is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.conduct import conduct
from deskcollect.monitoring.levels import levels
from deskcollect.monitoring.signals import signals
from deskcollect.policy.model import Policies

AS_OF = date(2026, 9, 30)
BILLED = date(2026, 9, 20)
PaymentRow = tuple[int, int, str]
TransactionRow = tuple[float, int, str]

HEALTHY: dict[str, Any] = {
    "as_of": AS_OF,
    "today": AS_OF,
    "customer_id": "C1",
    "currency": "TWD",
    "balance": Decimal(10_000),
    "past_due": Decimal(0),
    "credit_limit": Decimal(50_000),
    "dpd": 0,
    "stage": "current",
    "exposure": "none",
    "exposure_share": 0.0,
    "autopay_dropped": False,
    "worked_today": False,
    "contact_lost": False,
    "attempt_count": 0,
    "bad_number_count": 0,
    "prob_default": 0.05,
    "tier": "A",
}


def days_ago(days: int) -> date:
    """Return a date before the book's."""
    return AS_OF - timedelta(days=days)


def billed_on(ago: int) -> date:
    """Return the date of the statement so many cycles ago."""
    return BILLED.replace(month=BILLED.month - ago)


@dataclass(frozen=True)
class Tiny:
    """A book of one account, newest cycle first.

    Payments are (days ago, amount, status), transactions (days ago, amount, kind); `facts` overrides what portfolio,
    ledger and scoring would say.
    """

    balances: tuple[int, ...] = (10_000,) * 6
    paid: tuple[int, ...] = (10_000,) * 6
    late: tuple[int, ...] = (0,) * 6
    status: tuple[str | None, ...] = ("paid_in_full",) * 6
    minimum: int | None = None
    limit: int | None = 50_000
    payments: tuple[PaymentRow, ...] = ()
    transactions: tuple[TransactionRow, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    def cycles(self) -> frames.Cycles:
        """Return the statements side by side."""
        row: dict[str, Any] = {"account_id": "A1", "statements_count": len(self.balances)}
        for k in range(len(self.balances)):
            row |= {f"balance_{k}": self.balances[k], f"paid_{k}": self.paid[k], f"cycles_{k}": self.late[k]}
            row[f"statement_date_{k}"] = billed_on(k)
            row |= {f"status_{k}": self.status[k], f"minimum_{k}": self.minimum, f"limit_{k}": self.limit}
        return frames.Cycles(typed([row], frames.CYCLES))

    def conduct(self) -> frames.Conduct:
        """Return how the account behaves."""
        paid = [
            {"account_id": "A1", "paid_at": at_noon(d), "amount": a, "method": "transfer", "status": status}
            for d, a, status in self.payments
        ]
        spent = [{"account_id": "A1", "at": at_noon(d), "amount": a, "kind": kind} for d, a, kind in self.transactions]
        return conduct(
            self.cycles(),
            frames.Payments(typed(paid, frames.PAYMENTS)),
            frames.Transactions(typed(spent, frames.TRANSACTIONS)),
            as_of=AS_OF,
        )

    def tiered_facts(self) -> pl.LazyFrame:
        """Return all that is known when signals are looked for."""
        behaviour = self.conduct().collect().to_dicts()[0]
        return typed([{**HEALTHY, **behaviour, **self.facts}], frames.TIERED_FACTS)

    def one(self) -> dict[str, Any]:
        """Return the account's conduct as a row."""
        return self.conduct().collect().to_dicts()[0]


def at_noon(days: float) -> datetime:
    """Return noon of a day before the book's; a fraction of a day is later on."""
    return datetime.combine(AS_OF, time(12)) - timedelta(days=days)


def typed(rows: list[dict[str, Any]], columns: frames.Columns) -> pl.LazyFrame:
    """Return rows as a table with every declared column; what is not given is not known."""
    names = [column.name for column in columns]
    data = {name: pl.Series(name, [row.get(name) for row in rows], strict=False) for name in names}
    return frames.stamp(pl.LazyFrame(data), columns)


def fired(tiny: Tiny, policies: Policies) -> list[str]:
    """Return the rules that fire on a tiny book."""
    return signals(tiny.tiered_facts(), policies).collect()["rule"].to_list()


def alert(tiny: Tiny, policies: Policies) -> dict[str, Any]:
    """Return the alert of a tiny book."""
    facts = tiny.tiered_facts()
    return levels(facts, signals(facts, policies), policies).collect().to_dicts()[0]
