"""The lock that a writer holds for the time of one append, and who holds it."""

from __future__ import annotations

import json
import os
import platform
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from deskcollect.errors import Busy, NotRecorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.ledger.disk import Disk

_WIDTH = 256


class WriterLock:
    """Excludes other programs while something is written. A lock whose holder died is free at once.

    The holder writes its process number and machine beside the lock: only words for a person, never relied upon.
    """

    def __init__(self, disk: Disk, folder: Path, timeout: float) -> None:
        self._disk = disk
        self._lock = FileLock(folder / "lock", timeout=timeout, mode=0o600, poll_interval=0.005, thread_local=False)
        self._timeout = timeout
        self._path = folder / "lock.by"
        self._fd: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Errors: Busy when another program holds it for too long, NotRecorded when the folder cannot be written.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            who = self.holder() or "another program"
            raise Busy(
                f"The ledger is in use by {who} (waited {self._timeout:g} s). Nothing was recorded.",
                "Try again; if it stays so, end that program.",
            ) from error
        except OSError as error:
            raise NotRecorded(
                f"Nothing was recorded: the ledger folder cannot be written ({error.strerror}).",
                "Check the rights of the folder and whether the disk is read-only.",
            ) from error
        try:
            self._sign()
            yield
        finally:
            self._lock.release()

    def _sign(self) -> None:
        """Write down who holds the lock."""
        with suppress(OSError):
            if self._fd is None:
                self._fd = self._disk.open(self._path, write=True, create=True)
            text = json.dumps({"pid": os.getpid(), "machine": platform.node()[:100]})
            self._disk.write(self._fd, text.ljust(_WIDTH).encode()[:_WIDTH], 0)

    def holder(self) -> str:
        """Return who wrote last that it holds the lock, in words; empty if unknown."""
        try:
            fd = self._disk.open(self._path)
            try:
                signed = json.loads(self._disk.read(fd, 0, _WIDTH))
            finally:
                self._disk.close(fd)
            return f"process {int(signed['pid'])} on {signed['machine']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def holder_now(self) -> str:
        """Return who holds the lock at this moment; empty if nobody does or nobody can tell."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return self.holder() or "another program"
        except OSError:
            return ""
        self._lock.release()
        return ""

    def close(self) -> None:
        """Let go of the file beside the lock."""
        if self._fd is not None:
            self._disk.close(self._fd)
            self._fd = None
