"""The warnings beside everyone over nine tenths of the limit."""

from __future__ import annotations

import pytest

from deskcollect.monitoring.against import Match, matches
from deskcollect.monitoring.evaluation import judged
from tests.monitoring.looks import HORIZON, Look, known, looks


def compared(*rows: tuple[Look, bool]) -> tuple[Match, ...]:
    """Compare looks of which it is said whether the account went bad."""
    later = known(**{row.account: [(30, bad)] for row, bad in rows})
    return matches(judged(looks(*(row for row, _ in rows)), later, HORIZON), draws=100)


def test_the_desk_is_cut_to_as_many_as_use_the_whole_limit() -> None:
    (red, yellow) = compared(
        (Look("A", 0, "red"), True),
        (Look("B", 0, "yellow", signals=2), True),
        (Look("C", 0, "yellow"), False),
        (Look("D", 0, used=0.95), False),
        (Look("E", 0, used=0.99), True),
    )
    assert (red.level, red.flagged, red.full, red.volume, red.ours, red.theirs) == ("red", 1, 2, 1, 1.0, 0.5)
    assert (yellow.flagged, yellow.volume, yellow.ours, yellow.theirs) == (3, 2, 1.0, 0.5)
    assert (yellow.theirs_fullest, red.theirs_fullest) == (0.5, 1.0)


def test_levels_stand_before_the_number_of_signals_and_those_before_exposure() -> None:
    rows = [
        (Look("A", 0, "red", signals=1), True),
        (Look("B", 0, "yellow", signals=3), True),
        (Look("C", 0, "yellow", signals=2, exposure=0.9), True),
        (Look("D", 0, "yellow", signals=2, exposure=0.1), False),
    ]
    full = [(Look(f"F{number}", 0, used=0.95), False) for number in range(3)]
    assert compared(*rows, *full)[-1].ours == 1.0


def test_accounts_that_stand_alike_at_the_cut_count_in_part() -> None:
    alike = [(Look(name, 0, "yellow"), name == "A") for name in "ABCD"]
    (found,) = compared(*alike, (Look("F", 0, used=0.95), False))
    assert (found.volume, found.ours) == (1, 0.25)


def test_exactly_nine_tenths_is_not_over() -> None:
    (found,) = compared((Look("A", 0, "red", used=0.9), True), (Look("B", 0, used=0.901), False))
    assert found.full == 1


def test_without_a_full_limit_or_a_warning_nothing_is_compared() -> None:
    assert compared((Look("A", 0, "red"), True)) == ()
    assert compared((Look("A", 0, used=0.95), True)) == ()


def test_a_plain_difference_lies_within_its_interval_and_above_zero() -> None:
    flagged = [(Look(f"A{number}", 0, "yellow"), number % 10 > 1) for number in range(100)]
    full = [(Look(f"F{number}", 0, used=0.95), number % 10 < 2) for number in range(100)]
    (found,) = compared(*flagged, *full)
    assert found.by_lot.value == pytest.approx(0.6)
    assert 0.4 < found.by_lot.low < 0.6 < found.by_lot.high < 0.8


def test_the_same_accounts_by_both_ways_differ_by_nothing() -> None:
    rows = [(Look(f"A{number}", 0, "yellow", used=0.95), number % 3 == 0) for number in range(30)]
    (found,) = compared(*rows)
    assert (found.by_lot.low, found.by_lot.value, found.by_lot.high) == pytest.approx((0, 0, 0), abs=1e-12)


def test_a_seed_draws_the_same_accounts_again_and_the_order_of_the_book_means_nothing() -> None:
    rows = [(Look(f"A{number}", 0, "yellow", used=0.8 + number / 100), number % 3 == 0) for number in range(20)]
    assert compared(*rows) == compared(*reversed(rows))
