"""What a desk's own books teach about its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.desk.cards.lessons import LEAST_DAYS, MOST_DAYS, Lessons, of_desk, pairs
from deskcollect.desk.desk import Desk

JULY, AUGUST, SEPTEMBER = date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([], []),
        ([JULY], []),
        ([JULY, AUGUST, SEPTEMBER], [(JULY, AUGUST), (AUGUST, SEPTEMBER)]),
        ([JULY, SEPTEMBER], []),
        ([JULY, JULY + timedelta(7), AUGUST], [(JULY, AUGUST), (JULY + timedelta(7), AUGUST)]),
    ],
)
def test_a_book_is_paired_with_the_first_about_a_month_later(days: list[date], found: list[tuple[date, date]]) -> None:
    assert list(pairs(days)) == found


@given(st.lists(st.integers(0, 400), max_size=30, unique=True))
def test_no_book_is_judged_by_one_too_near_or_too_far(offsets: list[int]) -> None:
    days = sorted(JULY + timedelta(each) for each in offsets)
    for before, after in pairs(days):
        assert LEAST_DAYS <= (after - before).days <= MOST_DAYS


def test_an_account_is_bad_that_is_a_month_behind_and_fell_further(demo: Desk) -> None:
    found = of_desk(demo)
    assert sorted(found.seen_on.unique()) == [AUGUST, SEPTEMBER]
    told = found.features.select("account_id").with_columns(found.bad, found.seen_on)
    for before, after in ((JULY, AUGUST), (AUGUST, SEPTEMBER)):
        dpd = {
            day: dict(demo.standing(day).accounts.select("account_id", "dpd").iter_rows()) for day in (before, after)
        }
        for account, bad in told.filter(pl.col("seen_on") == after).select("account_id", "bad").iter_rows():
            assert bool(bad) == (dpd[after][account] >= 30 and dpd[after][account] > dpd[before][account])


def test_the_features_are_those_of_the_earlier_book(demo: Desk) -> None:
    found = of_desk(demo)
    learn, judge = found.split()
    assert set(learn.seen_on) == {AUGUST}
    assert set(judge.seen_on) == {SEPTEMBER}
    known = dict(demo.standing(AUGUST).accounts.select("account_id", "statements_count").iter_rows())
    for account, count in judge.features.select("account_id", "statements_count").iter_rows():
        assert known[account] == count


# --- who learns and who judges -----------------------------------------------------------------------------------------


def taught(days: Sequence[date | None], bad: Sequence[int]) -> Lessons:
    """Return lessons of as many accounts."""
    ids = pl.DataFrame({"account_id": [f"A{n:04}" for n in range(len(bad))]})
    return Lessons(ids, pl.Series("bad", bad, pl.Int8), pl.Series("seen_on", days, pl.Date))


MIXED = [n % 4 == 0 for n in range(100)]


def test_the_newest_days_judge_until_three_in_ten_of_the_outcomes_do() -> None:
    days = [AUGUST + timedelta(n // 10) for n in range(100)]
    learn, judge = taught(days, MIXED).split()
    assert judge.seen_on.unique().sort().to_list() == [AUGUST + timedelta(n) for n in (7, 8, 9)]
    assert len(learn) == 70


@given(st.lists(st.integers(0, 12), min_size=60, max_size=200), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_nobody_both_learns_and_judges(offsets: list[int], random: Random) -> None:
    whole = taught([AUGUST + timedelta(n) for n in offsets], [random.randint(0, 1) for _ in offsets])
    learn, judge = whole.split()
    ids = [*learn.features["account_id"], *judge.features["account_id"]]
    assert sorted(ids) == whole.features["account_id"].to_list()
    first, last = judge.seen_on.min(), learn.seen_on.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    if first > last:
        assert len(judge) >= 0.3 * len(whole)


@pytest.mark.parametrize(
    ("days", "bad"),
    [
        ([None] * 100, MIXED),
        ([AUGUST] * 100, MIXED),
        ([AUGUST] * 15 + [SEPTEMBER] * 85, MIXED),
        ([AUGUST] * 60 + [SEPTEMBER] * 40, [1] * 20 + [0] * 80),
    ],
    ids=["without days", "one day", "too few before the newest", "the newest all good"],
)
def test_where_days_do_not_serve_some_accounts_judge(days: list[date | None], bad: list[int]) -> None:
    learn, judge = taught(days, bad).split()
    assert (len(learn), len(judge)) == (70, 30)
    assert [each.bads for each in taught(days, bad).split()] == [learn.bads, judge.bads], "drawn by a seed"


def test_days_that_are_the_outcome_in_other_words_put_nothing_in_order() -> None:
    """A lender writes the day of default for the bad ones, and the end of the month for the others."""
    days = [AUGUST + timedelta(n % 20) if bad else SEPTEMBER for n, bad in enumerate(MIXED)]
    days[:2] = [SEPTEMBER, AUGUST]  # with one slip each way, so that both sides of a split would have both kinds
    whole = taught(days, MIXED)
    assert whole.days_tell
    learn, judge = whole.split()
    assert learn.seen_on.max() == judge.seen_on.max() == SEPTEMBER
