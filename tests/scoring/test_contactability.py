"""How likely a customer is reached: between what was assumed and what was tried, and how fast from one to the other."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.model import Policies
from deskcollect.scoring import contactability
from deskcollect.scoring.contactability import rates, reach, shrunk
from deskcollect.vocabulary import Channel, ReachFrom
from tests.scoring.builders import shipped

TODAY = date(2026, 9, 30)  # a Wednesday
NOW = datetime(2026, 9, 30, 10, tzinfo=ZoneInfo("Asia/Taipei"))
CALLED = "early-medium"  # a treatment by phone
PRIOR = shipped().contact("phone").reach

counts = st.integers(0, 60).flatmap(lambda tried: st.tuples(st.integers(0, tried), st.just(tried)))
chance = st.floats(0.01, 0.99)


def calls(
    reached: int, tried: int, *, customer: str | None = "C9", band: str = "morning", day: int = 3, ago: int = 1, channel: str = "phone"
) -> list[dict[str, Any]]:  # fmt: skip
    """Return so many tries, of which some reached the customer."""
    one = {"account_id": "A9", "customer_id": customer, "channel": channel, "weekday": day, "band": band}
    on = TODAY - timedelta(days=ago)
    return [one | {"right_party": number < reached, "occurred_on": on} for number in range(tried)]


def tries(*made: list[dict[str, Any]]) -> frames.Tries:
    """Return tries as a table."""
    rows = [row for each in made for row in each]
    return frames.Tries(pl.LazyFrame(rows, schema=frames.polars_schema(frames.TRIES)))


def account(account_id: str = "A1", customer_id: str = "C1", **more: Any) -> dict[str, Any]:
    """Return an account that is to be called."""
    given = {"account_id": account_id, "customer_id": customer_id, "timezone": None, "treatment": CALLED}
    return given | {"number_count": 1, "contact_lost": False} | more


def found(
    *made: list[dict[str, Any]],
    accounts: tuple[dict[str, Any], ...] = (account(),),
    policies: Policies | None = None,
    now: datetime = NOW,
) -> dict[str, Any]:
    """Return how likely the first account's customer is reached."""
    rules, told = policies or shipped(), tries(*made)
    table = pl.LazyFrame(list(accounts), schema_overrides={"timezone": pl.String, "number_count": pl.Int32})
    desk = rates(told, rules, before=TODAY)
    made_of = reach(table, told, desk, rules, now=now).collect()
    assert made_of.schema == frames.polars_schema(frames.REACH)
    assert made_of["account_id"].to_list() == [each["account_id"] for each in accounts]
    return made_of.row(0, named=True)


# --- one step of the ladder --------------------------------------------------------------------------------------------------


@given(cell=counts, before=chance, weight=st.floats(1, 100))
def test_a_cell_lies_between_its_own_rate_and_that_of_the_cell_before(
    cell: tuple[int, int], before: float, weight: float
) -> None:
    reached, tried = cell
    own = reached / tried if tried else before
    low, high = sorted((own, before))
    assert low - 1e-9 <= shrunk(float(reached), float(tried), before, weight) <= high + 1e-9


@given(share=st.integers(0, 4), before=chance, weight=st.floats(1, 100), more=st.integers(2, 9))
def test_more_tries_of_the_same_rate_move_it_more(share: int, before: float, weight: float, more: int) -> None:
    once = shrunk(float(share), 4.0, before, weight)
    often = shrunk(float(share * more), 4.0 * more, before, weight)
    assert abs(often - before) >= abs(once - before) - 1e-12
    assert abs(often - share / 4) <= abs(once - share / 4) + 1e-12


# --- the desk ----------------------------------------------------------------------------------------------------------------


def cell(made: frames.Tries, channel: str = "phone", band: str | None = None, day: int | None = None) -> dict[str, Any]:
    """Return one cell of the desk."""
    wanted = (pl.col("channel") == channel) & pl.col("band").eq_missing(band) & pl.col("weekday").eq_missing(day)
    return rates(made, shipped(), before=TODAY).filter(wanted).row(0, named=True)


def test_every_cell_is_there_and_without_a_try_it_is_what_the_policy_assumes() -> None:
    told = rates(tries(), shipped(), before=TODAY)
    assert told.height == len(Channel) * (1 + len(shipped().bands) * 8)
    for channel in Channel:
        assert set(told.filter(pl.col("channel") == channel)["rate"]) == {shipped().contact(channel).reach}
    assert told["tries_count"].sum() == told["reached_count"].sum() == 0


def test_each_cell_is_drawn_to_the_wider_one() -> None:
    """By hand, weight 50: 60 of 100 calls, of them 30 of 40 in the evening, 9 of 10 on Friday evening."""
    made = tries(calls(30, 60), calls(21, 30, band="evening", day=1), calls(9, 10, band="evening", day=5))
    whole = (60 + 50 * PRIOR) / 150
    evening = (30 + 50 * whole) / 90
    friday = (9 + 50 * evening) / 60
    assert cell(made)["rate"] == pytest.approx(whole)
    assert cell(made, band="evening")["rate"] == pytest.approx(evening)
    assert cell(made, band="evening", day=5)["rate"] == pytest.approx(friday)
    assert cell(made, band="evening", day=6)["rate"] == pytest.approx(evening), "never tried on a Saturday"
    assert (cell(made, band="evening")["tries_count"], cell(made, band="evening")["reached_count"]) == (40, 30)


def test_the_desk_s_cells_stand_still_while_a_day_is_worked() -> None:
    assert cell(tries(calls(5, 9, ago=0)))["rate"] == PRIOR
    assert cell(tries(calls(5, 9, ago=1)))["tries_count"] == 9


def test_a_message_that_was_sent_does_not_tell_whether_it_was_read() -> None:
    made = tries(calls(0, 80, channel="text"))
    assert (cell(made, "text")["rate"], cell(made, "text")["tries_count"]) == (shipped().contact("text").reach, 80)
    row = found(calls(0, 80, channel="text", customer="C1"), accounts=(account(treatment="forgot-large"),))
    assert (row["reach_channel"], row["reach"], row["reach_from"]) == ("text", shipped().contact("text").reach, "prior")


# --- the customer ------------------------------------------------------------------------------------------------------------


def test_a_desk_that_has_recorded_nothing_says_that_it_assumes() -> None:
    row = found()
    assert (row["reach"], row["reach_from"], row["tried_count"], row["best_band"]) == (PRIOR, "prior", 0, None)


def test_without_a_try_of_this_customer_the_desk_speaks() -> None:
    row = found(calls(50, 100))
    assert row["reach_from"] == ReachFrom.DESK
    assert row["tried_count"] == 0
    assert row["reach"] > PRIOR


def test_own_tries_by_hand() -> None:
    """2 of 3 in this band and 0 of 1 in another, the desk at its prior: weights 8 and 20."""
    row = found(calls(2, 3, customer="C1", ago=0), calls(0, 1, customer="C1", band="evening", ago=0))
    own = (2 + 8 * PRIOR) / 12
    assert row["reach"] == pytest.approx((2 + 20 * own) / 23, abs=0.0005)
    assert (row["reach_from"], row["tried_count"], row["reached_count"]) == ("own", 4, 2)


@given(cell=counts)
def test_a_try_that_reaches_nobody_lowers_the_chance_and_one_that_does_raises_it(cell: tuple[int, int]) -> None:
    reached, tried = cell
    now = found(calls(reached, tried, customer="C1", ago=0))["reach"]
    in_vain = found(calls(reached, tried + 1, customer="C1", ago=0))["reach"]
    spoken = found(calls(reached + 1, tried + 1, customer="C1", ago=0))["reach"]
    assert in_vain <= now <= spoken
    assert in_vain < spoken


def test_tries_count_for_the_customer_and_for_all_of_the_customer_s_accounts() -> None:
    pair = (account("A1"), account("A2"), account("A3", "C2"))
    told = tries(calls(4, 4, customer="C1", ago=0))
    table = pl.LazyFrame(list(pair), schema_overrides={"timezone": pl.String})
    row = reach(table, told, rates(told, shipped(), before=TODAY), shipped(), now=NOW).collect()
    one, other, stranger = row["reach"].to_list()
    assert one == other > stranger
    assert row["tried_count"].to_list() == [4, 4, 0]


def test_tries_on_another_channel_say_nothing_of_this_one() -> None:
    assert found(calls(5, 5, customer="C1", ago=0, channel="visit"))["tried_count"] == 0
    assert found(calls(5, 5, customer="C1", ago=0, channel="visit"))["reach"] == PRIOR


def test_a_try_of_nobody_counts_for_the_desk_alone() -> None:
    assert found(calls(9, 9, customer=None))["reach_from"] == ReachFrom.DESK


def test_the_hour_is_that_where_the_customer_is() -> None:
    """Ten at Taipei is two at night in London: the desk reaches nobody there then."""
    made = calls(90, 100, ago=2), calls(0, 100, band="night", ago=2)
    taipei, london = found(*made), found(*made, accounts=(account(timezone="Europe/London"), account("A2")))
    assert taipei["reach"] > 0.5 > london["reach"]


def test_a_treatment_without_a_channel_is_told_for_the_phone() -> None:
    assert found(accounts=(account(treatment="promise-waits"),))["reach_channel"] == "phone"


@pytest.mark.parametrize("lost", [{"number_count": 0}, {"contact_lost": True}])
def test_nobody_is_reached_on_no_number(lost: dict[str, Any]) -> None:
    row = found(calls(3, 4, customer="C1"), accounts=(account(**lost),))
    assert (row["reach"], row["reach_from"]) == (0.0, ReachFrom.NOWHERE)
    by_text = found(accounts=(account(treatment="forgot-large", **lost),))
    assert by_text["reach_from"] == ReachFrom.PRIOR, "a text may go where no call does"


def test_the_order_of_tries_changes_nothing() -> None:
    made = calls(3, 5, customer="C1") + calls(1, 4, customer="C1", band="evening") + calls(7, 20)
    for seed in range(3):
        assert found(random.Random(seed).sample(made, len(made))) == found(made)


# --- the best time -----------------------------------------------------------------------------------------------------------


def test_the_best_time_is_the_band_in_which_this_customer_is_reached() -> None:
    row = found(calls(4, 5, customer="C1", band="evening", ago=0), calls(0, 5, customer="C1", ago=0))
    assert row["best_band"] == "evening"
    assert row["best_reach"] > row["reach"]


@pytest.mark.parametrize(
    "made",
    [
        [],
        calls(2, 2, customer="C1", band="evening"),
        calls(4, 4, customer="C1", band="evening"),
        calls(0, 9, customer="C1", band="evening") + calls(0, 9, customer="C1"),
        calls(3, 6, customer="C1", band="evening") + calls(3, 6, customer="C1"),
        calls(9, 9, customer="C2", band="evening"),
    ],
    ids=["never tried", "too few", "one band alone", "never reached", "no band better", "another customer"],
)
def test_no_best_time_is_an_answer(made: list[dict[str, Any]]) -> None:
    row = found(made)
    assert (row["best_band"], row["best_reach"]) == (None, None)


def test_a_desk_s_own_weights_count() -> None:
    heavy = replace(shipped(), reach=replace(shipped().reach, own=1000.0, own_band=1000.0))
    made = calls(9, 9, customer="C1", ago=0)
    assert found(made, policies=heavy)["reach"] == pytest.approx(PRIOR, abs=0.02)
    assert found(made)["reach"] > 0.6


def test_what_is_shown_is_what_is_counted() -> None:
    row = found(calls(1, 3, customer="C1"), calls(7, 9))
    assert row["reach"] == round(row["reach"], contactability.DECIMALS)
