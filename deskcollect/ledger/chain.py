"""The chain of records as it can be read: all segments of one folder, in order, without any lock.

00000001.jsonl ...   sealed segments, never changed again; each with an index beside it (.idx, a cache)
00000031.jsonl       the open one
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from deskcollect.errors import LedgerError
from deskcollect.ledger import line
from deskcollect.ledger.index import TABLE
from deskcollect.ledger.line import Stretch
from deskcollect.ledger.report import Damage, Report
from deskcollect.ledger.segment import Segment, name
from deskcollect.ledger.tables import ERASURES
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.ledger.disk import Disk
    from deskcollect.ledger.line import Link, Record

_SEGMENT = re.compile(r"(\d{8})\.jsonl")


class Chain:
    """All segments of one folder. Threads of one program may share it.

    `generation` changes when records that were already read had to be taken back by a writer, so that whoever keeps
    something made of them begins anew.
    """

    def __init__(self, disk: Disk, folder: Path) -> None:
        self.disk = disk
        self.folder = folder
        self.generation = 0
        self.segments: list[Segment] = []
        self.mutex = RLock()
        self._unread = False
        self.refresh()
        with self._reading():
            self._gap = self._missing_segment()

    def close(self) -> None:
        """Let go of all files."""
        with self.mutex:
            for segment in self.segments:
                segment.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keep other threads out and put a failing disk into words."""
        with self.mutex:
            try:
                yield
            except OSError as error:
                raise LedgerError(
                    f"The ledger cannot be read: {error.strerror or error}.",
                    "Check the disk and the rights of its folder.",
                ) from error

    def refresh(self) -> bool:
        """Take in what other programs wrote; return whether anything is new."""
        with self._reading():
            new = self.take_new(settled=False)
            self.keep_indexes()
            return new

    def take_new(self, *, settled: bool) -> bool:
        """Take in what is new, segment after segment. A segment is final once the next one is there.

        `settled` says that the caller holds the lock, so that nobody is in the middle of a write.

        Errors: OSError.
        """
        known = len(self.segments) - 1
        if known < 0:
            return self._go_on(settled=settled)
        marks = self._marks(known)
        new = self._go_on(settled=settled)
        if self._unread or (new and self._marks(known) > marks):
            self.reload()
        return new

    def _marks(self, start: int) -> int:
        """Return how many records from a segment on say that sealed segments were rewritten."""
        return sum(len(each.index.find(TABLE, ERASURES)) for each in self.segments[start:])

    def reload(self) -> None:
        """Read the sealed segments anew: records in them were erased.

        Errors: OSError.
        """
        self._unread = True
        fresh = [Segment(self.disk, self.folder, each.number, each.before) for each in self.segments[:-1]]
        for segment in fresh:
            segment.open_sealed()
        for segment in self.segments[:-1]:
            segment.close()
        self.segments[:-1] = fresh
        self.generation += 1
        self._unread = False

    def _go_on(self, *, settled: bool) -> bool:
        """Read what is behind the end that is known; return whether anything is."""
        new = False
        while True:
            following = self.segments[-1].next_path if self.segments else self.folder / name(1)
            exists = self.disk.exists(following)
            if self.segments:
                current = self.segments[-1]
                changed, stale = current.seal() if exists else current.refresh(settled=settled)
                new |= changed
                self.generation += stale
            if not exists:
                return new
            self._open_segment(len(self.segments) + 1)
            new = True

    def _open_segment(self, number: int) -> None:
        """Open one more segment; a sealed one by its index."""
        segment = Segment(self.disk, self.folder, number, self.last)
        if self.disk.exists(self.folder / name(number + 1)):
            segment.open_sealed()
        self.segments.append(segment)

    def keep_indexes(self) -> None:
        """Write the sidecars that sealed segments still lack."""
        for segment in self.segments[:-1]:
            segment.keep_index()

    @property
    def last(self) -> Link:
        """Return the end of the chain as it was last read."""
        return self.segments[-1].last if self.segments else line.START

    @property
    def segment_count(self) -> int:
        """Return how many files hold records."""
        return len(self.segments)

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables."""
        return tuple(sorted({table for segment in self.segments for table in segment.index.tables}))

    @property
    def record_count(self) -> int:
        """Return how many records can be read."""
        return sum(len(segment.index) for segment in self.segments)

    def damage(self) -> tuple[Damage, ...]:
        """Return what is known to be damaged."""
        found = [damage for segment in self.segments for damage in segment.damage]
        return (*found, *([self._gap] if self._gap else []))

    def _missing_segment(self) -> Damage | None:
        """Notice segments behind a gap in the numbers: one is missing, and nothing after it was read.

        One that is there was begun by another program since the last look.
        """
        numbers = [int(m.group(1)) for m in map(_SEGMENT.fullmatch, self.disk.names(self.folder)) if m]
        if not numbers or max(numbers) <= len(self.segments):
            return None
        if self.disk.exists(self.folder / name(len(self.segments) + 1)):
            return None
        return Damage(self.last.seq + 1, name(len(self.segments) + 1), 0, "the file is missing")

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that may hold a value in an indexed field, in order. The caller compares."""
        with self._reading():
            found: list[Record] = []
            for segment in self.segments:
                found += [r for n in segment.index.find(field, value) if (r := segment.record(n)) is not None]
            return found

    def count(self, field: str, value: str) -> int:
        """Return how many records may hold a value in an indexed field."""
        with self._reading():
            return sum(len(segment.index.find(field, value)) for segment in self.segments)

    def at(self, seq: int) -> Record | None:
        """Return the record of a number."""
        with self._reading():
            for segment in reversed(self.segments):
                n = segment.index.ordinal(seq)
                if seq > segment.before.seq and n < len(segment.index):
                    record = segment.record(n)
                    return record if record is not None and record.seq == seq else None
            return None

    def stretches(self, after: int) -> Iterator[Stretch]:
        """Go through all lines of records with a number above `after`, one stretch a segment."""
        with self._reading():
            segments = [segment for segment in self.segments if segment.last.seq > after]
        for segment in segments:
            with self._reading():
                data = segment.lines(segment.index.ordinal(after + 1))
                stretch = Stretch(segment.last.seq, data)
            yield stretch

    def records(self, after: int = 0) -> Iterator[Record]:
        """Go through the records with a number above `after`."""
        for stretch in self.stretches(after):
            for text in stretch.data.split(b"\n"):
                record = line.read(text)
                if record is not None:
                    yield record

    def verify(self, desk: str, expected: Head | None) -> Report:
        """Read and check every record of every segment, trusting no index."""
        with self._reading():
            before, damage, count = line.START, list[Damage](), 0
            number = 0
            while self.disk.exists(self.folder / name(number + 1)):
                number += 1
                segment = Segment(self.disk, self.folder, number, before)
                segment.sealed = self.disk.exists(self.folder / name(number + 1))
                try:
                    if segment.sealed:
                        segment.read_whole()
                    else:
                        segment.refresh(settled=False)
                finally:
                    segment.close()
                damage += segment.damage
                before, count = segment.last, count + len(segment.index)
            missing = self._missing_segment()
            damage += [missing] if missing else []
        known = None if expected is None else self.holds(expected)
        return Report(count, number, Head(desk, before.seq, before.hash), tuple(damage), known)

    def holds(self, head: Head) -> bool:
        """Say whether an earlier head is on the chain."""
        if head.seq == 0:
            return True
        record = self.at(head.seq)
        return record is not None and record.hash.startswith(head.hash)
