"""Decisions about accounts, from whatever screen: asked for in a dialog, recorded beside the screen, told in a line."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect.errors import DeskError
from deskcollect.present import cases as words
from deskcollect.present.clean import clean, name_of
from deskcollect.tui.decision_form import refusals, refusing
from deskcollect.tui.screens.base import DeskScreen, in_stack
from deskcollect.tui.widgets.table import Table
from deskcollect.vocabulary import CaseAction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deskcollect.tui.decision_form import DecisionForm, Did
    from deskcollect.tui.session import Session


class Chooses(DeskScreen):
    """A screen on which accounts are decided about: those of all marked rows, else the one at hand."""

    def chosen(self) -> list[str]:
        """Return the accounts that a decision is about: those that are shown first, in their order."""
        table = next(iter(self.query(Table)), None)
        if table is None or not table.marks:
            here = self.current()
            return [here] if here is not None else []
        shown = [key for key in table.rows.keys() if key in table.marks]  # noqa: SIM118 - rows are no mapping
        return [*shown, *sorted(table.marks - set(shown))]

    def decide(self, make: Callable[[], DecisionForm], tell: Callable[[Did], None]) -> None:
        """Ask for what a decision needs. Without a name of who sits here it asks for one first."""
        from deskcollect.tui.screens.decide import Decide
        from deskcollect.tui.screens.who import Who

        def ask(_: None) -> None:
            if not self.session.by:
                return
            form = make()
            if form.nothing:
                self.say("info", form.nothing)
            else:
                self.app.push_screen(Decide(self.session, form, tell))

        if self.session.by:
            ask(None)
        else:
            self.app.push_screen(Who(self.session), ask)

    def action_detail(self) -> None:
        """Show which accounts refused while the message line speaks of them, else show or hide the detail."""
        if not show_refused(self):
            self.toggle_detail()

    def toggle_detail(self) -> None:
        """Show or hide the detail, on a screen that has one."""


class Decides(Chooses):
    """A screen on which alert cases are decided."""

    async def action_acknowledge(self) -> None:
        """Say that somebody has looked; u takes it back."""
        if chosen := self.chosen():
            await acknowledge(self, chosen)

    def action_decide(self, action: str) -> None:
        """Ask for a decision."""
        begin(self, CaseAction(action), self.chosen())


def begin(screen: Chooses, action: CaseAction, account_ids: Sequence[str]) -> None:
    """Ask for what a decision about some cases needs."""
    from deskcollect.tui.case_form import CaseForm

    if account_ids:
        screen.decide(lambda: CaseForm(screen.session, action, account_ids), lambda done: tell(screen, action, done))


async def acknowledge(screen: DeskScreen, account_ids: Sequence[str]) -> None:
    """Record that somebody has looked, without a dialog."""
    from deskcollect.desk.alerts.cases import Ask, decide
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


def tell(screen: DeskScreen, action: CaseAction, done: Did) -> None:
    """Say what became of a decision, and let the screen that is seen by then show it."""
    said(
        screen, done, words.settled(action, len(done.events), len(done.refused)), lambda: _decided(screen, action, done)
    )


def said(screen: DeskScreen, done: Did, several: str, one: Callable[[], str]) -> None:
    """Say what became of a decision about several accounts, or about `one`; the screen that is seen by then shows it."""
    from deskcollect.desk.upkeep.keys import not_kept

    session, refused = screen.session, refusals(done)
    unsaid = not_kept(session.opened[0].settings, *(event.note for event in done.events))
    unsaid = f"   {unsaid}" if unsaid else ""
    if len(done.events) + len(refused) > 1:
        why = ": v shows why" if refused else "   u takes back the last" if done.events else ""
        session.say("done" if done.events else "warning", f"{several}{why}{unsaid}")
        session.keep_refused(refused)
    elif done.events:
        session.say("done", f"{one()}{unsaid}")
        session.keep_refused(())
    else:
        session.say(
            "warning",
            " ".join(f"{refusing(name(session, each.account_id), each.why).rstrip('.')}." for each in refused),
        )
        session.keep_refused(())
    if done.events and not refused:  # else the refusals stay the newest message, and the watch says it
        session.endings.say_put_aside(session)
    for top in in_stack(screen.app)[:1]:
        top.settled(done)


def _decided(screen: DeskScreen, action: CaseAction, done: Did) -> str:
    """Return what was decided about one case."""
    from deskcollect.desk.alerts.triage import decision

    session = screen.session
    desk, event = session.opened[0], done.events[0]
    told = decision(desk.ledger.get(event.event_id) or event, desk.zone)
    what = words.decided(replace(told, reason=""), session.voice) if told else words.settled(action, 1, 0)
    return f"{name(session, event.account_id)}: {what}.   u Undo"


def name(session: Session, account_id: str) -> str:
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
