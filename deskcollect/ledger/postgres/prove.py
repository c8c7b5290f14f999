"""What the columns beside a line hold, and the proof of a whole chain in a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.ledger import line
from deskcollect.ledger.fields import FIELDS
from deskcollect.ledger.report import Damage
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.ledger.line import Link, Record

COLUMNS = ("seq", "prev", "hash", "tbl", "number", "count", *FIELDS, "desk", "desk_seq")
_LARGEST = 2**63 - 1

_BAD_HASH = "its hash does not match"
_BROKEN = "what stood before it is missing or was altered"
_PARTED = "its batch is not whole"
_MISLED = "the index beside it tells something else"
_CUT_OFF = "it is missing"


def columns(record: Record, own: str) -> tuple[Any, ...]:
    """Return what the columns beside a line must hold. `own` is the id of the team's own chain."""
    told = record.document()
    values = [_text(told.get(field)) for field in FIELDS]
    place = (record.seq, record.prev, record.hash, record.table, record.number, record.count)
    return (*place, *values, *(_origin(told, record.seq, own) if record.table == EVENTS else (None, None)))


def _text(value: object) -> str | None:
    """Return a text that a column can hold."""
    return value if isinstance(value, str) and "\0" not in value else None


def _origin(told: Mapping[str, Any], seq: int, own: str) -> tuple[str | None, int | None]:
    """Return on which desk an event was first written, and its number there."""
    origin = told.get("origin")
    if not isinstance(origin, dict) or not (desk := _text(origin.get("desk"))):
        return None, None
    number = origin.get("seq", seq if desk == own else None)
    return (desk, number) if type(number) is int and 0 < number <= _LARGEST else (None, None)


class Proof:
    """Takes every row in order and notes which does not prove itself, or is not tied to the one before."""

    def __init__(self, place: str, own: str) -> None:
        self._place = place
        self._own = own
        self._batch = (1, 1)
        self.last = line.START
        self.count = 0
        self.damage: list[Damage] = []

    def take(self, row: tuple[Any, ...]) -> None:
        """Take the next row: the columns of COLUMNS, then the line."""
        record = line.read(row[-1].encode())
        if record is None:
            self._note(row[0], _BAD_HASH)
            return
        if (record.seq, record.prev) != (self.last.seq + 1, self.last.hash):
            self._note(record.seq, _BROKEN)
        elif not self._continues(record):
            self._note(record.seq, _PARTED)
        if row[:-1] != columns(record, self._own):
            self._note(record.seq, _MISLED)
        self.count += 1
        self.last, self._batch = record.link, (record.number, record.count)

    def _continues(self, record: Record) -> bool:
        """Say whether a record is the first of a batch behind a whole one, or the next of the same."""
        number, count = self._batch
        due = (1, record.count) if number == count else (number + 1, count)
        return (record.number, record.count) == due

    def finish(self, end: Link) -> None:
        """Note a batch that was left open, and records that went while the check ran."""
        if self._batch[0] != self._batch[1]:
            self._note(self.last.seq, _PARTED)
        if self.last.seq < end.seq and not self.damage:
            self._note(end.seq, _CUT_OFF)

    def _note(self, seq: int, what: str) -> None:
        """Note what is wrong with a record."""
        self.damage.append(Damage(seq, self._place, None, what))
