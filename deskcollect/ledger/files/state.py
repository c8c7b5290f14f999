"""What a desk keeps for convenience and may lose: half-filled forms, where a person stood in the list, who is calling whom.

One small TinyDB file that is replaced as a whole. Nothing here is evidence; a damaged file is set aside.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage, Storage

from deskcollect.clock import read_instant
from deskcollect.errors import Busy, NotRecorded
from deskcollect.ledger.files.disk import Disk, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tinydb.table import Table

_DRAFTS = "drafts"
_PLACES = "places"
_MARKS = "marks"
_ERASED = "erased"


class AtomicJSONStorage(Storage):
    """Write a JSON file to a temporary one, sync it and put it in place, so that a crash leaves the old or the new."""

    def __init__(self, path: Path, *, disk: Disk | None = None) -> None:
        super().__init__()
        self._path = path
        self._disk = disk or Disk()

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the tables, or None if there is no file, or one that was damaged. Errors: OSError."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            tables = json.loads(data)
        except (ValueError, RecursionError):
            tables = None
        if isinstance(tables, dict) and all(map(_is_table, tables.values())):
            return tables
        self._set_aside()
        return None

    def _set_aside(self) -> None:
        """Keep a damaged file under another name and begin anew."""
        with suppress(OSError):
            self._disk.replace(self._path, self._path.with_name(f"{self._path.name}.damaged"))

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file."""
        self._disk.makedirs(self._path.parent)
        put(self._disk, self._path, json.dumps(data, ensure_ascii=False).encode())


def _is_table(told: object) -> bool:
    """Say whether something is a table as TinyDB keeps one: objects by their numbers."""
    return isinstance(told, dict) and all(
        key.isascii() and key.isdigit() and isinstance(each, dict) for key, each in told.items()
    )


class State:
    """Drafts of forms by account, and each person's place in the list. Several programs may share the file."""

    def __init__(self, path: Path, *, disk: Disk | None = None, lock_timeout: float = 1.0) -> None:
        self._path = path
        self._disk = disk or Disk()
        self._lock = FileLock(path.with_suffix(".lock"), timeout=lock_timeout, mode=0o600, thread_local=False)
        self._writers = RLock()  # the lock of a file keeps out other programs, not the threads of this one

    def draft(self, account_id: str) -> dict[str, Any] | None:
        """Return the form that was being filled for an account."""
        return self._find(_DRAFTS, account_id)

    def keep_draft(self, account_id: str, form: Mapping[str, Any]) -> None:
        """Keep a half-filled form. Errors: Busy, NotRecorded."""
        self._keep(_DRAFTS, account_id, form)

    def drop_draft(self, account_id: str) -> None:
        """Forget a form. Errors: Busy, NotRecorded."""
        with self._written() as db:
            db.table(_DRAFTS).remove(where("key") == account_id)

    def place(self, person: str) -> dict[str, Any] | None:
        """Return where a person stood in the list."""
        return self._find(_PLACES, person)

    def keep_place(self, person: str, place: Mapping[str, Any]) -> None:
        """Keep where a person stands in the list. Errors: Busy, NotRecorded."""
        self._keep(_PLACES, person, place)

    def seen(self, name: str) -> Table:
        """Return one of its tables, for reading; an empty one where the file cannot be read."""
        db = self._db()
        try:
            db.tables()
        except OSError:
            db = TinyDB(storage=MemoryStorage)
        return db.table(name)

    @contextmanager
    def table(self, name: str) -> Iterator[Table]:
        """Give one of its tables to change, while no other program does. Errors: Busy, NotRecorded."""
        with self._written("The claim was not kept") as db:
            yield db.table(name)

    def erased(self, account_id: str) -> dict[str, Any] | None:
        """Return when the records of an account were erased at this desk, and by whom; None if they were not."""
        told = self._find(_ERASED, account_id) or {}
        return told if read_instant(told.get("on")) and isinstance(told.get("by"), str) else None

    def keep_erased(self, account_id: str, told: Mapping[str, Any]) -> None:
        """Note that the records of an account were erased. Errors: Busy, NotRecorded."""
        self._keep(_ERASED, account_id, told)

    def mark(self, name: str) -> str:
        """Return a mark that a program left for the next one, empty if there is none."""
        found = self._find(_MARKS, name) or {}
        told = found.get("mark", "")
        return told if isinstance(told, str) else ""

    def keep_mark(self, name: str, told: str) -> None:
        """Leave a mark for the next program. Errors: Busy, NotRecorded."""
        self._keep(_MARKS, name, {"mark": told})

    def _db(self) -> TinyDB:
        """Open the file afresh, since another program may have written."""
        return TinyDB(self._path, storage=AtomicJSONStorage, disk=self._disk)

    def _find(self, table: str, key: str) -> dict[str, Any] | None:
        """Return what is kept under a key."""
        found = self.seen(table).search(where("key") == key)
        value = found[0].get("value") if found else None
        return value if isinstance(value, dict) else None

    def _keep(self, table: str, key: str, value: Mapping[str, Any]) -> None:
        """Keep something under a key."""
        with self._written() as db:
            db.table(table).upsert({"key": key, "value": dict(value)}, where("key") == key)

    @contextmanager
    def _written(self, failed: str = "The draft was not kept") -> Iterator[TinyDB]:
        """Change the file while no other program does."""
        try:
            self._disk.makedirs(self._path.parent)
            with self._writers, self._lock:
                yield self._db()
        except Timeout as error:
            raise Busy("Another program is writing the desk's state.", "Try again.") from error
        except OSError as error:
            raise NotRecorded(
                f"{failed}: {error.strerror or error}.", "Make room or check the rights of the folder."
            ) from error
