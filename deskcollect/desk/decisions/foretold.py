"""What an act about restrictions, or a step of a measure, would do: made like the real one, and not written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from deskcollect.desk.decisions import evidence, offers, restrictions, together
from deskcollect.desk.decisions.acts import Acts
from deskcollect.desk.decisions.incentives import Steps
from deskcollect.monitoring import incentives
from deskcollect.monitoring.restrictions import fold
from deskcollect.vocabulary import MeasureAction, RestrictionAction, Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.decisions import incentives as measures
    from deskcollect.desk.decisions.offers import Proposal
    from deskcollect.desk.decisions.release import Restriction
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Event, Issue

_ACTS: dict[RestrictionAction | Signature, Callable[[Acts, restrictions.Asked], Event]] = {
    RestrictionAction.IMPOSE: Acts.imposing,
    RestrictionAction.EXTEND: Acts.extending,
    RestrictionAction.VARY: Acts.varying,
    RestrictionAction.LIFT: Acts.lifting,
    RestrictionAction.CONFIRM: Acts.confirming,
    Signature.APPROVE: Acts.approving,
    Signature.REFUSE: Acts.refusing,
}
_STEPS: dict[MeasureAction, Callable[[Steps, measures.Asked], Event]] = {
    MeasureAction.PROPOSE: Steps.proposing,
    MeasureAction.NOTIFY: Steps.notifying,
    MeasureAction.APPROVE: Steps.approving,
    MeasureAction.REFUSE: Steps.refusing,
    MeasureAction.WITHDRAW: Steps.withdrawing,
    MeasureAction.DONE: Steps.doing,
}


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would be written of one account, and where it would stand then; `review_on` is the day of review."""

    event: Event
    restriction: Restriction | None = None
    proposal: Proposal | None = None
    review_on: date | None = None


def of_restriction(
    desk: Desk, day: Day, code: RestrictionAction | Signature, asked: Sequence[restrictions.Asked], *, by: str
) -> tuple[list[Foretold], tuple[Issue, ...]]:
    """Return what an act about the restrictions of some accounts would do, and which it would be refused for."""
    known = restrictions.known(desk, day)
    acts = Acts(desk, day, by, known, frozenset(one.account_id for one in asked))
    events, refused = together.made(asked, partial(_ACTS[code], acts))
    if code is RestrictionAction.IMPOSE and events:
        events = acts.with_reviews(events)
    accounts = {event.account_id for event in events}
    told = [event for each in known.restrictions if each.account_id in accounts for event in each.events]
    after = fold([*told, *events], desk.zone).restrictions
    standing = {event.event_id: each for each in after for event in each.events}
    here = [each for each in after if each.is_open and day.find(each.account_id) is not None]
    looked = zip(here, evidence.looked_at(desk, day, here, known), strict=True)
    days = {each.id: found.review_on for each, found in looked}
    both = ((event, standing.get(event.event_id)) for event in events)
    return [Foretold(event, each, review_on=days.get(each.id) if each else None) for event, each in both], refused


def of_measure(
    desk: Desk, day: Day, code: MeasureAction, asked: Sequence[measures.Asked], *, by: str
) -> tuple[list[Foretold], tuple[Issue, ...]]:
    """Return what a step of a measure would do for some accounts, and which it would be refused for."""
    known = offers.known(desk, day)
    steps = Steps(desk, day, by, known)
    events, refused = together.made(asked, partial(_STEPS[code], steps))
    accounts = {event.account_id for event in events}
    told = [event for each in known.proposals if each.account_id in accounts for event in each.events]
    after = incentives.fold([*told, *events], desk.zone, today=desk.clock.now().date()).proposals
    standing = {event.event_id: each for each in after for event in each.events}
    return [Foretold(event, proposal=standing.get(event.event_id)) for event in events], refused
