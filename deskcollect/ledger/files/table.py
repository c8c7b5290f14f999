"""A TinyDB table over the journal. Queries are TinyDB's own; changing and removing are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, cast

from tinydb import TinyDB
from tinydb.table import Document, Table

from deskcollect.ledger.document import check_new
from deskcollect.ledger.fields import FIELDS
from deskcollect.ledger.files.storage import LedgerStorage, refuse
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tinydb.queries import QueryLike


class LedgerTable(Table):
    """Search with TinyDB's Query, insert by appending.

    The number of a document (`doc_id`) is its number in the chain. TinyDB's cache of queries is dropped whenever
    another program has written.
    """

    _seen: tuple[int, str] = (0, "")

    @property
    def _ledger(self) -> LedgerStorage:
        """Return the storage."""
        return cast("LedgerStorage", self._storage)

    def _refresh(self) -> None:
        """Take in what is new, and forget the answers to earlier queries if there is anything."""
        chain = self._ledger.journal.chain
        chain.refresh()
        now = (chain.generation, chain.last.hash)
        if now != self._seen:
            self.clear_cache()
            self._seen = now

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        """Return the documents, each decoded when it is asked for."""
        self._refresh()
        return super()._read_table()

    def search(self, cond: QueryLike) -> list[Document]:
        """Return the documents that match; a query on an id uses the index."""
        self._refresh()
        wanted = indexed(getattr(cond, "_hash", None))
        if wanted is None:
            return super().search(cond)
        found = ((record.seq, record.document()) for record in self._ledger.find(self.name, *wanted))
        return [Document(each, seq) for seq, each in found if cond(each)]

    def insert(self, document: Mapping[str, Any]) -> int:
        """Append a document and return its number when it is on the disk."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Append documents as one batch, all or nothing."""
        given = list(documents)
        if self.name == EVENTS:
            for each in given:
                check_new(each)
        return [written.seq for written in self._ledger.append(self.name, given)]

    def _update_table(self, updater: object) -> NoReturn:  # noqa: ARG002  # TinyDB's signature
        """Refuse. Errors: AppendOnly."""
        refuse()

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> NoReturn:  # noqa: ARG002  # TinyDB's signature
        """Refuse. Errors: AppendOnly."""
        refuse()


class LedgerDB(TinyDB):
    """TinyDB with tables that only grow."""

    table_class = LedgerTable
    default_table_name = EVENTS


def indexed(shape: object) -> tuple[str, str] | None:
    """Return the indexed field and value that every answer to a query must have, or None.

    `shape` is how TinyDB describes a query for its cache: `('==', ('customer_id',), value)` or `('and', {shapes})`.
    It is private to TinyDB; a shape that is not known means that all documents are looked at.
    """
    match shape:
        case ("==", (str(field),), str(value)) if field in FIELDS:
            return field, value
        case ("and", frozenset() as parts):
            return next((found for part in parts if (found := indexed(part)) is not None), None)
        case _:
            return None
