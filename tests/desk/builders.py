"""Small lenders' books, the desks made of them, and their days."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from polars.testing import assert_frame_equal

from deskcollect.clock import Clock
from deskcollect.desk import make
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, Moved, Recorded
from deskcollect.desk.make import Book
from deskcollect.records import Entry, Event
from deskcollect.settings import Settings
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    import polars as pl

TAIPEI = ZoneInfo("Asia/Taipei")
AS_OF = date(2026, 9, 30)
TOLD = Settings(name="small", desk_id="small", time_zone="Asia/Taipei", currency="TWD", me="ana")

Row = Mapping[str, object]

ANA: Row = {"customer_id": "C1", "customer_name": "Ana Okafor", "phone": "+44 7700 900001"}
BO: Row = {"customer_id": "C2", "customer_name": "Bo Lindström", "phone": "+44 7700 900002"}


def account(account_id: str, whose: Row = ANA, **more: object) -> Row:
    """Return a credit card account, 20 days and 1,000 past due unless it says otherwise."""
    return {
        "account_id": account_id,
        **whose,
        "currency": "TWD",
        "balance": 5000,
        "past_due": 1000,
        "days_past_due": 20,
        "minimum_due": 500,
        "credit_limit": 10000,
        **more,
    }


def statements(account_id: str, *paid: int, billed: int = 5000, newest: date = date(2026, 9, 15)) -> list[Row]:
    """Return monthly statements, the newest last."""
    months = [date(newest.year, newest.month - back, newest.day) for back in range(len(paid))][::-1]
    return [
        {"account_id": account_id, "statement_date": month, "balance": billed, "paid": amount, "minimum_due": 500}
        for month, amount in zip(months, paid, strict=True)
    ]


def payment(account_id: str, on: date, amount: int, status: str = "posted") -> Row:
    """Return a payment at noon of a day."""
    at = datetime.combine(on, time(12))
    return {"account_id": account_id, "paid_at": at.isoformat(), "amount": amount, "status": status}


@dataclass(frozen=True)
class Tables:
    """What a lender hands over."""

    accounts: Sequence[Row]
    statements: Sequence[Row] = ()
    payments: Sequence[Row] | None = None
    more: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def write(folder: Path, tables: Tables) -> Path:
    """Write the tables as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    named: dict[str, Sequence[Row] | None] = {
        "accounts": tables.accounts,
        "statements": tables.statements or None,
        "payments": tables.payments,
        **tables.more,
    }
    for name, rows in named.items():
        if rows is None:
            continue
        heads = list(dict.fromkeys(key for row in rows for key in row)) or ["account_id", "paid_at", "amount", "status"]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heads)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def book(folder: Path, tables: Tables, as_of: date = AS_OF, told: Settings = TOLD) -> Book:
    """Return a lender's book as it is read."""
    return make.read_book(write(folder, tables), told, as_of=as_of)


def desk_of(folder: Path, tables: Tables, as_of: date = AS_OF, told: Settings = TOLD) -> Desk:
    """Return a desk made of a book; it is ten in the morning of the book's day."""
    read = book(folder / f"book-{as_of}", tables, as_of, told)
    return make.create(folder / "desk", read, told, Clock.pinned(as_of, told.zone))


def at(day: date, hour: int = 10, minute: int = 0, zone: ZoneInfo = TAIPEI) -> datetime:
    """Return a time of a day."""
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def days(number: int, after: date = AS_OF) -> date:
    """Return a day some days after the book."""
    return after + timedelta(days=number)


def outcome(number: int, account_id: str, code: str, when: datetime, **more: Any) -> Event:
    """Return an outcome as another desk may have written it, with the customer of the small book."""
    customer = more.pop("customer_id", "C1")
    return Event(f"E{number:04}", EventKind.OUTCOME, account_id, customer, when, more.pop("by", "ana"), code, **more)


def withdrawal(number: int, of: Event, when: datetime) -> Event:
    """Return a correction of an event."""
    return Event(
        f"W{number:04}", EventKind.CORRECTION, of.account_id, of.customer_id, when, of.by, corrects=of.event_id
    )


def told(desk: Desk, day: Day, *entries: Entry) -> Day:
    """Record entries one after another and return the day after them."""
    for entry in entries:
        day = desk.record(day, entry).day
    return day


def same(one: pl.DataFrame, other: pl.DataFrame, *, by: Iterable[str] = ()) -> None:
    """Say where two tables differ."""
    keys = list(by)
    assert_frame_equal(one.sort(keys) if keys else one, other.sort(keys) if keys else other, check_exact=True)


def equal_days(one: Day, other: Day) -> None:
    """Say where two days differ; the order of what was found is no matter, that of the accounts is."""
    same(one.table, other.table)
    for name, keys in (("signals", ("account_id", "rule")), ("promises", ("event_id",)), ("effects", EFFECT)):
        same(getattr(one.conclusion, name), getattr(other.conclusion, name), by=keys)
    assert one.summary == other.summary


EFFECT = ("account_id", "effect", "event_id")


def moved(done: Recorded) -> Moved:
    """Return the way of the score, of an account that is in the book."""
    assert done.moved is not None
    return done.moved
