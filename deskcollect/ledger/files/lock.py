"""The lock that a writer holds for the time of one append, and who holds it."""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import lock_descriptor, unlock_descriptor

from deskcollect.errors import Busy, NotRecorded
from deskcollect.ledger.files import said
from deskcollect.ledger.files.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


_POLL_SECONDS = 0.005
_SIGNED_AT = 1  # Windows locks the first byte against reading, too
_WIDTH = 255


def _made() -> None:
    """Make no folder: it is there."""


class WriterLock:
    """Excludes other programs while something is written. A lock whose holder died is free at once.

    The holder writes its process number and machine into the lock file: only words for a person, never relied upon.
    Threads of one program must exclude one another by other means: they share the descriptor.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        self._disk = Disk()  # a real one also in tests of failing disks: a lock is known to the system or is none
        self._timeout = timeout
        self._path = folder / said.FILE
        self._fd: int | None = None
        self._signature = b""

    @contextmanager
    def held(self, make_folder: Callable[[], None] = _made) -> Iterator[None]:
        """Hold the lock. `make_folder` makes its folder where that is not there, or refuses to.

        Errors: Busy when another program holds it for too long, NotRecorded when the folder cannot be written.
        """
        try:
            self._fd, is_held = self._taken(make_folder)
        except OSError as error:
            raise NotRecorded(
                f"Nothing was recorded: the ledger folder cannot be written ({error.strerror or error}).",
                "Check the rights of the folder and whether the disk is read-only.",
            ) from error
        if not is_held:
            who = self.holder() or "another program"
            raise Busy(
                f"The ledger is in use by {who} (waited {self._timeout:g} s). Nothing was recorded.",
                "Try again; if it stays so, end that program.",
            )
        try:
            self._sign(self._fd)
            yield
        finally:
            self._release(self._fd)

    def _taken(self, make_folder: Callable[[], None]) -> tuple[int, bool]:
        """Return the descriptor and whether the lock is held.

        A lock that was put aside together with its folder while somebody waited for it excludes nobody any more.
        """
        while True:
            if self._fd is None:
                make_folder()
                self._fd = self._disk.open(self._path, write=True, create=True)
            is_held = self._acquire(self._fd)
            if not is_held or self._disk.is_at(self._fd, self._path):
                return self._fd, is_held
            unlock_descriptor(self._fd)
            self.close()

    def _acquire(self, fd: int) -> bool:
        """Try until the time is over; return whether the lock is held."""
        for _ in range(int(self._timeout / _POLL_SECONDS)):
            if lock_descriptor(fd, blocking=False):
                return True
            time.sleep(_POLL_SECONDS)
        return lock_descriptor(fd, blocking=False)

    def _release(self, fd: int) -> None:
        """Let go of the lock. Where the system refuses, closing the file does it; what was recorded is recorded."""
        try:
            unlock_descriptor(fd)
        except OSError:
            self._fd = None
            with suppress(OSError):
                self._disk.close(fd)

    def _sign(self, fd: int) -> None:
        """Write down who holds the lock, unless it stands there still."""
        if not self._signature:
            text = json.dumps({"pid": os.getpid(), "machine": platform.node()[:100]})
            self._signature = text.ljust(_WIDTH).encode()[:_WIDTH]
        with suppress(OSError):
            if self._disk.read(fd, _SIGNED_AT, _WIDTH) != self._signature:
                self._disk.write(fd, self._signature, _SIGNED_AT)

    def note(self, seq: int) -> None:
        """Note that a record was said to be recorded. Only while the lock is held."""
        if self._fd is not None:
            said.write(self._disk, self._fd, seq)

    def holder(self) -> str:
        """Return who wrote last that it holds the lock, in words; empty if unknown."""
        try:
            fd = self._disk.open(self._path, write=True, create=True)
            try:
                signed = json.loads(self._disk.read(fd, _SIGNED_AT, _WIDTH))
            finally:
                self._disk.close(fd)
            return f"process {int(signed['pid'])} on {signed['machine']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def holder_now(self) -> str:
        """Return who holds the lock at this moment; empty if nobody does or nobody can tell."""
        try:
            fd = self._disk.open(self._path, write=True, create=True)
        except OSError:
            return ""
        try:
            if not lock_descriptor(fd, blocking=False):
                return self.holder() or "another program"
            unlock_descriptor(fd)
        except OSError:
            return ""
        finally:
            self._disk.close(fd)
        return ""

    def close(self) -> None:
        """Let go of the lock file."""
        if self._fd is not None:
            self._disk.close(self._fd)
            self._fd = None
