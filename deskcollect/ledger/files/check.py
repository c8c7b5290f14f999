"""Every record of a chain read and checked, trusting no index."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from deskcollect.ledger import line
from deskcollect.ledger.files import gaps, quarantine, said
from deskcollect.ledger.files.disk import content
from deskcollect.ledger.files.segment import Segment, name, numbers, rest
from deskcollect.ledger.report import Damage, Ending, Gap, Report, Rest, lost
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.line import Link
    from deskcollect.ledger.report import Break


class Check:
    """One reading of all segments from the first that is there, which is tied to `start`."""

    def __init__(self, disk: Disk, folder: Path, first: int, start: Link) -> None:
        self.disk = disk
        self.folder = folder
        self.first = first
        self.last = start
        self.count = 0
        self.number = first - 1
        self.found: list[Damage] = []
        self.rest: Rest | None = None
        self.said = 0
        self._ends: tuple[tuple[int, int], ...] = ()
        self._ties: dict[int, Link] = {}
        self._declared: dict[Break, Gap] = {}
        self._retired: list[gaps.Retired] = []

    def read(self) -> None:
        """Read every segment. Errors: OSError."""
        self.said = said.read(self.disk, self.folder)  # before the lines: somebody may record meanwhile
        empty: list[Damage] = []
        while self.disk.exists(self.folder / name(self.number + 1)):
            self.number += 1
            self._ties[self.number] = self.last
            segment = Segment(self.disk, self.folder, self.number, self.last)
            segment.sealed = self.disk.exists(segment.next_path)
            try:
                if segment.sealed:
                    segment.read_whole()
                else:
                    segment.refresh(settled=False)
                    while (left := rest(segment)) and segment.refresh(settled=False)[0]:
                        pass  # somebody was just writing
                    self.rest = left
                self._declared |= gaps.declared([segment])
                self._retired += gaps.retired([segment])
            finally:
                segment.close()
            self.found += segment.damage
            if len(segment.index):
                empty = []
            elif segment.sealed and not segment.damage:
                empty = empty or [emptied(segment)]
            self.last = segment.last
            self.count += len(segment.index)
        self._ends = quarantine.ends(self.disk, self.folder)
        self._ties[self.number + 1] = self.last
        self.found += empty
        missing = missing_segment(self.disk, self.folder, self.number, self.last)
        self.found += [missing] if missing else []
        if not gaps.may_begin(self.first, self._ties, self._retired):
            self.found.insert(0, missing_beginning(self.first))

    def declared_start(self) -> Link | None:
        """Return what the first segment is tied to, as a retention declared it."""
        return gaps.beginning(self.first, self._retired)

    def report(self, desk: str, start: Link, *, known: bool | None) -> Report:
        """Say what was found."""
        holes = [self._declared[d.hole] for d in self.found if d.hole is not None and d.hole in self._declared]
        damage = [d for d in self.found if d.hole is None or d.hole not in self._declared]
        segments = self.number - self.first + 1
        head = Head(desk, self.last.seq, self.last.hash)
        ending = Ending(self.last.seq, self.rest, self.said)
        return Report(
            self.count,
            segments,
            head,
            tuple(damage),
            known,
            tuple(holes),
            start.seq + 1,
            ending=ending,
            lost=tuple(lost(*each) for each in self._ends),
        )


def whole(disk: Disk, folder: Path, desk: str) -> Report:
    """Read and check every record in a folder of segments that nobody writes to. Errors: OSError."""
    first = min(numbers(disk, folder), default=1)
    start = told_start(disk, folder, first)
    check = Check(disk, folder, first, start)
    check.read()
    declared = check.declared_start()
    if declared is not None and declared != start:  # the first record itself is lost
        start = declared
        check = Check(disk, folder, first, start)
        check.read()
    return check.report(desk, start, known=None)


def told_start(disk: Disk, folder: Path, first: int) -> Link:
    """Return what the first record of the first segment says that it is tied to. Errors: OSError."""
    if first == 1:
        return line.START
    data = content(disk, folder / name(first))
    record = line.read(data[: data.find(b"\n")])
    return line.Link(record.seq - 1, record.prev) if record else line.START


def missing_segment(disk: Disk, folder: Path, last: int, end: Link) -> Damage | None:
    """Notice segments behind a hole in the numbers: one is missing, and nothing after it was read.

    One that is there was begun by another program since the last look.
    """
    if max(numbers(disk, folder), default=0) <= last or disk.exists(folder / name(last + 1)):
        return None
    return Damage(end.seq + 1, name(last + 1), 0, "the file is missing")


def emptied(segment: Segment) -> Damage:
    """Return the damage of a sealed segment that holds nothing, where no record stands behind it that tells of a hole.

    None is sealed before something was recorded in it.
    """
    return Damage(segment.before.seq + 1, segment.path.name, 0, "the file is empty, and what stood in it is missing")


def empty_end(segments: Sequence[Segment]) -> list[Damage]:
    """Return the damage where the last sealed segments hold nothing."""
    behind = takewhile(lambda segment: not len(segment.index), reversed(segments))
    empty = [segment for segment in behind if segment.sealed and not segment.damage]
    return [emptied(empty[-1])] if empty else []


def missing_beginning(first: int) -> Damage:
    """Return the damage of a chain whose first segments are missing, and nothing says why."""
    return Damage(1, name(first - 1), 0, "the file is missing")
