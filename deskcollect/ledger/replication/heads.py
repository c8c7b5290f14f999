"""How far a ledger knows the chain of each desk: its own to the end, of the others the last line that was taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import Link
from deskcollect.ledger.replication.adoptions import Adoption, adoptions, numbered, owner
from deskcollect.ledger.replication.carried import before, carried
from deskcollect.ledger.tables import MERGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.store import Ledger


@dataclass(frozen=True)
class Heads:
    """What is known of every desk, read once.

    `desk` is this desk's own id, `known` the last line taken in of each other, `skipped` the entries that somebody left
    out by name, `told` the number of our last line that each other desk is known to have. What is older than `before` was
    kept long enough here: what is not there of it may have been dropped.
    """

    desk: str
    lines: Lines
    adopted: tuple[Adoption, ...] = ()
    known: Mapping[str, Link] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    told: Mapping[str, int] = field(default_factory=dict)
    before: datetime | None = None

    def is_mine(self, desk: str, seq: int) -> bool:
        """Say whether a line of that desk and number is one of this ledger, under its present id or an earlier one."""
        first = self.adopted[0].was if self.adopted else self.desk
        return bool(desk) and owner(first, seq, self.adopted) == desk

    def own(self, seq: int) -> str | None:
        """Return the hash of an own line, None where it is not there."""
        record = self.lines.at(seq)
        return None if record is None else record.hash


def heads(ledger: Ledger) -> Heads:
    """Return what a ledger knows of every desk."""
    lines = ledger.backend.lines
    adopted = adoptions(lines)
    desk = owner(ledger.desk_id, lines.last.seq + 1, adopted)
    known: dict[str, Link] = {}
    told: dict[str, int] = {}
    skipped: set[str] = set()
    merges = (record.document() for record in lines.find(TABLE, MERGES) if record.table == MERGES)
    for merged in chain(carried(lines), merges):
        for other, link in taken(merged):
            if link.seq > known.get(other, link).seq or other not in known:
                known[other] = link
        skipped.update(each for each in merged.get("skipped", ()) if isinstance(each, str))
        for sender, knew in _knew(merged):
            told[sender] = max(knew, told.get(sender, 0))
    return Heads(desk, lines, adopted, known, frozenset(skipped), told, before(lines))


def carry(ledger: Ledger) -> dict[str, Any]:
    """Return what a ledger knows of other desks, for the record of a retention that drops the records which say so."""
    known = heads(ledger)
    return {
        "heads": {desk: [link.seq, link.hash] for desk, link in sorted(known.known.items())},
        "knew": dict(sorted(known.told.items())),
        "skipped": sorted(known.skipped),
        "adopted": [[seq, each.was, each.now, each.after] for seq, each in sorted(numbered(known.lines).items())],
    }


def _knew(merged: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Go through the desks that a record says have our lines, each with the number of the last."""
    knew = merged.get("knew")
    for sender, number in knew.items() if isinstance(knew, dict) else ((merged.get("desk"), knew),):
        if isinstance(sender, str) and isinstance(number, int):
            yield sender, number


def taken(merged: Mapping[str, Any]) -> Iterator[tuple[str, Link]]:
    """Go through the last line of each desk that a record of MERGES speaks of; what cannot be read is left out."""
    told: dict[object, object] = {merged.get("desk"): [merged.get("seq"), merged.get("hash")]}
    further = merged.get("heads")
    told |= further if isinstance(further, dict) else {}
    for desk, link in told.items():
        match link:
            case [int(seq), str(digest)] if isinstance(desk, str):
                yield desk, Link(seq, digest)
