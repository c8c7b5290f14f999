"""A repair claims no loss that did not happen, ends whatever files lie there, and finds records that went with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.errors import Damaged
from deskcollect.ledger.upkeep.repair import Repaired, repair
from tests.ledger.builders import NOW, all_ids, event_id, files, opened, promise, record
from tests.ledger.disks import MemoryDisk

SEGMENT_BYTES = 2600
COUNT = 12
WANTED = [event_id(n) for n in range(1, COUNT + 1)]


@pytest.fixture
def disk(folder: Path) -> MemoryDisk:
    """Return a disk with a ledger of several segments, whose last records are a batch."""
    made = MemoryDisk()
    with opened(folder, made, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n) for n in range(1, COUNT - 2)))
        ledger.record_many([promise(n) for n in range(COUNT - 2, COUNT + 1)], recorded_at=NOW)
    assert len(segments(made)) >= 3
    return made


def segments(disk: MemoryDisk) -> list[Path]:
    """Return the files of records."""
    return sorted(path for path in disk.files if path.suffix == ".jsonl" and "before" not in path.parent.name)


def put(disk: MemoryDisk, path: Path, data: bytes) -> None:
    """Write a file as somebody beside the program does."""
    disk.files.update(MemoryDisk({path: data}).files)


def repaired(disk: MemoryDisk, folder: Path) -> Repaired:
    """Repair, and record once more."""
    with opened(folder, disk) as ledger:
        done = repair(files(ledger), by="ines", at=NOW)
        assert ledger.verify().ok
        record(ledger, promise(99))
    with opened(folder, disk) as ledger:
        assert ledger.verify().ok
        assert all_ids(ledger)[-1] == event_id(99)
    return done


def missing(done: Repaired) -> int:
    """Return how many records a repair says are lost."""
    return sum(gap.hole.missing for gap in done.gaps)


def test_a_segment_that_lies_there_twice_costs_nothing(folder: Path, disk: MemoryDisk) -> None:
    for copied in segments(disk):
        copy = MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})
        put(copy, folder / f"{len(segments(disk)) + 1:08}.jsonl", copy.content(copied))
        assert missing(repaired(copy, folder)) == 0
        with opened(folder, copy) as ledger:
            assert all_ids(ledger) == [*WANTED, event_id(99)]
            assert ledger.head().seq == COUNT + 2, "the repair and one more"


def test_a_line_twice_or_garbage_in_the_last_batch_costs_the_batch_and_no_number_more(
    folder: Path, disk: MemoryDisk
) -> None:
    data = disk.content(segments(disk)[-1])
    lines = data.splitlines(keepends=True)
    for harmed in ([*lines[:-2], lines[-2], *lines[-2:]], [*lines[:-1], b"garbage\n", lines[-1]]):
        copy = MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})
        put(copy, segments(disk)[-1], b"".join(harmed))
        assert missing(repaired(copy, folder)) == 3
        with opened(folder, copy) as ledger:
            assert all_ids(ledger) == [*WANTED[:-3], event_id(99)]


def test_segments_under_each_others_names_are_no_loss_and_are_left_alone(folder: Path, disk: MemoryDisk) -> None:
    first, *_, last = segments(disk)
    contents = disk.content(first), disk.content(last)
    put(disk, first, contents[1])
    put(disk, last, contents[0])
    before = {path: bytes(file.data) for path, file in disk.files.items() if path.suffix == ".jsonl"}
    with opened(folder, disk) as ledger:
        report = ledger.verify()
        with pytest.raises(Damaged) as refused:
            repair(files(ledger), by="ines", at=NOW)
    assert "stand in the wrong order" in refused.value.message
    assert report.misplaced, "whoever checks is not sent to a repair"
    assert {path: bytes(file.data) for path, file in disk.files.items() if path.suffix == ".jsonl"} == before


@pytest.mark.parametrize("number", [2000, 99999999])
@pytest.mark.parametrize("what", ["empty", "garbage", "a copy"])
def test_a_stray_file_with_a_high_number_is_taken_away(folder: Path, disk: MemoryDisk, number: int, what: str) -> None:
    data = {"empty": b"", "garbage": b"garbage\n", "a copy": disk.content(segments(disk)[0])}[what]
    put(disk, folder / f"{number:08}.jsonl", data)
    count = len(segments(disk))
    assert missing(repaired(disk, folder)) == 0
    assert len(segments(disk)) == count
    with opened(folder, disk) as ledger:
        assert all_ids(ledger) == [*WANTED, event_id(99)]
    assert data in disk.content(folder / "quarantine.bin") if data else True


@pytest.mark.parametrize("number", [2000, 99999998])
def test_a_segment_under_too_high_a_number_is_put_behind_the_one_it_follows(
    folder: Path, disk: MemoryDisk, number: int
) -> None:
    *_, last = segments(disk)
    data, count = disk.content(last), len(segments(disk))
    del disk.files[last]
    put(disk, folder / f"{number:08}.jsonl", data)
    assert missing(repaired(disk, folder)) == 0
    assert len(segments(disk)) == count + 1, "the record of the repair begins one"
    with opened(folder, disk) as ledger:
        assert all_ids(ledger) == [*WANTED, event_id(99)]


@pytest.mark.parametrize("name", ["00000000.jsonl", "０００００００９.jsonl"])  # the digits are the point
def test_a_file_that_is_named_like_no_segment_is_none(folder: Path, disk: MemoryDisk, name: str) -> None:
    put(disk, folder / name, b"garbage\n")
    with opened(folder, disk) as ledger:
        assert ledger.verify().ok
        assert all_ids(ledger) == WANTED


def test_the_last_sealed_segment_emptied_is_damage(folder: Path, disk: MemoryDisk) -> None:
    *_, last = segments(disk)
    gone = disk.content(last).count(b"\n")
    put(disk, folder / f"{len(segments(disk)) + 1:08}.jsonl", b"")
    with opened(folder, disk) as ledger:
        assert ledger.verify().ok, "an empty segment was just begun"
    put(disk, last, b"")
    for path in [path for path in disk.files if path.suffix == ".idx"]:
        del disk.files[path]
    with opened(folder, disk) as ledger:
        [damage] = ledger.verify().damage
        assert (damage.seq, damage.file) == (COUNT - gone + 1, last.name)
        assert ledger.health().damage == (damage,)
        with pytest.raises(Damaged):
            record(ledger, promise(99))
    done = repaired(disk, folder)
    assert missing(done) >= 1, "how many there were nobody can tell"
    with opened(folder, disk) as ledger:
        assert ledger.verify().ok, "what a repair declared is no damage"
