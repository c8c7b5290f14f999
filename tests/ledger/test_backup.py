"""A backup holds the ledger up to one head, proves itself whole, and what is no whole backup is refused."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadData, Damaged, LedgerError
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.store import Ledger
from deskcollect.ledger.upkeep import backup
from deskcollect.ledger.upkeep.repair import repair
from deskcollect.ledger.upkeep.retention import retire
from tests.ledger.builders import DESK, NOW, all_ids, event, files, opened, promise, record

SEGMENT_BYTES = 2600
COUNT = 12


@pytest.fixture
def filled(folder: Path) -> Path:
    """Return a folder with a ledger of several segments."""
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n) for n in range(1, COUNT + 1)))
    return folder


def taken(ledger: Ledger, target: Path) -> backup.Manifest:
    """Take a backup."""
    return backup.write(files(ledger), target, desk=DESK, called="North", at=NOW, version="1")


@contextmanager
def reading(path: Path) -> Iterator[backup.Backup]:
    """Check a backup."""
    fd = os.open(path, os.O_RDONLY)
    try:
        yield backup.checked(fd, path.name)
    finally:
        os.close(fd)


def refused(path: Path, why: str) -> None:
    """Check that a file is refused in words."""
    with pytest.raises(BadData, match=why) as error, reading(path):
        pass
    assert error.value.remedy


def test_a_backup_is_a_plain_tar_of_the_segments_with_a_manifest(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    with opened(filled) as ledger:
        made = taken(ledger, target)
        assert (made.records, made.head) == (COUNT, ledger.head())
    assert target.stat().st_mode & 0o777 == 0o600
    with tarfile.open(target, "r:") as tar:
        names = tar.getnames()
        segments = [tar.extractfile(name) for name in names if name.endswith(".jsonl")]
        assert [each.read() for each in segments if each] == [p.read_bytes() for p in sorted(filled.glob("*.jsonl"))]
    assert names == [*(f"ledger/{path.name}" for path in sorted(filled.glob("*.jsonl"))), "manifest.json"]
    with reading(target) as told:
        assert told.manifest == made


def test_what_others_record_meanwhile_is_not_in_it(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.tar"
    with opened(filled, segment_bytes=SEGMENT_BYTES) as other, opened(filled) as ledger:
        fill, head = backup._fill, ledger.head()

        def slowly(*words: Any) -> Any:
            record(other, *(promise(n) for n in range(50, 60)))
            return fill(*words)

        monkeypatch.setattr(backup, "_fill", slowly)
        made = taken(ledger, target)
        assert (made.head, made.records) == (head, COUNT)
        assert ledger.head().seq == COUNT + 10
    with reading(target) as told:
        assert told.manifest.head == head


def test_a_writer_is_not_kept_waiting(filled: Path, tmp_path: Path) -> None:
    with opened(filled) as ledger, opened(filled, lock_timeout=0) as other, files(other).journal.writing():
        assert taken(ledger, tmp_path / "b.tar").records == COUNT


def test_a_half_line_of_a_writer_that_died_is_left_out(filled: Path, tmp_path: Path) -> None:
    last = max(filled.glob("*.jsonl"))
    last.write_bytes(last.read_bytes() + b'{"s":13,"p":"')
    with opened(filled) as ledger:
        assert taken(ledger, tmp_path / "b.tar").records == COUNT
    assert members((tmp_path / "b.tar").read_bytes())[f"ledger/{last.name}"].endswith(b"\n")


def test_a_damaged_ledger_is_not_backed_up(filled: Path, tmp_path: Path) -> None:
    path = filled / "00000001.jsonl"
    data = bytearray(path.read_bytes())
    data[300] ^= 1
    path.write_bytes(data)
    target = tmp_path / "b.tar"
    target.write_bytes(b"an older one")
    with opened(filled) as ledger, pytest.raises(Damaged, match="Nothing was backed up"):
        taken(ledger, target)
    assert target.read_bytes() == b"an older one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "desk"]


def test_repaired_and_retired_ledgers_are_backed_up(filled: Path, tmp_path: Path) -> None:
    path = filled / "00000002.jsonl"
    data = bytearray(path.read_bytes())
    data[300] ^= 1
    path.write_bytes(data)
    with opened(filled) as ledger:
        repair(files(ledger), by="mei", at=NOW)
        retire(files(ledger), 1, by="mei", at=NOW)
        record(ledger, event(99))
        made = taken(ledger, tmp_path / "b.tar")
        assert made.records == len(all_ids(ledger)) + 2
    with reading(tmp_path / "b.tar") as told:
        assert "ledger/quarantine.bin" in {member.name for member in told.manifest.members}


def test_an_empty_ledger_is_backed_up(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        assert taken(ledger, tmp_path / "b.tar").records == 0
    with reading(tmp_path / "b.tar") as told:
        assert told.manifest.head.seq == 0


def test_a_disk_that_refuses_leaves_no_backup(filled: Path, tmp_path: Path) -> None:
    with opened(filled) as ledger, pytest.raises(LedgerError, match="could not be written"):
        taken(ledger, tmp_path / "nowhere" / "b.tar")


# --- what is no whole backup -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a good backup."""
    there = tmp_path_factory.mktemp("good")
    with opened(there / "ledger", segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(promise(n) for n in range(1, COUNT + 1)))
        taken(ledger, there / "b.tar")
    return (there / "b.tar").read_bytes()


def members(data: bytes) -> dict[str, bytes]:
    """Return the files in a backup."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        found = {each.name: tar.extractfile(each) for each in tar}
        return {name: file.read() for name, file in found.items() if file}


def packed(content: dict[str, bytes], *more: tarfile.TarInfo, form: int = tarfile.USTAR_FORMAT) -> bytes:
    """Return a tar of files, and of further members without content."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
        for name, data in content.items():
            told = tarfile.TarInfo(name)
            told.size = len(data)
            tar.addfile(told, io.BytesIO(data))
        for each in more:
            tar.addfile(each)
    return stream.getvalue()


def link(kind: bytes) -> tarfile.TarInfo:
    """Return a member that points elsewhere."""
    told = tarfile.TarInfo("ledger/00000009.jsonl")
    told.type, told.linkname = kind, "/etc/passwd"
    return told


def edited(content: dict[str, bytes], **told: Any) -> dict[str, bytes]:
    """Return files with another manifest."""
    return {**content, "manifest.json": json.dumps({**json.loads(content["manifest.json"]), **told}).encode()}


SEGMENT = "ledger/00000001.jsonl"


def twice(files: dict[str, bytes]) -> bytes:
    """Return a tar with a segment twice."""
    blocks = 1 + -(-len(files[SEGMENT]) // tarfile.BLOCKSIZE)
    return packed({SEGMENT: files[SEGMENT]})[: blocks * tarfile.BLOCKSIZE] + packed(files)


HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "a path upwards": (lambda f: packed({**f, "../00000009.jsonl": b"x"}), "no backup holds"),
    "an absolute path": (lambda f: packed({**f, f"/{SEGMENT}": b"x"}), "no backup holds"),
    "a symbolic link": (lambda f: packed(f, link(tarfile.SYMTYPE)), "no backup holds"),
    "a hard link": (lambda f: packed(f, link(tarfile.LNKTYPE)), "no backup holds"),
    "a device": (lambda f: packed(f, link(tarfile.CHRTYPE)), "no backup holds"),
    "a folder": (lambda f: packed(f, link(tarfile.DIRTYPE)), "no backup holds"),
    "a long name": (lambda f: packed({**f, "ledger/" + "x" * 300: b""}, form=tarfile.GNU_FORMAT), "no backup holds"),
    "another file": (lambda f: packed({**f, "ledger/00000009.idx": b"x"}), "no backup holds"),
    "a file that the manifest does not name": (lambda f: packed({**f, "ledger/00000099.jsonl": b""}), "not those"),
    "a file missing": (lambda f: packed({n: d for n, d in f.items() if n != SEGMENT}), "not those"),
    "no manifest": (lambda f: packed({n: d for n, d in f.items() if n != "manifest.json"}), "no manifest"),
    "a manifest that is no JSON": (lambda f: packed({**f, "manifest.json": b"{"}), "cannot be read"),
    "a manifest that is a list": (lambda f: packed({**f, "manifest.json": b"[]"}), "cannot be read"),
    "a manifest without a head": (lambda f: packed(edited(f, seq=None)), "cannot be read"),
    "a manifest without a time zone": (lambda f: packed(edited(f, made_at="2026-01-01")), "cannot be read"),
    "a time before the calendar": (lambda f: packed(edited(f, made_at="0001-01-01T00:00:00+14:00")), "cannot be read"),
    "a time behind the calendar": (lambda f: packed(edited(f, made_at="9999-12-31T23:00:00-14:00")), "cannot be read"),
    "a newer form": (lambda f: packed(edited(f, format=2)), "newer version"),
    "another head": (lambda f: packed(edited(f, seq=COUNT - 1)), "it ends at"),
    "another count": (lambda f: packed(edited(f, records=COUNT - 1)), "records and its manifest says"),
    "an altered segment": (lambda f: packed({**f, SEGMENT: f[SEGMENT].replace(b"A1", b"A7")}), "not what it was"),
    "a segment twice": (twice, "twice"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_whole_backup_is_refused(good: bytes, tmp_path: Path, what: str) -> None:
    make, why = HOSTILE[what]
    path = tmp_path / "b.tar"
    path.write_bytes(make(members(good)))
    refused(path, why)


def test_a_damaged_ledger_in_a_sound_tar_is_refused(good: bytes, tmp_path: Path) -> None:
    files = members(good)
    files[SEGMENT] = files[SEGMENT].replace(b"A1", b"A7")
    told = json.loads(files["manifest.json"])
    for each in told["files"]:
        each["sha256"] = sha256(files[each["name"]]).hexdigest()
    path = tmp_path / "b.tar"
    path.write_bytes(packed(edited(files, files=told["files"])))
    refused(path, "its hash does not match")


def test_a_member_that_says_to_be_longer_than_the_file_is_refused(good: bytes, tmp_path: Path) -> None:
    told = tarfile.TarInfo(SEGMENT)
    told.size = 1 << 32
    path = tmp_path / "b.tar"
    path.write_bytes(told.tobuf(tarfile.USTAR_FORMAT) + good)
    refused(path, f"it is cut off within {SEGMENT}")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_backup_cut_or_altered_anywhere_is_refused_or_the_same(
    good: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "altered.tar"
    at = data.draw(st.integers(0, len(good) - 1))
    harmed = bytearray(good)
    if data.draw(st.booleans()):
        del harmed[at:]
    else:
        harmed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(harmed)
    try:
        with reading(path) as told:
            got = told.manifest
            segments = {member.name: b"".join(told.chunks(member)) for member in got.members}
    except BadData:
        return
    wanted = members(good)
    wanted.pop("manifest.json")
    assert segments == wanted
    assert got.records == COUNT


def test_a_file_of_noise_is_refused(tmp_path: Path) -> None:
    for content in (b"x", b"x" * 512, bytes(511), b"account_id,balance\n" * 100):
        path = tmp_path / "b.tar"
        path.write_bytes(content)
        refused(path, "cut off, altered")
    path.write_bytes(b"")
    refused(path, "it is empty")
    path.write_bytes(bytes(1024))
    refused(path, "no manifest")


def test_the_files_in_a_backup_can_only_be_read(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    path.write_bytes(good)
    with reading(path) as told:
        inside: Disk = told.disk
        assert not inside.exists(Path("ledger/lock"))
        with pytest.raises(PermissionError):
            inside.open(Path(SEGMENT), write=True)
        with pytest.raises(FileNotFoundError):
            inside.open(Path("ledger/lock"))
        with pytest.raises(PermissionError):
            inside.create(Path("ledger/x"), 0o600)
