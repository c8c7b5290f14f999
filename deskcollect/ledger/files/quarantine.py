"""What was cut out of the journal: `quarantine.bin`, each piece behind a line that says where it stood.

It is never thrown away. What is erased in the ledger is made blank here too, in its place.
"""

from __future__ import annotations

import json
import re
from errno import ENOSPC
from typing import TYPE_CHECKING, Any

from deskcollect.errors import NewerSchema
from deskcollect.ledger import line
from deskcollect.ledger.files import said
from deskcollect.ledger.files.disk import content, put
from deskcollect.ledger.report import Ending, Rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from deskcollect.ledger.files.disk import Disk
    from deskcollect.ledger.files.segment import Segment

FILE = "quarantine.bin"
_HEADER = re.compile(rb'^(\{"file": [^\n]*\})\n', re.MULTILINE)


def size(disk: Disk, folder: Path) -> int:
    """Return its size, 0 if nothing was ever cut out."""
    path = folder / FILE
    if not disk.exists(path):
        return 0
    fd = disk.open(path)
    try:
        return disk.size(fd)
    finally:
        disk.close(fd)


def add(disk: Disk, folder: Path, pieces: Iterable[tuple[dict[str, Any], bytes]]) -> None:
    """Keep pieces, each with what is said of it. One that is there already, whole and said alike, is not written again.

    The file is read once and written once, however many there are. Errors: OSError.
    """
    known = {_entry(*each) for each in _entries(_content(disk, folder))}
    new = dict.fromkeys(entry for each in pieces if (entry := _entry(*each)) not in known)
    if new:
        _append(disk, folder, b"".join(new))


def _entry(header: dict[str, Any], rest: bytes) -> bytes:
    """Return a piece as it stands in the file."""
    return json.dumps(header).encode() + b"\n" + rest + b"\n"


def _append(disk: Disk, folder: Path, data: bytes) -> None:
    """Write entries to the end of the file and pin them. Errors: OSError."""
    path = folder / FILE
    is_new = not disk.exists(path)
    fd = disk.open(path, write=True, create=True)
    try:
        end = disk.size(fd)
        if end and disk.read(fd, end - 1, 1) != b"\n":  # a crash tore the entry before
            data = b"\n" + data
        if disk.write(fd, data, end) != len(data):
            raise OSError(ENOSPC, "No space left on device")
        disk.fsync(fd)
    finally:
        disk.close(fd)
    if is_new:
        disk.fsync_dir(folder)


def add_tail(disk: Disk, segment: Segment, rest: bytes) -> Ending:
    """Keep what is cut from a torn tail, or that whole lines are missing there; return what it means. Errors: OSError.

    Only the end of the file is looked at: a tail that is there already was written last, by whoever did not come to cut it.
    """
    folder, file = segment.path.parent, segment.path.name
    torn = Rest(file, segment.end, len(rest)) if rest else None
    told = Ending(segment.last.seq, torn, said.read(disk, folder))
    header: dict[str, Any] = {"file": file, "offset": segment.end, "bytes": len(rest)}
    if told.missing:
        header |= {"after": told.last, "said": told.said}
    entry = _entry(header, rest)
    if not _ends_with(disk, folder, entry):
        _append(disk, folder, entry)
    return told


def _ends_with(disk: Disk, folder: Path, entry: bytes) -> bool:
    """Say whether an entry is the last one of the file."""
    path = folder / FILE
    if not disk.exists(path):
        return False
    fd = disk.open(path)
    try:
        size, wanted = disk.size(fd), b"\n" + entry
        found = disk.read(fd, max(size - len(wanted), 0), len(wanted))
    finally:
        disk.close(fd)
    return found in (entry, wanted)


def headers(disk: Disk, folder: Path) -> list[dict[str, Any]]:
    """Return what is said of the pieces that are there whole."""
    return [header for header, _ in _entries(_content(disk, folder))]


def ends(disk: Disk, folder: Path) -> tuple[tuple[int, int], ...]:
    """Return the records, first and last, that had been said to be recorded where the end of a file was put aside."""
    told = [header for header in headers(disk, folder) if "said" in header]
    return tuple(
        (each["after"] + 1, each["said"]) for each in told if type(each.get("after")) is type(each["said"]) is int
    )


def blank(disk: Disk, folder: Path, is_gone: Callable[[bytes], bool]) -> None:
    """Write spaces over the lines that are to go; every other byte stays where it is. Only with the lock.

    Errors: OSError.
    """
    data = _content(disk, folder)
    lines = data.split(b"\n")
    new = [b" " * len(each) if _is_piece(each) and is_gone(each) else each for each in lines]
    if new != lines:
        put(disk, folder / FILE, b"\n".join(new))


def unclear(disk: Disk, folder: Path) -> int:
    """Return how many bytes there are that are no record, so that nobody can tell of whom they are. Errors: OSError."""
    return sum(len(each) for each in _content(disk, folder).split(b"\n") if _is_piece(each) and not _is_record(each))


def _is_piece(text: bytes) -> bool:
    """Say whether a line of the file is what was cut out, and not blank."""
    return bool(text.strip()) and not _HEADER.fullmatch(text + b"\n")


def _is_record(text: bytes) -> bool:
    """Say whether a line is a whole record."""
    try:
        return line.read(text) is not None
    except NewerSchema:
        return False


def _content(disk: Disk, folder: Path) -> bytes:
    """Return the whole file, nothing where nothing was ever cut out."""
    path = folder / FILE
    return content(disk, path) if disk.exists(path) else b""


def _entries(data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Go through the pieces that are there whole."""
    for found in _HEADER.finditer(data):
        try:
            header = json.loads(found[1])
            end = found.end() + int(header["bytes"])
        except (ValueError, KeyError, TypeError):
            continue
        if data[end : end + 1] == b"\n":
            yield header, data[found.end() : end]
