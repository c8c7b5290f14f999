"""A copy of the ledger in one file: a plain tar of the segments, cut at one head, with a manifest that proves each.

    ledger/00000001.jsonl ...   the segments
    ledger/quarantine.bin       what was cut out of them
    manifest.json               desk, head, count of records, and size and sha256 of every other member

A copy is taken while others record: readers never lock, and the head is fixed when it begins. What is read comes from
anywhere, so members are found by our own walk over the headers: regular files of these names, nothing else.
"""

from __future__ import annotations

import json
import os
import re
import tarfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from deskcollect import aside
from deskcollect.clock import read_instant
from deskcollect.errors import BadData, Damaged, LedgerError
from deskcollect.ledger.files import check, quarantine
from deskcollect.ledger.files.disk import FILE_MODE, Disk
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from deskcollect.ledger.files.files import Files

FORMAT = 1
FOLDER = Path("ledger")
_MANIFEST = "manifest.json"
_MEMBER = re.compile(r"ledger/(?:\d{8}\.jsonl|quarantine\.bin)")
_MANIFEST_BYTES = 32 * 1024 * 1024
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    desk: str
    name: str
    head: Head
    records: int
    made_at: datetime
    version: str
    members: tuple[Member, ...]


class Within(Disk):
    """The members of a backup as files that can be read, and nothing else."""

    def __init__(self, fd: int, ranges: dict[str, tuple[int, int]]) -> None:
        self._fd = fd
        self._ranges = ranges
        self._names = list(ranges)

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder, sorted."""
        paths = map(Path, self._names)
        return sorted(path.name for path in paths if path.parent == folder)

    def exists(self, path: Path) -> bool:
        """Say whether a member is there."""
        return path.as_posix() in self._ranges

    def open(self, path: Path, *, write: bool = False, create: bool = False) -> int:
        """Return the number of a member. Errors: OSError."""
        if write or create:
            raise PermissionError(path)
        if not self.exists(path):
            raise FileNotFoundError(path)
        return self._names.index(path.as_posix())

    def create(self, path: Path, mode: int) -> int:
        """Refuse. Errors: OSError."""
        del mode
        raise PermissionError(path)

    def close(self, fd: int) -> None:
        """Do nothing: there is one descriptor, and it is the caller's."""

    def is_at(self, fd: int, path: Path) -> bool:
        """Say that nothing was put in its place."""
        return self._names[fd] == path.as_posix()

    def size(self, fd: int) -> int:
        """Return the length of a member."""
        return self._ranges[self._names[fd]][1]

    def read(self, fd: int, offset: int, length: int) -> bytes:
        """Read from a member."""
        start, size = self._ranges[self._names[fd]]
        return super().read(self._fd, start + offset, max(min(length, size - offset), 0))


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was checked whole, open for reading."""

    manifest: Manifest
    disk: Within

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Go through the bytes of a member."""
        fd = self.disk.open(Path(member.name))
        for start in range(0, member.bytes, _CHUNK):
            yield self.disk.read(fd, start, _CHUNK)


# --- writing -----------------------------------------------------------------------------------------------------------


def write(files: Files, target: Path, *, desk: str, called: str, at: datetime, version: str) -> Manifest:
    """Write a backup up to the head as it is now, and check it whole before it takes its name.

    Errors: Damaged when the ledger is; LedgerError when it cannot be read or the file not be written.
    """
    chain = files.lines
    chain.refresh()
    with chain.mutex:
        parts = [(segment.path.name, segment.end) for segment in chain.segments]
        head, damage = Head(desk, chain.last.seq, chain.last.hash), chain.damage()
        records = chain.record_count
    if damage:
        raise _damaged(damage[0].sentence())
    kept = quarantine.size(files.disk, files.folder)
    parts += [(quarantine.FILE, kept)] if kept else []
    try:
        with aside.descriptor(target, mode=FILE_MODE) as fd:
            with os.fdopen(fd, "wb", closefd=False) as stream:
                members = _fill(stream, files, parts, at)
                made = Manifest(desk, called, head, records, at, version, members)
                _add(stream, _MANIFEST, BytesIO(_written(made)), len(_written(made)), at)
                stream.write(bytes(2 * tarfile.BLOCKSIZE))
            _check_written(fd)
    except OSError as error:
        raise LedgerError(
            f"The backup could not be written: {error.strerror or error}. The ledger is as it was.",
            "Check the disk and the folder, and give another file if it stays so.",
        ) from error
    return made


def _check_written(fd: int) -> None:
    """Read a backup again. Errors: Damaged when its ledger was damaged, or changed by a repair while it was read."""
    try:
        checked(fd, "The new backup")
    except BadData as error:
        raise _damaged(error.message) from error


def _damaged(why: str) -> Damaged:
    """Return what to say where a backup would hold damage."""
    return Damaged(
        f"Nothing was backed up: the ledger is damaged. {why}",
        "Say  deskcollect ledger verify , then  deskcollect ledger repair , and back up again.",
    )


def _fill(stream: IO[bytes], files: Files, parts: list[tuple[str, int]], at: datetime) -> tuple[Member, ...]:
    """Write the files into a tar; return what the manifest says of them."""
    found: list[Member] = []
    for called, size in parts:
        fd = files.disk.open(files.folder / called)
        try:
            source = _Source(files.disk, fd)
            _add(stream, f"{FOLDER}/{called}", source, size, at)
        finally:
            files.disk.close(fd)
        found.append(Member(f"{FOLDER}/{called}", size, source.digest.hexdigest()))
    return tuple(found)


class _Source:
    """Reads a file through the ledger's disk and hashes what was read."""

    def __init__(self, disk: Disk, fd: int) -> None:
        self._disk = disk
        self._fd = fd
        self._at = 0
        self.digest = sha256()

    def read(self, length: int) -> bytes:
        """Return the next bytes."""
        data = self._disk.read(self._fd, self._at, length)
        self._at += len(data)
        self.digest.update(data)
        return data


def _add(stream: IO[bytes], called: str, source: _Source | BytesIO, size: int, at: datetime) -> None:
    """Write one member of a tar. Errors: OSError, also when the file is shorter than it was."""
    told = tarfile.TarInfo(called)
    told.size, told.mode, told.mtime = size, FILE_MODE, int(at.timestamp())
    stream.write(told.tobuf(tarfile.USTAR_FORMAT))
    left = size
    while left:
        data = source.read(min(left, _CHUNK))
        if not data:
            raise OSError(f"{called} became shorter while it was read")
        stream.write(data)
        left -= len(data)
    stream.write(bytes(-size % tarfile.BLOCKSIZE))


def _written(made: Manifest) -> bytes:
    """Return a manifest as it stands in a backup."""
    told = {
        "format": FORMAT,
        "desk": made.desk,
        "name": made.name,
        "seq": made.head.seq,
        "hash": made.head.hash,
        "records": made.records,
        "made_at": made.made_at.isoformat(),
        "version": made.version,
        "files": [asdict(member) for member in made.members],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


# --- reading -----------------------------------------------------------------------------------------------------------


def checked(fd: int, called: str) -> Backup:
    """Return a backup after every byte and every record of it was checked. `called` names it in messages.

    Errors: BadData; OSError.
    """
    ranges = _ranges(fd, called)
    disk = Within(fd, ranges)
    if _MANIFEST not in ranges:
        raise _bad(called, "it has no manifest, so it may be cut off")
    made = _read(disk, called)
    if {member.name for member in made.members} != {each for each in ranges if each != _MANIFEST}:
        raise _bad(called, "its files are not those of its manifest")
    backup = Backup(made, disk)
    for member in made.members:
        digest = sha256()
        for chunk in backup.chunks(member):
            digest.update(chunk)
        if ranges[member.name][1] != member.bytes or digest.hexdigest() != member.sha256:
            raise _bad(called, f"{member.name} is not what it was")
    report = check.whole(disk, FOLDER, made.desk)
    if report.damage:
        raise _bad(called, report.damage[0].sentence().rstrip("."))
    if report.head != made.head:
        raise _bad(called, f"it ends at {report.head.stamp} and not at {made.head.stamp}")
    if report.records != made.records:
        raise _bad(called, f"it holds {report.records:,} records and its manifest says {made.records:,}")
    return backup


def _bad(called: str, why: str) -> BadData:
    """Return what to say of a file that is no whole backup."""
    return BadData(
        f"{called} is no whole backup of a ledger: {why}.", "Nothing was changed; take another backup if you have one."
    )


def _ranges(fd: int, called: str) -> dict[str, tuple[int, int]]:
    """Return where each member stands, and its length."""
    disk, size = Disk(), os.fstat(fd).st_size
    found: dict[str, tuple[int, int]] = {}
    at = 0
    while True:
        block = disk.read(fd, at, tarfile.BLOCKSIZE)
        if block == bytes(tarfile.BLOCKSIZE):
            return found
        if len(block) < tarfile.BLOCKSIZE and (found or not block):
            raise _bad(called, "it is cut off" if found else "it is empty")
        try:
            told = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise _bad(called, "it is cut off, altered, or another kind of file") from error
        at += tarfile.BLOCKSIZE
        if told.type != tarfile.REGTYPE or not (told.name == _MANIFEST or _MEMBER.fullmatch(told.name)):
            raise _bad(called, "it holds something that no backup holds")
        if told.name in found:
            raise _bad(called, f"{told.name} is there twice")
        if told.size < 0 or at + told.size > size:
            raise _bad(called, f"it is cut off within {told.name}")
        found[told.name] = (at, told.size)
        at += told.size + -told.size % tarfile.BLOCKSIZE


def _read(disk: Within, called: str) -> Manifest:
    """Return the manifest of a backup."""
    fd = disk.open(Path(_MANIFEST))
    if disk.size(fd) > _MANIFEST_BYTES:
        raise _bad(called, "its manifest is too long")
    try:
        told: dict[str, Any] = json.loads(disk.read(fd, 0, disk.size(fd)))
        newer = told["format"] > FORMAT
        made = _manifest(told) if not newer else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _bad(called, "its manifest cannot be read") from error
    if made is None:
        raise BadData(f"{called} was made by a newer version.", "Install a newer deskcollect.")
    return made


def _manifest(told: dict[str, Any]) -> Manifest:
    """Return a manifest from its JSON. Errors: ValueError, KeyError, TypeError."""
    texts = {key: told[key] for key in ("desk", "name", "hash", "version")}
    numbers = {key: told[key] for key in ("seq", "records")}
    members = tuple(Member(str(each["name"]), int(each["bytes"]), str(each["sha256"])) for each in told["files"])
    made_at = read_instant(told["made_at"])
    sound = all(isinstance(text, str) for text in texts.values()) and all(type(n) is int for n in numbers.values())
    if not sound or made_at is None:
        raise ValueError
    head = Head(texts["desk"], numbers["seq"], texts["hash"])
    return Manifest(texts["desk"], texts["name"], head, numbers["records"], made_at, texts["version"], members)
