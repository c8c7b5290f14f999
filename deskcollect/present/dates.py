"""Dates and times in words, and words read as dates. English names whatever the machine's locale."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

UNKNOWN = "?"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NEAR_DAYS = 14
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_IN_DAYS = re.compile(r"\+\s?(\d{1,4})")
_DAY_MONTH = re.compile(r"(\d{1,2})\s?([a-z]{3,9})\.?(?:\s(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s?(\d{1,2})(?:,?\s(\d{4}))?")
_AMOUNT = re.compile(r"(\d{1,3}(?:[, '’]\d{3})+|\d{1,15})(?:\.(\d{1,4}))?\s?(k?)")
_AT_CLOCK = re.compile(r"(.*?\s)?(\d{1,2})[:.h](\d{2})")
_IN_HOURS = re.compile(r"\+\s?(\d{1,2})\s?([hm])")
_HOURS_AGO = re.compile(r"[-−]\s?(\d{1,2})\s?([hm])")
_YEARS_TO_LEAP_DAY = 8
_GROUP = 3  # digits between two separators

V = TypeVar("V")


def day(value: date | None, today: date) -> str:
    """Return `Wed 30 Sep`, with the year if it is not this one."""
    return UNKNOWN if value is None else f"{WEEKDAYS[value.weekday()][:3]} {short_date(value, today)}"


def short_date(value: date | None, today: date) -> str:
    """Return `30 Sep`, with the year if it is not this one."""
    if value is None:
        return UNKNOWN
    year = "" if value.year == today.year else f" {value.year}"
    return f"{value.day} {MONTHS[value.month - 1][:3]}{year}"


def clock_time(value: time | datetime | None) -> str:
    """Return `10:42`, 24 hours, as the value's own zone has it."""
    return UNKNOWN if value is None else f"{value.hour:02}:{value.minute:02}"


def moment(value: datetime, today: date) -> str:
    """Return `14:30` for an instant of today, else `1 Oct 14:30`, as the value's own zone has it."""
    clock = clock_time(value)
    return clock if value.date() == today else f"{short_date(value, today)} {clock}"


def days(value: int | None) -> str:
    """Return `1 day`, `33 days`."""
    if value is None:
        return UNKNOWN
    return f"{value:,} day{'' if value == 1 else 's'}".replace("-", "−")


def relative_days(value: date | None, today: date) -> str:
    """Return how far a near date is: `today`, `tomorrow`, `in 2 days`, `3 days ago`; else the date itself."""
    if value is None:
        return UNKNOWN
    ahead = (value - today).days
    if abs(ahead) > _NEAR_DAYS:
        return day(value, today)
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(ahead)
    return named or (f"in {days(ahead)}" if ahead > 0 else f"{days(-ahead)} ago")


def due_in(due: datetime, now: datetime) -> str:
    """Return how far a due time is: `in 20 min`, `2 h late`, `3 days late`. Part hours and days are dropped."""
    minutes = int(abs((due - now).total_seconds()) // 60)
    if minutes == 0:
        return "now"
    hours, whole_days = minutes // 60, minutes // (24 * 60)
    size = f"{minutes} min" if hours == 0 else f"{hours} h" if whole_days < 2 else days(whole_days)
    return f"in {size}" if due > now else f"{size} late"


def read_date(text: str, today: date) -> date | None:
    """Read `f`, `fri`, `+3`, `2 oct`, `oct 2 2026`, `2026-10-02`, `today`, `tomorrow`; None if it is no date (yet).

    A weekday is the next one after today. A day without a year is the next such day. A beginning that could be
    two words waits for another letter. All-figure dates other than ISO are refused: 03/04 is two dates.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    try:
        return _from_figures(words, today) or _from_name(words, today) or _from_month(words, today)
    except (ValueError, OverflowError):
        return None


def read_time(text: str, now: datetime) -> datetime | None:
    """Read a time near the present: `14:00`, `fri 9:30`, `+2h`, `+30m`; a time that has passed today means tomorrow.

    Returns an aware datetime in the zone of `now`, or None.
    """
    words = text.strip().lower()
    ahead = _IN_HOURS.fullmatch(words)
    if ahead:
        return (now + _span(ahead)).replace(second=0, microsecond=0)
    found = _day_and_clock(words)
    if found is None:
        return None
    when, hour, minute = found
    which = read_date(when, now.date()) if when else now.date()
    if which is None:
        return None
    read = _at_clock(now, which, hour, minute)
    return read + timedelta(days=1) if not when and read < now else read


def read_past_time(text: str, now: datetime) -> datetime | None:
    """Read when something happened: `9:30`, `fri 9:30`, `yesterday 17:00`, `2 oct 9:30`, `-2h`, `-30m`.

    It is the last such moment that is not after `now`: 9:30 said at 9:00 is yesterday's, and a Friday said on a Friday is
    today if that time has passed. Returns an aware datetime in the zone of `now`, or None.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    ago = _HOURS_AGO.fullmatch(words)
    if ago:
        return (now.astimezone(UTC) - _span(ago)).astimezone(now.tzinfo).replace(second=0, microsecond=0)
    found = _day_and_clock(words)
    if found is None:
        return None
    when, hour, minute = found
    moments = (_at_clock(now, which, hour, minute) for which in _days_back(when, now.date()))
    return next((moment for moment in moments if moment <= now), None)


def read_amount(text: str, known: Mapping[str, Decimal | None], digits: int = 2) -> Decimal | None:
    """Read `10240`, `10,240`, `10.2k` or the beginning of a word in `known` (full, min, half, balance).

    None if it is no amount, has more decimals than the currency or could be two things.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    found = _AMOUNT.fullmatch(words)
    if any(unicodedata.category(sign) == "No" for sign in text):  # a raised or circled 2 is no 2
        return None
    if not found:
        return _begun(words.replace("minimum", "min"), known)
    whole, decimals, thousand = found.groups()
    try:
        value = Decimal(re.sub(r"\D", "", whole) + "." + (decimals or "0")) * (1000 if thousand else 1)
    except InvalidOperation:
        return None
    thousands = len(decimals or "") == _GROUP != digits  # 1.234 may be meant as 1,234
    return value if value == round(value, digits) and not (thousands and not thousand) else None


def _span(found: re.Match[str]) -> timedelta:
    """Return a number of hours or minutes."""
    return timedelta(**{"hours" if found.group(2) == "h" else "minutes": int(found.group(1))})


def _day_and_clock(words: str) -> tuple[str, int, int] | None:
    """Return the words before a time, which say the day or nothing, and its hour and minute."""
    found = _AT_CLOCK.fullmatch(words)
    if found is None or int(found.group(2)) > 23 or int(found.group(3)) > 59:
        return None
    return (found.group(1) or "").strip(), int(found.group(2)), int(found.group(3))


def _at_clock(now: datetime, which: date, hour: int, minute: int) -> datetime:
    """Return a time of a day in the zone of `now`."""
    return now.replace(
        year=which.year, month=which.month, day=which.day, hour=hour, minute=minute, second=0, microsecond=0
    )


def _days_back(words: str, today: date) -> Iterator[date]:
    """Go through the days that words may mean, today and before, the newest first; no words are today or yesterday."""
    back = {name.lower(): (today.weekday() - index) % 7 for index, name in enumerate(WEEKDAYS)}
    named = {"today": (0,), "yesterday": (1,), **{name: (days, days + 7) for name, days in back.items()}}
    yield from (today - timedelta(days=days) for days in (_begun(words, named) or () if words else (0, 1)))
    found = _day_and_month(words)
    if found is not None:
        number, month, year = found
        this = today.year
        yield from _such_days(number, month, range(this, this - _YEARS_TO_LEAP_DAY - 1, -1) if year is None else [year])
    if _ISO.fullmatch(words):
        with suppress(ValueError):
            yield date.fromisoformat(words)


def _from_figures(words: str, today: date) -> date | None:
    """Read an ISO date or a number of days."""
    if _ISO.fullmatch(words):
        return date.fromisoformat(words)
    ahead = _IN_DAYS.fullmatch(words)
    return today + timedelta(days=int(ahead.group(1))) if ahead else None


def _from_name(words: str, today: date) -> date | None:
    """Read the beginning of a weekday, of today or of tomorrow."""
    ahead = {name.lower(): (index - today.weekday() - 1) % 7 + 1 for index, name in enumerate(WEEKDAYS)}
    found = _begun(words, {**ahead, "today": 0, "tomorrow": 1})
    return None if found is None else today + timedelta(days=found)


def _from_month(words: str, today: date) -> date | None:
    """Read a day and a month in either order."""
    found = _day_and_month(words)
    if found is None:
        return None
    number, month, year = found
    if year is not None:
        return date(year, month, number)
    # 29 February waits for its year
    ahead = _such_days(number, month, range(today.year, today.year + _YEARS_TO_LEAP_DAY + 1))
    return next((day for day in ahead if day >= today), None)


def _day_and_month(words: str) -> tuple[int, int, int | None] | None:
    """Return day, month and, where it is said, year of `2 oct 2026` or `oct 2`."""
    if found := _DAY_MONTH.fullmatch(words):
        number, name, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(words):
        name, number, year = found.groups()
    else:
        return None
    month = _begun(name, {full.lower(): index for index, full in enumerate(MONTHS, start=1)})
    return None if month is None else (int(number), month, int(year) if year else None)


def _such_days(number: int, month: int, years: Iterable[int]) -> Iterator[date]:
    """Go through a day of the year in the years that have it."""
    for year in years:
        try:
            yield date(year, month, number)
        except ValueError:
            continue


def _begun(beginning: str, known: Mapping[str, V]) -> V | None:
    """Return the value whose name begins so, if only one does."""
    names = [name for name in known if beginning and name.startswith(beginning)]
    return known[names[0]] if len(names) == 1 else None
