"""Restrictions at a desk: what stands by the ledger, and what a person writes about it. The rules are in monitoring.

Each act is one event. Where several accounts are given, those that may be are written together, all of them or none, and
the others come back with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.desk.decisions import together
from deskcollect.desk.decisions.acts import Acts, Asked
from deskcollect.monitoring.rebreach import rebreaches
from deskcollect.monitoring.restrictions import KINDS, Folded, Restriction, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.ledger.store import Ledger
    from deskcollect.records import Event

__all__ = ["Asked", "Done", "Folded", "Restriction"]  # the doors speak of them without knowing their room
Done = together.Done[Restriction]


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


def _write(desk: Desk, day: Day, asked: Sequence[Asked], by: str, make: Callable[[Acts, Asked], Event]) -> Done:
    """Make the events of those that may be, and write them together.

    Errors: LedgerError when nothing could be written.
    """
    acts = Acts(desk, day, by, known(desk, day), frozenset(one.account_id for one in asked))
    events, refused = together.made(asked, partial(make, acts))
    if events and make is Acts.imposing:
        events = acts.with_reviews(events)
    done = together.write(desk, day, events, refused)
    if not done.events:
        return done
    accounts = {event.account_id for event in done.events}
    mine = [each for each in known(desk, day).restrictions if each.account_id in accounts]
    back = rebreaches(done.day.table.lazy(), mine, desk.policies, today=desk.clock.today())
    return replace(done, standing=together.standing(done.events, mine), back=back)
