"""One act on some accounts: those that may be are written together, all of them or none, the others refused with the reason.

What is acted on is a restriction or a proposal; which of them, and by which rules, is a matter of the modules beside this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from deskcollect.clock import utc_milliseconds
from deskcollect.records import Decided, Event, Issue, Place, Receipt
from deskcollect.strategy import outcome
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from enum import StrEnum

    from deskcollect.desk.day import Day
    from deskcollect.desk.decisions import acts, incentives, offers, restrictions
    from deskcollect.desk.desk import Desk
    from deskcollect.monitoring.persons import Refusal
    from deskcollect.monitoring.rebreach import Rebreach
    from deskcollect.vocabulary import Channel, EventKind


A = TypeVar("A", "acts.Asked", "incentives.Asked")
K = TypeVar("K", "restrictions.Folded", "offers.Folded")
S = TypeVar("S", "restrictions.Restriction", "offers.Proposal")


class Refused(Exception):
    """One account is refused; the others go on."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Done(Generic[S]):
    """What was written, and what was refused with the reason; `issue.place.table` is the account.

    `day` is the day after, `standing` what each event was about as it stands now, `back` what came back after a restriction
    was lifted.
    """

    day: Day
    events: tuple[Event, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    refused: tuple[Issue, ...] = ()
    standing: dict[str, S] = field(default_factory=dict)
    back: tuple[Rebreach, ...] = ()


@dataclass(frozen=True, slots=True)
class Author(Generic[K]):
    """A person who writes at a desk on a day, with what stands there: makes the event of one account.

    Errors: Refused, with one sentence.
    """

    desk: Desk
    day: Day
    by: str
    known: K

    def row(self, account_id: str) -> dict[str, Any]:
        """Return the row of an account of the book."""
        row = self.day.find(account_id)
        if row is None:
            raise Refused("It is not in the newest book.", "Look for it with  deskcollect worklist")
        return row

    def event(
        self,
        asked: acts.Asked | incentives.Asked,
        kind: EventKind,
        code: StrEnum,
        data: dict[str, Any],
        *,
        rule: str = "",
        channel: Channel | None = None,
    ) -> Event:
        """Return an event, stamped with what the program believes and with the role of the person."""
        for wrong in outcome.unfit(asked.note, "note", asked.account_id):
            raise Refused(wrong.message, wrong.remedy)
        row = self.day.find(asked.account_id) or {}
        role = self.desk.settings.people.get(self.by)
        earlier = next((each.customer_id for each in reversed(self.known.of(asked.account_id))), "")
        return Event(
            event_id=self.desk.ledger.next_id(utc_milliseconds()),
            kind=kind,
            account_id=asked.account_id,
            customer_id=row.get("customer_id") or earlier,
            occurred_at=self.desk.clock.now(),
            by=self.by,
            code=code.value,
            currency=row.get("currency") or "",
            channel=channel,
            note=asked.note.strip(),
            decided=Decided(self.desk.policies.hash, rule, row.get("card") or "", row.get("score")),
            data={"role": role.value if role else "", **data},
        )

    def unless(self, why: Refusal | None, event: Event) -> Event:
        """Return an event against which the rules say nothing."""
        if why is not None:
            raise Refused(why.message, why.remedy)
        return event


def made(asked: Sequence[A], make: Callable[[A], Event]) -> tuple[list[Event], tuple[Issue, ...]]:
    """Return the events of those accounts that may be, and the others with the reason."""
    events: list[Event] = []
    refused: list[Issue] = []
    seen: set[str] = set()
    for one in asked:
        try:
            events.append(_once(one, make, seen))
        except Refused as why:
            place = Place(table=one.account_id)
            refused.append(Issue(Severity.ERROR, "act", why.message, why.remedy, place))
    return events, tuple(refused)


def _once(one: A, make: Callable[[A], Event], seen: set[str]) -> Event:
    """Return the event of an account that is named for the first time."""
    if one.account_id in seen:
        raise Refused("It is named twice.", "Once is enough.")
    seen.add(one.account_id)
    return make(one)


def write(desk: Desk, day: Day, events: Sequence[Event], refused: tuple[Issue, ...]) -> Done[Any]:
    """Write events together, and conclude anew for their customers; where there are none nothing is written.

    Errors: LedgerError when nothing could be written.
    """
    if not events:
        return Done(day, refused=refused)
    receipts = desk.ledger.record_many(events, recorded_at=desk.clock.now())
    new = desk.anew(day, sorted({event.customer_id for event in events if event.customer_id}))
    return Done(new, tuple(events), tuple(receipts), refused)


def standing(events: Sequence[Event], known: Iterable[S]) -> dict[str, S]:
    """Return what each of some events is about, by their ids."""
    written = {event.event_id for event in events}
    return {event.event_id: each for each in known for event in each.events if event.event_id in written}
