"""Taking back one's own last record: a question, then a correcting record. Nothing is deleted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day
from deskcollect.present.lines import line
from deskcollect.present.score import step
from deskcollect.present.timeline import said
from deskcollect.tui.screens.base import in_stack
from deskcollect.tui.screens.confirm import Confirm
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from deskcollect.present.lines import Line
    from deskcollect.records import Event
    from deskcollect.tui.screens.base import DeskScreen

_NAME = 40


def ask(screen: DeskScreen) -> None:
    """Ask whether to take back the last record of the person who sits here; a first try that got through goes first."""
    session = screen.session
    event, session.stray = session.stray or session.opened[0].last_record(session.by), None
    if event is None:
        screen.say("info", "Nothing of yours to take back.")
        return

    async def answered(yes: bool | None) -> None:
        if yes:
            await _withdraw(screen, event)

    screen.app.push_screen(Confirm(session, "Undo", _question(screen, event)), answered)


def _question(screen: DeskScreen, event: Event) -> tuple[Line, ...]:
    """Return what is to be taken back: what, of whom, when."""
    desk, today, _ = screen.session.opened
    at = event.occurred_at.astimezone(desk.zone)
    on = "" if at.date() == today.moment.today else f"{day(at.date(), today.moment.today)} "
    row = today.find(event.account_id)
    name = clean(row["customer_name"] or "", limit=_NAME) if row else ""
    return (
        line(f" Withdraw  {said(screen.session.accounts(), event, event.currency)}?"),
        line(f"           {name} {clean(event.account_id)}, recorded by you {on}{clock_time(at)}"),
        line(" "),
        line((" The record stays in the history, marked withdrawn. Nothing is deleted.", "muted")),
    )


async def _withdraw(screen: DeskScreen, event: Event) -> None:
    """Withdraw a record and show the step back, where one stands by then: the keys go on while it is written."""
    session = screen.session
    desk, today, _ = session.opened
    seen = session.seen
    what = said(session.accounts(), event, event.currency)
    try:
        done = await asyncio.to_thread(desk.undo, today, event.event_id, by=session.by)
    except DeskError as error:
        for top in in_stack(screen.app)[:1]:
            top.refuse(error)
        return
    session.recorded(done, seen)
    way = f"{step(done.moved.step)}  " if done.moved and event.kind == EventKind.OUTCOME else ""
    for top in in_stack(screen.app)[:1]:
        top.recorded(done, f"Withdrawn: {what}. {way}The history keeps both records.")
        if session.endings.say_put_aside(session):
            top.draw_message()
