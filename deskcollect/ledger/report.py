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
class Report:
    """What a check of the whole ledger found. `as_expected` is None when no earlier head was given to compare with.

    `gaps` are holes that a repair declared; they are no damage. `begins` is the first record, where earlier ones were
    dropped when they had been kept long enough. `unproved` are entries of other desks that are not what was written there.
    `erased` records have no content any more, as events of the ledger say; `unfinished` are to have none and still do.
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

    @property
    def ok(self) -> bool:
        """Say whether every record proves itself and the earlier head, if given, is on the chain."""
        return not self.damage and not self.unproved and self.as_expected is not False

    @property
    def is_mendable(self) -> bool:
        """Say whether there is something that a repair mends."""
        return any(not each.emptied for each in self.damage)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether something can be recorded now. `place` names a network or synchronised folder, if it looks like one."""

    writable: bool
    free_bytes: int
    records: int
    damage: tuple[Damage, ...] = ()
    lock_holder: str = ""
    place: str = ""
    open_to_others: bool = False
    copies: tuple[str, ...] = ()
    quarantined_bytes: int = 0
