"""Points, probability and score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Features
from deskcollect.scoring.card import Card, sealed
from deskcollect.scoring.features import COLUMNS
from deskcollect.scoring.score import (
    milli_of,
    points,
    probability,
    probability_of,
    scaled,
    score_of,
    scores,
    without_nan,
)
from tests.scoring.builders import NAMES, bundled, rows, small_card

if TYPE_CHECKING:
    from polars._typing import EngineType

    Row = dict[str, float | None]

EVERY_MILLI = pl.DataFrame({"milli": range(-15_000, 15_001)}, schema={"milli": pl.Int32})
NOTHING = frames.empty(frames.EFFECTS).select("account_id", effect_milli="milli")


def frame_of(found: list[Row]) -> Features:
    """Return rows as the features room hands them over."""
    named = [{"account_id": f"A{k}"} | row for k, row in enumerate(found)]
    return Features(pl.LazyFrame(named, schema=frames.polars_schema(COLUMNS)))


def test_twenty_good_to_one_bad_is_600_and_twenty_points_double_the_odds() -> None:
    assert score_of(round(-1000 * math.log(20))) == 600
    assert score_of(round(-1000 * math.log(40))) == 620
    assert score_of(round(-1000 * math.log(10))) == 580
    assert probability_of(0) == 0.5
    assert probability_of(round(-1000 * math.log(20))) == pytest.approx(1 / 21, abs=1e-4)


def test_one_number_and_a_column_give_the_same_bits() -> None:
    both = EVERY_MILLI.select(scaled(pl.col("milli")).alias("score"), probability(pl.col("milli")).alias("chance"))
    assert both["score"].to_list() == [score_of(milli) for milli in EVERY_MILLI["milli"]]
    assert both["chance"].to_list() == [probability_of(milli) for milli in EVERY_MILLI["milli"]]


def test_a_higher_chance_never_has_a_higher_score() -> None:
    both = EVERY_MILLI.select(scaled(pl.col("milli")).alias("score"), probability(pl.col("milli")).alias("chance"))
    assert (both["chance"].diff().drop_nulls() > 0).all()
    assert (both["score"].diff().drop_nulls() <= 0).all()


@pytest.mark.parametrize(
    ("cycles", "use", "milli"),
    [
        (0.0, 0.1, -1500 + 0 - 400),
        (0.0, 0.3, -1500 + 0 + 250),
        (1.0, 0.29, -1500 + 700 + 0),
        (2.0, 5.0, -1500 + 1500 + 300),
        (0.0, None, -1500 + 0 - 100),
        (2.0, None, -1500 + 1500 + 200),
        (None, 0.3, -1500 + 300 + 250),
        (None, None, -1500 + 300 - 100),
        (math.nan, math.nan, -1500 + 300 - 100),
        (math.inf, -math.inf, -1500 + 1500 + 0),
    ],
)
def test_a_card_by_hand(cycles: float | None, use: float | None, milli: int) -> None:
    row: Row = dict.fromkeys(NAMES) | {"cycles_now": cycles, "use_now": use}
    assert milli_of(small_card(), row) == milli
    known = Features(without_nan(small_card(), frame_of([row])))
    assert points(small_card(), known).collect()["card_milli"].to_list() == [milli]


def test_coverage_is_the_share_of_characteristics_that_are_known() -> None:
    base: Row = dict.fromkeys(NAMES)
    found = [base, base | {"use_now": 0.5}, base | {"use_now": 0.5, "cycles_now": 0.0}, base | {"use_now": math.nan}]
    known = Features(without_nan(small_card(), frame_of(found)))
    assert points(small_card(), known).collect()["coverage"].to_list() == [0.0, 0.5, 1.0, 0.0]


@given(st.lists(rows(), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_one_row_is_the_batch_is_the_stream(found: list[Row]) -> None:
    card = bundled()
    expected = [milli_of(card, row) for row in found]
    whole = points(card, frame_of(found))
    assert whole.collect()["card_milli"].to_list() == expected
    assert whole.collect(engine="streaming")["card_milli"].to_list() == expected


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_every_real_account_scores_alike_in_every_engine(
    card: Card, book_features: pl.DataFrame, engine: EngineType
) -> None:
    found = points(card, Features(book_features.lazy())).collect(engine=engine)
    assert found["account_id"].equals(book_features["account_id"])
    sample = book_features.sample(400, seed=1)
    by_hand = [milli_of(card, row) for row in sample.iter_rows(named=True)]
    picked = sample.select("account_id").join(found, on="account_id", how="left", maintain_order="left")
    assert picked["card_milli"].to_list() == by_hand


def test_an_unknown_value_has_its_own_points_for_every_characteristic(card: Card, book_features: pl.DataFrame) -> None:
    row = book_features.row(5, named=True)
    which = int(row["cycles_now"] >= 1)
    for characteristic in card.characteristics:
        if characteristic.name == card.segment.characteristic:
            continue
        forgotten: Row = row | {characteristic.name: None}
        bin_now = next(
            b for b in reversed(characteristic.bins) if b.start is None or row[characteristic.name] >= b.start
        )
        change = characteristic.missing[which] - bin_now.points[which]
        assert milli_of(card, forgotten) - milli_of(card, row) == change
        assert characteristic.missing == characteristic.neutral


def test_of_whom_nothing_is_known_stands_at_the_average_of_all(card: Card, book_features: pl.DataFrame) -> None:
    found = points(card, Features(book_features.lazy())).collect()
    nobody = milli_of(card, dict.fromkeys(NAMES))
    mean = found["card_milli"].to_numpy().mean()
    assert abs(nobody - mean) <= 15


def test_scores_join_what_was_recorded_and_keep_the_order(card: Card, book_features: pl.DataFrame) -> None:
    found = points(card, Features(book_features.head(3).lazy()))
    second = book_features["account_id"][1]
    recorded = pl.LazyFrame(
        {"account_id": [second], "effect_milli": [800]}, schema_overrides={"effect_milli": pl.Int32}
    )
    scored = scores(found, recorded).collect()
    assert scored["account_id"].equals(book_features["account_id"].head(3))
    assert scored["effect_milli"].to_list() == [0, 800, 0]
    assert scored.schema == frames.polars_schema(frames.SCORES)
    for row in scored.iter_rows(named=True):
        assert row["score"] == score_of(row["card_milli"] + row["effect_milli"])
        assert row["card_score"] == score_of(row["card_milli"])
        assert row["prob_default"] == probability_of(row["card_milli"] + row["effect_milli"])
        assert row["card"] == card.stamp


def test_a_book_without_accounts_has_no_scores(card: Card) -> None:
    assert scores(points(card, frame_of([])), NOTHING).collect().height == 0


@pytest.mark.parametrize("most", [32_767, 32_768, 20_000_000 // 27])
def test_points_of_any_size_add_up_in_both_segments(card: Card, book_features: pl.DataFrame, most: int) -> None:
    first, *others = card.characteristics
    quiet = [replace(c, missing=(0, 0), bins=tuple(replace(b, points=(0, 0)) for b in c.bins)) for c in others]
    loud = replace(first, missing=(most, -most), bins=tuple(replace(b, points=(most, -most)) for b in first.bins))
    made = sealed(replace(card, intercept=0, characteristics=(loud, *quiet)))
    found = points(made, Features(book_features.lazy())).collect()["card_milli"]
    second = book_features["cycles_now"] >= 1
    assert found.equals(pl.select(pl.when(second).then(-most).otherwise(most).cast(pl.Int32)).to_series())
