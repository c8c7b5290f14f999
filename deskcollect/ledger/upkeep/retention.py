"""Whole segments dropped when their records were kept long enough; a record of the chain says which, and what it begins with now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadUse, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.files import gaps
from deskcollect.ledger.files.segment import name, numbers
from deskcollect.ledger.tables import RETIRED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from deskcollect.ledger.files.files import Files
    from deskcollect.ledger.files.journal import Journal


def retire(
    files: Files, through_segment: int, *, by: str, at: datetime, told: Mapping[str, Any] | None = None
) -> gaps.Retired | None:
    """Drop all segments up to one; return what was declared, None where they were dropped before.

    The declaration is on the disk before the first segment goes, and they go in their order, so that a crash leaves a
    chain that begins where the declaration allows it. Run again, it finishes. `told` is written beside it: why, and
    what was dropped.

    Errors: BadUse for a segment that is still written to; Busy, Damaged, NotRecorded, Uncertain.
    """
    journal = files.journal
    with journal.writing():
        chain = journal.chain
        if through_segment >= chain.segments[-1].number:
            raise BadUse("The newest records cannot be dropped.", f"Name a file before {chain.segments[-1].path.name}.")
        done = gaps.retired(chain.segments)
        new = None
        if through_segment >= chain.first and not any(each.last >= through_segment for each in done):
            link = chain.segments[through_segment + 1 - chain.first].before
            new = gaps.Retired(chain.first, through_segment, link)
            document = {**(told or {}), **gaps.retirement(new, by=by, at=at.isoformat())}
            journal.append(RETIRED, [line.canonical(document)])
        try:
            _drop(journal, max([through_segment if new else 0, *(each.last for each in done)]))
        except OSError as error:
            raise NotRecorded(
                f"Not all old records could be dropped: {error.strerror or error}. All others are as they were.",
                "Check the rights of the ledger folder, then do it again.",
            ) from error
    return new


def _drop(journal: Journal, through: int) -> None:
    """Remove all segments up to one, each with its sidecar, in their order. Errors: OSError."""
    going = [number for number in numbers(journal.disk, journal.folder) if number <= through]
    for number in going:
        path = journal.folder / name(number)
        journal.disk.remove(path.with_suffix(".idx"))
        journal.disk.remove(path)
        journal.disk.fsync_dir(journal.folder)
    if going:
        journal.read_anew()
