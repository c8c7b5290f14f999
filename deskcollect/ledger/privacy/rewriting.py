"""Records whose content is taken out of the files of a journal, each in its place: the chain and every other byte stay.

The open segment is sealed first, so that only files that nobody writes to are replaced, each in one step. Behind the last
one a record in the table ERASURES says that it is done: whoever has read those files reads them anew.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from deskcollect.errors import Damaged, NotRecorded
from deskcollect.ledger import line
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.files.segment import Segment
from deskcollect.ledger.tables import ERASURES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from deskcollect.ledger.files.journal import Journal

_LEFT = ".aside"


def erase(journal: Journal, seqs: Collection[int], *, at: datetime) -> None:
    """Take the content out of records; on the disk when this returns. After a crash at any point, do it again.

    Errors: NotRecorded with what is to be done, Uncertain, Busy, Damaged.
    """
    with journal.writing():
        chain = journal.chain
        if any(seq > chain.segments[-1].before.seq for seq in seqs):
            journal.roll()
        try:
            _drop_leftovers(journal)
            for segment in chain.segments[:-1]:
                mine = [seq for seq in seqs if segment.before.seq < seq <= segment.last.seq]
                if mine:
                    _rewrite(segment, mine)
        except OSError as error:
            why = error.strerror or "the disk refused"
            raise NotRecorded(
                f"The erasure is not finished: {why[0].lower()}{why[1:]}. The ledger is whole.",
                "Make room on the disk or check the rights of the ledger folder, then erase again.",
            ) from error
        done = {"erased_at": at.isoformat(), "events": len(seqs)}
        journal.append(ERASURES, [line.canonical(done)])
        with suppress(OSError):  # it is done; what cannot be read now is read at the next look
            chain.reload()


def _drop_leftovers(journal: Journal) -> None:
    """Remove what a rewriting that crashed left beside the segments: it may hold what is to go now."""
    for name in journal.disk.names(journal.folder):
        if name.startswith(".") and name.endswith(_LEFT) and ".jsonl." in name:
            journal.disk.remove(journal.folder / name)


def _rewrite(segment: Segment, seqs: Collection[int]) -> None:
    """Put a file in the place of a sealed segment in which some records have no content. Errors: OSError, Damaged."""
    whole = Segment(segment.disk, segment.path.parent, segment.number, segment.before)
    whole.sealed = True
    data = bytearray(whole.read_whole())
    if whole.damage:
        raise Damaged(
            f"The ledger is damaged, so nothing was erased in this file. {whole.damage[0].sentence()}",
            "Put the file back from a backup, then erase again.",
        )
    for seq in seqs:
        offset, length = whole.index.span(whole.index.ordinal(seq))
        data[offset : offset + length] = line.erase(bytes(data[offset : offset + length]))
    segment.close()
    segment.disk.remove(segment.path.with_suffix(".idx"))
    segment.disk.fsync_dir(segment.path.parent)
    put(segment.disk, segment.path, bytes(data))
