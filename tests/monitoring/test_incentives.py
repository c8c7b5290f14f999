"""Who is eligible for an incentive or a consequence, and what stands of each by the events about it."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring.incentives import amount, eligible, unmet
from deskcollect.policy.incentives import Incentives, Measure
from deskcollect.policy.load import load
from deskcollect.records import Event
from deskcollect.vocabulary import MeasureState
from tests.monitoring.measured import favour, one, proposed, step, told, whys
from tests.monitoring.restricted import on


@pytest.fixture(scope="module")
def policy() -> Incentives:
    """Return the shipped policy."""
    return load().incentives


def measure(policy: Incentives, name: str) -> Measure:
    """Return a shipped measure."""
    found = policy.measure(name)
    assert found is not None
    return found


def rows(*told: dict[str, Any]) -> pl.DataFrame:
    """Return accounts of which only what is named is known."""
    whole = frames.polars_schema(frames.WORKLIST)
    made = [{"account_id": f"A{n}", "currency": "EUR", "state": "act", **each} for n, each in enumerate(told, 1)]
    return pl.DataFrame(made, schema=whole)


# --- who is eligible ---------------------------------------------------------------------------------------------------------

LATE = {"dpd": 40, "past_due": 100, "late_cycles_count": 1}
UNPAID = {"dpd": 60, "past_due": 100, "late_cycles_count": 2, "unpaid_streak_count": 2}
FIRST = {"dpd": 5, "past_due": 10, "late_cycles_count": 0, "full_payments_count": 2}
KEEPS = {"dpd": 20, "past_due": 50, "late_cycles_count": 1, "promise_kept_count": 1, "promise_broken_count": 0}
CUT = {"dpd": 0, "past_due": 0, "restriction": "limit_cut", "unpaid_streak_count": 0, "paid_now": 80}
GOOD = {
    "dpd": 0,
    "past_due": 0,
    "statements_count": 6,
    "late_cycles_count": 0,
    "full_payments_count": 4,
    "cycles_past_due": 0,
    "utilisation_now": 0.5,
    "tier": "B",
    "income_monthly": 3000,
}


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (LATE, ["late-fee"]),
        ({**LATE, "dpd": 29}, []),
        ({**LATE, "late_cycles_count": 0}, []),
        ({**LATE, "hold_rule": "dispute"}, []),
        ({**LATE, "state": "verify"}, []),
        ({**LATE, "vulnerable": True}, []),
        ({**LATE, "promise_status": "open"}, []),
        ({**LATE, "promise_status": "broken"}, ["late-fee"]),
        ({**LATE, "past_due": None}, []),
        (UNPAID, ["late-fee", "bureau-report"]),
        ({**UNPAID, "dpd": 59}, ["late-fee"]),
        ({**UNPAID, "unpaid_streak_count": 1}, ["late-fee"]),
        ({**UNPAID, "disputed": True}, ["late-fee"]),
        ({"tier": "E", "score": 300, "prob_default": 0.99}, []),
        (FIRST, ["fee-waived"]),
        ({**FIRST, "dpd": 0}, []),
        ({**FIRST, "dpd": 30}, []),
        ({**FIRST, "full_payments_count": 1}, []),
        (KEEPS, ["rate-reduced"]),
        ({**KEEPS, "promise_broken_count": 1}, []),
        ({**KEEPS, "promise_status": "due"}, []),
        (CUT, ["limit-restored"]),
        ({**CUT, "paid_now": 0}, []),
        ({**CUT, "alert_level": "blue"}, []),
        ({**CUT, "restriction": "watch"}, []),
        (GOOD, ["limit-raised"]),
        ({**GOOD, "tier": "C"}, []),
        ({**GOOD, "utilisation_now": 0.9}, []),
        ({**GOOD, "income_monthly": None}, []),
    ],
)
def test_who_is_eligible(policy: Incentives, row: dict[str, Any], names: list[str]) -> None:
    assert eligible(rows(row), policy)["measure"].to_list() == names


def test_consequences_come_by_what_is_past_due_and_incentives_by_safety(policy: Incentives) -> None:
    late = rows(*({**LATE, "exposure_share": share} for share in (0.2, 0.9, None)))
    assert eligible(late, policy)["account_id"].to_list() == ["A2", "A1", "A3"]
    first = rows(*({**FIRST, "score": score} for score in (500, 640, 640)))
    assert eligible(first, policy)["account_id"].to_list() == ["A2", "A3", "A1"]


def test_what_an_account_lacks_is_named_part_by_part(policy: Incentives) -> None:
    assert unmet(rows({**LATE, "dpd": 3, "vulnerable": True}), measure(policy, "late-fee")) == (
        "dpd >= 30",
        "NOT COALESCE(vulnerable, FALSE)",
    )
    assert unmet(rows(LATE), measure(policy, "late-fee")) == ()


@pytest.mark.parametrize(
    ("name", "row", "comes_to"),
    [
        ("late-fee", {"currency": "TWD"}, "300.00"),
        ("fee-waived", {"currency": "EUR"}, "5.00"),
        ("fee-waived", {"currency": "JPY"}, None),
        ("rate-reduced", {"currency": "EUR", "balance": Decimal(1000)}, "15.00"),  # 3 % a year for half a year
        ("rate-reduced", {"currency": "JPY", "balance": Decimal(1033)}, "15"),  # 15.495
        ("rate-reduced", {"currency": "EUR", "balance": Decimal(-50)}, "0.00"),  # the bank owes: no interest
        ("rate-reduced", {"currency": "EUR", "balance": None}, None),
        ("limit-raised", {"currency": "EUR", "credit_limit": Decimal(2500)}, "500.00"),
        ("limit-raised", {"currency": "EUR", "credit_limit": None}, None),
        ("bureau-report", {"currency": "EUR"}, None),
    ],
)
def test_what_a_measure_comes_to(policy: Incentives, name: str, row: dict[str, Any], comes_to: str | None) -> None:
    found = amount(measure(policy, name), row, policy.price(row["currency"]))
    assert (None if found is None else str(found)) == comes_to


# --- an incentive --------------------------------------------------------------------------------------------------------------


def test_an_incentive_is_proposed_signed_and_done() -> None:
    found = one(favour(), step("approve"), step("done", "ana", 2, measure="fee-waived"))
    assert (found.state, found.proposed_by, found.signed_by, found.done_by) == (MeasureState.DONE, "ana", "jo", "ana")
    assert (found.proposed_on, found.done_on, found.again_on) == (on(0), on(2), on(92))


def test_where_no_second_person_is_asked_for_a_lead_may_sign_what_the_lead_proposed() -> None:
    alone = one(favour(by="mei", second_person=False), step("approve", "mei"), today=on(2))
    assert (alone.state, alone.signed_by) == (MeasureState.APPROVED, "mei")
    assert whys([favour(by="mei"), step("approve", "mei")]) == {"approve-E1": "mei proposed it: a second person signs."}


def test_it_is_given_at_most_once_in_so_many_days() -> None:
    given = [favour(), step("approve"), step("done", "ana", 2)]
    early = favour("E2", day=91)
    assert whys([*given, early]) == {"E2": "Late fee waived was given on 2026-09-04: at most once in 90 days."}
    assert whys([*given, favour("E2", day=92)]) == {}
    assert whys([*given, favour("E2", day=5, account="A2")]) == {}


def test_what_was_refused_or_withdrawn_may_be_proposed_again() -> None:
    refused = [favour(), step("refuse", note="too soon"), favour("E2", day=2)]
    assert [each.state for each in told(*refused, today=on(2)).proposals] == ["refused", "proposed"]
    taken_back = [favour(), step("withdraw", "ana", note="a slip"), favour("E2", day=2)]
    assert [each.state for each in told(*taken_back, today=on(2)).proposals] == ["withdrawn", "proposed"]


def test_one_of_a_kind_is_open_at_a_time() -> None:
    assert whys([favour(), favour("E2", day=3)]) == {"E2": "Late fee waived is proposed already since 2026-09-02."}


# --- a consequence -------------------------------------------------------------------------------------------------------------

SENT = step("notify", "ana", 3)
SIGNED = step("approve", "jo", 4)


def test_a_consequence_waits_for_notice_and_time_and_a_second_person() -> None:
    before = [proposed(), SENT, SIGNED]
    assert one(*before).waits_until == on(17)
    assert whys([*before, step("done", "ana", 16)]) == {"done-E1": "The notice of 2026-09-05 waits until 2026-09-19."}
    assert one(*before, step("done", "ana", 17)).state is MeasureState.DONE


def test_without_a_notice_or_a_signature_it_is_not_done() -> None:
    assert whys([proposed(), SIGNED, step("done", "ana", 20)]) == {"done-E1": "The customer had no notice."}
    assert whys([proposed(), SENT, step("done", "ana", 20)]) == {"done-E1": "Nobody signed it."}


def test_notice_and_signature_come_in_any_order() -> None:
    first = step("approve", "jo", 1)
    assert one(proposed(), first, SENT, step("done", "ana", 17)).state is MeasureState.DONE


def test_a_second_notice_does_not_begin_the_time_anew() -> None:
    again = step("notify", "ana", 9, event_id="N2")
    assert whys([proposed(), SENT, again], on(10)) == {"N2": "The notice of 2026-09-05 stands."}
    assert one(proposed(), SENT, again).notified_on == on(3)


@pytest.mark.parametrize("forged", [{"wait_days": 0}, {"second_person": False}])
def test_a_consequence_waits_and_is_signed_whatever_an_event_says(forged: dict[str, Any]) -> None:
    made = proposed(by="mei", **forged)
    same_day = [made, step("approve", "jo", 0), step("notify", "mei", 0), step("done", "mei", 0, event_id="z")]
    assert one(*same_day, today=on(0)).state is MeasureState.APPROVED
    assert one(*same_day, today=on(0)).notified_on == on(0)
    assert one(made, step("approve", "mei"), today=on(1)).state is MeasureState.PROPOSED


def test_an_incentive_needs_no_notice() -> None:
    assert whys([favour(), step("notify", "ana")], on(2)) == {"notify-E1": "Only a consequence needs a notice."}


# --- time and people -----------------------------------------------------------------------------------------------------------


def test_what_nobody_takes_on_lapses() -> None:
    assert one(favour(), today=on(30)).state is MeasureState.PROPOSED
    assert one(favour(), today=on(31)).state is MeasureState.LAPSED
    late = [favour(), step("approve", day=31)]
    assert whys(late) == {"approve-E1": "The proposal of 2026-09-02 has lapsed: nobody took the next step in time."}
    assert [each.state for each in told(favour(), favour("E2", day=31), today=on(32)).proposals] == [
        "lapsed",
        "proposed",
    ]


def test_a_consequence_lapses_so_many_days_after_its_waiting_time() -> None:
    assert one(proposed(), SENT, SIGNED).lapses_after == on(47)
    assert one(proposed(), SENT, SIGNED, today=on(48)).state is MeasureState.LAPSED


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([favour(by="nobody")], "nobody has no role at this desk."),
        ([favour(by="kim")], "kim is no collector or lead: only a collector or lead proposes."),
        ([favour(owner="lead")], "ana is no lead: only a lead proposes."),
        ([favour(owner="boss")], "A proposal needs a measure and its terms."),
        ([favour(once_in_days="soon")], "A proposal needs a measure and its terms."),
        ([favour(kind="revenge")], "A proposal needs a measure and its terms."),
        ([favour(), step("approve", "ben")], "ben is no lead: only a lead signs."),
        ([favour(), step("refuse")], "A refusal needs a reason."),
        ([favour(), step("refuse", "ben", note="no")], "ben is no lead: only a lead signs."),
        ([favour(), step("withdraw", "ana")], "To withdraw needs a reason."),
        ([favour(), step("withdraw", "ben", note="no")], "ana proposed it."),
        ([favour(), step("approve"), step("approve", day=2, event_id="X")], "jo signed it already."),
        ([favour(), step("approve"), step("done", "kim")], "kim is no collector or lead: only a collector or lead does it."),
        ([favour(), step("approve", of="E9")], "Nothing of that kind is proposed."),
        ([favour(), step("approve", account="A2")], "Nothing of that kind is proposed."),
        ([favour(), step("dance")], "“dance” is not known to this version."),
    ],
)  # fmt: skip
def test_what_may_not_be_changes_nothing_and_is_told(events: list[Event], why: str) -> None:
    assert list(whys(events, on(3)).values()) == [why]


def test_only_days_up_to_a_date_count() -> None:
    assert one(favour(), step("approve", day=5), today=on(4)).state is MeasureState.PROPOSED


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_is_no_matter(order: random.Random) -> None:
    events = [proposed(), SENT, SIGNED, step("done", "ana", 17), favour("F1", day=2), step("approve", of="F1", day=3)]
    expected = told(*events)
    order.shuffle(events)
    assert {each.id: each for each in told(*events).proposals} == {each.id: each for each in expected.proposals}
