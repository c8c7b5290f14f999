"""Decisions about alert cases, from whatever screen: asked for in a dialog, recorded beside the screen, told in a line."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect.errors import DeskError
from deskcollect.present import cases as words
from deskcollect.present.clean import clean, name_of
from deskcollect.tui.screens.base import DeskScreen, in_stack
from deskcollect.tui.widgets.table import Table
from deskcollect.vocabulary import CaseAction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.desk.cases import Settled
    from deskcollect.tui.session import Kind, Session


class Decides(DeskScreen):
    """A screen on which alert cases are decided: those of all marked rows, else the one at hand."""

    def chosen(self) -> list[str]:
        """Return the accounts that a decision is about: those that are shown first, in their order."""
        table = next(iter(self.query(Table)), None)
        if table is None or not table.marks:
            here = self.current()
            return [here] if here is not None else []
        shown = [key for key in table.rows.keys() if key in table.marks]  # noqa: SIM118 - rows are no mapping
        return [*shown, *sorted(table.marks - set(shown))]

    async def action_acknowledge(self) -> None:
        """Say that somebody has looked; u takes it back."""
        if chosen := self.chosen():
            await acknowledge(self, chosen)

    def action_decide(self, action: str) -> None:
        """Ask for a decision."""
        begin(self, CaseAction(action), self.chosen())

    def action_detail(self) -> None:
        """Show which cases refused while the message line speaks of them, else show or hide the detail."""
        if not show_refused(self):
            self.toggle_detail()

    def toggle_detail(self) -> None:
        """Show or hide the detail, on a screen that has one."""


def begin(screen: DeskScreen, action: CaseAction, account_ids: Sequence[str]) -> None:
    """Ask for what a decision about some cases needs. Without a name of who sits here it asks for one first."""
    from deskcollect.tui.screens.decide import Decide
    from deskcollect.tui.screens.who import Who

    session = screen.session
    if not account_ids:
        return

    def ask(_: None) -> None:
        if session.by:
            screen.app.push_screen(Decide(session, action, account_ids, lambda done: tell(screen, action, done)))

    if session.by:
        ask(None)
    else:
        screen.app.push_screen(Who(session), ask)


async def acknowledge(screen: DeskScreen, account_ids: Sequence[str]) -> None:
    """Record that somebody has looked, without a dialog."""
    from deskcollect.desk.cases import Ask, decide
    from deskcollect.tui.screens.who import Who

    session = screen.session
    if not session.by:
        screen.app.push_screen(Who(session))
        return
    desk, day, _ = session.opened
    seen, ask = session.seen, Ask(CaseAction.ACKNOWLEDGE, session.by)
    try:
        done = await asyncio.to_thread(decide, desk, day, tuple(account_ids), ask)
    except DeskError as error:
        screen.refuse(error)
        return
    if done.events:
        session.settled(done, seen)
    tell(screen, CaseAction.ACKNOWLEDGE, done)


def tell(screen: DeskScreen, action: CaseAction, done: Settled) -> None:
    """Say what became of a decision, and let the screen that is seen by then show it."""
    session = screen.session
    kind, text = _told(session, action, done)
    session.say(kind, text)
    session.keep_refused(done.refused if len(done.events) + len(done.refused) > 1 else ())
    for top in in_stack(screen.app)[:1]:
        top.settled(done)


def _told(session: Session, action: CaseAction, done: Settled) -> tuple[Kind, str]:
    """Return the kind of message and its text."""
    from deskcollect.desk.triage import decision

    if len(done.events) + len(done.refused) > 1:
        why = ": v shows why" if done.refused else "   u takes back the last" if done.events else ""
        text = words.settled(action, len(done.events), len(done.refused))
        return ("done" if done.events else "warning"), f"{text}{why}"
    if not done.events:
        return "warning", " ".join(f"{_name(session, each.account_id)} {each.why}." for each in done.refused)
    desk, event = session.opened[0], done.events[0]
    told = decision(desk.ledger.get(event.event_id) or event, desk.zone)
    what = words.decided(replace(told, reason=""), session.voice) if told else words.settled(action, 1, 0)
    return "done", f"{_name(session, event.account_id)}: {what}.   u Undo"


def _name(session: Session, account_id: str) -> str:
    """Return the customer of an account."""
    row = session.opened[1].find(account_id)
    return name_of(row, limit=30) if row else clean(account_id)


def show_refused(screen: DeskScreen) -> bool:
    """Show which cases refused while the message line speaks of them; else do nothing and say so."""
    from deskcollect.tui.screens.refused import Refused

    refused = screen.session.refused
    if not refused:
        return False
    screen.session.keep_refused(())
    screen.app.push_screen(Refused(screen.session, refused))
    return True
