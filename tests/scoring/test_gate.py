"""What a challenger must show before it may take the champion's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from deskcollect.scoring.card import Card
from deskcollect.scoring.gate import Holdout, conditions

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
