"""Events and ledgers for the tests of the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from deskcollect.ledger.files.files import Files
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.records import Event
from deskcollect.vocabulary import Channel, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk

ZONE = ZoneInfo("Asia/Taipei")
DAY = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
DESK = "desk-a"


def event_id(number: int) -> str:
    """Return the id of the n-th event: a UUIDv7 that sorts by n."""
    return str(UUID(int=(1_790_000_000_000 + number) << 80 | 0x7 << 76 | 0b10 << 62 | number))


def event(number: int, **fields: Any) -> Event:
    """Return the n-th event: nobody answered account A<n> of customer C<n>."""
    base = Event(
        event_id=event_id(number),
        kind=EventKind.OUTCOME,
        account_id=f"A{number}",
        customer_id=f"C{number}",
        occurred_at=datetime(2026, 9, 30, 10, 0, tzinfo=ZONE) + timedelta(seconds=number),
        by="ana",
        code="NA",
        channel=Channel.PHONE,
        contact_point="mobile",
    )
    return replace(base, **fields)


def promise(number: int, **fields: Any) -> Event:
    """Return an event with most fields filled."""
    given: dict[str, Any] = {
        "code": "PTP",
        "amount": Decimal("10240.00"),
        "currency": "TWD",
        "due_date": date(2026, 10, 2),
        "note": "says “Friday”, 好的",
        "data": {"next_on": "2026-10-05"},
    }
    return event(number, **{**given, **fields})


def opened(folder: Path, disk: Disk | None = None, **fields: Any) -> Ledger:
    """Open a ledger of the test's desk."""
    return open_ledger(folder, DESK, disk=disk, **fields)


def files(ledger: Ledger) -> Files:
    """Return the files behind a ledger."""
    assert isinstance(ledger.backend, Files)
    return ledger.backend


def record(ledger: Ledger, *events: Event, at: datetime = NOW) -> None:
    """Record each event by itself."""
    for each in events:
        ledger.record(each, recorded_at=at)


def ids(events: Sequence[Event]) -> list[str]:
    """Return the ids of events."""
    return [each.event_id for each in events]


def all_ids(ledger: Ledger) -> list[str]:
    """Return the ids of all events in a ledger, as recorded."""
    return [each.event_id for _, each in ledger.since(None)]
