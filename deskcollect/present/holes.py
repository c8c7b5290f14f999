"""Lost records in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.dates import clock_time, short_date
from deskcollect.present.numbers import count, several

if TYPE_CHECKING:
    from datetime import date, datetime

    from deskcollect.desk.upkeep.repairing import Loss


def lost(told: Loss, today: date) -> str:
    """Say which records are lost, between which times, and what remains of them."""
    number = told.last - told.first + 1
    if not number:
        return _nothing_lost(told)
    which = (
        f"Record {count(told.first)} is" if number == 1 else f"Records {count(told.first)} to {count(told.last)} are"
    )
    kept = (
        f" What stood there ({several(told.bytes, 'byte', 'bytes')}) is kept in quarantine.bin." if told.bytes else ""
    )
    return f"{which} lost{_between(told.after, told.before, today)}.{kept}"


def _nothing_lost(told: Loss) -> str:
    """Say what was wrong where no record is lost."""
    if told.is_tied:
        return f"Behind record {count(told.first - 1)} stood bytes that are no record; no record is lost."
    return (
        f"Record {count(told.first - 1)} is not the one that record {count(told.first)} followed: it was altered, "
        "and counts as it stands."
    )


def _between(after: datetime | None, before: datetime | None, today: date) -> str:
    """Say between which records something was recorded."""
    if after and before:
        return f", recorded between {_moment(after, today)} and {_moment(before, today)}"
    if after:
        return f", recorded after {_moment(after, today)}"
    return f", recorded before {_moment(before, today)}" if before else ""


def _moment(value: datetime, today: date) -> str:
    """Return day and time."""
    return f"{short_date(value.date(), today)} {clock_time(value)}"


def gaps(losses: tuple[Loss, ...], today: date) -> list[str]:
    """Say which gaps a check found that repairs declared: `1 gap of 3 records, repaired on 23 Nov 10:31 by mei`."""
    return [
        f"1 gap of {several(max(each.last - each.first + 1, 0), 'record', 'records')}"
        + (f", repaired on {_moment(each.repaired_at, today)}" if each.repaired_at else ", repaired")
        + (f" by {each.by}." if each.by else ".")
        for each in losses
    ]
