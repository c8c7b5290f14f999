"""The window is too small to show anything right: says so, and gives way as soon as it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from deskcollect.present.lines import clip, line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session

LEAST = (60, 16)


class TooSmall(Screen[None]):
    """Stands over all other screens while the window is too small; they stay as they are."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Return the text."""
        yield Plain(id="told")

    def on_mount(self) -> None:
        """Draw the text."""
        self.on_resize()

    def on_resize(self) -> None:
        """Draw the size that the window has now."""
        width, height = self.size
        kept = "Your draft is kept." if self._session.form else ""
        told = [
            line((f" Window too small: {width}x{height}.", "bold")),
            line(f" Needs {LEAST[0]}x{LEAST[1]}. {kept}".rstrip()),
            line(" Make it larger, or run"),
            line("   deskcollect worklist"),
            line((" ctrl+q leaves", "muted")),
        ]
        shown = [clip(entry, width) for entry in told[:height]]
        self.query_one("#told", Plain).show(paint_all(shown, self.app.theme_variables, self._session.glyphs))
