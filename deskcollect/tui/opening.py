"""From a folder to an open desk, and what is said when it has opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect.desk.upkeep import keys
from deskcollect.tui.apart import apart
from deskcollect.tui.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.tui.session import Session

DEMO = "Demo: a throw-away copy. Nothing you do here is kept."


def open_folder(folder: Path | None, spare: Path | None) -> Desk:
    """Open the desk, or make the demo; this runs beside the first paint.

    Errors: NoDesk and whatever keeps a desk from being opened.
    """
    from deskcollect.desk.desk import open_desk
    from deskcollect.settings import FILE, no_desk

    if spare is not None:
        from deskcollect.desk.make import make_demo

        made = folder or spare
        return open_desk(made) if (made / FILE).exists() else make_demo(made)
    if folder is None:
        raise no_desk(Path.cwd())
    return open_desk(folder)


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk, its day, the number of the last record that the day knows of, and what is new in the book."""

    desk: Desk
    day: Day
    seen: int
    news: str


def conclude(session: Session) -> Opened:
    """Return the open desk and what it stands at.

    Errors: as `open_folder`; BadUse when there is no book yet.
    """
    desk = session.desk or session.open()
    seen = desk.ledger.head().seq
    day = desk.load()
    keys.locked(desk)  # a passphrase that is known takes its moment here and not at the first account
    if share := session.team.share(desk):
        share.summary(day)  # whose a million customers are takes seconds to work out
    return Opened(desk, day, seen, news_of(desk, day, session.by or desk.settings.me))


async def read(session: Session) -> Opened:
    """Open and conclude beside the screen; once more where another day was taken meanwhile, or that would be lost.

    Errors: as `conclude`.
    """
    while True:
        day = session.day
        opened = await apart(partial(conclude, session))
        if session.day is day:
            return opened


def greet(session: Session, news: str, notices: Iterable[str]) -> None:
    """Say what a person should know before anything else; the last thing said stands in the message line."""
    desk, day, _ = session.opened
    health = desk.ledger.health()
    if news and not desk.settings.demo:
        session.say("info", f"{news}   ctrl+n Messages")
    elif news:
        session.say("info", news)
    if desk.settings.demo:
        session.say("info", DEMO)
    for text in (*filter(None, notices), *session.keymap.faults):
        session.say("warning", text)
    if health.ending is not None:
        session.endings.say_missing(session, health.ending)
    if health.damage:
        session.ledger = "damaged"
        session.say(
            "error", "The ledger is damaged: you can read, nothing can be recorded. deskcollect doctor says more"
        )
    elif not health.writable:
        session.ledger = "read only"
        session.say(
            "error", "This desk cannot be written: you can read, nothing can be recorded. deskcollect doctor says more"
        )
    session.memory.keep_seen(day.moment.as_of.isoformat())


def news_of(desk: Desk, day: Day, by: str) -> str:
    """Return what changed with the newest book, empty if this person has seen it already."""
    from deskcollect.desk.books import moved_at_last
    from deskcollect.desk.desk import SNAPSHOTS
    from deskcollect.present.news import since_last_book

    dates = tuple(book for book in desk.dates if book <= day.moment.as_of)
    replaced = day.moment.as_of not in dates  # at this very moment
    if replaced or len(dates) < 2 or Memory(desk, by).seen() == day.moment.as_of.isoformat():
        return ""
    moved = moved_at_last(desk.folder / SNAPSHOTS, dates, desk.policies)
    return since_last_book(moved, day.conclusion.promises, dates, day.moment.today)
