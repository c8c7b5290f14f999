"""Level and spread of a card's chances, moved to what a lender's accounts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.frames import Features
from deskcollect.scoring import validate
from deskcollect.scoring.card import Card
from deskcollect.scoring.recalibrate import Shift, recalibrated, shift
from deskcollect.scoring.score import milli_of, points

if TYPE_CHECKING:
    import polars as pl


def drawn(n: int, intercept: float, slope: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return log odds, and outcomes of a lender whose truth is shifted."""
    random = np.random.default_rng(seed)
    z = random.normal(-1.3, 1.1, n)
    return z, (random.random(n) < 1 / (1 + np.exp(-(intercept + slope * z)))).astype(float)


def test_with_many_outcomes_the_truth_is_found() -> None:
    found = shift(*drawn(50_000, -0.7, 0.85, 1))
    assert found.intercept == pytest.approx(-0.7, abs=0.05)
    assert found.slope == pytest.approx(0.85, abs=0.03)


@pytest.mark.parametrize("n", [1, 20, 299])
def test_with_few_outcomes_only_the_level_moves(n: int) -> None:
    assert shift(*drawn(n, -0.7, 0.5, 2)).slope == 1.0


@given(st.integers(1, 60), st.booleans())
def test_outcomes_of_one_kind_move_the_level_a_bounded_way(n: int, bad: bool) -> None:
    found = shift(np.full(n, -1.0), np.full(n, float(bad)))
    assert 0 < (found.intercept if bad else -found.intercept) < 3


def test_the_prior_keeps_few_outcomes_from_costing_more_than_they_tell() -> None:
    """Mean excess log loss over 300 draws of 20 outcomes with shift -0.7 and slope 0.85; none of it does .0206."""
    truth_z, _ = drawn(4000, 0, 1, 9)
    truth = 1 / (1 + np.exp(-(-0.7 + 0.85 * truth_z)))

    def excess(z: np.ndarray) -> float:
        p = 1 / (1 + np.exp(-z))
        return float(np.mean(truth * np.log(truth / p) + (1 - truth) * np.log((1 - truth) / (1 - p))))

    found = [shift(*drawn(20, -0.7, 0.85, seed)) for seed in range(300)]
    told = np.mean([excess(s.slope * truth_z + s.intercept) for s in found])
    assert told < excess(truth_z)


def test_a_recalibrated_card_gives_the_shifted_log_odds(card: Card, book_features: pl.DataFrame) -> None:
    by = Shift(0.4, 0.8, 500)
    made = recalibrated(card, by, version="1.1")
    sample = book_features.sample(500, seed=6)
    before, after = (points(each, Features(sample.lazy())).collect()["card_milli"].to_numpy() for each in (card, made))
    assert np.abs(after - (before * 0.8 + 400)).max() <= (len(card.characteristics) + 1) / 2
    assert made.hash != card.hash
    assert made.stamp.startswith("default-1.1+")
    row = sample.row(0, named=True)
    assert milli_of(made, row) == after[0]


def test_the_order_of_the_accounts_stays(card: Card, book_features: pl.DataFrame, outcomes: pl.Series) -> None:
    made = recalibrated(card, Shift(-0.7, 1.3, 500), version="1.1")
    bad = outcomes.to_numpy()
    before, after = (
        points(each, Features(book_features.lazy())).collect()["card_milli"].to_numpy() for each in (card, made)
    )
    assert validate.auc(bad, after) == pytest.approx(validate.auc(bad, before), abs=5e-4)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="as many outcomes"):
        shift([0.0, 1.0], [1.0])
