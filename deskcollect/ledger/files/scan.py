"""Read a stretch of a segment and tell good records, a torn tail and damage apart.

The rules. A record counts when its own hash is right, its number is higher than the last one and its batch is whole.
Bytes after the last such record are *torn* when they can be the remains of one append that never finished: they do
not end in a line end, or their batch is incomplete, or whole sectors of zeros show that pages of it never reached the disk.
An append that finished always ends in a line end and was repaired before the next one began; so a bad record that is
followed by another append, or that is whole in length, is *damage* to something that was acknowledged. A good record
whose line end alone is missing or damaged is kept and its line end written again (`mends`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deskcollect.ledger import line
from deskcollect.ledger.report import Break, Damage

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZEROS = re.compile(rb"\0{8,}")  # a single flipped bit makes one zero byte of a space, never eight
_SECTOR = 512  # the least that a disk writes at once: what it did not write begins and ends with a sector, or the write

_BAD_HASH = "its hash does not match"
BROKEN = "what stood before it is missing or was altered"
_REPEATED = "a record with this number, or a higher one, stands before it"
_PARTED = "it was written together with others that are missing, and cannot count without them"
_NO_END = "its line end is damaged"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that should be one line. `length` includes the line end; `mend` is where one has to be written."""

    offset: int
    length: int
    record: line.Record | None
    ended: bool
    mend: int | None = None

    @property
    def text_length(self) -> int:
        """Return its length without the line end."""
        return self.length - 1 if self.mend is None else self.mend - self.offset


@dataclass(slots=True)
class Found:
    """What a scan found. `end` is the byte after the last record that counts."""

    last: line.Link
    end: int
    pieces: list[Piece] = field(default_factory=list)
    mends: list[int] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    torn: bool = False


def pieces(data: bytes, offset: int, *, settled: bool) -> Iterator[Piece]:
    """Cut data into lines. Unless `settled`, a last line without its end may still be in the writing: it is not read."""
    at = 0
    while at < len(data):
        stop = data.find(b"\n", at)
        ended = stop >= 0
        chunk = data[at : stop if ended else len(data)]
        record = line.read(chunk) if ended or settled else None
        length = len(chunk) + ended
        mend = None if ended or record is None else offset + at + len(chunk)
        if record is None:
            start = line.read_start(chunk)
            if start is not None:
                record, good = start
                length, mend = good + 1, offset + at + good
        yield Piece(offset + at, length, record, ended, mend)
        at += length


def scan(data: bytes, offset: int, after: line.Link, file: str, *, settled: bool, sealed: bool = False) -> Found:
    """Go through the bytes of a segment from `offset`, where the chain stands at `after`.

    `settled` says that nobody is writing now; `sealed` that the segment is never written again, so that nothing in it
    can be a torn tail.
    """
    walk = _Walk(Found(after, offset), file)
    for piece in pieces(data, offset, settled=settled):
        walk.take(piece)
    walk.finish(data, offset, sealed=sealed)
    return walk.found


class _Walk:
    """Puts pieces together to batches and batches to the chain."""

    def __init__(self, found: Found, file: str) -> None:
        self.found = found
        self.file = file
        self.loose: list[Piece] = []
        self.batch: list[Piece] = []

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        self.loose.append(piece)
        record = piece.record
        if record is None or record.seq <= self._reached() or not self._continues(record):
            self.batch = []
        if record is None or record.seq <= self._reached():
            return
        if record.number == len(self.batch) + 1:
            self.batch.append(piece)
            if record.number == record.count:
                self._apply()

    def _reached(self) -> int:
        """Return the highest number so far."""
        record = self.batch[-1].record if self.batch else None
        return record.seq if record else self.found.last.seq

    def _continues(self, record: line.Record) -> bool:
        """Say whether a record is the next one of the batch that is being put together."""
        if not self.batch:
            return True
        before = self.batch[-1].record
        assert before is not None
        return record.prev == before.hash and (record.number, record.count) == (before.number + 1, before.count)

    def _apply(self) -> None:
        """Let a whole batch count."""
        found, first, final = self.found, self.batch[0], self.batch[-1]
        assert first.record is not None
        assert final.record is not None
        strays = self.loose[: -len(self.batch)]
        if strays:
            self._damage(strays)
        elif (first.record.prev, first.record.seq) != (found.last.hash, found.last.seq + 1):
            hole = Break(found.last, first.record.seq, first.record.prev)
            found.damage.append(Damage(first.record.seq, self.file, first.offset, BROKEN, hole))
        found.pieces += self.batch
        found.mends += [piece.mend for piece in self.batch if piece.mend is not None]
        found.last = final.record.link
        found.end = final.offset + final.length
        self.batch, self.loose = [], []

    def _damage(self, loose: list[Piece]) -> None:
        """Note pieces that do not count and are no torn tail: by the first of them that does not prove itself, if any."""
        expected = self.found.last.seq + 1
        piece, seq = loose[0], expected
        for each in loose:
            if each.record is None:
                piece = each
                break
            seq = max(seq, each.record.seq + 1)
        record = piece.record
        if record is None:
            what = _BAD_HASH + _with_others(loose)
        elif record.seq < expected:
            what, seq = _REPEATED, record.seq
        else:
            what, seq = _PARTED, record.seq
        self.found.damage.append(Damage(seq, self.file, piece.offset, what))

    def finish(self, data: bytes, offset: int, *, sealed: bool) -> None:
        """Decide about what is left after the last batch that counts."""
        if sealed:
            self._finish_sealed()
            return
        begins = [n for n, piece in enumerate(self.loose) if n and piece.record and piece.record.number == 1]
        if begins:
            self._damage(self.loose[: begins[-1]])
            self.loose = self.loose[begins[-1] :]
        if not self.loose:
            return
        rest = data[self.loose[0].offset - offset :]
        unfinished = (
            not self.loose[-1].ended or len(self.batch) == len(self.loose) or _unreached(rest, self.loose[0].offset)
        )
        if unfinished:
            self.found.torn = True
        else:
            self._damage(self.loose)

    def _finish_sealed(self) -> None:
        """Note whatever is not in order in a segment that is never written again."""
        if self.loose:
            self._damage(self.loose)
        self.found.damage += [Damage(self.found.last.seq, self.file, at, _NO_END) for at in self.found.mends]


def _unreached(rest: bytes, offset: int) -> bool:
    """Say whether the zeros in a write that begins at `offset` of a file are sectors which never reached the disk."""
    runs = [found.span() for found in _ZEROS.finditer(rest)]
    whole = (
        (start == 0 or (offset + start) % _SECTOR == 0) and (stop == len(rest) or (offset + stop) % _SECTOR == 0)
        for start, stop in runs
    )
    return bool(runs) and all(whole)


def _with_others(loose: list[Piece]) -> str:
    """Say how many records were written together with one that is damaged, as far as those around it tell."""
    at = next(n for n, piece in enumerate(loose) if piece.record is None)
    before = loose[at - 1].record if at else None
    behind = next((piece.record for piece in loose[at:] if piece.record), None)
    if before is not None and before.number < before.count:
        others = before.count - 1
    elif behind is not None and behind.number > 1:
        others = behind.count - 1
    else:
        return ""
    if others == 1:
        return ", and the one record written together with it cannot count without it"
    return f", and the {others:,} records written together with it cannot count without it"
