"""Unlocking notes: the passphrase is typed unseen, tried beside the keys, and kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from deskcollect.desk.upkeep import keys
from deskcollect.errors import DeskError
from deskcollect.present.lines import line, wrapped
from deskcollect.tui.apart import apart
from deskcollect.tui.screens.base import in_stack
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.screens.search import Found
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.unseen import Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App, ComposeResult

    from deskcollect.tui.session import Session

_FRAME, _WIDEST = 6, 78
_WORDS = "passphrase password sealed privacy seal open read key 密码 解锁 锁定"


class Unlock(Dialog[bool]):
    """Asks for the passphrase of the desk until it is the one; the answer is whether notes are unlocked."""

    CSS_PATH = "unlock.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._trying = False

    def compose(self) -> ComposeResult:
        """Return the question."""
        with self.framed(title="Unlock notes", keys="⏎ Unlock · esc Leave"):
            yield Plain("The passphrase of this desk:")
            yield Unseen(self.session.glyphs)
            yield Plain(self.painted([line(("It is not kept: notes lock again when you leave.", "muted"))]), id="told")

    def on_mount(self) -> None:
        """Let the passphrase have the keys."""
        self.set_focus(self.query_one(Unseen))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Try what was typed; the field is empty again before anything is known of it."""
        if not event.value or self._trying:
            return
        box = self.query_one(Unseen)
        box.value = ""
        self._trying = True
        self._tell(f"Unlocking{self.session.glyphs.ellipsis}", "muted")
        self.run_worker(self._try(event.value))

    async def _try(self, passphrase: str) -> None:
        """Try a passphrase, and close if it opens."""
        try:
            opens = await apart(partial(keys.unlock, self.session.opened[0], passphrase))
        except DeskError as error:
            self._tell(f"{error.message} {error.remedy}", "error")
        else:
            if opens:
                _changed(self.app, self.session, "Notes are unlocked until you leave.")
                self.dismiss(True)
                return
            self._tell("That is not the passphrase of this desk. Try again.", "error")
        self._trying = False

    def action_close(self) -> None:
        """Leave notes locked, unless what was typed is just being tried."""
        if not self._trying:
            self.dismiss(False)

    def _tell(self, text: str, role: str) -> None:
        """Say how it stands."""
        width = min(self.size.width, _WIDEST) - _FRAME
        self.query_one("#told", Plain).show(self.painted(wrapped(line((text, role)), width, indent=0)))


def offered(app: App[int], session: Session) -> Iterator[Found]:
    """Go through what Everything offers of notes: to unlock or to lock them, where they are sealed."""
    desk, _, _ = session.opened
    if not keys.sealed(desk):
        return
    if keys.locked(desk):
        yield Found("Unlock notes…", "", "all screens", _WORDS, run=lambda: app.push_screen(Unlock(session)))
    else:
        yield Found("Lock notes", "", "all screens", _WORDS, run=partial(lock, app, session))


def lock(app: App[int], session: Session) -> None:
    """Lock notes, on every screen at once."""
    keys.lock(session.opened[0])
    _changed(app, session, "Notes are locked.")


def _changed(app: App[int], session: Session, text: str) -> None:
    """Say it, and let every screen read its notes again: to them it is another day."""
    session.say("done", text)
    session.take(replace(session.opened[1]), session.seen)
    for screen in in_stack(app):
        screen.day_changed()
