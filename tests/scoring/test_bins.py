"""A card laid open, bin by bin."""

from __future__ import annotations

from itertools import groupby

import polars as pl
import pytest

from deskcollect.records import CardBin
from deskcollect.scoring.bins import bins
from deskcollect.scoring.card import Card, load
from deskcollect.scoring.explain import averages
from deskcollect.scoring.score import milli_of, score_of, segment_of
from tests.scoring.builders import row_of, small_card


@pytest.fixture(params=["default", "cure", "amounts"])
def shipped(request: pytest.FixtureRequest) -> Card:
    """Each card that ships."""
    return load(request.param)


def by_column(found: tuple[CardBin, ...]) -> list[list[CardBin]]:
    """Return the bins of each characteristic in each segment."""
    return [list(rows) for _, rows in groupby(found, key=lambda each: (each.characteristic, each.segment))]


def test_the_bins_of_a_segment_hold_every_account_it_was_fitted_on(shipped: Card) -> None:
    for rows in by_column(bins(shipped)):
        shares = [each.share for each in rows if each.share is not None]
        assert sum(shares) == pytest.approx(1.0)
        assert len(shares) == len([each for each in rows if not each.missing])


def test_each_characteristic_saw_all_bad_accounts(shipped: Card) -> None:
    seen: dict[str, float] = {}
    for each in bins(shipped):
        if each.count and each.bad_rate is not None:
            seen[each.characteristic] = seen.get(each.characteristic, 0.0) + each.count * each.bad_rate
    assert all(round(total) <= shipped.trained_on["bad"] for total in seen.values())
    assert round(seen["unpaid_months"]) == shipped.trained_on["bad"]


def test_the_mean_of_the_points_is_the_average_account(shipped: Card) -> None:
    for rows in by_column(bins(shipped)):
        mean = sum(each.share * each.points for each in rows if each.share is not None)
        assert mean == pytest.approx(0.0, abs=0.02)


def test_the_marked_bins_of_an_account_make_its_score(shipped: Card, book_features: pl.DataFrame) -> None:
    late = book_features.filter(pl.col("cycles_now") >= 1)
    for row in pl.concat([book_features.sample(100, seed=5), late.sample(100, seed=5)]).iter_rows(named=True):
        marked = [each for each in bins(shipped, row) if each.marked]
        assert [each.characteristic for each in marked] == [c.name for c in shipped.characteristics]
        assert {each.segment for each in marked} == {segment_of(shipped, row)}
        total = averages(shipped)[segment_of(shipped, row)] + sum(each.points for each in marked)
        assert total == pytest.approx(score_of(milli_of(shipped, row)), abs=1.0)


def test_a_value_on_an_edge_stands_in_the_bin_that_begins_there() -> None:
    marked = [each for each in bins(small_card(), row_of(cycles_now=1.5, use_now=0.3)) if each.marked]
    assert [(each.start, each.end) for each in marked] == [(1.5, None), (0.3, None)]


def test_an_unknown_value_stands_in_a_bin_of_its_own() -> None:
    marked = [each for each in bins(small_card(), row_of(cycles_now=0.0)) if each.marked]
    assert [(each.characteristic, each.missing) for each in marked] == [("cycles_now", False), ("use_now", True)]
    assert marked[1].points == 0


def test_a_card_that_does_not_say_how_many_it_saw_says_nothing_of_shares() -> None:
    assert {(each.count, each.share, each.bad_rate) for each in bins(small_card())} == {(None, None, None)}
