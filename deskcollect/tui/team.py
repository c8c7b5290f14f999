"""The team of whoever sits here: the visits at its server, who has which customer, and which share of the book is theirs."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING

from textual.message import Message

from deskcollect.errors import DeskError
from deskcollect.tui.apart import apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.summary import Summary
    from deskcollect.desk.team.sharing import Share
    from deskcollect.desk.team.visits import Tie, Told
    from deskcollect.records import Claim
    from deskcollect.tui.session import Session

_NEARLY_OVER = timedelta(minutes=5)
_LEAVING_SECONDS = 1.0


class Team:
    """Knows who else has which customer, as it was last seen, and the one that is claimed here while a dialog is open.

    What asks the disk or the server is called beside the screen, by threads that take turns. The screens read `others`.
    `shown` is the desk's share while the worklist shows it.
    """

    def __init__(self) -> None:
        self.others: Mapping[str, Claim] = {}
        self._wanted, self._for = "", object()
        self._mine: Claim | None = None
        self._tied: tuple[Desk, Tie | None] | None = None
        self._share: Share | None = None
        self.shown: Share | None = None
        self._turn, self._tying = Lock(), Lock()

    def want(self, customer_id: str, wanted_for: object) -> None:
        """Let a customer be the one who is claimed here, for a dialog; `settle` does it."""
        self._wanted, self._for = customer_id, wanted_for

    def let_go(self, wanted_for: object) -> None:
        """Let nobody be claimed for a dialog any more, unless the next dialog wants somebody already."""
        if self._for is wanted_for:
            self._wanted = ""

    def visit(self, desk: Desk, by: str) -> Told | None:
        """Visit the server of the team, None where it has none. Errors: as Tie.visit."""
        tie = self._tie(desk)
        return tie.visit(by) if tie else None

    def settle(self, desk: Desk, by: str) -> None:
        """Give back who is not wanted any more, see who has whom, and claim the customer who is wanted.

        What cannot be done is left: a claim spares two calls to one customer and is not worth a word of failure.
        """
        tie = self._tie(desk)
        with self._turn:
            with suppress(DeskError):
                self._give_back(desk, tie)
            with suppress(DeskError):
                self._see_and_take(desk, by, tie)

    def leave(self) -> None:
        """Give back what is claimed and let go of the server; one that does not answer is waited for an instant only."""
        if self._tied is not None:
            leaving = Thread(target=self._left, args=self._tied, daemon=True)
            leaving.start()
            leaving.join(_LEAVING_SECONDS)

    def share(self, desk: Desk) -> Share | None:
        """Return the share of a desk, None where it keeps to none."""
        from deskcollect.desk.team import sharing

        if self._share is None or not self._share.is_of(desk):
            self._share = sharing.Share(desk) if sharing.is_shared(desk) else None
        return self._share

    def counted(self, day: Day) -> Summary:
        """Return the figures of what the worklist shows: the whole book, or the desk's share of it."""
        return self.shown.summary(day) if self.shown else day.summary

    def _left(self, desk: Desk, tie: Tie | None) -> None:
        """Give back what is claimed and let go of the server."""
        self._wanted = ""
        with self._turn, suppress(DeskError):
            self._give_back(desk, tie)
        if tie is not None:
            tie.close()

    def _tie(self, desk: Desk) -> Tie | None:
        """Return what ties a desk to its team's server; it is made once."""
        from deskcollect.desk.team.visits import tie

        with self._tying:
            if self._tied is None or self._tied[0] is not desk:
                self._tied = desk, tie(desk) if desk.settings.ledger else None
            return self._tied[1]

    def _give_back(self, desk: Desk, tie: Tie | None) -> None:
        """Give back the customer who is not wanted any more. Errors: Busy, NotRecorded."""
        from deskcollect.desk.team import claiming

        given = self._mine
        if given is not None and given.customer_id != self._wanted:
            self._mine = None
            claiming.release(desk, given.customer_id, given.by, tie=tie)

    def _see_and_take(self, desk: Desk, by: str, tie: Tie | None) -> None:
        """See who has whom and claim the customer who is wanted. A claim that one made by hand stays as it is.

        Errors: Busy, NotRecorded.
        """
        from deskcollect.desk.team import claiming

        standing = {each.customer_id: each for each in claiming.standing(desk, tie=tie)}
        self.others = {of: each for of, each in standing.items() if not claiming.is_own(desk, each, by)}
        wanted, mine = self._wanted, self._mine
        ends = mine is not None and mine.until - desk.clock.now() < _NEARLY_OVER
        if wanted and by and (wanted not in standing or ends):
            taken = claiming.take(desk, wanted, by, tie=tie, of_program=True)
            self._mine = taken.claim if taken.mine else None
            if not taken.mine:
                self.others = {**self.others, wanted: taken.claim}


class ClaimsSeen(Message, bubble=False):
    """Says to a screen that it was seen who has which customer."""


def look(app: App[int], session: Session) -> None:
    """Begin to see who has whom, beside the keys."""
    if app.is_running:
        app.run_worker(_look(app, session), group="claims")


async def _look(app: App[int], session: Session) -> None:
    """See who has whom; then the screens show it."""
    await apart(partial(session.team.settle, session.opened[0], session.by))
    tell(app)


def tell(app: App[int]) -> None:
    """Let the screens show who has whom."""
    for screen in app.screen_stack if app.is_running else ():
        screen.post_message(ClaimsSeen())


def in_words(session: Session, customer_id: str) -> str:
    """Return who else has a customer, nothing where nobody has, as it was last seen."""
    from deskcollect.present.claims import has_customer

    claim = session.team.others.get(customer_id)
    desk = session.opened[0]
    return has_customer(claim, desk.settings, desk.clock.today(), session.by) if claim else ""
