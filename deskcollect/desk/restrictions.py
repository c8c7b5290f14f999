"""Restrictions at a desk: what stands by the ledger, and what a person writes about it. The rules are in monitoring.

Each act is one event. Where several accounts are given, those that may be are written together, all of them or none, and
the others come back with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.desk.acts import Acts, Asked, Refused
from deskcollect.monitoring.rebreach import Rebreach, rebreaches
from deskcollect.monitoring.restrictions import KINDS, Folded, Restriction, fold
from deskcollect.records import Event, Issue, Place, Receipt
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.ledger.store import Ledger

__all__ = ["Asked", "Done", "Folded", "Restriction"]  # the doors speak of them without knowing their room


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, and what was refused with the reason; `issue.place.table` is the account.

    `day` is the day after, `standing` the restriction of each event, `back` what came back after a lift.
    """

    day: Day
    events: tuple[Event, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    refused: tuple[Issue, ...] = ()
    standing: dict[str, Restriction] = field(default_factory=dict)
    back: tuple[Rebreach, ...] = ()


# --- reading ---------------------------------------------------------------------------------------------------------------


def folded(ledger: Ledger, zone: ZoneInfo, *, until: date, events: pl.LazyFrame | None = None) -> Folded:
    """Return the restrictions that the events of a ledger make, up to and with a local day.

    `events` (frames.EVENTS) are those that count, such as one customer's; without them all of the ledger.
    """
    told = ledger.events(zone) if events is None else events
    mine = pl.col("kind").is_in([kind.value for kind in KINDS]) & ~pl.col("withdrawn").fill_null(value=False)
    ids = told.filter(mine & (pl.col("occurred_on") <= until)).select("event_id").collect()["event_id"]
    found = (ledger.get(event_id) for event_id in ids)
    return fold((event for event in found if event is not None), zone, until=until)


def known(desk: Desk, day: Day) -> Folded:
    """Return the restrictions of a desk on a day."""
    return folded(desk.ledger, desk.zone, until=max(day.moment.as_of, desk.clock.now().date()))


# --- writing ---------------------------------------------------------------------------------------------------------------


def impose(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Restrict accounts, with the evidence as it is now. A kind that needs a signature waits for a lead."""
    return _write(desk, day, asked, by, Acts.imposing)


def extend(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Put reviews off to a day, with a reason."""
    return _write(desk, day, asked, by, Acts.extending)


def vary(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Change the kind of restrictions; what eases one is proposed by a lead and approved by another."""
    return _write(desk, day, asked, by, Acts.varying)


def lift(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Propose to lift restrictions; another lead approves it. An open check needs a reason."""
    return _write(desk, day, asked, by, Acts.lifting)


def approve(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Sign what waits for a second person; it takes effect."""
    return _write(desk, day, asked, by, Acts.approving)


def refuse(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Refuse to sign what waits, with a reason; what it would have changed stays."""
    return _write(desk, day, asked, by, Acts.refusing)


def confirm(desk: Desk, day: Day, asked: Sequence[Asked], *, by: str) -> Done:
    """Record what was found of a proof of the customer: confirmed, incomplete or false."""
    return _write(desk, day, asked, by, Acts.confirming)


Make = Callable[[Acts, Asked], Event]


def _write(desk: Desk, day: Day, asked: Sequence[Asked], by: str, make: Make) -> Done:
    """Make the events of those that may be, and write them together.

    Errors: LedgerError when nothing could be written.
    """
    acts = Acts(desk, day, by, known(desk, day), frozenset(one.account_id for one in asked))
    events: list[Event] = []
    refused: list[Issue] = []
    seen: set[str] = set()
    for one in asked:
        if one.account_id in seen:
            refused.append(_issue(one.account_id, "It is named twice.", "Once is enough."))
            continue
        seen.add(one.account_id)
        try:
            events.append(make(acts, one))
        except Refused as why:
            refused.append(_issue(one.account_id, why.message, why.remedy))
    if not events:
        return Done(day, refused=tuple(refused))
    if make is Acts.imposing:
        events = acts.with_reviews(events)
    receipts = desk.ledger.record_many(events, recorded_at=desk.clock.now())
    after = known(desk, day)
    new = desk.anew(day, sorted({event.customer_id for event in events if event.customer_id}))
    written = {event.event_id: event.account_id for event in events}
    mine = [each for each in after.restrictions if each.account_id in set(written.values())]
    standing = {event.event_id: each for each in mine for event in each.events if event.event_id in written}
    back = rebreaches(new.table.lazy(), mine, desk.policies, today=desk.clock.now().date())
    return Done(new, tuple(events), tuple(receipts), tuple(refused), standing, back)


def _issue(account_id: str, message: str, remedy: str) -> Issue:
    """Point at an account."""
    return Issue(Severity.ERROR, "restriction", message, remedy, Place(table=account_id))
