"""A lender's own card, made from the one it uses."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from deskcollect.frames import Features
from deskcollect.scoring import validate
from deskcollect.scoring.adapt import LOOSER, RIDGE, adapt, ridge
from deskcollect.scoring.card import Card, dump
from deskcollect.scoring.features import BY_NAME, FEATURES
from deskcollect.scoring.gate import Condition, Holdout, conditions
from deskcollect.scoring.score import points, probability
from tests.scoring.builders import small_card


def chances(card: Card, features: pl.DataFrame) -> np.ndarray:
    found = points(card, Features(features.lazy())).select(probability(pl.col("card_milli"))).collect()
    return found.to_series().to_numpy()


def own(champion: Card, features: pl.DataFrame, bad: pl.Series, ridge: float = 100.0) -> Card:
    return adapt(champion, features, bad, name="own", version="2026.10", ridge=ridge)


@pytest.fixture(scope="module")
def some(book_features: pl.DataFrame) -> pl.DataFrame:
    return book_features.head(4000)


@pytest.fixture(scope="module")
def became(outcomes: pl.Series) -> pl.Series:
    return outcomes.head(4000)


@pytest.fixture(scope="module")
def elsewhere(some: pl.DataFrame) -> pl.Series:
    """Outcomes of a lender whose customers go bad by what they leave unpaid, and more often."""
    z = -2.0 + 0.6 * some["unpaid_months"].to_numpy() + 1.5 * (some["cycles_now"].to_numpy() >= 1)
    return pl.Series(np.random.default_rng(3).random(len(z)) < 1 / (1 + np.exp(-z))).cast(pl.Int8)


def test_two_fits_are_the_same_bytes(card: Card, some: pl.DataFrame, became: pl.Series) -> None:
    assert dump(own(card, some, became)) == dump(own(card, some, became))


def test_the_mean_chance_is_the_bad_rate(card: Card, some: pl.DataFrame, elsewhere: pl.Series) -> None:
    assert chances(own(card, some, elsewhere), some).mean() == pytest.approx(elsewhere.to_numpy().mean(), abs=1e-3)


def test_it_judges_another_lender_s_accounts_better_than_the_champion(
    card: Card, some: pl.DataFrame, elsewhere: pl.Series
) -> None:
    learn, judge = slice(0, 2000), slice(2000, 4000)
    made = own(card, some[learn], elsewhere[learn])
    bad = elsewhere[judge].to_numpy()
    before, after = chances(card, some[judge]), chances(made, some[judge])
    assert validate.log_loss(bad, after) < validate.log_loss(bad, before) - 0.02
    assert validate.auc(bad, after) > validate.auc(bad, before)


def test_a_strong_ridge_leaves_every_step_where_it_was(card: Card, some: pl.DataFrame, elsewhere: pl.Series) -> None:
    made = own(card, some, elsewhere, ridge=1e9)
    assert [[b.points for b in c.bins] for c in made.characteristics] == [
        [b.points for b in c.bins] for c in card.characteristics
    ]
    assert made.intercept != card.intercept


def test_no_step_goes_against_its_direction(card: Card, some: pl.DataFrame, became: pl.Series) -> None:
    made = own(card, some, 1 - became, ridge=0.01)
    for each in made.characteristics:
        direction = BY_NAME[each.name].direction
        for left, right in pairwise(each.bins):
            assert all((right.points[s] - left.points[s]) * direction >= 0 for s in (0, 1)), each.name


def test_bins_stay_and_count_the_lender_s_own_accounts(card: Card, some: pl.DataFrame, became: pl.Series) -> None:
    made = own(card, some, became)
    for old, new in zip(card.characteristics, made.characteristics, strict=True):
        assert [(b.start, b.end) for b in old.bins] == [(b.start, b.end) for b in new.bins]
        assert sum(sum(b.counts) for b in new.bins if b.counts) == len(some)
    assert made.hash != card.hash


def test_unknown_values_are_no_obstacle() -> None:
    features = pl.DataFrame({"cycles_now": [0.0, 1.0, None, 2.0] * 50, "use_now": [None, 0.5, 0.2, None] * 50})
    made = own(small_card(), features, pl.Series([0, 1, 0, 1] * 50), ridge=1.0)
    assert np.isfinite([made.intercept, *(p for c in made.characteristics for b in c.bins for p in b.points)]).all()


def test_outcomes_of_one_kind_are_refused(card: Card, some: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="all of one kind"):
        own(card, some, pl.Series([0] * len(some)))


def test_a_step_against_its_direction_is_put_right(card: Card, some: pl.DataFrame, became: pl.Series) -> None:
    turned = tuple(
        replace(c, bins=tuple(replace(b, points=(-b.points[0], -b.points[1])) for b in c.bins))
        for c in card.characteristics
    )
    assert not signs(replace(card, characteristics=turned)).met
    assert signs(own(replace(card, characteristics=turned), some, became)).met


def signs(card: Card) -> Condition:
    """Return what the gate says of the signs of a card."""
    nothing = Holdout(np.zeros(2), np.full(2, 0.5), np.full(2, 0.5))
    return next(each for each in conditions(nothing, card) if each.name == "no sign against its direction")


def test_what_nobody_knows_stays_as_it_was(card: Card, some: pl.DataFrame, elsewhere: pl.Series) -> None:
    """Else the level of a segment moves after it was found: all of its accounts have that value unknown."""
    blind = some.with_columns(pl.lit(None, pl.Float64).alias(f.name) for f in FEATURES if f.window > 1)
    made = own(card, blind, elsewhere)
    late = (blind["cycles_now"] >= 1).to_numpy()
    for segment in (late, ~late):
        assert chances(made, blind)[segment].mean() == pytest.approx(elsewhere.to_numpy()[segment].mean(), abs=0.03)
    old, new = ({c.name: c for c in each.characteristics}["unpaid_months"] for each in (card, made))
    assert (old.neutral, old.missing) == (new.neutral, new.missing)


def test_the_mean_chance_is_the_bad_rate_where_half_is_unknown(
    card: Card, some: pl.DataFrame, elsewhere: pl.Series
) -> None:
    holes = some.with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.col(f.name)).alias(f.name) for f in FEATURES if f.window > 1
    )
    assert chances(own(card, holes, elsewhere), holes).mean() == pytest.approx(elsewhere.to_numpy().mean(), abs=2e-3)


# --- how hard points are held --------------------------------------------------------------------------------------------


def test_points_of_a_card_that_is_right_are_held_as_always(card: Card, some: pl.DataFrame, became: pl.Series) -> None:
    assert ridge(card, some.head(1000), became.head(1000)) == RIDGE


def test_points_of_a_card_that_is_far_from_right_are_held_less_and_foretell_better(
    card: Card, some: pl.DataFrame, elsewhere: pl.Series
) -> None:
    learn, judge = slice(0, 1000), slice(2000, 4000)
    held = ridge(card, some[learn], elsewhere[learn])
    assert held in LOOSER
    bad = elsewhere[judge].to_numpy()
    always, chosen = (chances(own(card, some[learn], elsewhere[learn], each), some[judge]) for each in (RIDGE, held))
    assert validate.log_loss(bad, chosen) < validate.log_loss(bad, always) - 0.005


def test_an_account_that_stands_in_many_rows_says_no_more_than_once(
    card: Card, some: pl.DataFrame, elsewhere: pl.Series
) -> None:
    few, told = some.head(60), elsewhere.head(60)
    again = pl.concat([few] * 20), pl.concat([told] * 20)
    assert ridge(card, *again) == RIDGE, "sixty accounts are not sure of anything"
    assert ridge(card, again[0].with_columns(account_id=pl.Series(range(1200)).cast(pl.String)), again[1]) < RIDGE


def test_no_ridge_is_chosen_where_a_fold_would_leave_one_kind(card: Card, some: pl.DataFrame) -> None:
    one = pl.Series([1] + [0] * 199).cast(pl.Int8)
    assert ridge(card, some.head(200), one) == RIDGE
    with pytest.raises(ValueError, match="all of one kind"):
        ridge(card, some.head(200), one * 0)
