"""The ledger of one desk: record, read, follow, check. The one door to the journal."""

from __future__ import annotations

import heapq
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from deskcollect.errors import BadUse, LedgerError
from deskcollect.ledger import document
from deskcollect.ledger.appending import last_own, recorded_at
from deskcollect.ledger.event_frame import EventFrame
from deskcollect.ledger.files import placing
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.files.journal import SEGMENT_BYTES
from deskcollect.ledger.ids import Ids
from deskcollect.ledger.kept import Kept
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.replication import origins
from deskcollect.ledger.report import Health, Report
from deskcollect.ledger.tables import EVENTS
from deskcollect.records import Event, Head, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from zoneinfo import ZoneInfo

    from deskcollect import frames
    from deskcollect.ledger.backend import Backend
    from deskcollect.ledger.files.table import LedgerTable
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.privacy.vault import Vault
    from deskcollect.ledger.report import Ending


def open_ledger(
    folder: Path,
    desk_id: str,
    *,
    lock_timeout: float = 5.0,
    disk: Disk | None = None,
    segment_bytes: int = SEGMENT_BYTES,
) -> Ledger:
    """Open the ledger in a folder, which is made at once if it can be; without it only reading works.

    Errors: LedgerError when the disk cannot be read, NewerSchema when a newer version wrote it.
    """
    placing.finish(disk or Disk(), folder)
    return Ledger(Files(folder, disk or Disk(), lock_timeout=lock_timeout, segment_bytes=segment_bytes), desk_id)


class Ledger:
    """The append-only ledger of one desk, on any backend. Threads may share it."""

    def __init__(self, backend: Backend, desk_id: str) -> None:
        self.backend = backend
        self.desk_id = desk_id
        self._lines = backend.lines
        self._frame = EventFrame()
        self._kept: dict[tuple[str, ...], Kept] = {}
        self._ids = Ids()
        self.vault: Vault | None = None  # opens sealed notes; `seals` says whether it also seals what is recorded
        self.seals = False
        self.keeps_notes = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files or connections, and of the keys."""
        if self.vault is not None:
            self.vault.lock()
        self.backend.close()

    @property
    def table(self) -> LedgerTable:
        """Return the events as a TinyDB table, for Query. Errors: BadUse where the ledger is on a server."""
        return self.backend.table

    # --- recording -------------------------------------------------------------------------------------------------

    def next_id(self, now_ms: int) -> str:
        """Return the id for an event that is about to be recorded. Take it once: a retry uses the same one."""
        self._lines.refresh()
        last = last_own(self._lines)
        if last is not None:
            self._ids.seen(str(last.get("event_id", "")))
        return self._ids.next(now_ms)

    def record(self, event: Event, *, recorded_at: datetime) -> Receipt:
        """Record one event; it is on the disk when this returns.

        Recording the same event again gives the same receipt, marked `replayed`.

        Errors: BadUse (cannot be recorded as it is, or its id is taken), Busy, NotRecorded, Uncertain, Damaged; these
        four hold what was to be written (`unwritten`), unless a note could not be sealed: it is to stand nowhere as it is.
        """
        return self.record_many([event], recorded_at=recorded_at)[0]

    def record_many(self, events: Sequence[Event], *, recorded_at: datetime) -> list[Receipt]:
        """Record several events as one: all of them or none.

        Errors: as `record`.
        """
        if recorded_at.tzinfo is None:
            raise BadUse("The time of recording has no time zone.", "Give it in UTC.")
        if not events:
            return []
        documents = [document.write(event, recorded_at=recorded_at, desk=self.desk_id) for event in events]
        if not self.keeps_notes:
            documents = [document.without_note(each) for each in documents]
        if self.seals and self.vault is not None:
            documents = [self.vault.sealed(each) for each in documents]
        try:
            written = self.backend.append(EVENTS, documents)
        except LedgerError as error:
            error.unwritten = documents
            raise
        return [
            Receipt(event.event_id, self.desk_id, each.seq, each.hash, replayed=each.replayed)
            for event, each in zip(events, written, strict=True)
        ]

    # --- reading ---------------------------------------------------------------------------------------------------

    def get(self, event_id: str) -> Event | None:
        """Return an event."""
        self._lines.refresh()
        found = self.backend.find(EVENTS, "event_id", event_id)
        return self._event(found[0]) if found else None

    def history(
        self, *, account: str | None = None, customer: str | None = None, limit: int | None = None
    ) -> list[Event]:
        """Return what happened on an account or with a customer, oldest first; with `limit` only the newest.

        Order: when it happened, then the id, so that merged ledgers tell it alike.
        """
        self._lines.refresh()
        if account is not None:
            found = self.backend.find(EVENTS, "account_id", account)
        elif customer is not None:
            found = self.backend.find(EVENTS, "customer_id", customer)
        else:
            found = list(self._records(0))
        events = (event for event in map(self._event, found) if customer is None or event.customer_id == customer)
        if limit is None:
            return sorted(events, key=_when)
        return sorted(heapq.nlargest(limit, events, key=_when), key=_when)

    def since(self, cursor: str | None) -> Iterator[tuple[str, Event]]:
        """Follow the ledger: events after a cursor in the order they were recorded, each with the next cursor.

        Errors: BadUse for a cursor that this ledger did not give.
        """
        self._lines.refresh()
        if cursor is not None and not cursor.isdecimal():
            raise BadUse("This is no place in the ledger.", "Begin anew without a cursor.")
        for record in self._records(int(cursor or 0)):
            yield str(record.seq), self._event(record)

    def select(
        self,
        kind: str | None = None,
        code: str | None = None,
        by: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> Iterator[Event]:
        """Go through the events of a kind, code and person that happened in [start, end), as recorded."""
        self._lines.refresh()
        wanted = {name: value for name, value in (("kind", kind), ("code", code), ("by", by)) if value is not None}
        marks = [f'"{name}":{json.dumps(value, ensure_ascii=False)}'.encode() for name, value in wanted.items()]
        for record in self._records(0):
            if not all(mark in record.body for mark in marks):
                continue
            event = self._event(record)
            if (
                all(getattr(event, name) == value for name, value in wanted.items())
                and (start is None or event.occurred_at >= start)
                and (end is None or event.occurred_at < end)
            ):
                yield event

    def of_kinds(self, *kinds: str) -> tuple[Event, ...]:
        """Return the events of some kinds in the order they were recorded; the second call reads only what is new."""
        self._lines.refresh()
        with self._lines.mutex:
            return tuple(map(self._opened, self._kept.setdefault(kinds, Kept(kinds)).read(self._lines)))

    def _event(self, record: Record) -> Event:
        """Return the event of a record."""
        return self._opened(document.read(record.document(), seq=record.seq, digest=record.hash))

    def _opened(self, event: Event) -> Event:
        """Return an event with its note in the clear, where it is sealed and can be opened."""
        if "note" not in event.unknown or self.vault is None:
            return event
        told = {"event_id": event.event_id, "customer_id": event.customer_id, "account_id": event.account_id}
        text = self.vault.opened({**told, "note": event.unknown["note"]})
        return event if text is None else replace(event, note=text)

    def _records(self, after: int) -> Iterator[Record]:
        """Go through the records of events."""
        return (record for record in self._lines.records(after) if record.table == EVENTS)

    def events(self, zone: ZoneInfo) -> frames.Events:
        """Return all events as a table; the second call reads only what is new."""
        self._lines.refresh()
        with self._lines.mutex:
            return self._frame.read(self._lines, zone)

    def events_with(self, zone: ZoneInfo, events: Sequence[Event]) -> frames.Events:
        """Return all events as a table, and others as if they were recorded. Nothing is written."""
        self._lines.refresh()
        with self._lines.mutex:
            return self._frame.read_with(self._lines, zone, events)

    # --- state -----------------------------------------------------------------------------------------------------

    def head(self) -> Head:
        """Return the last record: number and hash, to be printed in reports."""
        self._lines.refresh()
        return Head(self.desk_id, self._lines.last.seq, self._lines.last.hash)

    def last_recorded_at(self) -> datetime | None:
        """Return when the last event of this desk was written, None where there is none."""
        self._lines.refresh()
        last = last_own(self._lines)
        return None if last is None else recorded_at(last)

    def verify(self, *, full: bool = True, expected: Head | None = None) -> Report:
        """Check the ledger: with `full` every record of every file, else what opening checks.

        `expected` is an earlier head; a chain alone cannot show that its last records were cut off.

        Errors: LedgerError when the disk cannot be read.
        """
        self._lines.refresh()
        if full:
            report = replace(self._lines.verify(self.desk_id, expected), unproved=tuple(origins.unproved(self._lines)))
            return erasing.check(self, report)
        known = None if expected is None else self._lines.holds(expected)
        return Report(self._lines.record_count, self._lines.segment_count, self.head(), self._lines.damage(), known)

    @property
    def put_aside(self) -> Ending | None:
        """Return what this program cut off at the end, or found missing there, before it wrote; None where nothing was."""
        return self.backend.put_aside

    def health(self) -> Health:
        """Say whether something can be recorded now, and what speaks against this place."""
        self._lines.refresh()
        return self.backend.health()


def _when(event: Event) -> tuple[datetime, str]:
    """Order events by when they happened."""
    return event.occurred_at, event.event_id
