"""A card without some of its characteristics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from deskcollect.frames import Features
from deskcollect.scoring.card import Card
from deskcollect.scoring.card_check import fault
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.score import points

if TYPE_CHECKING:
    import polars as pl


def milli(card: Card, features: pl.DataFrame) -> np.ndarray:
    return points(card, Features(features.lazy())).select("card_milli").collect().to_series().to_numpy()


@pytest.mark.parametrize("gone", ["use_now", "cycles_now", "unpaid_months"])
def test_the_average_of_each_segment_stays(card: Card, book_features: pl.DataFrame, gone: str) -> None:
    names = [each.name for each in card.characteristics if each.name != gone]
    made = narrowed(card, names)
    assert [each.name for each in made.characteristics] == names
    assert not fault(made)
    late = (book_features["cycles_now"] >= 1).to_numpy()
    before, after = milli(card, book_features), milli(made, book_features)
    for segment in (late, ~late):
        assert after[segment].mean() == pytest.approx(before[segment].mean(), abs=1.5)


def test_what_stays_tells_accounts_apart_as_before(card: Card, book_features: pl.DataFrame) -> None:
    made = narrowed(card, ["use_now", "unpaid_months"])
    both = [each for each in card.characteristics if each.name in {"use_now", "unpaid_months"}]
    for old, new in zip(both, made.characteristics, strict=True):
        for segment in (0, 1):
            steps = [[b.points[segment] - c.neutral[segment] for b in c.bins] for c in (old, new)]
            assert steps[0] == steps[1]
            assert old.missing[segment] - old.neutral[segment] == new.missing[segment] - new.neutral[segment]
    assert len(np.unique(milli(made, book_features))) > 4


def test_all_of_them_are_the_card_itself(card: Card) -> None:
    assert narrowed(card, [each.name for each in card.characteristics]) == card


def test_a_card_of_nothing_is_refused(card: Card) -> None:
    with pytest.raises(ValueError, match="needs a characteristic"):
        narrowed(card, ["account_age"])
