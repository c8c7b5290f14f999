"""The server of a desk's team: entries go there and come from there beside the work, which never waits for it.

Where the server cannot be reached it is left alone for a minute, so that a desk without a network is as quick as any.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from deskcollect.clock import utc_milliseconds
from deskcollect.desk.desk import STATE
from deskcollect.desk.team import claiming
from deskcollect.errors import BadData, BadUse, Busy, Damaged, DeskError, Fork, LedgerError
from deskcollect.ledger.files.state import State
from deskcollect.ledger.replication.team import Team

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.ledger.claims import Claims

REST_MS = 60_000
_AWAY, _REFUSED, _SENT = "server away", "server refused", "sent to server"
_REACHED = (BadUse, BadData, Damaged, Fork)  # the server was there, and what lies there or here does not fit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a visit: entries that went and came, how many wait here, and what kept them, None where nothing did.

    `older` entries were left there: they are older than what is kept here.
    `tried` is false where the server could not be reached a moment ago and was left alone.
    """

    sent: int = 0
    taken: int = 0
    waiting: int = 0
    error: DeskError | None = None
    tried: bool = True
    older: int = 0


class Tie:
    """What ties a desk to the server of its team. Threads use it one after another."""

    def __init__(self, desk: Desk | Keeping) -> None:
        self._desk = desk
        self._turn = Lock()
        sent = desk.state.mark(_SENT)
        self._team = Team(desk.ledger, desk.settings.ledger, desk.folder, sent=int(sent) if sent.isdecimal() else 0)

    def close(self) -> None:
        """Let go of the server."""
        with self._turn:
            self._team.close()

    def visit(self, by: str, *, patient: bool = True, skip: Collection[str] = ()) -> Told:
        """Send and take. A `patient` visit leaves a server alone that could not be reached a moment ago.

        Errors: LedgerError when this desk's own ledger cannot be read.
        """
        with self._turn:
            return self._visited(by, patient=patient, skip=skip)

    def ask(self, question: Callable[[Claims], T]) -> T | None:
        """Return what the team's claims say; None where they cannot be asked, or the server was away a moment ago.

        Errors: Busy.
        """
        with self._turn:
            if not self._desk.settings.desk_id or self._rests(_AWAY):
                return None
            try:
                return question(self._team.claims())
            except Busy:
                raise
            except DeskError:  # that the server is away is noted by the visits, which tell of it
                return None

    def _visited(self, by: str, *, patient: bool, skip: Collection[str]) -> Told:
        """Send and take."""
        if patient and (self._rests(_AWAY) or self._rests(_REFUSED)):
            return Told(waiting=self._team.waiting(), tried=False)
        name, at = self._desk.settings.name, self._desk.clock.now()
        try:
            done = self._team.sync(name=name, by=by or name, at=at, skip=skip)
        except DeskError as error:
            reached = isinstance(error, _REACHED)
            self._mark(_REFUSED if reached else _AWAY, str(utc_milliseconds()))
            if reached:
                self._pass_claims_on()
            return Told(waiting=self._team.waiting(), error=error)
        self._mark(_AWAY, "")
        self._mark(_REFUSED, "")
        self._mark(_SENT, str(self._team.sent))
        self._pass_claims_on()
        return Told(done.sent, done.taken, self._team.waiting(), older=done.older)

    def _pass_claims_on(self) -> None:
        """Let the team know who was claimed here while it could not be asked; a claim is not worth a word of failure."""
        with suppress(DeskError):
            claiming.pass_on(self._desk, self._team.claims)

    @property
    def waiting(self) -> int:
        """Return how many entries of this desk are not known to be on the server."""
        return self._team.waiting()

    def _rests(self, why: str) -> bool:
        """Say whether the server was away, or refused, a moment ago."""
        told = self._desk.state.mark(why)
        return told.isdecimal() and 0 <= utc_milliseconds() - int(told) < REST_MS

    def _mark(self, name: str, told: str) -> None:
        """Leave a note for the next program, which only saves it a vain try, or counting what was sent."""
        with suppress(LedgerError):
            if self._desk.state.mark(name) != told:
                self._desk.state.keep_mark(name, told)


def try_again(folder: Path) -> None:
    """Let the next visit try a server that could not be used a moment ago. Errors: Busy, NotRecorded."""
    state = State(folder / STATE)
    for name in (_AWAY, _REFUSED):
        if state.mark(name):
            state.keep_mark(name, "")


def tie(desk: Desk) -> Tie | None:
    """Return what ties a desk to its team's server, None where desk.toml names none."""
    return Tie(desk) if desk.settings.ledger else None
