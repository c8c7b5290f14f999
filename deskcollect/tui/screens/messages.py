"""What the desk said today, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time
from deskcollect.present.lines import line, plain
from deskcollect.tui.screens.base import SIGNS
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.present.lines import Line


class Messages(Dialog[None]):
    """Lists the messages of this run."""

    CSS_PATH = "messages.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+n", "close", "Close", id="nav.back"),
        Binding("y", "copy", "Copy", id="app.copy"),
        Binding("down,j", "scroll(1)", "Down", id="nav.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="nav.up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Return the list."""
        with (
            self.framed(title="Messages of today", keys="y Copy · esc Close"),
            VerticalScroll(can_focus=False),
        ):
            yield Plain(self.painted(self._lines() or [line((" Nothing yet.", "muted"))]))

    def _lines(self) -> list[Line]:
        """Return one line a message."""
        return [
            line(
                (f" {clock_time(entry.at) if entry.at else '     '} ", "muted"),
                SIGNS[entry.kind],
                f" {clean(entry.text)}",
            )
            for entry in reversed(self.session.messages)
        ]

    def action_scroll(self, rows: int) -> None:
        """Move the view."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_copy(self) -> None:
        """Put the text into the clipboard."""
        self.app.copy_to_clipboard("\n".join(plain(entry) for entry in self._lines()))
        self.dismiss(None)
