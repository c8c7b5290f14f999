"""The record dialog: one letter a code, then only what that code needs, then ctrl+s."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.errors import DeskError
from deskcollect.present.clean import clean, name_of
from deskcollect.present.lines import line
from deskcollect.present.score import step
from deskcollect.tui.apart import apart
from deskcollect.tui.form import Form, Way
from deskcollect.tui.form_effect import Doubts, effect
from deskcollect.tui.screens.claims import Claims
from deskcollect.tui.screens.codes import Codes
from deskcollect.tui.screens.fields import Field, Fields
from deskcollect.tui.screens.unrecorded import attempt
from deskcollect.tui.widgets.literal import Plain
from deskcollect.vocabulary import Direction

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from deskcollect.desk.desk import Recorded
    from deskcollect.policy.model import Outcome
    from deskcollect.present.lines import Line
    from deskcollect.tui.memory import Draft
    from deskcollect.tui.session import Session

_QUIET = 0.08
_POINTS = ("phone", "phone_2", "email", "address")
_NAME = 30


class Record(Claims):
    """Asks for a code, then for its fields, and records.

    Args:
        session: The run.
        account_id: Whom it is about.
        after: Told what was recorded and how to say it, before the dialog closes.
        go_on: Begin with the form that was not saved.
    """

    CSS_PATH = "record.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "save", "Save", id="form.save"),
        Binding("escape", "back", "Back; what was typed is kept", id="nav.back"),
        Binding("ctrl+x", "discard", "Discard what was typed…", id="form.discard", priority=True),
    ]

    def __init__(
        self, session: Session, account_id: str, after: Callable[[Recorded, str], None], *, go_on: bool = False
    ) -> None:
        super().__init__(session, account_id)
        self._after = after
        self._draft: Draft | None = session.memory.find(account_id)
        self._go_on = go_on
        self._inbound = False
        self._point = 0
        self._doubts = Doubts()

    @property
    def form(self) -> Form | None:
        """Return the form, None while the letters are shown."""
        return self.session.form

    def compose(self) -> ComposeResult:
        """Return the frame; what it holds depends on the step."""
        with self.framed(title="Record", keys="esc Close"):
            yield Codes(self.session, self._fill)
            yield Plain(id="text")
            yield Fields(self.session.glyphs)
            yield Plain(id="effect")

    def on_mount(self) -> None:
        """Show the letters, or the form that was not saved."""
        self._pick()
        if self._go_on:
            self._take_up()

    def on_resize(self) -> None:
        """Set the letters anew where they stand in another room."""
        if self.form is None and not self._codes.begun:
            self._pick()

    @property
    def _codes(self) -> Codes:
        """Return step one."""
        return self.query_one(Codes)

    @property
    def _points(self) -> list[str]:
        """Return the kinds of numbers and addresses that can be named."""
        return [name for name in _POINTS if self.row[name]]

    @property
    def _customer(self) -> str:
        """Return the customer's name."""
        return name_of(self.row, limit=_NAME)

    # --- step one: the code ------------------------------------------------------------------------------------------------

    def _pick(self) -> None:
        """Show the codes, and the form that was not saved."""
        self.session.form = None
        way = "the customer called" if self._inbound else "outgoing"
        self.frame.titled(f"Record · {self._customer} · {way}{self._number()}", "esc Close")
        kept = self.session.opened[0].policies.outcome(self._draft.code) if self._draft else None
        offer = []
        if kept is not None:
            offer = [line((" ! ", "warning"), f"{kept.label} was not saved: enter goes on, ctrl+x discards"), line(" ")]
        self._show([])
        self._codes.begin(offer, len(self._points))

    def _number(self) -> str:
        """Return the number or address that is used, for the title."""
        if self._point >= len(self._points):
            return ""
        point = self._points[self._point]
        return f" · {clean(self.row[point], limit=20)}" if point in {"phone", "phone_2"} else f" · {point}"

    def on_key(self, event: events.Key) -> None:
        """Take a letter of step one. One that was typed ahead of the form goes into its field."""
        if self._codes.searching:
            return
        if event.key == "enter" and self.form is None and not self._codes.begun:
            event.stop()
            self._take_up()
        elif self.form is None and self._codes.move(event.key):
            event.stop()
        elif event.character is not None and event.is_printable:
            event.stop()
            self._letter(event.character)

    def _letter(self, letter: str) -> None:
        """Take a letter."""
        if self.form is not None:
            if isinstance(self.focused, Field):
                self.focused.insert_text_at_cursor(letter)
        elif letter == "i" and not self._codes.begun:
            self._inbound = not self._inbound
            self._pick()
        elif letter.isdigit() and not self._codes.begun:
            self._point = min(max(int(letter) - 1, 0), max(len(self._points) - 1, 0))
            self._pick()
        else:
            self._codes.letter(letter)

    def _take_up(self) -> None:
        """Go on with the form that was not saved, if there is one."""
        draft = self._draft
        outcome = self.session.opened[0].policies.outcome(draft.code) if draft else None
        if draft is not None and outcome is not None:
            self._inbound, self._point = draft.inbound, draft.point
            self._fill(outcome, draft)

    # --- step two: its fields ------------------------------------------------------------------------------------------------

    def _fill(self, outcome: Outcome, draft: Draft | None = None) -> None:
        """Ask for what the code needs; the rest is filled in."""
        direction = Direction.INBOUND if self._inbound else Direction.OUTBOUND
        point = self._points[self._point] if self._point < len(self._points) else ""
        form = Form(self.session, self.row, outcome, Way(direction, self._point, point), draft)
        self.session.form = form
        self.frame.titled(f"{outcome.label} · {self._customer}", "ctrl+s Save · esc Back")
        self._codes.display = False
        self._show(form.head())
        self._follow()

    @on(Input.Changed)
    def _changed(self) -> None:
        """Follow what is typed."""
        if self.form is not None:
            self.query_one(Fields).take(self.form)
            self._follow()

    def _follow(self) -> None:
        """Show how the fields are read, and as soon as it is known what saving would do."""
        if self.form is not None:
            self.query_one(Fields).read(self.form)
            self._preview(self.form)

    @work(exclusive=True, group="preview")
    async def _preview(self, form: Form) -> None:
        """Work out what saving would do, once the typing rests; keep the draft then."""
        await asyncio.sleep(_QUIET)
        self._keep(form)
        moved, problem = await apart(form.preview)
        if self.form is form:
            self._say(effect(form, moved, problem))

    def _keep(self, form: Form) -> None:
        """Keep what was typed, if anything was."""
        if form.typed:
            form.keep()
            self._draft = form.draft()

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field."""
        if self.form is not None:
            self.focus_next(Field)

    async def action_save(self) -> None:
        """Record; on a refusal the form stays as it is, and another try records the same event if it says the same."""
        if (form := self.form) is None:
            return
        # a preview that is still being worked out would write over what saving says
        self.workers.cancel_group(self, "preview")
        self.query_one(Fields).take(form)
        try:
            if asked := self._doubts.ask(form):
                self._say(asked)
                return
            entry, problem = form.final()
            if entry is None:
                self._say([line(("✗ ", "error"), (problem, "error"))])
                return
        except DeskError as error:
            self._refused(form, error)
            return
        desk, day, _ = self.session.opened
        done = partial(self._done, form, self.session.seen)
        await attempt(self, partial(desk.record, day, entry), partial(self._refused, form), done)

    def _refused(self, form: Form, error: DeskError) -> None:
        """Say in the form what kept it from being recorded."""
        form.keep()
        told = line((f"✗ {self.session.refusal(error)}", "error"))
        self._say([told, line(f"{error.remedy} Your form is kept; ctrl+s tries again.")])

    def _done(self, form: Form, seen: int, done: Recorded) -> None:
        """Close: it is recorded."""
        form.drop()
        self.session.form = None
        self.session.recorded(done, seen)
        self._after(done, f"{self._customer}: {form.said()}. {_moved(done)}")
        with suppress(DeskError):
            if first := form.tries.got_through(self.session.opened[0]):
                self.session.say_twice(first)
        self.session.endings.say_put_aside(self.session)
        self.dismiss(None)

    def action_back(self) -> None:
        """Go one step back; what was typed is kept."""
        if self.form is not None:
            self._keep(self.form)
        if self.form is not None or self._codes.begun:
            self._pick()
        else:
            self.dismiss(None)

    def action_discard(self) -> None:
        """Ask whether to throw away what was typed."""
        from deskcollect.tui.screens.confirm import Confirm

        if self.form is None and self._draft is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.session.memory.drop(self.row["account_id"])
                self._draft = None
                self._pick()

        question = (line(" Throw away what was typed into this form?"), line((" Nothing of it was recorded.", "muted")))
        self.app.push_screen(Confirm(self.session, "Discard", question, yes="Discard", no="Keep"), answered)

    # --- drawing ---------------------------------------------------------------------------------------------------------------

    def _show(self, lines: list[Line]) -> None:
        """Show text, and the fields of the form if there is one."""
        text = self.query_one("#text", Plain)
        text.show(self.painted(lines))
        text.display = bool(lines)
        self.query_one(Fields).ask(self.form)
        self._say([])

    def _say(self, lines: list[Line]) -> None:
        """Show what saving would do, or why it was refused."""
        effect = self.query_one("#effect", Plain)
        effect.show(self.painted(lines))
        effect.display = bool(lines)


def _moved(done: Recorded) -> str:
    """Return what a record did to score and tier."""
    if done.moved is None:
        return ""
    before, after = done.moved.before["tier"], done.moved.after["tier"]
    return f"{step(done.moved.step)}{f'  tier {before} → {after}' if before != after else ''}"
