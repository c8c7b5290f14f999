"""What another desk recorded, taken in from a bundle: first all of it is looked at, then all of it is written.

A merge that was interrupted is done again with the same bundle: entries that are here are not written a second time.
Entries of the kind that erases others are taken in as any other; to erase what they name is not done here.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from deskcollect.errors import BadUse, Fork
from deskcollect.ledger import document, line, origins
from deskcollect.ledger.heads import heads, taken
from deskcollect.ledger.line import Link
from deskcollect.ledger.tables import ERASED, EVENTS, MERGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from deskcollect.ledger.bundle import Bundle
    from deskcollect.ledger.heads import Heads
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.store import Ledger
    from deskcollect.records import Event

BATCH = 1_000
_SHOWN = 20
_FIRST_LINE = 2  # of a file, behind its header
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

    `here` were here before. Where there are `conflicts`, of `conflict_count` the first, nothing was written.
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


def merge(ledger: Ledger, bundle: Bundle, *, by: str, at: datetime, skip: Collection[str] = ()) -> Merged:
    """Take in what is new in a bundle, whole, and write down how far the other desk is known now.

    `skip` names entries of the bundle that are left out. Where nothing is new, nothing is written.

    Errors: BadData that names the line, Fork, BadUse, NewerSchema, LedgerError.
    """
    ledger.backend.lines.refresh()
    survey = _Survey(ledger, bundle, skip)
    survey.look_at_all()
    if not survey.conflicts and survey.brings_something:
        _write(ledger, bundle, survey, by=by, at=at)
    return survey.told()


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(ledger: Ledger, bundle: Bundle, survey: _Survey, *, by: str, at: datetime) -> None:
    """Append the new entries, the sender's batches whole, and behind them what is known now."""
    backend = ledger.backend
    before = last = backend.lines.last.seq
    count = 0
    for batch in _batches(bundle, survey.new):
        written = backend.append(EVENTS, batch)
        count += sum(not each.replayed for each in written)
        last = max(last, *(each.seq for each in written))
    header = bundle.header
    told: dict[str, Any] = {
        "desk": header.desk,
        "seq": header.seq,
        "hash": header.hash,
        "heads": {desk: [link.seq, link.hash] for desk, link in sorted(survey.reached.items()) if desk != header.desk},
        "new": count,
        "here": survey.here,
        "own_seq": before if last == before + count else last,  # others recorded in between: nothing is passed over
        "by": by,
        "merged_at": at.isoformat(),
    }
    told |= {"knew": survey.knew} if survey.knew else {}
    told |= {"skipped": sorted(survey.skipped)} if survey.skipped else {}
    backend.append(MERGES, [told])


def _batches(bundle: Bundle, wanted: array[int]) -> Iterator[list[dict[str, Any]]]:
    """Go through the documents of the lines that are wanted, as they are kept here."""
    batch: list[dict[str, Any]] = []
    at = 0
    for _, record in bundle.records():
        if at < len(wanted) and record.seq == wanted[at]:
            at += 1
            told = record.document()
            mine = "prev" not in told["origin"]
            batch.append(origins.taken(record, told, bundle.header.owner(record.seq)) if mine else told)
        if len(batch) >= BATCH and record.number == record.count:
            yield batch
            batch = []
    if batch:
        yield batch


# --- looking ---------------------------------------------------------------------------------------------------------


@dataclass
class _Way:
    """How far the lines of one owner in the bundle agree with what is known of them here.

    `agreed` is the last number at which both are the same, None where the bundle does not reach back to it; `doubt` the
    first entry after it that is not here as it is there.
    """

    agreed: int | None
    doubt: int = 0

    def agree(self, seq: int) -> None:
        """Take in that both are the same at a number, and so at every one before."""
        self.agreed, self.doubt = seq, 0


class _Survey:
    """Looks at every line of a bundle before anything is written."""

    def __init__(self, ledger: Ledger, bundle: Bundle, skip: Collection[str]) -> None:
        self._ledger = ledger
        self._bundle = bundle
        self._heads: Heads = heads(ledger)
        self._skip = frozenset(skip)
        self._ways: dict[str, _Way] = {}
        self._seen = array("Q")
        self._accounts: set[str] = set()
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._of: Counter[str] = Counter()
        self._uncovered = False
        self.new: array[int] = array("Q")
        self.here = 0
        self.knew = 0
        self.skipped: set[str] = set()
        self.reached: dict[str, Link] = {}
        self.conflicts: list[Conflict] = []
        self._conflict_count = 0

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
        )

    def look_at_all(self) -> None:
        """Look at every line. Errors: BadData, Fork, BadUse."""
        self._begin()
        for number, record in self._bundle.records():
            self._follow(number, record)
            if record.table == EVENTS:
                self._look(number, record)
            elif record.table == MERGES:
                self._note(record)
        for desk, way in self._ways.items():
            known = self._heads.known.get(desk)
            if known is not None and way.doubt and way.doubt <= known.seq:
                self._forked(desk, way)
        self._each_once()
        unknown = self._skip - self.skipped
        if unknown:
            raise BadUse(f"The bundle has no entry {min(unknown)} that could be left out.", "Take --skip out.")

    # --- the chain of the sender

    def _begin(self) -> None:
        """Check that what is known of the sender goes as far as the bundle begins."""
        header = self._bundle.header
        if not self._heads.desk:
            raise BadUse("This desk has no id, so nothing can be merged.", "Give it one:  deskcollect ledger adopt")
        if not header.after:
            return
        desk = header.owner(header.after)
        mine = self._heads.is_mine(desk, header.after)
        known = self._heads.lines.last if mine else self._heads.known.get(desk, line.START)
        if known.seq < header.after:
            if mine:
                self._put_back(header.after)
            raise BadUse(
                f"Entries {known.seq + 1:,} to {header.after:,} of that desk are missing here.",
                f"Export there from what is known on:  deskcollect ledger export FILE.ledger --after {known.seq}",
            )

    def _follow(self, number: int, record: Record) -> None:
        """Hold a line of the sender against what is known of it."""
        desk = self._bundle.header.owner(record.seq)
        way = self._ways.get(desk)
        mine = self._heads.is_mine(desk, record.seq)
        if way is None:
            reaches = not self._bundle.header.after or number != _FIRST_LINE
            way = self._ways[desk] = _Way(record.seq - 1 if reaches else None)
        if mine:
            here = self._heads.own(record.seq)
            if here == record.hash:
                way.agree(record.seq)
            elif here is not None or record.seq > self._heads.lines.last.seq:
                self._forked(desk, way)
            return
        known = self._heads.known.get(desk, line.START)
        if _parts(known, record.link, record.prev):
            self._forked(desk, way)
        if record.seq == known.seq:
            way.agree(record.seq)
        self.reached[desk] = record.link

    def _note(self, record: Record) -> None:
        """Note what the other desk knows of this one."""
        for desk, link in taken(record.document()):
            if self._heads.is_mine(desk, link.seq) and self._heads.own(link.seq) == link.hash:
                self.knew = max(self.knew, link.seq)

    # --- the entries

    def _look(self, number: int, record: Record) -> None:
        """Look at one entry."""
        told = self._read(number, record)
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
            refuse(number, error.message[:1].lower() + error.message[1:].rstrip("."))
        if not all(MINYEAR < datetime.fromisoformat(told[name]).year < MAXYEAR for name in ("occurred_at", "recorded_at")):
            refuse(number, "the time of the entry lies outside the calendar")
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
        if self._heads.is_mine(desk, record.seq):
            self.here += 1
            return
        way = self._ways[desk]
        found, same = self._find(told, record.hash)
        if same:
            way.agree(record.seq)
        elif same is False and not way.doubt and told["event_id"] not in self._heads.skipped:
            way.doubt = record.seq
        self._take(record, told, found, Link(record.seq, record.hash), desk)

    def _look_at_passed_on(self, number: int, record: Record, told: dict[str, Any]) -> None:
        """Look at an entry that the sender had from another desk."""
        origin = told["origin"]
        desk, link = origin["desk"], Link(origin["seq"], origin["hash"])
        if self._heads.is_mine(desk, link.seq):
            here = self._heads.own(link.seq)
            way = self._ways.setdefault(desk, _Way(None))
            if here == link.hash:
                way.agree(link.seq)
            elif here is not None:
                self._forked(desk, way)
            elif link.seq > self._heads.lines.last.seq:
                self._put_back(link.seq)
            self.here += 1
            return
        found, same = self._find(told, link.hash)
        if same is False:
            self._tied(number, desk, link, origin["prev"])
        reached = self.reached.get(desk)
        if reached is None or link.seq > reached.seq:
            self.reached[desk] = link
        self._take(record, told, found, link, desk)

    def _tied(self, number: int, desk: str, link: Link, prev: str) -> None:
        """Hold an entry that was passed on against its neighbours, in the bundle and here."""
        before = self.reached.get(desk)
        if before is not None and _parts(before, link, prev):
            self._bundle.refuse(number, f"the entry of desk {desk} does not follow the one before it")
        known = self._heads.known.get(desk)
        if known is not None and _parts(known, link, prev):
            raise Fork(
                f"Two desks recorded under the id {desk}: what came of it before and what is in the bundle part at "
                f"entry {min(link.seq, known.seq):,}. Nothing was taken in.",
                "Give one of the two another id  (deskcollect ledger adopt --after N, there),  merge its own bundle here, "
                "then this one again.",
            )

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

    def _take(
        self, record: Record, told: dict[str, Any], found: dict[str, Any] | None, link: Link, desk: str
    ) -> None:
        """Count an entry among the new ones, those that are here, or those that say something else than what is here."""
        event_id = told["event_id"]
        known = self._heads.known.get(desk)
        if event_id in self._skip or (event_id in self._heads.skipped and (found is None or not _same(found, told))):
            self.skipped.add(event_id)
            return
        if found is None:
            self.new.append(record.seq)
            self._seen.append(int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big"))
            self._count(told, desk)
        elif _same(found, told):
            self.here += 1
            self._uncovered |= known is None or link.seq > known.seq
        else:
            self._conflict_count += 1
            if len(self.conflicts) < _SHOWN:
                theirs = document.read(origins.taken(record, told, desk), seq=link.seq, digest=link.hash)
                self.conflicts.append(Conflict(event_id, theirs, document.read(found, seq=0, digest="")))

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

    # --- refusals

    def _forked(self, desk: str, way: _Way) -> NoReturn:
        """Refuse what was recorded twice under one id: a folder was copied, or put back from an older copy, and both went on."""
        mine = desk == self._heads.desk
        header = self._bundle.header
        whose = "this desk" if mine else f"{header.name} (desk {desk})" if header.name and desk in header.ids else f"desk {desk}"
        what = "so its folder was copied, or put back from an older copy, and both were worked on. Nothing was taken in."
        if way.agreed is None:
            raise Fork(
                f"The bundle and this ledger differ on the entries of {whose} before the bundle begins, {what}",
                "To see from where on, export there without --after and merge that.",
            )
        remedy = f"deskcollect ledger adopt --after {way.agreed}"
        raise Fork(
            f"The bundle and this ledger agree on the entries of {whose} up to number {way.agreed:,} and not on those after "
            f"it, {what}",
            f"Take another id here, then merge again:  {remedy}"
            if mine
            else f"Give the desk that sent this another id, then export there again:  {remedy}",
        )

    def _put_back(self, seq: int) -> NoReturn:
        """Refuse own entries that this ledger does not have any more."""
        last = self._heads.lines.last.seq
        raise Fork(
            f"The bundle holds entry {seq:,} of this desk, and this ledger ends with {last:,}, so it was put back from an "
            "older copy. Nothing was taken in.",
            f"Take another id, then merge again to get them back:  deskcollect ledger adopt --after {last}",
        )


def _parts(known: Link, link: Link, prev: str) -> bool:
    """Say whether a line and the one that is known at its number, or before it, cannot be of one chain."""
    return (link.seq == known.seq and link.hash != known.hash) or (link.seq == known.seq + 1 and prev != known.hash)


def _same(found: dict[str, Any], told: dict[str, Any]) -> bool:
    """Say whether two entries tell the same. Of one that was erased nothing is left to compare."""
    return found.keys() == {"event_id"} or document.same(found, told)
