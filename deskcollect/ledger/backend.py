"""What a ledger stands on: a chain of lines that can be read, and appended to. Files are one backend, a server another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from deskcollect.ledger.appending import Written
    from deskcollect.ledger.files.table import LedgerTable
    from deskcollect.ledger.line import Link, Record, Stretch
    from deskcollect.ledger.report import Damage, Ending, Health, Report
    from deskcollect.records import Head


class Lines(Protocol):
    """The lines of one chain, for reading. Nothing here waits for a writer.

    `generation` changes when lines that were already read do not hold any more, so that whoever keeps something made of
    them begins anew. What is known ends where the last `refresh` stood.
    """

    generation: int

    @property
    def mutex(self) -> AbstractContextManager[Any]:
        """Keep the other threads of this program out."""

    @property
    def last(self) -> Link:
        """Return the end of the chain as it was last read."""

    @property
    def begins(self) -> int:
        """Return the number that the chain begins with: 1, unless older records were dropped."""

    @property
    def record_count(self) -> int:
        """Return how many records can be read."""

    @property
    def segment_count(self) -> int:
        """Return how many files hold records; 0 where there are none."""

    def refresh(self) -> bool:
        """Take in what others wrote; return whether anything is new. Errors: LedgerError."""

    def at(self, seq: int) -> Record | None:
        """Return the record of a number."""

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that may hold a value in an indexed field, in order. The caller compares."""

    def newest(self, table: str, count: int) -> list[Record]:
        """Return the last records of a table, the newest first, so many or all there are."""

    def stretches(self, after: int) -> Iterator[Stretch]:
        """Go through all lines of records with a number above `after`."""

    def records(self, after: int = 0) -> Iterator[Record]:
        """Go through the records with a number above `after`."""

    def damage(self) -> tuple[Damage, ...]:
        """Return what is known to be damaged."""

    def verify(self, desk: str, expected: Head | None) -> Report:
        """Read and check every record, trusting no index."""

    def holds(self, head: Head) -> bool:
        """Say whether an earlier head is on the chain."""


class Backend(Protocol):
    """Where a ledger keeps its lines."""

    @property
    def lines(self) -> Lines:
        """Return the lines, for reading."""

    @property
    def table(self) -> LedgerTable:
        """Return the events as a TinyDB table. Errors: BadUse where there is no TinyDB behind."""

    def append(self, table: str, documents: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Append documents as one batch, all or nothing, idempotent by `event_id`; durable on return.

        Errors: BadUse when the same event_id is there with other content; NotRecorded, Uncertain, Busy, Damaged.
        """

    def find(self, table: str, field: str, value: str) -> list[Record]:
        """Return the records of a table whose document has a value in an indexed field."""

    def health(self) -> Health:
        """Say whether something can be recorded now, and what speaks against this place."""

    @property
    def put_aside(self) -> Ending | None:
        """Return what this program cut off at the end, or found missing there, before it wrote; None where nothing was."""

    def close(self) -> None:
        """Let go of files or connections."""
