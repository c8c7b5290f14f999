"""One record of the demo's ledger, and how it is written: the field names of records.Event, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scripts.demo import dice
from scripts.demo.account import unit
from scripts.demo.source import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.demo.roster import Account

ZONE = ZoneInfo("Asia/Taipei")
CHANNELS = {"SMS": "text", "EML": "email", "LTR": "letter", "NOTE": "", "SKIP": "", "LGL": ""}
# Days until an account comes up again, as the outcome codes had it when this was recorded.
NEXT_DAYS = {
    "NA": 1,
    "BZ": 0,
    "VM": 2,
    "DC": 1,
    "WN": 1,
    "TP": 3,
    "HU": 2,
    "CLM": 3,
    "SETL": 1,
    "RP": 2,
    "NC": 3,
    "DISP": 7,
    "HARD": 5,
    "FRD": 2,
    "CMPL": 5,
    "SMS": 3,
    "EML": 3,
    "LTR": 7,
    "SKIP": 7,
    "LGL": 90,
}
SLEEPS_AFTER_PROMISE = 3
PROMISES = ("PTP", "PLAN")


@dataclass(frozen=True, slots=True)
class Record:
    """One record before it has an id. `at` is local time; `undoes` is the key of the record that it withdraws."""

    account: Account
    at: datetime
    by: str
    code: str = ""
    amount: Decimal | None = None
    due: date | None = None
    point: str = ""
    inbound: bool = False
    note: str = ""
    channel: str = ""
    call_back: datetime | None = None
    count: int | None = None
    reason: str = ""
    next_on: date | None = None
    undoes: datetime | None = None


def moment(text: str) -> datetime:
    """Read month-day hour:minute of the demo's year as local time."""
    return datetime.strptime(f"{YEAR}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def day(text: str) -> date:
    """Read month-day of the demo's year."""
    return date.fromisoformat(f"{YEAR}-{text}")


def documents(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the records as documents in the order in which they happened, each with its id."""
    ordered = sorted(_apart(records), key=lambda one: (_exact(one), one.account.account_id))
    ids = {(one.account.account_id, one.at): _event_id(one, number) for number, one in enumerate(ordered)}
    return [_document(one, ids) for one in ordered]


def lines(made: Iterable[dict[str, Any]]) -> str:
    """Return documents as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in made)


def _apart(records: Iterable[Record]) -> list[Record]:
    """Move a record by minutes until its writer has nothing else in that minute."""
    taken: set[tuple[str, datetime]] = set()
    kept = []
    for one in sorted(records, key=lambda one: (one.at, one.account.account_id)):
        at = one.at
        while (one.by, at) in taken:
            at += timedelta(minutes=1)
        taken.add((one.by, at))
        kept.append(replace(one, at=at))
    return kept


def _event_id(one: Record, number: int) -> str:
    """Return a UUIDv7 of the record's time, its number and a draw."""
    milliseconds = int(_exact(one).timestamp() * 1000)
    low = dice.number("event", one.account.account_id, one.at) & ((1 << 62) - 1)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | (number & 0xFFF) << 64 | 0b10 << 62 | low))


def _exact(one: Record) -> datetime:
    """Return the record's time to the second."""
    return one.at + timedelta(seconds=dice.between(0, 39, "second", one.account.account_id, one.at))


def _document(one: Record, ids: dict[tuple[str, datetime], str]) -> dict[str, Any]:
    """Return the document of one record; empty fields are left out."""
    account, exact = one.account, _exact(one)
    amount = "" if one.amount is None else str(one.amount.quantize(unit(account.figures.currency)))
    fields: dict[str, Any] = {
        "event_id": ids[account.account_id, one.at],
        "kind": "correction" if one.undoes else "outcome",
        "account_id": account.account_id,
        "customer_id": account.person.customer_id,
        "code": one.code,
        "amount": amount,
        "currency": account.figures.currency if amount else "",
        "due_date": one.due.isoformat() if one.due else "",
        "channel": "" if one.undoes else one.channel or CHANNELS.get(one.code, "phone"),
        "direction": "inbound" if one.inbound else "outbound",
        "contact_point": one.point,
        "note": one.note,
        "by": one.by,
        "occurred_at": exact.isoformat(),
        "recorded_at": (exact + timedelta(seconds=15)).astimezone(UTC).isoformat(),
        "corrects": ids[account.account_id, one.undoes] if one.undoes else "",
        "data": _data(one),
        "v": 1,
    }
    return {name: value for name, value in fields.items() if value not in ("", {})}


def _data(one: Record) -> dict[str, Any]:
    """Return what only this code holds."""
    found: dict[str, Any] = {
        "count": one.count,
        "at": one.call_back.isoformat() if one.call_back else None,
        "reason": one.reason or None,
    }
    comes_up = _next_on(one)
    found["next_on"] = comes_up.isoformat() if comes_up else None
    return {name: value for name, value in found.items() if value is not None}


def _next_on(one: Record) -> date | None:
    """Return when the account comes up again."""
    if one.next_on or one.undoes:
        return one.next_on
    if one.code in PROMISES and one.due:
        return one.due + timedelta(days=SLEEPS_AFTER_PROMISE)
    if one.call_back:
        return one.call_back.date()
    days = NEXT_DAYS.get(one.code)
    return None if days is None else one.at.date() + timedelta(days=days)
