"""A backup put in the place of the present ledger, which is moved aside and never removed.

ledger.restoring   the new ledger while it is written; left behind by a crash, it means nothing

Between the two renames of the exchange there is no ledger: whoever opens it then goes on, see `files.placing`.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect.errors import BadData, LedgerError
from deskcollect.ledger.files import check, placing
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.ledger.line import Link
    from deskcollect.ledger.upkeep.backup import Backup, Member

_RESTORING = ".restoring"
_LOCK_SECONDS = 5.0


def left(folder: Path) -> tuple[Path, ...]:
    """Return what lies beside a ledger of a restore that did not come to its end, or is under way."""
    return tuple(
        path for path in (folder.with_name(folder.name + _RESTORING), placing.restored(folder)) if path.exists()
    )


@contextmanager
def left_nowhere(folder: Path) -> Iterator[None]:
    """Let nothing lie about of a restore that fails, since it is a second copy of every record."""
    try:
        yield
    except BaseException:
        if folder.exists():
            for path in left(folder):
                shutil.rmtree(path, ignore_errors=True)
        raise


def lay_out(backup: Backup, folder: Path, disk: Disk) -> Path:
    """Write the files of a backup beside the ledger, check every record of them again, and return where they are.

    Errors: LedgerError, BadData.
    """
    fresh = folder.with_name(folder.name + _RESTORING)
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


def exchange(fresh: Path, folder: Path, kept_as: Path, disk: Disk, *, end: Link) -> None:
    """Let what was laid out take the place of the ledger, which is kept under another name.

    `end` is where the ledger ended when it was decided what the backup lacks. Nobody writes meanwhile. Whoever waited for
    the lock finds that it went aside with its folder.

    Errors: Busy, BadData where something was recorded since; LedgerError.
    """
    restored = placing.restored(folder)
    lock = WriterLock(folder, _LOCK_SECONDS)
    # Windows moves no folder in which a file is open
    is_there = folder.exists()
    held = lock.held() if is_there and os.name != "nt" else nullcontext()
    try:
        with held:
            if is_there:
                _check_end(folder, end, disk)
            if restored.exists():
                shutil.rmtree(restored)
            disk.replace(fresh, restored)
            disk.fsync_dir(folder.parent)
            if is_there:
                disk.replace(folder, kept_as)
            placing.finish(disk, folder)
    except OSError as error:
        placing.finish(Disk(), folder)
        raise _failed(error) from error
    finally:
        lock.close()


def _check_end(folder: Path, end: Link, disk: Disk) -> None:
    """Refuse where a ledger does not end where it did. Errors: BadData, LedgerError."""
    with closing(Chain(disk, folder)) as chain:
        if chain.last != end:
            raise BadData(
                "Something was recorded while the restore was prepared, so nothing was changed.",
                "Restore again: it then says what the backup lacks. End other programs that use the desk first.",
            )


def _failed(error: OSError) -> LedgerError:
    """Return what to say where the disk refused."""
    return LedgerError(
        f"The restore could not be finished: {error.strerror or error}. What was in the ledger is still there.",
        "End other programs that use the desk, make room on the disk, then restore again.",
    )
