"""The chain of records as it can be read: all segments of one folder, in order, without any lock.

00000001.jsonl ...   sealed segments, never changed again; each with an index beside it (.idx, a cache)
00000031.jsonl       the open one
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING

from deskcollect.errors import LedgerError
from deskcollect.ledger import line
from deskcollect.ledger.fields import EVENT_ID, TABLE
from deskcollect.ledger.files import gaps, said
from deskcollect.ledger.files.check import Check, empty_end, missing_beginning, missing_segment, told_start
from deskcollect.ledger.files.index import Sidecar
from deskcollect.ledger.files.segment import Segment, name, numbers, rest
from deskcollect.ledger.line import Stretch
from deskcollect.ledger.report import Ending
from deskcollect.ledger.tables import ERASURES, REPAIRS, RETIRED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.line import Link, Record
    from deskcollect.ledger.report import Break, Damage, Gap, Report
    from deskcollect.records import Head

_DAMAGE = attrgetter("damage")
_MARKS = (ERASURES, REPAIRS, RETIRED)  # tables whose records say that sealed segments were written anew or dropped


class Chain:
    """All segments of one folder. Threads of one program may share it.

    `generation` changes when records that were already read had to be taken back by a writer, or other files stand in
    their place, so that whoever keeps something made of them begins anew. `began` says that there was a file once.
    """

    def __init__(self, disk: Disk, folder: Path) -> None:
        self.disk = disk
        self.folder = folder
        self.generation = 0
        self.began = False
        self.segments: list[Segment] = []
        self.mutex = RLock()
        self.first = 1
        self.start = line.START
        self._missing: list[Damage] = []
        self._unread = True
        self._highest: tuple[tuple[int, int], str] = ((-1, 0), "")
        with self._reading():
            self._read_anew()
            self.keep_indexes()

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
        if self._is_replaced():
            self.reload()
            self._go_on(settled=settled)
            return True
        known = max(len(self.segments) - 1, 0)
        marks = self._marks(known)
        new = self._go_on(settled=settled)
        if new and self._marks(known) > marks:
            self.reload()  # sealed segments were written anew or dropped by whoever recorded that
            self._go_on(settled=settled)
        return new

    def _is_replaced(self) -> bool:
        """Say whether files are no longer those that were read, or the last reading was cut short."""
        if self._unread or any(self.disk.exists(self.folder / each.file) for each in self._missing):
            return True
        if len(self.segments) > 1 and not self.disk.exists(self.segments[0].path):
            return True
        return any(segment.is_replaced for segment in (*filter(_DAMAGE, self.segments), *self.segments[-1:]))

    def _marks(self, start: int) -> int:
        """Return how many records from a segment on say that segments were written anew or dropped."""
        return sum(len(each.index.find(TABLE, table)) for each in self.segments[start:] for table in _MARKS)

    def reload(self) -> None:
        """Forget everything and read anew, as at the first opening.

        Errors: OSError.
        """
        self.generation += 1
        self._read_anew()

    def _read_anew(self) -> None:
        """Read from the first segment that is there. What it is tied to is declared in a later one, if it is not the first."""
        self._unread = True
        self._begin(None)
        declared = gaps.beginning(self.first, gaps.retired(self.segments)) if self.first > 1 else None
        if declared is not None and declared != self.start:
            self._begin(declared)
        missing = missing_segment(self.disk, self.folder, self.first + len(self.segments) - 1, self.last)
        self._missing = [missing] if missing else []
        ties = {segment.number: segment.before for segment in self.segments}
        ties[self.first + len(self.segments)] = self.last
        if self.first > 1 and not gaps.may_begin(self.first, ties, gaps.retired(self.segments)):
            self._missing.insert(0, missing_beginning(self.first))
        self._unread = False

    def _begin(self, start: Link | None) -> None:
        """Read all segments, the first tied to `start`, or to what its first record says."""
        self.close()
        self.segments = []
        self.first = min(numbers(self.disk, self.folder), default=1)
        self.start = told_start(self.disk, self.folder, self.first) if start is None else start
        self._go_on(settled=False)

    def _go_on(self, *, settled: bool) -> bool:
        """Read what is behind the end that is known; return whether anything is."""
        new = False
        while True:
            following = self.segments[-1].next_path if self.segments else self.folder / name(self.first)
            exists = self.disk.exists(following)
            if self.segments:
                current = self.segments[-1]
                changed, stale = current.seal() if exists else current.refresh(settled=settled)
                new |= changed
                self.generation += stale
            if not exists:
                return new
            self._open_segment(self.first + len(self.segments))
            new = True

    def _open_segment(self, number: int) -> None:
        """Open one more segment; a sealed one by its index."""
        segment = Segment(self.disk, self.folder, number, self.last)
        if self.disk.exists(self.folder / name(number + 1)):
            segment.open_sealed()
        self.segments.append(segment)
        self.began = True

    def keep_indexes(self) -> None:
        """Write the sidecars that sealed segments still lack."""
        lacking = [segment for segment in self.segments[:-1] if not isinstance(segment.index, Sidecar)]
        declared = gaps.declared(self.segments) if any(segment.damage for segment in lacking) else {}
        for segment in lacking:
            segment.keep_index(declared)

    @property
    def last(self) -> Link:
        """Return the end of the chain as it was last read."""
        return self.segments[-1].last if self.segments else self.start

    @property
    def begins(self) -> int:
        """Return the number that the chain begins with: 1, unless older records were dropped."""
        return self.start.seq + 1

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
        """Return what is known to be damaged. Holes that a repair declared are none."""
        found = [damage for segment in filter(_DAMAGE, self.segments) for damage in segment.damage]
        declared = self.declared() if any(damage.hole for damage in found) else {}
        return (*(damage for damage in found if damage.hole not in declared), *empty_end(self.segments), *self._missing)

    def ending(self) -> Ending:
        """Say what stands behind the last record, and whether later ones were said to be recorded."""
        noted = said.read(self.disk, self.folder)  # before the lines: somebody may be recording
        self.refresh()
        with self._reading():
            return Ending(self.last.seq, rest(self.segments[-1]) if self.segments else None, noted)

    def declared(self) -> dict[Break, Gap]:
        """Return the holes that repairs declared."""
        with self._reading():
            return gaps.declared(self.segments)

    def find(self, field: str, value: str) -> list[Record]:
        """Return the records that may hold a value in an indexed field, in order. The caller compares."""
        with self._reading():
            places = ((each, n) for each in self._holding(field, value) for n in each.index.find(field, value))
            return [record for segment, n in places if (record := segment.record(n)) is not None]

    def newest(self, table: str, count: int) -> list[Record]:
        """Return the last records of a table, the newest first, so many or all there are."""
        with self._reading():
            return list(islice(gaps.newest(self.segments, table), count))

    def _holding(self, field: str, value: str) -> list[Segment]:
        """Return the segments that may hold a value: the id of a new event is higher than all that are sealed."""
        if field != EVENT_ID:
            return self.segments
        sealed = (self.generation, len(self.segments))
        if self._highest[0] != sealed:
            ranges = (segment.index.id_range[1] for segment in self.segments[:-1])
            self._highest = sealed, max(ranges, default="")
        return self.segments if value <= self._highest[1] else self.segments[-1:]

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
                stretch = Stretch(segment.last.seq, segment.lines(segment.index.ordinal(after + 1)))
            yield stretch

    def records(self, after: int = 0) -> Iterator[Record]:
        """Go through the records with a number above `after`."""
        for stretch in self.stretches(after):
            yield from filter(None, map(line.read, stretch.data.split(b"\n")))

    def verify(self, desk: str, expected: Head | None) -> Report:
        """Read and check every record of every segment, trusting no index."""
        with self._reading():
            check = Check(self.disk, self.folder, self.first, self.start)
            check.read()
        known = None if expected is None else self.holds(expected)
        return check.report(desk, self.start, known=known)

    def holds(self, head: Head) -> bool:
        """Say whether an earlier head is on the chain."""
        for link in (line.START, self.start):
            if head.seq == link.seq:
                return link.hash.startswith(head.hash)
        record = self.at(head.seq)
        return record is not None and record.hash.startswith(head.hash)
