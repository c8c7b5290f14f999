"""What to do instead of taking back a record about a restriction or an incentive: these end by steps that somebody signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.desk.decisions import offers, restrictions
from deskcollect.errors import BadUse
from deskcollect.monitoring.persons import Refusal
from deskcollect.vocabulary import EventKind, MeasureState, RestrictionAction, RestrictionState

if TYPE_CHECKING:
    from deskcollect.desk.day import Day
    from deskcollect.desk.decisions.offers import Proposal
    from deskcollect.desk.decisions.restrictions import Restriction
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Event

_KINDS = frozenset({EventKind.RESTRICTION, EventKind.APPROVAL, EventKind.MEASURE})
_NOTHING = Refusal("That record changes nothing.", "Nothing is to be done.")


def refuse(desk: Desk, day: Day, event: Event | None) -> None:
    """Refuse to withdraw a record about a restriction or an incentive; every other may be.

    Errors: BadUse, with what to do instead.
    """
    if event is not None and event.kind in _KINDS:
        why = _instead(desk, day, event)
        raise BadUse(why.message, why.remedy)


def no_record(event_id: str) -> BadUse:
    """Return what to say where no record has an id that was typed. A part of one names none, be it of one record only."""
    return BadUse(
        f"No record of this ledger has the id “{event_id}”, so nothing was taken back.",
        "Give the whole id, as  deskcollect show ACCOUNT --json  names it.",
    )


def _instead(desk: Desk, day: Day, event: Event) -> Refusal:
    """Return why a record is not withdrawn, and what to do instead as things stand now."""
    if event.kind == EventKind.MEASURE:
        proposals = offers.known(desk, day).of(event.account_id)
        return next((_proposed(each) for each in proposals if event in each.events), _NOTHING)
    if event.code == RestrictionAction.CONFIRM:
        words = f"deskcollect restrictions confirm {event.account_id} {event.data.get('proof', 'PROOF')} --found F"
        return Refusal("What was found of a proof is not taken back: the newest counts.", f"Record it with  {words}")
    mine = restrictions.known(desk, day).of(event.account_id)
    return next((_restricted(each, event) for each in mine if event in each.events), _NOTHING)


def _proposed(found: Proposal) -> Refusal:
    """Say what to do about a proposal."""
    if found.is_open:
        words = f"deskcollect incentives withdraw {found.account_id} --measure {found.measure} --note T"
        return Refusal("A proposal is not taken back but withdrawn, with a reason.", f"Do it with  {words}")
    if found.state is MeasureState.DONE:
        remedy = "Leave its line out of the work order, or correct it in the lender's system."
        return Refusal(f"It was done on {found.done_on}: nothing here takes that back.", remedy)
    return Refusal("That proposal has ended: its history stays.", "Propose it anew if it still fits.")


def _restricted(found: Restriction, event: Event) -> Refusal:
    """Say what to do about a restriction."""
    verb = f"deskcollect restrictions {{}} {found.account_id}"
    if found.waits is not None:
        remedy = f"A lead who is not {found.waits.by} does it with  {verb.format('refuse')} --note T"
        return Refusal("What waits for a signature is not taken back but refused.", remedy)
    if found.state in (RestrictionState.LIFTED, RestrictionState.REFUSED):
        remedy = f"Restrict anew with  {verb.format('impose')} --reason R"
        return Refusal("That restriction has ended: its history stays.", remedy)
    if event.code == RestrictionAction.EXTEND:
        remedy = f"Nobody need wait for the day:  {verb.format('review')}"
        return Refusal("A review that was put off is not brought forward.", remedy)
    if event.code == RestrictionAction.VARY:
        remedy = f"Do it with  {verb.format('vary')} --kind K --note T"
        return Refusal("A change is not taken back: the restriction is varied again.", remedy)
    return Refusal("A restriction is not taken back but lifted, by two leads.", f"Begin with  {verb.format('lift')}")
