"""Yes or no. No has the focus; Enter alone confirms nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session


class Confirm(ModalScreen[bool]):
    """Asks one question and returns the answer."""

    DEFAULT_CSS = """
    Confirm { align: center middle; background: $background 60%; }
    Confirm > Vertical { width: 74; max-width: 100%; height: auto; border: round $accent; background: $panel; padding: 0 1; }
    Confirm Horizontal { height: 1; margin: 1 0 0 0; }
    Confirm Button { min-width: 14; margin: 0 2 0 0; background: $panel; color: $foreground; }
    Confirm Button:focus { background: $focus-bg; color: $focus-fg; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("n,escape", "answer(False)", "No", id="confirm.no"),
    ]

    def __init__(self, session: Session, title: str, lines: tuple[Line, ...], yes: str = "Withdraw") -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._lines = lines
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Return question and buttons, No first so that it has the focus."""
        with Vertical() as frame:
            frame.border_title = self._title
            yield Plain(paint_all(self._lines, self.app.theme_variables, self._session.glyphs))
            with Horizontal():
                yield Button("n  Keep", id="no", compact=True)
                yield Button(f"y  {self._yes}", id="yes", compact=True)

    def on_mount(self) -> None:
        """Let No have the focus."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a click or Enter on a button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Take the letter."""
        self.dismiss(yes)
