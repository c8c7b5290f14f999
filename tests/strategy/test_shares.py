"""Shares of a book: every customer belongs to exactly one desk, and few move when the team changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.strategy.shares import shares

CUSTOMERS = st.lists(st.text(max_size=8), unique=True, max_size=60)
DESKS = st.lists(st.text("abcdef0123456789", min_size=1, max_size=12), unique=True, min_size=1, max_size=5)


@given(customers=CUSTOMERS, desks=DESKS)
def test_every_desk_comes_to_the_same_shares_by_itself(customers: list[str], desks: list[str]) -> None:
    told = shares(customers, desks)
    assert set(told) <= set(desks)
    assert told == shares(customers, sorted(desks, reverse=True))
    assert told == [shares([each], desks)[0] for each in customers]


@given(customers=CUSTOMERS, desks=DESKS, new=st.just("new-desk"))
def test_where_a_desk_joins_customers_move_only_to_it(customers: list[str], desks: list[str], new: str) -> None:
    before, after = shares(customers, desks), shares(customers, [*desks, new])
    assert all(now in (was, new) for was, now in zip(before, after, strict=True))


def test_shares_are_about_equal_and_a_fourth_desk_takes_a_fourth() -> None:
    customers = [f"C{number:05}" for number in range(20_000)]
    three = shares(customers, ["north", "front", "south"])
    assert all(abs(three.count(desk) / 20_000 - 1 / 3) < 0.02 for desk in ("north", "front", "south"))
    four = shares(customers, ["north", "front", "south", "west"])
    moved = sum(one != other for one, other in zip(three, four, strict=True))
    assert abs(moved / 20_000 - 1 / 4) < 0.02


def test_a_share_is_the_same_in_every_version() -> None:
    assert shares(["C1", "C2", "C3", "佐藤"], ["north", "front"]) == ["front", "north", "north", "north"]
