"""Text becomes the value it says, or nothing; never another value."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.errors import BadUse
from deskcollect.portfolio import dates, values
from deskcollect.portfolio.source import LINE, Source


def read(column: str, *cells: object, table: str = "accounts", date_format: str = "", dtype: Any = None) -> list[Any]:
    """Read cells as a column of the accounts."""
    series = pl.Series("0", cells, dtype=dtype or pl.String, strict=False)
    frame = pl.DataFrame({LINE: range(1, len(cells) + 1), "0": series})
    source = Source(table, "accounts.csv", (column,), frame.lazy())
    return values.parse(source, {column: 0}, date_format).frame.collect()[column].to_list()


money = st.decimals(Decimal(-(10**12)), Decimal(10**12), places=4)


@given(money)
def test_money_survives_with_every_common_thousands_separator(amount: Decimal) -> None:
    forms = [
        f"{amount}",
        f"{amount:,}",
        f"{amount:,}".replace(",", " "),
        f"{amount:,}".replace(",", "'"),
        f" {amount} ",
    ]
    assert read("balance", *forms) == [amount] * len(forms)


@given(st.text("0123456789.,' -+()", max_size=12))
def test_any_text_is_read_as_the_digits_it_shows_or_not_at_all(text: str) -> None:
    (amount,) = read("balance", text)
    if amount is not None:
        digits = re.sub(r"[^0-9.]", "", text).strip(".")
        assert abs(amount) == Decimal(digits)
        assert (amount < 0) <= ("-" in text or "(" in text)


@given(st.floats(-1e12, 1e12).map(lambda amount: round(amount, 2)))
def test_an_amount_kept_as_a_float_is_read_to_the_cent(amount: float) -> None:
    assert read("balance", amount, dtype=pl.Float64) == [Decimal(f"{amount:.2f}")]


@pytest.mark.parametrize("text", ["1,5", "12,34", "1.234,56", "1,2345", "$5", "5 TWD", "1e5", "NaN", "--5", "(5", "."])
def test_what_could_be_two_amounts_is_none(text: str) -> None:
    assert read("balance", text) == [None]


@pytest.mark.parametrize("text", ["(5.00)", "5.00-", "-5", "−5", "－５"])
def test_accountants_negatives_are_understood(text: str) -> None:
    assert read("balance", text) == [Decimal(-5)]


def test_floats_are_taken_at_their_fifteen_digits() -> None:
    assert read("balance", 0.1 + 0.2, 123456.78, float("nan"), dtype=pl.Float64) == [
        Decimal("0.3"), Decimal("123456.78"), None,
    ]  # fmt: skip


def test_whole_numbers() -> None:
    assert read("days_past_due", "31", "31.0", "1,031", "31.5", "x", "99999999999") == [31, 31, 1031, None, None, None]


def test_booleans() -> None:
    assert read("deceased", "yes", "No", "1", "0", "是", "否", "perhaps", "") == [
        True, False, True, False, True, False, None, None,
    ]  # fmt: skip


def test_words_of_closed_lists_are_understood() -> None:
    said = ("Paid in full", "PAST-DUE", "逾期", "循环", "unheard of")
    assert read("payment_status", *said, table="statements") == [
        "paid_in_full", "past_due", "past_due", "revolving", "unheard_of",
    ]  # fmt: skip


def test_an_account_number_keeps_its_zeros_and_loses_the_blanks_around_it() -> None:
    assert read("account_id", " 007 ", "12", None) == ["007", "12", None]
    assert read("account_id", 12.0, dtype=pl.Float64) == ["12"]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d"]))
def test_a_declared_format_and_year_first_are_read_alike(day: date, date_format: str) -> None:
    iso = [day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    assert read("due_date", *iso) == [day] * 3
    assert read("due_date", day.strftime(date_format), date_format=date_format) == [day]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%y", "%d-%m-%Y"]))
def test_without_a_declared_format_day_and_month_are_never_guessed(day: date, date_format: str) -> None:
    assert read("due_date", day.strftime(date_format)) == [None]


def test_times_are_the_lenders_own() -> None:
    cells = ("2026-03-04", "2026-03-04 10:30", "2026-03-04T10:30:05.250+08:00")
    assert [at.isoformat() for at in read("paid_at", *cells, table="payments")] == [
        "2026-03-04T00:00:00", "2026-03-04T10:30:00", "2026-03-04T10:30:05",
    ]  # fmt: skip
    assert read("paid_at", "2026-03-04 25:00", table="payments") == [None]
    declared = read("paid_at", "04/03/2026 10:30", "04/03/2026", table="payments", date_format="%d/%m/%Y")
    assert [at.isoformat() for at in declared] == ["2026-03-04T10:30:00", "2026-03-04T00:00:00"]


@pytest.mark.parametrize("date_format", ["%d/%m", "day", "%Y"])
def test_a_format_that_leaves_out_a_part_of_the_date_is_refused(date_format: str) -> None:
    with pytest.raises(BadUse, match="does not say day, month and year"):
        dates.check_format(date_format)
