"""What every full screen has: title lines, message line, hints, and the keys that hold everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from deskcollect.present import head
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, clip, line
from deskcollect.present.record import whole
from deskcollect.tui import keys
from deskcollect.tui.paint import DOES, paint_all
from deskcollect.tui.widgets.hints import Hint, Hints
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.app import App

    from deskcollect.desk.desk import Recorded
    from deskcollect.errors import DeskError
    from deskcollect.present.shapes import Glyphs
    from deskcollect.tui.decision_form import Did
    from deskcollect.tui.session import Kind, Session

SIGNS = {"done": ("✓", "success"), "warning": ("!", "warning"), "error": ("✗", "error"), "info": ("·", "muted")}
_LOW = 20
_ALWAYS = (("app.help", "Help"), ("app.palette", "All"))


class DeskScreen(Screen[None]):
    """A screen of the desk. Subclasses name their hints by the ids of their bindings and draw their own middle.

    Two ids in one hint stand together.
    """

    HINTS: ClassVar[tuple[tuple[str, str], ...]] = ()
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "app.go('worklist')", "Worklist", id="screen.worklist", show=False),
        Binding("2", "app.go('alerts')", "Alerts", id="screen.alerts", show=False),
        Binding("3", "app.go('restrictions')", "Restrictions", id="screen.restrictions", show=False),
        Binding("u,ctrl+z", "undo", "Undo my last record…", id="work.undo", show=False),
        Binding("R", "rerank", "Rank again now", id="list.rerank", show=False),
        Binding("question_mark,f1", "help", "Help for this screen", id="app.help", show=False),
        Binding("colon,ctrl+p", "everything", "Everything", id="app.palette", show=False),
        Binding("ctrl+n", "messages", "Messages of today", id="app.messages", show=False),
        Binding("ctrl+t", "next_theme", "Next theme", id="app.theme", show=False),
        Binding("ctrl+c", "leave_hint", show=False),
        Binding("escape,q", "back", "One step back", id="nav.back", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._drawn: dict[str, tuple[str, Glyphs, tuple[Line, ...]]] = {}

    # --- drawing ---------------------------------------------------------------------------------------------------------

    def top(self) -> Plain:
        """Return the title lines, to be composed first."""
        return Plain(id="top")

    def bottom(self) -> tuple[Plain, Hints]:
        """Return message line and hints, to be composed last."""
        return Plain(id="message"), Hints(self.session.glyphs)

    def draw(self, target: str, lines: Iterable[Line]) -> None:
        """Draw lines into one of the plain widgets; what stands there already is not sent again.

        Only another number of lines moves the other widgets. What was still being worked out when the desk is left is not
        drawn any more.
        """
        if not self.app.is_running:
            return
        drawn = (self.app.theme, self.session.glyphs, tuple(lines))
        before = self._drawn.get(target)
        if before != drawn:
            self._drawn[target] = drawn
            content = paint_all(drawn[2], self.app.theme_variables, self.session.glyphs)
            grows = before is None or len(before[2]) != len(drawn[2])
            self.query_one(target, Plain).show(content, layout=grows)

    def draw_top(self) -> None:
        """Draw the title lines anew, for instance because the clock moved on."""
        width = self.size.width
        lines = [head.title(self.session.standing(), width)]
        if self.session.day is not None and self.size.height >= _LOW:
            lines.append(head.tiers(self.session.team.counted(self.session.day), self.session.glyphs, width))
        self.draw("#top", lines)

    def draw_message(self) -> None:
        """Draw the newest message."""
        shown = self.session.messages[-1:]
        lines = [
            line((f" {SIGNS[entry.kind][0]} ", SIGNS[entry.kind][1]), whole(clean(entry.text), self.size.width - 3))
            for entry in shown
        ]
        self.draw("#message", [clip(entry, self.size.width) for entry in lines] or [line(" ")])

    def draw_hints(self) -> None:
        """Draw what the keys do, with the keys of desk.toml."""
        known = {binding.id: binding for binding in keys.bindings(*self.key_nodes())}
        self.query_one(Hints).glyphs = self.session.glyphs
        self.query_one(Hints).hints = tuple(
            self._hint([known[name] for name in names.split()], label) for names, label in (*self.HINTS, *_ALWAYS)
        )

    def _hint(self, bindings: list[Binding], label: str) -> Hint:
        """Return the hint of one binding, or of two that belong together; a click does the last."""
        shown = " ".join(self.session.keymap.shown(binding) for binding in bindings)
        return Hint(shown, label, _clicked(bindings[-1].action))

    def key_nodes(self) -> tuple[type, ...]:
        """Return the classes whose keys hold here, the nearest first."""
        return (type(self),)

    def say(self, kind: Kind, text: str) -> None:
        """Put a message into the message line and keep it for today."""
        self.session.say(kind, text)
        self.draw_message()

    def refuse(self, error: DeskError) -> None:
        """Say what could not be done, and what to do."""
        self.session.refuse(error)
        self.draw_message()
        self.draw_top()

    def show_day(self) -> None:
        """Draw everything that depends on the day; subclasses add their own."""
        self.draw_top()
        self.draw_message()
        self.draw_hints()

    def day_changed(self) -> None:
        """Show what others recorded."""
        self.show_day()

    def on_screen_resume(self) -> None:
        """Draw anew after a dialog or another screen: such a pause is when rows may move."""
        if self.is_mounted:
            self.show_day()

    async def on_click(self, event: events.Click) -> None:
        """Do what the text under the mouse is there for."""
        action = event.style.meta.get(DOES)
        if action:
            event.stop()
            await self.run_action(str(action))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing be done before the book is read."""
        del action, parameters
        return self.session.day is not None

    def on_key(self, event: events.Key) -> None:
        """Say that a letter does nothing here; in the other case it may."""
        letter = event.character or ""
        if len(letter) != 1 or not letter.isprintable():
            return
        event.stop()
        if self.session.day is None:
            self.draw("#message", [line((" · reading the book: the keys work after loading", "muted"))])
            return
        caps = letter.isalpha() and letter.swapcase() in self.active_bindings
        self.say("info", f"{letter} is no key here. {'Caps lock?' if caps else '? shows the keys.'}")

    # --- recording -------------------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        """Return the account that the keys act on, None if there is none."""
        return None

    def action_record(self) -> None:
        """Record an outcome for the account at hand."""
        account_id = self.current()
        if account_id is not None:
            self.record_for(account_id)

    def record_for(self, account_id: str, *, go_on: bool = False) -> None:
        """Open the record dialog; `go_on` takes up the form that was not saved. Without a name it asks for one first."""
        from deskcollect.tui.screens.record import Record
        from deskcollect.tui.screens.who import Who

        def begin(_: None) -> None:
            if not self.session.knows(account_id):
                self.say("warning", self.session.gone(account_id))
            elif self.session.by:
                self.app.push_screen(Record(self.session, account_id, self.recorded, go_on=go_on))

        if self.session.by:
            begin(None)
        else:
            self.app.push_screen(Who(self.session), begin)

    def action_undo(self) -> None:
        """Ask whether to take back one's own last record."""
        from deskcollect.tui.screens.undo import ask

        ask(self)

    def recorded(self, done: Recorded, told: str) -> None:
        """Take a record into what is shown and say it; subclasses move their rows."""
        del done
        self.session.say("done", told)
        self.show_day()

    def settled(self, done: Did) -> None:
        """Show what a decision about cases did; subclasses move their rows."""
        del done
        self.show_day()

    def action_rerank(self) -> None:
        """Rank again now; a book that came in meanwhile is read."""
        if self.session.other_book() is not None or self.session.other_day() is not None:
            self.say("info", "Reading the new book…")
            self.app.action_read_again()  # type: ignore[attr-defined]  # the app is ours
        else:
            self.rerank()

    def rerank(self, *, quiet: bool = False) -> None:
        """Take what is new; `quiet` says nothing where nothing is."""
        del quiet
        self.day_changed()

    def place_words(self) -> str:
        """Return where the account at hand stands in a list, in words."""
        return ""

    def action_explain(self) -> None:
        """Say which rules decided about the account at hand."""
        from deskcollect.tui.screens.explain import Explain

        account_id = self.current()
        if account_id is not None:
            self.app.push_screen(Explain(self.session, account_id, self.place_words()))

    # --- everywhere ------------------------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Show the help of this screen."""
        from deskcollect.tui.screens.help import Help

        self.app.push_screen(Help(self.session, self))

    def action_everything(self) -> None:
        """Offer everything that can be done."""
        from deskcollect.tui.screens.everything import Everything

        self.app.push_screen(Everything(self.session, self))

    def action_messages(self) -> None:
        """Show what was said today."""
        from deskcollect.tui.screens.messages import Messages

        self.app.push_screen(Messages(self.session))

    def action_next_theme(self) -> None:
        """Take the next theme."""
        names = self.session.themes
        self.app.theme = names[(names.index(self.app.theme) + 1) % len(names)] if self.app.theme in names else names[0]
        self.show_day()

    def action_leave_hint(self) -> None:
        """Say how to leave."""
        self.say("info", "ctrl+q leaves.")

    def action_back(self) -> None:
        """Go one step back; here that is the screen before."""
        self.leave()

    def leave(self) -> None:
        """Go back to the screen before."""
        self.app.pop_screen()


def in_stack(app: App[int]) -> list[DeskScreen]:
    """Return the desk's screens that stand on each other, the top one first.

    One that is still being made is left out: it shows the newest day by itself. When the desk is being left there is none.
    """
    stack = app.screen_stack if app.is_running else []
    return [each for each in reversed(stack) if isinstance(each, DeskScreen) and each.is_mounted]


def _clicked(action: str) -> str:
    """Return the action of a binding as a click on its hint asks for it."""
    return action if action.startswith("app.") else f"screen.{action}"
