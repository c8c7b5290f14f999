"""Dates and times as text: year first, or in the one format that the desk declares. Nothing is guessed."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from deskcollect.errors import BadUse

EARLIEST_YEAR, LATEST_YEAR = 1900, 9999
_YEAR_FIRST = (
    r"^(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[T\s]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?$"
)
_COMPACT = r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$"
_TIME = r"[T\s]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})?$"
OFFSET = r"\d:\d{2}(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})$"

_LIKE_YEAR_FIRST = r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|^(?:19|20)\d{6}$"
_LIKE_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b"
_LIKE_SERIAL = r"^\d{5}(\.\d+)?$"

# What may be wrong with a date: the sentence's end and the remedy.
PROBLEMS: dict[str, tuple[str, str]] = {
    "impossible_date": ("is no day of the calendar", "Correct the date, or leave the cell empty if it is not known."),
    "ambiguous_date": (
        "can be read as day-month or as month-day",
        "Say which: date_format in desk.toml or  --date-format %d/%m/%Y  (or %m/%d/%Y); or write 2026-04-03.",
    ),
    "date_format": (
        "is not written as year-month-day",
        "Declare the format: date_format in desk.toml or  --date-format %d/%m/%Y  (or %m/%d/%Y); or write 2026-04-03.",
    ),
    "serial_date": (
        "is a spreadsheet's day number, not a date",
        "Give the column a date format in the spreadsheet and export it again.",
    ),
    "unreadable_date": ("is no date", "Write it as 2026-04-03, or declare another date_format in desk.toml."),
}


def check_format(date_format: str) -> None:
    """Refuse a format that does not say day, month and year.

    Errors: BadUse.
    """
    if date_format and not all(re.search(p, date_format) for p in ("%[deFDj]", "%[mbBhFDj]", "%[YyFD]")):
        raise BadUse(
            f"The date format “{date_format}” does not say day, month and year.",
            "Write it as in %d/%m/%Y (31/12/2026) or %m/%d/%y (12/31/26).",
        )


def parse(text: pl.Expr, date_format: str = "") -> pl.Expr:
    """Return the local time a text says, midnight where it says only a day.

    Nulls: what cannot be read, or is no day of the calendar. An offset from UTC is left out: the time is the lender's.
    """
    if not date_format:
        return plausible(_year_first(text))
    declared = _declared(text, date_format)
    if date_format.startswith(("%Y", "%y")):
        return plausible(declared)
    return plausible(pl.coalesce(declared, _year_first(pl.when(declared.is_null()).then(text))))


def plausible(moment: pl.Expr) -> pl.Expr:
    """Return null for a year that no account of today can have."""
    return pl.when(moment.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(moment)


def plausible_day(day: pl.Expr) -> pl.Expr:
    """Return the same of a day, in a tenth of the time: no year is worked out."""
    return pl.when(day.is_between(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))).then(day)


def _year_first(text: pl.Expr) -> pl.Expr:
    """Read ISO 8601 and its common spellings; the plain form takes the short way."""
    plain = text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    rest = pl.when(plain.is_null()).then(text)
    return pl.coalesce(plain, _assembled(rest, _YEAR_FIRST), _assembled(rest, _COMPACT))


def _assembled(text: pl.Expr, pattern: str) -> pl.Expr:
    """Put the groups of a pattern together and read them."""
    has_time = "(?P<H>" in pattern
    times = [pl.field(g).fill_null("0") if has_time else pl.lit("0") for g in ("H", "M", "S")]
    normal = pl.format("{}-{}-{} {}:{}:{}", *(pl.field(g) for g in ("y", "m", "d")), *times)
    # within the struct the groups are looked for once, and not once for each of them
    written = text.str.extract_groups(pattern).struct.with_fields(normal.alias("normal")).struct.field("normal")
    return written.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")


def _declared(text: pl.Expr, date_format: str) -> pl.Expr:
    """Read the declared format, with a time after it if there is one."""
    if re.search("%[HIkTRX]", date_format):
        return text.str.to_datetime(date_format, strict=False, time_unit="us")
    time = text.str.extract(_TIME).fill_null("0:00").str.splitn(":", 3)
    parts = [time.struct.field(f"field_{i}").fill_null("0").cast(pl.Int64, strict=False) for i in range(3)]
    hours, minutes, seconds = (pl.when(p <= top).then(p) for p, top in zip(parts, (23, 59, 59), strict=True))
    day = text.str.replace(_TIME, "").str.to_datetime(date_format, strict=False, time_unit="us")
    return day + pl.duration(hours=hours, minutes=minutes, seconds=seconds, time_unit="us")


def problem(text: pl.Expr, date_format: str = "") -> pl.Expr:
    """Say which of PROBLEMS a text has that could not be read."""
    like_year_last = text.str.contains(_LIKE_YEAR_LAST)
    first, second = (text.str.extract(_LIKE_YEAR_LAST, i).cast(pl.Int32, strict=False) for i in (1, 2))
    either_way = pl.lit(not date_format) & (first <= 12) & (second <= 12)
    return (
        pl.when(like_year_last & either_way).then(pl.lit("ambiguous_date"))
        .when(like_year_last).then(pl.lit("impossible_date" if date_format else "date_format"))
        .when(text.str.contains(_LIKE_YEAR_FIRST)).then(pl.lit("impossible_date"))
        .when(text.str.contains(_LIKE_SERIAL)).then(pl.lit("serial_date"))
        .otherwise(pl.lit("unreadable_date"))
    )  # fmt: skip
