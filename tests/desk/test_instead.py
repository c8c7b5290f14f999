"""A record about a restriction or an incentive is not taken back: what to do instead is said, and the words can be typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from deskcollect.desk.day import Day
from deskcollect.desk.decisions import incentives, restrictions
from deskcollect.desk.decisions.incentives import Asked as Step
from deskcollect.desk.decisions.restrictions import Asked
from deskcollect.desk.desk import Desk
from deskcollect.errors import BadUse
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind, Proof, RestrictionKind
from tests.desk.builders import ANA, AS_OF, Tables, account
from tests.desk.team import cycles, later, team_at

CUT = Asked("HARD", "grows", kind=RestrictionKind.LIMIT_CUT, limit=Decimal(4000))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of one account that is late and was late before."""
    yield from team_at(
        tmp_path, Tables([account("HARD", ANA, past_due=2000, days_past_due=70)], cycles("HARD", 2, 5000))
    )


def said(desk: Desk, day: Day, event: Event) -> str:
    """Return what the undo of an event says, which writes nothing."""
    head = desk.ledger.head()
    with pytest.raises(BadUse) as caught:
        desk.undo(day, event.event_id, by="ana", reason="a mistake")
    assert desk.ledger.head() == head
    return f"{caught.value.message} {caught.value.remedy}"


def test_a_restriction_in_force_is_lifted(desk: Desk, day: Day) -> None:
    done = restrictions.impose(desk, day, [Asked("HARD", reason="CASH3")], by="ana")
    assert said(desk, done.day, done.events[0]) == (
        "A restriction is not taken back but lifted, by two leads. Begin with  deskcollect restrictions lift HARD"
    )


def test_what_waits_for_a_signature_is_refused(desk: Desk, day: Day) -> None:
    done = restrictions.impose(desk, day, [Asked("HARD", reason="FRAUD")], by="mei")
    assert said(desk, done.day, done.events[0]) == (
        "What waits for a signature is not taken back but refused. "
        "A lead who is not mei does it with  deskcollect restrictions refuse HARD --note T"
    )
    refused = restrictions.refuse(desk, done.day, [Asked("HARD", "a mistake")], by="jo")
    for event in (*done.events, *refused.events):
        assert said(desk, refused.day, event).startswith("That restriction has ended: its history stays.")


def test_a_change_is_followed_by_another(desk: Desk, day: Day) -> None:
    begun = restrictions.impose(desk, day, [Asked("HARD", reason="CASH3")], by="ana").day
    cut = restrictions.vary(desk, begun, [CUT], by="ana")
    assert "varied again" in said(desk, cut.day, cut.events[0])
    put_off = Asked("HARD", "bonus", review_on=AS_OF + timedelta(days=200))
    off = restrictions.extend(desk, cut.day, [put_off], by="ana")
    assert "deskcollect restrictions review HARD" in said(desk, off.day, off.events[0])


def test_a_proof_is_looked_at_again(desk: Desk, day: Day) -> None:
    done = restrictions.confirm(desk, day, [Asked("HARD", proof=Proof.INCOME)], by="ana")
    assert "deskcollect restrictions confirm HARD income --found F" in said(desk, done.day, done.events[0])


def test_a_proposal_is_withdrawn(desk: Desk, day: Day) -> None:
    done = incentives.propose(desk, day, [Step("HARD", measure="late-fee")], by="ana")
    assert said(desk, day, done.events[0]) == (
        "A proposal is not taken back but withdrawn, with a reason. "
        "Do it with  deskcollect incentives withdraw HARD --measure late-fee --note T"
    )
    incentives.withdraw(desk, day, [Step("HARD", "a mistake")], by="ana")
    assert said(desk, day, done.events[0]).startswith("That proposal has ended")


def test_what_is_done_is_set_right_where_it_is_executed(desk: Desk, day: Day) -> None:
    asked = [Step("HARD")]
    begun = incentives.propose(desk, day, [Step("HARD", measure="late-fee")], by="ana")
    incentives.notify(desk, day, asked, by="ana")
    incentives.approve(desk, day, asked, by="mei")
    over = later(desk, 14)
    assert not incentives.do(desk, over, asked, by="ana").refused
    assert said(desk, over, begun.events[0]) == (
        "It was done on 2026-10-14: nothing here takes that back. "
        "Leave its line out of the work order, or correct it in the lender's system."
    )


def test_what_was_passed_over_changes_nothing(desk: Desk, day: Day) -> None:
    stray = Event(desk.ledger.next_id(1), EventKind.APPROVAL, "HARD", "C1", desk.clock.now(), "jo", "approve")
    desk.ledger.record(stray, recorded_at=desk.clock.now())
    assert said(desk, day, stray) == "That record changes nothing. Nothing is to be done."
