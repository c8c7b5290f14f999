"""Half-filled forms and places in the list are kept for convenience, and never in the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from errno import EMFILE
from pathlib import Path

import pytest
from filelock import FileLock

from deskcollect.errors import Busy, NotRecorded
from deskcollect.ledger.files.state import State
from tests.ledger.disks import FaultyDisk

NESTED = (b'{"a":' * 50_000 + b"{}" + b"}" * 50_000, b'{"drafts": {"x": {}}}', b'{"drafts": {"1": 5}}')
FORM = {"code": "PTP", "note": "says “Friday”"}


def test_a_draft_is_found_again_and_can_be_dropped(tmp_path: Path) -> None:
    path = tmp_path / "desk" / "state.json"
    assert State(path).draft("A1") is None
    State(path).keep_draft("A1", FORM)
    State(path).keep_draft("A2", {"code": "NA"})
    State(path).keep_draft("A2", {"code": "VM"})
    assert (State(path).draft("A1"), State(path).draft("A2")) == (FORM, {"code": "VM"})
    State(path).drop_draft("A1")
    assert State(path).draft("A1") is None
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_person_has_a_place_in_the_list(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    state.keep_place("ana", {"account": "A1", "queue": "to-call"})
    state.keep_place("ben", {"account": "A2"})
    assert state.place("ana") == {"account": "A1", "queue": "to-call"}
    assert state.draft("ana") is None


@pytest.mark.parametrize("damage", [b"", b'{"drafts": {"1"', b"[]", b'{"drafts": 5}', b"\xff\xfe", *NESTED])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(damage)
    state = State(path)
    assert state.draft("A1") is None
    state.keep_draft("A1", FORM)
    assert state.draft("A1") == FORM
    assert (tmp_path / "state.json.damaged").read_bytes() == damage


def test_a_file_that_cannot_be_read_just_now_is_not_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path / "state.json")
    state.keep_draft("A1", FORM)

    def fails(_: Path) -> bytes:
        raise OSError(EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", fails)
        assert state.draft("A1") is None
        with pytest.raises(NotRecorded, match="Too many open files"):
            state.keep_draft("A2", FORM)
    assert state.draft("A1") == FORM


def test_threads_of_one_program_keep_each_others_drafts(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json", lock_timeout=30)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: state.keep_draft(f"A{n}", FORM), range(60)))
    assert [state.draft(f"A{n}") for n in range(60)] == [FORM] * 60


@pytest.mark.parametrize("call", range(1, 5))
def test_a_disk_that_fails_leaves_the_old_state(tmp_path: Path, call: int) -> None:
    path = tmp_path / "state.json"
    State(path).keep_draft("A1", FORM)
    before = path.read_bytes()
    with pytest.raises(NotRecorded, match="The draft was not kept"):
        State(path, disk=FaultyDisk(call, "ENOSPC")).keep_draft("A1", {"code": "NA"})
    assert path.read_bytes() == before
    assert State(path).draft("A1") == FORM


def test_a_state_in_use_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with FileLock(path.with_suffix(".lock")), pytest.raises(Busy):
        State(path, lock_timeout=0.01).keep_draft("A1", FORM)


@pytest.mark.parametrize("told", [{}, {"on": "x", "by": "ana"}, {"on": "2026-09-30", "by": "ana"}, {"on": 5, "by": 5}])
def test_a_note_of_an_erasure_that_cannot_be_read_is_none(tmp_path: Path, told: dict[str, object]) -> None:
    state = State(tmp_path / "state.json")
    state.keep_erased("A1", {"on": "2026-09-30T10:00:00+08:00", "by": "ana"})
    assert state.erased("A1") is not None
    state.keep_erased("A1", told)
    assert state.erased("A1") is None
