"""What the ledger says about its own state."""

from __future__ import annotations

from dataclasses import dataclass

from deskcollect.records import Head


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file that does not prove itself. `seq` is the record that is or should be there."""

    seq: int
    file: str
    offset: int
    what: str

    def sentence(self) -> str:
        """Say where it is and what is wrong."""
        return f"Record {self.seq:,} in {self.file}, byte {self.offset:,}: {self.what}."


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of the whole ledger found. `as_expected` is None when no earlier head was given to compare with.

    `erased` records have no content any more, as events of the ledger say; `unfinished` are to have none and still do.
    """

    records: int
    segments: int
    head: Head
    damage: tuple[Damage, ...] = ()
    as_expected: bool | None = None
    erased: int = 0
    unfinished: int = 0

    @property
    def ok(self) -> bool:
        """Say whether every record proves itself and the earlier head, if given, is on the chain."""
        return not self.damage and self.as_expected is not False


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
