"""Events about incentives and consequences as desks write them, and what they fold to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from deskcollect.monitoring.incentives import Folded, Proposal, fold
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind
from tests.monitoring.restricted import ROLES, ZONE, at, on

TERMS: dict[str, Any] = {
    "owner": "collector",
    "approve_by": "lead",
    "second_person": True,
    "wait_days": 14,
    "once_in_days": 90,
    "lapse_days": 30,
}


def event(event_id: str, code: str, by: str, day: int, *, account: str = "A1", note: str = "", **data: Any) -> Event:
    """Return an event; the role is that of the person at the desk of the tests."""
    told = {"role": ROLES.get(by, ""), "measure": "late-fee", "kind": "consequence", **data}
    return Event(event_id, EventKind.MEASURE, account, f"C-{account}", at(day), by, code, note=note, data=told)


def proposed(event_id: str = "E1", by: str = "ana", day: int = 0, **more: Any) -> Event:
    """Return the event that proposes a late fee, or something else."""
    return event(event_id, "propose", by, day, **{"label": "Late fee", **TERMS, **more})


def favour(event_id: str = "E1", by: str = "ana", day: int = 0, **more: Any) -> Event:
    """Return the event that proposes to waive a late fee."""
    named = {"measure": "fee-waived", "kind": "incentive", "label": "Late fee waived", "wait_days": 0}
    return proposed(event_id, by, day, **{**named, **more})


def step(code: str, by: str = "jo", day: int = 1, of: str = "E1", event_id: str = "", **more: Any) -> Event:
    """Return the event of a later step."""
    return event(event_id or f"{code}-{of}", code, by, day, proposal=of, **more)


def told(*events: Event, today: date | None = None) -> Folded:
    """Return what stands after some events, on the hundredth day if none is named."""
    return fold(events, ZONE, today=today or on(100))


def one(*events: Event, today: date | None = None) -> Proposal:
    """Return the only proposal that some events make."""
    (found,) = told(*events, today=today).proposals
    return found


def whys(events: Iterable[Event], today: date | None = None) -> dict[str, str]:
    """Return why events change nothing, by their ids."""
    return {each.event_id: each.why for each in told(*events, today=today).passed}
