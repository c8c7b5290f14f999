"""The last record that this desk said to be recorded: a note in the lock file, behind the words about its holder.

It is written after the record is on the disk, and not synced: after a crash it may be behind, never ahead. It proves
nothing, and shows that records which were acknowledged are missing at the end, which a chain alone cannot.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk

FILE = "lock"
_AT = 256
_WIDTH = 64
_BELIEVED = 10**12


def write(disk: Disk, fd: int, seq: int) -> None:
    """Note a record. Errors: none; what was recorded is recorded."""
    with suppress(OSError):
        disk.write(fd, (b'{"said": %d}' % seq).ljust(_WIDTH), _AT)


def read(disk: Disk, folder: Path) -> int:
    """Return the number of the last record that was noted, 0 where none is."""
    path = folder / FILE
    try:
        if not disk.exists(path):
            return 0
        fd = disk.open(path)
        try:
            told = json.loads(disk.read(fd, _AT, _WIDTH))
        finally:
            disk.close(fd)
        seq = told["said"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return seq if type(seq) is int and 0 < seq < _BELIEVED else 0
