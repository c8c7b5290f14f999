"""After a crash at any step: acknowledged <= recovered <= attempted, a prefix, whole batches, and recording goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deskcollect.errors import LedgerError, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.files.journal import Journal
from tests.ledger import chains
from tests.ledger.crashes import Crash, crashes
from tests.ledger.disks import MemoryDisk
from tests.ledger.oracle import keeps_its_word

SEGMENT_BYTES = 900


@dataclass
class Work:
    """What was attempted and acknowledged by which step."""

    attempted: list[tuple[int, list[str]]] = field(default_factory=list)
    acknowledged: list[tuple[int, list[str]]] = field(default_factory=list)


class NoSync(MemoryDisk):
    """A disk whose files are never synced."""

    def fsync(self, fd: int) -> None:
        """Do nothing."""


class NoNameSync(MemoryDisk):
    """A disk whose folders are never synced."""

    def fsync_dir(self, folder: Path) -> None:
        """Do nothing."""


class Boasting(MemoryDisk):
    """A disk that takes half of every other record or batch at the first try, and says that it took all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[bytes] = set()

    def write(self, fd: int, data: bytes, offset: int) -> int:
        """Write, and say that all of it was written."""
        is_first = data.startswith(b'{"s":') and data not in self._seen
        self._seen.add(data)
        boasts = is_first and len(self._seen) % 2 == 1
        super().write(fd, data[: len(data) // 2] if boasts else data, offset)
        return len(data)


def workload(disk: MemoryDisk, folder: Path) -> Work:
    """Append singles and batches over two rolls; a writer dies twice, once in a line and once before its sync."""
    work = Work()
    journal = chains.journal(disk, folder, SEGMENT_BYTES)

    def append(*numbers: int) -> None:
        texts = [chains.text(n) for n in numbers]
        work.attempted.append((len(disk.steps), texts))
        try:
            chains.append(journal, *texts)
        except NotRecorded:
            chains.append(journal, *texts)
        work.acknowledged.append((len(disk.steps), texts))

    def die(number: int, length: int | None) -> None:
        data, _ = line.encode(journal.chain.last, chains.TABLE, [chains.text(number)])
        path = journal.chain.segments[-1].path
        work.attempted.append((len(disk.steps), [chains.text(number)]))
        fd = disk.open(path)
        disk.write(fd, data[:length], disk.size(fd))
        disk.close(fd)

    append(1)
    append(2, 3)
    append(4)
    append(5)
    die(6, 100)
    append(7)
    die(8, None)
    append(9)
    append(10, 11)
    journal.close()
    return work


def expected(work: Work, crash: Crash) -> tuple[list[list[str]], list[list[str]]]:
    """Return the batches that must be there and those that may be there, in order."""
    acknowledged = [texts for at, texts in work.acknowledged if at <= crash.steps]
    attempted = [texts for at, texts in work.attempted if at < crash.steps]
    return acknowledged, attempted


def all_crashes(work: Work, disk: MemoryDisk) -> Iterator[Crash]:
    """Go through the disks that a crash may leave."""
    times = [at for at, _ in work.acknowledged] + [at + 1 for at, _ in work.attempted]
    return crashes(disk.steps, lambda count: sum(at <= count for at in times))


def survives(work: Work, crash: Crash, folder: Path) -> bool:
    """Say whether the ledger keeps its word on this disk."""
    disk = MemoryDisk(crash.files)
    journal = chains.journal(disk, folder, SEGMENT_BYTES)
    chains.append(journal, chains.text(99))
    got = chains.documents(journal.chain)
    journal.close()
    again = chains.documents(chains.read(disk, folder))
    return keeps_its_word(got[:-1], *expected(work, crash)) and got[-1] == chains.text(99) and again == got


def test_the_ledger_keeps_its_word_on_every_disk_a_crash_may_leave(folder: Path) -> None:
    disk = MemoryDisk()
    work = workload(disk, folder)
    tried = 0
    for crash in all_crashes(work, disk):
        assert survives(work, crash, folder), f"after step {crash.steps}: {crash.files}"
        tried += 1
    assert tried > 3000
    assert chains.documents(chains.read(disk, folder)) == [chains.text(n) for n in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11)]
    assert len([path for path in disk.files if path.suffix == ".jsonl"]) >= 3, "the workload begins new segments"


def broken(work: Work, disk: MemoryDisk, folder: Path) -> bool:
    """Say whether on some disk the ledger opens, goes on recording and does not hold what it must."""

    def breaks(crash: Crash) -> bool:
        try:
            return not survives(work, crash, folder)
        except LedgerError:
            return False  # it says so itself: bad, and not what is looked for here

    return any(map(breaks, all_crashes(work, disk)))


@pytest.mark.parametrize("kind", [NoSync, NoNameSync])
def test_this_test_finds_a_ledger_that_does_not_sync(folder: Path, kind: type[MemoryDisk]) -> None:
    disk = kind()
    assert broken(workload(disk, folder), disk, folder)


def test_this_test_finds_a_ledger_that_does_not_cut_torn_tails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    work = workload(disk, folder)
    monkeypatch.setattr(Journal, "_repair", lambda *_: False)
    assert broken(work, disk, folder)


def test_a_disk_that_claims_to_have_written_more_than_it_did_breaks_nothing(folder: Path) -> None:
    disk = Boasting()
    work = workload(disk, folder)
    tried = 0
    for crash in all_crashes(work, disk):
        assert survives(work, crash, folder), f"after step {crash.steps}: {crash.files}"
        tried += 1
    assert tried > 3000


def test_this_test_finds_a_ledger_that_believes_what_the_disk_claims(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def believing(journal: Journal, fd: int, data: bytes) -> None:
        assert journal.disk.write(fd, data, journal.chain.segments[-1].end) == len(data)

    monkeypatch.setattr(Journal, "_write", believing)
    disk = Boasting()
    assert broken(workload(disk, folder), disk, folder)
