"""The cases that refused a decision, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from deskcollect.present.clean import clean, name_of
from deskcollect.present.lines import line
from deskcollect.present.numbers import several
from deskcollect.tui.decision_form import without_commands
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from deskcollect.case import Refusal
    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session

_SHOWN = 500


class Refused(Dialog[None]):
    """Lists what was not decided, and why."""

    CSS_PATH = "refused.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", "Close", id="nav.back"),
        Binding("down,j", "scroll(1)", "Down", id="nav.down", show=False),
        Binding("up,k", "scroll(-1)", "Up", id="nav.up", show=False),
    ]

    def __init__(self, session: Session, refused: Sequence[Refusal]) -> None:
        super().__init__(session)
        self._refused = refused

    def compose(self) -> ComposeResult:
        """Return the list."""
        title = f"{several(len(self._refused), 'case', 'cases')} refused"
        with self.framed(title=title, keys="esc Close"), VerticalScroll(can_focus=False):
            yield Plain(self.painted(self._lines()))

    def _lines(self) -> list[Line]:
        """Return one line a case."""
        day = self.session.opened[1]
        told = []
        for each in self._refused[:_SHOWN]:
            row = day.find(each.account_id)
            name = name_of(row, limit=30) if row else ""
            told.append(line(f" {name} ", (f"{clean(each.account_id)}  ", "muted"), without_commands(each.why)))
        left = len(self._refused) - _SHOWN
        return [*told, line((f" and {left:,} more", "muted"))] if left > 0 else told

    def action_scroll(self, rows: int) -> None:
        """Move the view."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)
