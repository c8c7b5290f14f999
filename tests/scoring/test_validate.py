"""How well chances separate and match what happened, held against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.metrics import log_loss as sklearn_log_loss

from deskcollect.scoring import validate

RANDOM = np.random.default_rng(7)
CHANCES = RANDOM.beta(1.0, 3.0, 4000).round(2).clip(0.01, 0.99)
BAD = (RANDOM.random(4000) < CHANCES).astype(int)


def test_the_measures_agree_with_scikit_learn() -> None:
    area = validate.auc(BAD, CHANCES)
    false, true, _ = roc_curve(BAD, CHANCES)
    assert area == pytest.approx(roc_auc_score(BAD, CHANCES), abs=1e-12)
    assert validate.ks(BAD, CHANCES) == pytest.approx(float(np.max(true - false)), abs=1e-12)
    assert validate.brier(BAD, CHANCES) == pytest.approx(brier_score_loss(BAD, CHANCES), abs=1e-12)
    assert validate.log_loss(BAD, CHANCES) == pytest.approx(sklearn_log_loss(BAD, CHANCES), abs=1e-12)
    assert validate.gini(BAD, CHANCES) == pytest.approx(2 * area - 1)


def test_true_chances_are_calibrated_and_shrunken_ones_are_not() -> None:
    slope, intercept = validate.calibration(BAD, CHANCES)
    assert slope == pytest.approx(1.0, abs=0.1)
    assert intercept == pytest.approx(0.0, abs=0.15)
    log_odds = np.log(CHANCES / (1 - CHANCES))
    halved, moved = validate.calibration(BAD, 1 / (1 + np.exp(-(log_odds / 2 - 1))))
    assert halved == pytest.approx(2 * slope, rel=1e-6)
    assert moved == pytest.approx(intercept + 2 * slope, rel=1e-6)


def test_chances_that_are_far_off_are_brought_back_too() -> None:
    slope, intercept = validate.calibration(BAD, CHANCES)
    log_odds = np.log(CHANCES / (1 - CHANCES))
    found = validate.recalibrated(BAD, 1 / (1 + np.exp(-(4.0 - log_odds / 0.4))))
    assert found.slope == pytest.approx(-0.4 * slope, rel=1e-6)
    assert found.intercept == pytest.approx(intercept + 4.0 * 0.4 * slope, rel=1e-6)
    assert found.variances is not None


def test_the_calibration_error_is_that_of_the_bands() -> None:
    assert validate.calibration_error([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5], bands=1) == 0.0
    assert validate.calibration_error([0, 0, 1, 1], [0.2, 0.2, 0.6, 0.6], bands=2) == pytest.approx(0.3)
    assert validate.calibration_error(BAD, CHANCES) < 0.03


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=2, max_size=40))
def test_turning_the_order_round_turns_the_area_round(found: list[tuple[int, float]]) -> None:
    bad, chances = [row[0] for row in found], [row[1] for row in found]
    if 0 < sum(bad) < len(bad):
        turned = validate.auc(bad, [1 - chance for chance in chances])
        assert validate.auc(bad, chances) == pytest.approx(1 - turned)
        assert 0.0 <= validate.ks(bad, chances) <= 1.0 + 1e-12


def test_a_perfect_order_and_none_at_all() -> None:
    assert validate.auc([0, 0, 1], [0.1, 0.2, 0.3]) == 1.0
    assert validate.auc([0, 1], [0.4, 0.4]) == 0.5
    assert validate.ks([0, 0, 1], [0.1, 0.2, 0.3]) == 1.0


def test_two_groups_alike_have_no_drift() -> None:
    assert validate.psi([10, 20, 30], [10, 20, 30]) == 0.0
    assert validate.psi([50, 50], [0, 100]) == validate.psi([50, 50], [100, 0]) > 0.25
    assert np.isfinite(validate.psi([5, 0], [0, 5]))


@pytest.mark.parametrize(("bad", "chances"), [([], []), ([1, 1], [0.1, 0.2]), ([0], [0.1]), ([0, 1], [0.1])])
def test_a_group_that_cannot_be_judged_is_refused(bad: list[int], chances: list[float]) -> None:
    with pytest.raises(ValueError, match="judging needs"):
        validate.auc(bad, chances)


def test_an_account_without_a_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="every account"):
        validate.auc([0, 1], [0.1, float("nan")])


def test_bins_must_match() -> None:
    with pytest.raises(ValueError, match="same bins"):
        validate.psi([1, 2], [1, 2, 3])


def test_the_lift_is_that_of_the_riskiest_tenth() -> None:
    bad = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert validate.lift(bad, [0.9, *[0.1] * 9]) == pytest.approx(5.0)
    assert validate.lift(bad, [0.5] * 10) == pytest.approx(1.0)
    assert validate.lift(bad, [0.1, 0.1, 0.9, *[0.1] * 7]) == 0.0


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.1, 0.2, 0.5, 0.9])), min_size=2, max_size=60))
def test_gains_and_lift_do_not_depend_on_the_order_of_the_file(found: list[tuple[int, float]]) -> None:
    bad, chances = np.array([row[0] for row in found]), np.array([row[1] for row in found])
    if not 0 < bad.sum() < len(bad):
        return
    curve = validate.gains(bad, chances)
    assert [curve[0], curve[-1]] == pytest.approx([0.0, 1.0])
    assert (np.diff(curve) >= -1e-12).all()
    assert curve[10] == pytest.approx(0.1 * validate.lift(bad, chances))
    assert curve == pytest.approx(validate.gains(bad[::-1], chances[::-1]))


def test_the_area_under_the_gains_is_that_of_the_order() -> None:
    curve = validate.gains(BAD, CHANCES, points=20_001)
    share = BAD.mean()
    assert np.trapezoid(curve, dx=1 / 20_000) == pytest.approx(share / 2 + (1 - share) * validate.auc(BAD, CHANCES))
