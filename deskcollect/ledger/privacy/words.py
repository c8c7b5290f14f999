"""What events ERASED say: which records somebody erased, at which desk, when and why.

An event of kind system and code ERASED names nobody. Its data hold `events`, by `event_id` the hash that the line of the
record had at the desk that erased it; `first`, for a record which that desk had from another one, the hash of the line it
was first written on, which every desk that has the record knows; and the `reason`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcollect.ledger import line
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from deskcollect.ledger.line import Record
    from deskcollect.ledger.store import Ledger

CODE = "ERASED"
_NAMED_BYTES = 48_000  # of ids and hashes in one event: a document holds 65,536
_LISTS = ("events", "first")


@dataclass(frozen=True, slots=True)
class Author:
    """Who erases, when, and how an event of theirs gets its id."""

    by: str
    at: datetime
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody's word that a record was erased. `desk` is empty where it was given at this one."""

    desk: str
    by: str
    at: datetime
    reason: str


def named(ledger: Ledger) -> dict[str, dict[str, Word]]:
    """Return by id of a record the hashes that events ERASED name, each with whose word that is: this desk's own first."""
    found: dict[str, dict[str, Word]] = {}
    told = (each for each in ledger.of_kinds(EventKind.SYSTEM.value) if each.code == CODE)
    for event in sorted(told, key=lambda each: each.elsewhere):
        desk = event.origin.desk if event.elsewhere and event.origin else ""
        word = Word(desk, event.by, event.occurred_at, str(event.data.get("reason", "")))
        for event_id, digest in pairs(event.data):
            found.setdefault(event_id, {}).setdefault(digest, word)
    return found


def pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through the ids and hashes that the data of an event ERASED name; what cannot be read is left out."""
    for name in _LISTS:
        told = data.get(name)
        for event_id, digest in told.items() if isinstance(told, dict) else ():
            yield event_id, str(digest)


def hashes(record: Record) -> tuple[str, ...]:
    """Return the hashes under which a record may be named: its line's, and that of the line it was first written on."""
    origin = record.document().get("origin")
    first = origin.get("hash") if isinstance(origin, dict) else None
    return (record.hash, first) if isinstance(first, str) else (record.hash,)


def of(records: Iterable[Record], author: Author, reason: str) -> list[Event]:
    """Return the events that say which records are about to be erased, as many as it takes."""
    return [
        Event(
            event_id=author.new_id(),
            kind=EventKind.SYSTEM,
            account_id="",
            customer_id="",
            occurred_at=author.at,
            by=author.by,
            code=CODE,
            data={**part, "reason": reason},
        )
        for part in _parts(records)
    ]


def _parts(records: Iterable[Record]) -> Iterator[dict[str, dict[str, str]]]:
    """Cut ids and hashes so that each part fits one event."""
    part: dict[str, dict[str, str]] = {}
    size = 0
    for record in records:
        told = dict(zip(_LISTS, hashes(record), strict=False))
        length = len(told) * len(line.canonical({event_id(record): record.hash}).encode())
        if part and size + length > _NAMED_BYTES:
            yield part
            part, size = {}, 0
        for name, digest in told.items():
            part.setdefault(name, {})[event_id(record)] = digest
        size += length
    if part:
        yield part


def event_id(record: Record) -> str:
    """Return the id of the event of a record."""
    return str(record.document().get("event_id", ""))
