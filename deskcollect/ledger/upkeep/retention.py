"""Whole segments dropped when their records were kept long enough; a record of the chain says which, and what it begins with now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadUse, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.files import gaps
from deskcollect.ledger.files.segment import name, numbers
from deskcollect.ledger.replication.heads import carry
from deskcollect.ledger.tables import RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.files.files import Files
    from deskcollect.ledger.files.journal import Journal
    from deskcollect.ledger.line import Link, Record
    from deskcollect.ledger.store import Ledger

_TIMES = ("recorded_at", "occurred_at", "merged_at", "adopted_at", "repaired_at", "retired_at", "erased_at")


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed segment: its records `first` to `last`, and between which times they say that something was.

    A piece whose records say no time, because all were erased, has none.
    """

    number: int
    first: int
    last: Link
    records: tuple[Record, ...]
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a retention wrote down: records `first` to `last` were dropped, of which times, by whom, when and why.

    What another version, or a test, did not say is empty. `hash` is what the chain is tied to since.
    """

    first: int
    last: int
    hash: str
    by: str
    retired_at: datetime | None
    years: int
    oldest: datetime | None
    newest: datetime | None


# --- looking -----------------------------------------------------------------------------------------------------------


def older(files: Files, before: datetime) -> Iterator[Piece]:
    """Go through the segments from the first on in which everything happened, and was recorded, before a time.

    It ends at the first in which something did not, and before the one that is still written to.

    Errors: LedgerError.
    """
    lines = files.lines
    lines.refresh()
    with lines.mutex:
        sealed = [(each.number, each.before.seq, each.last) for each in lines.segments[:-1]]
    for number, start, last in sealed:
        found: list[Record] = []
        for record in lines.records(start):
            if record.seq > last.seq:
                break
            found.append(record)
        times = [time for each in found for time in _times(each)]
        if times and max(times) >= before:
            return
        yield Piece(number, start + 1, last, tuple(found), min(times, default=None), max(times, default=None))


def _times(record: Record) -> Iterator[datetime]:
    """Go through the times that a record tells."""
    told = record.document()
    return (time for each in _TIMES if (time := _time(told.get(each))) is not None)


def _time(told: object) -> datetime | None:
    """Return a time, None where there is none."""
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None


def declared(lines: Lines) -> tuple[Told, ...]:
    """Return what retentions wrote down, in their order."""
    found = (record.document() for record in lines.find(TABLE, RETIRED) if record.table == RETIRED)
    return tuple(_told(each) for each in found if isinstance(each.get("seq"), int))


def _told(told: Mapping[str, Any]) -> Told:
    """Return what a retention wrote down."""
    first, years = told.get("first"), told.get("years")
    return Told(
        first if isinstance(first, int) else 1,
        told["seq"],
        str(told.get("hash", "")),
        str(told.get("by", "")),
        _time(told.get("retired_at")),
        years if isinstance(years, int) else 0,
        _time(told.get("oldest")),
        _time(told.get("newest")),
    )


def left(files: Files) -> int:
    """Return how many segments were declared as dropped and are still there, since it was cut short."""
    lines = files.lines
    with lines.mutex:
        dropped = max((each.last for each in gaps.retired(lines.segments)), default=0)
        return sum(each.number <= dropped for each in lines.segments)


# --- dropping ------------------------------------------------------------------------------------------------------------


def words(ledger: Ledger, pieces: Sequence[Piece], *, years: int, before: datetime) -> dict[str, Any]:
    """Return what is written down of pieces that are about to be dropped, beside their numbers and the last hash."""
    oldest = min((each.oldest for each in pieces if each.oldest), default=None)
    newest = max((each.newest for each in pieces if each.newest), default=None)
    return {
        "years": years,
        "before": before.isoformat(),
        "first": pieces[0].first,
        "records": sum(len(each.records) for each in pieces),
        "oldest": oldest.isoformat() if oldest else "",
        "newest": newest.isoformat() if newest else "",
        "carried": carry(ledger),
    }


def retire(
    files: Files,
    through_segment: int,
    *,
    by: str,
    at: datetime,
    told: Mapping[str, Any] | None = None,
    seen: Link | None = None,
) -> gaps.Retired | None:
    """Drop all segments up to one; return what was declared, None where they were dropped before.

    The declaration is on the disk before the first segment goes, and they go in their order, so that a crash leaves a
    chain that begins where the declaration allows it. Run again, it finishes. `told` is written beside it: why, and
    what was dropped. `seen` is the end of the chain that this was decided on.

    Errors: BadUse for a segment that is still written to, and where something was recorded since; Busy, Damaged,
    NotRecorded, Uncertain.
    """
    journal = files.journal
    with journal.writing():
        chain = journal.chain
        if through_segment >= chain.segments[-1].number:
            raise BadUse("The newest records cannot be dropped.", f"Name a file before {chain.segments[-1].path.name}.")
        if seen is not None and chain.last != seen:
            raise BadUse("Others recorded something just now, so nothing was dropped.", "Give the command again.")
        done = gaps.retired(chain.segments)
        new = None
        if through_segment >= chain.first and not any(each.last >= through_segment for each in done):
            link = chain.segments[through_segment + 1 - chain.first].before
            new = gaps.Retired(chain.first, through_segment, link)
            document = {**(told or {}), **gaps.retirement(new, by=by, at=at.isoformat())}
            journal.append(RETIRED, [line.canonical(document)])
        _drop(journal, max([through_segment if new else 0, *(each.last for each in done)]))
    return new


def finish(files: Files) -> None:
    """Drop what a retention that was cut short had declared as dropped. Errors: Busy, Damaged, NotRecorded."""
    with files.journal.writing():
        _drop(files.journal, max((each.last for each in gaps.retired(files.journal.chain.segments)), default=0))


def _drop(journal: Journal, through: int) -> None:
    """Remove all segments up to one, each with its sidecar, in their order. Errors: NotRecorded."""
    going = [number for number in numbers(journal.disk, journal.folder) if number <= through]
    try:
        for number in going:
            path = journal.folder / name(number)
            journal.disk.remove(path.with_suffix(".idx"))
            journal.disk.remove(path)
            journal.disk.fsync_dir(journal.folder)
        if going:
            journal.read_anew()
    except OSError as error:
        raise NotRecorded(
            f"Not all old records could be dropped: {error.strerror or error}. All others are as they were.",
            "Check the rights of the ledger folder, then do it again.",
        ) from error
