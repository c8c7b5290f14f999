"""The only reader of the system clock. Everything else takes `as_of` (a date) or `now` (an aware datetime)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

DEMO_OPENS_AT = time_of_day(10, 0)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tell the time of one desk.

    A running clock follows the system. A clock made by `pinned` starts at 10:00 of its date and runs from there,
    so that the promises and callbacks of the demo keep their meaning.
    """

    zone: ZoneInfo
    starts_at: datetime | None = None
    _started: float = field(default_factory=time.monotonic)

    @classmethod
    def pinned(cls, day: date, zone: ZoneInfo, *, after: datetime | None = None) -> Clock:
        """Return a clock that began at 10:00 local time of `day` when this was called; later if `after` is on that day.

        So a desk that is opened again goes on behind what was recorded there.
        """
        opens = datetime.combine(day, DEMO_OPENS_AT, tzinfo=zone)
        if after is not None and after.astimezone(zone).date() == day:
            opens = max(opens, after.astimezone(zone) + timedelta(milliseconds=1))
        return cls(zone, opens)

    def now(self) -> datetime:
        """Return the present as an aware datetime in the desk's zone."""
        if self.starts_at is None:
            return datetime.now(self.zone)
        elapsed = timedelta(seconds=time.monotonic() - self._started)
        return (self.starts_at.astimezone(UTC) + elapsed).astimezone(self.zone)

    def today(self) -> date:
        """Return the local date."""
        return self.now().date()


def local_zone_name() -> str:
    """Return the IANA name of the machine's time zone, or UTC where it does not say."""
    import tzlocal

    try:
        tzlocal.reload_localzone()  # it may have changed since it was asked for last
        return ZoneInfo(tzlocal.get_localzone_name() or "UTC").key
    except (KeyError, ValueError, OSError):  # a KeyError is also raised for settings that contradict each other
        return "UTC"


def utc_milliseconds() -> int:
    """Return milliseconds since 1970 UTC, for event ids."""
    return time.time_ns() // 1_000_000


# --- what others wrote -------------------------------------------------------------------------------------------------


def read_instant(raw: object) -> datetime | None:
    """Return the time that a text from anywhere names, if it has an offset and is within the calendar in every zone."""
    try:
        value = datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
    return value if value is not None and value.tzinfo is not None and in_calendar(value) else None


def read_day(raw: object) -> date | None:
    """Return the date that a text from anywhere names, if one may count some days on from it."""
    try:
        value = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
    return value if value is not None and in_calendar(value) else None


def in_calendar(value: date) -> bool:
    """Say whether a date or time has a whole year of the calendar before and behind it."""
    return MINYEAR < value.year < MAXYEAR
