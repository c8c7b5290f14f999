"""What stands on an account follows from the events about it, and nobody changes it alone who must not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.monitoring.persons import same_person
from deskcollect.records import Event
from deskcollect.vocabulary import Finding, Proof, RestrictionKind, RestrictionState
from tests.monitoring.restricted import ROLES, event, imposed, lift, on, one, signed, told, whys

SUSPENSION = RestrictionKind.SUSPENSION


# --- one account, from imposing to lifting -----------------------------------------------------------------------------------


def test_a_collector_restricts_and_it_is_in_force() -> None:
    found = one(imposed(signals=[{"rule": "cash-advances", "seen_on": "2026-09-01", "values": {"n": 4}}], level="red"))
    assert (found.state, found.kind) == (RestrictionState.ACTIVE, RestrictionKind.NO_CASH_ADVANCE)
    assert (found.since, found.imposed_by, found.review_on) == (on(0), "ana", on(90))
    assert (found.evidence[0].rule, found.evidence[0].values) == ("cash-advances", {"n": 4})
    assert found.as_it_was["level"] == "red"


def test_a_suspension_is_in_force_once_a_lead_has_approved_it() -> None:
    begin = imposed(kind=SUSPENSION, reason="IDENT", sign=True)
    waiting = one(begin)
    assert (waiting.state, waiting.since, waiting.in_force) == (RestrictionState.PROPOSED, None, False)
    done = one(begin, signed("E1", by="mei", day=2))
    assert (done.state, done.since, done.signed_by) == (RestrictionState.ACTIVE, on(2), "mei")


def test_a_suspension_waits_even_where_an_event_says_that_it_need_not() -> None:
    assert one(imposed(kind=SUSPENSION, sign=False)).state is RestrictionState.PROPOSED


def test_a_lead_proposes_a_lift_and_another_approves_it() -> None:
    begun = one(imposed(), lift())
    assert (begun.state, begun.in_force) == (RestrictionState.LIFT_PROPOSED, True)
    done = one(imposed(), lift(), signed("E2"))
    assert (done.state, done.lifted_on) == (RestrictionState.LIFTED, on(31))
    assert [(change.code, change.by, change.signed_by) for change in done.changes] == [
        ("impose", "ana", ""),
        ("lift", "mei", "jo"),
    ]


def test_a_refused_lift_leaves_it_in_force_and_a_refused_suspension_never_was() -> None:
    kept = one(imposed(), lift(), signed("E2", code="refuse", note="still late"))
    assert (kept.state, kept.waits) == (RestrictionState.ACTIVE, None)
    never = one(imposed(kind=SUSPENSION, sign=True), signed("E1", code="refuse", note="too hard"))
    assert (never.state, never.since, never.is_open) == (RestrictionState.REFUSED, None, False)


def test_what_was_refused_is_not_approved_afterwards() -> None:
    events = [imposed(), lift(), signed("E2", code="refuse", note="no"), signed("E2", event_id="S9", day=32)]
    assert one(*events).state is RestrictionState.ACTIVE
    assert whys(events) == {"S9": "Nothing waits for a signature here."}


def test_a_review_is_put_off_with_a_reason() -> None:
    later = event("E2", "extend", "ana", 5, restriction="E1", review_on="2027-01-31", note="until the bonus")
    found = one(imposed(), later)
    assert (found.review_on.isoformat(), found.review_said) == ("2027-01-31", True)


def test_a_graver_kind_holds_at_once_and_an_easier_one_waits_for_a_second_lead() -> None:
    graver = event("E2", "vary", "ana", 5, restriction="E1", kind="limit_cut", limit="40000", note="it grows")
    cut = one(imposed(), graver)
    assert (cut.kind, cut.limit, cut.state) == (RestrictionKind.LIMIT_CUT, Decimal(40000), RestrictionState.ACTIVE)
    easier = event("E3", "vary", "mei", 9, restriction="E1", kind="watch", eases=True, note="paid")
    waiting = one(imposed(), graver, easier)
    assert (waiting.kind, waiting.state) == (RestrictionKind.LIMIT_CUT, RestrictionState.VARY_PROPOSED)
    assert one(imposed(), graver, easier, signed("E3")).kind is RestrictionKind.WATCH
    assert one(imposed(), graver, easier, signed("E3", by="mei")).kind is RestrictionKind.LIMIT_CUT


def test_only_days_up_to_a_date_count() -> None:
    events = [imposed(), lift(), signed("E2")]
    assert one(*events, until=on(30)).state is RestrictionState.LIFT_PROPOSED
    assert one(*events, until=on(29)).state is RestrictionState.ACTIVE
    assert told(*events, until=on(-1)).restrictions == ()


def test_the_newest_word_on_a_proof_counts_for_all_accounts_of_the_customer() -> None:
    first = event("P1", "confirm", "ana", 1, proof="identity", found="confirmed")
    then = event("P2", "confirm", "kim", 2, proof="identity", found="false")
    shown = told(first, then).proofs["C-A1", Proof.IDENTITY]
    assert (shown.found, shown.on, shown.by) == (Finding.FALSE, on(2), "kim")


# --- who may do what -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lift(by="ana"), "ana is no lead: only a lead lifts a restriction."),
        (lift(by="kim"), "kim is no lead: only a lead lifts a restriction."),
        (lift(by="nobody"), "nobody has no role at this desk."),
        (lift(open=["identity"]), "1 check is not met: a lift now needs a reason."),
        (lift(open=["identity", "income"]), "2 checks are not met: a lift now needs a reason."),
        (lift(of="E7"), "There is no such restriction."),
        (event("E2", "extend", "ana", 5, restriction="E1", review_on="2027-01-31"), "A later review needs a reason."),
        (
            event("E2", "extend", "ana", 5, restriction="E1", review_on="2026-10-01", note="x"),
            "The new day of review must lie after 2026-12-01.",
        ),
        (event("E2", "vary", "ana", 5, restriction="E1", kind="watch"), "To vary needs a reason."),
        (event("E2", "vary", "ana", 5, restriction="E1", note="x"), "To vary needs the new kind."),
        (
            event("E2", "vary", "ana", 5, restriction="E1", kind="watch", eases=True, note="x"),
            "ana is no lead: only a lead eases a restriction.",
        ),
        (
            event("E2", "vary", "ana", 5, restriction="E1", kind="no_cash_advance", note="x"),
            "That is what it is already.",
        ),
        (
            event("E2", "vary", "ana", 5, restriction="E1", kind="limit_cut", note="x"),
            "A limit cut needs the new limit.",
        ),
        (
            event("E2", "vary", "ana", 5, restriction="E1", kind="no_new_spending", limit="5", note="x"),
            "Only a limit cut has a limit.",
        ),
        (signed("E1"), "Nothing waits for a signature here."),
        (event("E2", "vanish", "ana", 5, restriction="E1"), "“vanish” is not known to this version."),
        (event("E2", "confirm", "ana", 5, proof="blood", found="confirmed"), "What was found cannot be read."),
        (
            event("E2", "confirm", "nobody", 5, proof="identity", found="confirmed"),
            "nobody has no role at this desk.",
        ),
    ],
)
def test_what_may_not_be_changes_nothing_and_says_why(wrong: Event, why: str) -> None:
    assert whys([imposed(), wrong]) == {wrong.event_id: why}
    assert one(imposed(), wrong) == one(imposed())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (imposed(by="nobody"), "nobody has no role at this desk."),
        (imposed(kind=RestrictionKind.LIMIT_CUT), "A limit cut needs the new limit."),
        (imposed(reason=""), "A restriction needs a kind, a reason and a day of review."),
        (imposed(review_on="soon"), "A restriction needs a kind, a reason and a day of review."),
        (imposed(review_on="2026-09-01"), "The review lies before the restriction."),
    ],
)
def test_a_restriction_that_cannot_be_read_is_told(wrong: Event, why: str) -> None:
    assert whys([wrong]) == {"E1": why}
    assert told(wrong).restrictions == ()


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (signed("E2", by="ana"), "ana is no lead: only a lead signs."),
        (signed("E2", by="mei"), "mei proposed to lift it: a second person signs."),
        (signed("E2", by="jo", code="refuse"), "A refusal needs a reason."),
        (signed("E2", open=["quiet-14"]), "No longer met since it was proposed: quiet-14."),
    ],
)
def test_a_signature_that_does_not_count(sign: Event, why: str) -> None:
    events = [imposed(), lift(), sign]
    assert whys(events) == {sign.event_id: why}
    assert one(*events).state is RestrictionState.LIFT_PROPOSED


def test_open_checks_are_lifted_over_with_a_reason_and_a_signature() -> None:
    known = lift(open=["identity"], note="seen in the branch")
    assert one(imposed(), known, signed("E2", open=["identity"])).state is RestrictionState.LIFTED
    more = signed("E2", open=["identity", "quiet-14"], note="an old signal")
    assert one(imposed(), known, more).state is RestrictionState.LIFTED


@pytest.mark.parametrize("name", ["Mei", "MEI", " mei ", "ｍｅｉ"])
def test_another_spelling_is_no_second_person(name: str) -> None:
    assert same_person("mei", name)
    wrong = replace(signed("E2"), by=name, data={"role": "lead", "of": "E2"})
    assert one(imposed(), lift(), wrong).state is RestrictionState.LIFT_PROPOSED


# --- any order of arrival ----------------------------------------------------------------------------------------------------------

_CODES = ("impose", "extend", "vary", "lift", "approve", "refuse", "confirm")


@st.composite
def _histories(draw: st.DrawFn) -> list[Event]:
    """Draw events as several desks may write them, sound and unsound."""
    made: list[Event] = []
    for number in range(draw(st.integers(1, 9))):
        code = draw(st.sampled_from(_CODES))
        before = draw(st.sampled_from([e.event_id for e in made] or ["E-1"]))
        data = {
            "kind": draw(st.sampled_from(list(RestrictionKind))).value,
            "reason": "CASH3",
            "review_on": on(draw(st.integers(0, 400))).isoformat(),
            "limit": draw(st.sampled_from([None, "5000"])),
            "restriction": before,
            "of": before,
            "after": draw(st.sampled_from(["", before])),
            "eases": draw(st.booleans()),
            "sign": draw(st.booleans()),
            "open": draw(st.sampled_from([[], ["identity"]])),
            "proof": "identity",
            "found": "confirmed",
        }
        who, day = draw(st.sampled_from([*ROLES, "nobody"])), draw(st.integers(0, 60))
        note = draw(st.sampled_from(["", "why"]))
        made.append(event(f"E{number}", code, who, day, note=note, account=draw(st.sampled_from(["A1", "A2"])), **data))
    return made


@given(_histories(), st.randoms(use_true_random=False))
def test_events_fold_alike_in_any_order_of_arrival(events: list[Event], chance: random.Random) -> None:
    mixed = [*events, *events]
    chance.shuffle(mixed)
    assert told(*mixed) == told(*events)


@given(_histories())
def test_nothing_is_lifted_or_suspended_without_two_persons_and_a_lead(events: list[Event]) -> None:
    by_id = {each.event_id: each for each in events}
    for found in told(*events).restrictions:
        for change in found.changes:
            if change.code == "lift" or (change.kind is SUSPENSION and change.code != "lift"):
                assert change.signed_by
                assert not same_person(change.by, change.signed_by)
                assert ROLES[change.signed_by] == "lead"
            if change.code == "lift":
                assert ROLES[change.by] == "lead"
                assert by_id[change.event_id].note or not by_id[change.event_id].data["open"]


@given(_histories())
def test_every_event_acts_or_says_why_it_does_not(events: list[Event]) -> None:
    found = told(*events)
    acted = {each.event_id for restriction in found.restrictions for each in restriction.events}
    passed = {each.event_id for each in found.passed}
    shown = {each.event_id for each in events if each.code == "confirm"}
    assert acted | passed | shown == {each.event_id for each in events}
    assert not acted & passed


def test_a_signature_counts_after_what_its_author_saw_whatever_the_clocks_say() -> None:
    early = replace(signed("E2", after="E2"), occurred_at=lift().occurred_at - timedelta(hours=3))
    done = one(imposed(), lift(after="E1"), early)
    assert (done.state, done.lifted_on) == (RestrictionState.LIFTED, on(30))


def test_events_that_name_each_other_are_no_endless_way() -> None:
    assert len(told(imposed(after="E2"), lift(after="E1")).restrictions) == 1
