"""A card with columns of the lender's own scores, explains and is handed over like any other."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames, own
from deskcollect.errors import BadCard
from deskcollect.frames import Cycles, Features
from deskcollect.scoring import points_card
from deskcollect.scoring.adapt import adapt
from deskcollect.scoring.card import ALLOWED, Bin, Card, Characteristic, _digest, dump, load, parse, sealed
from deskcollect.scoring.explain import average, reasons
from deskcollect.scoring.export import markdown, table
from deskcollect.scoring.features import COLUMNS, features, of
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.reason_texts import reason_texts
from deskcollect.scoring.recalibrate import Shift, recalibrated
from deskcollect.scoring.score import milli_of, points, score_of, without_nan
from deskcollect.scoring.sql import sql
from deskcollect.scoring.train import fit
from deskcollect.scoring.wider import widened, without_idle
from tests.scoring.builders import NAMES, account, months, small_card

TENURE = Characteristic(
    "own_tenure_months",
    neutral=(10, -20),
    missing=(30, 40),
    bins=(Bin(None, 12.0, (500, 300)), Bin(12.0, 24.5, (0, 0)), Bin(24.5, None, (-400, -600))),
    header="Tenure (Months)",
)
SEX = Characteristic(
    "own_sex", neutral=(0, 0), missing=(0, 0), bins=(Bin(None, 2.0, (90, 90)), Bin(2.0, None, (-90, -90))), header="sex"
)
LET_THROUGH = {"column": "sex", "attribute": "sex", "because": "the law of 3 May", "by": "ana"}
OWN = ("own_tenure_months",)


def card_of(*more: Characteristic, **changes: Any) -> Card:
    """Return a card by hand with more characteristics."""
    return sealed(replace(small_card(), characteristics=(*small_card().characteristics, *more), **changes))


CARD = card_of(TENURE)


def frame_of(found: list[dict[str, Any]]) -> Features:
    """Return rows as the features room hands them over."""
    named = [{"account_id": f"A{k}"} | row for k, row in enumerate(found)]
    schema = {**frames.polars_schema(COLUMNS), "own_tenure_months": pl.Float64()}
    return Features(pl.LazyFrame(named, schema=schema))


def rows() -> st.SearchStrategy[dict[str, float | None]]:
    """Return rows of what the card looks at, any of it unknown."""
    value = st.one_of(st.none(), st.floats(-50, 50), st.sampled_from([12.0, 24.5, 1.0]))
    asked = dict.fromkeys(("cycles_now", "use_now", *OWN), value)
    return st.fixed_dictionaries({"statements_count": st.integers(0, 6)} | dict.fromkeys(NAMES, st.none()) | asked)


# --- scoring and reasons -----------------------------------------------------------------------------------------------


@given(st.lists(rows(), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_one_row_is_the_batch_is_the_stream(found: list[dict[str, float | None]]) -> None:
    expected = [milli_of(CARD, row) for row in found]
    whole = points(CARD, frame_of(found))
    assert whole.collect()["card_milli"].to_list() == expected
    assert whole.collect(engine="streaming")["card_milli"].to_list() == expected


@given(rows())
@settings(max_examples=60, deadline=None)
def test_reasons_add_up_and_the_column_speaks_for_itself(row: dict[str, float | None]) -> None:
    told = reasons(CARD, row)
    assert average(CARD, row) + sum(reason.points for reason in told) == score_of(milli_of(CARD, row))
    assert "own_tenure_months" in {reason.family for reason in told}
    said = [reason.text for reason in told if reason.points < 0]
    listed = reason_texts(CARD, frame_of([row])).collect()["reasons"].to_list()[0]
    assert set(listed) >= {text for text in said if "Tenure" in text}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "Tenure (Months) below 12"),
        (12.0, "Tenure (Months) 12 to below 24.5"),
        (24.5, "Tenure (Months) 24.5 or more"),
        (None, "Tenure (Months): not known"),
    ],
)
def test_a_reason_names_the_column_as_the_lender_writes_it(value: float | None, text: str) -> None:
    row = {"statements_count": 6} | dict.fromkeys(NAMES) | {"own_tenure_months": value}
    assert text in {reason.text for reason in reasons(CARD, row)}


def test_a_header_with_braces_is_said_as_it_is() -> None:
    odd = replace(TENURE, name="own_a", header="{a}", bins=(Bin(None, 1.0, (0, 0)), Bin(1.0, None, (900, 900))))
    made = pl.DataFrame({"account_id": ["A"], "statements_count": [6], **dict.fromkeys(NAMES), "own_a": [1.0]})
    found = reason_texts(card_of(odd), Features(made.cast({"statements_count": pl.Int32}).lazy())).collect()
    assert found["reasons"].to_list()[0][0] == "{a} 1 or more"


def test_as_many_own_columns_as_a_card_may_have_each_speak(tmp_path: Path) -> None:
    many = [replace(TENURE, name=f"own_c{n}", header=f"c{n}", neutral=(0, 0)) for n in range(own.MOST)]
    card = sealed(replace(load(), characteristics=(*load().characteristics, *many)))
    (tmp_path / "card.json").write_bytes(dump(card))
    assert load(tmp_path / "card.json") == card
    late = months(cycles=[3] * 6, balance=[100] * 6, paid=[0] * 6)
    values = (pl.lit(1.0 if n == 17 else 30.0).alias(f"own_c{n}") for n in range(own.MOST))
    made = features(Cycles(late.with_columns(values)), card.own)
    told = reason_texts(card, made).collect()["reasons"].to_list()[0]
    assert {"c17 below 12", "several cycles past due now"} < set(told)
    one_more = card_of(*many, replace(TENURE, name="own_more", header="more"))
    with pytest.raises(BadCard, match="asks for 21 columns of the lender's own; it may ask for 20"):
        parse(json.loads(dump(one_more)))


# --- features ----------------------------------------------------------------------------------------------------------


def test_features_hold_the_columns_that_are_asked_for_and_null_where_the_book_lacks_them() -> None:
    known = Cycles(account().with_columns(own_tenure_months=pl.lit(7.0), own_other=pl.lit(1.0)))
    found = features(known, ["own_tenure_months", "own_sex"]).collect()
    assert found.columns[-2:] == ["own_tenure_months", "own_sex"]
    assert found.row(0)[-2:] == (7.0, None)
    assert features(known).collect().schema == frames.polars_schema(COLUMNS)


def test_a_book_without_the_column_is_covered_less_and_gets_the_points_of_the_unknown() -> None:
    found = points(CARD, features(account(), CARD.own)).collect()
    assert found["coverage"].to_list() == [0.0]
    with_it = Cycles(account().with_columns(own_tenure_months=pl.lit(7.0)))
    told = points(CARD, features(with_it, CARD.own)).collect()
    assert told["coverage"].to_list() == [pytest.approx(1 / 3, abs=1e-6)]
    assert told["card_milli"][0] - found["card_milli"][0] == TENURE.bins[0].points[0] - TENURE.missing[0]


# --- the file ----------------------------------------------------------------------------------------------------------


def test_the_header_stands_in_the_file_and_under_the_hash(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_bytes(dump(CARD))
    assert load(tmp_path / "card.json") == CARD
    assert CARD.own == {"own_tenure_months": "Tenure (Months)"}
    assert card_of(replace(TENURE, header="tenure months")).hash != CARD.hash


@pytest.mark.parametrize("stamp", ["default-1.0+98361b4b", "amounts-1.0+f88dcf00", "cure-1.0+ccbfc4d7"])
def test_the_cards_that_ship_are_byte_for_byte_what_they_were(stamp: str) -> None:
    card = load(stamp.partition("-")[0])
    assert card.stamp == sealed(card).stamp == stamp
    assert b"header" not in dump(card)


def changed(card: Card, change: dict[str, Any]) -> dict[str, Any]:
    """Return a card's JSON with its last characteristic changed and a hash that fits."""
    raw: dict[str, Any] = json.loads(dump(card))
    raw["characteristics"][-1] |= change
    return raw | {"hash": _digest({key: value for key, value in raw.items() if key != "hash"})}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"header": ""}, "asks for “own_tenure_months”, which is no feature of this version"),
        ({"header": "other"}, "which is not the name of its header"),
        ({"header": "Tenure\u202e months"}, "which is not the name of its header"),
        ({"header": 7}, "header of “own_tenure_months” is no text"),
        ({"name": "use_max"}, "asks for a column of the lender's own as “use_max”"),
        ({"header": "—", "name": ""}, "which is not the name of its header"),
        ({"whose": "x"}, "has “whose”, which this version does not know"),
    ],
)
def test_an_own_column_that_cannot_be_followed_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCard, match=said):
        parse(changed(CARD, change))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "asks for “sex”, which is a protected attribute, which no card may use unless it says who allowed it"),
        ({ALLOWED: []}, "unless it says who allowed it and why"),
        ({ALLOWED: [LET_THROUGH | {"attribute": "age"}]}, "unless it says who allowed it and why"),
        ({ALLOWED: [LET_THROUGH | {"column": "gender"}]}, "unless it says who allowed it and why"),
        ({ALLOWED: [LET_THROUGH | {"because": " "}]}, "does not say in trained_on which protected attributes"),
        ({ALLOWED: "sex"}, "does not say in trained_on which protected attributes"),
        ({ALLOWED: [{"column": "sex"}]}, "does not say in trained_on which protected attributes"),
    ],
)
def test_a_protected_column_needs_somebody_who_let_it_through(told: dict[str, Any], said: str) -> None:
    with pytest.raises(BadCard, match=said):
        parse(json.loads(dump(card_of(SEX, trained_on=told))))


def test_one_that_was_let_through_says_so_wherever_it_is_shown() -> None:
    card = card_of(SEX, trained_on={ALLOWED: [LET_THROUGH]})
    assert parse(json.loads(dump(card))) == card
    sentence = "Protected attribute used: sex (sex), allowed by ana: the law of 3 May"
    assert card.overrides == (sentence,)
    assert f"- {sentence}" in markdown(card)
    assert f"-- {sentence}" in sql(card)
    without_name = card_of(SEX, trained_on={ALLOWED: [LET_THROUGH | {"by": ""}]})
    assert without_name.overrides == ("Protected attribute used: sex (sex), allowed: the law of 3 May",)


# --- other forms -------------------------------------------------------------------------------------------------------


def test_the_query_gives_every_account_the_same(tmp_path: Path) -> None:
    values = [None, math.nan, math.inf, -math.inf, 11.999999, 12.0, 24.4, 24.5, 0.0]
    found = frame_of(
        [dict.fromkeys(NAMES) | {"cycles_now": float(k % 2), "own_tenure_months": v} for k, v in enumerate(values)]
    ).collect()
    found.write_parquet(tmp_path / "features.parquet")
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
        database.execute("CREATE TABLE features AS FROM read_parquet(?)", [str(tmp_path / "features.parquet")])
        told = database.execute(sql(CARD)).fetchall()
    expected = points(CARD, Features(without_nan(CARD, Features(found.lazy())))).collect()
    assert sorted((row[0], row[1]) for row in told) == sorted(expected.select("account_id", "card_milli").iter_rows())


def test_an_exported_table_comes_back_with_the_column(tmp_path: Path) -> None:
    table(CARD).write_csv(tmp_path / "ours.csv")
    back = points_card.read(tmp_path / "ours.csv", "ours")
    assert back.own == {"own_tenure_months": "tenure_months"}
    assert [each.points for each in back.characteristics[-1].bins] == [each.points for each in TENURE.bins]


def test_a_table_cannot_say_who_let_a_protected_attribute_through(tmp_path: Path) -> None:
    table(card_of(SEX)).write_csv(tmp_path / "ours.csv")
    with pytest.raises(BadCard) as caught:
        points_card.read(tmp_path / "ours.csv", "ours")
    assert "“own_sex” is a protected attribute" in caught.value.issues[0].message


# --- how it comes on a card --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lender(book_features: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return 4,000 real accounts with a column of their own that tells good from bad, and one that tells nothing."""
    made = book_features.head(4000)
    random = np.random.default_rng(5)
    months = random.integers(0, 60, made.height).astype(np.float64)
    chance = 1 / (1 + np.exp(-(-2.0 + 1.5 * (months < 20) + 0.5 * made["unpaid_months"].to_numpy())))
    bad = pl.Series("bad", random.random(made.height) < chance).cast(pl.Int8)
    known = (
        pl.Series("own_months", months)
        .to_frame()
        .select(pl.when(pl.int_range(pl.len()) % 50 != 0).then(pl.col("own_months")))
    )
    return made.hstack(known).with_columns(own_same=pl.lit(3.0)), bad


def test_room_for_a_column_changes_no_score(lender: tuple[pl.DataFrame, pl.Series]) -> None:
    made, _ = lender
    wide = widened(load(), made, {"own_months": "Months", "own_same": "same"})
    assert wide.own == {"own_months": "Months"}, "a column that is the same everywhere gets no bins"
    before, after = (points(card, Features(made.lazy())).collect()["card_milli"] for card in (load(), wide))
    assert after.equals(before)
    assert narrowed(without_idle(wide), [c.name for c in load().characteristics]) == load()
    assert not without_idle(wide).own
    assert widened(wide, made, {"own_months": "Months"}) is wide


def test_outcomes_move_the_points_of_the_column(lender: tuple[pl.DataFrame, pl.Series]) -> None:
    made, bad = lender
    card = without_idle(adapt(widened(load(), made, {"own_months": "Months"}), made, bad, name="own", version="1"))
    found = card.characteristics[-1]
    assert (found.name, found.header) == ("own_months", "Months")
    assert found.bins[0].points[0] > found.bins[-1].points[0] + 500
    assert all(each.start is None or each.start == int(each.start) for each in found.bins), "whole numbers, whole cuts"
    assert recalibrated(card, Shift(0.1, 1.1, 400), version="2").own == card.own
    assert narrowed(card, ["own_months", "cycles_now"]).own == card.own


def test_a_card_from_scratch_may_have_it(lender: tuple[pl.DataFrame, pl.Series]) -> None:
    made, bad = lender
    only = ["unpaid_months", "own_months", "own_same"]
    card = fit(
        made, bad, name="x", version="1", target="t", only=only, own={"own_months": "Months", "own_same": "s"}
    ).card
    assert card.own == {"own_months": "Months"}
    assert of(card.characteristics[-1]).formula == "the column Months of your accounts"
    assert {c.name for c in fit(made, bad, name="x", version="1", target="t").card.characteristics} <= set(NAMES)
