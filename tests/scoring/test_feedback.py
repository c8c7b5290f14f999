"""What recorded outcomes do to a score."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Effects
from deskcollect.records import Part
from deskcollect.scoring.card import Card, Learnt
from deskcollect.scoring.feedback import (
    BOOK,
    BOUND,
    Basis,
    effects,
    learnt,
    milli_of,
    readings,
    step,
    strengths,
    totals,
)
from deskcollect.scoring.score import score_of
from tests.scoring.builders import bundled, event, events, past, promise, promises, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.policy.model import Policies

    Rows = Iterable[dict[str, Any]]

DAY = date(2026, 9, 30)
CARD = -1000


def recorded(
    policies: Policies, of: Rows = (), promised: Rows = (), known: Rows = (), *, as_of: date = DAY, now: date = DAY
) -> list[dict[str, Any]]:
    """Return the effects of what was recorded."""
    found = effects(events(of), promises(promised), past(known), policies, as_of=as_of, today=now)
    return found.collect().to_dicts()


def standing(*rows: dict[str, Any], card_milli: int = CARD) -> Basis:
    """Return what a score rests on."""
    return Basis(card_milli, rows)


def ago(days: int) -> date:
    """Return a date before the book's."""
    return DAY - timedelta(days=days)


GOLDEN = {
    "PP": 15,
    "PART": 15,
    "RP": -11,
    "HARD": -8,
}


def test_the_score_before_and_after_each_code(policies: Policies) -> None:
    before = score_of(CARD)
    for outcome in policies.outcomes:
        rows = recorded(policies, [event(1, outcome.code, DAY)])
        after = score_of(milli_of(Basis(CARD, tuple(rows)), policies))
        assert after - before == GOLDEN.get(outcome.code, 0), outcome.code


@pytest.mark.parametrize(
    ("status", "milli"),
    [("open", -300), ("due", -300), ("kept", -1000), ("partial", -500), ("broken", 800), ("replaced", None)],
)
def test_the_states_of_a_promise(policies: Policies, status: str, milli: int | None) -> None:
    rows = recorded(policies, promised=[promise(1, status, ago(5), resolved_on=DAY if milli != -300 else None)])
    assert [row["milli"] for row in rows] == ([] if milli is None else [milli])


def test_attempts_alone_never_change_a_score(policies: Policies) -> None:
    attempts = ["NA", "BZ", "VM", "DC", "WN", "TP", "HU", "SMS", "EML", "LTR", "VIS", "CLM", "NC"]
    rows = recorded(policies, [event(k, code, ago(k)) for k, code in enumerate(attempts * 10)])
    assert rows == []


ATTEMPTS = st.sampled_from([o.code for o in shipped().outcomes if o.attempt and not (o.right_party or o.refused)])


@given(
    st.lists(st.tuples(st.sampled_from(["RP", "PP", "PART", "HARD"]), st.integers(0, 400)), max_size=6),
    st.lists(st.tuples(ATTEMPTS, st.integers(0, 400)), min_size=1, max_size=40),
)
@settings(max_examples=40, deadline=None)
def test_however_often_nobody_is_reached_the_risk_stays(
    said: list[tuple[str, int]], tried: list[tuple[str, int]]
) -> None:
    policies = shipped()
    told = [event(k, code, ago(days)) for k, (code, days) in enumerate(said)]
    calls = [event(500 + k, code, ago(days)) for k, (code, days) in enumerate(tried)]
    assert recorded(policies, [*told, *calls]) == recorded(policies, told)


def test_a_dispute_routes_the_account_and_weighs_nothing(policies: Policies) -> None:
    assert [row["milli"] for row in recorded(policies, [event(1, "DISP", DAY)])] == [0]


def test_all_numbers_bad_is_one_fact_and_fades(policies: Policies) -> None:
    known = {"account_id": "A1", "contact_lost": True, "contact_lost_on": ago(60), "contact_lost_event": "e009"}
    assert recorded(policies, known=[known]) == [
        {"account_id": "A1", "effect": "contact-lost", "event_id": "e009", "age_days": 60, "milli": 100}
    ]
    assert recorded(policies, known=[known | {"contact_lost": False}]) == []


def test_a_withdrawn_record_does_nothing_and_undo_restores_the_score(policies: Policies) -> None:
    refusal, kept = event(1, "RP", DAY), event(2, "PP", ago(3))
    before = recorded(policies, [kept])
    both = recorded(policies, [kept, refusal])
    undone = recorded(
        policies, [kept, refusal | {"withdrawn": True}, event(3, "", DAY, kind="correction", corrects="e001")]
    )
    assert both != before
    assert undone == before


def test_a_promise_whose_record_was_withdrawn_does_nothing(policies: Policies) -> None:
    made = event(1, "PTP", DAY, withdrawn=True)
    assert recorded(policies, [made], [promise(1, "open", DAY)]) == []


def test_a_correction_that_carries_a_code_does_nothing(policies: Policies) -> None:
    assert recorded(policies, [event(1, "RP", DAY, kind="correction")]) == []


def test_codes_count_in_any_case(policies: Policies) -> None:
    assert recorded(policies, [event(1, "rp", DAY)])[0]["effect"] == "declined"


def test_an_event_counts_from_its_day_on(policies: Policies) -> None:
    tomorrow = [event(1, "RP", DAY + timedelta(days=1))]
    assert recorded(policies, tomorrow) == []
    assert recorded(policies, tomorrow, now=DAY + timedelta(days=1))[0]["age_days"] == 0
    assert recorded(policies, tomorrow, as_of=DAY + timedelta(days=91), now=DAY)[0]["milli"] == 200


def test_half_is_left_after_a_half_life(policies: Policies) -> None:
    left = [recorded(policies, [event(1, "RP", ago(days))])[0]["milli"] for days in (0, 90, 180, 360)]
    assert left == [400, 200, 100, 25]


@given(st.integers(0, 3000), st.integers(0, 400), st.sampled_from(["RP", "PP", "HARD"]))
@settings(max_examples=40, deadline=None)
def test_age_only_ever_weakens(days: int, more: int, code: str) -> None:
    policies = shipped()
    young, old = (recorded(policies, [event(1, code, ago(d))])[0]["milli"] for d in (days, days + more))
    assert abs(old) <= abs(young)
    assert old * young >= 0


def test_what_holds_while_a_state_lasts_does_not_fade(policies: Policies) -> None:
    assert recorded(policies, promised=[promise(1, "open", ago(300))])[0]["milli"] == -300


CODES = st.sampled_from(["RP", "PP", "PART", "HARD", "NA", "WN"])
STATES = st.sampled_from(["open", "due", "kept", "partial", "broken", "replaced"])
RECORDED = st.lists(st.tuples(CODES, st.integers(0, 400), st.booleans()), max_size=25)
PROMISED = st.lists(st.tuples(STATES, st.integers(0, 400)), max_size=12)


def _of(drawn: list[tuple[str, int, bool]]) -> list[dict[str, Any]]:
    """Return drawn outcomes as rows."""
    return [
        event(k, code, ago(days), account_id=f"A{days % 3}", withdrawn=gone)
        for k, (code, days, gone) in enumerate(drawn)
    ]


def _promised(drawn: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return drawn promises as rows."""
    return [promise(100 + k, state, ago(days), account_id=f"A{days % 3}") for k, (state, days) in enumerate(drawn)]


@given(RECORDED, PROMISED, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_replay_in_any_order_is_equal(drawn: Any, promised: Any, random: Any) -> None:
    policies = shipped()
    of, made = _of(drawn), _promised(promised)
    first = recorded(policies, of, made)
    random.shuffle(of)
    random.shuffle(made)
    assert recorded(policies, of, made) == first


@given(RECORDED, PROMISED)
@settings(max_examples=40, deadline=None)
def test_the_sum_stays_within_the_bound(drawn: Any, promised: Any) -> None:
    policies = shipped()
    found = effects(events(_of(drawn)), promises(_promised(promised)), past(), policies, as_of=DAY, today=DAY)
    summed = totals(found, policies).collect()
    limit = round(policies.effect_bound * 1000)
    assert summed["effect_milli"].is_between(-limit, limit).all()
    for account, rows in found.collect().group_by("account_id"):
        total = summed.filter(pl.col("account_id") == account[0])["effect_milli"].item()
        assert milli_of(Basis(0, tuple(rows.to_dicts())), policies) == total


STANDINGS = st.tuples(st.integers(-5000, 5000), RECORDED, PROMISED)


@given(STANDINGS, STANDINGS)
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_step_add_up(old: Any, new: Any) -> None:
    policies = shipped()
    before, after = (Basis(c, tuple(recorded(policies, _of(a), _promised(b)))) for c, a, b in (old, new))
    found = step(before, after, policies)
    assert found.before == score_of(milli_of(before, policies))
    assert found.after == score_of(milli_of(after, policies))
    assert sum(part.points for part in found.parts) == found.after - found.before
    assert len({part.name for part in found.parts}) == len(found.parts)
    back = step(after, before, policies)
    assert (back.before, back.after) == (found.after, found.before)


def test_a_broken_promise_names_what_came_and_what_went(policies: Policies) -> None:
    opened = recorded(policies, promised=[promise(1, "open", ago(9))])
    broken = recorded(policies, promised=[promise(1, "broken", ago(9), resolved_on=DAY)])
    found = step(standing(*opened), standing(*broken), policies)
    assert {part.name: part.points for part in found.parts} == {
        "promise broken": -23,
        "promise no longer open": -9,
    }


def test_a_promise_that_falls_due_moves_nothing(policies: Policies) -> None:
    opened = recorded(policies, promised=[promise(1, "open", ago(3))])
    due = recorded(policies, promised=[promise(1, "due", ago(3))])
    assert step(standing(*opened), standing(*due), policies).parts == ()


def test_undo_is_named_and_restores(policies: Policies) -> None:
    rows = recorded(policies, [event(1, "RP", DAY)])
    there, back = (step(a, b, policies) for a, b in ((standing(), standing(*rows)), (standing(*rows), standing())))
    assert there.parts == (Part("declined to pay", there.after - there.before, "willingness"),)
    assert back.after == there.before
    assert back.parts == (Part("declined to pay, withdrawn", there.before - there.after, "willingness"),)


def test_time_alone_is_named(policies: Policies) -> None:
    young = recorded(policies, promised=[promise(1, "broken", ago(3), resolved_on=DAY)])
    old = recorded(policies, promised=[promise(1, "broken", ago(3), resolved_on=DAY)], as_of=DAY + timedelta(days=180))
    found = step(standing(*young), standing(*old), policies)
    assert [part.name for part in found.parts] == ["promise broken, fading"]
    assert found.after > found.before


def test_a_new_book_and_the_bound_have_their_own_parts(policies: Policies) -> None:
    many = recorded(policies, [event(k, "RP", DAY) for k in range(8)])
    found = step(standing(), standing(*many, card_milli=CARD + 500), policies)
    named = {part.name: part.points for part in found.parts}
    assert set(named) == {"declined to pay", BOOK, BOUND}
    assert named[BOUND] > 0 > named[BOOK]
    assert found.after == score_of(CARD + 500 + 2000)


def test_nothing_recorded_is_a_frame_without_rows(policies: Policies) -> None:
    found = effects(events(), promises(), past(), policies, as_of=DAY, today=DAY)
    assert found.collect().schema == frames.polars_schema(frames.EFFECTS)
    assert totals(Effects(found), policies).collect().height == 0
    assert step(standing(), standing(), policies).parts == ()


# --- weights that the desk learnt ---------------------------------------------------------------------------------------


def taught(*effects: Learnt) -> Card:
    """Return the bundled card with weights that a desk learnt."""
    return replace(bundled(), effects=effects)


def test_a_learnt_weight_takes_the_place_of_the_prior_and_says_so(policies: Policies) -> None:
    own = learnt(policies, taught(Learnt("declined", -700, -400, 214)))
    rows = recorded(own, [event(1, "RP", DAY)])
    assert [row["milli"] for row in rows] == [700]
    (part,) = step(standing(), standing(*rows), own).parts
    assert (part.name, part.points, part.learnt_from) == ("declined to pay", -20, 214)
    (before,) = step(standing(), standing(*recorded(policies, [event(1, "RP", DAY)])), policies).parts
    assert before.learnt_from == 0


def test_a_prior_that_a_person_changed_wins_over_what_was_learnt(policies: Policies) -> None:
    own = learnt(policies, taught(Learnt("declined", -700, -300, 214)))
    assert [row["milli"] for row in recorded(own, [event(1, "RP", DAY)])] == [400]


def test_a_card_without_learnt_weights_changes_no_policy(policies: Policies) -> None:
    assert learnt(policies, bundled()) == policies


@pytest.mark.parametrize("gone", [False, True])
def test_each_part_tells_one_thing_of_the_customer(policies: Policies, gone: bool) -> None:
    rows = recorded(
        policies,
        [event(1, "RP", ago(2)), event(2, "HARD", ago(1))],
        [promise(3, "open", ago(1))],
        [{"account_id": "A1", "contact_lost": True, "contact_lost_on": DAY, "contact_lost_event": "e009"}],
    )
    old, new = (standing(*rows), standing()) if gone else (standing(), standing(*rows))
    found = step(old, new, policies)
    told = readings(found.parts)
    assert sum(told.values()) == found.after - found.before
    assert (told["ability"] > 0, told["contactability"] > 0) == (gone, gone)
    assert {part.reading for part in found.parts} == {"willingness", "ability", "contactability"}


def test_what_is_left_of_a_fact_is_summed(policies: Policies) -> None:
    of = [event(1, "RP", ago(90)), event(2, "RP", DAY), event(3, "HARD", DAY, account_id="A2")]
    found = effects(events(of), promises(), past(), policies, as_of=DAY, today=DAY)
    left = strengths(found, policies).collect()
    assert left.select("account_id", "declined", "hardship", "promise-kept").rows() == [
        ("A1", 1.5, 0.0, 0.0),
        ("A2", 0.0, 1.0, 0.0),
    ]
