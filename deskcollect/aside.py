"""A file or a folder written aside and put in its place whole: after a crash there stands the old one or the new one.

What is being written has a name of its own that nobody reads, in the folder of its target, since a name changes in one
step only within one file system. It is on the disk before it takes the place, and the new name is before the caller
goes on. A link that stands in the place is replaced itself; what it points to stays as it is.

Errors: OSError, on Windows also when another program has the target open. What stood there stands there still, unless
only the sync of the folder failed. Nothing is left lying about but by a crash.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from errno import EINVAL, ENOTSUP, ENOTTY
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BINARY: int = getattr(os, "O_BINARY", 0)
_OWNER_ONLY = 0o600
_ENDING = ".aside"
_NAME_LENGTH = 40  # of the target's name, so that a long one leaves room for the rest
_CANNOT = {EINVAL, ENOTSUP, ENOTTY}


class Calls:
    """The calls of the system that put a file in its place, so that a test can make any single one fail."""

    def create(self, path: Path, mode: int) -> int:
        """Make a file that is not there yet and return its descriptor."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | BINARY, mode)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        os.close(fd)

    def fsync(self, fd: int) -> None:
        """Force a file to the medium, past the drive's own cache where the system knows how."""
        if sys.platform == "darwin":
            import fcntl

            try:
                fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            except OSError as error:
                if error.errno not in _CANNOT:
                    raise
            else:
                return
        os.fsync(fd)

    def fsync_dir(self, folder: Path) -> None:
        """Force the names in a folder to the medium, where the system can.

        Windows has no such call and pins names with the file; some file systems know none for folders, and a folder
        that may be written need not be readable.

        Source: PostgreSQL, fsync_fname_ext.
        """
        if os.name == "nt":
            return
        try:
            fd = os.open(folder, os.O_RDONLY)
        except PermissionError:
            return
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
        finally:
            os.close(fd)

    def replace(self, source: Path, target: Path) -> None:
        """Put one file in the place of another in one step."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file if it is there."""
        path.unlink(missing_ok=True)


_CALLS = Calls()


@contextmanager
def file(target: Path, *, keep_mode: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `target` once it is complete and on the disk.

    Args:
        target: What is to be replaced, or is not there yet.
        keep_mode: Whoever may read the old file may read the new one. Else only its owner may.
    """
    with (
        descriptor(target, keep_mode=keep_mode) as fd,
        os.fdopen(fd, "wb", closefd=False) as stream,
    ):
        yield stream


@contextmanager
def descriptor(
    target: Path, *, mode: int = _OWNER_ONLY, keep_mode: bool = False, durable: bool = True, calls: Calls = _CALLS
) -> Iterator[int]:
    """Give the descriptor of an empty file, which takes the place of `target` once it is complete and on the disk.

    Args:
        target: What is to be replaced, or is not there yet.
        mode: Who may read the new file, less what the umask takes.
        keep_mode: The mode of the old file counts, if there is one. Until then only the owner can read the new one.
        durable: Wait for the disk. Not for a cache.
        calls: How the system is called.
    """
    kept = _mode(target) if keep_mode else None
    temporary = _beside(target)
    fd = calls.create(temporary, mode if kept is None else _OWNER_ONLY)
    try:
        try:
            yield fd
            if kept is not None and os.name != "nt":
                os.fchmod(fd, kept)
            if durable:
                calls.fsync(fd)
        finally:
            calls.close(fd)
        calls.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            calls.remove(temporary)
        raise
    if durable:
        calls.fsync_dir(target.parent)


@contextmanager
def folder(target: Path, *, mode: int = 0o700, kept_as: Path | None = None, durable: bool = True) -> Iterator[Path]:
    """Give an empty folder to fill with files, which takes the name `target` once it is complete and on the disk.

    Only the owner can read the files in it, whoever wrote them.

    Args:
        target: Its name. A folder that stands there is an error, unless `kept_as` is said.
        mode: Who may enter it, less what the umask takes.
        kept_as: The name under which the folder that stands there is kept. It comes back if the new one cannot follow.
        durable: Wait for the disk. Not for a cache.
    """
    fresh = _beside(target)
    fresh.mkdir(mode=mode)
    try:
        yield fresh
        for path in fresh.iterdir():
            path.chmod(_OWNER_ONLY)
        if durable:
            _sync(fresh)
        _exchange(fresh, target, kept_as)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if durable:
        _CALLS.fsync_dir(target.parent)


def leftovers(where: Path) -> list[Path]:
    """Return what writers that crashed left in a folder. Only who keeps others from writing there can tell."""
    return sorted(where.glob(f".*{_ENDING}"))


def _beside(target: Path) -> Path:
    """Return a name beside the target that no other writer has."""
    return target.with_name(f".{target.name[:_NAME_LENGTH]}.{os.urandom(6).hex()}{_ENDING}")


def _mode(path: Path) -> int | None:
    """Return who may read a file, None if it is not there."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _sync(fresh: Path) -> None:
    """Force the files of a folder and their names to the medium."""
    for path in fresh.iterdir():
        fd = os.open(path, os.O_RDWR | BINARY)
        try:
            _CALLS.fsync(fd)
        finally:
            os.close(fd)
    _CALLS.fsync_dir(fresh)


def _exchange(fresh: Path, target: Path, kept_as: Path | None) -> None:
    """Give a folder its name, after the one that had it."""
    if kept_as is None:
        fresh.rename(target)
        return
    try:
        target.rename(kept_as)
        fresh.rename(target)
    finally:
        if not target.exists():
            kept_as.rename(target)
