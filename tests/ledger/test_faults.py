"""A disk that fails at any single call: nothing acknowledged is lost, and a retry with the same id writes one copy."""

from __future__ import annotations

from errno import EACCES, ENOLCK
from itertools import chain
from pathlib import Path

import pytest

from deskcollect.errors import LedgerError, NotRecorded, Uncertain
from deskcollect.ledger.files.journal import Journal
from deskcollect.records import Event
from tests.ledger.builders import NOW, all_ids, event, files, ids, opened, record
from tests.ledger.disks import Fault, FaultyDisk, MemoryDisk

WORK = [[event(1)], [event(2), event(3)], [event(4)], [event(5)], [event(6), event(7)], [event(8)]]
SEGMENT_BYTES = 2000


def run(folder: Path, disk: FaultyDisk) -> tuple[list[str], type[BaseException] | None]:
    """Record everything, each batch again when it failed; return what stands there and how it failed."""
    failure: type[BaseException] | None = None
    while True:
        try:
            ledger = opened(folder, disk, segment_bytes=SEGMENT_BYTES)
            break
        except (LedgerError, KeyboardInterrupt) as error:
            failure = type(error)
    for batch in WORK:
        try:
            ledger.record_many(batch, recorded_at=NOW)
        except (LedgerError, KeyboardInterrupt) as error:
            failure = type(error)
            ledger.record_many(batch, recorded_at=NOW)
    ledger.close()
    with opened(folder, MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})) as again:
        assert again.verify().ok
        return all_ids(again), failure


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "short", "short and full", "interrupt"])
def test_whichever_call_fails_once_everything_is_recorded_exactly_once_in_the_end(folder: Path, fault: Fault) -> None:
    wanted = [each.event_id for batch in WORK for each in batch]
    failures: set[str] = set()
    for call in range(1, 1000):
        disk = FaultyDisk(call, fault)
        got, _ = run(folder, disk)
        assert got == wanted, f"call {call}, {disk.failed_in}"
        if not disk.failed_in:
            break
        failures.add(disk.failed_in)
    else:
        raise AssertionError("the faults never end")
    assert {"write"} <= failures


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC"])
def test_a_disk_that_fails_from_some_call_on_loses_nothing_that_was_acknowledged(folder: Path, fault: Fault) -> None:
    batches = [ids(batch) for batch in WORK]
    for call in range(1, 1000):
        disk = FaultyDisk(call, fault, lasting=True)
        acknowledged: list[str] = []
        try:
            ledger = opened(folder, disk, segment_bytes=SEGMENT_BYTES)
            for batch in WORK:
                ledger.record_many(batch, recorded_at=NOW)
                acknowledged += ids(batch)
        except LedgerError:
            pass
        with opened(folder, MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})) as again:
            got = all_ids(again)
            assert got[: len(acknowledged)] == acknowledged, f"call {call}, {disk.failed_in}"
            assert got in [list(chain(*batches[:n])) for n in range(len(batches) + 1)]
            for batch in WORK:
                again.record_many(batch, recorded_at=NOW)
            assert all_ids(again) == list(chain(*batches))
            assert again.verify().ok
        if not disk.failed_in:
            break
    else:
        raise AssertionError("the faults never end")


@pytest.mark.parametrize("fault", ["ENOSPC", "short", "short and full"])
def test_a_full_disk_records_nothing_and_keeps_what_was_there(folder: Path, fault: Fault) -> None:
    disk = FaultyDisk(0, fault, only="write")
    ledger = opened(folder, disk)
    record(ledger, event(1))
    before = disk.content(folder / "00000001.jsonl")
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(NotRecorded, match="Nothing was recorded"):
        record(ledger, event(2))
    assert disk.content(folder / "00000001.jsonl") == before
    assert all_ids(ledger) == ids([event(1)])
    record(ledger, event(2))
    assert all_ids(ledger) == ids([event(1), event(2)])


def test_a_failed_sync_is_uncertain_and_its_bytes_are_taken_back(folder: Path) -> None:
    disk = FaultyDisk(0, "EIO", only="fsync")
    ledger = opened(folder, disk)
    record(ledger, event(1))
    before = disk.content(folder / "00000001.jsonl")
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(Uncertain, match="may or may not") as failed:
        record(ledger, event(2))
    assert "never written twice" in failed.value.remedy
    assert disk.content(folder / "00000001.jsonl") == before
    assert not ledger.record(event(2), recorded_at=NOW).replayed
    assert all_ids(ledger) == ids([event(1), event(2)])


def test_a_descriptor_whose_sync_failed_is_never_used_again(folder: Path) -> None:
    disk = FaultyDisk(0, "EIO", only="fsync")
    ledger = opened(folder, disk)
    record(ledger, event(1))
    journal = files(ledger).journal
    used = journal._fd
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(Uncertain):
        record(ledger, event(2))
    assert journal._fd is None
    record(ledger, event(2))
    assert journal._fd != used


def test_only_the_check_of_the_growth_notices_a_write_that_the_system_merely_claims(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: without the check such a record is acknowledged and not there."""
    disk = FaultyDisk(0, "short and full", only="write")
    ledger = opened(folder, disk)
    record(ledger, event(1))

    def unchecked(journal: Journal, fd: int, data: bytes) -> None:
        journal.disk.write(fd, data, journal.chain.segments[-1].end)

    monkeypatch.setattr(Journal, "_write", unchecked)
    disk.calls, disk.fails_at = 0, 1
    record(ledger, event(2))
    with opened(folder, MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})) as again:
        assert all_ids(again) == ids([event(1)])


def test_a_replay_that_cannot_be_synced_is_uncertain(folder: Path) -> None:
    disk = FaultyDisk(0, "EIO", only="fsync")
    ledger = opened(folder, disk)
    record(ledger, event(1))
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(Uncertain):
        record(ledger, event(1))
    assert ledger.record(event(1), recorded_at=NOW).replayed


@pytest.mark.parametrize("tail", [b"torn", b""], ids=["torn tail", "missing line end"])
def test_a_tail_that_cannot_be_repaired_records_nothing_and_is_repaired_later(folder: Path, tail: bytes) -> None:
    disk = FaultyDisk(0, "short", only="write")
    record(opened(folder, disk), event(1))
    data = disk.files[folder / "00000001.jsonl"].data
    data += tail
    if not tail:
        del data[-1]
    ledger = opened(folder, disk)
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(NotRecorded):
        record(ledger, event(2))
    record(ledger, event(2))
    assert all_ids(ledger) == ids([event(1), event(2)])
    assert ledger.verify().ok


def test_a_lock_that_the_system_does_not_let_go_takes_nothing_back_and_is_free(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: int) -> None:
        raise OSError(ENOLCK, "No locks available")

    with opened(folder) as ledger, opened(folder, lock_timeout=0) as other:
        with monkeypatch.context() as patch:
            patch.setattr("deskcollect.ledger.files.lock.unlock_descriptor", refuses)
            record(ledger, event(1))
        record(other, event(2))
        record(ledger, event(3))
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])


class ReadOnly(MemoryDisk):
    """A disk on which no file can be written."""

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        """Refuse to open for writing."""
        if write:
            raise PermissionError(EACCES, "Permission denied")
        return super().open(path, write=write, create=create)


def test_a_read_only_ledger_can_be_read_and_says_why_nothing_is_recorded(folder: Path) -> None:
    disk = MemoryDisk()
    record(opened(folder, disk), event(1))
    ledger = opened(folder, ReadOnly({path: bytes(file.data) for path, file in disk.files.items()}))
    assert all_ids(ledger) == ids([event(1)])
    with pytest.raises(NotRecorded, match="permission denied"):
        record(ledger, event(2))


def test_an_error_in_reading_is_put_into_words(folder: Path) -> None:
    disk = FaultyDisk(0, "EIO", only="read")
    ledger = opened(folder, disk)
    record(ledger, event(1))
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(LedgerError, match="cannot be read: Input/output error"):
        ledger.history(account="A1")
    assert ledger.history(account="A1") == [ledger.get(event(1).event_id)]


def test_a_folder_that_cannot_be_made_records_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ledger = opened(tmp_path / "file" / "ledger")
    with pytest.raises(NotRecorded):
        record(ledger, event(1))
    assert list(ledger.since(None)) == []
    assert isinstance(event(1), Event)
