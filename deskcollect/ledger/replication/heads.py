"""How far a ledger knows the chain of each desk: its own to the end, of the others the last line that was taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.line import Link
from deskcollect.ledger.replication.adoptions import Adoption, adoptions, numbered, owner
from deskcollect.ledger.replication.carried import before, carried
from deskcollect.ledger.tables import MERGES, REPAIRS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.store import Ledger

_FEW = 8  # records of merges that are read at once, and by how many times more when these do not tell all
_MOST = 10**18


@dataclass(frozen=True)
class Heads:
    """What is known of every desk, read once.

    `desk` is this desk's own id, `known` the last line taken in of each other, `skipped` the entries that somebody left
    out by name, `told` the number of our last line that each other desk is known to have; `read_to` the number of the last
    line that was read for it. What is older than `before` was kept long enough here: what is not there of it may have been
    dropped.
    """

    desk: str
    lines: Lines
    adopted: tuple[Adoption, ...] = ()
    known: Mapping[str, Link] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    told: Mapping[str, int] = field(default_factory=dict)
    read_to: int = 0
    before: datetime | None = None

    def is_mine(self, desk: str, seq: int) -> bool:
        """Say whether a line of that desk and number is one of this ledger, under its present id or an earlier one."""
        first = self.adopted[0].was if self.adopted else self.desk
        return bool(desk) and owner(first, seq, self.adopted) == desk

    def own(self, seq: int) -> str | None:
        """Return the hash of an own line, None where it is not there."""
        record = self.lines.at(seq)
        return None if record is None else record.hash

    def is_lost(self, seq: int) -> bool:
        """Say whether an own line is missing: a repair could not keep it. One that was dropped for its age is not."""
        return self.lines.begins <= seq <= self.lines.last.seq and self.lines.at(seq) is None

    def fits(self, link: Link, prev: str) -> bool:
        """Say whether a line may have stood where an own one is missing, by the lines on both sides that are here.

        The record of a repair behind it need not be tied to it: where the newest lines are lost, it is to the last good one.
        """
        before, behind = self.lines.at(link.seq - 1), self.lines.at(link.seq + 1)
        return (before is None or before.hash == prev) and (
            behind is None or behind.prev == link.hash or behind.table == REPAIRS
        )


def heads(ledger: Ledger) -> Heads:
    """Return what a ledger knows of every desk."""
    lines = ledger.backend.lines
    read_to = lines.last.seq
    adopted = adoptions(lines)
    desk = owner(ledger.desk_id, lines.last.seq + 1, adopted)
    found = _Sum()
    for merged in chain(carried(lines), _needed(lines)):
        found.add(merged)
    return Heads(desk, lines, adopted, found.known, frozenset(found.skipped), found.told, read_to, before(lines))


def carry(ledger: Ledger) -> dict[str, Any]:
    """Return what a ledger knows of other desks, for the record of a retention that drops the records which say so."""
    known = heads(ledger)
    return {
        "heads": {desk: [link.seq, link.hash] for desk, link in sorted(known.known.items())},
        "knew": dict(sorted(known.told.items())),
        "skipped": sorted(known.skipped),
        "adopted": [[seq, each.was, each.now, each.after] for seq, each in sorted(numbered(known.lines).items())],
    }


def whole(heads: Heads, merged: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of every desk once a merge is written down, as it stands in its record.

    So only the newest record need be read, and those above the number `to`, which another program may have written
    meanwhile.
    """
    found = _Sum(dict(heads.known), dict(heads.told), set(heads.skipped))
    found.add(merged)
    links = {desk: [link.seq, link.hash] for desk, link in found.known.items()}
    return {"to": heads.read_to, "heads": links, "knew": found.told, "skipped": sorted(found.skipped)}


@dataclass
class _Sum:
    """What several records of MERGES say together, in whatever order they are added."""

    known: dict[str, Link] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)

    def add(self, merged: Mapping[str, Any]) -> None:
        """Add one record, or what it says of all before it. What cannot be read is left out."""
        for desk, link in taken(merged):
            if desk not in self.known or link.seq > self.known[desk].seq:
                self.known[desk] = link
        self.skipped.update(each for each in merged.get("skipped", ()) if isinstance(each, str))
        for desk, knew in _knew(merged):
            self.told[desk] = max(knew, self.told.get(desk, 0))


def _knew(merged: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Go through the desks that a record says have our lines, each with the number of the last."""
    knew = merged.get("knew")
    for desk, number in knew.items() if isinstance(knew, dict) else ((merged.get("desk"), knew),):
        if isinstance(desk, str) and isinstance(number, int):
            yield desk, number


def _needed(lines: Lines) -> Iterator[dict[str, Any]]:
    """Go through the records of MERGES from the newest back to where they tell of all that are older, and what they tell."""
    count, seen, to = _FEW, 0, 0
    while True:
        found = lines.newest(MERGES, count)
        for record in found[seen:]:
            if record.seq <= to:
                return
            merged = record.document()
            earlier = _whole(merged, record.seq)
            yield merged
            yield earlier
            to = max(to, earlier.get("to", 0))
        if len(found) < count:
            return
        count, seen = count * _FEW, len(found)


def _whole(merged: Mapping[str, Any], seq: int) -> dict[str, Any]:
    """Return what the record of a number says of all before it, nothing where it says none, as those of older versions."""
    told = merged.get("whole")
    if not isinstance(told, dict) or not isinstance(told.get("heads"), dict):
        return {}
    to = told.get("to")
    return told if isinstance(to, int) and to < seq else {}


def taken(merged: Mapping[str, Any]) -> Iterator[tuple[str, Link]]:
    """Go through the last line of each desk that a record of MERGES speaks of; what cannot be read is left out."""
    told: list[tuple[object, object]] = [(merged.get("desk"), [merged.get("seq"), merged.get("hash")])]
    further = merged.get("heads")
    told += further.items() if isinstance(further, dict) else ()
    for desk, link in told:
        match link:
            case [int(seq), str(digest)] if isinstance(desk, str) and 0 < seq < _MOST:
                yield desk, Link(seq, digest)
