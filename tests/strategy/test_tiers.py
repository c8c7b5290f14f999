"""Tiers: cut by the chance of default, then raised by floors."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.strategy.tiers import BY_SCORE, tiers
from deskcollect.vocabulary import Tier
from tests.strategy.builders import TODAY, account, typed

POLICIES = load()


def tier(policies: Policies, **given: Any) -> tuple[str, str]:
    """Return the tier of one account and what decided it."""
    known = typed([account(**given)], frames.SCORED_FACTS)
    return tiers(known, policies).collect().select("tier", "tier_rule").row(0)


@pytest.mark.parametrize(
    ("chance", "expected"),
    [(0.0, "A"), (0.0999, "A"), (0.1, "B"), (0.15, "C"), (0.25, "D"), (0.4999, "D"), (0.5, "E"), (1.0, "E")],
)
def test_the_chance_of_default_cuts_the_tiers(chance: float, expected: str, policies: Policies) -> None:
    assert tier(policies, prob_default=chance) == (expected, BY_SCORE)


def test_ninety_days_past_due_are_at_least_d(policies: Policies) -> None:
    assert tier(policies, prob_default=0.05, dpd=90) == ("D", "past-due-90")
    assert tier(policies, prob_default=0.05, dpd=89) == ("A", BY_SCORE)


def test_a_promise_broken_in_the_last_thirty_days_is_at_least_c(policies: Policies) -> None:
    assert tier(policies, prob_default=0.05, promise_broken_on=TODAY - timedelta(days=30)) == ("C", "promise-broken-30")
    assert tier(policies, prob_default=0.05, promise_broken_on=TODAY - timedelta(days=31)) == ("A", BY_SCORE)


def test_the_worst_floor_decides(policies: Policies) -> None:
    assert tier(policies, prob_default=0.05, dpd=90, promise_broken_on=TODAY) == ("D", "past-due-90")


def test_a_floor_never_makes_a_tier_better(policies: Policies) -> None:
    assert tier(policies, prob_default=0.9, dpd=90) == ("E", BY_SCORE)


def test_a_floor_that_the_score_has_reached_by_itself_decides_nothing(policies: Policies) -> None:
    assert tier(policies, prob_default=0.4, dpd=90) == ("D", BY_SCORE)


@pytest.mark.parametrize("flag", ["deceased", "bankrupt", "disputed", "attorney", "cease_contact", "vulnerable"])
def test_what_holds_an_account_never_moves_its_tier(flag: str, policies: Policies) -> None:
    assert tier(policies, prob_default=0.12, **{flag: True}) == tier(policies, prob_default=0.12)


def test_attempts_never_move_a_tier(policies: Policies) -> None:
    assert tier(policies, prob_default=0.12, attempt_count=40) == ("B", BY_SCORE)


def test_without_floors_the_cut_stands(policies: Policies) -> None:
    bare = replace(policies, floors=replace(policies.floors, rules=(), lines=()))
    assert tier(bare, prob_default=0.05, dpd=200) == ("A", BY_SCORE)


def test_one_row_an_account_in_order(policies: Policies) -> None:
    known = typed([account("B", prob_default=0.9), account("A", prob_default=0.01)], frames.SCORED_FACTS)
    found = tiers(known, policies).collect()
    assert found.schema == frames.polars_schema(frames.TIERED)
    assert found.select("account_id", "tier").rows() == [("B", "E"), ("A", "A")]


@settings(deadline=None, max_examples=60)
@given(one=st.floats(0, 1), more=st.floats(0, 1), dpd=st.integers(0, 400))
def test_a_higher_chance_is_never_a_better_tier(one: float, more: float, dpd: int) -> None:
    order = [t.value for t in Tier]
    low, high = sorted((one, more))
    better, worse = (tier(POLICIES, prob_default=chance, dpd=dpd)[0] for chance in (low, high))
    assert order.index(better) <= order.index(worse)
