"""The card that ships: what it promises, and what it does on the real book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from deskcollect import frames, resources
from deskcollect.frames import Cycles, Features
from deskcollect.scoring import validate
from deskcollect.scoring.features import features
from deskcollect.scoring.score import points, probability, scores

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card

SEEDS = 5


def test_the_cross_validated_figures_reach_what_was_asked(card: Card) -> None:
    mean, seeds = card.figures["mean"], card.figures["seeds"]
    assert len(seeds) == SEEDS
    assert mean["auc"] >= 0.774
    assert mean["ks"] >= 0.423
    assert mean["brier"] <= 0.1355
    assert mean["past_due_auc"] >= 0.733
    assert 0.95 <= mean["calibration_slope"] <= 1.05
    assert mean["calibration_error"] <= 0.012
    for name, value in mean.items():
        assert abs(value - sum(row[name] for row in seeds.values()) / SEEDS) < 1e-4


def test_the_card_was_fitted_on_the_committed_accounts_and_says_so(card: Card, outcomes: pl.Series) -> None:
    assert card.trained_on["accounts"] == outcomes.len() == 20_064
    assert card.trained_on["bad"] == outcomes.sum()
    assert card.trained_on["licence"] == "CC BY 4.0"


def test_it_separates_the_accounts_it_was_fitted_on_and_no_better_than_is_possible(
    card: Card, book_features: pl.DataFrame, outcomes: pl.Series
) -> None:
    found = points(card, Features(book_features.lazy())).select(probability(pl.col("card_milli"))).collect().to_series()
    assert 0.775 < validate.auc(outcomes, found) < 0.80
    assert abs(found.to_numpy().mean() - outcomes.to_numpy().mean()) < 0.001


def test_each_tier_holds_a_fair_share_and_a_higher_bad_rate_than_the_one_before(
    card: Card, book_features: pl.DataFrame, outcomes: pl.Series, policies: Policies
) -> None:
    nothing = frames.empty(frames.EFFECTS).select("account_id", effect_milli="milli")
    left = scores(points(card, Features(book_features.lazy())), nothing).collect().with_columns(outcomes.alias("bad"))
    shares, rates = [], []
    for cut in policies.cuts:
        matched = left.filter(cut.when.expr)
        left = left.filter(~cut.when.expr)
        shares.append(matched.height / 20_064)
        rates.append(matched["bad"].to_numpy().mean())
    assert rates == sorted(rates)
    for share, expected in zip(shares, (0.29, 0.25, 0.20, 0.14, 0.12), strict=True):
        assert abs(share - expected) < 0.01
    for rate, expected in zip(rates, (0.06, 0.13, 0.19, 0.35, 0.68), strict=True):
        assert abs(rate - expected) < 0.01


@pytest.mark.parametrize("more", [0.1, 1.0, 30.0])
def test_paying_more_of_the_same_bill_never_costs_points(
    card: Card, book_cycles: pl.DataFrame, book_features: pl.DataFrame, more: float
) -> None:
    paid = pl.col("paid_0").cast(pl.Float64) + pl.col("balance_1").cast(pl.Float64).clip(lower_bound=100) * more
    better = features(Cycles(book_cycles.lazy().with_columns(paid.cast(frames.MONEY).alias("paid_0"))))
    before = points(card, Features(book_features.lazy())).collect()["card_milli"]
    after = points(card, better).collect()["card_milli"]
    assert (after <= before).all()
    assert (after < before).any()


def test_nothing_about_who_somebody_is_stands_on_the_card(card: Card) -> None:
    words = {part for c in card.characteristics for part in c.name.split("_")}
    assert not words & {"sex", "gender", "age", "marriage", "education", "name", "address", "language", "attempt"}


def test_the_model_card_carries_the_stamp_the_figures_and_the_limits(card: Card) -> None:
    text = (resources.models() / "default.md").read_text("utf-8")
    assert card.stamp in text
    for seed, row in card.figures["seeds"].items():
        assert f"| {seed} | {row['auc']:.4f} |" in text
    for heading in ("fitted on", "judges", "Limits", "must not be used for", "CC BY 4.0"):
        assert heading in text
