"""Holds: customers whose records must be kept, as in a lawsuit. Neither an erasure nor a retention touches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from datetime import datetime

    from deskcollect.ledger.store import Ledger

HOLD, UNHOLD = "HOLD", "UNHOLD"


@dataclass(frozen=True, slots=True)
class Hold:
    """A customer's records are kept until it is released."""

    customer_id: str
    since: datetime
    by: str
    reason: str


def holds(ledger: Ledger) -> dict[str, Hold]:
    """Return the holds that stand, by customer. What happened later counts, whichever desk it was recorded at."""
    told = (each for each in ledger.of_kinds(EventKind.SYSTEM.value) if each.code in {HOLD, UNHOLD})
    standing: dict[str, Hold] = {}
    for event in sorted(told, key=lambda each: (each.occurred_at, each.event_id)):
        if event.code == HOLD:
            standing[event.customer_id] = Hold(event.customer_id, event.occurred_at, event.by, event.note)
        else:
            standing.pop(event.customer_id, None)
    return standing
