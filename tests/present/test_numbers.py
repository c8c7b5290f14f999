"""Figures are exact, grouped and never cut."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present.numbers import (
    balance,
    count,
    fit_number,
    money,
    percent,
    short_money,
)

AMOUNTS = st.decimals(Decimal(-(10**15)), Decimal(10**15), places=4)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("10240", 0, "10,240"),
        ("10240.0000", 2, "10,240.00"),
        ("1234567.5", 2, "1,234,567.50"),
        ("-320", 0, "−320"),
        ("0", 0, "0"),
        ("-0.00", 2, "0.00"),
        ("1E+15", 0, "1,000,000,000,000,000"),
        ("10.25", 0, "10.25"),
        ("NaN", 2, "?"),
        ("Infinity", 2, "?"),
    ],
)
def test_an_amount_is_written_out(value: str, digits: int, text: str) -> None:
    assert money(Decimal(value), digits) == text


def test_what_is_not_known_is_a_question_mark() -> None:
    assert money(None, 2) == percent(None) == count(None) == short_money(None) == "?"


def test_an_assumed_amount_is_marked() -> None:
    assert money(Decimal(48200), 0, assumed=True) == "~48,200"


def test_a_negative_balance_is_a_credit() -> None:
    assert balance(Decimal(-320), 0) == "−320 credit"
    assert balance(Decimal(320), 0) == "320"
    assert balance(None, 0) == "?"


@given(AMOUNTS, st.integers(0, 3))
def test_no_digit_of_an_amount_is_lost(value: Decimal, digits: int) -> None:
    assert Decimal(money(value, digits).replace(",", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("14370000", "14.37M"),
        ("1204999", "1.20M"),
        ("310000", "0.31M"),
        ("99000", "99.00k"),
        ("1000", "1.00k"),
        ("980", "980"),
        ("0", "0"),
        ("999999999", "1.00bn"),
        ("5000000000000", "5.00tn"),
        ("-2500000", "−2.50M"),
    ],
)
def test_a_total_is_shortened(value: str, text: str) -> None:
    assert short_money(Decimal(value)) == text


@given(AMOUNTS)
def test_a_shortened_total_never_reaches_a_thousand_of_its_unit(value: Decimal) -> None:
    text = short_money(value).strip("−").rstrip("kMbtn")
    assert Decimal(text.replace(",", "")) < 1000 or abs(value) >= 10**15 - 1


def test_shares_and_counts() -> None:
    assert percent(0.4096) == "41 %"
    assert percent(0.4096, 1) == "41.0 %"
    assert percent(1.125) == "112 %"
    assert percent(float("nan")) == count(float("inf")) == "–"
    assert percent(-0.001) == "0 %"
    assert count(1234) == "1,234"
    assert count(2.0) == "2"
    assert count(1.25) == "1.2"
    assert count(Decimal(-3)) == "−3"


def test_a_figure_that_does_not_fit_is_not_cut() -> None:
    assert fit_number("10,240", 10) == "    10,240"
    assert fit_number("10,240", 6) == "10,240"
    assert fit_number("10,240", 5) == "#####"
