"""Holds: customers whose records must be kept, as in a lawsuit. Neither an erasure nor a retention touches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.ledger.tables import EVENTS
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from datetime import datetime

    from deskcollect.ledger.line import Record
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


def kept_back(ledger: Ledger) -> dict[int, Hold]:
    """Return by its number every record that a hold protects, also one of an account that does not say whose it is."""
    return {each.seq: hold for customer_id, hold in holds(ledger).items() for each in records_of(ledger, customer_id)}


def records_of(ledger: Ledger, customer_id: str) -> list[Record]:
    """Return the records that tell of a customer, or of an account of theirs without saying whose it is."""
    if not customer_id:
        return []
    found = {each.seq: each for each in ledger.backend.find(EVENTS, "customer_id", customer_id)}
    accounts = {str(each.document().get("account_id", "")) for each in found.values()} - {""}
    for account in sorted(accounts):
        others = ledger.backend.find(EVENTS, "account_id", account)
        found |= {each.seq: each for each in others if not each.document().get("customer_id")}
    return [found[seq] for seq in sorted(found)]
