"""What every full screen has: title lines, message line, hints, and the keys that hold everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from deskcollect.errors import DeskError, LedgerError
from deskcollect.present import head
from deskcollect.present.lines import Line, line
from deskcollect.present.score import step
from deskcollect.tui.paint import DOES, paint_all
from deskcollect.tui.widgets.hints import Hint, Hints
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events

    from deskcollect.desk.desk import Recorded
    from deskcollect.tui.session import Kind, Session

_SIGN = {"done": ("✓", "success"), "warning": ("!", "warning"), "error": ("✗", "error"), "info": ("·", "muted")}


class DeskScreen(Screen[None]):
    """A screen of the desk. Subclasses name their hints and draw their own middle."""

    HINTS: ClassVar[tuple[Hint, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "app.go('worklist')", "Worklist", id="screen.worklist", show=False),
        Binding("2", "app.go('alerts')", "Alerts", id="screen.alerts", show=False),
        Binding("u,ctrl+z", "undo", "Undo my last record…", id="work.undo", show=False),
        Binding("question_mark,f1", "app.help", "Help", id="app.help", show=False),
        Binding("colon,ctrl+p", "app.command_palette", "Everything", id="app.palette", show=False),
        Binding("ctrl+n", "app.messages", "Messages of today", id="app.messages", show=False),
        Binding("ctrl+t", "app.next_theme", "Next theme", id="app.theme", show=False),
        Binding("escape,q", "back", "One step back", id="nav.back", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    # --- drawing ---------------------------------------------------------------------------------------------------------

    def top(self) -> Plain:
        """Return the title lines, to be composed first."""
        return Plain(id="top")

    def bottom(self) -> tuple[Plain, Hints]:
        """Return message line and hints, to be composed last."""
        return Plain(id="message"), Hints(self.HINTS, self.session.glyphs)

    def draw(self, target: str, lines: Iterable[Line]) -> None:
        """Draw lines into one of the plain widgets."""
        content = paint_all(lines, self.app.theme_variables, self.session.glyphs)
        self.query_one(target, Plain).show(content)

    def draw_top(self) -> None:
        """Draw the title lines anew, for instance because the clock moved on."""
        width = self.size.width
        lines = [head.title(self.session.standing(), width)]
        if self.session.summary is not None and self.size.height >= 20:
            lines.append(head.tiers(self.session.summary, self.session.glyphs, width))
        self.draw("#top", lines)

    def draw_message(self) -> None:
        """Draw the newest message."""
        shown = self.session.messages[-1:]
        self.draw("#message", [_message(entry.kind, entry.text) for entry in shown] or [line(" ")])

    def say(self, kind: Kind, text: str) -> None:
        """Put a message into the message line and keep it for today."""
        self.session.say(kind, text)
        self.draw_message()

    def refuse(self, error: DeskError) -> None:
        """Say what could not be done, and what to do."""
        shout = "NOT RECORDED: " if isinstance(error, LedgerError) else ""
        self.say("error", f"{shout}{error.message} {error.remedy}".strip())

    def show_day(self) -> None:
        """Draw everything that depends on the day; subclasses add their own."""
        self.draw_top()
        self.draw_message()

    def on_screen_resume(self) -> None:
        """Draw anew after a dialog or another screen."""
        if self.is_mounted:
            self.show_day()

    async def on_click(self, event: events.Click) -> None:
        """Do what the text under the mouse is there for."""
        action = event.style.meta.get(DOES)
        if action:
            event.stop()
            await self.run_action(str(action))

    # --- undo ------------------------------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        """Ask whether to take back one's own last record."""
        from deskcollect.tui.screens.confirm import Confirm

        desk, _, _ = self.session.opened
        event = desk.last_record(self.session.by)
        if event is None:
            self.say("info", "Nothing of yours to take back.")
            return
        words = self.session.accounts()
        name = f"{words.voice.outcome(event.code)}"
        question = (
            line(f" Withdraw  {name} on {event.account_id}, {event.occurred_at.astimezone(desk.zone):%H:%M}?"),
            line((" The record stays in the history, marked withdrawn. Nothing is deleted.", "muted")),
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._withdraw(event.event_id)

        self.app.push_screen(Confirm(self.session, "Undo", question), answered)

    def _withdraw(self, event_id: str) -> None:
        """Withdraw a record and show the step back."""
        desk, day, _ = self.session.opened
        try:
            done = desk.undo(day, event_id, by=self.session.by)
        except DeskError as error:
            self.refuse(error)
            return
        self.session.take(done.day)
        self.say("done", f"Withdrawn. {step(done.step)}  The history keeps both records.")
        self.recorded(done)

    def recorded(self, done: Recorded) -> None:
        """Take a record into what is shown; subclasses move their rows."""
        del done
        self.show_day()

    def action_back(self) -> None:
        """Go back to the screen before."""
        self.app.pop_screen()


def _message(kind: Kind, text: str) -> Line:
    """Return one message with its sign."""
    sign, role = _SIGN[kind]
    return line((f" {sign} ", role), text)
