"""The journal: one writer at a time appends to the chain, and says "recorded" only when it is on the disk.

lock             held only during an append; says who holds it
quarantine.bin   what was cut from torn tails, never thrown away
"""

from __future__ import annotations

from contextlib import contextmanager
from errno import ENOSPC
from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn

from deskcollect.errors import Damaged, NotRecorded, Uncertain
from deskcollect.ledger import line
from deskcollect.ledger.files import placing, quarantine, said
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.files.lock import WriterLock
from deskcollect.ledger.files.segment import Segment, name
from deskcollect.ledger.report import Ending, Rest

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
        self.put_aside: Ending | None = None  # what this program cut off before it wrote
        self._segment_bytes = segment_bytes
        self._writers = RLock()  # threads of this program write one after the other, and readers need not wait for them
        self._fd: int | None = None
        self._fd_segment = 0
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
                    self._refuse(error)
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
        with self._writers:
            if not self.disk.exists(self.folder):
                self._make_folder()
            with self.lock.held(), self.chain.mutex:
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
                if self.chain.segments:
                    self._refuse_anew()
                self.disk.makedirs(self.folder)
        except OSError as error:
            self._refuse(error)

    def _ready(self) -> None:
        """Read what is new, refuse to write over damage, repair the tail."""
        generation, began = self.chain.generation, bool(self.chain.segments)
        new = self.chain.take_new(settled=True)
        if self.chain.generation != generation:
            self._drop_writer()
        damage = self.chain.damage()
        if damage:
            raise Damaged(
                f"The ledger is damaged, so nothing new is recorded. {damage[0].sentence()}{self._readable()}",
                "Run  deskcollect ledger repair  (it keeps a copy first), or  deskcollect ledger restore BACKUP",
            )
        if not self.chain.segments:
            if began:
                self._refuse_anew()
            self._begin_segment()
        fd = self._writer()
        if not self._pinned:
            self.disk.fsync_dir(self.folder)
        if self._repair(fd) or new or not self._pinned:
            self.disk.fsync(fd)
        self._pinned = True

    def _readable(self) -> str:
        """Say that records can be read, where there are any."""
        count = self.chain.record_count
        if not count:
            return " No record can be read."
        return f" The other {count:,} records can be read." if count > 1 else " One other record can be read."

    def _refuse_anew(self) -> NoReturn:
        """Refuse to begin a second ledger where one was, since its numbers would be given again."""
        raise Damaged(
            f"The ledger that this program had open is gone from {self.folder}, so nothing new is recorded.",
            "Put its folder back where it was, or run  deskcollect ledger restore BACKUP",
        )

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
        size = self.disk.size(fd)
        if size > segment.end:
            self._quarantine(segment, self.disk.read(fd, segment.end, size - segment.end))
            self.disk.ftruncate(fd, segment.end)
            segment.torn = False
            done = True
        return done

    def _quarantine(self, segment: Segment, rest: bytes) -> None:
        """Keep what is cut from a torn tail, with a line that says where it stood."""
        told = Ending(
            segment.last.seq, Rest(segment.path.name, segment.end, len(rest)), said.read(self.disk, self.folder)
        )
        header: dict[str, Any] = {"file": segment.path.name, "offset": segment.end, "bytes": len(rest)}
        if told.missing:
            header |= {"after": told.last, "said": told.said}
        quarantine.add(self.disk, self.folder, header, rest)
        self.put_aside = told

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
            self._refuse(error)

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
            self._refuse(error)
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
            self._doubt(cause)
        self._refuse(cause)

    def _sync(self, fd: int) -> None:
        """Sync what was written. After a failure the descriptor is never used again, and nobody builds on the bytes.

        Source: a failed fsync may drop the pages and let the next one succeed (PostgreSQL, 2018, "fsync gate").
        """
        try:
            self.disk.fsync(fd)
        except OSError as error:
            self._take_back(fd, self.chain.segments[-1].end)
            self._doubt(error)
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

    def _doubt(self, cause: OSError | None) -> NoReturn:
        """Say that nobody knows whether it was recorded."""
        self._drop_writer()
        why = f" ({cause.strerror})" if cause and cause.strerror else ""
        raise Uncertain(
            f"The disk failed while recording{why}. It may or may not have been recorded.",
            "Record it again: the same entry is never written twice. If it fails again, check the disk.",
        ) from cause

    def _refuse(self, cause: OSError | None) -> NoReturn:
        """Say that nothing was recorded."""
        why = (cause.strerror if cause else "") or "no space left on device"
        raise NotRecorded(
            f"Nothing was recorded: {why[0].lower()}{why[1:]}. Everything recorded before is safe.",
            "Make room on the disk or check the rights of the ledger folder, then record it again.",
        ) from cause

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
            self._doubt(error)
