"""Yes or no. No has the focus; Enter alone confirms nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain, words

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session


class Confirm(Dialog[bool]):
    """Asks one question and returns the answer."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("n", "answer(False)", "No", id="confirm.no"),
        Binding("escape", "answer(False)", "No", id="nav.back"),
        Binding("left,right,tab", "app.focus_next", "The other button", id="nav.panel_next", show=False),
    ]

    def __init__(
        self, session: Session, title: str, lines: tuple[Line, ...], *, yes: str = "Withdraw", no: str = "Keep"
    ) -> None:
        super().__init__(session)
        self._title = title
        self._lines = lines
        self._yes, self._no = yes, no

    def compose(self) -> ComposeResult:
        """Return question and buttons, No first so that it has the focus."""
        with self.framed(title=self._title, keys="y Yes · n No · ⏎ the marked one"):
            yield Plain(self.painted(self._lines))
            with Horizontal():
                yield Button(words(f"n  {self._no}"), id="no", compact=True)
                yield Button(words(f"y  {self._yes}"), id="yes", compact=True)

    def on_mount(self) -> None:
        """Let No have the focus."""
        self.set_focus(self.query_one("#no", Button))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a click or Enter on a button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Take the letter."""
        self.dismiss(yes)
