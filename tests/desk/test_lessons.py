"""What a desk's own books teach about its accounts."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.desk.desk import Desk
from deskcollect.desk.lessons import LEAST_DAYS, MOST_DAYS, of_desk, pairs

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
