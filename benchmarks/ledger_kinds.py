"""Two ways to keep outcomes with the same few calls: TinyDB as it comes, and the ledger."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from deskcollect.ledger import document
from deskcollect.ledger.files.storage import LedgerStorage
from deskcollect.ledger.files.table import LedgerDB
from tests.ledger.builders import DESK, NOW, event, opened

PRELOAD = 1_000


class Plain:
    """TinyDB as it comes: one JSON file, written anew at each insert."""

    name = "JSONStorage"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = TinyDB(self.file(folder), encoding="utf-8")

    @staticmethod
    def file(folder: Path) -> Path:
        """Return the file that holds the documents."""
        return folder / "outcomes.json"

    def insert(self, *numbers: int) -> None:
        """Insert documents."""
        self._db.insert_multiple([document.write(event(n), recorded_at=NOW, desk=DESK) for n in numbers])

    def documents(self) -> list[dict[str, Any]]:
        """Return all documents."""
        return [dict(each) for each in self._db.all()]

    def shorten(self, how: int) -> None:
        """Change something so that the file becomes shorter."""
        if how % 2:
            self._db.update({"by": "", "contact_point": ""})
        else:
            self._db.remove(doc_ids=list(range(1, 1 + how)))

    def sound(self) -> bool:
        """Say whether it thinks that all is well: it has no way to know."""
        return True

    def close(self) -> None:
        """Close."""
        self._db.close()


class Journal:
    """The ledger."""

    name = "the ledger"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = opened(folder, lock_timeout=30)

    @staticmethod
    def file(folder: Path) -> Path:
        """Return the file that holds the documents."""
        return folder / "00000001.jsonl"

    def insert(self, *numbers: int) -> None:
        """Record events."""
        self._ledger.record_many([event(n) for n in numbers], recorded_at=NOW)

    def documents(self) -> list[dict[str, Any]]:
        """Return all documents."""
        with LedgerDB(self._folder, storage=LedgerStorage) as table:
            return [dict(each) for each in table.all()]

    def shorten(self, how: int) -> None:
        """Record something: nothing else is ever done, and a torn tail is the only thing that is cut."""
        self.insert(900_000 + how)

    def sound(self) -> bool:
        """Say whether every record proves itself."""
        return self._ledger.verify().ok

    def close(self) -> None:
        """Close."""
        self._ledger.close()


Kind = type[Plain] | type[Journal]


def left(kind: Kind, folder: Path) -> list[dict[str, Any]] | None:
    """Return what can be read, None if it cannot be opened."""
    with suppress(Exception):
        there = kind(folder)
        try:
            return there.documents()
        finally:
            there.close()
    return None


def ids(documents: list[dict[str, Any]] | None) -> set[str]:
    """Return the ids of documents."""
    return {each["event_id"] for each in documents or []}


def filled(kind: Kind, folder: Path, number: int) -> list[dict[str, Any]]:
    """Make one with so many documents and return them."""
    made = kind(folder)
    size = 1 if number < PRELOAD else number  # a batch is all or nothing, so small ones are filled one by one
    for first in range(1, number + 1, size):
        made.insert(*range(first, first + size))
    documents = made.documents()
    made.close()
    return documents
