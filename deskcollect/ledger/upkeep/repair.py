"""A damaged ledger made whole again: what proves itself stays, what does not goes to the quarantine, each hole is declared.

The order makes every crash harmless. First a copy of all files; then the bad bytes are in the quarantine; then the
damaged segments are written anew, each in one step; then a new segment begins with the records that declare the holes.
Only behind that the segments are written anew at whose end something is lost: such a hole shows nowhere else, and a
repair that was cut short must find it again. Run again, a repair finishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadUse, Damaged, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.files import gaps, quarantine, said
from deskcollect.ledger.files.disk import content, put
from deskcollect.ledger.files.scan import scan
from deskcollect.ledger.files.segment import name, numbers
from deskcollect.ledger.report import Break, Gap
from deskcollect.ledger.tables import REPAIRS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.files.chain import Chain
    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.files.files import Files
    from deskcollect.ledger.files.scan import Found
    from deskcollect.ledger.line import Link, Record

_FREE = 1024 * 1024  # what must be left after the copy: the segments are written anew one by one beside the old ones
_BELIEVED = 16  # so many files may be missing before one that does not say how many records are


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that do not count: in which file, where, and which."""

    file: str
    offset: int
    data: bytes


@dataclass(slots=True)
class Hole:
    """What is wrong at one place of the chain: bytes that do not count, lost records, or both.

    `sides` are the good records before and behind it.
    """

    file: str
    between: Break
    pieces: list[Piece]
    sides: tuple[Record | None, Record | None]


@dataclass(slots=True)
class Inventory:
    """What every segment holds. `rewrites` are the segments that have to be written anew, with what stays of them.

    `holes` are in the order of the chain; `torn` is the tail of an append that never finished. `ends` says that the last
    hole is at the end: nothing good stands behind it. `strays` are files whose numbers are too high to be true: what counts
    in them is written where it belongs, and they are taken away; `moved` says into which segment which one went.
    """

    first: int
    last: int
    link: Link
    rewrites: dict[int, bytes] = field(default_factory=dict)
    holes: list[Hole] = field(default_factory=list)
    torn: list[Piece] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)
    ends: bool = False
    harmed: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did: the holes that it declared, the files it wrote anew, and the copy it made before."""

    gaps: tuple[Gap, ...]
    files: tuple[str, ...]
    copy: Path


def inventory(chain: Chain) -> Inventory:
    """Read every segment and say what has to be done. Nothing is written.

    Errors: OSError; Damaged where files have changed places, so that what counts would go.
    """
    there = numbers(chain.disk, chain.folder)
    whole = not there or not any(damage.seq == 1 and damage.file == name(chain.first - 1) for damage in chain.damage())
    first = chain.first if whole else 1
    made = Inventory(first, max(there, default=0), chain.start if whole else line.START)
    reader = _Reader(chain, made, gaps.declared(chain.segments))
    reader.read([number for number in there if number >= first])
    if reader.misplaced:
        raise Damaged(
            f"The files of the ledger stand in the wrong order: {reader.misplaced} holds records that belong before those "
            "of another file. A repair would take them out, so nothing was changed.",
            "Give the files their right names again, or run  deskcollect ledger restore BACKUP",
        )
    return made


class _Reader:
    """Goes through the segments and puts together what does not fit."""

    def __init__(self, chain: Chain, made: Inventory, declared: dict[Break, Gap]) -> None:
        self.chain = chain
        self.made = made
        self.declared = declared
        self.pending: list[Piece] = []
        self.missing = ""
        self.misplaced = ""
        self.good: Record | None = None

    def read(self, there: list[int]) -> None:
        """Read the segments that are there."""
        made = self.made
        there = self._without_idle(there)
        made.last = made.first - 1
        for number in there:
            data = self._data(number)
            absent = number - made.last - 1
            if absent > self._room(data if absent else b""):
                made.strays.append(number)
            else:
                for each in range(made.last + 1, number):
                    made.rewrites[each] = b""
                    self.missing = self.missing or name(each)
                    made.harmed = True
                made.last = number - 1
            self._segment(number, data, is_last=number == there[-1])
        made.harmed |= bool(made.strays)
        if self.pending or self.missing:
            self._hole(name(made.last), Break(made.link, self._behind(), made.link.hash), None)
            made.ends = True

    def _data(self, number: int) -> bytes:
        """Return what stands in a segment."""
        return content(self.chain.disk, self.chain.folder / name(number))

    def _without_idle(self, there: list[int]) -> list[int]:
        """Leave out files at the end whose numbers are too high to be true and that hold nothing new."""
        for before, number in reversed(list(pairwise([self.made.first - 1, *there]))):
            data = self._data(number)
            is_new = there[0] == number or max(_seqs(data), default=0) > max(_seqs(self._data(before)), default=0)
            if number - before - 1 <= _BELIEVED or is_new:
                break
            self.made.strays.append(number)
            self.made.torn += [Piece(name(number), 0, data)] if data else []
            there = there[:-1]
        return there

    def _room(self, data: bytes) -> int:
        """Return how many segments may be missing before one that holds this: each of them held a record."""
        known = self.made.link.seq
        following = next((seq for seq in _seqs(data) if seq > known), None)
        return _BELIEVED if following is None else following - known - 1

    def _behind(self) -> int:
        """Return the number behind the last record that may be lost at the end.

        A line that cannot be read may have been a record, unless those around it leave none out; a record that is there
        a second time is none that is lost, and a file that is gone held one at least.
        """
        reached, unread = self.made.link.seq, int(bool(self.missing))
        for text in (text for piece in self.pending for text in piece.data.rstrip(b"\n").split(b"\n")):
            record = line.read(text)
            if record is None:
                unread += 1
            elif record.seq > reached:
                reached, unread = record.seq, record.count - record.number
        return max(reached + unread, said.read(self.chain.disk, self.chain.folder)) + 1

    def _segment(self, number: int, data: bytes, *, is_last: bool) -> None:
        """Read one segment, which takes the next place."""
        self.made.last += 1
        path = self.chain.folder / name(number)
        found = scan(data, 0, self.made.link, path.name, settled=True, sealed=not is_last)
        if not (data or is_last):
            self.missing = self.missing or path.name
        at = 0
        for piece in found.pieces:
            assert piece.record is not None
            if piece.offset > at:
                self.pending.append(Piece(path.name, at, data[at : piece.offset]))
            between = Break(self.made.link, piece.record.seq, piece.record.prev)
            is_tied = (between.prev, between.missing) == (between.after.hash, 0)
            if self.pending or (not is_tied and between not in self.declared):
                self._hole(path.name, between, piece.record)
            self.missing, self.good = "", piece.record
            self.made.link = piece.record.link
            at = piece.offset + piece.length
        self._rest(path.name, data, at, found)
        good = b"".join(data[p.offset : p.offset + p.text_length] + b"\n" for p in found.pieces)
        if good != data or number != self.made.last:
            self.made.rewrites[self.made.last] = good
        if number != self.made.last:
            self.made.moved[self.made.last] = number
        self.made.harmed |= any(damage.hole not in self.declared for damage in found.damage)

    def _rest(self, file: str, data: bytes, at: int, found: Found) -> None:
        """Look at what stands behind the last good record of a segment."""
        if at >= len(data):
            return
        rest = Piece(file, at, data[at:])
        if found.torn and not any((damage.offset or 0) >= at for damage in found.damage):
            self.made.torn.append(rest)
            return
        self.pending.append(rest)
        if any(any(h.between.after.seq < seq < h.between.seq for h in self.made.holes) for seq in _seqs(rest.data)):
            again = scan(rest.data, 0, line.START, file, settled=True).pieces
            whole = {piece.record.seq for piece in again if piece.record}
            if any(h.between.after.seq < seq < h.between.seq for h in self.made.holes for seq in whole):
                self.misplaced = file

    def _hole(self, file: str, between: Break, behind: Record | None) -> None:
        """Note what is wrong before a good record, or at the end."""
        where = self.pending[0].file if self.pending else self.missing or file
        self.made.holes.append(Hole(where, between, self.pending, (self.good, behind)))
        self.pending, self.missing, self.made.harmed = [], "", True


def repair(files: Files, *, by: str, at: datetime) -> Repaired:
    """Make a damaged ledger whole, and declare what is lost.

    Errors: BadUse when nothing is damaged; Busy; NotRecorded when the disk refused: the ledger can be read as before, and
    the repair run again.
    """
    journal = files.journal
    with journal.alone():
        try:
            journal.read_anew()
            made = inventory(journal.chain)
            if not made.harmed:
                raise BadUse("Nothing is damaged in this ledger.", "There is nothing to repair.")
            done = _Repair(files, made, by, at).run()
            journal.read_anew()
        except OSError as error:
            raise NotRecorded(
                f"The repair could not be finished: {error.strerror or error}. Nothing was lost by it.",
                "Make room on the disk or check the rights of the ledger folder, then run  deskcollect ledger repair  again.",
            ) from error
        left = journal.chain.damage()
    if left:
        raise Damaged(
            f"The ledger is still damaged. {left[0].sentence()}",
            f"Keep the copy {done.copy.name}; put the ledger back with  deskcollect ledger restore BACKUP",
        )
    return done


class _Repair:
    """One repair, with the lock held."""

    def __init__(self, files: Files, made: Inventory, by: str, at: datetime) -> None:
        self.disk = files.disk
        self.folder = files.folder
        self.chain = files.lines
        self.made = made
        self.by = by
        self.at = at

    def run(self) -> Repaired:
        """Do everything in its order. Errors: OSError, NotRecorded."""
        copy = self._copy()
        quarantine.add(self.disk, self.folder, self._put_aside())
        hurt = {piece.file for piece in self.made.holes[-1].pieces} if self.made.ends else set()
        late = {number for number in self.made.rewrites if name(self._stood_in(number)) in hurt}
        for number in self.made.rewrites:
            if number not in late:
                self._write(number)
            elif number != self._stood_in(number):  # a repair that is cut short must find the hole here
                put(
                    self.disk,
                    self.folder / name(number),
                    content(self.disk, self.folder / name(self._stood_in(number))),
                )
        declared = self._declare()
        for number in late:
            self._write(number)
        self._take_away()
        return Repaired(declared, tuple(name(number) for number in self.made.rewrites), copy)

    def _put_aside(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Go through all that does not count, each piece with where it stood."""
        for hole in self.made.holes:
            yield from ((_header(hole.between, piece), piece.data) for piece in hole.pieces)
        yield from ((_place(piece), piece.data) for piece in self.made.torn)

    def _stood_in(self, number: int) -> int:
        """Return the segment that holds what belongs into a segment."""
        return self.made.moved.get(number, number)

    def _take_away(self) -> None:
        """Remove the files whose numbers were too high: what counts in them stands elsewhere, the rest in the quarantine."""
        strays = [
            number for number in self.made.strays if number > self.made.last + 1
        ]  # in the place of others stand new ones
        for number in strays:
            path = self.folder / name(number)
            self.disk.remove(path.with_suffix(".idx"))
            self.disk.remove(path)
        if strays:
            self.disk.fsync_dir(self.folder)

    def _copy(self) -> Path:
        """Copy all files beside the ledger and return where."""
        there = [
            each for each in self.disk.names(self.folder) if each != "lock" and not each.endswith((".idx", ".aside"))
        ]
        size = sum(len(content(self.disk, self.folder / each)) for each in there)
        if self.disk.free_bytes(self.folder) < size + _FREE:
            raise NotRecorded(
                "There is no room on the disk for a copy of the damaged ledger, so nothing was repaired.",
                f"Make room for {(size + _FREE) // 1_000_000 + 1:,} MB.",
            )
        copy = beside(self.disk, self.folder, f"before-repair-{self.at:%Y-%m-%d-%H%M}")
        self.disk.makedirs(copy)
        for each in there:
            put(self.disk, copy / each, content(self.disk, self.folder / each))
        return copy

    def _write(self, number: int) -> None:
        """Write a segment anew with what stays of it. Its sidecar goes first: it would tell of other bytes."""
        path = self.folder / name(number)
        self.disk.remove(path.with_suffix(".idx"))
        put(self.disk, path, self.made.rewrites[number])

    def _declare(self) -> tuple[Gap, ...]:
        """Write the records of the repair as the first of a new segment; return the holes that they declare.

        None is written where an earlier repair was cut short behind them.
        """
        known = gaps.declared(self.chain.segments)
        if self.made.holes and all(hole.between in known for hole in self.made.holes):
            return tuple(known[hole.between] for hole in self.made.holes)
        told = self._gaps()
        after = self.made.link
        if self.made.ends:  # the numbers of what is lost are not given again
            after = line.Link(self.made.holes[-1].between.seq - 1, after.hash)
        documents = gaps.repairs(told, by=self.by, at=self.at.isoformat())
        data, _ = line.encode(after, REPAIRS, [line.canonical(each) for each in documents])
        put(self.disk, self.folder / name(self.made.last + 1), data)
        return tuple(told)

    def _gaps(self) -> list[Gap]:
        """Return the holes, each with the bytes that the quarantine holds of it."""
        kept: dict[str, int] = {}
        for header in quarantine.headers(self.disk, self.folder):
            if "between" in header:
                kept[str(header["between"])] = kept.get(str(header["between"]), 0) + int(header["bytes"])
        made = self.made
        return [
            Gap(hole.file, hole.between, kept.get(_tag(hole.between), 0), self.by, self.at.isoformat())
            for hole in made.holes
        ]


def beside(disk: Disk, folder: Path, what: str) -> Path:
    """Return a name beside the ledger that is not taken."""
    plain = folder.with_name(f"{folder.name}-{what}")
    names = (plain if n == 1 else plain.with_name(f"{plain.name}-{n}") for n in count(1))
    return next(path for path in names if not path.exists() and not disk.names(path))


def _seqs(data: bytes) -> Iterator[int]:
    """Go through the numbers of the records that prove themselves."""
    return (record.seq for text in data.split(b"\n") if (record := line.read(text)) is not None)


def _place(piece: Piece) -> dict[str, Any]:
    """Say where a piece stood."""
    return {"file": piece.file, "offset": piece.offset, "bytes": len(piece.data)}


def _header(between: Break, piece: Piece) -> dict[str, Any]:
    """Say where a piece stood, and in which hole of the chain."""
    return {**_place(piece), "between": _tag(between)}


def _tag(between: Break) -> str:
    """Name a hole by its two ends."""
    return f"{between.after.seq}:{between.after.hash[:16]} {between.seq}:{between.prev[:16]}"
