"""A desk that takes another id: after a restore, or when its folder was copied and both copies were worked on.

Lines are never rewritten, so those written since the copies parted still say the old id. An adoption says from which
number on they belong to the new one; whoever passes lines on to another desk asks here whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.replication.carried import carried
from deskcollect.ledger.tables import ADOPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Adoption:
    """Lines numbered above `after` that say `was` belong to `now`."""

    was: str
    now: str
    after: int


def adopt(ledger: Ledger, desk_id: str, *, after: int, by: str, at: datetime) -> None:
    """Write down that a ledger has another desk id, also for its lines above `after`; it must be opened with that id anew.

    Lines that an earlier adoption left with an older id are taken along, and those of one that desk.toml never heard of.

    Errors: LedgerError.
    """
    lines = ledger.backend.lines
    lines.refresh()
    known = adoptions(lines)
    current = owner(ledger.desk_id, lines.last.seq + 1, known)
    was = dict.fromkeys((current, ledger.desk_id, *(each.was for each in known if each.after > after)))
    told = {"now": desk_id, "after": after, "by": by, "adopted_at": at.isoformat()}
    ledger.backend.append(ADOPTIONS, [{"was": each, **told} for each in was])


def adoptions(lines: Lines) -> tuple[Adoption, ...]:
    """Return the adoptions of a chain in their order."""
    return tuple(each for _, each in sorted(numbered(lines).items()))


def numbered(lines: Lines) -> dict[int, Adoption]:
    """Return the adoptions by the numbers of their lines, those included whose lines were dropped since."""
    found: dict[int, Adoption] = {}
    for told in carried(lines):
        for each in told.get("adopted", ()):
            match each:
                case [int(seq), str(was), str(now), int(after)]:
                    found[seq] = Adoption(was, now, after)
    for record in lines.find(TABLE, ADOPTIONS):
        if record.table == ADOPTIONS:
            told = record.document()
            found[record.seq] = Adoption(_text(told, "was"), _text(told, "now"), _number(told, "after"))
    return found


def ids(ledger: Ledger) -> frozenset[str]:
    """Return every id that the desk of a ledger has or had."""
    known = adoptions(ledger.backend.lines)
    return frozenset({ledger.desk_id, *(name for each in known for name in (each.was, each.now))})


def owner(written_as: str, seq: int, adopted: Sequence[Adoption]) -> str:
    """Return the id of the desk that a line of this chain belongs to, given the one that stands in it."""
    for each in adopted:
        if seq > each.after and written_as == each.was:
            written_as = each.now
    return written_as


def _text(told: dict[str, Any], name: str) -> str:
    """Return a text of an adoption."""
    return str(told.get(name, ""))


def _number(told: dict[str, Any], name: str) -> int:
    """Return a number of an adoption."""
    value = told.get(name, 0)
    return value if isinstance(value, int) else 0
