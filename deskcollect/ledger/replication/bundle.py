"""A bundle: the lines of one desk's chain in a file, for another desk that no network reaches.

The first line is a JSON object that says whose lines follow and between which numbers; then the lines themselves, as
they stand in the ledger, of every table, so that each proves itself and is tied to the one before. Whoever reads a
bundle trusts nothing of it: it went by stick or mail.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, NoReturn

from deskcollect import aside
from deskcollect.errors import BadData, BadUse, Damaged, NewerSchema
from deskcollect.ledger import line
from deskcollect.ledger.document import DOCUMENT_BYTES, TEXT_LENGTH
from deskcollect.ledger.files.disk import FILE_MODE
from deskcollect.ledger.line import Link
from deskcollect.ledger.replication.adoptions import Adoption, adoptions, owner
from deskcollect.ledger.replication.origins import is_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.store import Ledger

FORM = 1
SUFFIX = ".ledger"
_LONGEST = DOCUMENT_BYTES + 1_024
_LONGEST_FIRST = 4 * 1024 * 1024  # the first line names every gap and every id that the desk had
_NUMBER = re.compile(rb'^\{"s":(\d{1,18}),', re.MULTILINE)
_HASH = re.compile(r"[0-9a-f]{64}")
_AGAIN = "Ask for the file again: it may have been cut off or altered on its way."


@dataclass(frozen=True, slots=True)
class Header:
    """What a bundle says of itself: lines above number `after` of a desk's chain, which ends with `seq` and `hash`.

    `adopted` are all the ids that the desk took, so that it is known whose each line is. `gaps` are pairs of numbers
    between which the sender itself has no lines any more.
    """

    desk: str
    name: str
    after: int
    seq: int
    hash: str
    lines: int
    made_at: str
    adopted: tuple[Adoption, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()

    def owner(self, seq: int) -> str:
        """Return the id of the desk that a line belongs to."""
        return owner(self.adopted[0].was if self.adopted else self.desk, seq, self.adopted)

    @property
    def ids(self) -> frozenset[str]:
        """Return every id that the desk has or had."""
        return frozenset({self.desk, *(each.was for each in self.adopted)})

    def text(self) -> str:
        """Return the first line of the file."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        told["adopted"] = [[each.was, each.now, each.after] for each in self.adopted]
        told["gaps"] = [list(gap) for gap in self.gaps]
        return json.dumps({"bundle": FORM} | {key: value for key, value in told.items() if value not in ([], ())})


_FIELDS: dict[str, type] = {
    "desk": str,
    "name": str,
    "after": int,
    "seq": int,
    "hash": str,
    "lines": int,
    "made_at": str,
}


# --- writing ---------------------------------------------------------------------------------------------------------


def write(ledger: Ledger, path: Path, *, after: int, name: str, made_at: datetime) -> Header:
    """Write the lines above a number to a file that only its owner can read; return what it says of itself.

    A batch goes whole: where `after` lies within one, the bundle begins with the batch.

    Errors: BadUse where there is no such number, Damaged, OSError when the file cannot be written.
    """
    header = headed(ledger, after=after, name=name, made_at=made_at)
    with aside.descriptor(path, mode=FILE_MODE) as fd, os.fdopen(fd, "wb", closefd=False) as file:
        put(ledger, header, file)
    return header


def headed(ledger: Ledger, *, after: int, name: str, made_at: datetime) -> Header:
    """Return what a bundle of the lines above a number says of itself. Errors: BadUse, Damaged."""
    lines = ledger.backend.lines
    lines.refresh()
    damage = lines.damage()
    if damage:
        raise Damaged(
            f"The ledger is damaged, so it is not passed on. {damage[0].sentence()}",
            "Mend it:  deskcollect ledger repair",
        )
    last, adopted = lines.last, adoptions(lines)
    if not 0 <= after <= last.seq:
        raise BadUse(f"This ledger has no entry {after:,}; it ends with {last.seq:,}.", "Give a smaller number.")
    following = lines.at(after + 1)
    after -= following.number - 1 if following else 0
    count, gaps = _counted(lines, after, last.seq)
    desk = owner(ledger.desk_id, last.seq + 1, adopted)
    return Header(desk, name[:TEXT_LENGTH], after, last.seq, last.hash, count, made_at.isoformat(), adopted, gaps)


def put(ledger: Ledger, header: Header, file: IO[bytes]) -> None:
    """Write a bundle to an open file. Errors: OSError."""
    file.write(header.text().encode() + b"\n")
    for data in _data(ledger.backend.lines, header.after, header.seq):
        file.write(data)


def _data(lines: Lines, after: int, until: int) -> Iterator[bytes]:
    """Go through the bytes of lines above `after` and up to `until`; another program may be writing more."""
    for stretch in lines.stretches(after):
        data = stretch.data if stretch.data.endswith(b"\n") else stretch.data + b"\n"
        if stretch.last <= until:
            yield data
            continue
        later = next((each.start() for each in _NUMBER.finditer(data) if int(each[1]) > until), len(data))
        yield data[:later]
        return


def _counted(lines: Lines, after: int, until: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Return how many lines there are, and where numbers are missing."""
    count, before, gaps = 0, after, list[tuple[int, int]]()
    for data in _data(lines, after, until):
        for found in _NUMBER.finditer(data):
            seq = int(found[1])
            if seq != before + 1:
                gaps.append((before, seq))
            count, before = count + 1, seq
    return count, tuple(gaps)


# --- reading ---------------------------------------------------------------------------------------------------------


class Bundle:
    """A bundle that is open for reading. Its lines can be gone through more than once."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self.name = name
        self.header = self._header()
        self._start = file.tell()

    def _header(self) -> Header:
        """Read the first line. Errors: BadData, NewerSchema."""
        try:
            told = json.loads(self._file.readline(_LONGEST_FIRST))
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or type(told.get("bundle")) is not int:
            raise BadData(
                f"{self.name} is no bundle of a ledger.",
                "Give a file that  deskcollect ledger export FILE.ledger  wrote at another desk.",
            )
        if told["bundle"] != FORM:
            raise NewerSchema(
                f"{self.name} is a bundle of form {told['bundle']}; this version reads form {FORM}.",
                "Install the newest deskcollect at both desks and export again.",
            )
        header = _understood(told)
        if header is None:
            self.refuse(1, "what it says of itself cannot be read")
        return header

    def records(self) -> Iterator[tuple[int, Record]]:
        """Go through the lines, each with its number in the file.

        Errors: BadData that names the first line which does not prove itself, is not tied to the one before, stands in a
        batch that is not whole, or is not there; NewerSchema.
        """
        self._file.seek(self._start)
        header, last = self.header, Link(self.header.after, "")
        part, gaps = (0, 0), frozenset(header.gaps)
        number = 1
        for number in range(2, header.lines + 2):
            record = self._record(number)
            if record.seq == last.seq + 1:
                if record.prev != (last.hash or (line.START.hash if record.seq == 1 else record.prev)):
                    self.refuse(number, "it is not tied to the line before it, which was altered or taken out")
            elif (last.seq, record.seq) not in gaps:
                self.refuse(number, f"it is entry {record.seq:,} where {last.seq + 1:,} should stand")
            if (record.number, record.count) != (part[0] + 1, part[1] if part[0] else record.count):
                self.refuse(number, "the entries that were recorded together with it are not all there")
            part = (record.number, record.count) if record.number < record.count else (0, 0)
            last = record.link
            yield number, record
        if part != (0, 0):
            self.refuse(number, "the entries that were recorded together with it are not all there")
        if header.lines and last != Link(header.seq, header.hash):
            self.refuse(number, "the file ends with another entry than its first line says")
        if self._file.read(1):
            self.refuse(number + 1, "more follows than the first line speaks of")

    def _record(self, number: int) -> Record:
        """Read one line."""
        data = self._file.readline(_LONGEST)
        if not data.endswith(b"\n"):
            self.refuse(
                number, "it is too long for an entry" if len(data) == _LONGEST else "the file ends here, cut off"
            )
        try:
            record = line.read(data[:-1])
        except NewerSchema as error:
            raise NewerSchema(
                f"{self.name}, line {number:,}: the entry is in a form that this version does not know. "
                "Nothing was taken in.",
                "Install the newest deskcollect.",
            ) from error
        if record is None:
            self.refuse(number, "it does not prove itself, so it was altered or cut off")
        return record

    def refuse(self, number: int, what: str, remedy: str = _AGAIN) -> NoReturn:
        """Refuse the file because of one line."""
        raise BadData(f"{self.name}, line {number:,}: {what}. Nothing was taken in.", remedy)


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Open a bundle.

    Errors: BadData, NewerSchema, OSError.
    """
    with path.open("rb") as file:
        yield Bundle(file, path.name)


def _understood(told: dict[str, Any]) -> Header | None:
    """Return what the first line says, None where it says nothing that can be."""
    if any(type(told.get(name)) is not kind for name, kind in _FIELDS.items()):
        return None
    try:
        adopted = tuple(Adoption(was, now, after) for was, now, after in told.get("adopted", ()))
        gaps = tuple((before, behind) for before, behind in told.get("gaps", ()))
    except (TypeError, ValueError):
        return None
    header = Header(**{name: told[name] for name in _FIELDS}, adopted=adopted, gaps=gaps)
    numbers = (
        header.after,
        header.seq,
        header.lines,
        *(each.after for each in adopted),
        *(n for gap in gaps for n in gap),
    )
    right = (
        all(type(number) is int and 0 <= number < 10**18 for number in numbers)
        and header.lines <= header.seq - header.after
        and (header.lines > 0 or header.seq == header.after)
        and _HASH.fullmatch(header.hash) is not None
        and all(isinstance(each.was, str) and is_desk(each.now) for each in adopted)
        and is_desk(header.desk)
        and len(header.name) <= TEXT_LENGTH
        and header.owner(header.seq + 1) == header.desk
    )
    return header if right else None
