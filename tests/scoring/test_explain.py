"""The points in plain words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings

from deskcollect import frames
from deskcollect.frames import Features
from deskcollect.scoring.card import Card
from deskcollect.scoring.explain import average, reasons
from deskcollect.scoring.features import BY_NAME, COLUMNS, FAMILIES
from deskcollect.scoring.reason_texts import _HALF_A_POINT, TOP, reason_texts
from deskcollect.scoring.score import milli_of, score_of
from tests.scoring.builders import bundled, row_of, rows, small_card

if TYPE_CHECKING:
    from polars._typing import EngineType

    Row = dict[str, Any]


def frame_of(found: list[Row]) -> Features:
    """Return rows as the features room hands them over."""
    named = [{"account_id": f"A{k}"} | row for k, row in enumerate(found)]
    return Features(pl.LazyFrame(named, schema=frames.polars_schema(COLUMNS)))


@given(rows())
@settings(max_examples=300, deadline=None)
def test_average_and_points_add_up_to_the_score(row: Row) -> None:
    for card in (bundled(), small_card()):
        told = reasons(card, row)
        assert average(card, row) + sum(reason.points for reason in told) == score_of(milli_of(card, row))
        assert len({reason.family for reason in told}) == len(told)


def test_the_real_accounts_add_up_most_damaging_first(card: Card, book_features: pl.DataFrame) -> None:
    for row in book_features.sample(300, seed=2).iter_rows(named=True):
        told = reasons(card, row)
        assert average(card, row) + sum(reason.points for reason in told) == score_of(milli_of(card, row))
        losses = [reason.points for reason in told]
        assert all(left <= right + 1 for left, right in pairwise(losses))
        assert all(reason.known and reason.value == row[reason.characteristic] for reason in told)


def test_the_average_is_that_of_the_segment() -> None:
    card = small_card()
    base = row_of()
    assert average(card, base | {"cycles_now": 0.0}) == score_of(-1500 + 0 - 100)
    assert average(card, base | {"cycles_now": 1.0}) == score_of(-1500 + 900 + 200)


def test_a_reason_says_what_was_observed() -> None:
    row = row_of(cycles_now=3.0, use_now=0.93)
    late, use = reasons(small_card(), row)
    assert (late.family, late.text, late.value) == ("late_now", "3 cycles past due now", 3.0)
    assert late.points == round(-600 * 20 / 693.147)
    assert (use.family, use.text) == ("limit_use", "balance near the limit now (93 %)")
    assert use.points == round(-100 * 20 / 693.147)


def test_what_is_not_known_is_said_to_be_so() -> None:
    row = row_of(cycles_now=0.0)
    use = next(reason for reason in reasons(small_card(), row) if reason.family == "limit_use")
    assert (use.known, use.value, use.points) == (False, None, 0)
    assert use.text == "share of the limit in use: not known"


def test_the_words_of_a_family_come_from_the_member_that_weighs_most(card: Card, book_features: pl.DataFrame) -> None:
    for row in book_features.sample(100, seed=3).iter_rows(named=True):
        for reason in reasons(card, row):
            feature = BY_NAME[reason.characteristic]
            assert feature.family == reason.family
            span = feature.spans()[-1]
            assert reason.text in {words.said(row[reason.characteristic], span) for words in feature.words}


@pytest.mark.parametrize(
    ("statements", "late", "paid"),
    [
        (1, "of the one month known past due", "over the one month known"),
        (2, "of the two months known past due", "over the one month known"),
        (4, "of the four months known past due", "over three months"),
        (6, "of six months past due", "over three months"),
    ],
)
def test_the_words_speak_of_no_month_that_nobody_told(statements: int, late: str, paid: str) -> None:
    row = row_of(late_months=1.0, pay_ratio_mean_3=0.0) | {"statements_count": statements}
    assert (plain_words("late_months", row), plain_words("pay_ratio_mean_3", row)) == (
        f"one {late}",
        f"no payment {paid}",
    )


def test_no_reason_blames_a_customer() -> None:
    texts = [
        text for f in BY_NAME.values() for words in f.words for text in (words.plain, words.said(3.0, "six months"))
    ]
    texts += FAMILIES.values()
    for text in texts:
        assert not {"debtor", "bad", "default", "deadbeat", "fail"} & set(text.lower().split()), text
        assert text[0].islower() or text[0].isdigit()


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_texts_of_a_book_are_the_worst_reasons_of_each_account(
    card: Card, book_features: pl.DataFrame, engine: EngineType
) -> None:
    sample = book_features.sample(300, seed=4)
    found = reason_texts(card, Features(sample.lazy())).collect(engine=engine)
    assert found["account_id"].equals(sample["account_id"])
    for texts, row in zip(found["reasons"].to_list(), sample.iter_rows(named=True), strict=True):
        assert texts == expected_texts(card, row)


@given(rows())
@settings(max_examples=60, deadline=None)
def test_texts_cope_with_whatever_is_unknown(row: Row) -> None:
    card = bundled()
    assert reason_texts(card, frame_of([row])).collect()["reasons"].to_list() == [expected_texts(card, row)]


def expected_texts(card: Card, row: Row) -> list[str]:
    """Return the plain words of the reasons that cost at least half a point, by way of the single account."""
    from deskcollect.scoring.explain import _families

    lost = {family: sum(m.milli for m in members) for family, members in _families(card, row).items()}
    texts = []
    for reason in reasons(card, row):
        if lost[reason.family] > _HALF_A_POINT:
            unknown = f"{FAMILIES[reason.family]}: not known"
            texts.append(unknown if reason.value is None else plain_words(reason.characteristic, row))
    return texts[:TOP]


def plain_words(name: str, row: Row) -> str:
    """Return what the value of a feature is called, without the value."""
    feature = BY_NAME[name]
    words = next(words for words in feature.words if row[name] < words.below)
    return words.plain.format(span=feature.spans()[feature.months(row["statements_count"]) - 1])


def test_an_average_account_has_no_reason_and_an_empty_book_none() -> None:
    card = small_card()
    row = row_of(cycles_now=0.0)
    assert reason_texts(card, frame_of([row])).collect()["reasons"].to_list() == [[]]
    empty = reason_texts(card, frame_of([])).collect()
    assert empty.height == 0
    assert empty.schema == {"account_id": pl.String(), "reasons": pl.List(pl.String())}
