"""Entries that were first written on the chain of another desk: how they carry their proof with them.

The line that an entry was first written on can be put together again from what stands in its document, byte for byte,
and its hash is the one that the next line of that desk is tied to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from deskcollect.ledger import line
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.line import Record

DESK_LENGTH = 200
_HASH = re.compile(r"[0-9a-f]{64}")
_MARK = re.compile(rb'"prev":"[0-9a-f]{64}"')
_NEEDED = frozenset({"desk", "seq", "hash", "prev", "part"})
_MOST = 10**18


@dataclass(frozen=True, slots=True)
class Unproved:
    """An entry of another desk that is not what that desk wrote. `seq` is its number here."""

    seq: int
    desk: str

    def sentence(self) -> str:
        """Say which entry it is."""
        return f"Record {self.seq:,} came from desk {self.desk} and is not what was written there."


def taken(record: Record, document: Mapping[str, Any], desk: str) -> dict[str, Any]:
    """Return the document of another desk's own line as it is kept here: with the proof in its origin.

    Args:
        record: The line.
        document: What stands in it.
        desk: The desk that the line belongs to, which need not be the id that stands in it.
    """
    written_as = document["origin"]["desk"]
    origin: dict[str, Any] = {"desk": desk, "seq": record.seq, "hash": record.hash, "prev": record.prev}
    origin["part"] = [record.number, record.count]
    if written_as != desk:
        origin["written_as"] = written_as
    return {**document, "origin": origin}


def readable(origin: object) -> bool:
    """Say whether the origin of an entry from elsewhere has the form that it should have."""
    if not isinstance(origin, dict) or not origin.keys() >= _NEEDED or origin.keys() - _NEEDED - {"written_as"}:
        return False
    part = origin["part"]
    return (
        all(isinstance(origin[name], str) and _HASH.fullmatch(origin[name]) for name in ("hash", "prev"))
        and is_desk(origin["desk"])
        and (origin.get("written_as", "") == "" or is_desk(origin["written_as"]))  # a desk may have had none at first
        and _is_number(origin["seq"])
        and isinstance(part, list)
        and len(part) == 2  # the i-th of n
        and all(map(_is_number, part))
    )


def is_desk(told: object) -> bool:
    """Say whether something can be the id of a desk."""
    return isinstance(told, str) and 0 < len(told) <= DESK_LENGTH and told.isprintable()


def _is_number(told: object) -> bool:
    """Say whether something can be the number of a line."""
    return type(told) is int and 0 < told < _MOST


def proved(document: Mapping[str, Any]) -> bool:
    """Say whether an entry from elsewhere is what was written there: its line, put together again, has its hash."""
    origin = document.get("origin")
    if not isinstance(origin, dict) or not readable(origin):
        return False
    first = {**document, "origin": {"desk": origin.get("written_as", origin["desk"])}}
    number, count = origin["part"]
    text = line.text(origin["seq"], origin["prev"], EVENTS, (number, count), line.canonical(first))
    digest: str = origin["hash"]
    return sha256(text.encode()).hexdigest() == digest


def unproved(lines: Lines) -> Iterator[Unproved]:
    """Go through the entries of other desks that do not prove themselves.

    The lines are searched as a whole, since most of a ledger is its own desk's.
    """
    for stretch in lines.stretches(0):
        end = 0
        for found in _MARK.finditer(stretch.data):
            if found.start() < end:
                continue
            start = stretch.data.rfind(b"\n", 0, found.start()) + 1
            end = (stretch.data.find(b"\n", found.end()) + 1 or len(stretch.data) + 1) - 1
            record = line.read(stretch.data[start:end])
            if record is None or record.table != EVENTS:
                continue
            told = record.document()
            origin = told.get("origin")
            if isinstance(origin, Mapping) and "prev" in origin and not proved(told):
                yield Unproved(record.seq, str(origin.get("desk", "")))
