"""A chain may begin behind its first segments where a retention declared it, and nowhere else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from deskcollect.errors import BadUse, Damaged, LedgerError
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.upkeep.repair import repair
from deskcollect.ledger.upkeep.retention import retire
from tests.ledger.builders import NOW, all_ids, event, event_id, files, ids, opened, promise, record
from tests.ledger.crashes import crashes
from tests.ledger.disks import Fault, FaultyDisk, MemoryDisk

SEGMENT_BYTES = 2600
COUNT = 20
WANTED = [event_id(n) for n in range(1, COUNT + 1)]
THROUGH = 2


def made(folder: Path, disk: MemoryDisk | None = None) -> MemoryDisk:
    """Return a disk with a ledger of several segments."""
    disk = disk or MemoryDisk()
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n) for n in range(1, COUNT + 1)))
    return disk


def snapshot(disk: MemoryDisk) -> MemoryDisk:
    """Return a copy of a disk that works."""
    return MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})


def left(folder: Path) -> list[str]:
    """Return the events that stand behind the segments that are dropped."""
    disk = made(folder)
    with opened(folder, disk) as ledger:
        start = files(ledger).lines.segments[THROUGH].before.seq
    assert 3 < start < COUNT - 5
    return WANTED[start:]


def names(disk: MemoryDisk, folder: Path) -> list[str]:
    """Return the segments that are there."""
    return [name for name in disk.names(folder) if name.endswith(".jsonl")]


def test_old_segments_go_and_the_chain_begins_behind_them(folder: Path) -> None:
    disk, kept = made(folder), left(folder)
    with opened(folder, disk) as ledger:
        told = retire(files(ledger), THROUGH, by="mei", at=NOW, told={"years": 6})
        assert told is not None
        assert (told.first, told.last, told.link.seq) == (1, THROUGH, COUNT - len(kept))
        assert all_ids(ledger) == kept
        record(ledger, event(99))
    assert names(disk, folder)[0] == "00000003.jsonl"
    assert not disk.exists(folder / "00000001.idx")
    for _ in range(2):
        with opened(folder, snapshot(disk)) as ledger:
            report = ledger.verify()
            assert (report.ok, report.begins) == (True, COUNT - len(kept) + 1)
            assert all_ids(ledger) == [*kept, event_id(99)]
            assert ledger.get(kept[0]) is not None
            assert ledger.get(WANTED[0]) is None
            record(ledger, *(promise(n) for n in range(30, 45)))
            assert ledger.verify().ok


def test_dropping_twice_drops_once(folder: Path) -> None:
    disk = made(folder)
    with opened(folder, disk) as ledger:
        assert retire(files(ledger), THROUGH, by="mei", at=NOW)
        head = ledger.head()
        assert retire(files(ledger), THROUGH, by="mei", at=NOW) is None
        assert ledger.head() == head
        further = retire(files(ledger), THROUGH + 1, by="mei", at=NOW)
        assert further is not None
        assert (further.first, further.last) == (THROUGH + 1, THROUGH + 1)
        assert ledger.verify().ok


def test_the_newest_records_are_never_dropped(folder: Path) -> None:
    disk = made(folder)
    with opened(folder, disk) as ledger:
        last = len(names(disk, folder))
        with pytest.raises(BadUse, match="newest records"):
            retire(files(ledger), last, by="mei", at=NOW)


def test_a_damaged_ledger_drops_nothing(folder: Path) -> None:
    disk = made(folder)
    disk.remove(folder / "00000003.jsonl")
    with opened(folder, disk) as ledger, pytest.raises(Damaged):
        retire(files(ledger), 1, by="mei", at=NOW)


def test_a_beginning_that_nobody_declared_is_damage_and_the_rest_can_be_read(folder: Path) -> None:
    disk, kept = made(folder), left(folder)
    for number in range(1, THROUGH + 1):
        disk.remove(folder / f"{number:08}.jsonl")
    with opened(folder, disk) as ledger:
        assert all_ids(ledger) == kept
        assert [(damage.seq, damage.file, damage.what) for damage in ledger.verify().damage] == [
            (1, "00000002.jsonl", "the file is missing")
        ]
        with pytest.raises(Damaged, match="the file is missing"):
            record(ledger, event(99))
        done = repair(files(ledger), by="mei", at=NOW)
        assert [gap.hole.missing for gap in done.gaps] == [COUNT - len(kept)]
        record(ledger, event(99))
        assert ledger.verify().ok


def test_one_more_segment_missing_than_was_declared_is_damage(folder: Path) -> None:
    disk = made(folder)
    with opened(folder, disk) as ledger:
        retire(files(ledger), THROUGH, by="mei", at=NOW)
    disk.remove(folder / f"{THROUGH + 1:08}.jsonl")
    with opened(folder, disk) as ledger:
        assert not ledger.verify().ok
        assert ledger.health().damage


def test_a_beginning_that_was_altered_is_damage(folder: Path) -> None:
    disk, kept = made(folder), left(folder)
    with opened(folder, disk) as ledger:
        retire(files(ledger), THROUGH, by="mei", at=NOW)
    whole = disk.content(folder / "00000003.jsonl").splitlines(keepends=True)
    for harmed in (whole[1:], [whole[0].replace(b"A", b"B", 1), *whole[1:]]):
        disk.files[folder / "00000003.jsonl"].data[:] = b"".join(harmed)
        with opened(folder, snapshot(disk)) as ledger:
            assert not ledger.verify().ok
            assert all_ids(ledger) == kept[1:]
            (gap,) = repair(files(ledger), by="mei", at=NOW).gaps
            assert gap.hole.missing == 1
            assert ledger.verify().ok
            assert all_ids(ledger) == kept[1:]


def test_another_open_program_begins_anew(folder: Path) -> None:
    disk, kept = made(folder), left(folder)
    with opened(folder, disk) as other, opened(folder, disk) as ledger:
        assert all_ids(other) == WANTED
        other.of_kinds("outcome")
        retire(files(ledger), THROUGH, by="mei", at=NOW)
        assert all_ids(other) == kept
        assert ids(other.of_kinds("outcome")) == kept
        record(other, event(99))
        assert all_ids(ledger) == [*kept, event_id(99)]


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "interrupt"])
def test_whichever_call_fails_it_is_finished_the_next_time(folder: Path, fault: Fault) -> None:
    base, kept = made(folder), left(folder)
    for call in range(1, 500):
        disk = FaultyDisk(0, fault)
        disk.files = snapshot(base).files
        ledger = opened(folder, disk)
        disk.calls, disk.fails_at = 0, call
        with suppress(LedgerError, KeyboardInterrupt):
            retire(files(ledger), THROUGH, by="mei", at=NOW)
        if not disk.failed_in:
            break
        dropped(folder, snapshot(disk), kept)
    else:
        raise AssertionError("the faults never end")
    assert call > 10


def test_a_crash_at_any_step_leaves_a_chain_that_may_begin_so(folder: Path) -> None:
    base, kept = made(folder), left(folder)
    disk = MemoryDisk()
    for path, file in base.files.items():
        put(disk, path, bytes(file.data))
    begins = len(disk.steps)
    with opened(folder, disk) as ledger:
        retire(files(ledger), THROUGH, by="mei", at=NOW)
    tried = list(crashes(disk.steps, lambda _: 0, begins=begins, every_byte=False))
    assert len(tried) > 10
    for crash in tried:
        dropped(folder, MemoryDisk(crash.files), kept)


def dropped(folder: Path, disk: MemoryDisk, kept: list[str]) -> None:
    """Check that everything that stays is there, with nothing damaged, and that dropping again finishes."""
    with opened(folder, disk) as ledger:
        assert ledger.verify().ok, names(disk, folder)
        assert not ledger.health().damage
        assert all_ids(ledger)[-len(kept) :] == kept
        retire(files(ledger), THROUGH, by="mei", at=NOW)
        assert all_ids(ledger) == kept
        assert ledger.verify().ok
        assert names(disk, folder)[0] == "00000003.jsonl"


def test_what_another_version_wrote_of_gaps_and_retentions_declares_nothing(folder: Path) -> None:
    odd: list[dict[str, Any]] = [
        {"gaps": [{"file": "x"}, {"after": 1, "before": 2, "file": "x", "bytes": 0}]},
        {"gaps": []},
        {},
    ]
    with opened(folder) as ledger:
        record(ledger, event(1))
        for told in odd:
            ledger.backend.append("repairs", [told])
            ledger.backend.append("retired", [told])
        assert files(ledger).lines.declared() == {}
        report = ledger.verify()
        assert (report.ok, report.gaps, report.begins) == (True, (), 1)
        record(ledger, event(2))
        assert all_ids(ledger) == [event_id(1), event_id(2)]
