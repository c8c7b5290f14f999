"""A desk and the server of its team: what is recorded here goes there, what the others recorded comes here.

The server is one more desk with a chain of its own, so both ways are merges: an entry is taken once, proved, and kept with
where it was first written. Recording never waits for the server. A desk that cannot reach it goes on, and the next time
sends what waited. What is sent lies in a file for as long as that takes, as a bundle does that goes by stick; the file has no
name, so that nobody else can open it and a program that is killed leaves nothing behind.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING

from deskcollect.errors import BadUse, Fork, LedgerError
from deskcollect.ledger.appending import elsewhere
from deskcollect.ledger.line import START
from deskcollect.ledger.postgres import opening
from deskcollect.ledger.replication import bundle, merging
from deskcollect.ledger.replication.adoptions import ids
from deskcollect.ledger.replication.heads import heads
from deskcollect.ledger.tables import EVENTS, MERGES, REPAIRS
from deskcollect.records import Head

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from deskcollect.ledger.backend import Lines
    from deskcollect.ledger.claims import Claims
    from deskcollect.ledger.line import Link
    from deskcollect.ledger.postgres.connection import Connection
    from deskcollect.ledger.store import Ledger

CONNECT_TIMEOUT = 3.0
_FEW = 50  # of the newest merges: among them one with the server is looked for
_MANY = 500  # lines that were looked at in vain; beyond that it is written down how far


@dataclass(frozen=True, slots=True)
class Synced:
    """How many entries went to the server, and how many came from it; `older` were left there, older than what is kept here."""

    sent: int
    taken: int
    older: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What is written beside entries that are carried: the name of the desk, who, when; and the ids that are left out."""

    name: str
    by: str
    at: datetime
    skip: frozenset[str]


class Team:
    """The way between a desk's ledger and the server of its team. One thread at a time uses it.

    In `folder`, the desk's own, lies what is on its way. What is remembered here only saves work.
    """

    def __init__(
        self, local: Ledger, address: str, folder: Path, *, sent: int = 0, connect_timeout: float = CONNECT_TIMEOUT
    ) -> None:
        self._local = local
        self._address = address
        self._folder = folder
        self._connect_timeout = connect_timeout
        self._there: Connection | None = None
        self._server: Ledger | None = None
        self.sent = sent  # the server has all own lines up to this number, as it was last seen
        self._scanned = 0  # among the own lines up to this number there are `_own` entries that it has not
        self._own = 0
        self._server_id = ""
        self._looked = START  # of the server's lines up to this one nothing is new here

    def close(self) -> None:
        """Let go of the server."""
        server, self._server, self._there = self._server, None, None
        if server is not None:
            server.close()

    def sync(self, *, name: str, by: str, at: datetime, skip: Collection[str] = ()) -> Synced:
        """Send what the server has not, and take what is new there; of two entries under one id that differ `skip` leaves both.

        Errors: LedgerError when the server cannot be reached or does not record, Fork; BadUse where the two say different
        things under one id; BadSettings, NewerSchema.
        """
        if not self._local.desk_id:
            raise BadUse(
                "This desk has no id, so its entries cannot be told apart.", "Give it one:  deskcollect ledger adopt"
            )
        visit = Visit(name, by, at, frozenset(skip))
        try:
            server = self._open()
            known = self._known(server)
            sent, taken = self._send(server, visit), self._take(server, visit, known)
        except LedgerError:
            self.close()
            raise
        return Synced(sent, taken.new, taken.older) if taken else Synced(sent, 0)

    def waiting(self) -> int:
        """Return how many entries of this desk are not known to be on the server. Nothing is asked there."""
        lines = self._local.backend.lines
        lines.refresh()
        if self._scanned < self.sent:
            self._scanned, self._own = self.sent, 0
        for record in lines.records(self._scanned):
            self._own += record.table == EVENTS and not elsewhere(record.document())
        self._scanned = lines.last.seq
        return self._own

    def claims(self) -> Claims:
        """Return the claims of the team. Errors: as `sync`."""
        self._open()
        assert self._there is not None
        return opening.claims(self._there, self._local.desk_id)

    def _open(self) -> Ledger:
        """Return the ledger on the server, connected."""
        if self._server is None:
            there = opening.connection(self._address, connect_timeout=self._connect_timeout)
            self._server, self._there = opening.on(there), there
            if self._server.desk_id != self._server_id:  # it was given another: its numbers may be other lines
                self._server_id, self._looked = self._server.desk_id, START
        return self._server

    def _known(self, server: Ledger) -> Link:
        """Return the last line of the server that was taken in here. Errors: Fork where it is not there any more."""
        self._local.backend.lines.refresh()
        there = server.backend.lines
        there.refresh()
        known = heads(self._local).known.get(server.desk_id, START)
        newest = max(known, self._looked, key=lambda each: each.seq)
        if not there.holds(Head(server.desk_id, newest.seq, newest.hash)):
            raise Fork(
                f"The ledger of the team on the {self._place} was put back from an older copy: record {newest.seq:,}, which "
                "was here before, is not in it any more. Nothing was sent or taken.",
                "What you record stays here. Tell whoever looks after the server;  deskcollect help team  says how it goes on.",
            )
        return known

    @property
    def _place(self) -> str:
        """Return where the server is, as a person may read it."""
        return self._there.place if self._there is not None else "server"

    def _send(self, server: Ledger, visit: Visit) -> int:
        """Send the lines that the server has not, if an own entry is among them; return how many entries are new there.

        What the server knows under an id of this desk counts if it is on the chain here: a copy of the desk may have sent it.
        """
        lines = self._local.backend.lines
        known = heads(server).known
        links = [known[desk] for desk in ids(self._local) if desk in known]
        after = max((each.seq for each in links if lines.holds(Head("", each.seq, each.hash))), default=0)
        if after != self.sent:
            self.sent, self._scanned, self._own = after, after, 0
        until = lines.last.seq
        if not self.waiting():
            return 0
        merged = _carried(self._local, server, after, visit, self._folder)
        self.sent, self._scanned, self._own = until, until, 0
        return merged.new

    def _take(self, server: Ledger, visit: Visit, known: Link) -> merging.Merged | None:
        """Take the lines of the server that are new here; return what that did, None where there are none.

        After a repair here all of its lines are looked at, once: what was lost is there.
        """
        lines = server.backend.lines
        lines.refresh()
        until = lines.last
        again = known.seq > 0 and _is_repaired_since(self._local.backend.lines, server.desk_id)
        if until.seq <= max(known.seq, self._looked.seq) and not again:
            return None
        after = 0 if again else known.seq
        merged = _carried(server, self._local, after, visit, self._folder, remember=again)
        self._looked = until
        return merged


def _is_repaired_since(lines: Lines, server_id: str) -> bool:
    """Say whether a ledger was repaired after the last merge with a server."""
    repaired = next((each.seq for each in lines.newest(REPAIRS, 1)), 0)
    if not repaired:
        return False
    merges = (each for each in lines.newest(MERGES, _FEW) if each.seq > repaired)
    return not any(each.document().get("desk") == server_id for each in merges)


def _carried(
    source: Ledger, target: Ledger, after: int, visit: Visit, folder: Path, *, remember: bool = False
) -> merging.Merged:
    """Carry the lines of one chain above a number to the other, as between desks that meet by stick.

    Errors: BadUse where an entry says something else there; LedgerError.
    """
    header = bundle.headed(source, after=after, name=visit.name, made_at=visit.at)
    with _laid_down(source, header, folder) as file:
        given = bundle.Bundle(file, f"team{bundle.SUFFIX}")
        remember |= header.lines > _MANY
        merge = partial(merging.merge, target, given, by=visit.by, at=visit.at, remember=remember)
        merged = merge()
        left = {each.event_id for each in merged.conflicts}
        if left and left <= visit.skip and merged.conflict_count == len(left):
            merged = merge(skip=left)
    if merged.conflicts:
        first = merged.conflicts[0].event_id
        raise BadUse(
            f"Here and on the server different things stand under the id {first}.",
            f"Leave both as they are with  deskcollect ledger sync --skip {first}",
        )
    return merged


@contextmanager
def _laid_down(source: Ledger, header: bundle.Header, folder: Path) -> Iterator[IO[bytes]]:
    """Lend a file without a name that holds a bundle. Errors: LedgerError."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(tempfile.TemporaryFile(dir=folder))
            bundle.put(source, header, file)
            file.seek(0)
        except OSError as error:
            raise LedgerError(
                f"What is on its way between this desk and the server needs room here: {error.strerror or error}. "
                "Nothing was lost.",
                "Make room on the disk or check the rights of the desk's folder; the next visit does it again.",
            ) from error
        yield file
