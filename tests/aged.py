"""Records of long ago put into the ledger of a desk, in many small files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from deskcollect import settings
from deskcollect.desk.desk import LEDGER
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.records import Event
from deskcollect.vocabulary import Channel, EventKind

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = datetime(2017, 3, 1, 9, 0, tzinfo=UTC)


def old(number: int, account: str = "", customer: str = "", **fields: Any) -> Event:
    """Return the n-th event of long ago, a day after the one before: nobody answered."""
    given: dict[str, Any] = {
        "kind": EventKind.OUTCOME,
        "account_id": account or f"GONE-{number}",
        "customer_id": customer or f"C-GONE-{number}",
        "occurred_at": LONG_AGO + timedelta(days=number),
        "by": "ana",
        "code": "NA",
        "channel": Channel.PHONE,
    }
    return Event(event_id=f"016e{number:04x}-0000-7000-8000-{number:012x}", **{**given, **fields})


def fill(ledger: Ledger, *events: Event) -> None:
    """Record each event by itself, on the day it happened."""
    for each in events:
        ledger.record(each, recorded_at=each.occurred_at)


def aged(folder: Path, count: int = 30, now: datetime | None = None, **placed: Event) -> list[range]:
    """Put events of long ago into a desk, and ten of now; return the numbers of the records that each file holds.

    `placed` names events by their place, as in `at_7=…`, that stand there instead.
    """
    told = settings.read(folder)
    now = now or datetime.now(UTC)
    with open_ledger(folder / LEDGER, told.desk_id, segment_bytes=2_300) as ledger:
        at = {int(name.removeprefix("at_")): event for name, event in placed.items()}
        fill(ledger, *(at.get(n) or old(n) for n in range(1, count + 1)))
        for number in range(count + 1, count + 11):
            ledger.record(old(number, occurred_at=now), recorded_at=now)
        segments = ledger.backend.lines.segments  # type: ignore[attr-defined]  # the ledger is in files
        return [range(each.before.seq + 1, each.last.seq + 1) for each in segments]
