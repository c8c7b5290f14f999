"""The lines of a team's chain as they are read from the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.ledger import line
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import Stretch
from deskcollect.ledger.postgres.prove import COLUMNS, Proof
from deskcollect.ledger.report import Report
from deskcollect.ledger.tables import EVENTS
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from deskcollect.ledger.line import Link, Record
    from deskcollect.ledger.postgres.connection import Connection
    from deskcollect.ledger.report import Damage

PAGE_BYTES = 4 * 1024 * 1024
_FIRST_PAGE, _LARGEST_PAGE = 1_000, 20_000
_AT = "SELECT line FROM deskcollect.line WHERE seq = %s"
_PAGE = "SELECT seq, line FROM deskcollect.line WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s"
_PROVED = f"SELECT {', '.join(COLUMNS)}, line FROM deskcollect.line WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s"  # noqa: S608  # names of our own columns
# Spelled out for the planner: only a query that says what an index is limited to may use it.
_FIND = {
    "event_id": """
        SELECT line FROM deskcollect.line WHERE event_id = %s AND tbl IN ('events', 'erased') AND seq <= %s ORDER BY seq
    """,
    "account_id": "SELECT line FROM deskcollect.line WHERE account_id = %s AND seq <= %s ORDER BY seq",
    "customer_id": "SELECT line FROM deskcollect.line WHERE customer_id = %s AND seq <= %s ORDER BY seq",
    TABLE: "SELECT line FROM deskcollect.line WHERE tbl = %s AND tbl <> 'events' AND seq <= %s ORDER BY seq",
}
_FIND_EVENTS = "SELECT line FROM deskcollect.line WHERE tbl = %s AND seq <= %s ORDER BY seq"

_NEWEST = """
    SELECT line FROM deskcollect.line WHERE tbl = %s AND tbl <> 'events' AND seq <= %s ORDER BY seq DESC LIMIT %s
"""
_NEWEST_EVENTS = "SELECT line FROM deskcollect.line WHERE tbl = %s AND seq <= %s ORDER BY seq DESC LIMIT %s"


class ServerLines:
    """The chain of a team, for reading. The guards of the database leave no gaps, so numbers count the records."""

    generation = 0  # what was read once is never taken back

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = line.START
        self._damage: tuple[Damage, ...] = ()

    @property
    def mutex(self) -> AbstractContextManager[Any]:
        """Keep the other threads of this program out."""
        return self._connection.mutex

    @property
    def last(self) -> Link:
        """Return the end of the chain as it was last read."""
        return self._last

    @property
    def begins(self) -> int:
        """Return 1: nothing is dropped on a server."""
        return 1

    @property
    def record_count(self) -> int:
        """Return how many records can be read."""
        return self._last.seq

    @property
    def segment_count(self) -> int:
        """Return 0: there are no files."""
        return 0

    def refresh(self) -> bool:
        """Take in what others wrote; return whether anything is new. Errors: LedgerError."""
        return self.reaches(self._connection.last())

    def reaches(self, last: Link) -> bool:
        """Take note of how far the chain reaches; return whether that is new."""
        with self._connection.mutex:
            is_new = last.seq > self._last.seq
            if is_new:
                self._last = last
            return is_new

    def at(self, seq: int) -> Record | None:
        """Return the record of a number."""
        return next(iter(_records(self._connection.rows(_AT, [seq]))), None) if seq <= self._last.seq else None

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that hold a value in an indexed field, in order."""
        query = _FIND_EVENTS if (field, value) == (TABLE, EVENTS) else _FIND[field]
        found = self._connection.rows(query, [value, self._last.seq]) if "\0" not in value else []
        return list(_records(found))

    def newest(self, table: str, count: int) -> list[Record]:
        """Return the last records of a table, the newest first, so many or all there are."""
        query = _NEWEST_EVENTS if table == EVENTS else _NEWEST
        return list(_records(self._connection.rows(query, [table, self._last.seq, count])))

    def stretches(self, after: int) -> Iterator[Stretch]:
        """Go through all lines of records with a number above `after`, a few MB at a time."""
        for rows in self._pages(_PAGE, after):
            yield Stretch(rows[-1][0], "".join(f"{text}\n" for _, text in rows).encode())

    def _pages(self, query: str, after: int) -> Iterator[list[tuple[Any, ...]]]:
        """Go through rows, which begin with their number and end with their line, up to the end as it is known now.

        The lines of one page say how many may stand on the next.
        """
        end, count = self._last.seq, _FIRST_PAGE
        while after < end:
            rows = self._connection.rows(query, [after, end, count])
            if not rows:
                return
            yield rows
            after = rows[-1][0]
            average = sum(len(row[-1]) for row in rows) // len(rows) + 1
            count = max(1, min(PAGE_BYTES // average, _LARGEST_PAGE))

    def records(self, after: int = 0) -> Iterator[Record]:
        """Go through the records with a number above `after`."""
        for rows in self._pages(_PAGE, after):
            yield from _records(rows)

    def damage(self) -> tuple[Damage, ...]:
        """Return what the last check of every record found."""
        return self._damage

    def verify(self, desk: str, expected: Head | None) -> Report:
        """Read and check every record, trusting no index."""
        self.refresh()
        proof = Proof(self._connection.place, desk)
        for rows in self._pages(_PROVED, 0):
            for row in rows:
                proof.take(row)
        proof.finish(self._last)
        self._damage = tuple(proof.damage)
        known = None if expected is None else self.holds(expected)
        return Report(proof.count, 0, Head(desk, proof.last.seq, proof.last.hash), self._damage, known)

    def holds(self, head: Head) -> bool:
        """Say whether an earlier head is on the chain."""
        if head.seq == 0:
            return line.START.hash.startswith(head.hash)
        record = self.at(head.seq)
        return record is not None and record.hash.startswith(head.hash)


def _records(rows: list[tuple[Any, ...]]) -> Iterator[Record]:
    """Return the records of lines that prove themselves."""
    return (record for row in rows if (record := line.read(row[-1].encode())) is not None)
