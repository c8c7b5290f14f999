"""Dates as the desk says them, and what a collector may type for one. Today is Wednesday, 30 September 2026."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present.dates import (
    clock_time,
    day,
    days,
    due_in,
    read_amount,
    read_date,
    read_past_time,
    read_time,
    relative_days,
    short_date,
)

TODAY = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 10, 42, tzinfo=UTC)


def test_a_day_names_its_weekday_and_a_foreign_year() -> None:
    assert day(TODAY, TODAY) == "Wed 30 Sep"
    assert day(date(2025, 1, 1), TODAY) == "Wed 1 Jan 2025"
    assert short_date(date(2026, 10, 2), TODAY) == "2 Oct"
    assert day(None, TODAY) == short_date(None, TODAY) == relative_days(None, TODAY) == "?"


def test_times_have_24_hours() -> None:
    assert clock_time(time(9, 5)) == "09:05"
    assert clock_time(NOW) == "10:42"
    assert clock_time(None) == "?"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (2, "in 2 days"), (-3, "3 days ago"), (20, "Tue 20 Oct")],
)
def test_only_near_dates_are_relative(ahead: int, words: str) -> None:
    assert relative_days(TODAY + timedelta(days=ahead), TODAY) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "now"), (20, "in 20 min"), (-125, "2 h late"), (-47 * 60, "47 h late"), (-72 * 60, "3 days late")],
)
def test_a_due_time_says_how_late_it_is(minutes: int, words: str) -> None:
    assert due_in(NOW + timedelta(minutes=minutes), NOW) == words


def test_days_are_counted() -> None:
    assert days(1) == "1 day"
    assert days(0) == "0 days"
    assert days(None) == "?"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("f", date(2026, 10, 2)),
        ("fri", date(2026, 10, 2)),
        ("Friday", date(2026, 10, 2)),
        ("w", date(2026, 10, 7)),
        ("tu", date(2026, 10, 6)),
        ("th", date(2026, 10, 1)),
        ("today", TODAY),
        ("tom", date(2026, 10, 1)),
        ("+3", date(2026, 10, 3)),
        ("+0", TODAY),
        ("＋３", date(2026, 10, 3)),
        ("2 oct", date(2026, 10, 2)),
        (" 2  OCT ", date(2026, 10, 2)),
        ("oct 2", date(2026, 10, 2)),
        ("2oct", date(2026, 10, 2)),
        ("2 october 2027", date(2027, 10, 2)),
        ("29 sep", date(2027, 9, 29)),
        ("30 sep", TODAY),
        ("29 feb", date(2028, 2, 29)),
        ("2026-10-02", date(2026, 10, 2)),
        ("2026-09-01", date(2026, 9, 1)),
    ],
)
def test_a_date_is_read(typed: str, read: date) -> None:
    assert read_date(typed, TODAY) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "t",
        "s",
        "to",
        "x",
        "03/04",
        "3.4.",
        "31 sep",
        "2 ju",
        "ju 2",
        "2026-02-30",
        "+",
        "-3",
        "+99999",
        "2",
        "0 oct",
    ],
)
def test_what_could_be_two_dates_or_none_waits(typed: str) -> None:
    assert read_date(typed, TODAY) is None


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["m", "tu", "w", "th", "f", "sa", "su"]))
def test_a_weekday_is_always_within_the_next_seven_days(today: date, typed: str) -> None:
    found = read_date(typed, today)
    assert found is not None
    assert 1 <= (found - today).days <= 7
    assert found.strftime("%A").lower().startswith(typed)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_the_desk_writes_it_also_reads(value: date, today: date) -> None:
    assert read_date(value.isoformat(), today) == value
    assert read_date(f"{value.day} {value.strftime('%b')} {value.year}", today) == value


@given(st.text(max_size=20))
def test_no_typing_ends_in_an_error(typed: str) -> None:
    read_date(typed, TODAY)
    read_past_time(typed, NOW)
    read_past_time(f"{typed} 9:30", NOW)
    read_amount(typed, {"full": Decimal(5)})


# --- times: those to come and those that are over ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:30", "2026-10-01 09:30"),
        ("11:00", "2026-09-30 11:00"),
        ("fri 9:30", "2026-10-02 09:30"),
        ("wed 9:30", "2026-10-07 09:30"),
        ("tomorrow 9.30", "2026-10-01 09:30"),
        ("+2h", "2026-09-30 12:42"),
        ("-2h", None),
        ("yesterday 9:30", None),
    ],
)
def test_when_to_call_lies_ahead(typed: str, read: str | None) -> None:
    assert read_time(typed, NOW) == (datetime.fromisoformat(f"{read}+00:00") if read else None)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9:30", "2026-09-30 09:30"),
        ("10:42", "2026-09-30 10:42"),
        ("11:00", "2026-09-29 11:00"),
        ("fri 9:30", "2026-09-25 09:30"),
        ("wed 9:30", "2026-09-30 09:30"),
        ("Wednesday 14:00", "2026-09-23 14:00"),
        ("today 9:30", "2026-09-30 09:30"),
        ("yesterday 17:00", "2026-09-29 17:00"),
        ("29 sep 9:30", "2026-09-29 09:30"),
        ("2 oct 9:30", "2025-10-02 09:30"),
        ("oct 2 2024 9:30", "2024-10-02 09:30"),
        ("29 feb 9:30", "2024-02-29 09:30"),
        ("2026-09-01 9:30", "2026-09-01 09:30"),
        ("-2h", "2026-09-30 08:42"),
        ("−30m", "2026-09-30 10:12"),
    ],
)
def test_what_happened_is_over(typed: str, read: str) -> None:
    assert read_past_time(typed, NOW) == datetime.fromisoformat(f"{read}+00:00")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "later",
        "today 14:00",
        "tomorrow 9:30",
        "+2h",
        "2026-10-02 9:30",
        "2026-02-30 9:30",
        "24:00",
        "9:60",
        "t 9:30",
    ],
)
def test_what_is_not_over_has_not_happened(typed: str) -> None:
    assert read_past_time(typed, NOW) is None


def test_hours_are_counted_through_a_change_of_the_clock() -> None:
    after = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    ago = read_past_time("-2h", after)
    assert ago is not None
    assert after.timestamp() - ago.timestamp() == 2 * 60 * 60


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times(), st.times())
def test_a_time_of_day_is_never_more_than_a_day_old(today: date, clock: time, typed: time) -> None:
    now = datetime.combine(today, clock, UTC)
    found = read_past_time(f"{typed.hour}:{typed.minute:02}", now)
    assert found is not None
    assert timedelta() <= now - found < timedelta(days=1)


KNOWN = {"full": Decimal(10240), "min": Decimal(5120), "half": Decimal("5120.00"), "balance": None}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10240", "10240"),
        ("10,240", "10240"),
        ("10 240", "10240"),
        ("10.2k", "10200"),
        ("10k", "10000"),
        ("1,234,567.89", "1234567.89"),
        ("f", "10240"),
        ("full", "10240"),
        ("m", "5120"),
        ("minimum", "5120"),
        ("h", "5120"),
        ("Half", "5120"),
    ],
)
def test_an_amount_is_read(typed: str, read: str) -> None:
    assert read_amount(typed, KNOWN) == Decimal(read)


@pytest.mark.parametrize(
    "typed",
    ["", "b", "x", "-5", "10,24", "1,2345", "1.234", "2.000", "10.", ".5", "1e3", "1 2", "9" * 20, "10,240,5", "kk"],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    assert read_amount(typed, KNOWN) is None


def test_a_currency_without_decimals_takes_none() -> None:
    assert read_amount("10.5", {}, digits=0) is None
    assert read_amount("10.5k", {}, digits=0) == 10500
    assert read_amount("10.125", {}, digits=3) == Decimal("10.125")
    assert read_amount("10.125k", {}) == 10125
