"""How signals that confirm one another make a level."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring.levels import levels
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from tests.monitoring.builders import AS_OF, Tiny, alert, days_ago

ROLLS: dict[str, Any] = {"late": (2, 0, 0, 0, 0, 0)}
BROKE: dict[str, Any] = {
    "promise_status": "broken",
    "promise_broken_on": days_ago(2),
    "promise_amount": 900,
    "promise_paid": 0,
    "past_due": 900,
}
FALLING: dict[str, Any] = {
    "balances": (30_000,) * 6,
    "paid": (480, 690, 1_000, 900, 900, 900),
    "status": ("revolving",) * 6,
}


def test_no_signal_is_no_alert(policies: Policies) -> None:
    found = alert(Tiny(), policies)
    assert (found["alert_level"], found["alert_rule"], found["alert_level_rule"]) == (None, None, None)
    assert (found["signal_count"], found["signals"]) == (0, [])


def test_one_weak_signal_is_blue(policies: Policies) -> None:
    assert alert(Tiny(**FALLING), policies)["alert_level"] == "blue"


def test_two_weak_signals_are_yellow(policies: Policies) -> None:
    found = alert(Tiny(**FALLING, facts={"autopay_dropped": True}), policies)
    assert (found["alert_level"], found["alert_level_rule"]) == ("yellow", "yellow-two-weak")


def test_one_strong_signal_is_yellow(policies: Policies) -> None:
    found = alert(Tiny(**ROLLS), policies)
    assert (found["alert_level"], found["alert_level_rule"]) == ("yellow", "yellow-strong")


def test_strong_signals_of_one_family_do_not_confirm_one_another(policies: Policies) -> None:
    found = alert(Tiny(**ROLLS, payments=((2, 900, "returned"),)), policies)
    assert (found["strong_count"], found["family_count"], found["alert_level"]) == (2, 1, "yellow")


def test_a_weak_signal_of_another_family_confirms_nothing(policies: Policies) -> None:
    jumped: dict[str, Any] = {
        "balances": (46_500, 46_000, 20_500, 0, 0, 0),
        "paid": (900,) * 6,
        "status": ("revolving",) * 6,
    }
    found = alert(Tiny(**jumped, **ROLLS), policies)
    assert found["signals"] == ["rolling", "utilisation-jump"]
    assert (found["family_count"], found["alert_level"]) == (1, "yellow")


def test_strong_signals_of_two_families_are_orange(policies: Policies) -> None:
    found = alert(Tiny(**ROLLS, facts=BROKE), policies)
    assert (found["family_count"], found["alert_level"]) == (2, "orange")


def test_the_same_two_on_a_high_exposure_are_red(policies: Policies) -> None:
    assert alert(Tiny(**ROLLS, facts={**BROKE, "exposure": "high"}), policies)["alert_level"] == "red"


def test_a_decisive_signal_is_red_by_itself(policies: Policies) -> None:
    found = alert(Tiny(facts={"hold_code": "FRD", "hold_on": AS_OF}), policies)
    assert (found["alert_level"], found["decisive_count"]) == ("red", 1)


def test_signals_stand_strongest_first_then_in_the_order_of_the_file(policies: Policies) -> None:
    found = alert(Tiny(**{**FALLING, **ROLLS}, facts={**BROKE, "hold_code": "FRD", "hold_on": AS_OF}), policies)
    assert found["signals"] == ["fraud-claimed", "rolling", "promise-broken", "payments-falling"]
    assert found["alert_rule"] == "fraud-claimed"


def test_every_level_can_be_reached(policies: Policies) -> None:
    levels = {rule.level for rule in policies.levels}
    assert levels == {"blue", "yellow", "orange", "red"}


def test_one_row_an_account_in_the_order_of_the_facts(policies: Policies) -> None:
    one = Tiny().tiered_facts().collect()
    facts = pl.concat([one.with_columns(account_id=pl.lit(name)) for name in ("B", "A", "C")]).lazy()
    fired = pl.LazyFrame(
        [("A", "rolling", "payment", "strong", AS_OF, 2.0)],
        schema=frames.polars_schema(frames.SIGNALS),
        orient="row",
    )
    found = levels(facts, frames.Signals(fired), policies).collect()
    assert found.schema == frames.polars_schema(frames.LEVELLED)
    assert found.select("account_id", "signal_count").rows() == [("B", 0), ("A", 1), ("C", 0)]


POLICIES = load()
RULES = [rule.id for rule in POLICIES.signals]


@settings(deadline=None, max_examples=50)
@given(chosen=st.sets(st.sampled_from(RULES), min_size=1), exposure=st.sampled_from(["none", "low", "mid", "high"]))
def test_one_more_signal_never_lowers_the_level(chosen: set[str], exposure: str) -> None:
    fewer = chosen - {max(chosen)}
    assert level_of(fewer, exposure) <= level_of(chosen, exposure)


def level_of(chosen: set[str], exposure: str) -> int:
    """Return the rank of the level that rules make together, 0 for none."""
    by_id = {rule.id: rule for rule in POLICIES.signals}
    rows = [("A1", name, by_id[name].family, by_id[name].strength, AS_OF, None) for name in sorted(chosen)]
    fired = pl.LazyFrame(rows, schema=frames.polars_schema(frames.SIGNALS), orient="row")
    facts = Tiny(facts={"exposure": exposure}).tiered_facts()
    found = levels(facts, frames.Signals(fired), POLICIES).collect()["alert_level"][0]
    return ["blue", "yellow", "orange", "red"].index(found) + 1 if found else 0


@pytest.mark.parametrize("level", ["blue", "yellow", "orange", "red"])
def test_levels_sort_mildest_first(level: str) -> None:
    assert frames.LEVELS.categories.to_list().index(level) == ["blue", "yellow", "orange", "red"].index(level)
