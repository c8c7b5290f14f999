"""TinyDB's storage over the journal: documents are read from the chain and appended to it, nothing is rewritten."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from tinydb.storages import Storage

from deskcollect.errors import AppendOnly, BadUse
from deskcollect.ledger import document
from deskcollect.ledger.disk import Disk
from deskcollect.ledger.index import TABLE
from deskcollect.ledger.journal import SEGMENT_BYTES, Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.ledger.chain import Chain
    from deskcollect.ledger.line import Link, Record

EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a document stands. `replayed` says that it stood there before."""

    seq: int
    hash: str
    replayed: bool


def refuse() -> NoReturn:
    """Refuse to change what was recorded."""
    raise AppendOnly(
        "What was recorded is never changed or removed.",
        "Record a correction: a new entry that names the wrong one in its field “corrects”.",
    )


class View(Mapping[str, dict[str, Any]]):
    """The documents of one table by number, each decoded when it is asked for."""

    def __init__(self, chain: Chain, table: str) -> None:
        self._chain = chain
        self._table = table

    def __len__(self) -> int:
        return self._chain.count(TABLE, self._table)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._pairs())

    def __getitem__(self, key: str) -> dict[str, Any]:
        record = self._chain.at(int(key)) if key.isdecimal() else None
        if record is None or record.table != self._table:
            raise KeyError(key)
        return record.document()

    def items(self) -> ItemsView[str, dict[str, Any]]:
        """Return numbers and documents in order, without holding them all."""
        return _Pairs(self)

    def _pairs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Go through numbers and documents."""
        for record in self._chain.records():
            if record.table == self._table:
                yield str(record.seq), record.document()


class _Pairs(ItemsView[str, dict[str, Any]]):
    """Goes through a view in one sweep of the files."""

    _mapping: View

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return self._mapping._pairs()  # noqa: SLF001  # one thing in two classes, as Mapping asks for it


class LedgerStorage(Storage):
    """Give TinyDB the tables of a journal to read; refuse to write them as a whole."""

    def __init__(
        self,
        folder: Path,
        *,
        lock_timeout: float = 5.0,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        super().__init__()
        self.journal = Journal(disk or Disk(), folder, lock_timeout=lock_timeout, segment_bytes=segment_bytes)
        self._newest: tuple[int, datetime | None] = (0, None)

    def read(self) -> dict[str, Mapping[str, Any]] | None:  # type: ignore[override]  # TinyDB only reads these
        """Return the tables, or None if there are none yet."""
        chain = self.journal.chain
        chain.refresh()
        return {table: View(chain, table) for table in chain.tables} or None

    def write(self, data: object) -> NoReturn:  # noqa: ARG002  # TinyDB's signature
        """Refuse. Errors: AppendOnly."""
        refuse()

    def close(self) -> None:
        """Let go of the files."""
        self.journal.close()

    def find(self, table: str, field: str, value: str) -> list[Record]:
        """Return the records of a table whose document has a value in an indexed field."""
        found = self.journal.chain.find(field, value)
        return [record for record in found if record.table == table and record.document().get(field) == value]

    def append(self, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Append documents as one batch, all or nothing; return when they are on the disk.

        One whose event_id is already there with the same content is not written again. That events have the form of
        events is the caller's to see to.

        Errors: BadUse when the same event_id is there with other content; NotRecorded, Uncertain, Busy, Damaged.
        """
        with self.journal.writing():
            old = [self._existing(table, each) for each in documents]
            new = _without_repeats([each for each, there in zip(documents, old, strict=True) if there is None])
            texts = [document.canonical(self._stamped(each)) for each in new]
            self.journal.pin([there.seq for there in old if there is not None])
            links = self.journal.append(table, texts) if new else []
            self._remember(new, links)
        return list(_receipts(documents, old, new, links))

    def _existing(self, table: str, wanted: Mapping[str, Any]) -> Written | None:
        """Return where an event already stands."""
        event_id = wanted.get("event_id")
        if not isinstance(event_id, str):
            return None
        for record in self.find(table, "event_id", event_id):
            if not document.same(record.document(), wanted):
                conflict(event_id)
            return Written(record.seq, record.hash, replayed=True)
        return None

    def _stamped(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Say by how much the clock stands before the last record, if it does."""
        now, last = _recorded_at(wanted), self._last_recorded_at()
        if now is None or last is None or now >= last:
            return dict(wanted)
        return {**wanted, "clock_back_ms": round((last - now).total_seconds() * 1000)}

    def _last_recorded_at(self) -> datetime | None:
        """Return when the last record was written."""
        seq = self.journal.chain.last.seq
        if self._newest[0] != seq:
            record = self.journal.chain.at(seq)
            self._newest = (seq, _recorded_at(record.document()) if record else None)
        return self._newest[1]

    def _remember(self, new: Sequence[Mapping[str, Any]], links: Sequence[Link]) -> None:
        """Keep the time of the last record."""
        if links:
            self._newest = (links[-1].seq, _recorded_at(new[-1]))


def conflict(event_id: str) -> NoReturn:
    """Refuse a second event under one id."""
    raise BadUse(
        f"Another entry was recorded under the id {event_id}.", "Record this one under an id of its own; keep both."
    )


def _recorded_at(wanted: Mapping[str, Any]) -> datetime | None:
    """Return when a document says that it was written."""
    try:
        value = datetime.fromisoformat(wanted["recorded_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return value if value.tzinfo else None


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
