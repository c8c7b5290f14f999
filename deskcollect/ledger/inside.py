"""What stands inside the fields of an event: a form that every reader of it can count on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from deskcollect.clock import read_day, read_instant
from deskcollect.errors import BadUse
from deskcollect.vocabulary import EventKind

DEPTH = 32
SCORES = range(-(2**31), 2**31)  # what the table of events holds
_COUNTS = range(100_000)
_MINUTE = timedelta(minutes=1)


def check(document: Mapping[str, Any]) -> None:
    """Refuse what stands inside the fields of a document in a form that nobody could read again.

    What a kind of another version keeps in its data is its own.
    """
    if _deeper(dict(document), DEPTH):
        raise BadUse(f"The entry holds lists within lists, more than {DEPTH} deep.", "Leave them out.")
    decided, data = document.get("decided", {}), document.get("data", {})
    if not isinstance(decided, dict) or not ("score" not in decided or is_among(decided["score"], SCORES)):
        raise BadUse("The score of the entry cannot be read.", "Leave it out.")
    if document.get("kind") != EventKind.OUTCOME or not isinstance(data, dict):
        return
    wrong = [name for name, reads in _READS.items() if name in data and not reads(data[name])]
    if wrong:
        named = ", ".join(f"data.{name}" for name in wrong)
        raise BadUse(f"Not an event of the ledger: {named} cannot be read.", "Correct the field.")


def _deeper(value: object, most: int) -> bool:
    """Say whether values lie deeper in one another than `most` levels."""
    level: list[Any] = [value]
    for _ in range(most):
        within = (each.values() if isinstance(each, dict) else each for each in level)
        level = [one for inner in within for one in inner if isinstance(one, (dict, list))]
        if not level:
            return False
    return True


def is_among(value: object, known: range) -> bool:
    """Say whether a value is a whole number of a range."""
    return type(value) is int and value in known


def whole_minutes(value: datetime) -> bool:
    """Say whether the offset of a time is a number of minutes, as a table can read it."""
    offset = value.utcoffset()
    return offset is not None and not offset % _MINUTE


def _is_instant(raw: object) -> bool:
    """Say whether a text is a time as this program writes it."""
    value = read_instant(raw)
    return value is not None and value.isoformat() == raw and whole_minutes(value)


def _is_day(raw: object) -> bool:
    """Say whether a text is a date as this program writes it."""
    value = read_day(raw)
    return value is not None and value.isoformat() == raw


_READS: dict[str, Callable[[object], bool]] = {
    "at": _is_instant,
    "next_on": _is_day,
    "count": lambda raw: is_among(raw, _COUNTS),
}
