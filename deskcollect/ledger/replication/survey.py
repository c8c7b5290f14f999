"""Every line of a bundle looked at before anything is written: what is new, what is here, what contradicts what is here."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from deskcollect.errors import BadUse, inside
from deskcollect.ledger import document, line
from deskcollect.ledger.line import Link
from deskcollect.ledger.replication import origins
from deskcollect.ledger.replication.carried import is_older
from deskcollect.ledger.replication.emptied import Emptied
from deskcollect.ledger.replication.forks import Ways
from deskcollect.ledger.replication.heads import heads, taken
from deskcollect.ledger.tables import ERASED, EVENTS, MERGES

if TYPE_CHECKING:
    from collections.abc import Collection

    from deskcollect.ledger.line import Record
    from deskcollect.ledger.replication.bundle import Bundle
    from deskcollect.ledger.replication.heads import Heads
    from deskcollect.ledger.store import Ledger
    from deskcollect.records import Event

_SHOWN = 20
_ORIGIN_BYTES = 600  # what the proof adds to an entry at most


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two entries under one id that say different things."""

    event_id: str
    theirs: Event
    ours: Event


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: `new` entries of which desks (`of`), about how many accounts, from when to when they happened.

    `here` were here before. `older` were left out: they are older than what is kept here. Where there are `conflicts`, of
    `conflict_count` the first, nothing was written.
    """

    desk: str
    name: str
    new: int
    here: int
    skipped: tuple[str, ...] = ()
    of: tuple[tuple[str, int], ...] = ()
    account_count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    conflicts: tuple[Conflict, ...] = ()
    conflict_count: int = 0
    older: int = 0


class Survey:
    """Looks at every line of a bundle before anything is written."""

    def __init__(self, ledger: Ledger, bundle: Bundle, skip: Collection[str]) -> None:
        self._bundle = bundle
        self._heads: Heads = heads(ledger)
        self._skip = frozenset(skip)
        self.ways = Ways(self._heads, bundle)
        self._emptied = Emptied(ledger, bundle)
        self._seen = array("Q")
        self._accounts: set[str] = set()
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._of: Counter[str] = Counter()
        self._uncovered = False
        self.new: array[int] = array("Q")
        self.here = 0
        self.older = 0
        self.knew = 0
        self.skipped: set[str] = set()
        self.conflicts: list[Conflict] = []
        self._conflict_count = 0

    @property
    def heads(self) -> Heads:
        """Return what was known of every desk before."""
        return self._heads

    @property
    def brings_something(self) -> bool:
        """Say whether something is to be written: new entries, or those of a merge that did not come to its end."""
        return bool(len(self.new)) or self._uncovered or not self.skipped <= self._heads.skipped

    def told(self) -> Merged:
        """Return what was found."""
        header = self._bundle.header
        return Merged(
            header.desk,
            header.name,
            len(self.new),
            self.here,
            tuple(sorted(self.skipped)),
            tuple(sorted(self._of.items())),
            len(self._accounts - {""}),
            self._first,
            self._last,
            tuple(self.conflicts),
            self._conflict_count,
            self.older,
        )

    def look_at_all(self) -> None:
        """Look at every line. Errors: BadData, Fork, BadUse."""
        self.ways.begin()
        for number, record in self._bundle.records():
            self.ways.follow(number, record)
            if record.table == EVENTS:
                self._look(number, record)
            elif record.table == MERGES:
                self._note(number, record)
            elif record.table == ERASED:
                self._emptied.follow(number, record)
        self.ways.end()
        self._emptied.end()
        self._each_once()
        unknown = self._skip - self.skipped
        if unknown:
            raise BadUse(
                f"The bundle has no entry with the id “{min(unknown)}” that could be left out, so nothing was taken in.",
                "Give the whole id as the merge printed it, or take --skip out.",
            )

    def _note(self, number: int, record: Record) -> None:
        """Note what the other desk knows of this one."""
        try:
            told = record.document()
        except (ValueError, RecursionError):
            self._bundle.refuse(number, "the record of a merge cannot be read")
        for desk, link in taken(told):
            if self._heads.is_mine(desk, link.seq) and self._heads.own(link.seq) == link.hash:
                self.knew = max(self.knew, link.seq)

    # --- the entries

    def _look(self, number: int, record: Record) -> None:
        """Look at one entry."""
        told = self._read(number, record)
        self._emptied.hear(told)
        if "prev" not in told["origin"]:
            self._look_at_own(record, told)
        else:
            self._look_at_passed_on(number, record, told)

    def _read(self, number: int, record: Record) -> dict[str, Any]:
        """Return the document of an entry that is what an entry should be."""
        refuse = self._bundle.refuse
        try:
            told = record.document()
            if line.canonical(told).encode() != record.body:
                refuse(number, "the entry is not written as this program writes it")
            document.check(told)
        except (ValueError, TypeError, RecursionError):
            refuse(number, "the entry cannot be read")
        except BadUse as error:
            refuse(number, inside(error.message).rstrip("."))
        if len(record.body) > document.DOCUMENT_BYTES - _ORIGIN_BYTES:
            refuse(number, "the entry is too long")
        origin = told.get("origin")
        if isinstance(origin, dict) and "prev" in origin:
            if not origins.proved(told):
                refuse(number, f"the entry is not what desk {origin.get('desk', '')} wrote")
        elif not isinstance(origin, dict) or list(origin) != ["desk"] or origin["desk"] not in self._bundle.header.ids:
            refuse(number, "the entry says that it is of another desk than the bundle")
        return told

    def _look_at_own(self, record: Record, told: dict[str, Any]) -> None:
        """Look at an entry of the sender."""
        desk = self._bundle.header.owner(record.seq)
        mine = self._heads.is_mine(desk, record.seq)
        if mine and not self._heads.is_lost(record.seq):
            self.here += 1
            return
        found, same = self._find(told, record.hash)
        if not mine:
            unclear = told["event_id"] in self._heads.skipped or self._is_retired(told, found)
            self.ways.own(record, same=None if unclear else same)
        self._take(record, told, found, Link(record.seq, record.hash), desk)

    def _look_at_passed_on(self, number: int, record: Record, told: dict[str, Any]) -> None:
        """Look at an entry that the sender had from another desk."""
        origin = told["origin"]
        desk, link = origin["desk"], Link(origin["seq"], origin["hash"])
        mine = self._heads.is_mine(desk, link.seq)
        if mine:
            self.ways.come_back(desk, link, origin["prev"])
        if mine and not self._heads.is_lost(link.seq):
            self.here += 1
            return
        found, same = self._find(told, link.hash)
        if not mine:
            if same is False:
                self.ways.tied(number, desk, link, origin["prev"])
            if found is None and not self._is_retired(told, found):
                self.ways.placed(desk, link)
            self.ways.passed_on(desk, link)
        self._take(record, told, found, link, desk)

    def _find(self, told: dict[str, Any], digest: str) -> tuple[dict[str, Any] | None, bool | None]:
        """Return what is here under the id of an entry, and whether it is from the same line; None where it was erased."""
        event_id = told["event_id"]
        for record in self._heads.lines.find("event_id", event_id):
            if record.table not in (EVENTS, ERASED):
                continue
            here = record.document()
            if here.get("event_id") != event_id:
                continue
            if record.table == ERASED:
                return {"event_id": event_id}, None
            origin = here.get("origin")
            first = origin.get("hash", record.hash) if isinstance(origin, dict) else record.hash
            return here, first == digest
        return None, False

    def _take(self, record: Record, told: dict[str, Any], found: dict[str, Any] | None, link: Link, desk: str) -> None:
        """Count an entry among the new ones, those that are here, or those that say something else than what is here."""
        event_id = told["event_id"]
        known = self._heads.known.get(desk)
        if event_id in self._skip or (event_id in self._heads.skipped and (found is None or not _same(found, told))):
            self.skipped.add(event_id)
        elif self._is_retired(told, found):
            self.older += 1
        elif found is None:
            self.new.append(record.seq)
            self._seen.append(int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big"))
            self._count(told, desk)
        elif _same(found, told):
            self.here += 1
            mine = self._heads.is_mine(desk, link.seq)  # a lost one that came back before: no merge speaks of own lines
            self._uncovered |= not mine and (known is None or link.seq > known.seq)
        else:
            self._conflict_count += 1
            if len(self.conflicts) < _SHOWN:
                theirs = document.read(told, seq=link.seq, digest=link.hash)
                self.conflicts.append(Conflict(event_id, theirs, document.read(found, seq=0, digest="")))

    def _is_retired(self, told: dict[str, Any], found: dict[str, Any] | None) -> bool:
        """Say whether an entry is not here and older than what is kept here, so that it may have been dropped."""
        return found is None and is_older(told, self._heads.before)

    def _count(self, told: dict[str, Any], desk: str) -> None:
        """Note what a new entry is about."""
        self._of[desk] += 1
        happened = datetime.fromisoformat(told["occurred_at"])
        self._accounts.add(told.get("account_id", ""))
        self._first = min(self._first or happened, happened)
        self._last = max(self._last or happened, happened)

    def _each_once(self) -> None:
        """Refuse a bundle in which two new entries have one id: a ledger has none such."""
        if np.unique(np.frombuffer(self._seen, np.uint64)).size == len(self._seen):
            return
        seen: set[str] = set()
        wanted = set(self.new)
        for number, record in self._bundle.records():
            if record.seq in wanted:
                event_id = record.document()["event_id"]
                if event_id in seen:
                    self._bundle.refuse(number, "another entry of the bundle has the same id")
                seen.add(event_id)


def _same(found: dict[str, Any], told: dict[str, Any]) -> bool:
    """Say whether two entries tell the same. Of one that was erased nothing is left to compare."""
    return found.keys() == {"event_id"} or document.same(found, told)
