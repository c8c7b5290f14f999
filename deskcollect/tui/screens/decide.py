"""The dialog of a decision about one account or many: one reason for all of them, then ctrl+s."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.present.lines import line, wrapped
from deskcollect.tui.apart import apart
from deskcollect.tui.decision_form import refusals
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.screens.fields import Field, Fields
from deskcollect.tui.screens.unrecorded import attempt
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from deskcollect.errors import DeskError
    from deskcollect.present.lines import Line
    from deskcollect.tui.decision_form import DecisionForm, Did
    from deskcollect.tui.session import Session

_QUIET = 0.08
_FRAME, _WIDEST = 6, 78
_AROUND, _LEAST = 11, 3  # lines that the frame, the fields, and what saving would do take


class Decide(Dialog[None]):
    """Asks for what a decision needs, and records it.

    Args:
        session: The run.
        form: What is decided, and about whom.
        after: Told what became of it, before the dialog closes.
    """

    CSS_PATH = "decide.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "save", "Save", id="form.save"),
        Binding("escape", "back", "Back; what was typed is kept", id="nav.back"),
    ]

    def __init__(self, session: Session, form: DecisionForm, after: Callable[[Did], None]) -> None:
        super().__init__(session)
        self.form = form
        self._after = after

    def compose(self) -> ComposeResult:
        """Return the frame."""
        with self.framed(title=self.form.title, keys="ctrl+s Save · esc Back"):
            yield Plain(id="text")
            yield Fields(self.session.glyphs, self.form.labels)
            yield Plain(id="effect")

    def on_mount(self) -> None:
        """Show the fields."""
        text = self.query_one("#text", Plain)
        head = self.form.head(self._width, max(self.size.height - _AROUND, _LEAST))
        text.show(self.painted(head))
        text.display = bool(head)
        self.query_one(Fields).ask(self.form)
        self._follow()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        """Follow what is typed; a letter that chooses goes on to the next field."""
        fields = self.query_one(Fields)
        fields.take(self.form)
        self._follow()
        if event.input is fields.field("choice") and self.form.choice() and event.input.has_focus:
            self.focus_next(Field)

    @work(exclusive=True, group="follow")
    async def _follow(self) -> None:
        """Show how the fields are read, and once the typing rests what saving would do."""
        self.query_one(Fields).read(self.form)
        await asyncio.sleep(_QUIET)
        self._say(await apart(self.form.effect))

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field."""
        self.focus_next(Field)

    async def action_save(self) -> None:
        """Record; on a refusal the form stays as it is."""
        self.workers.cancel_group(self, "follow")
        form = self.form
        self.query_one(Fields).take(form)
        problem = form.problem()
        if problem:
            self._say([line(("✗ ", "error"), (problem, "error"))])
            return
        await attempt(self, form.save, self._refused, partial(self._done, self.session.seen))

    def _refused(self, error: DeskError) -> None:
        """Say what kept it from being recorded."""
        told = f"✗ {self.session.refusal(error)}"
        self._say([line((told, "error")), line(f"{error.remedy} Your form is kept; ctrl+s tries again.")])

    def _done(self, seen: int, done: Did) -> None:
        """Close if anything was recorded, else say who refuses."""
        if not done.events:
            self._say([line((f"✗ {self.form.refusing(refusals(done))}", "error"))])
            return
        self.session.forget_asked()
        self.session.settled(done, seen)
        self.dismiss(None)
        self._after(done)

    def action_back(self) -> None:
        """Close; what was typed is kept for the next time."""
        self.query_one(Fields).take(self.form)
        if self.form.typed:
            self.session.keep_asked(self.form.about, self.form.account_ids, self.form.values)
        self.dismiss(None)

    @property
    def _width(self) -> int:
        """Return the cells inside the frame."""
        return min(self.size.width, _WIDEST) - _FRAME

    def _say(self, lines: list[Line]) -> None:
        """Show what saving would do, or why it was refused."""
        effect = self.query_one("#effect", Plain)
        effect.show(self.painted([part for entry in lines for part in wrapped(entry, self._width, indent=9)]))
