"""What came of warnings, on books small enough to count by hand."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.monitoring.evaluation import Share, Spread, days, handled, judged
from tests.monitoring.looks import HORIZON, RULES, Look, decided, known, looks, on, track

UNPAID = (("bill-unpaid", 0),)


def test_of_four_warned_one_went_bad() -> None:
    rows = [Look(name, 0, "yellow", UNPAID) for name in "ABCD"]
    later = known(A=[(30, False), (58, True)], B=[(30, False)], C=[(30, False)], D=[(30, False)])
    found = track(rows, later)
    assert (found.followed.part, found.followed.whole) == (1, 4)
    assert track(rows, later, name="bill-unpaid").followed == found.followed
    assert track(rows, later, name="yellow").followed == found.followed
    assert track(rows, later, name="red").followed == Share(0, 0, 0.0)


def test_lead_time_goes_from_the_first_warning_to_the_first_bad_day() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("A", 30, "yellow", (("bill-unpaid", 30),)), Look("B", 30, "blue", ())]
    later = known(A=[(30, False), (58, True), (59, True)], B=[(40, True)])
    assert track(rows, later, name="bill-unpaid").lead == Spread(1, 58, 58, 58)
    assert track(rows, later).lead == Spread(2, 22.0, 34.0, 46.0)


def test_of_three_that_went_bad_two_were_warned_of() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("B", 0, "blue", (("relapse", 0),)), Look("C", 0), Look("D", 0)]
    later = known(A=[(30, True)], B=[(30, True)], C=[(30, True)], D=[(30, False)])
    assert (track(rows, later).found.part, track(rows, later).found.whole) == (2, 3)
    assert track(rows, later, name="relapse").found.part == 1


def test_warnings_are_told_for_each_thousand_accounts_looked_at() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), *(Look(name, 0) for name in "BCDE")]
    later = known(**{name: [(30, False)] for name in "ABCDE"})
    assert track(rows, later).rate == 200.0


def test_what_goes_bad_after_the_horizon_does_not_count() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("B", 0, "yellow", UNPAID)]
    later = known(A=[(30, False), (60, True)], B=[(30, False), (61, True)])
    assert track(rows, later).followed.part == 1


def test_what_was_known_on_the_day_itself_is_no_consequence() -> None:
    rows = [Look("A", 0, "yellow", UNPAID)]
    assert track(rows, known(A=[(0, True), (30, False)])).followed.part == 0


def test_an_account_of_which_nothing_is_known_afterwards_is_not_judged() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("B", 0, "yellow", UNPAID)]
    found = track(rows, known(A=[(30, False)], B=[(61, True)]))
    assert (found.followed.whole, found.rate) == (1, 1000.0)


def test_the_same_facts_on_another_day_are_the_same_warning() -> None:
    rows = [Look("A", day, "yellow", UNPAID) for day in (0, 1, 2)]
    found = track(rows, known(A=[(30, True)]), name="bill-unpaid")
    assert found.followed.whole == 1
    assert found.lead == Spread(1, 30, 30, 30)
    assert track(rows, known(A=[(30, True)])).followed.whole == 1


def test_newer_facts_are_another_warning_of_the_same_account() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("A", 30, "yellow", (("bill-unpaid", 30),))]
    assert track(rows, known(A=[(58, True)]), name="bill-unpaid").followed.whole == 2


def test_accounts_past_due_are_judged_apart() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("B", 0, "red", (("rolling", 0),), late=True, gone_bad=True)]
    later = known(A=[(30, False)], B=[(30, True)])
    assert (track(rows, later).followed.part, track(rows, later).followed.whole) == (0, 1)
    late = track(rows, later, late=True)
    assert (late.followed.part, late.followed.whole, late.lead) == (1, 1, None)  # it was bad before it was warned of


def test_nothing_warned_and_nobody_looked_at_has_no_figures() -> None:
    found = track([Look("A", 0)], known(A=[(30, False)]), late=True)
    assert (found.followed.whole, found.found.whole, found.lead, found.rate) == (0, 0, None, None)


def test_an_account_that_goes_bad_twice_is_two_times_to_warn_of() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("A", 40)]
    found = track(rows, known(A=[(30, True), (40, False), (70, True)]))
    assert (found.found.part, found.found.whole) == (1, 2)


def test_three_warnings_of_each_account_tell_no_more_than_one() -> None:
    names = [f"A{number}" for number in range(40)]
    once = [Look(name, 0, "yellow", UNPAID) for name in names]
    thrice = [Look(name, day, "yellow", (("bill-unpaid", day),)) for name in names for day in (0, 10, 20)]
    later = known(**{name: [(30, number % 4 == 0)] for number, name in enumerate(names)})
    one, three = track(once, later).followed, track(thrice, later).followed
    assert (one.part, one.whole, three.part, three.whole) == (10, 40, 30, 120)
    assert three.firm == pytest.approx(one.firm)
    assert one.firm == pytest.approx(39)


def test_a_day_tells_how_many_went_bad_and_until_when_that_is_known() -> None:
    rows = [Look("A", 0, "yellow", UNPAID), Look("B", 0), Look("C", 0), Look("A", 30)]
    of = judged(looks(*rows), known(A=[(35, True)], B=[(30, True)], C=[(55, False)]), HORIZON)
    first, second = days(of)
    assert (first.day, first.until, first.bad.part, first.bad.whole) == (on(0), on(55), 2, 3)
    assert (first.warned.part, first.warned.whole) == (1, 1)
    assert (second.day, second.bad.whole) == (on(30), 1)


def test_false_alarms_are_counted_among_the_closed_cases() -> None:
    cases = decided(
        ("A", "red", ["rolling", "relapse"], 1, "confirmed"),
        ("B", "red", ["rolling"], 3, "false_alarm"),
        ("C", "blue", ["relapse"], 8, "false_alarm"),
        ("D", "blue", ["relapse"], None, None),
    )
    found = {each.name: each for each in handled(cases, RULES)}
    assert (found[""].cases, found[""].false_alarms.part, found[""].false_alarms.whole) == (4, 2, 3)
    assert (found["red"].false_alarms.part, found["red"].false_alarms.whole) == (1, 2)
    assert (found["relapse"].cases, found["relapse"].false_alarms.part) == (3, 1)
    assert found["yellow"].false_alarms.whole == 0
    assert found[""].hours == Spread(3, 2.0, 3.0, 5.5)
    assert found["bill-unpaid"].hours is None


STATES = st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=5)


@given(states=st.lists(STATES, min_size=1, max_size=6), horizon=st.integers(1, 90))
def test_a_longer_horizon_never_finds_fewer(states: list[list[tuple[int, bool]]], horizon: int) -> None:
    rows = [Look(f"A{number}", 0, "yellow", UNPAID) for number in range(len(states))]
    later = known(**{f"A{number}": sorted(dict(each).items()) for number, each in enumerate(states)})
    short, long = (
        set(judged(looks(*rows), later, timedelta(days=length)).filter(pl.col("bad_on").is_not_null())["account_id"])
        for length in (horizon, horizon + 10)
    )
    assert short <= long


@given(states=st.lists(STATES, min_size=1, max_size=6), horizon=st.integers(1, 60), after=st.integers(1, 30))
def test_what_comes_after_the_horizon_changes_nothing(
    states: list[list[tuple[int, bool]]], horizon: int, after: int
) -> None:
    rows = [Look(f"A{number}", 0, "yellow", UNPAID) for number in range(len(states))]
    told = {f"A{number}": sorted(dict(each).items()) for number, each in enumerate(states)}
    more = {name: [*each, (91 + after, True)] for name, each in told.items()}
    length = timedelta(days=horizon)
    assert judged(looks(*rows), known(**told), length).equals(judged(looks(*rows), known(**more), length))
