"""Drift: quiet where nothing changed, loud where something did, and the parts add up to what moved the score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from deskcollect.frames import Features
from deskcollect.scoring import counts, drift, score, validate
from deskcollect.scoring.card import Card
from deskcollect.vocabulary import AlertLevel
from tests.scoring.builders import NAMES, small_card

COUNTS = st.lists(st.integers(0, 400), min_size=2, max_size=12).filter(lambda found: sum(found) >= 50)


def scored(card: Card, made: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the score of each account, not rounded."""
    milli = score.points(card, Features(made.lazy())).collect()["card_milli"]
    return np.array([score.unrounded(each) for each in milli])


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 10, 40])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95, 0.998])
def test_the_chi_square_agrees_with_scipy(freedom: int, share: float) -> None:
    assert drift.chi_square(freedom, share) == pytest.approx(chi2.ppf(share, freedom), rel=1e-9)


def test_the_chi_square_agrees_with_the_printed_table() -> None:
    assert [round(drift.chi_square(n, 0.95), 3) for n in (1, 4, 9, 30)] == [3.841, 9.488, 16.919, 43.773]


@given(COUNTS)
def test_the_same_counts_have_not_moved(found: list[int]) -> None:
    judged = drift.stability(found, found)
    assert judged is None or (judged.psi, judged.level) == (0.0, None)
    assert drift.stability(found, [0] * (len(found) - 1) + [49]) is None


@given(COUNTS, COUNTS)
def test_red_is_also_yellow_and_both_are_beyond_chance(old: list[int], new: list[int]) -> None:
    size = min(len(old), len(new))
    if min(sum(old[:size]), sum(new[:size])) < 50:
        return
    judged = drift.stability(old[:size], new[:size])
    if judged and judged.level:
        assert judged.psi > judged.bound >= 0.10
        assert (judged.level == AlertLevel.RED) == (judged.psi > max(0.25, judged.bound))


@given(st.lists(st.integers(400, 700), min_size=1, max_size=300))
def test_every_score_is_counted_once_in_the_spread(scores: list[int]) -> None:
    found = drift.spread(scores)
    assert sum(found.counts) == len(scores)
    assert len(found.counts) == len(found.edges) + 1
    assert list(found.edges) == sorted(set(found.edges))
    assert found.counts[0] == sum(score < found.edges[0] for score in scores)


@pytest.mark.parametrize("count", [50, 100, 500, 1000])
def test_books_that_have_not_changed_stay_quiet(count: int) -> None:
    random, times = np.random.default_rng(count), 600
    reference = random.normal(560.0, 30.0, 10_000).round()
    alarms = 0
    for _ in range(times):
        found = drift.of_scores(drift.spread(reference), random.normal(560.0, 30.0, count).round())
        assert found is not None
        alarms += found.level is not None
    assert alarms <= 0.05 * times + 2 * np.sqrt(0.05 * 0.95 * times)


@pytest.mark.parametrize("count", [50, 100, 200, 500])
def test_all_characteristics_together_stay_quiet(card: Card, book_features: pl.DataFrame, count: int) -> None:
    random, before, alarms = np.random.default_rng(count), counts.trained(card), 0
    assert before is not None
    for _ in range(60):
        some = book_features[random.choice(book_features.height, count, replace=False)]
        alarms += any(
            s.stability and s.stability.level for s in drift.drift(card, before, counts.counted(card, some)).shifts
        )
    assert alarms <= 6


def test_a_small_book_that_moved_much_is_seen_and_one_that_moved_little_is_not_judged_by_chance() -> None:
    random = np.random.default_rng(9)
    reference = random.normal(560.0, 30.0, 30_000)
    small = drift.of_scores(drift.spread(reference), random.normal(520.0, 30.0, 60))
    assert small is not None
    assert (small.level, small.bins) == (AlertLevel.RED, 5)
    large = drift.of_scores(drift.spread(reference), random.normal(547.0, 30.0, 5000))
    assert large is not None
    assert (large.level, large.bins) == (AlertLevel.YELLOW, 10)
    assert drift.of_scores(drift.spread(reference), random.normal(520.0, 30.0, 49)) is None


def test_the_book_that_a_card_was_fitted_on_has_not_moved(card: Card, book_features: pl.DataFrame) -> None:
    before, now = counts.trained(card), counts.counted(card, book_features)
    assert before is not None
    found = drift.drift(card, before, now)
    assert found.counts == (20064, 20064)
    assert found.means[0] == found.means[1] == pytest.approx(scored(card, book_features).mean())
    assert {(each.points, each.stability.psi if each.stability else None) for each in found.shifts} == {(0.0, 0.0)}


def test_the_training_accounts_are_known_again_with_their_outcomes(
    card: Card, book_features: pl.DataFrame, outcomes: pl.Series
) -> None:
    bad = outcomes.cast(pl.Boolean).to_numpy()
    assert counts.same_accounts(card, book_features, bad)
    one_other = bad.copy()
    one_other[0] = not one_other[0]
    assert not counts.same_accounts(card, book_features, one_other)
    assert not counts.same_accounts(card, book_features[1:], bad[1:])
    silent = replace(
        card,
        characteristics=tuple(
            replace(c, bins=tuple(replace(each, counts=None, bads=None) for each in c.bins))
            for c in card.characteristics
        ),
    )
    assert not counts.same_accounts(silent, book_features, bad)
    assert counts.trained(silent) is None


def test_later_payers_lower_the_score_and_the_parts_add_up(card: Card, book_features: pl.DataFrame) -> None:
    later = book_features.filter(pl.col("cycles_now") >= 1)[:3000]
    some = pl.concat([book_features[:2000], later])
    old, new = scored(card, book_features), scored(card, some)
    before, now = counts.counted(card, book_features), counts.counted(card, some)
    found = drift.drift(card, before, now, drift.of_scores(drift.spread(old), new))
    assert list(found.means) == pytest.approx([old.mean(), new.mean()])
    assert found.mix + sum(each.points for each in found.shifts) == pytest.approx(new.mean() - old.mean())
    assert found.mix < -5.0
    assert found.score is not None
    assert found.score.level == AlertLevel.RED
    assert "cycles_now" in {
        s.characteristic for s in found.shifts if s.stability and s.stability.level == AlertLevel.RED
    }


@given(
    st.lists(st.tuples(*[st.one_of(st.none(), st.floats(-1.0, 3.0))] * 2), min_size=1, max_size=20), st.integers(1, 19)
)
def test_parts_add_up_whatever_is_unknown(rows: list[tuple[float | None, float | None]], cut: int) -> None:
    card = small_card()
    blank = dict.fromkeys(NAMES)
    made = pl.DataFrame(
        [blank | {"account_id": str(n), "cycles_now": late, "use_now": use} for n, (late, use) in enumerate(rows)],
        schema={"account_id": pl.String} | dict.fromkeys(NAMES, pl.Float64),
    )
    old, new = made[:cut], made[-cut:]
    found = drift.drift(card, counts.counted(card, old), counts.counted(card, new))
    change = scored(card, new).mean() - scored(card, old).mean()
    assert found.mix + sum(each.points for each in found.shifts) == pytest.approx(change, abs=1e-9)


def test_a_column_that_the_book_does_not_have_is_no_drift(card: Card, book_features: pl.DataFrame) -> None:
    without = book_features.with_columns(pl.lit(None, pl.Float64).alias("use_now"))
    found = drift.drift(card, counts.counted(card, book_features), counts.counted(card, without))
    shift = next(each for each in found.shifts if each.characteristic == "use_now")
    assert (shift.stability, shift.known_before, shift.known_after) == (None, 1.0, 0.0)
    assert found.means[1] - found.means[0] == pytest.approx(shift.points)


def test_rare_bins_are_put_together_before_they_are_judged() -> None:
    many = drift.stability([1000, 1, 1, 1, 997], [1000, 1, 1, 1, 997])
    assert many is not None
    assert many.bins == 2
    assert drift.stability([0, 1000], [0, 1000]) is None
    found = drift.stability([500, 500], [300, 700])
    assert found is not None
    assert found.psi == pytest.approx(validate.psi([500, 500], [300, 700]))
