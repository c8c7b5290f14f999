"""Small ledgers, payments and accounts for the tests of strategy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import polars as pl

from deskcollect import frames
from deskcollect.policy.model import Policies
from deskcollect.strategy.promises import promises
from deskcollect.strategy.treatment import treat
from deskcollect.strategy.worklist import queues

DAY = date(2026, 9, 1)
TODAY = date(2026, 9, 30)
NO_SNAPSHOTS = pl.LazyFrame(schema={"account_id": pl.String, "as_of": pl.Date, "past_due": frames.MONEY})
_numbers = count(1)


def day(number: int) -> date:
    """Return a day of September 2026; 31 is the first of October."""
    return DAY + timedelta(days=number - 1)


def typed(rows: list[dict[str, Any]], columns: frames.Columns) -> pl.LazyFrame:
    """Return rows as a table with every declared column; what is not given is not known."""
    names = [column.name for column in columns]
    data = {name: pl.Series(name, [row.get(name) for row in rows], strict=False) for name in names}
    return frames.stamp(pl.LazyFrame(data), columns)


# --- promises ----------------------------------------------------------------------------------------------------------------


def promised(made: int, amount: int, due: int, **more: Any) -> dict[str, Any]:
    """Return a promise made on a day of September, due on another."""
    return {
        "event_id": f"E{next(_numbers):04}",
        "kind": "outcome",
        "account_id": "A1",
        "code": "PTP",
        "amount": Decimal(amount),
        "currency": "TWD",
        "due_date": day(due),
        "by": "ana",
        "occurred_on": day(made),
        "occurred_at": datetime.combine(day(made), time(10), tzinfo=UTC),
        "withdrawn": False,
        **more,
    }


def paid(on: int, amount: int, status: str = "posted", account: str = "A1") -> dict[str, Any]:
    """Return a payment on a day of September."""
    at = datetime.combine(day(on), time(12))
    return {"account_id": account, "paid_at": at, "amount": Decimal(amount), "status": status}


def judged(
    made: list[dict[str, Any]],
    payments: list[dict[str, Any]],
    policies: Policies,
    *,
    as_of: int,
    today: int | None = None,
    files: Sequence[int] = (),
) -> pl.DataFrame:
    """Return what became of promises in a book with payments, and day's files of some days besides."""
    return promises(
        frames.Events(typed(made, frames.EVENTS)),
        frames.Payments(typed(payments, frames.PAYMENTS)),
        snapshots=NO_SNAPSHOTS,
        policies=policies,
        as_of=day(as_of),
        today=day(today or as_of),
        has_payments=True,
        paid_days=[day(number) for number in files],
    ).collect()


def inferred(
    made: list[dict[str, Any]],
    past_dues: dict[int, int],
    policies: Policies,
    *,
    as_of: int,
    payments: Sequence[dict[str, Any]] = (),
    files: Sequence[int] = (),
) -> pl.DataFrame:
    """Return what became of promises in books without payments: day of the book -> past due; day's files may have some."""
    rows = [{"account_id": "A1", "as_of": day(on), "past_due": Decimal(owed)} for on, owed in past_dues.items()]
    return promises(
        frames.Events(typed(made, frames.EVENTS)),
        frames.Payments(typed(list(payments), frames.PAYMENTS)),
        snapshots=pl.LazyFrame(rows, schema=NO_SNAPSHOTS.collect_schema()),
        policies=policies,
        as_of=day(as_of),
        today=day(as_of),
        has_payments=False,
        paid_days=[day(number) for number in files],
    ).collect()


# --- accounts ----------------------------------------------------------------------------------------------------------------

LATE: dict[str, Any] = {
    "account_id": "A1",
    "customer_id": "C1",
    "currency": "TWD",
    "as_of": TODAY,
    "today": TODAY,
    "balance": Decimal(5_000),
    "past_due": Decimal(1_000),
    "dpd": 12,
    "stage": "early",
    "exposure": "mid",
    "exposure_share": 0.5,
    "prob_default": 0.2,
    "tier": "C",
    "worked_today": False,
    "contact_lost": False,
    "attempt_count": 0,
    "bad_number_count": 0,
    "statements_count": 6,
    "late_cycles_count": 1,
    "full_payments_count": 0,
    "signal_count": 0,
}


def account(name: str = "A1", **facts: Any) -> dict[str, Any]:
    """Return an account that is 12 days past due, with other facts where given."""
    return {**LATE, "account_id": name, **facts}


def facts(*accounts: dict[str, Any]) -> pl.LazyFrame:
    """Return accounts as frames.FACTS."""
    return typed(list(accounts), frames.FACTS)


def worked(policies: Policies, *accounts: dict[str, Any]) -> pl.DataFrame:
    """Return accounts with treatment and queues, in the order given."""
    known = facts(*accounts)
    treated = treat(known, policies, today=TODAY).collect()
    return queues(known.collect().hstack(treated.drop("account_id")).lazy(), policies).collect()


def one(policies: Policies, **given: Any) -> dict[str, Any]:
    """Return one account with treatment and queues."""
    return worked(policies, account(**given)).to_dicts()[0]
