"""There is no desk to show: why, and the ways on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from deskcollect.errors import NoDesk
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line, plain, wrapped
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.frame import Frame
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.errors import DeskError
    from deskcollect.tui.session import Session

_FRAME, _MOST, _AROUND = 4, 84, 8


class Stopped(Screen[None]):
    """Says why the desk cannot be opened."""

    CSS_PATH = "stopped.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.read_again", "Read again", id="stopped.again"),
        Binding("d", "app.open_demo", "Open the demo", id="stopped.demo"),
        Binding("y", "copy", "Copy", id="app.copy"),
        Binding("e", "all", "Show all findings", id="stopped.all"),
        Binding("q,escape", "leave", "Leave", id="nav.back"),
    ]

    def __init__(self, session: Session, error: DeskError) -> None:
        super().__init__()
        self._session = session
        self._error = error
        self._all = False

    def compose(self) -> ComposeResult:
        """Return the box with the reason."""
        title = "No desk" if isinstance(self._error, NoDesk) else "The desk does not open"
        yield Frame(Plain(id="told"), title=title, keys="", glyphs=self._session.glyphs)

    def on_mount(self) -> None:
        """Draw reason, findings and ways on."""
        self.on_resize()

    def on_resize(self) -> None:
        """Draw for the size of the window."""
        width = min(self.size.width, _MOST) - _FRAME
        issues = self._issues()
        room = max(1, self.size.height - _AROUND)
        shown = issues if self._all else issues[:room]
        more = [line((f"   and {len(issues) - len(shown)} more", "muted"))] if len(shown) < len(issues) else []
        ways = [("r", "Read again"), ("e", "Show all")] if more else [("r", "Read again")]
        ways += [("y", "Copy"), *([("d", "Open the demo")] if isinstance(self._error, NoDesk) else []), ("q", "Leave")]
        keys = line(*(part for key, does in ways for part in ((f" {key}", "accent"), f"  {does}   ")))
        lines = [*self._head(), *shown, *more, line(" "), keys]
        broken = [part for entry in lines for part in wrapped(entry, width)]
        self.query_one("#told", Plain).show(paint_all(broken, self.app.theme_variables, self._session.glyphs))

    def _head(self) -> list[Line]:
        """Return what happened and what to do."""
        head = [line((f" {clean(self._error.message)}", "bold"))]
        return [*head, line(f" {clean(self._error.remedy)}")] if self._error.remedy else head

    def _issues(self) -> list[Line]:
        """Return the single findings, each with its place."""
        told = []
        for issue in self._error.issues:
            where = f"{issue.place.file} line {issue.place.line}" if issue.place.line else issue.place.file
            told.append(line((f"   {clean(where)}: ", "muted"), clean(issue.message), f" {clean(issue.remedy)}"))
        return told

    def action_all(self) -> None:
        """Show all findings."""
        self._all = True
        self.on_resize()

    def action_copy(self) -> None:
        """Put everything into the clipboard."""
        self.app.copy_to_clipboard("\n".join(plain(entry) for entry in (*self._head(), *self._issues())))

    def action_leave(self) -> None:
        """Leave with the exit code of what happened."""
        self.app.exit(int(self._error.exit_code))
