"""What is written aside: whole or not at all, on the disk before it counts, and read by nobody else meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskcollect import aside
from deskcollect.aside import Calls

NOT_ON_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows guards the folder by the profile")


class Noting(Calls):
    """Notes the calls, and fails in one of them."""

    def __init__(self, fails_in: str = "") -> None:
        self.fails_in = fails_in
        self.made: list[str] = []

    def _note(self, name: str) -> None:
        self.made.append(name)
        if name == self.fails_in:
            raise OSError(errno.EIO, "Input/output error")

    def create(self, path: Path, mode: int) -> int:
        """Note it."""
        self._note("create")
        return super().create(path, mode)

    def close(self, fd: int) -> None:
        """Note it; what fails is closed all the same."""
        super().close(fd)
        self._note("close")

    def fsync(self, fd: int) -> None:
        """Note how much is there to sync."""
        assert os.fstat(fd).st_size == len(b"new")
        self._note("fsync")
        super().fsync(fd)

    def fsync_dir(self, folder: Path) -> None:
        """Note it."""
        self._note("fsync_dir")
        super().fsync_dir(folder)

    def replace(self, source: Path, target: Path) -> None:
        """Note it."""
        self._note("replace")
        super().replace(source, target)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a file alone in its folder."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Take nothing from the mode of a new file."""
    before = os.umask(0)
    yield
    os.umask(before)


def put(path: Path, data: bytes = b"new") -> None:
    """Replace a file."""
    with aside.file(path) as file:
        file.write(data)


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    """Return who may read a file."""
    return stat.S_IMODE(path.stat().st_mode)


def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is forced to the medium: a folder or a file."""
    sync = os.fsync
    seen: list[str] = []

    def watched(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


# --- whole or not at all -----------------------------------------------------------------------------------------------------


def test_a_file_takes_the_place_of_the_old_one_once_it_is_complete(old: Path) -> None:
    with aside.file(old) as file:
        file.write(b"ne")
        file.flush()
        assert old.read_bytes() == b"old"
        file.write(b"w")
    assert old.read_bytes() == b"new"
    assert names(old.parent) == ["file"]


def test_a_file_that_was_not_there_is_there_afterwards(tmp_path: Path) -> None:
    put(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), ValueError(), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_alone(old: Path, error: BaseException) -> None:
    def write_half() -> None:
        with aside.file(old) as file:
            file.write(b"half")
            raise error

    with pytest.raises(type(error)):
        write_half()
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


@pytest.mark.parametrize("call", ["create", "fsync", "close", "replace"])
def test_whichever_call_fails_the_old_file_stays(old: Path, call: str) -> None:
    calls = Noting(call)
    with pytest.raises(OSError, match="Input/output error"), aside.descriptor(old, calls=calls) as fd:
        os.write(fd, b"new")
    assert call in calls.made
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


def test_a_name_that_may_not_last_is_told(old: Path) -> None:
    with pytest.raises(OSError, match="Input/output error"), aside.descriptor(old, calls=Noting("fsync_dir")) as fd:
        os.write(fd, b"new")
    assert old.read_bytes() == b"new"
    assert names(old.parent) == ["file"]


def test_a_folder_in_the_place_stays(tmp_path: Path) -> None:
    (tmp_path / "file" / "below").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        put(tmp_path / "file")
    assert names(tmp_path) == ["file"]
    assert names(tmp_path / "file") == ["below"]


def test_two_writers_at_once_do_not_meet(old: Path) -> None:
    with aside.file(old) as ours:
        ours.write(b"ours")
        put(old, b"theirs, longer")
        assert old.read_bytes() == b"theirs, longer"
    assert old.read_bytes() == b"ours"
    assert names(old.parent) == ["file"]


def test_a_file_of_the_same_name_aside_is_not_ours_to_write(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", bytes)
    theirs = old.with_name(".file.000000000000.aside")
    theirs.write_bytes(b"theirs")
    with pytest.raises(FileExistsError):
        put(old)
    assert theirs.read_bytes() == b"theirs"
    assert old.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["n" * 250 + ".csv", "名" * 82 + ".csv"])
def test_a_name_as_long_as_the_system_takes_is_no_hindrance(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert names(tmp_path) == [name]


# --- on the disk -------------------------------------------------------------------------------------------------------------


def test_a_file_is_on_the_disk_before_it_takes_the_place_and_its_name_afterwards(old: Path) -> None:
    calls = Noting()
    with aside.descriptor(old, calls=calls) as fd:
        os.write(fd, b"new")
    assert calls.made == ["create", "fsync", "close", "replace", "fsync_dir"]


def test_nothing_waits_for_the_disk_where_it_need_not_last(old: Path) -> None:
    calls = Noting()
    with aside.descriptor(old, calls=calls, durable=False) as fd:
        os.write(fd, b"new")
    assert calls.made == ["create", "close", "replace"]


def test_on_a_mac_a_file_is_forced_past_the_cache_of_the_drive(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = synced(monkeypatch)
    asked = mac(monkeypatch)
    put(old)
    assert asked == [51]
    assert seen == ["folder"]


def test_on_a_mac_a_drive_that_cannot_do_that_is_asked_as_any_other(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = synced(monkeypatch)
    mac(monkeypatch, OSError(errno.ENOTSUP, "Operation not supported"))
    put(old)
    assert seen == ["file", "folder"]


def test_on_a_mac_a_drive_that_fails_is_not_asked_again(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = synced(monkeypatch)
    mac(monkeypatch, OSError(errno.EIO, "Input/output error"))
    with pytest.raises(OSError, match="Input/output error"):
        put(old)
    assert seen == []
    assert old.read_bytes() == b"old"


def mac(monkeypatch: pytest.MonkeyPatch, error: OSError | None = None) -> list[int]:
    """Make the system a Mac; return what is asked of its drive."""
    asked: list[int] = []

    def fcntl(_: int, command: int) -> None:
        asked.append(command)
        if error:
            raise error

    monkeypatch.setitem(sys.modules, "fcntl", types.SimpleNamespace(F_FULLFSYNC=51, fcntl=fcntl))
    monkeypatch.setattr(sys, "platform", "darwin")
    return asked


def test_a_folder_is_not_synced_where_the_system_has_no_such_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskcollect.aside.os", types.SimpleNamespace(name="nt"))
    Calls().fsync_dir(tmp_path / "absent")


@NOT_ON_WINDOWS
@pytest.mark.parametrize(("number", "told"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_a_folder_is_synced_where_its_file_system_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, *, told: bool
) -> None:
    def refuses(_: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(os, "fsync", refuses)
    if told:
        with pytest.raises(OSError, match="refused"):
            Calls().fsync_dir(tmp_path)
    else:
        Calls().fsync_dir(tmp_path)


@NOT_ON_WINDOWS
def test_a_folder_that_nobody_may_list_can_still_be_written(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuses(path: Path, flags: int, mode: int = 0o777) -> int:
        if path == old.parent:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refuses)
    put(old)
    assert old.read_bytes() == b"new"


# --- who may read it ---------------------------------------------------------------------------------------------------------


@NOT_ON_WINDOWS
@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize(("umask", "expected"), [(0, 0o600), (0o022, 0o600), (0o277, 0o400)])
def test_only_its_owner_can_read_a_new_file_whatever_stood_there(old: Path, umask: int, expected: int) -> None:
    old.chmod(0o664)
    os.umask(umask)
    put(old)
    assert mode(old) == expected


@NOT_ON_WINDOWS
@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("wanted", [0o600, 0o640, 0o664])
def test_whoever_could_read_the_old_file_can_read_the_new_one(old: Path, wanted: int) -> None:
    old.chmod(wanted)
    with aside.file(old, keep_mode=True):
        [fresh] = old.parent.glob(".file.*")
        assert mode(fresh) == 0o600, "only the owner until it is complete"
    assert mode(old) == wanted


@NOT_ON_WINDOWS
@pytest.mark.usefixtures("open_umask")
def test_a_mode_that_is_asked_for_holds_from_the_beginning(old: Path) -> None:
    old.chmod(0o644)
    with aside.descriptor(old, mode=0o600):
        [fresh] = old.parent.glob(".file.*")
        assert mode(fresh) == 0o600
    assert mode(old) == 0o600


@pytest.mark.parametrize("keep_mode", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path: Path, *, keep_mode: bool, there: bool) -> None:
    link, pointed = tmp_path / "link", tmp_path / "pointed"
    if there:
        pointed.write_bytes(b"old")
        pointed.chmod(0o640)
    try:
        link.symlink_to(pointed)
    except OSError:
        pytest.skip("this system lets not everyone make links")
    with aside.file(link, keep_mode=keep_mode) as file:
        file.write(b"new")
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"
    assert pointed.exists() == there
    if there:
        assert pointed.read_bytes() == b"old"
        assert not keep_mode or mode(link) == mode(pointed)


# --- folders -----------------------------------------------------------------------------------------------------------------


def fill(target: Path, text: str = "new", kept_as: Path | None = None) -> None:
    """Put a folder of two files in place."""
    with aside.folder(target, kept_as=kept_as) as fresh:
        assert fresh.parent == target.parent
        (fresh / "a").write_text(text, "ascii")
        (fresh / "b").write_text(text, "ascii")


def text(folder: Path) -> str:
    """Return what stands in a folder's first file."""
    return (folder / "a").read_text("ascii")


def test_a_folder_has_its_name_once_it_is_complete(tmp_path: Path) -> None:
    with aside.folder(tmp_path / "book") as fresh:
        (fresh / "a").write_text("new", "ascii")
        assert not (tmp_path / "book").exists()
    assert text(tmp_path / "book") == "new"
    assert names(tmp_path) == ["book"]


def test_a_folder_that_is_not_completed_leaves_nothing(tmp_path: Path) -> None:
    def fill_half() -> None:
        with aside.folder(tmp_path / "book") as fresh:
            (fresh / "a").write_text("new", "ascii")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_half()
    assert names(tmp_path) == []


def test_a_folder_that_stands_there_is_not_written_over(tmp_path: Path) -> None:
    fill(tmp_path / "book", "old")
    with pytest.raises(OSError, match="book"):
        fill(tmp_path / "book")
    assert text(tmp_path / "book") == "old"
    assert names(tmp_path) == ["book"]


def test_the_folder_that_stood_there_is_kept_under_another_name(tmp_path: Path) -> None:
    fill(tmp_path / "book", "old")
    fill(tmp_path / "book", "new", tmp_path / "before")
    assert text(tmp_path / "book") == "new"
    assert text(tmp_path / "before") == "old"
    assert names(tmp_path) == ["before", "book"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_the_folder_that_stood_there_comes_back_when_the_new_one_cannot_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    fill(tmp_path / "book", "old")
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name.endswith(".aside"):
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(type(error)):
        fill(tmp_path / "book", "new", tmp_path / "before")
    assert text(tmp_path / "book") == "old"
    assert names(tmp_path) == ["book"]


@NOT_ON_WINDOWS
def test_a_folder_its_files_and_its_name_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = synced(monkeypatch)
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        seen.append("rename")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", watched)
    fill(tmp_path / "book")
    assert seen == ["file", "file", "folder", "rename", "folder"]


def test_a_folder_that_need_not_last_waits_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = synced(monkeypatch)
    with aside.folder(tmp_path / "book", durable=False) as fresh:
        (fresh / "a").write_text("new", "ascii")
    assert seen == []
    assert text(tmp_path / "book") == "new"


@NOT_ON_WINDOWS
@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("wanted", [0o700, 0o777])
def test_a_folder_is_open_to_whom_it_is_meant_for(tmp_path: Path, wanted: int) -> None:
    with aside.folder(tmp_path / "book", mode=wanted) as fresh:
        assert mode(fresh) == wanted
    assert mode(tmp_path / "book") == wanted


def test_what_a_crash_left_is_found_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".hidden").touch()
    (tmp_path / "list.aside").touch()
    put(tmp_path / "file")
    monkeypatch.setattr("deskcollect.aside.shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(KeyboardInterrupt), aside.folder(tmp_path / "book") as fresh:
        raise KeyboardInterrupt
    assert aside.leftovers(tmp_path) == [fresh]
