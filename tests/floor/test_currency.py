"""Currencies and their smallest units."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.currency import decimals, half, minor_units


def test_every_currency_has_as_many_decimals_as_money_can_hold() -> None:
    known = minor_units()
    assert (known["TWD"], known["JPY"], known["KWD"]) == (2, 0, 3)
    assert max(known.values()) <= frames.MONEY.scale
    assert all(len(code) == 3 and code.isupper() for code in known)


def test_a_currency_that_nobody_knows_has_two() -> None:
    assert decimals("XXQ") == decimals(None) == 2


@given(st.decimals(min_value=0, max_value=10**12, places=3), st.sampled_from(["TWD", "JPY", "KWD", None]))
def test_half_can_be_paid_and_is_never_more_than_half(amount: Decimal, code: str | None) -> None:
    part = half(amount, code)
    assert part == round(part, decimals(code))
    assert 0 <= amount / 2 - part <= 1


@pytest.mark.parametrize(
    ("amount", "code", "part"),
    [("1001", "TWD", "500"), ("10.01", "USD", "5"), ("1", "USD", "0.5"), ("875", "JPY", "437")],
)
def test_half_of_a_whole_amount_is_whole(amount: str, code: str, part: str) -> None:
    assert half(Decimal(amount), code) == Decimal(part)
