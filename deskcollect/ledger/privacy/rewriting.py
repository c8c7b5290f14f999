"""Records whose content is taken out of the files of a journal, each in its place: the chain and every other byte stay.

The open segment is sealed first, so that only files that nobody writes to are replaced, each in one step. Behind the last
one a record in the table ERASURES says that it is done: whoever has read those files reads them anew.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from deskcollect.errors import Damaged, NotRecorded, inside
from deskcollect.ledger import line
from deskcollect.ledger.files.disk import put
from deskcollect.ledger.files.segment import Segment
from deskcollect.ledger.tables import ERASURES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from deskcollect.ledger.files.chain import Chain
    from deskcollect.ledger.files.journal import Journal

_LEFT = ".aside"


def prove(journal: Journal, seqs: Collection[int]) -> None:
    """Read and check every file that holds one of some records, before anybody says that these are erased.

    Errors: Damaged, Busy, NotRecorded.
    """
    with journal.writing(), _in_words():
        for segment in journal.chain.segments:
            if any(segment.before.seq < seq <= segment.last.seq for seq in seqs):
                _whole(journal.chain, segment)


def erase(journal: Journal, groups: Sequence[Collection[int]], *, at: datetime) -> None:
    """Take the content out of records, those of one group before those of the next; on the disk when this returns.

    After a crash at any point, do it again. Errors: NotRecorded with what is to be done, Uncertain, Busy, Damaged.
    """
    with journal.writing():
        chain = journal.chain
        if any(seq > chain.segments[-1].before.seq for group in groups for seq in group):
            journal.roll()
        with _in_words():
            _drop_leftovers(journal)
            for group in groups:
                for segment in chain.segments[:-1]:
                    mine = [seq for seq in group if segment.before.seq < seq <= segment.last.seq]
                    if mine:
                        _rewrite(chain, segment, mine)
        journal.append(ERASURES, [line.canonical(mark(sum(map(len, groups)), at))])
        with suppress(OSError):  # it is done; what cannot be read now is read at the next look
            chain.reload()


def mark(count: int, at: datetime) -> dict[str, Any]:
    """Return the document in ERASURES which says that so many records have no content any more."""
    return {"erased_at": at.isoformat(), "events": count}


@contextmanager
def _in_words() -> Iterator[None]:
    """Put a refusal of the disk into words. Errors: NotRecorded."""
    try:
        yield
    except OSError as error:
        why = error.strerror or "the disk refused"
        raise NotRecorded(
            f"The erasure is not finished: {inside(why)}. The ledger is whole.",
            "Make room on the disk or check the rights of the ledger folder, then erase again.",
        ) from error


def _drop_leftovers(journal: Journal) -> None:
    """Remove what a rewriting that crashed left beside the segments: it may hold what is to go now."""
    for name in journal.disk.names(journal.folder):
        if name.startswith(".") and name.endswith(_LEFT) and ".jsonl." in name:
            journal.disk.remove(journal.folder / name)


def _rewrite(chain: Chain, segment: Segment, seqs: Collection[int]) -> None:
    """Put a file in the place of a sealed segment in which some records have no content. Errors: OSError, Damaged."""
    whole, data = _whole(chain, segment)
    for seq in seqs:
        offset, length = whole.index.span(whole.index.ordinal(seq))
        data[offset : offset + length] = line.erase(bytes(data[offset : offset + length]))
    segment.close()
    segment.disk.remove(segment.path.with_suffix(".idx"))
    segment.disk.fsync_dir(segment.path.parent)
    put(segment.disk, segment.path, bytes(data))


def _whole(chain: Chain, segment: Segment) -> tuple[Segment, bytearray]:
    """Return a segment as a file that nobody writes to just now holds it, every record proved, and its bytes.

    Holes that a repair declared are no damage. Errors: OSError, Damaged.
    """
    whole = Segment(segment.disk, segment.path.parent, segment.number, segment.before)
    whole.sealed = True
    data = bytearray(whole.read_whole())
    declared = chain.declared() if whole.damage else {}
    wrong = [each for each in whole.damage if each.hole not in declared]
    if wrong:
        raise Damaged(
            f"The ledger is damaged, so nothing was erased in this file. {wrong[0].sentence()}",
            "Mend it with  deskcollect ledger repair  or put the file back from a backup, then erase again.",
        )
    return whole, data
