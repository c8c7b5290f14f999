"""After a crash at any step: acknowledged <= recovered <= attempted, a prefix, whole batches, and recording goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deskcollect.ledger import line
from deskcollect.ledger.journal import Journal
from tests.ledger import chains
from tests.ledger.crashes import Crash, crashes
from tests.ledger.disks import MemoryDisk

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


def workload(disk: MemoryDisk, folder: Path) -> Work:
    """Append singles and batches over two rolls; a writer dies twice, once in a line and once before its sync."""
    work = Work()
    journal = chains.journal(disk, folder, SEGMENT_BYTES)

    def append(*numbers: int) -> None:
        texts = [chains.text(n) for n in numbers]
        work.attempted.append((len(disk.steps), texts))
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


def expected(work: Work, crash: Crash) -> tuple[list[str], list[list[str]]]:
    """Return what must be there and the batches that may be there, in order."""
    acknowledged = [t for at, texts in work.acknowledged if at <= crash.steps for t in texts]
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
    acknowledged, attempted = expected(work, crash)
    chains.append(journal, chains.text(99))
    got = chains.documents(journal.chain)
    journal.close()
    recovered, batches = got[:-1], list(attempted)
    while recovered and batches:
        batch = batches.pop(0)
        if recovered[: len(batch)] == batch:
            recovered = recovered[len(batch) :]
    kept = [t for t in got if t in set(acknowledged)]
    again = chains.documents(chains.read(disk, folder))
    return not recovered and kept == acknowledged and got[-1] == chains.text(99) and again == got


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
    """Say whether some disk breaks the ledger's word."""

    def breaks(crash: Crash) -> bool:
        try:
            return not survives(work, crash, folder)
        except Exception:  # noqa: BLE001  # a ledger that cannot be opened or written is as bad
            return True

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
