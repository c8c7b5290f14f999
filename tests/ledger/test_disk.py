"""The one object that touches the disk, on systems that have less to offer."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

from deskcollect.errors import NotRecorded
from deskcollect.ledger.disk import Disk, put
from tests.ledger.builders import all_ids, event, ids, opened, record
from tests.ledger.disks import FaultyDisk


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


def test_on_a_mac_a_file_is_forced_past_the_cache_of_the_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    mac = types.SimpleNamespace(F_FULLFSYNC=51, fcntl=lambda _, command: asked.append(command))
    monkeypatch.setitem(sys.modules, "fcntl", mac)
    monkeypatch.setattr(sys, "platform", "darwin")
    disk = Disk()
    fd = disk.open(tmp_path / "file", write=True, create=True)
    disk.fsync(fd)
    disk.close(fd)
    assert asked == [51]


def test_a_folder_is_not_synced_where_the_system_has_no_such_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskcollect.ledger.disk.os", types.SimpleNamespace(name="nt"))
    Disk().fsync_dir(tmp_path / "absent")


@pytest.mark.parametrize("call", range(1, 7))
def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, call: int) -> None:
    path = tmp_path / "file"
    disk = FaultyDisk(0, "ENOSPC")
    put(disk, path, b"old")
    disk.calls, disk.fails_at = 0, call
    try:
        put(disk, path, b"new content")
    except OSError:
        assert disk.content(path) in {b"old", b"new content"}
        assert list(disk.files) == [path], "nothing is left lying about"
    else:
        assert disk.content(path) == b"new content"


def test_a_lock_that_cannot_be_made_records_nothing(folder: Path) -> None:
    (folder / "lock").mkdir(parents=True)
    with opened(folder) as ledger:
        with pytest.raises(NotRecorded, match="the ledger folder cannot be written"):
            record(ledger, event(1))
        assert ledger.health().lock_holder == ""
