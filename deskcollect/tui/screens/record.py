"""The record dialog: one letter a code, then only what that code needs, then ctrl+s."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from deskcollect.desk.desk import Recorded
from deskcollect.errors import DeskError, LedgerError
from deskcollect.present import record as words
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line
from deskcollect.tui.form import Form
from deskcollect.tui.paint import paint_all
from deskcollect.tui.screens.worklist import told
from deskcollect.tui.widgets.literal import Plain
from deskcollect.vocabulary import Direction

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.content import Content

    from deskcollect.policy.model import Outcome
    from deskcollect.tui.session import Session

_LABEL = {
    "amount": "Amount",
    "due": "By",
    "count": "Times",
    "at": "At",
    "choice": "Which",
    "note": "Note",
    "next": "Next",
}


class Field(Input):
    """One line of the form. Its name is the need it answers."""


class Record(ModalScreen[Recorded | None]):
    """Asks for a code, then for its fields; returns what was recorded."""

    CSS_PATH = "record.tcss"
    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "save", "Save", id="form.save", priority=True),
        Binding("escape", "cancel", "Back", id="form.cancel"),
        Binding("ctrl+x", "discard", "Discard the draft", id="form.discard", priority=True),
    ]

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__()
        self.session = session
        self.row = session.opened[1].row(account_id)
        self.form: Form | None = None
        self._prefix = ""
        self._inbound = False
        self._point = 0
        self._searching = False

    def compose(self) -> ComposeResult:
        """Return the frame; what it holds depends on the step."""
        with Vertical(id="frame"):
            yield Field(id="search", compact=True)
            yield Plain(id="text")
            for name, label in _LABEL.items():
                with Vertical(classes="line", id=f"line-{name}"):
                    yield Plain(label, classes="label")
                    yield Field(id=f"field-{name}", compact=True)
                    yield Plain(classes="reading", id=f"reading-{name}")
            yield Plain(id="effect")

    def on_mount(self) -> None:
        """Show the letters."""
        self._pick()

    @property
    def points(self) -> list[str]:
        """Return the kinds of numbers and addresses that can be named."""
        return [name for name in ("phone", "phone_2", "email", "address") if self.row[name]]

    # --- step one: the code ------------------------------------------------------------------------------------------------

    def _pick(self) -> None:
        """Show the codes."""
        self.form, self._prefix, self._searching = None, "", False
        desk, _, _ = self.session.opened
        name = clean(self.row["customer_name"] or self.row["account_id"]).replace("\n", " ")
        point = self.points[self._point] if self._point < len(self.points) else ""
        number = f" · {clean(self.row[point])}" if point in {"phone", "phone_2"} else f" · {point}" if point else ""
        way = "the customer called" if self._inbound else "outgoing"
        self._title(f"Record · {name} · {way}{number}", "esc Cancel")
        last = line(
            (" i", "accent"),
            "  the customer called us   ",
            (f"1-{max(1, len(self.points))}", "accent"),
            "  other number   ",
            ("/", "accent"),
            "  find by word",
        )
        self._show([*words.picker(desk.policies), line(""), last], fields=())
        self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        """Take a letter of the picker."""
        if self.form is not None or self._searching or event.character is None or event.key in {"escape", "tab"}:
            return
        event.stop()
        letter = event.character
        desk, _, _ = self.session.opened
        if not self._prefix and letter == "i":
            self._inbound = not self._inbound
            self._pick()
        elif not self._prefix and letter.isdigit():
            self._point = min(max(int(letter) - 1, 0), max(len(self.points) - 1, 0))
            self._pick()
        elif not self._prefix and letter == "/":
            self._search()
        else:
            self._letter(self._prefix + letter, [o for o in desk.policies.outcomes if o.key])

    def _letter(self, typed: str, outcomes: list[Outcome]) -> None:
        """Take one or two letters."""
        exact = next((outcome for outcome in outcomes if outcome.key == typed), None)
        begun = [outcome for outcome in outcomes if outcome.key.startswith(typed)]
        if exact is not None:
            self._fill(exact)
        elif begun:
            self._prefix = typed
            self._show([line((f"  {o.key[len(typed)]}  ", "accent"), o.label) for o in begun], fields=())
        else:
            swapped = next((o for o in outcomes if o.key == typed.swapcase()), None)
            hint = " Caps lock?" if swapped else ""
            self._prefix = ""
            self._effect([line((f" {clean(typed)} is no letter here.{hint}", "warning"))])

    def _search(self) -> None:
        """Find a code by word."""
        self._searching = True
        box = self.query_one("#search", Field)
        box.display = True
        box.value = ""
        box.focus()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        """Show what is called so."""
        if self._searching:
            desk, _, _ = self.session.opened
            self.query_one("#text", Plain).show(self._paint(words.found_lines(words.found(desk.policies, event.value))))

    @on(Input.Submitted, "#search")
    def _take_first(self, event: Input.Submitted) -> None:
        """Take the first that was found."""
        desk, _, _ = self.session.opened
        hits = words.found(desk.policies, event.value)
        if hits:
            self._fill(hits[0])

    # --- step two: its fields ------------------------------------------------------------------------------------------------

    def _fill(self, outcome: Outcome, draft: dict[str, str] | None = None) -> None:
        """Ask for what the code needs; the rest is filled in."""
        self._searching = False
        point = self.points[self._point] if self._point < len(self.points) and outcome.channel != "none" else ""
        self.form = Form(
            self.session, self.row, outcome, point, Direction.INBOUND if self._inbound else Direction.OUTBOUND
        )
        if draft:
            self.form.values.update(draft)
        self._title(
            f"{outcome.label} · {clean(self.row['customer_name'] or self.row['account_id'])}", "ctrl+s Save · esc Back"
        )
        self._show(self.form.head(), fields=self.form.fields)
        for name in self.form.fields:
            self.query_one(f"#field-{name}", Field).value = self.form.values.get(name, "")
        self.query_one(f"#field-{self.form.first}", Field).focus()
        self._follow()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        """Follow what is typed: show how it is read and what it would do."""
        name = (event.input.id or "").removeprefix("field-")
        if self.form is not None and name in self.form.fields:
            self.form.type(name, event.value)
            self._follow()

    def _follow(self) -> None:
        """Show readings and effects."""
        if self.form is None:
            return
        for name in self.form.fields:
            text, role = self.form.reading(name)
            self.query_one(f"#reading-{name}", Plain).show(self._paint([line((text, role))]))
        self._effect(self.form.effect())
        self.form.keep_draft()

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field."""
        if self.form is not None:
            self.focus_next()

    def action_save(self) -> None:
        """Record; on a refusal the form stays as it is."""
        if self.form is None:
            return
        desk, day, _ = self.session.opened
        entry, problem = self.form.entry()
        if entry is None:
            self._effect([*self.form.effect(), line((" ✗ ", "error"), (problem, "error"))])
            return
        try:
            done = desk.record(day, entry)
        except DeskError as error:
            self.form.keep_id(entry.event_id)
            shout = "NOT RECORDED: " if isinstance(error, LedgerError) else ""
            lines = [
                line((f" ✗ {shout}{error.message}", "error")),
                line(f" {error.remedy} Your form is kept; ctrl+s tries again."),
            ]
            self._effect(lines)
            return
        self.form.drop_draft()
        self.session.take(done.day)
        name = clean(self.row["customer_name"] or self.row["account_id"]).replace("\n", " ")
        self.session.say("done", f"{told(done, name, self.form.said())}   u Undo")
        self.dismiss(done)

    def action_cancel(self) -> None:
        """Go one step back; the draft is kept."""
        if self._searching or self.form is not None or self._prefix:
            self._pick()
        else:
            self.dismiss(None)

    def action_discard(self) -> None:
        """Throw the draft away and go back to the letters."""
        if self.form is not None:
            self.form.drop_draft()
            self._pick()

    # --- drawing ---------------------------------------------------------------------------------------------------------------

    def _title(self, title: str, keys: str) -> None:
        """Set the frame's title and keys."""
        frame = self.query_one("#frame", Vertical)
        frame.border_title = self.session.glyphs.render(clean(title, limit=70)).replace("[", "(").replace("]", ")")
        frame.border_subtitle = keys

    def _show(self, lines: list[Line], *, fields: tuple[str, ...]) -> None:
        """Show text and just these fields."""
        self.query_one("#search", Field).display = False
        self.query_one("#text", Plain).show(self._paint(lines))
        for name in _LABEL:
            self.query_one(f"#line-{name}", Vertical).display = name in fields
        self._effect([])

    def _effect(self, lines: list[Line]) -> None:
        """Show what saving would do, or why it was refused."""
        self.query_one("#effect", Plain).show(self._paint(lines))

    def _paint(self, lines: list[Line]) -> Content:
        """Return lines in colour."""
        return paint_all(lines, self.app.theme_variables, self.session.glyphs)
