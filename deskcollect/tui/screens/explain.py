"""Which rules decided what a row says: tier, treatment, rank, alert, stamps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from deskcollect.present import explain
from deskcollect.present.clean import clean
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session


class Explain(ModalScreen[None]):
    """Shows the rules behind one account."""

    DEFAULT_CSS = """
    Explain { align: center middle; background: $background 60%; }
    Explain > Vertical { width: 80; max-width: 100%; height: auto; max-height: 100%; border: round $accent; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "dismiss", "Close", id="nav.back"),
        Binding("y", "copy", "Copy", id="app.copy"),
    ]

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__()
        self._session = session
        desk, day, _ = session.opened
        self._row = day.row(account_id)
        self._lines = explain.rules(session.voice, desk.policies, self._row, day.silent, desk.card.stamp)

    def compose(self) -> ComposeResult:
        """Return the box."""
        with Vertical() as frame:
            name = clean(self._row["customer_name"] or self._row["account_id"], limit=40).replace("\n", " ")
            frame.border_title = f"Explain · {name}".replace("[", "(").replace("]", ")")
            frame.border_subtitle = "y Copy · esc Close"
            yield Plain(paint_all(self._lines, self.app.theme_variables, self._session.glyphs))

    def action_copy(self) -> None:
        """Put the text into the clipboard."""
        from deskcollect.present.lines import plain

        self.app.copy_to_clipboard("\n".join(plain(entry) for entry in self._lines))
        self._session.say("info", "Copied, if the terminal allows it.")
        self.dismiss(None)
