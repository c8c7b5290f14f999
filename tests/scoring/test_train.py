"""Fitting a card."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from deskcollect.frames import Features
from deskcollect.scoring import validate
from deskcollect.scoring.card import Characteristic, dump, parse
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.score import milli_of, points, probability
from deskcollect.scoring.train import Fit, Recipe, columns, fit, folds
from tests.scoring.builders import NAMES

QUICK = Recipe(cuts=8, segment_cuts=4, strength=0.1)


def fitted(features: pl.DataFrame, outcomes: pl.Series) -> Fit:
    """Fit a small card on the first accounts."""
    return fit(features, outcomes, name="small", version="1.0", target="default next month", recipe=QUICK)


@pytest.fixture(scope="module")
def some(book_features: pl.DataFrame) -> pl.DataFrame:
    """A part of the real book."""
    return book_features.head(3000)


@pytest.fixture(scope="module")
def became(outcomes: pl.Series) -> pl.Series:
    """What became of that part."""
    return outcomes.head(3000)


@pytest.fixture(scope="module")
def result(some: pl.DataFrame, became: pl.Series) -> Fit:
    """A small card and its estimator."""
    return fitted(some, became)


def chances(found: Fit, features: pl.DataFrame) -> np.ndarray:
    """Return the card's chances."""
    of = points(found.card, Features(features.lazy())).select(probability(pl.col("card_milli"))).collect()
    return of.to_series().to_numpy()


def test_two_fits_are_the_same_bytes(result: Fit, some: pl.DataFrame, became: pl.Series) -> None:
    assert dump(fitted(some, became).card) == dump(result.card)


def test_the_points_are_the_estimator_to_two_thousandths(result: Fit, some: pl.DataFrame) -> None:
    exact = result.estimator.predict_proba(columns(some, result.steps))[:, 1]
    assert np.abs(chances(result, some) - exact).max() <= 0.002


def test_the_mean_chance_is_the_bad_rate(result: Fit, some: pl.DataFrame, became: pl.Series) -> None:
    assert chances(result, some).mean() == pytest.approx(became.to_numpy().mean(), abs=5e-4)


def test_the_card_can_be_read_back(result: Fit) -> None:
    import json

    assert parse(json.loads(dump(result.card))) == result.card


def test_the_neutral_points_are_the_mean_of_the_segment(result: Fit, some: pl.DataFrame) -> None:
    late = (some["cycles_now"] >= 1).to_numpy()
    for which in (0, 1):
        group = some.filter(late == bool(which))
        found = points(result.card, Features(group.lazy())).collect()["card_milli"].to_numpy().mean()
        average = result.card.intercept + sum(c.neutral[which] for c in result.card.characteristics)
        assert average == pytest.approx(found, abs=len(result.card.characteristics))


def falls(characteristic: Characteristic, which: int) -> bool:
    """Tell whether a higher value is ever less risky."""
    millis = [each.points[which] for each in characteristic.bins]
    return any(right < left for left, right in pairwise(millis))


def rises(characteristic: Characteristic, which: int) -> bool:
    """Tell whether a higher value is ever riskier."""
    millis = [each.points[which] for each in characteristic.bins]
    return any(right > left for left, right in pairwise(millis))


def test_no_characteristic_runs_against_its_declared_direction(result: Fit) -> None:
    from deskcollect.scoring.card import load

    for card in (result.card, load()):
        for characteristic in card.characteristics:
            direction = BY_NAME[characteristic.name].direction
            for which in (0, 1):
                assert not (direction > 0 and falls(characteristic, which)), characteristic.name
                assert not (direction < 0 and rises(characteristic, which)), characteristic.name


def test_unknown_values_can_be_learnt_from(some: pl.DataFrame, became: pl.Series) -> None:
    holes = some.with_columns(
        pl.when(pl.int_range(pl.len()) % 4 == 0).then(None).otherwise(pl.col("use_now")).alias("use_now"),
        pl.lit(None, pl.Float64).alias("use_slope"),
    )
    found = fitted(holes, became).card
    assert "use_slope" not in {c.name for c in found.characteristics}
    assert milli_of(found, dict.fromkeys(NAMES)) < 0


def test_every_account_is_judged_by_a_card_that_never_saw_it(some: pl.DataFrame, became: pl.Series) -> None:
    seen = np.zeros(len(some), int)
    judged = np.zeros(len(some))
    for card, rows in folds(some, became, seed=1, count=3, recipe=QUICK):
        seen[rows] += 1
        found = points(card, Features(some[rows].lazy())).select(probability(pl.col("card_milli"))).collect()
        judged[rows] = found.to_series().to_numpy()
    assert (seen == 1).all()
    assert validate.auc(became, judged) > 0.74


def test_outcomes_turned_round_bend_no_characteristic(some: pl.DataFrame, became: pl.Series) -> None:
    """Everything then speaks against its declared direction: what is left has none declared."""
    turned = fitted(some, 1 - became).card
    assert turned.characteristics
    for characteristic in turned.characteristics:
        direction = BY_NAME[characteristic.name].direction
        for which in (0, 1):
            assert not (direction > 0 and falls(characteristic, which)), characteristic.name
            assert not (direction < 0 and rises(characteristic, which)), characteristic.name


def test_only_what_is_named_comes_on_the_card(some: pl.DataFrame, became: pl.Series) -> None:
    wanted = ("use_now", "unpaid_months")
    found = fit(some, became, name="two", version="1.0", target="", recipe=QUICK, only=wanted).card
    assert {c.name for c in found.characteristics} == set(wanted)


@pytest.mark.parametrize("named", [("unpaid_months",), ()])
def test_a_card_of_which_nothing_is_left_is_refused(some: pl.DataFrame, named: tuple[str, ...]) -> None:
    who_pays = (some["unpaid_months"] == 0).cast(pl.Int8)
    with pytest.raises(ValueError, match="no feature tells the bad from the good"):
        fit(some, who_pays, name="none", version="1.0", target="", recipe=QUICK, only=named)


def test_a_book_without_statements_can_be_learnt_from(some: pl.DataFrame, became: pl.Series) -> None:
    silent = [name for name in NAMES if name not in {"use_now", "cycles_now"}]
    found = fitted(some.with_columns(pl.lit(None, pl.Float64).alias(name) for name in silent), became).card
    assert {c.name for c in found.characteristics} <= {"use_now", "cycles_now"}
