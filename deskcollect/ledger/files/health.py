"""Where a folder lies, as far as it can be told: a network or a synchronised folder is no place for a ledger."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs"})
_SYNCED = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "nutstore",
    "坚果云",
    "syncthing",
)
_COPY = re.compile(r"conflict(ed)? copy|\(\d+\)\.|sync-conflict|冲突", re.IGNORECASE)


def place(folder: Path, mounts: str | None = None) -> str:
    """Name the network file system or the synchronising program a folder seems to belong to; empty if none.

    `mounts` is the text of /proc/self/mountinfo; without it that file is read where there is one.
    """
    path = folder.absolute()
    if path.as_posix().startswith("//"):
        return "a network share"
    for part in path.parts:
        for name in _SYNCED:
            if name in part.lower():
                return part
    kind = _file_system(path, _mounts() if mounts is None else mounts)
    return f"a network folder ({kind})" if kind in _NETWORK else ""


def _mounts() -> str:
    """Return the mounts of this system, as far as it tells."""
    try:
        return Path("/proc/self/mountinfo").read_text("utf-8", "replace")
    except OSError:
        return ""


def _file_system(path: Path, mounts: str) -> str:
    """Return the kind of the file system with the longest mount point above a path."""
    best, kind = "", ""
    for mount in mounts.splitlines():
        left, _, right = mount.partition(" - ")
        fields = left.split()
        if len(fields) > 4 and right and path.is_relative_to(fields[4]) and len(fields[4]) >= len(best):
            best, kind = fields[4], right.split()[0]
    return kind


def is_file(path: Path) -> bool:
    """Say whether a plain file is there, or nothing that is in its way."""
    return path.is_file() or not path.exists()


def writable(folder: Path) -> bool:
    """Say whether this account may write in a folder."""
    return os.access(folder, os.W_OK | os.X_OK)


def open_to_others(folder: Path) -> bool:
    """Say whether other accounts of this machine can read or write the folder. Windows guards it by the profile."""
    if os.name == "nt" or not folder.exists():
        return False
    return bool(folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def conflicting_copies(names: list[str]) -> tuple[str, ...]:
    """Return the files that a synchronising program put beside the ledger's own."""
    return tuple(name for name in names if _COPY.search(name))
