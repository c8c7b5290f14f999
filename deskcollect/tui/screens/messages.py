"""What the desk said today, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from deskcollect.present.dates import clock_time
from deskcollect.present.lines import line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session


class Messages(ModalScreen[None]):
    """Lists the messages of this run."""

    DEFAULT_CSS = """
    Messages { align: center middle; background: $background 60%; }
    Messages > Vertical { width: 90; max-width: 100%; height: auto; max-height: 90%; border: round $accent; background: $panel; padding: 0 1; }
    Messages VerticalScroll { height: auto; max-height: 24; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,ctrl+n", "dismiss", "Close", id="nav.back")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Return the list."""
        signs = {"done": ("✓", "success"), "warning": ("!", "warning"), "error": ("✗", "error"), "info": ("·", "muted")}
        rows = [
            line((f" {clock_time(entry.at)} ", "muted"), signs[entry.kind], f" {entry.text}")
            for entry in reversed(self._session.messages)
        ]
        with Vertical() as frame:
            frame.border_title = "Messages of today"
            frame.border_subtitle = "esc Close"
            with VerticalScroll():
                shown = rows or [line((" Nothing yet.", "muted"))]
                yield Plain(paint_all(shown, self.app.theme_variables, self._session.glyphs))
