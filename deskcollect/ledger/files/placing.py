"""How a whole ledger takes the place of another: there is an instant without one, and whoever comes then goes on.

ledger.restored    the new ledger, whole and checked, in the moment before it takes its place
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk

_RESTORED = ".restored"


def restored(folder: Path) -> Path:
    """Return where a ledger stands that is about to take the place of a folder."""
    return folder.with_name(folder.name + _RESTORED)


def finish(disk: Disk, folder: Path) -> None:
    """Let a restored ledger take its place where nothing stands there. Errors: OSError."""
    if disk.exists(folder) or not restored(folder).is_dir():
        return
    try:
        disk.replace(restored(folder), folder)
    except OSError:
        if not disk.exists(folder):  # else another program was quicker
            raise
    disk.fsync_dir(folder.parent)
