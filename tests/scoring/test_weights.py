"""What recorded facts weigh, learnt with the card held fixed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.scoring import validate
from deskcollect.scoring.weights import fit

PRIORS = (1.0, -0.8, 0.0)


def outcomes(count: int, weights: tuple[float, ...], *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return offsets, strengths and what became of accounts whose facts weigh so much."""
    rng = np.random.default_rng(seed)
    offset = rng.normal(-1.0, 1.0, count)
    strengths = (rng.random((count, len(weights))) < 0.4) * rng.random((count, len(weights)))
    chance = 1 / (1 + np.exp(-(offset - strengths @ np.array(weights))))
    return offset, strengths, (rng.random(count) < chance).astype(float)


def test_without_outcomes_the_priors_stay() -> None:
    found = fit(np.zeros(0), np.zeros((0, 3)), np.zeros(0), PRIORS, bound=2.0)
    assert found.weights == pytest.approx(PRIORS)
    assert found.level == 0.0


def test_few_outcomes_move_little_and_many_decide() -> None:
    true = (0.3, -1.6, 0.0)
    few = fit(*outcomes(40, true), PRIORS, bound=2.0).weights
    many = fit(*outcomes(40_000, true), PRIORS, bound=2.0).weights
    assert many[:2] == pytest.approx(true[:2], abs=0.12)
    assert abs(few[0] - PRIORS[0]) < 0.5 * abs(many[0] - PRIORS[0])


@given(st.integers(0, 2**32 - 1), st.lists(st.floats(-2, 2), min_size=3, max_size=3))
@settings(max_examples=30, deadline=None)
def test_no_weight_turns_against_its_prior_or_leaves_the_bound(seed: int, true: list[float]) -> None:
    found = fit(*outcomes(400, tuple(true), seed=seed), PRIORS, bound=1.5).weights
    assert 0.0 <= found[0] <= 1.5
    assert -1.5 <= found[1] <= 0.0
    assert found[2] == 0.0


def test_the_same_outcomes_give_the_same_weights() -> None:
    assert fit(*outcomes(500, PRIORS), PRIORS, bound=2.0) == fit(*outcomes(500, PRIORS), PRIORS, bound=2.0)


def test_what_the_card_knows_already_is_not_counted_again() -> None:
    """A fact that only repeats what the card says gains nothing, though its own bad rate is far from the average."""
    rng = np.random.default_rng(5)
    offset = rng.normal(-1.0, 1.5, 20_000)
    bad = (rng.random(len(offset)) < 1 / (1 + np.exp(-offset))).astype(float)
    safe = (offset < -1.0).astype(float)
    alone = np.log(bad[safe == 0].mean() / bad[safe == 1].mean())
    assert alone > 1.0
    assert fit(offset, safe[:, None], bad, (1.0,), bound=2.0).weights[0] < 0.15


def test_the_level_takes_what_the_facts_leave() -> None:
    offset, strengths, bad = outcomes(5000, (0.0, 0.0, 0.0))
    found = fit(offset - 1.0, strengths, bad, PRIORS, bound=2.0)
    chance = 1 / (1 + np.exp(-(offset - 1.0 + found.level - strengths @ np.array(found.weights))))
    assert chance.mean() == pytest.approx(bad.mean(), abs=0.01)
    assert validate.log_loss(bad, chance) < validate.log_loss(bad, 1 / (1 + np.exp(-(offset - 1.0))))
