"""What the ledger says of its own state and of the folder it lies in."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from deskcollect.errors import LedgerError
from deskcollect.ledger.files import health
from deskcollect.ledger.files.segment import name
from tests.ledger.builders import event, files, opened, record

MOUNTS = """22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:50 / /data/office rw - cifs //server/share rw
31 22 0:51 / /data/office/local rw - ext4 /dev/sdb1 rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("/data/ana/desk/ledger", ""),
        ("/data/office/desk/ledger", "a network folder (cifs)"),
        ("/data/office/local/ledger", ""),
        ("/data/ana/Dropbox/desk", "Dropbox"),
        ("/data/ana/OneDrive - Bank/desk", "OneDrive - Bank"),
        ("/data/ana/坚果云/desk", "坚果云"),
        ("//server/share/desk", "a network share"),
    ],
)
def test_a_network_or_synchronised_folder_is_named(folder: str, named: str) -> None:
    assert health.place(Path(folder), MOUNTS) == named


def test_copies_made_by_a_synchronising_program_are_named() -> None:
    names = ["00000001.jsonl", "00000001 (1).jsonl", "00000001 (ana's conflicted copy).jsonl", "lock"]
    assert health.conflicting_copies(names) == tuple(names[1:3])


def test_a_ledger_that_does_not_exist_yet_is_healthy(folder: Path) -> None:
    with opened(folder) as ledger:
        told = ledger.health()
    assert (told.writable, told.records, told.damage, told.lock_holder) == (True, 0, (), "")
    assert told.free_bytes > 0


def test_what_is_missing_at_the_end_is_said_and_what_somebody_records_meanwhile_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count(2)
    with opened(folder) as mine, opened(folder) as other:
        record(mine, event(1))
        lines = files(mine).lines
        refresh = lines.refresh

        def meanwhile() -> bool:
            found = refresh()
            record(other, event(next(numbers)))
            return found

        monkeypatch.setattr(lines, "refresh", meanwhile)
        told = mine.health().ending
        assert told is not None
        assert (told.missing, told.last) == (0, 2)
    path = folder / "00000001.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    with opened(folder) as ledger:
        told = ledger.health().ending
        assert told is not None
        assert (told.missing, told.missing_words) == (2, "records 2 to 3 are missing")


def test_a_ledger_open_to_others_says_so(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        folder.chmod(0o755)
        assert ledger.health().open_to_others
        assert ledger.health().records == 1


def test_damage_keeps_a_ledger_from_being_written(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1), event(2))
    path = folder / "00000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"A1", b"A9", 1))
    with opened(folder) as ledger:
        told = ledger.health()
        assert not told.writable
        assert told.damage[0].sentence() == "Record 1 in 00000001.jsonl, byte 0: its hash does not match."
        assert not ledger.verify(full=False).ok


def test_this_system_can_be_asked_for_its_mounts(tmp_path: Path) -> None:
    assert isinstance(health.place(tmp_path), str)


def pipe(path: Path) -> None:
    """Make a pipe."""
    os.mkfifo(path)


PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among files")


@pytest.mark.parametrize("make", [Path.mkdir, pytest.param(pipe, marks=PIPES)], ids=["a folder", "a pipe"])
def test_something_else_in_the_place_of_the_lock_keeps_nobody_waiting_and_is_told(
    folder: Path, make: Callable[[Path], None]
) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        (folder / "lock").unlink()
        make(folder / "lock")
        assert not ledger.health().writable
    with opened(folder) as ledger:
        assert ledger.verify().ok


@PIPES
def test_a_pipe_in_the_place_of_the_next_file_keeps_nobody_waiting(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
    os.mkfifo(folder / name(2))
    with pytest.raises(LedgerError), opened(folder) as ledger:
        record(ledger, event(2))
