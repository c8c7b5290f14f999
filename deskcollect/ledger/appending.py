"""How documents are appended: each event once, a batch whole, and the clock's steps back written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from deskcollect.errors import BadUse
from deskcollect.ledger import document
from deskcollect.ledger.tables import ERASED, MERGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.line import Link, Record


@dataclass(frozen=True, slots=True)
class Written:
    """Where a document stands. `replayed` says that it stood there before."""

    seq: int
    hash: str
    replayed: bool


class Writer(Protocol):
    """A chain that nobody else writes to just now, with everything read."""

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that may hold a value in an indexed field. The caller compares."""

    def last_recorded_at(self) -> datetime | None:
        """Return when the last own record was written."""

    def pin(self, seqs: list[int]) -> None:
        """Make sure that records which were found already written are durable."""

    def write(self, table: str, documents: list[str]) -> list[Link]:
        """Append one batch of canonical documents; durable on return."""


def append(writer: Writer, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
    """Append documents as one batch, all or nothing.

    One whose event_id is already there with the same content is not written again, nor one whose content was erased.
    Errors: BadUse when the same event_id is there with other content; LedgerError of the writer.
    """
    old = [_existing(writer, table, each) for each in documents]
    new = _without_repeats([each for each, there in zip(documents, old, strict=True) if there is None])
    last = writer.last_recorded_at() if any(map(_is_own, new)) else None
    texts = [document.canonical(_stamped(each, last)) for each in new]
    writer.pin([there.seq for there in old if there is not None])
    links = writer.write(table, texts) if new else []
    return list(_receipts(documents, old, new, links))


def _existing(writer: Writer, table: str, wanted: Mapping[str, Any]) -> Written | None:
    """Return where an event already stands."""
    event_id = wanted.get("event_id")
    if not isinstance(event_id, str):
        return None
    for record in writer.find("event_id", event_id):
        told = record.document()
        if record.table not in (table, ERASED) or told.get("event_id") != event_id:
            continue
        if record.table == table and not document.same(told, wanted):
            conflict(event_id)
        return Written(record.seq, record.hash, replayed=True)
    return None


def _stamped(wanted: Mapping[str, Any], last: datetime | None) -> dict[str, Any]:
    """Say by how much the clock stands before the last own record, if it does. What came from elsewhere is left as it is."""
    now = recorded_at(wanted) if _is_own(wanted) else None
    if now is None or last is None or now >= last:
        return dict(wanted)
    return {**wanted, "clock_back_ms": round((last - now).total_seconds() * 1000)}


def _is_own(wanted: Mapping[str, Any]) -> bool:
    """Say whether a document tells of this desk's own clock."""
    return "recorded_at" in wanted and not elsewhere(wanted)


def conflict(event_id: str) -> NoReturn:
    """Refuse a second event under one id."""
    raise BadUse(
        f"Another entry was recorded under the id {event_id}.", "Record this one under an id of its own; keep both."
    )


def recorded_at(wanted: Mapping[str, Any]) -> datetime | None:
    """Return when a document says that it was written."""
    try:
        value = datetime.fromisoformat(wanted["recorded_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return value if value.tzinfo else None


def elsewhere(wanted: Mapping[str, Any]) -> bool:
    """Say whether a document was first written on the chain of another desk."""
    origin = wanted.get("origin")
    return isinstance(origin, dict) and bool(origin.get("prev"))


def last_own(lines: Lines) -> dict[str, Any] | None:
    """Return the document of the last event that was first written here.

    A merge says where it began, so that what it brought is passed over in one step, unless others recorded while it
    ran. Numbers whose records a repair could not keep are passed over, too.
    """
    seq = lines.last.seq
    while seq >= lines.begins:
        record = lines.at(seq)
        told = {} if record is None else record.document()
        if record is not None and record.table == MERGES:
            seq = _before(told, seq)
        elif "recorded_at" in told and not elsewhere(told):
            return told
        else:
            seq -= 1
    return None


def _before(merged: Mapping[str, Any], seq: int) -> int:
    """Return the number before everything that a merge wrote, where that is all that stands between."""
    own, new = merged.get("own_seq"), merged.get("new")
    return own if isinstance(own, int) and isinstance(new, int) and 0 <= own == seq - new - 1 else seq - 1


def _without_repeats(documents: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the documents of a batch, each event once."""
    seen: dict[object, Mapping[str, Any]] = {}
    once: list[Mapping[str, Any]] = []
    for each in documents:
        event_id = each.get("event_id")
        first = seen.setdefault(event_id, each) if isinstance(event_id, str) else each
        if first is each:
            once.append(each)
        elif not document.same(first, each):
            conflict(str(event_id))
    return once


def _receipts(
    documents: Sequence[Mapping[str, Any]],
    old: Sequence[Written | None],
    new: Sequence[Mapping[str, Any]],
    links: Sequence[Link],
) -> Iterator[Written]:
    """Say for each document where it stands."""
    if len(links) == len(documents):  # each is new, and none stands twice
        yield from (Written(link.seq, link.hash, replayed=False) for link in links)
        return
    places = dict(zip(map(id, new), links, strict=True))
    by_event = {each.get("event_id"): link for each, link in zip(new, links, strict=True)}
    for each, there in zip(documents, old, strict=True):
        if there is not None:
            yield there
        elif id(each) in places:
            link = places.pop(id(each))
            yield Written(link.seq, link.hash, replayed=False)
        else:
            link = by_event[each.get("event_id")]
            yield Written(link.seq, link.hash, replayed=True)
