"""Why a row stands where it stands: tier, place, next step, reason, alert, and what it was decided with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from deskcollect.present.clean import name_of
from deskcollect.present.explain import Explanation
from deskcollect.present.lines import plain
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session

_FRAME, _MOST = 4, 96
_NAME = 40


class Explain(Dialog[None]):
    """Shows the rules behind one account."""

    CSS_PATH = "explain.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "close", "Close", id="nav.back"),
        Binding("y", "copy", "Copy", id="app.copy"),
        Binding("down,j", "scroll(1)", "Down", id="nav.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="nav.up", show=False),
    ]

    def __init__(self, session: Session, account_id: str, place: str = "") -> None:
        super().__init__(session)
        desk, day, _ = session.opened
        self._row = day.row(account_id)
        self._told = Explanation(session.voice, desk.policies, self._row, day.silent, desk.card.stamp, place)

    def compose(self) -> ComposeResult:
        """Return the box."""
        name = name_of(self._row, limit=_NAME)
        with (
            self.framed(title=f"Why here · {name}", keys="y Copy · esc Close"),
            VerticalScroll(can_focus=False),
        ):
            yield Plain(id="told")

    def on_mount(self) -> None:
        """Draw the explanation."""
        self.on_resize()

    def on_resize(self) -> None:
        """Break the lines anew."""
        width = min(self.size.width, _MOST) - _FRAME
        self.query_one("#told", Plain).show(self.painted(self._told.lines(width)))

    def action_scroll(self, rows: int) -> None:
        """Move the view."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_copy(self) -> None:
        """Put the text into the clipboard."""
        self.app.copy_to_clipboard("\n".join(plain(entry) for entry in self._told.lines(_MOST)))
        self.session.say("info", "Copied, if the terminal allows it.")
        self.dismiss(None)
