"""How far a ledger knows the chain of each desk: its own to the end, of the others the last line that was taken in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import Link
from deskcollect.ledger.replication.adoptions import Adoption, adoptions, owner
from deskcollect.ledger.tables import MERGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.store import Ledger

_MOST = 10**18


@dataclass(frozen=True)
class Heads:
    """What is known of every desk, read once.

    `desk` is this desk's own id, `known` the last line taken in of each other, `skipped` the entries that somebody left
    out by name, `told` the number of our last line that each other desk is known to have.
    """

    desk: str
    lines: Lines
    adopted: tuple[Adoption, ...] = ()
    known: Mapping[str, Link] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    told: Mapping[str, int] = field(default_factory=dict)

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
    for merged in (record.document() for record in lines.find(TABLE, MERGES) if record.table == MERGES):
        for other, link in taken(merged):
            if link.seq > known.get(other, link).seq or other not in known:
                known[other] = link
        skipped.update(each for each in merged.get("skipped", ()) if isinstance(each, str))
        sender, knew = merged.get("desk"), merged.get("knew")
        if isinstance(sender, str) and isinstance(knew, int):
            told[sender] = max(knew, told.get(sender, 0))
    return Heads(desk, lines, adopted, known, frozenset(skipped), told)


def taken(merged: Mapping[str, Any]) -> Iterator[tuple[str, Link]]:
    """Go through the last line of each desk that a record of MERGES speaks of; what cannot be read is left out."""
    told: list[tuple[object, object]] = [(merged.get("desk"), [merged.get("seq"), merged.get("hash")])]
    further = merged.get("heads")
    told += further.items() if isinstance(further, dict) else ()
    for desk, link in told:
        match link:
            case [int(seq), str(digest)] if isinstance(desk, str) and 0 < seq < _MOST:
                yield desk, Link(seq, digest)
