"""What people wrote, as it is read back: events in the order that counts, and the words in them that can be read.

An event that does not fit where it stands, as two desks may write before their ledgers are merged, is passed over and told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeVar

from deskcollect.clock import read_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from enum import StrEnum

    from deskcollect.records import Event
    from deskcollect.vocabulary import EventKind

    W = TypeVar("W", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Passed:
    """An event that changes nothing, and why."""

    event_id: str
    account_id: str
    why: str


def dated(
    events: Iterable[Event], kinds: Collection[EventKind], zone: tzinfo, *, until: date | None
) -> Iterator[tuple[Event, date]]:
    """Yield events of some kinds in the order that counts, each once, with its local day; those after `until` are left out.

    That is the order of time, then of their ids. An event names in `after` the last one that its author saw of what it is
    about. It never counts before that one, even where the clocks of two desks differ.
    """
    mine = {event.event_id: event for event in events if event.kind in kinds}
    placed: dict[str, tuple[datetime, int]] = {}
    for start in sorted(mine):  # so that two which name each other are placed alike in any order of arrival
        chain = [start]
        while (before := str(mine[chain[-1]].data.get("after") or "")) in mine and before not in {*placed, *chain}:
            chain.append(before)
        for event_id in reversed(chain):
            at, depth = placed.get(str(mine[event_id].data.get("after") or ""), (None, -1))
            own = mine[event_id].occurred_at
            placed[event_id] = (max(own, at) if at else own, depth + 1)
    for event_id in sorted(mine, key=lambda event_id: (*placed[event_id], event_id)):
        on = placed[event_id][0].astimezone(zone).date()
        if until is None or on <= until:
            yield mine[event_id], on


# --- reading what stands in an event -----------------------------------------------------------------------------------


def word(raw: object, known: type[W]) -> W | None:
    """Return a word of a closed list."""
    return known(raw) if isinstance(raw, str) and raw in set(known) else None


def day(raw: object) -> date | None:
    """Return a date; an event that is not recorded yet holds it as one."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    return read_day(raw)


_DIGITS = range(-20, 16)  # places before and behind the point; further ones take a machine's memory to write out


def amount(raw: object) -> Decimal | None:
    """Return an exact amount."""
    try:
        value = Decimal(str(raw)) if raw not in (None, "") else None
    except InvalidOperation:
        return None
    if value is None or not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    return value if value.adjusted() in _DIGITS and exponent in _DIGITS else None
