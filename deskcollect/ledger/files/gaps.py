"""Holes in the chain that a repair declared, and the beginning of a chain whose oldest segments were dropped.

A hole is declared by its two ends, each exactly: number and hash of the last record before it, number and tie of the
first one behind. So a declaration covers that hole and no other, whatever is taken out or altered later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import Link
from deskcollect.ledger.report import Break, Gap
from deskcollect.ledger.tables import REPAIRS, RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deskcollect.ledger.files.segment import Segment
    from deskcollect.ledger.line import Record

_TOLD = 200  # gaps in one document: each takes 260 bytes at most, and a document holds 65,536


@dataclass(frozen=True, slots=True)
class Retired:
    """Segments `first` to `last` were dropped; the chain begins with what is tied to `link`."""

    first: int
    last: int
    link: Link


def repairs(gaps: Sequence[Gap], *, by: str, at: str) -> list[dict[str, Any]]:
    """Return the documents of a repair: as many as its gaps take."""
    parts = [gaps[n : n + _TOLD] for n in range(0, len(gaps), _TOLD)] or [gaps]
    return [{"gaps": [_written(gap) for gap in part], "by": by, "repaired_at": at} for part in parts]


def _written(gap: Gap) -> dict[str, Any]:
    """Return a gap as it stands in the ledger."""
    hole = gap.hole
    return {
        "file": gap.file,
        "after": [hole.after.seq, hole.after.hash],
        "before": [hole.seq, hole.prev],
        "bytes": gap.bytes,
    }


def retirement(told: Retired, *, by: str, at: str) -> dict[str, Any]:
    """Return the document of a retention."""
    return {
        "from": told.first,
        "to": told.last,
        "seq": told.link.seq,
        "hash": told.link.hash,
        "by": by,
        "retired_at": at,
    }


def of_segments(segments: Iterable[Segment], table: str) -> Iterator[Record]:
    """Go through the records of a table, each proved."""
    for segment in segments:
        for ordinal in segment.index.find(TABLE, table):
            record = segment.record(ordinal)
            if record is not None and record.table == table:
                yield record


def newest(segments: Sequence[Segment], table: str) -> Iterator[Record]:
    """Go through the records of a table from the newest on, each proved."""
    for segment in reversed(segments):
        for ordinal in reversed(segment.index.find(TABLE, table)):
            record = segment.record(ordinal)
            if record is not None and record.table == table:
                yield record


def declared(segments: Iterable[Segment]) -> dict[Break, Gap]:
    """Return the holes that repairs declared."""
    return {gap.hole: gap for record in of_segments(segments, REPAIRS) for gap in _gaps(record)}


def _gaps(record: Record) -> Iterator[Gap]:
    """Go through the gaps of a repair."""
    told = record.document()
    for each in told.get("gaps", ()):
        try:
            after, (seq, prev) = Link(*each["after"]), each["before"]
            hole = Break(after, seq, prev)
            yield Gap(str(each["file"]), hole, each["bytes"], str(told.get("by", "")), str(told.get("repaired_at", "")))
        except (KeyError, TypeError, ValueError):  # of another version: what it declares counts as damage here
            continue


def retired(segments: Iterable[Segment]) -> list[Retired]:
    """Return the retentions in their order."""
    found: list[Retired] = []
    for record in of_segments(segments, RETIRED):
        told = record.document()
        try:
            found.append(Retired(told["from"], told["to"], Link(told["seq"], told["hash"])))
        except (KeyError, TypeError):
            continue
    return found


def beginning(number: int, told: Iterable[Retired]) -> Link | None:
    """Return what a chain that begins with a segment is tied to, as it was declared."""
    return next((each.link for each in told if each.last == number - 1), None)


def may_begin(number: int, ties: Mapping[int, Link], told: Sequence[Retired]) -> bool:
    """Say whether a chain may begin with a segment; `ties` says what each segment is tied to.

    A retention that was cut short leaves some of its segments behind; they are still tied to what it kept.
    """
    if number == 1:
        return True
    return any(each.first <= number - 1 <= each.last and ties.get(each.last + 1) == each.link for each in told)
