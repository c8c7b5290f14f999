r"""One record is one line: `{"s":seq,"p":previous hash,"t":table,"b":[i,n],"d":document}\t<sha256 of the JSON>\n`.

The own hash makes a record prove itself, so that damage stays local; `p` ties it to the record before it; `b` says
that it is the i-th of a batch of n, which counts only when it is whole. JSON escapes tabs and line ends, so neither
byte can stand inside a record.

A line whose content was erased keeps its place on the chain: `{"s":..,"p":..,"t":"erased","b":[..],"h":original hash,
"d":{"event_id":..}}`, filled up to the length it had. The next record is tied to `h`; the line proves itself by the hash
at its end, as any other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from deskcollect.errors import NewerSchema
from deskcollect.ledger.tables import ERASED

if TYPE_CHECKING:
    from collections.abc import Mapping

HASH_LENGTH = 64
TAIL_LENGTH = HASH_LENGTH + 2
_HEADER = re.compile(
    rb'\{"s":([1-9]\d{0,17}),"p":"([0-9a-f]{64})","t":"([a-z_][a-z0-9_]*)","b":\[([1-9]\d*),([1-9]\d*)\],'
    rb'(?:"h":"([0-9a-f]{64})",)?"d":(?=\{)'
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
_SEAL = re.compile(rb"\t[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a chain: number and hash of its last record."""

    seq: int
    hash: str


START = Link(0, "0" * HASH_LENGTH)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole lines of consecutive records, ending with number `last`."""

    last: int
    data: bytes


@dataclass(
    slots=True
)  # never changed; not frozen, since a million of them are made at a time and that takes five times as long
class Record:
    """One line taken apart. `body` is the JSON of the document as it stands in the file.

    `hash` is what the next record is tied to: of an erased record the hash that it had with its content.
    """

    seq: int
    prev: str
    hash: str
    table: str
    number: int
    count: int
    body: bytes

    @property
    def link(self) -> Link:
        """Return what the next record ties itself to."""
        return Link(self.seq, self.hash)

    def document(self) -> dict[str, Any]:
        """Return the document."""
        document: dict[str, Any] = json.loads(self.body)
        return document


def canonical(document: Mapping[str, Any]) -> str:
    """Return a document as JSON of one form: sorted keys, no spaces.

    Errors: TypeError or ValueError where it holds what JSON does not.
    """
    return _ENCODER.encode(document)


def text(seq: int, prev: str, table: str, part: tuple[int, int], document: str) -> str:
    """Return the JSON of one record around a canonical document; `part` says the i-th of a batch of n."""
    return f'{{"s":{seq},"p":"{prev}","t":"{table}","b":[{part[0]},{part[1]}],"d":{document}}}'


def encode(after: Link, table: str, documents: list[str]) -> tuple[bytes, list[Link]]:
    """Return the lines of one batch of canonical documents, and the link that each of them makes."""
    lines: list[bytes] = []
    links: list[Link] = []
    for number, document in enumerate(documents, 1):
        seq = after.seq + 1
        raw = text(seq, after.hash, table, (number, len(documents)), document).encode()
        after = Link(seq, sha256(raw).hexdigest())
        lines.append(b"%b\t%b\n" % (raw, after.hash.encode()))
        links.append(after)
    return b"".join(lines), links


def read(line: bytes) -> Record | None:
    """Return the record of a line without its line end, or None if the line does not prove itself.

    Errors: NewerSchema when the hash is right and the form is not one that this version knows.
    """
    cut = len(line) - HASH_LENGTH - 1
    if cut < 2 or line[cut] != 9:
        return None
    raw = line[:cut]
    digest = sha256(raw).hexdigest()
    if digest.encode() != line[cut + 1 :]:
        return None
    header = _HEADER.match(raw)
    if header is None:
        raise NewerSchema(
            "The ledger holds a record in a form that this version does not know.", "Install a newer deskcollect."
        )
    seq, prev, table, number, count, original = header.groups()
    if (original is not None) != (table == ERASED.encode()):
        raise NewerSchema(
            "The ledger holds a record in a form that this version does not know.", "Install a newer deskcollect."
        )
    link = digest if original is None else original.decode()
    body = raw[header.end() : -1]
    return Record(int(seq), prev.decode(), link, table.decode(), int(number), int(count), body)


def erase(line: bytes) -> bytes:
    """Return a line without its line end, of the same length and with nothing of its content but the id of the event.

    What fills it up are spaces, which JSON allows around a value. A line that is erased already stays as it is.

    Errors: ValueError where the line proves nothing, or is too short to be told apart from another.
    """
    record = read(line)
    if record is None:
        message = "the line does not prove itself"
        raise ValueError(message)
    if record.table == ERASED:
        return line
    left = canonical({name: value for name, value in record.document().items() if name == "event_id"})
    part = f'"b":[{record.number},{record.count}],"h":"{record.hash}"'
    start = f'{{"s":{record.seq},"p":"{record.prev}","t":"{ERASED}",{part},"d":{left}'.encode()
    room = len(line) - HASH_LENGTH - 1 - len(start) - 1
    if room < 0:
        message = "the line has no room for what must be kept"
        raise ValueError(message)
    raw = start + b" " * room + b"}"
    return b"%b\t%b" % (raw, sha256(raw).hexdigest().encode())


def read_start(line: bytes) -> tuple[Record, int] | None:
    """Return the good record that a longer line begins with, and its length: its own line end was damaged."""
    for seal in _SEAL.finditer(line):
        if seal.end() < len(line):
            record = read(line[: seal.end()])
            if record is not None:
                return record, seal.end()
    return None
