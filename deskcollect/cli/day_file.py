"""What `import` and `check` say of a day's file: payments and transactions without accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deskcollect.cli.check import totals_as_objects, totals_table
from deskcollect.cli.table import Column, table
from deskcollect.desk.day_file import news, read_day_file, recognised, take
from deskcollect.errors import BadUse
from deskcollect.present.dates import day as dated
from deskcollect.present.dates import short_date
from deskcollect.present.numbers import count, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.day_file import DayFile, Given
    from deskcollect.desk.desk import Desk
    from deskcollect.present.lines import Line
    from deskcollect.settings import Settings

__all__ = ["as_object", "imported", "looked_at", "recognised", "report", "what"]

_OUTCOMES = {
    "new": "Kept beside the book of {book}.",
    "late": "Kept beside the book of {book}. It came late; its rows stand where they belong.",
    "already_here": "Already here; nothing was written.",
    "dry_run": "Only looked at; nothing was written.",
}
_NEWS = {
    "new_signals": "signals that were not there",
    "raised": "accounts with a higher alert level",
    "lowered": "accounts with a lower alert level",
}
_NOUNS = {"payments": ("payment", "payments"), "transactions": ("transaction", "transactions")}


def imported(
    desk: Desk, given: Given, asked: Asked, *, replaces: bool, dry_run: bool
) -> tuple[DayFile, dict[str, Any]]:
    """Take in a day's file and return it with what is told of it.

    Errors: BadUse, also for --replace; BadBook; LedgerError.
    """
    if replaces:
        raise BadUse(
            "--replace puts a book aside, and this is a day's file: it stands beside the others.",
            "Leave --replace out. What several files tell counts once, as the newest says.",
        )
    read = looked_at(given, desk.settings, asked)
    told = as_object(read)
    if dry_run:
        return read, {"outcome": "dry_run", **told, "seen_until": max(read.as_of, desk.days[-1])}
    before = desk.standing(desk.days[-1])
    outcome = take(desk, read)
    told = {"outcome": outcome, **told, "seen_until": desk.days[-1]}
    if outcome != "already_here":
        told["alerts"] = news(desk, read, before)
    return read, told


def as_object(read: DayFile) -> dict[str, Any]:
    """Return what is told of a day's file as one object."""
    return {
        "taken_for": "days_file",
        "as_of": read.as_of,
        "from": read.days[0],
        "tables": sorted(read.present),
        "rows": {t.table: t.value for t in read.totals if t.name == "rows"},
        "set_aside": read.set_aside_count,
        "checked_by": read.checked_by,
        "totals": totals_as_objects(read.totals),
    }


def what(read: DayFile) -> str:
    """Return what a path was taken for, and what it holds."""
    today = max(read.as_of, read.checked_by)
    rows = {t.table: int(t.value) for t in read.totals if t.name == "rows"}
    held = " and ".join(several(number, *_NOUNS[name]) for name, number in rows.items())
    first, last = (short_date(each, today) for each in (read.days[0], read.days[-1]))
    when = last if first == last else f"{first} to {last}"
    aside = f", {count(read.set_aside_count)} set aside" if read.set_aside_count else ""
    return f"A day's file: {held} of {when}{aside}."


def report(read: DayFile, told: Mapping[str, Any]) -> Iterator[Line | str]:
    """Return what became of a day's file as lines."""
    today = max(read.as_of, read.checked_by)
    yield what(read)
    yield _OUTCOMES[told["outcome"]].format(book=dated(read.checked_by, today))
    if told["outcome"] == "already_here":
        return
    yield ""
    yield from totals_table(read.totals)
    if "alerts" in told:
        yield ""
        yield f"What changed for the accounts in it (all are known to {dated(told['seen_until'], today)}):"
        rows = [(label, f"{told['alerts'][name]:,}") for name, label in _NEWS.items()]
        yield from table([Column("What"), Column("Count", "right")], rows)


def looked_at(given: Given, told: Settings | None, asked: Asked) -> DayFile:
    """Read a day's file against the accounts of the desk that was asked for.

    Errors: BadUse where there is none; BadBook.
    """
    if told is None or asked.desk is None:
        raise BadUse(
            f"{given.path.name} holds payments or transactions and no accounts; they are checked against those of a desk.",
            "Name the desk with  --desk DIR  or, if this is a book, put its accounts beside them.",
        )
    if asked.currency:
        raise BadUse("--currency says what a book is in; a day's file is in that of its accounts.", "Leave it out.")
    base = replace(told, date_format=asked.date_format or told.date_format)
    return read_day_file(asked.desk, base, given, as_of=asked.as_of, encoding=asked.encoding)
