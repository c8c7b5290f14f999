"""A damaged ledger is repaired: all that proves itself stays, what is lost is declared, and recording goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadUse, Damaged, LedgerError, NotRecorded
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.files.index import Sidecar
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, all_ids, event, event_id, files, opened, promise, record
from tests.ledger.crashes import crashes
from tests.ledger.disks import Fault, FaultyDisk, MemoryDisk

SEGMENT_BYTES = 2600
SINGLES = 12
BATCH = [promise(n) for n in (13, 14, 15)]
WANTED = [event_id(n) for n in range(1, 21)]
WHOLE: dict[Path, MemoryDisk] = {}
Harm = Callable[[MemoryDisk, Path], None]


def made(folder: Path, disk: MemoryDisk | None = None) -> MemoryDisk:
    """Return a disk with a ledger of several segments, with a batch among them."""
    disk = disk or MemoryDisk()
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n) for n in range(1, SINGLES + 1)))
        ledger.record_many(BATCH, recorded_at=NOW)
        record(ledger, *(promise(n) for n in range(16, 21)))
    return disk


def segment(folder: Path, number: int) -> Path:
    """Return the path of a segment."""
    return folder / f"{number:08}.jsonl"


def last(disk: MemoryDisk, folder: Path) -> int:
    """Return the number of the open segment."""
    return max(int(name[:8]) for name in disk.names(folder) if name.endswith(".jsonl"))


def flip(number: int, line: int = 1) -> Harm:
    """Return what flips a byte in a line of a segment; from behind where the number is negative."""

    def harm(disk: MemoryDisk, folder: Path) -> None:
        which = number if number > 0 else last(disk, folder) + 1 + number
        data = disk.files[segment(folder, which)].data
        lines = bytes(data).splitlines(keepends=True)
        start = sum(map(len, lines[:line])) if line >= 0 else len(data) - sum(map(len, lines[line:]))
        data[start + 60] ^= 1

    return harm


def flip_in_the_batch(disk: MemoryDisk, folder: Path) -> None:
    """Flip a byte in the second line of the batch."""
    del folder
    for file in disk.files.values():
        at = bytes(file.data).find(f'"event_id":"{event_id(14)}"'.encode())
        if at >= 0:
            file.data[at + 20] ^= 1


def delete(number: int) -> Harm:
    """Return what deletes a segment."""

    def harm(disk: MemoryDisk, folder: Path) -> None:
        disk.remove(segment(folder, number))

    return harm


def cut(number: int, to: float) -> Harm:
    """Return what cuts a segment short."""

    def harm(disk: MemoryDisk, folder: Path) -> None:
        data = disk.files[segment(folder, number)].data
        del data[min(int(len(data) * to), len(data) - 1) :]

    return harm


def zeros(disk: MemoryDisk, folder: Path) -> None:
    """Let a page of a sealed segment be zeros."""
    data = disk.files[segment(folder, 2)].data
    data[700:1300] = bytes(600)


def replay(disk: MemoryDisk, folder: Path) -> None:
    """Write a line of a sealed segment a second time."""
    data = disk.files[segment(folder, 2)].data
    first = bytes(data).splitlines(keepends=True)[0]
    data.extend(first)


def several(*harms: Harm) -> Harm:
    """Return what does several harms."""

    def harm(disk: MemoryDisk, folder: Path) -> None:
        for each in harms:
            each(disk, folder)

    return harm


def stray(disk: MemoryDisk, folder: Path) -> None:
    """Let a copy of a segment lie there under a number much too high."""
    put(disk, segment(folder, 9000), disk.content(segment(folder, 2)))


def misnumbered(disk: MemoryDisk, folder: Path) -> None:
    """Give the open segment a number much too high."""
    open_one = segment(folder, last(disk, folder))
    data = disk.content(open_one)
    disk.remove(open_one)
    put(disk, segment(folder, 9000), data)


HARMS: dict[str, tuple[Harm, int]] = {
    "a byte in a sealed segment": (flip(2), 1),
    "the first record of all": (flip(1, 0), 1),
    "the last record of a sealed segment": (flip(1, -1), 1),
    "a byte in the open segment": (flip(-1, 0), 1),
    "the last acknowledged record": (flip(-1, -1), 1),
    "a batch": (flip_in_the_batch, 3),
    "a segment in the middle deleted": (delete(2), 4),
    "the first segment deleted": (delete(1), 4),
    "a sealed segment cut short": (cut(2, 0.5), 2),
    "a sealed segment emptied": (cut(2, 0), 4),
    "a sealed segment without its last line end": (cut(2, 1), 0),
    "a page of zeros": (zeros, 2),
    "a line replayed": (replay, 0),
    "a stray file": (stray, 0),
    "a segment under too high a number": (misnumbered, 0),
    "a segment under too high a number, and its last record": (several(flip(-1, -1), misnumbered), 1),
    "two at once": (several(flip(1), flip(3)), 2),
    "the last record and one before": (several(flip(2), flip(-1, -1)), 2),
    "a segment deleted and the last record": (several(delete(2), flip(-1, -1)), 5),
}


def snapshot(disk: MemoryDisk, folder: Path) -> MemoryDisk:
    """Return a copy of the ledger on a disk that works."""
    return MemoryDisk({path: bytes(file.data) for path, file in disk.files.items() if path.parent == folder})


def readable(disk: MemoryDisk, folder: Path) -> list[str]:
    """Return the events that can be read, on a copy of the disk."""
    with opened(folder, snapshot(disk, folder)) as ledger:
        return all_ids(ledger)


@pytest.mark.parametrize("what", HARMS)
def test_all_that_proves_itself_stays_and_recording_goes_on(folder: Path, what: str) -> None:
    disk = made(folder)
    assert last(disk, folder) >= 4
    harm, lost = HARMS[what]
    harm(disk, folder)
    before = {path.name: bytes(file.data) for path, file in disk.files.items() if path.suffix == ".jsonl"}
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        assert not ledger.verify().ok
        assert set(all_ids(ledger)) <= set(WANTED), "reading shows no record that does not prove itself"
        with pytest.raises(Damaged):
            record(ledger, event(99))
        done = repair(files(ledger), by="mei", at=NOW)
        assert len(WANTED) - len(all_ids(ledger)) == lost
        assert set(all_ids(ledger)) <= set(WANTED)
        assert all_ids(ledger) == sorted(all_ids(ledger))
        assert sum(gap.hole.missing for gap in done.gaps) == lost
        record(ledger, event(99))
        report = ledger.verify()
        assert (report.ok, report.damage) == (True, ())
        assert {gap.hole for gap in report.gaps} == {gap.hole for gap in done.gaps if gap.hole.missing}
    copied = {path.name: bytes(file.data) for path, file in disk.files.items() if path.parent == done.copy}
    assert before.items() <= copied.items()
    with opened(folder, snapshot(disk, folder)) as again:
        again.verify()
        *sealed, _ = [each.index for each in files(again).lines.segments]
        assert all(isinstance(index, Sidecar) or not len(index) for index in sealed)
        for _ in range(2):
            assert all(again.get(each) is not None for each in all_ids(again))
            assert all(files(again).lines.at(r.seq) == r for r in files(again).lines.records())
        assert not again.health().damage


def test_nothing_is_repaired_where_nothing_is_damaged(folder: Path) -> None:
    disk = made(folder)
    disk.files[segment(folder, last(disk, folder))].data.extend(b"half a li")
    before = snapshot(disk, folder)
    with opened(folder, disk) as ledger:
        with pytest.raises(BadUse, match="Nothing is damaged"):
            repair(files(ledger), by="mei", at=NOW)
        record(ledger, event(99))
    assert set(before.files) == {path for path in disk.files if path.name != "quarantine.bin"}


def test_what_does_not_count_goes_to_the_quarantine_with_its_place(folder: Path) -> None:
    disk = made(folder)
    flip(2)(disk, folder)
    line = disk.content(segment(folder, 2)).splitlines(keepends=True)[1]
    with opened(folder, disk) as ledger:
        (gap,) = repair(files(ledger), by="mei", at=NOW).gaps
    kept = disk.content(folder / "quarantine.bin")
    assert kept.endswith(line + b"\n")
    assert b'"file": "00000002.jsonl", "offset": ' in kept
    assert (gap.file, gap.bytes, gap.hole.missing, gap.by) == ("00000002.jsonl", len(line), 1, "mei")


def test_the_number_of_a_lost_last_record_is_not_given_again(folder: Path) -> None:
    disk = made(folder)
    with opened(folder, disk) as ledger:
        lost = ledger.head().seq
    flip(-1, -1)(disk, folder)
    with opened(folder, disk) as ledger:
        repair(files(ledger), by="mei", at=NOW)
        assert ledger.record(event(99), recorded_at=NOW).seq == lost + 2
        assert files(ledger).lines.at(lost) is None


def test_a_hole_that_nobody_declared_is_still_damage(folder: Path) -> None:
    disk = made(folder)
    flip(2)(disk, folder)
    with opened(folder, disk) as ledger:
        repair(files(ledger), by="mei", at=NOW)
    for number in (1, 2, 3):
        tampered = snapshot(disk, folder)
        lines = tampered.content(segment(folder, number)).splitlines(keepends=True)
        for taken in range(len(lines)):
            tampered.files[segment(folder, number)].data[:] = b"".join(lines[:taken] + lines[taken + 1 :])
            with opened(folder, tampered) as ledger:
                report = ledger.verify()
                assert not report.ok, f"record {taken} of segment {number} was taken out"
                assert report.damage[0].hole not in {gap.hole for gap in report.gaps}
                assert ledger.health().damage
                with pytest.raises(Damaged):
                    record(ledger, event(99))


def test_a_repair_whose_record_was_altered_declares_nothing(folder: Path) -> None:
    disk = made(folder)
    flip(2)(disk, folder)
    with opened(folder, disk) as ledger:
        repair(files(ledger), by="mei", at=NOW)
        assert ledger.verify().ok
    flip(-1, 0)(disk, folder)
    with opened(folder, disk) as ledger:
        assert len(ledger.verify().damage) == 2
        repair(files(ledger), by="mei", at=NOW)
        report = ledger.verify()
        assert report.ok
        assert len(report.gaps) == 2


@pytest.mark.parametrize("what", HARMS)
def test_another_open_program_notices(folder: Path, what: str) -> None:
    disk = made(folder)
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as other:
        HARMS[what][0](disk, folder)
        with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
            generation = files(other).lines.generation
            repair(files(ledger), by="mei", at=NOW)
            record(other, event(98))
            assert files(other).lines.generation > generation
            record(ledger, event(99))
            assert all_ids(other) == all_ids(ledger)
            assert not other.health().damage
            assert other.verify().ok
            assert files(other).lines.record_count == files(ledger).lines.record_count


def finished(folder: Path, disk: MemoryDisk, before: list[str], lost: int) -> bool:
    """Say whether a crashed repair left nothing less readable, and ends well when it is run again."""
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        assert set(before) <= set(all_ids(ledger)) <= set(WANTED)
        is_whole = ledger.verify().ok
        if not is_whole:
            repair(files(ledger), by="mei", at=NOW)
        report = ledger.verify()
        assert report.ok
        assert len(WANTED) - len(all_ids(ledger)) == lost
        assert sum(gap.hole.missing for gap in report.gaps) == lost, "what is lost is declared"
        record(ledger, event(99))
        assert ledger.verify().ok
        return is_whole


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "short", "interrupt"])
@pytest.mark.parametrize("what", ["the last record and one before", "a segment deleted and the last record"])
def test_whichever_call_of_a_repair_fails_it_is_finished_the_next_time(folder: Path, what: str, fault: Fault) -> None:
    harm, lost = HARMS[what]
    base = made(folder)
    harm(base, folder)
    before = readable(base, folder)
    for call in range(1, 2000):
        disk = FaultyDisk(0, fault)
        disk.files = snapshot(base, folder).files
        ledger = opened(folder, disk, segment_bytes=SEGMENT_BYTES)
        disk.calls, disk.fails_at = 0, call
        with suppress(LedgerError, KeyboardInterrupt):
            repair(files(ledger), by="mei", at=NOW)
        if not disk.failed_in:
            break
        assert set(all_ids(ledger)) <= set(WANTED)
        finished(folder, snapshot(disk, folder), before, lost)
    else:
        raise AssertionError("the faults never end")
    assert call > 40


@pytest.mark.parametrize("what", HARMS)
def test_a_crash_at_any_step_of_a_repair_leaves_nothing_less_readable(folder: Path, what: str) -> None:
    harm, lost = HARMS[what]
    base = made(folder)
    harm(base, folder)
    before = readable(base, folder)
    disk = MemoryDisk()
    for path, file in base.files.items():
        put(disk, path, bytes(file.data))
    begins = len(disk.steps)
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        repair(files(ledger), by="mei", at=NOW)
    results = [
        finished(folder, MemoryDisk({p: d for p, d in crash.files.items() if p.parent == folder}), before, lost)
        for crash in crashes(disk.steps, lambda _: 0, begins=begins, every_byte=False)
    ]
    assert len(results) > 20
    assert not all(results)


def test_a_repair_needs_room_for_its_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = made(folder)
    flip(2)(disk, folder)
    monkeypatch.setattr(MemoryDisk, "free_bytes", lambda *_: 5000)
    before = snapshot(disk, folder)
    with opened(folder, disk) as ledger, pytest.raises(NotRecorded, match="no room on the disk for a copy"):
        repair(files(ledger), by="mei", at=NOW)
    assert {p: f.data for p, f in disk.files.items()} == {p: f.data for p, f in before.files.items()}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_harm_is_done_a_repair_loses_nothing_that_proves_itself(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any" / "ledger"
    disk = snapshot(WHOLE.setdefault(folder, made(folder)), folder)
    for _ in range(data.draw(st.integers(1, 4))):
        names = [path for path in disk.files if path.suffix == ".jsonl"]
        file = disk.files[data.draw(st.sampled_from(names))]
        at, length = data.draw(st.integers(0, len(file.data))), data.draw(st.integers(1, 900))
        match data.draw(st.sampled_from(["flip", "zeros", "cut", "out", "again", "noise", "delete"])):
            case "flip" if at < len(file.data):
                file.data[at] ^= data.draw(st.integers(1, 255))
            case "zeros":
                file.data[at : at + length] = bytes(len(file.data[at : at + length]))
            case "cut":
                del file.data[at:]
            case "out":
                del file.data[at : at + length]
            case "again":
                file.data[at:at] = file.data[at : at + length]
            case "noise":
                file.data[at:at] = data.draw(st.binary(max_size=50))
            case "delete" if len(names) > 1:
                disk.remove(next(path for path in names if disk.files[path] is file))
    before = readable(disk, folder)
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        if not ledger.verify().ok:
            repair(files(ledger), by="mei", at=NOW)
        report = ledger.verify()
        assert report.ok
        assert set(before) <= set(all_ids(ledger)) <= set(WANTED)
        record(ledger, event(99))
        assert ledger.verify().ok
        assert ledger.verify().records == len(all_ids(ledger)) + len(files(ledger).lines.find("t", "repairs"))
