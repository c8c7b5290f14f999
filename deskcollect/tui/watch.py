"""What other programs did to the desk meanwhile: colleagues' records, a new book, a new day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.dates import day as dated
from deskcollect.present.numbers import count, several
from deskcollect.tui import team
from deskcollect.tui.apart import apart
from deskcollect.tui.screens.base import DeskScreen, in_stack
from deskcollect.tui.screens.listing import Listing

if TYPE_CHECKING:
    from datetime import date, datetime

    from deskcollect.desk.day import Day
    from deskcollect.desk.team.visits import Told
    from deskcollect.tui.app import DeskApp
    from deskcollect.tui.session import Session


LOOK_SECONDS, REST_SECONDS = 5, 60
_AWAY = "offline"


@dataclass(frozen=True, slots=True)
class News:
    """What is new. `day` is None where the day is not touched by it."""

    seen: int
    text: str = ""
    day: Day | None = None
    book: date | None = None


class Watch:
    """Lets the clock of a desk go on, takes what others did, and ranks again where nobody presses a key."""

    def __init__(self, app: DeskApp) -> None:
        self._app = app
        self._session = app.session
        self._told: date | None = None
        self._away = False

    def start(self) -> None:
        """Begin to look."""
        self._app.set_interval(LOOK_SECONDS, self.look)
        self._rest = self._app.set_interval(REST_SECONDS, self.rested)

    def touched(self) -> None:
        """Count the rest anew: a key was pressed."""
        self._rest.reset()

    def look(self) -> None:
        """Draw the clock, and look beside it for what others did."""
        day = self._session.day
        if day is None:
            return
        if isinstance(self._app.screen, DeskScreen):
            self._app.screen.draw_top()
        if not any(worker.group == "look" for worker in self._app.workers):
            self._app.run_worker(self._look_for_news(day), group="look")

    async def _look_for_news(self, day: Day) -> None:
        """Take what is new, unless something was recorded here meanwhile; then the next look takes it."""
        self._tell_of_team(await apart(self._visited))
        team.tell(self._app)
        news = await apart(lambda: look(self._session, self._told))
        if news is not None and self._session.day is day:
            self._take(news)
        if self._session.endings.say_put_aside(self._session):
            self._draw()

    def _visited(self) -> Told | None:
        """Visit the server of the team, where there is one, and see who has which customer."""
        session, desk = self._session, self._session.opened[0]
        try:
            return session.team.visit(desk, session.by)
        except DeskError:
            return None  # this desk's own ledger cannot be read: whoever looks for news next says so
        finally:
            session.team.settle(desk, session.by)

    def _tell_of_team(self, told: Told | None) -> None:
        """Say when the server of the team goes away, how much waits, and when it is back."""
        if told is None or (told.error is None and not self._away):
            return
        session = self._session
        if told.error is not None and not self._away:
            wait = f" {several(told.waiting, 'entry waits', 'entries wait')} here" if told.waiting else ""
            session.say("warning", f"{told.error.message} You can go on.{wait}")
        elif told.error is None and told.tried:
            session.say("info", f"The server of the team is back: {count(told.sent)} sent, {count(told.taken)} taken.")
        self._away = told.error is not None or not told.tried
        if session.ledger in {"ok", _AWAY}:
            session.ledger = _AWAY if self._away else "ok"
        self._draw()

    def _draw(self) -> None:
        """Draw message and title of the screen that is seen."""
        for screen in in_stack(self._app)[:1]:
            screen.draw_message()
            screen.draw_top()

    def _take(self, news: News) -> None:
        """Show what is new; no row moves."""
        self._session.take(news.day or self._session.opened[1], news.seen)
        self._told = news.book or self._told
        if news.text:
            self._session.say("info", news.text)
        for screen in in_stack(self._app):
            screen.day_changed()

    def rested(self) -> None:
        """Rank again where nobody has pressed a key for a while."""
        screen = self._app.screen
        if isinstance(screen, Listing) and self._session.day is not None:
            screen.rerank(quiet=True)


def look(session: Session, known: date | None) -> News | None:
    """Look for something new; it may take a while, and changes nothing.

    Args:
        session: The run.
        known: Date of a newer book that was told already.
    """
    desk, day, _ = session.opened
    try:
        book = session.other_book()
        seen = desk.ledger.head().seq
        if book is not None:
            told = f"A book of {dated(book, day.moment.today)} came in: R reads it"
            return News(session.seen, told, book=book) if book > day.moment.as_of and book != known else None
        further = session.other_day()
        if further is not None and further != known:
            told = f"Transactions or payments to {dated(further, day.moment.today)} came in: R reads them"
            return News(session.seen, told, book=further)
        who = _others(session, seen)
        if who or _turned(day.moment.now, desk.clock.now()):
            return News(seen, _told(who), desk.load())
        return News(seen) if seen != session.seen else None
    except DeskError as error:
        said = session.messages[-1].text if session.messages else ""
        return News(session.seen, error.message) if said != error.message else None
    except OSError:
        # the files of a book that is being replaced are gone for an instant; the next look finds them
        return None


def _turned(before: datetime, now: datetime) -> bool:
    """Tell whether another hour has begun, in which people are reached more or less often, or another day."""
    return (before.date(), before.hour) != (now.date(), now.hour)


def _others(session: Session, seen: int) -> list[str]:
    """Return who recorded something elsewhere since the last look."""
    if seen == session.seen:
        return []
    events = session.opened[0].ledger.since(str(session.seen))
    return [event.by for _, event in events if event.event_id not in session.own]


def _told(who: list[str]) -> str:
    """Say who recorded how much."""
    if not who:
        return ""
    names = ", ".join(clean(name, limit=20) for name in dict.fromkeys(who))
    return f"{several(len(who), 'new record', 'new records')} by {names}"
