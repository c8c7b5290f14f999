"""What was lifted and comes back within 90 days is noticed; what is restricted is a fact that policies may name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from deskcollect.monitoring.rebreach import rebreaches, restricted
from deskcollect.monitoring.restrictions import Restriction
from deskcollect.policy.model import Policies
from deskcollect.records import Event
from deskcollect.vocabulary import RestrictionKind
from tests.monitoring.builders import Tiny, days_ago, fired
from tests.monitoring.restricted import imposed, lift, on, signed, told

LIFTED_ON = on(14)  # 16 September; the book of the tiny account is of the 30th
QUIET = Tiny()
CASH_AGAIN = replace(QUIET, transactions=tuple((2 + n, 100, "cash_advance") for n in range(3)))


def lifted(day: int = 14) -> list[Event]:
    """Return a restriction for cash advances that was lifted on a day."""
    return [imposed(), lift(day=day), signed("E2", day=day)]


def restrictions(*events: Event) -> tuple[Restriction, ...]:
    """Return what some events make."""
    return told(*events).restrictions


def facts(tiny: Tiny, policies: Policies, *events: Event, later: int = 0) -> dict[str, Any] | None:
    """Return what is restricted on the tiny account, so many days after its book."""
    today = days_ago(-later)
    found = restricted(tiny.tiered_facts(), restrictions(*events), policies, today=today).collect().to_dicts()
    return found[0] if found else None


def test_an_account_without_restrictions_has_no_row(policies: Policies) -> None:
    assert facts(QUIET, policies) is None


def test_what_is_in_force_is_a_fact(policies: Policies) -> None:
    found = facts(QUIET, policies, imposed())
    assert found is not None
    assert (found["restriction"], found["restriction_reason"], found["restricted_on"]) == (
        "no_cash_advance",
        "CASH3",
        on(0),
    )
    assert found["lifted_on"] is None
    assert found["rebreached_on"] is None


def test_a_suspension_that_waits_is_none_yet(policies: Policies) -> None:
    found = facts(QUIET, policies, imposed(kind=RestrictionKind.SUSPENSION, sign=True))
    assert found is not None
    assert found["restriction"] is None


def test_of_two_the_gravest_is_told(policies: Policies) -> None:
    found = facts(QUIET, policies, imposed(), imposed("E5", kind=RestrictionKind.NO_NEW_SPENDING, reason="LATE"))
    assert found is not None
    assert found["restriction"] == "no_new_spending"


def test_what_is_lifted_and_stays_quiet_is_no_rebreach(policies: Policies) -> None:
    found = facts(QUIET, policies, *lifted())
    assert found is not None
    assert (found["restriction"], found["lifted_on"], found["rebreached_on"]) == (None, LIFTED_ON, None)


@pytest.mark.parametrize(("days", "back"), [(90, True), (91, False)])
def test_a_new_restriction_within_90_days_of_a_lift_is_a_rebreach(days: int, back: bool, policies: Policies) -> None:
    again = imposed("E5", day=14 + days, reason="LATE")
    found = facts(QUIET, policies, *lifted(), again, later=days)
    assert found is not None
    assert (found["rebreached_on"] is not None) is back


def test_the_signals_that_led_to_it_firing_again_are_a_rebreach(policies: Policies) -> None:
    found = rebreaches(CASH_AGAIN.tiered_facts(), restrictions(*lifted()), policies, today=days_ago(0))
    assert [(each.rules, each.restriction, each.days) for each in found] == [
        (("cash-advances",), "", 12)
    ]  # the last of them was two days before the book


def test_a_signal_of_a_day_before_the_lift_is_none(policies: Policies) -> None:
    assert rebreaches(CASH_AGAIN.tiered_facts(), restrictions(*lifted(28)), policies, today=days_ago(0)) == ()


def test_another_signal_than_those_that_led_to_it_is_none(policies: Policies) -> None:
    other = replace(CASH_AGAIN, transactions=(), facts={"other_dpd": 40})
    assert "other-account-late" in fired(other, policies)
    assert rebreaches(other.tiered_facts(), restrictions(*lifted()), policies, today=days_ago(0)) == ()


def test_signals_long_after_the_lift_are_none(policies: Policies) -> None:
    events = [imposed(day=-200), lift(day=-80), signed("E2", day=-80)]
    assert rebreaches(CASH_AGAIN.tiered_facts(), restrictions(*events), policies, today=days_ago(0)) == ()
