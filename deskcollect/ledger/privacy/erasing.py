"""Erasing: the content of some records goes, the chain stays whole, and an event says what was erased, when and by whom.

An event of kind system and code ERASED names the records by `event_id` and hash and nobody by name or number. It is
recorded first; then the lines are rewritten. A line without content that no such event names is damage: somebody took it
out without a word. Events ERASED that came from other desks name hashes of those desks' chains, so `apply` records one of
this desk behind them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deskcollect.errors import BadUse, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.files import quarantine
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.privacy import rewriting
from deskcollect.ledger.privacy.holds import holds
from deskcollect.ledger.report import Damage
from deskcollect.ledger.tables import ERASED as ERASED_LINES
from deskcollect.ledger.tables import ERASURES, EVENTS
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence
    from datetime import datetime

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.line import Record
    from deskcollect.ledger.report import Report
    from deskcollect.ledger.store import Ledger

CODE = "ERASED"
_NAMED_BYTES = 48_000  # of ids and hashes in one event: a document holds 65,536
_MARK = re.compile(rb'"t":"erased","b":\[')
_EVENT_ID = re.compile(rb'"event_id":"([0-9a-zA-Z-]+)"')
_WITHOUT_A_WORD = "its content was erased, and no event says so"


@dataclass(frozen=True, slots=True)
class Author:
    """Who erases, when, and how an event of theirs gets its id."""

    by: str
    at: datetime
    new_id: Callable[[], str]


def records_of(ledger: Ledger, customer_id: str) -> list[Record]:
    """Return the records that tell of a customer, or of an account of theirs without saying whose it is."""
    if not customer_id:
        return []
    found = {each.seq: each for each in ledger.backend.find(EVENTS, "customer_id", customer_id)}
    accounts = {str(each.document().get("account_id", "")) for each in found.values()} - {""}
    for account in sorted(accounts):
        others = ledger.backend.find(EVENTS, "account_id", account)
        found |= {each.seq: each for each in others if not each.document().get("customer_id")}
    return [found[seq] for seq in sorted(found)]


def erase(ledger: Ledger, customer_id: str, author: Author, *, reason: str) -> int:
    """Erase what is recorded of a customer; return how many records that were. After a crash, do it again.

    Errors: BadUse where a hold stands; LedgerError.
    """
    refuse_held(ledger, customer_id)
    mine = records_of(ledger, customer_id)
    known = named(ledger)
    unnamed = {_id(each): each.hash for each in mine if each.hash not in known.get(_id(each), {})}
    _announce(ledger, unnamed, author, reason)
    apply(ledger, author)
    accounts = {str(each.document().get("account_id", "")) for each in mine}
    words = tuple(json.dumps(each, ensure_ascii=False).encode() for each in sorted({customer_id, *accounts} - {""}))
    _clear(ledger, lambda text: any(each in text for each in words))
    return len(mine)


def again(ledger: Ledger, reasons: Mapping[str, str], author: Author) -> int:
    """Erase records that were erased once, where an older copy brought them back; return how many that were.

    `reasons` are those of then, by the ids of the records. Errors: as `apply`.
    """
    for reason in sorted(set(reasons.values())):
        mine = [each for each, told in reasons.items() if told == reason]
        found = (record for each in mine for record in ledger.backend.find(EVENTS, "event_id", each))
        _announce(ledger, {_id(each): each.hash for each in found}, author, reason)
    return apply(ledger, author)


def unclear(ledger: Ledger) -> int:
    """Return how many bytes lie in the quarantine that are no record, so that nobody can tell of whom they are."""
    return quarantine.unclear(ledger.backend.disk, ledger.backend.folder) if isinstance(ledger.backend, Files) else 0


def refuse_held(ledger: Ledger, customer_id: str) -> None:
    """Refuse what must not or cannot be erased. Errors: BadUse."""
    _files(ledger)
    ledger.head()
    hold = holds(ledger).get(customer_id)
    if hold is not None:
        raise BadUse(
            f"The records of {customer_id} are on hold since {hold.since:%Y-%m-%d} by {hold.by}: nothing was erased.",
            f"End the hold with  deskcollect ledger release-hold {customer_id} --reason T",
        )


def apply(ledger: Ledger, author: Author) -> int:
    """Erase every record that an event ERASED names and that is still there; return how many that were.

    For an erasure that did not come to its end, and after a merge that brought one. What is on hold here stays.

    Errors: BadUse where the ledger is on a server; LedgerError.
    """
    files = _files(ledger)
    ledger.head()
    there = _still_there(ledger)
    known = named(ledger)
    for reason, group in _by_reason(there, known):
        _announce(ledger, group, author, reason)
    if there or _unmarked(ledger):
        rewriting.erase(files.journal, [each.seq for each in there], at=author.at)
    gone = named(ledger).keys()
    _clear(ledger, lambda text: any(each.decode() in gone for each in _EVENT_ID.findall(text)))
    return len(there)


def _clear(ledger: Ledger, is_gone: Callable[[bytes], bool]) -> None:
    """Make blank what the quarantine holds of erased records; what is on hold stays. Errors: NotRecorded, Busy."""
    files = _files(ledger)
    held = [json.dumps(each, ensure_ascii=False).encode() for each in holds(ledger)]
    try:
        if not quarantine.size(files.disk, files.folder):
            return
        with files.journal.alone():
            quarantine.blank(
                files.disk, files.folder, lambda text: is_gone(text) and not any(each in text for each in held)
            )
    except OSError as error:
        raise NotRecorded(
            f"What was cut out of the ledger is not erased yet: {error.strerror or error}.",
            "Make room on the disk or check the rights of the ledger folder, then erase again.",
        ) from error


def waiting(ledger: Ledger) -> int:
    """Return how many records are to be erased, by an erasure that was cut short or that came with a merge."""
    return len(_still_there(ledger))


def named(ledger: Ledger) -> dict[str, dict[str, str]]:
    """Return by id of a record the hashes that events ERASED name, each with the reason."""
    found: dict[str, dict[str, str]] = {}
    for event in _told(ledger):
        told = event.data.get("events")
        for event_id, digest in told.items() if isinstance(told, dict) else ():
            found.setdefault(event_id, {})[str(digest)] = str(event.data.get("reason", ""))
    return found


def check(ledger: Ledger, report: Report) -> Report:
    """Return a report on the whole ledger that tells of erased records, too."""
    known = named(ledger)
    erased = list(_erased(ledger.backend.lines))
    silent = [each for each in erased if each.hash not in known.get(_id(each), {})]
    damage = tuple(Damage(each.seq, *_place(ledger.backend.lines, each.seq), _WITHOUT_A_WORD) for each in silent)
    unfinished = waiting(ledger) if known else 0
    return replace(report, damage=(*report.damage, *damage), erased=len(erased) - len(silent), unfinished=unfinished)


# --- what is still there -------------------------------------------------------------------------------------------------


def _told(ledger: Ledger) -> list[Event]:
    """Return the events ERASED."""
    return [each for each in ledger.of_kinds(EventKind.SYSTEM.value) if each.code == CODE]


def _still_there(ledger: Ledger) -> list[Record]:
    """Return the records that are named as erased and have their content, those on hold left out."""
    held = holds(ledger)
    found = (record for event_id in named(ledger) for record in ledger.backend.find(EVENTS, "event_id", event_id))
    return sorted((each for each in found if _may_go(each, held)), key=lambda each: each.seq)


def _may_go(record: Record, held: Container[str]) -> bool:
    """Say whether a record may be erased: it is on no hold, and no event that says what was erased."""
    told = record.document()
    return str(told.get("customer_id", "")) not in held and told.get("code") != CODE


def _unmarked(ledger: Ledger) -> bool:
    """Say whether the last event ERASED has no record behind it that says that the files were rewritten."""
    lines = ledger.backend.lines
    marks = [each.seq for each in lines.find(TABLE, ERASURES) if each.table == ERASURES]
    told = [each.origin.seq if each.origin and not each.elsewhere else 0 for each in _told(ledger)]
    return max(told, default=0) > max(marks, default=0)


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


# --- what is said of it ------------------------------------------------------------------------------------------------


def _announce(ledger: Ledger, hashes: Mapping[str, str], author: Author, reason: str) -> None:
    """Record which records are about to be erased, in as many events as they take, all or none of them."""
    events = [
        Event(
            event_id=author.new_id(),
            kind=EventKind.SYSTEM,
            account_id="",
            customer_id="",
            occurred_at=author.at,
            by=author.by,
            code=CODE,
            data={"events": part, "reason": reason},
        )
        for part in _parts(hashes)
    ]
    ledger.record_many(events, recorded_at=author.at)


def _parts(hashes: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Cut ids and hashes so that each part fits one event."""
    part: dict[str, str] = {}
    size = 0
    for event_id, digest in hashes.items():
        length = len(line.canonical({event_id: digest}).encode())
        if part and size + length > _NAMED_BYTES:
            yield part
            part, size = {}, 0
        part[event_id] = digest
        size += length
    if part:
        yield part


def _by_reason(there: Sequence[Record], known: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Go through the records that only other desks' hashes name, by the reason that those desks gave."""
    groups: dict[str, dict[str, str]] = {}
    for each in there:
        reasons = known[_id(each)]
        if each.hash not in reasons:
            groups.setdefault(next(iter(reasons.values())), {})[_id(each)] = each.hash
    yield from groups.items()


def _id(record: Record) -> str:
    """Return the id of the event of a record."""
    return str(record.document().get("event_id", ""))


def _files(ledger: Ledger) -> Files:
    """Return the files of a ledger. Errors: BadUse where there are none."""
    if not isinstance(ledger.backend, Files):
        raise BadUse(
            "The records of this desk are on a server, which is not erased from here.", "Ask who keeps the server."
        )
    return ledger.backend
