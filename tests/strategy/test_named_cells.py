"""The two customers whom a single score treats wrongly, from their statements to what the desk does.

Source: the problem named by CN106952155A: an aggressive treatment for the low-risk customer who forgot a high amount, and
none that works for the high-risk customer with a low one.
"""

from __future__ import annotations

from typing import Any

from deskcollect import frames
from deskcollect.policy.model import Policies
from deskcollect.strategy.tiers import tiers
from tests.strategy.builders import account, typed, worked


def walked(policies: Policies, **given: Any) -> dict[str, Any]:
    """Return an account after tier, treatment and queues."""
    known = account(**given)
    scored = {**known, "tier": None}
    tier = tiers(typed([scored], frames.SCORED_FACTS), policies).collect()["tier"][0]
    found = worked(policies, {**known, "tier": tier}).to_dicts()[0]
    rule = next(rule for rule in policies.treatments if rule.id == found["treatment"])
    return {**found, "channel": rule.channel, "tone": rule.tone, "owner": rule.owner, "step": rule.step.text}


FORGOT: dict[str, Any] = {
    "prob_default": 0.04,
    "dpd": 4,
    "stage": "early",
    "past_due": 62_300,
    "exposure": "high",
    "exposure_share": 0.97,
    "full_payments_count": 5,
    "late_cycles_count": 0,
}
RISKY: dict[str, Any] = {
    "prob_default": 0.71,
    "dpd": 60,
    "stage": "middle",
    "past_due": 900,
    "exposure": "low",
    "exposure_share": 0.08,
    "full_payments_count": 0,
    "late_cycles_count": 4,
    "unpaid_streak_count": 3,
}


def test_the_low_risk_customer_who_forgot_a_high_amount_gets_a_courtesy_text(policies: Policies) -> None:
    found = walked(policies, **FORGOT)
    assert found["tier"] == "A"
    assert (found["channel"], found["tone"], found["owner"]) == ("text", "courtesy", "collector")
    assert (found["step"], found["why"], found["state"]) == ("Courtesy text", "forgot", "act")


def test_and_is_called_kindly_if_the_text_brings_nothing(policies: Policies) -> None:
    found = walked(policies, **{**FORGOT, "dpd": 8}, last_code="SMS", last_on=account()["today"])
    assert (found["step"], found["tone"], found["owner"]) == ("Courtesy call", "courtesy", "collector")


def test_the_high_risk_customer_with_a_low_amount_is_called_with_a_small_plan(policies: Policies) -> None:
    found = walked(policies, **RISKY)
    assert found["tier"] == "E"
    assert (found["channel"], found["step"], found["state"]) == ("phone", "Call: small plan", "act")
    assert "to-call" in found["queues"]


def test_and_is_not_forgotten_when_it_gets_late(policies: Policies) -> None:
    late = {**RISKY, "dpd": 120, "stage": "late"}
    assert walked(policies, **late)["step"] == "Letter: small plan"
    written = walked(policies, **late, last_code="LTR", last_on=account()["today"])
    assert (written["channel"], written["step"]) == ("phone", "Call: small plan")


def test_the_same_amount_at_high_risk_is_asked_for_and_the_same_risk_at_a_high_amount_too(policies: Policies) -> None:
    found = {walked(policies, **{**FORGOT, "prob_default": chance})["step"] for chance in (0.04, 0.2, 0.71)}
    assert found == {"Courtesy text", "Call: ask full", "Call: full or a plan"}
