"""A backup put in the place of the present ledger, which is moved aside and never removed.

ledger.restoring   the new ledger while it is written; left behind by a crash, it means nothing
ledger.restored    the new ledger, whole and checked, in the moment before it takes its place

Between the two renames of the exchange there is no ledger: whoever opens it then lets the restored one take its place.
"""

from __future__ import annotations

import os
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect.errors import BadData, LedgerError
from deskcollect.ledger.files import check
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.lock import WriterLock

if TYPE_CHECKING:
    from deskcollect.ledger.upkeep.backup import Backup, Member

_RESTORING = ".restoring"
_RESTORED = ".restored"
_LOCK_SECONDS = 5.0


def finish(folder: Path, disk: Disk) -> None:
    """Let a restored ledger take its place where a crash came between. Errors: OSError."""
    restored = _named(folder, _RESTORED)
    if not folder.exists() and restored.is_dir():
        disk.replace(restored, folder)
        disk.fsync_dir(folder.parent)


def lay_out(backup: Backup, folder: Path, disk: Disk) -> Path:
    """Write the files of a backup beside the ledger, check every record of them again, and return where they are.

    Errors: LedgerError, BadData.
    """
    fresh = _named(folder, _RESTORING)
    try:
        if fresh.exists():
            shutil.rmtree(fresh)
        disk.makedirs(fresh)
        for member in backup.manifest.members:
            _write(backup, member, fresh / Path(member.name).name, disk)
        disk.fsync_dir(fresh)
        report = check.whole(disk, fresh, backup.manifest.desk)
    except OSError as error:
        raise _failed(error) from error
    if not report.ok or report.head != backup.manifest.head:
        raise BadData("The disk does not give back what was written to it, so nothing was restored.", "Check the disk.")
    return fresh


def _write(backup: Backup, member: Member, path: Path, disk: Disk) -> None:
    """Write one file of a backup. Errors: OSError."""
    fd = disk.open(path, write=True, create=True)
    try:
        at = 0
        for chunk in backup.chunks(member):
            if disk.write(fd, chunk, at) != len(chunk):
                raise OSError("no space left on device")
            at += len(chunk)
        disk.fsync(fd)
    finally:
        disk.close(fd)


def exchange(fresh: Path, folder: Path, kept_as: Path, disk: Disk) -> None:
    """Let what was laid out take the place of the ledger, which is kept under another name.

    Nobody writes meanwhile. Whoever waited for the lock finds that it went aside with its folder.

    Errors: Busy; LedgerError.
    """
    restored = _named(folder, _RESTORED)
    lock = WriterLock(folder, _LOCK_SECONDS)
    # Windows moves no folder in which a file is open
    is_there = folder.exists()
    held = lock.held() if is_there and os.name != "nt" else nullcontext()
    try:
        with held:
            if restored.exists():
                shutil.rmtree(restored)
            disk.replace(fresh, restored)
            disk.fsync_dir(folder.parent)
            if is_there:
                disk.replace(folder, kept_as)
            disk.replace(restored, folder)
            disk.fsync_dir(folder.parent)
    except OSError as error:
        finish(folder, Disk())
        raise _failed(error) from error
    finally:
        lock.close()


def _named(folder: Path, ending: str) -> Path:
    """Return a name beside the ledger."""
    return folder.with_name(folder.name + ending)


def _failed(error: OSError) -> LedgerError:
    """Return what to say where the disk refused."""
    return LedgerError(
        f"The restore could not be finished: {error.strerror or error}. What was in the ledger is still there.",
        "End other programs that use the desk, make room on the disk, then restore again.",
    )
