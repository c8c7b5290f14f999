"""The ledger in files of this machine: a journal in a folder, and TinyDB over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.ledger.files import health, said
from deskcollect.ledger.files.storage import LedgerStorage
from deskcollect.ledger.files.table import LedgerDB, LedgerTable
from deskcollect.ledger.report import Health
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deskcollect.ledger.appending import Written
    from deskcollect.ledger.files.chain import Chain
    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.files.journal import Journal
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.report import Ending


class Files:
    """The backend of a desk's own ledger."""

    def __init__(self, folder: Path, disk: Disk, *, lock_timeout: float, segment_bytes: int) -> None:
        self.folder = folder
        self.disk = disk
        self._db = LedgerDB(
            folder, storage=LedgerStorage, disk=disk, lock_timeout=lock_timeout, segment_bytes=segment_bytes
        )
        self._storage: LedgerStorage = self._db.storage  # type: ignore[assignment]  # TinyDB made it from the class

    def append(self, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Append documents as one batch, all or nothing; on the disk on return. Errors: as `LedgerStorage.append`."""
        return self._storage.append(table, documents)

    def find(self, table: str, field: str, value: str) -> list[Record]:
        """Return the records of a table whose document has a value in an indexed field."""
        return self._storage.find(table, field, value)

    @property
    def journal(self) -> Journal:
        """Return the journal, for what looks after its files."""
        return self._storage.journal

    @property
    def lines(self) -> Chain:
        """Return the lines, for reading."""
        return self.journal.chain

    @property
    def table(self) -> LedgerTable:
        """Return the events as a TinyDB table, for Query."""
        table: LedgerTable = self._db.table(EVENTS)  # type: ignore[assignment]  # table_class makes it one
        return table

    def health(self) -> Health:
        """Say whether something can be recorded now, and what speaks against this folder."""
        above = next((path for path in (self.folder, *self.folder.parents) if path.exists()), self.folder)
        damage = self.lines.damage()
        return Health(
            writable=health.writable(above) and not damage and health.is_file(self.folder / said.FILE),
            free_bytes=self.disk.free_bytes(above),
            records=self.lines.record_count,
            damage=damage,
            lock_holder=self.journal.lock.holder_now() if self.folder.exists() else "",
            place=health.place(self.folder),
            open_to_others=health.open_to_others(self.folder),
            copies=health.conflicting_copies(self.disk.names(self.folder)),
            quarantined_bytes=self.journal.quarantined_bytes(),
            ending=self.lines.ending(),
        )

    @property
    def put_aside(self) -> Ending | None:
        """Return what this program cut off at the end, or found missing there, before it wrote."""
        return self.journal.put_aside

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()
