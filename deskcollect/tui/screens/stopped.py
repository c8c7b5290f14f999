"""There is no desk to show: why, and the ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from deskcollect.present.clean import clean
from deskcollect.present.lines import line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from deskcollect.errors import DeskError
    from deskcollect.tui.session import Session

_ISSUES_SHOWN = 8


class Stopped(Screen[None]):
    """Says why the desk cannot be opened."""

    CSS_PATH = "stopped.tcss"

    def __init__(self, session: Session, error: DeskError) -> None:
        super().__init__()
        self._session = session
        self._error = error

    def compose(self) -> ComposeResult:
        """Return the box with the reason."""
        yield Plain(id="box")

    def on_mount(self) -> None:
        """Draw reason, findings and ways on."""
        lines = [line((f" {clean(self._error.message)}", "bold")), line(f" {clean(self._error.remedy)}"), line(" ")]
        for issue in self._error.issues[:_ISSUES_SHOWN]:
            where = f"{issue.place.file} line {issue.place.line}" if issue.place.line else issue.place.file
            lines.append(line((f"   {clean(where)}: ", "muted"), clean(issue.message), f" {clean(issue.remedy)}"))
        more = len(self._error.issues) - _ISSUES_SHOWN
        if more > 0:
            lines.append(line((f"   and {more} more", "muted")))
        lines += [line(" "), line((" r", "accent"), "  Read again   ", ("q", "accent"), "  Leave")]
        glyphs = self._session.glyphs
        self.query_one("#box", Plain).show(paint_all(lines, self.app.theme_variables, glyphs))

    def on_key(self, event: events.Key) -> None:
        """Read again or leave."""
        if event.key == "r":
            event.stop()
            self.app.pop_screen()
            self.app.read_book()  # type: ignore[attr-defined]  # the app is ours
        elif event.key in {"q", "escape"}:
            self.app.exit(int(self._error.exit_code))
