"""What another desk recorded, taken in from a bundle: first all of it is looked at, then all of it is written.

A merge that was interrupted is done again with the same bundle: entries that are here are not written a second time.
Entries of the kind that erases others are taken in as any other; to erase what they name is not done here.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadUse
from deskcollect.ledger import document
from deskcollect.ledger.replication import origins
from deskcollect.ledger.replication.heads import whole
from deskcollect.ledger.replication.survey import Conflict, Merged, Survey
from deskcollect.ledger.tables import EVENTS, MERGES

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from deskcollect.ledger.replication.bundle import Bundle
    from deskcollect.ledger.store import Ledger

__all__ = ["BATCH", "Conflict", "Merged", "merge"]
BATCH = 250  # a damaged batch is lost whole, so a smaller one loses less; each costs a sync of the disk


def merge(
    ledger: Ledger,
    bundle: Bundle,
    *,
    by: str,
    at: datetime,
    skip: Collection[str] = (),
    remember: bool = False,
) -> Merged:
    """Take in what is new in a bundle, whole, and write down how far the other desk is known now.

    `skip` names entries of the bundle that are left out. Where nothing is new, nothing is written, unless it is to be
    remembered that all of it was looked at.

    Errors: BadData that names the line, Fork, BadUse, NewerSchema, LedgerError.
    """
    ledger.backend.lines.refresh()
    survey = Survey(ledger, bundle, skip)
    survey.look_at_all()
    if not survey.conflicts and (survey.brings_something or remember):
        _write(ledger, bundle, survey, by=by, at=at)
    return survey.told()


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(ledger: Ledger, bundle: Bundle, survey: Survey, *, by: str, at: datetime) -> None:
    """Append the new entries, the sender's batches whole, and behind them what is known now."""
    backend, header = ledger.backend, bundle.header
    before = backend.lines.last.seq
    is_own = survey.heads.is_mine(header.desk, header.seq)  # of a bundle of this desk's own nothing is to be known
    told: dict[str, Any] = {"desk": header.desk} | ({} if is_own else {"seq": header.seq, "hash": header.hash})
    told |= {
        "heads": {d: [link.seq, link.hash] for d, link in sorted(survey.ways.reached.items()) if d != header.desk},
        "new": len(survey.new),
        "here": survey.here,
        "own_seq": before,
        "by": by,
        "merged_at": at.isoformat(),
    }
    told |= {"knew": survey.knew} if survey.knew else {}
    told |= {"skipped": sorted(survey.skipped)} if survey.skipped else {}
    document.canonical(told)  # refused now, before anything is written
    with suppress(BadUse):  # too long with it, and right without: then the records before it are read, too
        full = told | {"whole": whole(survey.heads, told)}
        document.canonical(full)
        told = full
    count = 0
    for batch in _batches(bundle, survey.new):
        count += sum(not each.replayed for each in backend.append(EVENTS, batch))
    told["new"] = count  # without what another program took in meanwhile
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
