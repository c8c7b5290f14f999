"""From a folder to an open desk, and what is said when it has opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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


def conclude(session: Session) -> tuple[Desk, Day, int]:
    """Return the open desk, its day and the number of the last record that the day knows of.

    Errors: as `open_folder`; BadUse when there is no book yet.
    """
    desk = session.desk or session.open()
    seen = desk.ledger.head().seq
    return desk, desk.load(), seen


def greet(session: Session, notices: Iterable[str]) -> None:
    """Say what a person should know before anything else; the last thing said stands in the message line."""
    desk, day, _ = session.opened
    health = desk.ledger.health()
    news = news_of(session)
    if news and not desk.settings.demo:
        session.say("info", f"{news}   ctrl+n Messages")
    elif news:
        session.say("info", news)
    if desk.settings.demo:
        session.say("info", DEMO)
    for text in (*filter(None, notices), *session.keymap.faults):
        session.say("warning", text)
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


def news_of(session: Session) -> str:
    """Return what changed with the newest book, if this person has not seen it yet."""
    from deskcollect.present.news import since_last_book

    desk, day, _ = session.opened
    if session.memory.seen() == day.moment.as_of.isoformat():
        return ""
    return since_last_book(day.standing.past_dues, day.conclusion.promises, desk.dates, day.moment.today)
