"""What the ledger says about its own state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.records import Head

if TYPE_CHECKING:
    from deskcollect.ledger.line import Link
    from deskcollect.ledger.replication.origins import Unproved


@dataclass(frozen=True, slots=True)
class Break:
    """Two records that stand side by side and are not tied: the last before a hole, and number and tie of the next."""

    after: Link
    seq: int
    prev: str

    @property
    def missing(self) -> int:
        """Return how many records stood between them. None are missing where one of the two was altered."""
        return self.seq - self.after.seq - 1


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file that does not prove itself. `seq` is the record that is or should be there.

    Where nothing is wrong but that two good records are not tied, `hole` says which. On a server `file` names it, and there
    is no `offset`. `emptied` says that the record is whole but for its content, so that a repair finds nothing to mend.
    """

    seq: int
    file: str
    offset: int | None
    what: str
    hole: Break | None = None
    emptied: bool = False

    def sentence(self) -> str:
        """Say where it is and what is wrong."""
        if self.offset is None:
            return f"Record {self.seq:,} on the {self.file}: {self.what}."
        return f"Record {self.seq:,} in {self.file}, byte {self.offset:,}: {self.what}."


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole that a repair declared: where, how many bytes went to the quarantine, by whom and when."""

    file: str
    hole: Break
    bytes: int
    by: str = ""
    repaired_at: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Bytes at the end of a file that are no whole record."""

    file: str
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a ledger ends: its last record, what stands behind that, and the last one this desk said to be recorded."""

    last: int
    rest: Rest | None = None
    said: int = 0

    @property
    def missing(self) -> int:
        """Return how many records are missing at the end that were said to be recorded."""
        return max(self.said - self.last, 0)

    @property
    def missing_words(self) -> str:
        """Say which records are missing at the end, nothing where none are."""
        return lost(self.last + 1, self.said) if self.missing else ""

    def sentences(self, *, put_aside: bool = False) -> tuple[str, ...]:
        """Say what does not count and what is missing; nothing where all is well. `put_aside`: it was just cut off."""
        told: list[str] = []
        if self.rest is not None:
            count = f"{self.rest.bytes:,} byte{'' if self.rest.bytes == 1 else 's'}"
            place = f"at the end of {self.rest.file} (from byte {self.rest.offset:,} on)"
            verb = "were put into quarantine.bin" if put_aside else "do not count"
            why = "." if self.missing else ", as a write that was cut short leaves them."
            told.append(f"{count} {place} {verb}: they are no whole record{why}")
        if self.missing:
            told.append(
                f"This desk had said that record {self.said:,} was recorded, and the ledger "
                f"{'ended' if put_aside else 'ends'} at record {self.last:,}: {self.missing_words}."
            )
        return tuple(told)


def lost(first: int, last: int) -> str:
    """Say which records are missing."""
    return f"record {first:,} is missing" if first == last else f"records {first:,} to {last:,} are missing"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of the whole ledger found. `as_expected` is None when no earlier head was given to compare with.

    `gaps` are holes that a repair declared; they are no damage. `begins` is the first record, where earlier ones were
    dropped when they had been kept long enough. `unproved` are entries of other desks that are not what was written there.
    `erased` records have no content any more, as events of the ledger say; `unfinished` are to have none and still do.
    `ending` says what stands behind the last record, and whether later ones were said to be recorded;
    `lost` says of which that was so when the end of a file was put aside earlier.
    """

    records: int
    segments: int
    head: Head
    damage: tuple[Damage, ...] = ()
    as_expected: bool | None = None
    gaps: tuple[Gap, ...] = ()
    begins: int = 1
    unproved: tuple[Unproved, ...] = ()
    erased: int = 0
    unfinished: int = 0
    ending: Ending | None = None
    lost: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether every record proves itself, none is known to be missing, and the earlier head is on the chain."""
        whole = self.ending is None or not self.ending.missing
        return whole and not self.damage and not self.unproved and self.as_expected is not False

    @property
    def misplaced(self) -> str:
        """Name a file that holds records which are missing before those of another one; no repair mends that."""
        holes = [(each.file, each.hole) for each in self.damage if each.hole]
        return next(
            (
                each.file
                for each in self.damage
                for file, hole in holes
                if file != each.file and not each.hole and hole.after.seq < each.seq < hole.seq
            ),
            "",
        )

    @property
    def is_mendable(self) -> bool:
        """Say whether a repair has something to mend, if it is not kept from it by files in the wrong order."""
        return any(not each.emptied for each in self.damage)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether something can be recorded now. `place` names a network or synchronised folder, if it looks like one.

    `ending` says how the ledger ends, None on a server, where nothing stands behind the last record.
    """

    writable: bool
    free_bytes: int
    records: int
    damage: tuple[Damage, ...] = ()
    lock_holder: str = ""
    place: str = ""
    open_to_others: bool = False
    copies: tuple[str, ...] = ()
    quarantined_bytes: int = 0
    ending: Ending | None = None
