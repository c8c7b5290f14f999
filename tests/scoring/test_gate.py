"""What a challenger must show before it may take the champion's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from deskcollect.scoring.card import Card
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.gate import Condition, Holdout, conditions, level_conditions
from deskcollect.scoring.recalibrate import Shift, recalibrated
from tests.scoring.builders import bundled

TRAINED, LATER = date(2026, 8, 31), date(2026, 9, 30)


def lender(n: int, seed: int = 1, gain: float = 1.0, rate: float = -1.0) -> Holdout:
    """Return outcomes that follow the challenger; the champion knows `1 - gain` of what it knows."""
    random = np.random.default_rng(seed)
    true = random.normal(rate, 1.2, n)
    blurred = rate + (true - rate) * (1 - gain) + random.normal(0, 0.6, n) * gain
    bad = (random.random(n) < 1 / (1 + np.exp(-true))).astype(float)
    champion, challenger = (1 / (1 + np.exp(-z)) for z in (blurred, true))
    return Holdout(bad, champion, challenger, LATER, TRAINED)


def met(judged: Holdout, card: Card) -> dict[str, bool]:
    return {each.name: each.met for each in conditions(judged, card)}


def test_a_better_challenger_passes_every_condition(card: Card) -> None:
    assert all(met(lender(2000), card).values())
    assert len(met(lender(2000), card)) == 7


@pytest.mark.parametrize(
    ("judged", "name"),
    [
        (lender(299), "enough outcomes"),
        (lender(1000, rate=-6.0), "enough outcomes"),
        (replace(lender(2000), seen_from=TRAINED), "outcomes later than the training"),
        (replace(lender(2000), seen_from=None), "outcomes later than the training"),
        (lender(2000, gain=0.0), "lower log loss"),
    ],
)
def test_each_condition_refuses_for_itself(judged: Holdout, name: str, card: Card) -> None:
    assert not met(judged, card)[name]


def test_a_challenger_that_orders_worse_is_refused(card: Card) -> None:
    told = lender(2000)
    assert not met(replace(told, champion=told.challenger, challenger=told.champion), card)["AUC not worse"]


def test_a_challenger_that_exaggerates_is_refused(card: Card) -> None:
    told = lender(2000)
    odds = (told.challenger / (1 - told.challenger)) ** 2
    assert not met(replace(told, challenger=odds / (1 + odds)), card)["calibration slope"]


def test_a_card_that_punishes_payment_is_refused(card: Card) -> None:
    turned = []
    for each in card.characteristics:
        flipped = tuple(replace(b, points=(-b.points[0], -b.points[1])) for b in each.bins)
        turned.append(replace(each, bins=flipped) if each.name == "unpaid_months" else each)
    told = conditions(lender(2000), replace(card, characteristics=tuple(turned)))
    sign = next(each for each in told if each.name == "no sign against its direction")
    assert (sign.met, sign.told) == (False, "unpaid_months")


def test_outcomes_of_one_kind_are_not_judged(card: Card) -> None:
    told = lender(400)
    names = met(replace(told, bad=np.zeros(400)), card)
    assert not names["enough outcomes"]
    assert "lower log loss" not in names


def test_every_characteristic_with_a_direction_is_looked_at(card: Card) -> None:
    """A card on which all points are turned round is told in full, whoever fitted it."""
    turned = tuple(
        replace(c, bins=tuple(replace(b, points=(-b.points[0], -b.points[1])) for b in c.bins))
        for c in card.characteristics
    )
    told = conditions(lender(2000), replace(card, characteristics=turned))
    sign = next(each for each in told if each.name == "no sign against its direction")
    assert set(sign.told.split(", ")) == {c.name for c in card.characteristics if BY_NAME[c.name].direction}


# --- level and spread alone --------------------------------------------------------------------------------------------


def moved(judged: Holdout, by: float, n: int | None = None) -> Holdout:
    """Return a champion whose log odds are off by so much, and a challenger that puts it right."""
    z = np.log(judged.challenger / (1 - judged.challenger)) + by
    found = replace(judged, champion=1 / (1 + np.exp(-z)))
    return Holdout(found.bad[:n], found.champion[:n], found.challenger[:n], LATER, TRAINED)


def level(judged: Holdout) -> dict[str, Condition]:
    return {each.name: each for each in level_conditions(judged, bundled())}


def test_a_spread_that_turns_the_order_round_is_refused(card: Card) -> None:
    turned = recalibrated(card, Shift(0.0, -0.1, 400), version="1.1")
    found = {each.name: each for each in level_conditions(moved(lender(2000), 1.5), turned)}
    assert not found["no sign against its direction"].met


@pytest.mark.parametrize("n", [60, 2000])
def test_a_level_that_comes_nearer_passes(n: int) -> None:
    found = level(moved(lender(2000), 1.5, n))
    assert all(each.met for each in found.values())
    assert ("calibration slope" in found) == (n == 2000), "few outcomes tell no slope"


@pytest.mark.parametrize("n", [60, 2000])
def test_a_level_that_goes_away_is_refused(n: int) -> None:
    told = moved(lender(2000), 1.5, n)
    found = level(replace(told, champion=told.challenger, challenger=told.champion))
    assert not found["mean chance nearer to what came"].met
    assert not found["lower log loss"].met


def test_where_outcomes_are_many_a_gain_must_be_more_than_chance() -> None:
    assert not level(moved(lender(2000), 0.01))["lower log loss"].met


def test_that_outcomes_are_not_later_is_told_and_refuses_no_level() -> None:
    found = level(replace(moved(lender(2000), 1.5), seen_from=TRAINED))["outcomes later than the training"]
    assert (found.met, found.told.endswith("shown, not judged")) == (True, True)


def test_a_level_can_be_judged_on_outcomes_of_one_kind() -> None:
    told = moved(lender(400), 1.5, 40)
    assert all(each.met for each in level(replace(told, bad=np.zeros(40))).values())
