"""What people decided about alert cases, read from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.monitoring import cases
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from deskcollect.case import Decision
    from deskcollect.ledger.store import Ledger


def decisions(
    ledger: Ledger, zone: ZoneInfo, account_ids: Collection[str] | None = None
) -> dict[str, tuple[Decision, ...]]:
    """Return what people decided about alert cases and did not take back, by account; of all, or of some accounts."""
    every = ledger.of_kinds(EventKind.ALERT.value)
    events = every if account_ids is None else [event for event in every if event.account_id in account_ids]
    if not events:
        return {}
    withdrawn = frozenset(ledger.events(zone).filter("withdrawn").collect()["event_id"])
    found: dict[str, list[Decision]] = {}
    for event in events:
        told = None if event.event_id in withdrawn else cases.decision(event, zone)
        if told is not None:
            found.setdefault(event.account_id, []).append(told)
    return {account_id: tuple(told) for account_id, told in found.items()}
