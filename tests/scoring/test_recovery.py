"""What a contact may bring: its factors multiply and add up, and what may not be counted is not."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.model import Cost, Policies
from deskcollect.scoring.card import load
from deskcollect.scoring.features import features
from deskcollect.scoring.recovery import cure, recovery
from deskcollect.scoring.score import points, probability_of
from tests.scoring.builders import account as cycles_of
from tests.scoring.builders import shipped

CHANCES = ("cure_anyway", "cure_reached")
_FACTS = [
    *("account_id", "currency", "past_due", "state", "cure_milli", "effect_milli", "reach", "reach_channel"),
]
SCHEMA = frames.polars_schema(tuple(c for c in frames.join(frames.WORKLIST, frames.CURE) if c.name in _FACTS))


def account(**more: Any) -> dict[str, Any]:
    """Return an account that is to be called: one of two reached, 10,000 past due, one of four cures by itself."""
    given: dict[str, Any] = {"account_id": "A1", "currency": "TWD", "past_due": Decimal(10_000), "state": "act"}
    chance = {"cure_milli": round(1000 * math.log(3)), "effect_milli": 0, "reach": 0.5, "reach_channel": "phone"}
    return given | chance | more


def found(policies: Policies | None = None, **more: Any) -> dict[str, Any]:
    """Return what a contact with an account may bring."""
    told = recovery(pl.LazyFrame([account(**more)], schema=SCHEMA), policies or shipped()).collect()
    assert told.schema == frames.polars_schema(frames.RECOVERY)
    return told.row(0, named=True)


def test_by_hand() -> None:
    """1 in 4 cures anyway; half a unit of log odds more makes 35.5 %; a call costs 30 dollars of Taiwan."""
    row = found()
    assert (row["cure_anyway"], row["cure_reached"], row["recovery_cost"]) == (0.25, 0.355, 30.0)
    assert row["recovery_anyway"] == pytest.approx(0.5 * 0.25 * 10_000)
    assert row["expected_recovery"] == pytest.approx(0.5 * 0.355 * 10_000 - 1250 - 30)


@given(
    milli=st.integers(-6000, 6000),
    effect=st.integers(-2000, 2000),
    chance=st.integers(0, 1000).map(lambda tenth: tenth / 1000),
    due=st.decimals("0.01", "1e9", places=2),
    channel=st.sampled_from(["phone", "text", "email", "letter", "visit"]),
)
def test_the_parts_add_up_to_the_whole(milli: int, effect: int, chance: float, due: Decimal, channel: str) -> None:
    row = found(cure_milli=milli, effect_milli=effect, reach=chance, past_due=due, reach_channel=channel)
    paid = chance * row["cure_reached"] * float(due)
    whole = paid - row["recovery_anyway"] - row["recovery_cost"]
    assert row["expected_recovery"] == pytest.approx(whole, rel=1e-9, abs=1e-6)
    assert row["cure_anyway"] <= row["cure_reached"] <= 1
    assert row["cure_anyway"] == round(1 - probability_of(milli + effect), 3)


def test_whoever_is_never_reached_costs_only() -> None:
    row = found(reach=0.0)
    assert (row["expected_recovery"], row["recovery_anyway"]) == (-30.0, 0.0)


def test_a_customer_who_pays_in_any_case_is_worth_less_than_one_who_may_be_moved() -> None:
    sure, open_ = found(cure_milli=-5000), found(cure_milli=0)
    assert sure["cure_reached"] > open_["cure_reached"]
    assert sure["expected_recovery"] < open_["expected_recovery"]


def test_what_was_recorded_moves_the_chance_of_cure() -> None:
    declined = found(effect_milli=400)
    assert declined["cure_anyway"] < found()["cure_anyway"]


@pytest.mark.parametrize("state", ["hold", "verify"])
def test_where_nothing_may_be_done_nothing_is_counted(state: str) -> None:
    row = found(state=state)
    assert all(row[name] is None for name in row if name != "account_id")


@pytest.mark.parametrize("due", [None, Decimal(0), Decimal(-5)])
def test_what_is_not_past_due_is_not_counted(due: Decimal | None) -> None:
    row = found(past_due=due, cure_milli=None)
    assert all(row[name] is None for name in row if name != "account_id")


@pytest.mark.parametrize("currency", ["XAU", None])
def test_a_currency_without_a_cost_has_none_and_is_counted_all_the_same(currency: str | None) -> None:
    row = found(currency=currency)
    assert row["recovery_cost"] is None
    assert row["expected_recovery"] == pytest.approx(found()["expected_recovery"] + 30)


def test_each_channel_has_its_own_effect_and_cost() -> None:
    rules = shipped().costs
    cost = Cost("TWD", phone=5.0, text=1.0, email=0.5, letter=7.0, visit=90.0)
    policies = replace(shipped(), costs=replace(rules, rules=(cost,), lines=(1,)))
    rows = {
        channel: found(policies, reach_channel=channel) for channel in ("phone", "text", "email", "letter", "visit")
    }
    assert [row["recovery_cost"] for row in rows.values()] == [5.0, 1.0, 0.5, 7.0, 90.0]
    assert rows["email"]["cure_reached"] < rows["text"]["cure_reached"] < rows["phone"]["cure_reached"]


def test_no_account_is_no_row() -> None:
    assert recovery(pl.LazyFrame([], schema=SCHEMA), shipped()).collect().is_empty()


# --- the card of cure --------------------------------------------------------------------------------------------------------


def test_only_what_is_past_due_is_asked_and_the_order_stays() -> None:
    one = cycles_of(account_id="A1", cycles_0=1, balance_0=Decimal(900), limit_0=Decimal(1000)).collect()
    wide = frames.Cycles(pl.concat([one.with_columns(account_id=pl.lit(name)) for name in ("A3", "A1", "A2")]).lazy())
    dues = pl.LazyFrame({"account_id": ["A3", "A1", "A2"], "past_due": [Decimal(5), None, Decimal(0)]})
    told = cure(wide, dues).collect()
    assert told["account_id"].to_list() == ["A3", "A1", "A2"]
    expected = points(load("cure"), features(frames.Cycles(one.lazy()))).collect()["card_milli"][0]
    assert told["cure_milli"].to_list() == [expected, None, None]
