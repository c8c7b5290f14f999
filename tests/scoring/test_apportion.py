"""Whole points that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.scoring.apportion import apportion

PARTS = st.lists(st.floats(-500, 500, allow_nan=False), min_size=1, max_size=30)


@given(st.integers(-1000, 1000), PARTS)
def test_the_parts_add_up_whatever_the_total(total: int, parts: list[float]) -> None:
    assert sum(apportion(total, parts)) == total


@given(PARTS)
def test_each_part_is_within_one_point_of_its_share(parts: list[float]) -> None:
    found = apportion(round(sum(parts)), parts)
    assert all(abs(whole - part) <= 1.0 for whole, part in zip(found, parts, strict=True))


@given(PARTS)
def test_what_moved_nothing_shows_nothing(parts: list[float]) -> None:
    found = apportion(round(sum(parts)), [*parts, 0.0])
    if any(parts):
        assert found[-1] == 0


def test_the_largest_remainder_takes_the_point() -> None:
    assert apportion(3, [1.2, 0.7, 1.1]) == [1, 1, 1]
    assert apportion(-33, [-23.1, -8.6]) == [-24, -9]


def test_nothing_is_divided_among_nobody() -> None:
    assert apportion(0, []) == []
    with pytest.raises(ValueError, match="at least one part"):
        apportion(3, [])
