"""The columns of the list of alert cases, and what rules lack."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from deskcollect.errors import inside
from deskcollect.present import cases
from deskcollect.present.clean import clean
from deskcollect.present.dates import day, short_date
from deskcollect.present.numbers import NONE, count
from deskcollect.present.rows import ListColumn
from deskcollect.present.width import cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deskcollect.present.rows import Cell, Row, RowWords

_LEVEL, _STATE, _STATE_NARROW, _DUE, _OWNER, _LAST = 8, 14, 12, 10, 6, 6
_NAME, _NAME_NARROW, _NAME_LEAST, _LEAST = 20, 16, 8, 16
_WIDE, _WIDER, _NARROW = 112, 160, 70
_FAR_DAYS = 300
_NEEDED = MappingProxyType(
    {
        "snapshots": "a second book is needed; import the next one",
        "three_snapshots": "three books are needed; import the next ones",
        "ledger": "there is no ledger yet; record outcomes",
    }
)


def columns(words: RowWords, width: int) -> tuple[ListColumn, ...]:
    """Return the columns that fit a width; what confirms what takes what is left.

    Below 112 cells how often and when it was seen and the owner are left out, and the level is its sign; below 70 what
    confirms what is left out too. What is left out stands below the list for the cursor's row.
    """
    today = words.voice.today
    wide = width >= _WIDE
    ends = (
        *(_seen(today) if wide else ()),
        ListColumn("past_due", "Past due", words.money_width, "right", words.past_due, "past_due"),
        *((ListColumn("owner", "Owner", _OWNER, "left", _owner, "case_owner"),) if wide else ()),
        ListColumn(
            "state",
            "State",
            _STATE if wide else _STATE_NARROW,
            "left",
            lambda row: state(row, today, dated=wide),
            "case_state",
        ),
        ListColumn("due", "Due", _DUE, "left", lambda row: due(row, today), "case_due_on"),
    )
    starts = _starts(words, width)
    left = width - _taken((*starts, *ends))
    if width < _NARROW:
        sign, name = starts
        return (sign, replace(name, width=max(name.width + left, _NAME_LEAST)), *ends)
    room = max(_LEAST, left - 1)
    what = "What confirms what" if wide else "Signals"
    middle = ListColumn("evidence", what, room, "left", lambda row: (confirms(words, row, room), ""), "alert_rule")
    return (*starts, middle, *ends)


def _starts(words: RowWords, width: int) -> tuple[ListColumn, ...]:
    """Return the columns that say how grave a case is and whose it is."""
    name = _NAME if width >= _WIDE else _NAME_NARROW
    customer = ListColumn("customer", "Customer", name, "left", words.customer, "customer_name")
    signs = words.glyphs.level_width
    if width < _WIDE:
        return ListColumn("level", "!", signs, "left", words.alert_shape, "alert_level"), customer
    level = ListColumn("level", "Level", _LEVEL + signs - 1, "left", words.alert, "alert_level")
    account = ListColumn("account_id", "Account", 12, "left", words.account, "account_id")
    return (level, customer, *((account,) if width >= _WIDER else ()))


def _seen(today: date) -> tuple[ListColumn, ...]:
    """Return how many facts were seen, and when the newest."""
    return (
        ListColumn("seen", "Seen", 4, "right", lambda row: (_times(row), ""), "case_seen_count"),
        ListColumn("last", "Last", _LAST, "left", lambda row: (_last(row["case_seen_on"], today), ""), "case_seen_on"),
    )


def _times(row: Row) -> str:
    """Return how many facts were seen; nothing where no case is open."""
    return count(row["case_seen_count"]) if row["case_seen_count"] else ""


def _last(on: date | None, today: date) -> str:
    """Return a day of the last months, or the year of one before."""
    if on is None:
        return ""
    return short_date(on, on) if abs((today - on).days) < _FAR_DAYS else f"{on.year}"


def _owner(row: Row) -> Cell:
    """Return who has the case."""
    return (clean(row["case_owner"]), "") if row["case_owner"] else (NONE, "muted")


def state(row: Row, today: date, *, dated: bool = True) -> Cell:
    """Return the state of a case; one that sleeps or waits is muted, one that woke stands out.

    No case sleeps for long: the list tells no year. Unless `dated`, it tells no day: it is the one by which it is due.
    """
    told = cases.state(row, row["case_until"] or today)
    if not dated and row["case_until"] is not None:
        told = cases.STATES[row["case_state"]]
    return told, "warning" if row["case_woke"] else "muted" if cases.aside(row) else ""


def due(row: Row, today: date) -> Cell:
    """Return by when somebody is to act, in the colour of an error where it is late."""
    on = row["case_due_on"]
    told = day(on, on) if on is not None and on > today else cases.due(row, today)
    return told, "error" if cases.overdue(row, today) else "muted" if cases.aside(row) else ""


def confirms(words: RowWords, row: Row, room: int) -> str:
    """Return the evidence of the two strongest signals; where that does not fit their names, then how many more."""
    wordings = list(_confirms(words, row))
    return next((text for text in wordings if cells(text) <= room), wordings[-1])


def _confirms(words: RowWords, row: Row) -> Iterator[str]:
    """Go through the wordings, the fullest first."""
    told = words.voice.proofs({**row, **{name: (row[name] or ())[:2] for name in ("signals", "signal_facts")}})
    if not told:
        yield ""
        return
    yield " + ".join([told[0][1], *(inside(proof) for _, proof in told[1:])])
    names = [words.voice.signal(rule) for rule, _ in told]
    yield " + ".join([names[0], *map(inside, names[1:])])
    more = (row["signal_count"] or 1) - 1
    if more:
        yield f"{names[0]} + {more} more"
    yield names[0]


def _taken(found: Sequence[ListColumn]) -> int:
    """Return the cells that columns take, with two for cursor and mark."""
    return 2 + sum(column.width + column.gap for column in found) - found[0].gap


def needed(lacking: Sequence[str]) -> str:
    """Return what rules lack and where it comes from.

    Args:
        lacking: Of policy.needs.FEEDS: tables that the book has not and columns that hold nothing; `snapshots`: it is the
            only book; `ledger`: nothing can be recorded.
    """
    of_book = [name for name in lacking if name not in _NEEDED]
    told = [f"the book has no {' and no '.join(map(_feed, of_book))}; ask the lender for them"] if of_book else []
    return "; ".join([*(_NEEDED[name] for name in lacking if name in _NEEDED), *told])


def _feed(name: str) -> str:
    """Return what a book lacks in words: `payments`, `minimum_due in statements`, `transactions of 210 days`."""
    table, dot, column = name.partition(".")
    if column.startswith("days="):
        return f"{table} of {column.removeprefix('days=')} days"
    return f"{column.removeprefix('kind=')} in {table}" if dot else table
