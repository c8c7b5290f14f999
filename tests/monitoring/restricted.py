"""Events about restrictions as desks write them, and what they fold to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deskcollect.monitoring.restrictions import Folded, Restriction, fold
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind, RestrictionKind

ZONE = ZoneInfo("Asia/Taipei")
START = date(2026, 9, 2)
ROLES = {"ana": "collector", "ben": "collector", "mei": "lead", "jo": "lead", "kim": "analyst"}


def at(day: int, hour: int = 10) -> datetime:
    """Return a time of a day, counted from the day of imposing."""
    return datetime(START.year, START.month, START.day, hour, tzinfo=ZONE) + timedelta(days=day)


def on(day: int) -> date:
    """Return a day, counted from the day of imposing."""
    return START + timedelta(days=day)


def event(event_id: str, code: str, by: str, day: int, *, account: str = "A1", note: str = "", **data: Any) -> Event:
    """Return an event; the role is that of the person at the desk of the tests."""
    kind = EventKind.APPROVAL if code in {"approve", "refuse"} else EventKind.RESTRICTION
    told = {"role": ROLES.get(by, ""), **data}
    return Event(event_id, kind, account, f"C-{account}", at(day), by, code, note=note, currency="TWD", data=told)


def imposed(
    event_id: str = "E1",
    by: str = "ana",
    day: int = 0,
    *,
    kind: RestrictionKind = RestrictionKind.NO_CASH_ADVANCE,
    reason: str = "CASH3",
    **more: Any,
) -> Event:
    """Return the event that restricts an account; a review is due after 90 days."""
    data = {"kind": kind.value, "reason": reason, "review_on": on(day + 90).isoformat(), **more}
    return event(event_id, "impose", by, day, **data)


def lift(event_id: str = "E2", by: str = "mei", day: int = 30, of: str = "E1", **more: Any) -> Event:
    """Return the event that proposes a lift."""
    return event(event_id, "lift", by, day, restriction=of, **more)


def signed(of: str, by: str = "jo", day: int = 31, event_id: str = "", code: str = "approve", **more: Any) -> Event:
    """Return the event that signs, or refuses to sign."""
    return event(event_id or f"S-{of}", code, by, day, of=of, **more)


def told(*events: Event, until: date | None = None) -> Folded:
    """Return what stands after some events."""
    return fold(events, ZONE, until=until)


def one(*events: Event, until: date | None = None) -> Restriction:
    """Return the only restriction that some events make."""
    (found,) = told(*events, until=until).restrictions
    return found


def whys(events: Iterable[Event]) -> dict[str, str]:
    """Return why events change nothing, by their ids."""
    return {each.event_id: each.why for each in told(*events).passed}


def lifted_after(days: int, number: int = 0, *, reason: str = "CASH3", account: str = "") -> list[Event]:
    """Return the events of a restriction that was lifted after some days."""
    whose = account or f"L{number}"
    begin = imposed(f"I{number}", reason=reason, account=whose)
    end = lift(f"J{number}", day=days, of=f"I{number}", account=whose)
    return [begin, end, signed(f"J{number}", day=days, account=whose)]
