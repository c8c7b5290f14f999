"""The one object that touches the disk, on systems that have less to offer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskcollect.errors import NotRecorded
from deskcollect.ledger.files.disk import put
from tests.ledger.builders import all_ids, event, ids, opened, record
from tests.ledger.disks import Fault, FaultyDisk, MemoryDisk


def test_a_system_that_cannot_read_and_write_at_an_offset_is_enough(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pread")
    monkeypatch.delattr(os, "pwrite")
    with opened(folder, segment_bytes=1000) as ledger:
        record(ledger, *map(event, range(1, 9)))
        assert all_ids(ledger) == ids([event(n) for n in range(1, 9)])
    with opened(folder) as ledger:
        assert ledger.verify().ok


CALLS = ("open", "write", "fsync", "replace", "fsync_dir")


@pytest.mark.parametrize("call", CALLS)
def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, call: str) -> None:
    path = tmp_path / "file"
    disk = FaultyDisk(0, "ENOSPC")
    put(disk, path, b"old")
    disk.calls, disk.fails_at = 0, CALLS.index(call) + 1
    with pytest.raises(OSError, match=r"No space left|refuses"):
        put(disk, path, b"new content")
    assert disk.failed_in == call
    assert disk.content(path) == (b"new content" if call == "fsync_dir" else b"old")
    assert list(disk.files) == [path], "nothing is left lying about"


@pytest.mark.parametrize("fault", ["short", "short and full"])
def test_a_file_that_is_not_all_there_does_not_take_the_place(tmp_path: Path, fault: Fault) -> None:
    path = tmp_path / "file"
    disk = FaultyDisk(0, fault, only="write")
    put(disk, path, b"old")
    disk.calls, disk.fails_at = 0, 1
    with pytest.raises(OSError, match="No space left"):
        put(disk, path, b"new content")
    assert disk.content(path) == b"old"


def test_a_file_is_synced_before_it_takes_the_place_and_its_name_afterwards(tmp_path: Path) -> None:
    disk = MemoryDisk()
    put(disk, tmp_path / "file", b"new")
    assert [step.what for step in disk.steps] == ["create", "write", "sync", "rename", "sync names"]


def test_a_cache_is_not_synced(tmp_path: Path) -> None:
    disk = MemoryDisk()
    put(disk, tmp_path / "file", b"new", durable=False)
    assert [step.what for step in disk.steps] == ["create", "write", "rename"]


def test_a_lock_that_cannot_be_made_records_nothing(folder: Path) -> None:
    (folder / "lock").mkdir(parents=True)
    with opened(folder) as ledger:
        with pytest.raises(NotRecorded, match="the ledger folder cannot be written"):
            record(ledger, event(1))
        assert ledger.health().lock_holder == ""
