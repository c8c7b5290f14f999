"""Disks for the tests: one in memory that notes every step, and one that fails at a chosen call."""
# ruff: noqa: D102  # the methods are those of Disk and documented there

from __future__ import annotations

from dataclasses import dataclass, field
from errno import EIO, ENOSPC
from typing import TYPE_CHECKING, Literal

from deskcollect.ledger.files.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Fault = Literal["EIO", "ENOSPC", "short", "short and full", "interrupt"]


@dataclass(eq=False)
class File:
    """A file in memory, apart from its names."""

    number: int
    data: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Step:
    """One change of the disk, or one call that pins changes."""

    what: Literal["create", "write", "cut", "rename", "remove", "sync", "sync names"]
    file: int = -1
    path: Path | None = None
    target: Path | None = None
    offset: int = 0
    data: bytes = b""


class MemoryDisk(Disk):
    """Keeps files in memory and notes every step. The lock file alone is a real one."""

    def __init__(self, files: dict[Path, bytes] | None = None) -> None:
        self.files: dict[Path, File] = {}
        self.steps: list[Step] = []
        self._open: dict[int, File] = {}
        self._next = 0
        for path, data in (files or {}).items():
            self.files[path] = self._file(data)

    def _file(self, data: bytes = b"") -> File:
        self._next += 1
        return File(self._next, bytearray(data))

    def content(self, path: Path) -> bytes:
        """Return what stands in a file."""
        return bytes(self.files[path].data)

    def makedirs(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def names(self, folder: Path) -> list[str]:
        return sorted(path.name for path in self.files if path.parent == folder)

    def exists(self, path: Path) -> bool:
        return path in self.files or any(each.parent == path for each in self.files)

    def is_at(self, fd: int, path: Path) -> bool:
        return self._open[fd] is self.files.get(path)

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        del write
        if path not in self.files:
            if not create:
                raise FileNotFoundError(2, "No such file", str(path))
            self.files[path] = self._file()
            self.steps.append(Step("create", self.files[path].number, path))
        self._next += 1
        self._open[self._next] = self.files[path]
        return self._next

    def create(self, path: Path, mode: int) -> int:
        del mode
        assert path not in self.files, "a name of its own"
        return self.open(path, write=True, create=True)

    def close(self, fd: int) -> None:
        del self._open[fd]

    def size(self, fd: int) -> int:
        return len(self._open[fd].data)

    def read(self, fd: int, offset: int, length: int) -> bytes:
        return bytes(self._open[fd].data[offset : offset + length])

    def write(self, fd: int, data: bytes, offset: int) -> int:
        file = self._open[fd]
        if len(file.data) < offset:
            file.data.extend(bytes(offset - len(file.data)))
        file.data[offset : offset + len(data)] = data
        self.steps.append(Step("write", file.number, offset=offset, data=data))
        return len(data)

    def fsync(self, fd: int) -> None:
        self.steps.append(Step("sync", self._open[fd].number))

    def ftruncate(self, fd: int, length: int) -> None:
        file = self._open[fd]
        del file.data[length:]
        file.data.extend(bytes(length - len(file.data)))
        self.steps.append(Step("cut", file.number, offset=length))

    def remove(self, path: Path) -> None:
        self.files.pop(path, None)
        self.steps.append(Step("remove", path=path))

    def replace(self, source: Path, target: Path) -> None:
        self.files[target] = self.files.pop(source)
        self.steps.append(Step("rename", path=source, target=target))

    def fsync_dir(self, folder: Path) -> None:
        self.steps.append(Step("sync names", path=folder))

    def free_bytes(self, folder: Path) -> int:
        del folder
        return 1 << 30


class FaultyDisk(MemoryDisk):
    """Fails at the n-th call that reads or changes the disk, once or (`lasting`) from then on."""

    def __init__(self, fails_at: int, fault: Fault, only: str = "", *, lasting: bool = False) -> None:
        super().__init__()
        self.lasting = lasting
        self.calls = 0
        self.fails_at = fails_at
        self.fault = fault
        self.only = only
        self.failed_in = ""

    def _due(self, name: str) -> bool:
        """Count a call and say whether it is the one that fails."""
        if self.only and name != self.only:
            return False
        self.calls += 1
        late = self.lasting and self.fails_at and self.calls > self.fails_at
        if self.calls != self.fails_at and not late:
            return False
        self.failed_in = name
        return True

    def _fail(self, name: str) -> None:
        """Fail if it is due."""
        if not self._due(name):
            return
        if self.fault == "interrupt":
            raise KeyboardInterrupt
        raise OSError(EIO, "Input/output error") if self.fault == "EIO" else OSError(ENOSPC, "No space left on device")

    def makedirs(self, folder: Path) -> None:
        self._fail("makedirs")
        super().makedirs(folder)

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        self._fail("open")
        return super().open(path, write=write, create=create)

    def read(self, fd: int, offset: int, length: int) -> bytes:
        self._fail("read")
        return super().read(fd, offset, length)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        if not self._due("write"):
            return super().write(fd, data, offset)
        return self._failing_write(fd, data, offset)

    def _failing_write(self, fd: int, data: bytes, offset: int) -> int:
        """Write half of the data, and report it in the way of the fault."""
        half = data[: len(data) // 2]
        faults: dict[str, Callable[[], int]] = {
            "short": lambda: len(half),
            "short and full": lambda: len(data),
        }
        super().write(fd, half, offset)
        if self.fault in faults:
            return faults[self.fault]()
        if self.fault == "interrupt":
            raise KeyboardInterrupt
        raise OSError(EIO if self.fault == "EIO" else ENOSPC, "the disk refuses")

    def fsync(self, fd: int) -> None:
        self._fail("fsync")
        super().fsync(fd)

    def ftruncate(self, fd: int, length: int) -> None:
        self._fail("ftruncate")
        super().ftruncate(fd, length)

    def replace(self, source: Path, target: Path) -> None:
        self._fail("replace")
        super().replace(source, target)

    def remove(self, path: Path) -> None:
        self._fail("remove")
        super().remove(path)

    def fsync_dir(self, folder: Path) -> None:
        self._fail("fsync_dir")
        super().fsync_dir(folder)
