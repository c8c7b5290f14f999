"""Erasing: the content of some records goes, the chain stays whole, and an event says what was erased, when and by whom.

First a plan says what would go, at whose word, and what a hold keeps back; a person looks at it. Then it is carried out, in
an order in which a stop at any point leaves what the same plan made anew finds again: an event ERASED names the records;
the keys of their notes are destroyed, the quarantine is cleared of them, and the desk takes away what it made of them; the lines are rewritten in place; a line
in ERASURES says that it is done. A line without content that no event names is damage: somebody took it out without a word.

What another desk erased and said in a merge waits here until a person looks at it; then this desk says so, too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deskcollect.errors import BadUse, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.document import is_sealed
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.files import quarantine
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.privacy import rewriting, vault, words
from deskcollect.ledger.privacy.holds import holds, kept_back, records_of
from deskcollect.ledger.privacy.words import CODE, Author, Word, named
from deskcollect.ledger.report import Damage
from deskcollect.ledger.tables import ERASED as ERASED_LINES
from deskcollect.ledger.tables import ERASURES, EVENTS
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.privacy.holds import Hold
    from deskcollect.ledger.report import Report
    from deskcollect.ledger.store import Ledger

__all__ = ["CODE", "Author", "Going", "Plan", "Word", "named", "records_of"]
_EVENT_ID = re.compile(rb'"event_id":"([0-9a-zA-Z-]+)"')
_MARK = re.compile(rb'"t":"erased","b":\[')
_WITHOUT_A_WORD = "its content was erased, and no event says so"


@dataclass(frozen=True, slots=True)
class Going:
    """A record that is to be erased. `word` says at whose word, None where somebody asks for it only now."""

    record: Record
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes, and what would go and does not, by the hold that keeps it back. `customer_id` is who asked, if one did."""

    customer_id: str
    going: tuple[Going, ...]
    kept: tuple[tuple[Record, Hold], ...] = ()


# --- the plan ------------------------------------------------------------------------------------------------------------


def of_customer(ledger: Ledger, customer_id: str) -> Plan:
    """Plan to erase what is recorded of a customer.

    Errors: BadUse where a hold stands or the ledger is on a server; LedgerError.
    """
    _files(ledger)
    ledger.head()
    hold = holds(ledger).get(customer_id)
    if hold is not None:
        raise BadUse(
            f"The records of {customer_id} are on hold since {hold.since:%Y-%m-%d} by {hold.by}: nothing was erased.",
            f"End the hold with  deskcollect ledger release-hold {customer_id} --reason T",
        )
    return _planned(ledger, customer_id, [Going(each) for each in records_of(ledger, customer_id)])


def unfinished(ledger: Ledger) -> Plan:
    """Plan to erase what an erasure that was cut short left, and what other desks erased and is still here.

    Errors: LedgerError.
    """
    ledger.head()
    return _planned(ledger, "", list(_still_there(ledger)))


def again(ledger: Ledger, said: Mapping[str, Word], author: Author) -> int:
    """Erase records that were erased once, where an older copy brought them back; return how many that were.

    `said` is at whose word, by the ids of the records. Errors: as `carry_out`.
    """
    found = (each for event_id in said for each in ledger.backend.find(EVENTS, "event_id", event_id))
    going = [Going(each, said[words.event_id(each)]) for each in found]
    return carry_out(ledger, _planned(ledger, "", going), author)


def unclear(ledger: Ledger) -> int:
    """Return how many bytes lie in the quarantine that are no record, so that nobody can tell of whom they are."""
    return quarantine.unclear(ledger.backend.disk, ledger.backend.folder) if isinstance(ledger.backend, Files) else 0


def waiting(ledger: Ledger) -> int:
    """Return how many records are to be erased, by an erasure that was cut short or that came with a merge."""
    return len(_planned(ledger, "", list(_still_there(ledger))).going)


def _planned(ledger: Ledger, customer_id: str, wanted: Sequence[Going]) -> Plan:
    """Return a plan that leaves out what is on hold, and the events that say what was erased."""
    kept = kept_back(ledger) if wanted else {}
    wanted = [each for each in wanted if each.record.document().get("code") != CODE]
    going = tuple(each for each in wanted if each.record.seq not in kept)
    left = tuple((each.record, kept[each.record.seq]) for each in wanted if each.record.seq in kept)
    return Plan(customer_id, going, left)


def _still_there(ledger: Ledger) -> Iterator[Going]:
    """Go through the records that an event ERASED names, under a hash of theirs, and that have their content."""
    found: dict[int, Going] = {}
    for event_id, told in named(ledger).items():
        for record in ledger.backend.find(EVENTS, "event_id", event_id):
            word = next((told[each] for each in words.hashes(record) if each in told), None)
            if word is not None:
                found[record.seq] = Going(record, word)
    return (found[seq] for seq in sorted(found))


# --- carrying it out -----------------------------------------------------------------------------------------------------


def carry_out(
    ledger: Ledger, plan: Plan, author: Author, *, reason: str = "", meanwhile: Callable[[], None] = lambda: None
) -> int:
    """Erase what a plan says and no hold keeps back by now; return how many records that were.

    `reason` is why, where somebody asks for it now. `meanwhile` takes away what was made of the records: it is called when
    it stands written that they go, and before the first of them does, so that what fails there is done again.

    Errors: BadUse where the ledger is on a server; LedgerError. After any of them the same is done again.
    """
    journal = _files(ledger).journal
    going = still_going(ledger, plan)
    if going:
        rewriting.prove(journal, [each.record.seq for each in going])
        announce(ledger, going, author, reason)
    _destroy_keys(ledger, plan.customer_id, [each.record for each in going])
    _clear(ledger, plan.customer_id, going)
    meanwhile()
    if going or is_unmarked(ledger):
        rewriting.erase(journal, _groups(going), at=author.at)
    return len(going)


def still_going(ledger: Ledger, plan: Plan) -> list[Going]:
    """Return what a plan says, but what a hold keeps back by now or another program has erased meanwhile."""
    ledger.head()
    kept = kept_back(ledger)
    return [each for each in plan.going if each.record.seq not in kept and _is_there(ledger, each.record)]


def _is_there(ledger: Ledger, record: Record) -> bool:
    """Say whether a record stands where it stood, with its content: another program may have erased it."""
    here = ledger.backend.lines.at(record.seq)
    return here is not None and (here.table, here.hash) == (record.table, record.hash)


def announce(ledger: Ledger, going: Sequence[Going], author: Author, reason: str) -> None:
    """Record which records are about to be erased, where this desk did not say so before; all of them or none."""
    known = named(ledger)
    groups: dict[str, list[Record]] = {}
    for each in going:
        word = known.get(words.event_id(each.record), {}).get(each.record.hash)
        if word is None or word.desk:
            groups.setdefault(each.word.reason if each.word else reason, []).append(each.record)
    told = [event for why, records in groups.items() for event in words.of(records, author, why)]
    ledger.record_many(told, recorded_at=author.at)


def _groups(going: Sequence[Going]) -> list[list[int]]:
    """Return the numbers of records in the order in which they go.

    Those that do not say whose they are go first: as long as one of them is there, the records are there that tell whose
    account it is, so that whoever erases the same customer again finds it.
    """
    groups: list[list[int]] = [[], []]
    for each in going:
        groups[bool(each.record.document().get("customer_id"))].append(each.record.seq)
    return groups


def _destroy_keys(ledger: Ledger, customer_id: str, records: Sequence[Record]) -> None:
    """Destroy the keys that seal notes of records which go, and none that seals a note which stays. Errors: LedgerError."""
    if ledger.vault is None:
        return
    documents = [each.document() for each in records]
    customers = {customer_id, *(str(each.get("customer_id", "")) for each in documents)} - {""}
    accounts = {str(each.get("account_id", "")) for each in documents} - {""}
    going = {each.seq for each in records}
    theirs = ((vault.subjects(each)[0], "customer_id", each) for each in sorted(customers))
    nobodys = ((vault.subjects("", each)[1], "account_id", each) for each in sorted(accounts))
    gone = [
        subject
        for subject, field, value in (*theirs, *nobodys)
        if not any(
            is_sealed(each.document().get(vault.FIELD)) and each.seq not in going
            for each in ledger.backend.find(EVENTS, field, value)
            if field == "customer_id" or not each.document().get("customer_id")
        )
    ]
    ledger.vault.destroy(*gone)


def _clear(ledger: Ledger, customer_id: str, going: Sequence[Going]) -> None:
    """Make blank what the quarantine holds of erased records, and of a customer who is erased here; what is on hold stays.

    Errors: NotRecorded, Busy.
    """
    files = _files(ledger)
    here = [each.record.document() for each in going if each.word is None or not each.word.desk]
    theirs = {customer_id, *(str(each.get(name, "")) for each in here for name in ("customer_id", "account_id"))}
    gone, held = _quoted(theirs), _quoted(holds(ledger))
    named_ids = {each.encode() for each in named(ledger)}

    def is_gone(text: bytes) -> bool:
        is_theirs = any(each in text for each in gone) or any(each in named_ids for each in _EVENT_ID.findall(text))
        return is_theirs and not any(each in text for each in held)

    try:
        if quarantine.size(files.disk, files.folder):
            with files.journal.alone():
                quarantine.blank(files.disk, files.folder, is_gone)
    except OSError as error:
        raise NotRecorded(
            f"What was cut out of the ledger is not erased yet: {error.strerror or error}.",
            "Make room on the disk or check the rights of the ledger folder, then erase again.",
        ) from error


def _quoted(ids: Iterable[str]) -> list[bytes]:
    """Return ids as they stand in a line."""
    return [json.dumps(each, ensure_ascii=False).encode() for each in sorted(set(ids) - {""})]


def is_unmarked(ledger: Ledger) -> bool:
    """Say whether the last event ERASED of this desk has no record behind it that says that the files were rewritten."""
    lines = ledger.backend.lines
    marks = [each.seq for each in lines.find(TABLE, ERASURES) if each.table == ERASURES]
    told = [each for each in ledger.of_kinds(EventKind.SYSTEM.value) if each.code == CODE and not each.elsewhere]
    return max((each.origin.seq for each in told if each.origin), default=0) > max(marks, default=0)


def _files(ledger: Ledger) -> Files:
    """Return the files of a ledger. Errors: BadUse where there are none."""
    if not isinstance(ledger.backend, Files):
        raise BadUse(
            "The records of this desk are on a server, which is not erased from here.", "Ask who keeps the server."
        )
    return ledger.backend


# --- the check -----------------------------------------------------------------------------------------------------------


def check(ledger: Ledger, report: Report) -> Report:
    """Return a report on the whole ledger that tells of erased records, too."""
    known = named(ledger)
    erased = list(_erased(ledger.backend.lines))
    silent = [each for each in erased if each.hash not in known.get(words.event_id(each), {})]
    damage = tuple(
        Damage(each.seq, *_place(ledger.backend.lines, each.seq), _WITHOUT_A_WORD, emptied=True) for each in silent
    )
    left = waiting(ledger) if known else 0
    return replace(report, damage=(*report.damage, *damage), erased=len(erased) - len(silent), unfinished=left)


def _erased(lines: Lines) -> Iterator[Record]:
    """Go through the lines without content, looking at the bytes of all first."""
    for stretch in lines.stretches(0):
        for match in _MARK.finditer(stretch.data):
            start = stretch.data.rfind(b"\n", 0, match.start()) + 1
            stop = stretch.data.find(b"\n", match.end())
            record = line.read(stretch.data[start : stop if stop >= 0 else None])
            if record is not None and record.table == ERASED_LINES:
                yield record


def _place(lines: Lines, seq: int) -> tuple[str, int]:
    """Return the file and the byte of a record."""
    for segment in lines.segments if isinstance(lines, Chain) else ():
        if segment.before.seq < seq <= segment.last.seq:
            return segment.path.name, segment.index.span(segment.index.ordinal(seq))[0]
    return "the ledger", 0
