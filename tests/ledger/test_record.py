"""Recording in files: durable, readable by the owner alone, one writer at a time. What any ledger promises: test_contract."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskcollect.errors import Busy
from deskcollect.ledger.files.disk import Disk
from tests.ledger.builders import NOW, all_ids, event, files, ids, opened, record
from tests.ledger.disks import MemoryDisk


def test_a_replay_is_synced_again_since_the_first_sync_may_never_have_happened(folder: Path) -> None:
    disk = MemoryDisk()
    with opened(folder, disk) as ledger:
        record(ledger, event(1))
        line = disk.content(folder / "00000001.jsonl")
        before = len(disk.steps)
        record(ledger, event(1))
        steps = [(step.what, step.data) for step in disk.steps[before:]]
        assert steps == [("write", line), ("sync", b"")]


def test_an_empty_batch_makes_no_folder(folder: Path) -> None:
    with opened(folder) as ledger:
        assert ledger.record_many([], recorded_at=NOW) == []
        assert not folder.exists()


def test_only_the_owner_can_read_the_files(folder: Path) -> None:
    old = os.umask(0)
    try:
        with opened(folder) as ledger:
            record(ledger, event(1))
            assert not ledger.health().open_to_others
    finally:
        os.umask(old)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "00000001.jsonl": 0o600,
        "lock": 0o600,
    }


def test_a_ledger_in_use_is_busy_and_says_by_whom(folder: Path) -> None:
    with opened(folder) as holder, opened(folder, lock_timeout=0.02) as other:
        record(holder, event(1))
        with files(holder).journal.writing():
            with pytest.raises(Busy, match=f"in use by process {os.getpid()} on "):
                record(other, event(2))
            assert other.health().lock_holder.startswith(f"process {os.getpid()}")
            assert all_ids(other) == ids([event(1)]), "reading never waits"
        record(other, event(2))
        assert other.health().lock_holder == ""


def test_the_folder_above_is_synced_when_the_ledger_is_made(tmp_path: Path) -> None:
    synced: list[Path] = []

    class Noting(Disk):
        def fsync_dir(self, folder: Path) -> None:
            synced.append(folder)
            super().fsync_dir(folder)

    with opened(tmp_path / "desk" / "ledger", Noting()) as ledger:
        record(ledger, event(1))
    assert {tmp_path, tmp_path / "desk", tmp_path / "desk" / "ledger"} <= set(synced)
