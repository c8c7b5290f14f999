"""One file of the journal: its records, its index, and what is wrong with it."""

from __future__ import annotations

import re
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from deskcollect.ledger import line
from deskcollect.ledger.files.disk import content, put
from deskcollect.ledger.files.index import OpenIndex, Sealed, Sidecar, pack, unpack
from deskcollect.ledger.files.scan import BROKEN, scan
from deskcollect.ledger.report import Damage, Rest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.files.scan import Found
    from deskcollect.ledger.report import Break

_NAME = re.compile(r"(?!0{8})([0-9]{8})\.jsonl")


def name(number: int) -> str:
    """Return the file name of a segment."""
    return f"{number:08}.jsonl"


def numbers(disk: Disk, folder: Path) -> list[int]:
    """Return the numbers of the segments that are there, in order."""
    return [int(found[1]) for found in map(_NAME.fullmatch, disk.names(folder)) if found]


def rest(segment: Segment) -> Rest | None:
    """Return what stands behind the last record. A whole one that lacks only its line end will be kept: it is none."""
    data = content(segment.disk, segment.path)[segment.end :]
    found = scan(data, segment.end, segment.last, segment.path.name, settled=True)
    left = segment.end + len(data) - found.end
    return Rest(segment.path.name, found.end, left) if found.torn and left > 0 else None


class Segment:
    """A file of records. The last of the journal is open; the others are sealed and never change again.

    `end` is the byte after the last record that counts. What stands after it, `behind` bytes when it was last read, is
    a torn tail, a record that another program is just writing, or damage.
    """

    def __init__(self, disk: Disk, folder: Path, number: int, before: line.Link) -> None:
        self.disk = disk
        self.path = folder / name(number)
        self.next_path = folder / name(number + 1)
        self.number = number
        self.before = before
        self.sealed = False
        self._fd: int | None = None
        self._digest = ""  # of the bytes of a sealed segment, once all its records were checked
        self._reset()

    def _reset(self) -> None:
        """Know nothing of the file."""
        self.index: OpenIndex | Sidecar = OpenIndex()
        self.last = self.before
        self.end = self.behind = 0
        self.mends: list[int] = []
        self.damage: list[Damage] = []
        self._tail = b""
        self._read_size = 0

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            self.disk.close(self._fd)
            self._fd = None

    @property
    def is_replaced(self) -> bool:
        """Say whether the file is no longer the one that was read.

        That is looked for where somebody may have mended it: in the open segment, and in one that was damaged.
        """
        if not self.sealed:
            return not (self.disk.exists(self.path) if self._fd is None else self.disk.is_at(self._fd, self.path))
        if not self.is_hurt:
            return False
        try:
            return self.size() != self._read_size
        except OSError:
            return True
        finally:
            self.close()

    @property
    def is_hurt(self) -> bool:
        """Say whether something in the file is not as it was written, other than that records are missing."""
        return any(damage.hole is None for damage in self.damage)

    def size(self) -> int:
        """Return the length of the file."""
        return self.disk.size(self._open())

    def _open(self) -> int:
        """Return the descriptor for reading."""
        if self._fd is None:
            self._fd = self.disk.open(self.path)
        return self._fd

    def _bytes(self, offset: int, length: int) -> bytes:
        """Read from the file. Only the open segment stays open: a ledger may have more segments than a program files."""
        try:
            return self.disk.read(self._open(), offset, length)
        finally:
            if self.sealed:
                self.close()

    # --- reading what is new ---------------------------------------------------------------------------------------

    def refresh(self, *, settled: bool) -> tuple[bool, bool]:
        """Take in what was written since; return (something is new, what was known before no longer holds).

        The end of what is known is read again: if a writer had to take back bytes that were already seen, the segment
        is read from its start.
        """
        if self.sealed:
            return False, False
        overlap = len(self._tail)
        data = self._bytes(self.end - overlap, max(self.size() - self.end, 0) + overlap)
        if data == self._tail:
            self.behind = 0
            return False, False
        stale = data[:overlap] != self._tail
        if stale:
            self._reset()
            data, overlap = self._bytes(0, self.size()), 0
        before = self.last
        self._take(scan(data[overlap:], self.end, self.last, self.path.name, settled=settled), data, overlap)
        return stale or self.last != before, stale

    def _take(self, found: Found, data: bytes, overlap: int) -> None:
        """Let the records of a scan count."""
        index = self.index
        assert isinstance(index, OpenIndex)
        known = self.end - overlap
        for piece in found.pieces:
            assert piece.record is not None
            index.add(piece.record, piece.offset, piece.text_length)
        self.last = found.last
        self.mends = [*self.mends, *(at for at in found.mends if at not in self.mends)]
        self.damage += [damage for damage in found.damage if damage not in self.damage]
        if found.end > self.end:
            stop = found.end - known
            self._tail = data[max(stop - line.TAIL_LENGTH, 0) : stop]
        self.end, self.behind = found.end, known + len(data) - found.end

    def written(self, data: bytes, links: list[line.Link], table: str, documents: list[str]) -> None:
        """Take in a batch of documents that this program has just written, as these lines, and synced."""
        index, count = self.index, len(documents)
        assert isinstance(index, OpenIndex)
        at, prev = 0, self.last.hash
        for number, (link, document) in enumerate(zip(links, documents, strict=True), 1):
            stop = data.index(b"\n", at)
            record = line.Record(link.seq, prev, link.hash, table, number, count, document.encode())
            index.add(record, self.end + at, stop - at)
            at, prev = stop + 1, link.hash
        self.last = links[-1]
        self.end += len(data)
        self._tail = data[-line.TAIL_LENGTH :]

    def mended(self) -> None:
        """Take in that the line ends in `mends` were written again."""
        if self.end in self.mends:
            self.end += 1
            self._tail = self._tail[1:] + b"\n"
        elif self.end - 1 in self.mends:
            self._tail = self._tail[:-1] + b"\n"
        self.mends = []

    # --- sealed segments -------------------------------------------------------------------------------------------

    def open_sealed(self) -> None:
        """Open a segment that is never written again, by its sidecar if that is good, else by reading it whole."""
        self.sealed = True
        index = self._sidecar()
        if index is None:
            self.read_whole()
            return
        self.index = index
        self.last = index.sealed.last
        self.end = self._read_size = index.sealed.size
        self.damage = [Damage(hole.seq, self.path.name, at, BROKEN, hole) for _, at, hole in index.sealed.holes]

    def _sidecar(self) -> Sidecar | None:
        """Return the sidecar if it is whole and fits the segment's length, its last record and the chain before it."""
        index = unpack(self._cached())
        if index is None or index.sealed.before != self.before or index.sealed.size != self.size() or not len(index):
            return None
        record = line.read(self._bytes(*index.span(len(index) - 1)))
        return index if record is not None and record.link == index.sealed.last else None

    def _cached(self) -> bytes:
        """Return the bytes of the sidecar, none if it cannot be read: it is only a cache."""
        with suppress(OSError):
            return content(self.disk, self.path.with_suffix(".idx"))
        return b""

    def read_whole(self) -> bytes:
        """Read and check every record of a sealed segment, and return its bytes."""
        data = self._bytes(0, self.size())
        # an interrupt leaves what was known
        fresh = Segment(self.disk, self.path.parent, self.number, self.before)
        fresh._take(scan(data, 0, self.before, self.path.name, settled=True, sealed=True), data, 0)
        self.index, self.last, self.end, self.mends = fresh.index, fresh.last, fresh.end, fresh.mends
        self.damage, self.behind, self._tail = fresh.damage, fresh.behind, fresh._tail
        self._read_size, self._digest = len(data), sha256(data).hexdigest()
        return data

    def seal(self) -> tuple[bool, bool]:
        """Note that the segment is never written again; return what `refresh` returns."""
        result = self.refresh(settled=True)
        self.sealed = True
        self._read_size = self.end
        if self.end != self.size() or self.mends:
            self.read_whole()
        return result

    def keep_index(self, declared: Collection[Break]) -> None:
        """Check a sealed segment whole, write its sidecar if it is without damage, and use that from now on.

        Errors: none; without a sidecar the segment is read whole at the next opening.
        """
        if not self.sealed or isinstance(self.index, Sidecar) or not len(self.index):
            return
        with suppress(OSError):
            if not self._digest:
                self.read_whole()  # an index vouches for bytes: these may have changed since they were written
            if any(damage.hole not in declared for damage in self.damage):
                return
            ids = self.index.id_range
            packed = pack(self.index, Sealed(self.end, self.before, self.last, self._digest, ids, _holes(self)))
            self.index = unpack(packed) or self.index
            put(self.disk, self.path.with_suffix(".idx"), packed, durable=False)

    # --- records ---------------------------------------------------------------------------------------------------

    def record(self, ordinal: int) -> line.Record | None:
        """Return a record, checked again; None if it no longer proves itself, which is noted as damage."""
        offset, length = self.index.span(ordinal)
        record = line.read(self._bytes(offset, length))
        if record is None:
            self._note_changed(ordinal)
        return record

    def raw(self, ordinal: int) -> tuple[int, bytes]:
        """Return where a record stands and its whole line."""
        offset, length = self.index.span(ordinal)
        return offset, self._bytes(offset, length) + b"\n"

    def _note_changed(self, ordinal: int) -> None:
        """Note once that a record no longer proves itself."""
        offset, _ = self.index.span(ordinal)
        damage = Damage(self.index.number(ordinal), self.path.name, offset, "it has changed since it was checked")
        if damage not in self.damage:
            self.damage.append(damage)

    def lines(self, ordinal: int) -> bytes:
        """Return the lines of all records from a position on, each proved by its own hash or by the segment's."""
        if ordinal >= len(self.index):
            return b""
        if isinstance(self.index, Sidecar) and not self._digest:
            data = self._bytes(0, self.end)
            digest = sha256(data).hexdigest()
            if digest != self.index.sealed.digest:
                self.read_whole()
                return self.lines(ordinal)
            self._digest = digest
        if not isinstance(self.index, Sidecar) or self.is_hurt:
            return b"".join(self._good_lines(ordinal))
        start, _ = self.index.span(ordinal)
        return self._bytes(start, self.end - start)

    def _good_lines(self, ordinal: int) -> Iterator[bytes]:
        """Go through the lines one by one, and leave out what no longer proves itself."""
        start, _ = self.index.span(ordinal)
        data = self._bytes(start, self.end - start)
        for n in range(ordinal, len(self.index)):
            offset, length = self.index.span(n)
            text = data[offset - start : offset - start + length]
            if line.read(text) is None:
                self._note_changed(n)
            else:
                yield text + b"\n"


def _holes(segment: Segment) -> tuple[tuple[int, int, Break], ...]:
    """Return position and offset of the record behind each hole."""
    found = [(segment.index.ordinal(each.seq), each.offset or 0, each.hole) for each in segment.damage]
    return tuple((ordinal, offset, hole) for ordinal, offset, hole in found if hole is not None)
