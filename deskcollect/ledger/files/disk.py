"""The one object through which the ledger touches the disk, so that a test can make any single call fail."""

from __future__ import annotations

import os
import shutil
from errno import ENOSPC
from typing import TYPE_CHECKING

from deskcollect import aside

if TYPE_CHECKING:
    from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class Disk(aside.Calls):
    """Access files of one owner by descriptor and offset.

    Folders are made 0700 and files 0600. Nothing here retries: whoever writes decides what a failure means.
    """

    def makedirs(self, folder: Path) -> None:
        """Make a folder and the ones above it, each pinned in its parent. One that is there already is fine."""
        if folder.is_dir():
            return
        self.makedirs(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        self.fsync_dir(folder.parent)

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder, sorted; none if it does not exist."""
        try:
            return sorted(path.name for path in folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def exists(self, path: Path) -> bool:
        """Say whether a file is there."""
        return os.path.exists(path)  # noqa: PTH110  # asked several times a record, and pathlib takes twice as long

    def is_at(self, fd: int, path: Path) -> bool:
        """Say whether an open file still stands under its name, and no other was put in its place."""
        try:
            return os.path.samestat(os.fstat(fd), os.stat(path))  # noqa: PTH116  # as above
        except OSError:
            return False

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        """Open a file and return its descriptor. Never appends by itself: offsets are the caller's.

        A pipe in the place of a file keeps nobody waiting: it cannot be read at an offset, which is an error.
        """
        flags = (os.O_RDWR if write else os.O_RDONLY) | getattr(os, "O_NONBLOCK", 0)
        if create:
            flags |= os.O_CREAT
        return os.open(path, flags | aside.BINARY, FILE_MODE)

    def size(self, fd: int) -> int:
        """Return the length of an open file in bytes."""
        return os.fstat(fd).st_size

    def read(self, fd: int, offset: int, length: int) -> bytes:
        """Read up to `length` bytes; fewer only at the end of the file."""
        parts: list[bytes] = []
        while length > 0:
            part = _read_at(fd, offset, length)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        """Write once and return how many bytes the system says it took."""
        if hasattr(os, "pwrite"):
            return os.pwrite(fd, data, offset)
        os.lseek(fd, offset, os.SEEK_SET)
        return os.write(fd, data)

    def ftruncate(self, fd: int, length: int) -> None:
        """Cut a file to a length."""
        os.ftruncate(fd, length)

    def free_bytes(self, folder: Path) -> int:
        """Return the space that is left where a folder is."""
        return shutil.disk_usage(folder).free


def _read_at(fd: int, offset: int, length: int) -> bytes:
    """Read at an offset, also where the system has no pread."""
    if hasattr(os, "pread"):
        return os.pread(fd, length, offset)
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, length)


def content(disk: Disk, path: Path) -> bytes:
    """Return what stands in a file. Errors: OSError."""
    fd = disk.open(path)
    try:
        return disk.read(fd, 0, disk.size(fd))
    finally:
        disk.close(fd)


def put(disk: Disk, path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace a file by new content in one step; a crash leaves the old or the new one.

    Errors: OSError, also when the system took fewer bytes than it was given.
    """
    with aside.descriptor(path, mode=FILE_MODE, durable=durable, calls=disk) as fd:
        if disk.write(fd, data, 0) != len(data) or disk.size(fd) != len(data):
            raise OSError(ENOSPC, "No space left on device")
