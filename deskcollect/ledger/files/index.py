"""Where the records of a segment stand and which of them may hold a value. Candidates only: whoever asks, compares."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from sys import byteorder
from typing import TYPE_CHECKING

from deskcollect.ledger.fields import EVENT_ID, FIELDS, TABLE, values
from deskcollect.ledger.line import Link
from deskcollect.ledger.report import Break

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.ledger.line import Record

_MAGIC = b"DESKIDX2"
_ORDINAL_BITS = 24
_ORDINALS = (1 << _ORDINAL_BITS) - 1
_DIGEST = 32


class OpenIndex:
    """The index of a segment that is being written, or that has damage: in memory."""

    def __init__(self) -> None:
        self.offsets: array[int] = array("Q")
        self.lengths: array[int] = array("I")
        self.seqs: array[int] = array("Q")
        self.id_range = ("", "")
        self._found: dict[str, dict[str, array[int]]] = {field: {} for field in (TABLE, *FIELDS)}

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables, sorted."""
        return tuple(sorted(self._found[TABLE]))

    def add(self, record: Record, offset: int, length: int) -> None:
        """Note a record at its place; `length` is without the line end."""
        ordinal = len(self.offsets)
        self.offsets.append(offset)
        self.lengths.append(length)
        self.seqs.append(record.seq)
        for field, value in values(record):
            self._found[field].setdefault(value, array("I")).append(ordinal)
            if field == EVENT_ID:
                low, high = self.id_range
                self.id_range = (min(low or value, value), max(high, value))

    def span(self, ordinal: int) -> tuple[int, int]:
        """Return offset and length of a record, without its line end."""
        return self.offsets[ordinal], self.lengths[ordinal]

    def ordinal(self, seq: int) -> int:
        """Return the position of the first record numbered `seq` or higher."""
        return bisect_left(self.seqs, seq)

    def number(self, ordinal: int) -> int:
        """Return the number of the record at a position."""
        return self.seqs[ordinal]

    def find(self, field: str, value: str) -> Sequence[int]:
        """Return the positions of records that may hold a value, in order."""
        return self._found[field].get(value, ())

    def keys(self, field: str) -> array[int]:
        """Return hash and position of every value of a field, sorted."""
        pairs = ((_key(value), ordinals) for value, ordinals in self._found[field].items())
        return array("Q", sorted(key << _ORDINAL_BITS | ordinal for key, ordinals in pairs for ordinal in ordinals))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sidecar says about its segment: length, chain at both ends, and the hash of all of its bytes.

    Event ids begin with their time, so most segments can be passed over by their lowest and highest id. `holes` are
    those that a repair declared: position and offset of the record behind each.
    """

    size: int
    before: Link
    last: Link
    digest: str
    id_range: tuple[str, str]
    holes: tuple[tuple[int, int, Break], ...] = ()


class Sidecar:
    """The index of a sealed segment: a file beside it, a cache that is made again when it is absent or wrong."""

    def __init__(
        self, sealed: Sealed, tables: tuple[str, ...], offsets: memoryview, keys: dict[str, memoryview]
    ) -> None:
        self.sealed = sealed
        self.id_range = sealed.id_range
        self.tables = tables
        self._offsets = offsets
        self._keys = keys
        self._runs = [(sealed.before.seq + 1, 0), *((hole.seq, ordinal) for ordinal, _, hole in sealed.holes)]

    def __len__(self) -> int:
        return len(self._offsets)

    def span(self, ordinal: int) -> tuple[int, int]:
        """Return offset and length of a record, without its line end."""
        start: int = self._offsets[ordinal]
        end: int = self._offsets[ordinal + 1] if ordinal + 1 < len(self._offsets) else self.sealed.size
        return start, end - start - 1

    def ordinal(self, seq: int) -> int:
        """Return the position of the first record numbered `seq` or higher."""
        run = bisect_right(self._runs, (seq, len(self._offsets))) - 1
        if run < 0:
            return 0
        start, ordinal = self._runs[run]
        end = self._runs[run + 1][1] if run + 1 < len(self._runs) else len(self._offsets)
        return min(ordinal + seq - start, end)

    def number(self, ordinal: int) -> int:
        """Return the number of the record at a position."""
        start, first = next(run for run in reversed(self._runs) if run[1] <= ordinal)
        return start + ordinal - first

    def find(self, field: str, value: str) -> Sequence[int]:
        """Return the positions of records that may hold a value, in order."""
        if field == EVENT_ID and not self.id_range[0] <= value <= self.id_range[1]:
            return ()
        keys, key = self._keys[field], _key(value) << _ORDINAL_BITS
        first = bisect_left(keys, key)
        found: list[int] = []
        while first < len(keys) and keys[first] & ~_ORDINALS == key:
            found.append(keys[first] & _ORDINALS)
            first += 1
        return found


@lru_cache(maxsize=256)  # one value is asked of every segment
def _key(value: str) -> int:
    """Return 40 bits of hash for a value."""
    return int.from_bytes(blake2b(value.encode(), digest_size=5).digest(), "big")


def pack(index: OpenIndex, sealed: Sealed) -> bytes:
    """Return the sidecar of a segment as bytes. The same segment always gives the same bytes."""
    keys = {field: index.keys(field) for field in (TABLE, *FIELDS)}
    header = {
        "before": [sealed.before.seq, sealed.before.hash],
        "byteorder": byteorder,
        "count": len(index),
        "digest": sealed.digest,
        "holes": [[n, at, hole.after.seq, hole.after.hash, hole.seq, hole.prev] for n, at, hole in sealed.holes],
        "ids": sealed.id_range,
        "keys": {field: len(found) for field, found in keys.items()},
        "last": [sealed.last.seq, sealed.last.hash],
        "size": sealed.size,
        "tables": index.tables,
    }
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    parts = [_MAGIC, len(text).to_bytes(8, "big"), text]
    parts += [found.tobytes() for found in keys.values()]
    parts.append(index.offsets.tobytes())
    whole = b"".join(parts)
    return whole + sha256(whole).digest()


def unpack(data: bytes) -> Sidecar | None:
    """Return a sidecar, or None if the bytes are not a whole one of this machine."""
    body = memoryview(data)[:-_DIGEST]
    if not data.startswith(_MAGIC) or sha256(body).digest() != data[-_DIGEST:]:
        return None
    at = 16 + int.from_bytes(data[8:16], "big")
    header = json.loads(data[16:at])
    if header["byteorder"] != byteorder:
        return None
    keys: dict[str, memoryview] = {}
    for field in (TABLE, *FIELDS):
        end = at + 8 * header["keys"][field]
        keys[field] = body[at:end].cast("Q")
        at = end
    before, last, low_high = Link(*header["before"]), Link(*header["last"]), tuple(header["ids"])
    holes = tuple((n, at, Break(Link(seq, digest), *behind)) for n, at, seq, digest, *behind in header["holes"])
    sealed = Sealed(header["size"], before, last, header["digest"], low_high, holes)
    return Sidecar(sealed, tuple(header["tables"]), body[at : at + 8 * header["count"]].cast("Q"), keys)
