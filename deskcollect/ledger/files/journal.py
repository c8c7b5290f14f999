"""The journal: one writer at a time appends to the chain, and says "recorded" only when it is on the disk.

lock             held only during an append; says who holds it
quarantine.bin   what was cut from torn tails, never thrown away
"""

from __future__ import annotations

from contextlib import contextmanager
from errno import ENOSPC
from threading import RLock
from typing import TYPE_CHECKING

from deskcollect.ledger import line
from deskcollect.ledger.files import placing, quarantine, refusing, said
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.files.lock import WriterLock
from deskcollect.ledger.files.segment import Segment, name
from deskcollect.ledger.report import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.line import Link

SEGMENT_BYTES = 4 * 1024 * 1024  # what is read and checked again at each opening is at most this


class Journal:
    """Appends to a chain. A segment that would grow beyond `segment_bytes` is followed by the next."""

    def __init__(self, disk: Disk, folder: Path, *, lock_timeout: float, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.disk = disk
        self.folder = folder
        self.chain = Chain(disk, folder)
        self.lock = WriterLock(folder, lock_timeout)
        self.put_aside: Ending | None = None  # what this program cut off, or found missing, before it wrote
        self._segment_bytes = segment_bytes
        self._writers = RLock()  # threads of this program write one after the other, and readers need not wait for them
        self._fd: int | None = None
        self._fd_segment = 0
        self._generation = 0  # of the chain, when the descriptor was opened
        self._pinned = False
        self._writing = False

    def close(self) -> None:
        """Let go of all files."""
        self._drop_writer()
        self.lock.close()
        self.chain.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock, with everything read, the tail repaired and what another writer left pinned to the disk.

        Errors: Busy, Damaged, NotRecorded.
        """
        with self._writers:
            with self.alone():
                count = len(self.chain.segments)
                try:
                    self._ready()
                except OSError as error:
                    self._drop_writer()
                    refusing.not_recorded(error)
                self._writing = True
                try:
                    yield
                finally:
                    self._writing = False
                grown = len(self.chain.segments) > count
            if grown:
                with self.chain.mutex:
                    self.chain.keep_indexes()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock, with nothing read and nothing repaired, for what looks after the files.

        Errors: Busy, Damaged, NotRecorded.
        """
        with self._writers, self.lock.held(self._make_folder), self.chain.mutex:
            yield

    def read_anew(self) -> None:
        """Read the chain as it is after its files were changed. Only inside `alone`."""
        self._drop_writer()
        self.chain.reload()
        self.chain.keep_indexes()

    def _make_folder(self) -> None:
        """Make the folder that is not there, unless it was."""
        try:
            placing.finish(self.disk, self.folder)
            if not self.disk.exists(self.folder):
                if self.chain.began:
                    refusing.gone(self.folder)
                self.disk.makedirs(self.folder)
        except OSError as error:
            refusing.not_recorded(error)

    def _ready(self) -> None:
        """Read what is new, refuse to write over damage, repair the tail."""
        new = self.chain.take_new(settled=True)
        if self.chain.generation != self._generation:  # whoever read since may have found other files
            self._drop_writer()
            self._generation = self.chain.generation
        damage = self.chain.damage()
        if damage:
            refusing.damaged(damage, self.chain.record_count)
        if not self.chain.segments:
            if self.chain.began:
                refusing.gone(self.folder)
            self._begin_segment()
        fd = self._writer()
        if not self._pinned:
            self.disk.fsync_dir(self.folder)
        if self._repair(fd) or new or not self._pinned:
            self.disk.fsync(fd)
        self._pinned = True

    def _writer(self) -> int:
        """Return the descriptor of the open segment for writing."""
        segment = self.chain.segments[-1]
        if self._fd is not None and self._fd_segment != segment.number:
            self._drop_writer()
        if self._fd is None:
            self._fd, self._fd_segment = self.disk.open(segment.path, write=True), segment.number
        return self._fd

    def _drop_writer(self) -> None:
        """Never use the descriptor for writing again."""
        fd, self._fd, self._pinned = self._fd, None, False
        if fd is not None:
            self.disk.close(fd)

    def _repair(self, fd: int) -> bool:
        """Write damaged line ends again and move a torn tail to the quarantine; return whether anything was done."""
        segment = self.chain.segments[-1]
        for at in segment.mends:
            if self.disk.write(fd, b"\n", at) != 1:
                raise OSError(ENOSPC, "No space left on device")
        done = bool(segment.mends)
        segment.mended()
        size = self.disk.size(fd) if segment.behind else segment.end
        if size > segment.end:
            self.put_aside = quarantine.add_tail(
                self.disk, segment, self.disk.read(fd, segment.end, size - segment.end)
            )
            self.disk.ftruncate(fd, segment.end)
            segment.behind = 0
            done = True
        elif not self._pinned and said.read(self.disk, self.folder) > segment.last.seq:
            # lines were cut off clean; the note that shows it is about to be written over
            self.put_aside = quarantine.add_tail(self.disk, segment, b"")
        return done

    def quarantined_bytes(self) -> int:
        """Return the size of the quarantine, 0 if nothing was ever cut off."""
        return quarantine.size(self.disk, self.folder)

    def _begin_segment(self) -> None:
        """Begin the next segment. It and its name are on the disk before anything is written to it."""
        number = self.chain.first + len(self.chain.segments)
        put(self.disk, self.folder / name(number), b"")
        self._drop_writer()
        if self.chain.segments:
            self.chain.segments[-1].sealed = True
        self.chain.segments.append(Segment(self.disk, self.folder, number, self.chain.last))
        self.chain.began = True

    def roll(self) -> None:
        """Seal the open segment, if it holds anything, and begin the next. Only inside `writing`.

        Errors: NotRecorded.
        """
        assert self._writing
        if not self.chain.segments[-1].end:
            return
        try:
            self._begin_segment()
        except OSError as error:
            self._drop_writer()
            refusing.not_recorded(error)

    def append(self, table: str, documents: list[str]) -> list[Link]:
        """Write one batch of canonical documents and return when it is on the disk. Only inside `writing`.

        Errors: NotRecorded when the disk refused and the old state stands; Uncertain when the sync failed.
        """
        assert self._writing
        data, links = line.encode(self.chain.last, table, documents)
        try:
            if self.chain.segments[-1].end and self.chain.segments[-1].end + len(data) > self._segment_bytes:
                self._begin_segment()
                self._pinned = True
            fd = self._writer()
        except OSError as error:
            self._drop_writer()
            refusing.not_recorded(error)
        self._write(fd, data)
        self._sync(fd)
        self.chain.segments[-1].written(data, links, table, documents)
        self.lock.note(links[-1].seq)
        return links

    def _write(self, fd: int, data: bytes) -> None:
        """Write at the end of the open segment and check that the file grew by exactly that."""
        end = self.chain.segments[-1].end
        cause: OSError | None = None
        try:
            whole = self.disk.write(fd, data, end) == len(data) and self.disk.size(fd) == end + len(data)
        except OSError as error:
            whole, cause = False, error
        except BaseException:
            self._drop_writer()
            raise
        if whole:
            return
        if not self._take_back(fd, end):
            self._drop_writer()
            refusing.uncertain(cause)
        refusing.not_recorded(cause)

    def _sync(self, fd: int) -> None:
        """Sync what was written. After a failure the descriptor is never used again, and nobody builds on the bytes.

        Source: a failed fsync may drop the pages and let the next one succeed (PostgreSQL, 2018, "fsync gate").
        """
        try:
            self.disk.fsync(fd)
        except OSError as error:
            self._take_back(fd, self.chain.segments[-1].end)
            self._drop_writer()
            refusing.uncertain(error)
        except BaseException:
            self._drop_writer()
            raise

    def _take_back(self, fd: int, end: int) -> bool:
        """Cut what was just written; return whether that worked."""
        try:
            self.disk.ftruncate(fd, end)
        except OSError:
            self._drop_writer()
            return False
        return True

    def pin(self, seqs: list[int]) -> None:
        """Make sure that records which were found already written are on the disk. Only inside `writing`.

        Their bytes are written once more in place, since a sync that failed for another program may have left them
        in memory alone. Sealed segments were synced before they were sealed.

        Errors: Uncertain.
        """
        assert self._writing
        segment = self.chain.segments[-1]
        wanted = [seq for seq in seqs if seq > segment.before.seq]
        if not wanted:
            return
        fd = self._writer()
        try:
            for seq in wanted:
                offset, text = segment.raw(segment.index.ordinal(seq))
                self.disk.write(fd, text, offset)
            self.disk.fsync(fd)
        except OSError as error:
            self._drop_writer()
            refusing.uncertain(error)
