"""What the lender's system is asked to do: one line for each change of a restriction that took effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.vocabulary import RestrictionAction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from deskcollect.monitoring.restrictions import Change, Restriction
    from deskcollect.policy.restrictions import Restrictions


@dataclass(frozen=True, slots=True)
class Order:
    """One line, as frames.ORDERS has it but for the note."""

    account_id: str
    customer_id: str
    action: str
    restriction: str
    order_code: str
    ends_code: str
    limit: Decimal | None
    currency: str
    restriction_reason: str
    from_on: date
    by: str
    signed_by: str
    event_id: str


def orders(known: Iterable[Restriction], policy: Restrictions, *, without: Collection[str]) -> tuple[Order, ...]:
    """Return what is to be ordered, in the order in which it took effect.

    Args:
        known: Restrictions.
        policy: The codes of the lender's system. A kind without codes, such as a watch, is no matter of that system.
        without: Events that were ordered before.
    """
    found = [
        (change.on, change.event_id, order)
        for each in known
        for change in each.changes
        if change.event_id not in without
        for order in _order(each, change, policy)
    ]
    return tuple(order for *_, order in sorted(found, key=lambda entry: entry[:2]))


def _order(each: Restriction, change: Change, policy: Restrictions) -> Iterator[Order]:
    """Yield the line of a change, if it is any matter of the lender's system."""
    new = policy.kind(change.kind.value)
    old = policy.kind(change.before.value) if change.before else None
    lifted = change.code is RestrictionAction.LIFT
    ends = old.release if old and (lifted or old is not new) else ""
    code = "" if lifted else new.order
    if code or ends:
        yield Order(
            each.account_id,
            each.customer_id,
            change.code.value,
            change.kind.value,
            code,
            ends,
            change.limit,
            each.currency,
            each.reason,
            change.on,
            change.by,
            change.signed_by,
            change.event_id,
        )
