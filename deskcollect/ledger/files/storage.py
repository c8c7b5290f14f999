"""TinyDB's storage over the journal: documents are read from the chain and appended to it, nothing is rewritten."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from tinydb.storages import Storage

from deskcollect.errors import AppendOnly
from deskcollect.ledger import appending
from deskcollect.ledger.fields import TABLE, values
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.journal import SEGMENT_BYTES, Journal
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.appending import Written
    from deskcollect.ledger.files.chain import Chain
    from deskcollect.ledger.line import Link, Record


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
        self._newest = _Newest()

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
        return [record for record in found if record.table == table and (field, value) in values(record)]

    def append(self, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Append documents as one batch, all or nothing; return when they are on the disk.

        One whose event_id is already there with the same content is not written again. That events have the form of
        events is the caller's to see to.

        Errors: BadUse when the same event_id is there with other content; NotRecorded, Uncertain, Busy, Damaged.
        """
        with self.journal.writing():
            written = appending.append(_Appending(self.journal, self._newest), table, documents)
            if written:
                self._newest.note(table, documents[-1], written[-1], self.journal.chain.last)
            return written


class _Newest:
    """When the last own record was written, remembered for the chain as it was then."""

    def __init__(self) -> None:
        self.seq = 0
        self.at: datetime | None = None

    def note(self, table: str, document: Mapping[str, Any], written: Written, last: Link) -> None:
        """Note what was just written, so that it need not be read again for the next one."""
        if table == EVENTS and written.seq == last.seq and not appending.elsewhere(document):
            self.seq, self.at = last.seq, appending.recorded_at(document)


class _Appending:
    """The journal of a storage while its lock is held."""

    def __init__(self, journal: Journal, newest: _Newest) -> None:
        self._journal = journal
        self._newest = newest

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that may hold a value in an indexed field."""
        return self._journal.chain.find(field, value)

    def last_recorded_at(self) -> datetime | None:
        """Return when the last own record was written."""
        chain, newest = self._journal.chain, self._newest
        if newest.seq != chain.last.seq:
            told = appending.last_own(chain)
            newest.seq, newest.at = chain.last.seq, appending.recorded_at(told) if told else None
        return newest.at

    def pin(self, seqs: list[int]) -> None:
        """Make sure that records which were found already written are on the disk."""
        self._journal.pin(seqs)

    def write(self, table: str, documents: list[str]) -> list[Link]:
        """Append one batch of canonical documents."""
        return self._journal.append(table, documents)
