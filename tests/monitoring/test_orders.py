"""The estimate from the desk's own cases, and the lines that the lender's system is handed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deskcollect.monitoring.estimate import estimate
from deskcollect.monitoring.orders import orders
from deskcollect.policy.model import Policies
from deskcollect.vocabulary import RestrictionKind
from tests.monitoring.restricted import event, imposed, lift, lifted_after, on, signed, told


def test_quartiles_of_the_desks_own_cases() -> None:
    events = [each for number, day in enumerate(range(10, 21)) for each in lifted_after(day, number)]
    found = estimate(told(*events, imposed()).restrictions, "CASH3")
    assert (found.count, found.running, found.low, found.median, found.high) == (11, 1, 12, 15, 18)


@pytest.mark.parametrize(("count", "known"), [(9, False), (10, True)])
def test_below_ten_cases_no_number_is_told(count: int, known: bool) -> None:
    events = [each for number in range(count) for each in lifted_after(20, number)]
    found = estimate(told(*events).restrictions, "CASH3")
    assert found.count == count
    assert (found.median is not None) is known


def test_cases_of_another_reason_do_not_count() -> None:
    events = [each for number in range(12) for each in lifted_after(20, number, reason="LATE")]
    assert estimate(told(*events).restrictions, "CASH3").count == 0


def test_every_change_that_took_effect_is_a_line(policies: Policies) -> None:
    cut = event("E3", "vary", "ana", 5, restriction="E1", kind="limit_cut", limit="40000", note="it grows")
    events = [imposed(), cut, lift("E4"), signed("E4")]
    lines = orders(told(*events).restrictions, policies.restrictions, without=())
    assert [(line.action, line.order_code, line.ends_code, line.limit, line.from_on) for line in lines] == [
        ("impose", "BLOCK-CASH", "", None, on(0)),
        ("vary", "SET-LIMIT", "UNBLOCK-CASH", Decimal(40000), on(5)),
        ("lift", "", "RESTORE-LIMIT", Decimal(40000), on(31)),
    ]
    assert [(line.by, line.signed_by) for line in lines] == [("ana", ""), ("ana", ""), ("mei", "jo")]


def test_what_was_ordered_before_is_left_out(policies: Policies) -> None:
    known = told(imposed(), lift(), signed("E2")).restrictions
    assert [line.event_id for line in orders(known, policies.restrictions, without={"E1"})] == ["E2"]


def test_what_is_not_in_force_is_not_ordered(policies: Policies) -> None:
    waiting = told(imposed(kind=RestrictionKind.SUSPENSION, sign=True), imposed("E5", account="A2"), lift(of="E5"))
    assert [line.event_id for line in orders(waiting.restrictions, policies.restrictions, without=())] == ["E5"]


def test_a_watch_is_no_matter_of_the_lenders_system(policies: Policies) -> None:
    watch = imposed(kind=RestrictionKind.WATCH, reason="LARGE")
    known = told(watch, lift(), signed("E2")).restrictions
    assert orders(known, policies.restrictions, without=()) == ()


def test_easing_to_a_watch_ends_what_was_ordered(policies: Policies) -> None:
    easier = event("E3", "vary", "mei", 9, restriction="E1", kind="watch", eases=True, note="paid")
    known = told(imposed(), easier, signed("E3")).restrictions
    last = orders(known, policies.restrictions, without={"E1"})[0]
    assert (last.order_code, last.ends_code) == ("", "UNBLOCK-CASH")
