"""Copy a number or a row, or hand the list over as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from deskcollect.desk.files import write_table
from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.handover import listed
from deskcollect.present.lines import line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    import polars as pl
    from textual import events
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session


class Export(ModalScreen[None]):
    """Offers what can be copied; the list goes into a file that is named here."""

    DEFAULT_CSS = """
    Export { align: center middle; background: $background 60%; }
    Export > Vertical { width: 66; max-width: 100%; height: auto; border: round $accent; background: $panel; padding: 0 1; }
    Export Input { height: 1; border: none; padding: 0; background: $background; display: none; }
    """

    def __init__(self, session: Session, account_id: str, order: pl.Series | None) -> None:
        super().__init__()
        self._session = session
        self._order = order
        _, day, _ = session.opened
        self._row = day.row(account_id)

    def compose(self) -> ComposeResult:
        """Return the choices."""
        rows = [line(("  a  ", "accent"), f"Copy the account number {clean(self._row['account_id'])}")]
        if self._row["phone"]:
            rows.append(line(("  p  ", "accent"), f"Copy the phone number {clean(self._row['phone'])}"))
        if self._order is not None:
            rows.append(line(("  l  ", "accent"), f"Write this list of {len(self._order)} to a file…"))
        with Vertical() as frame:
            frame.border_title = "Copy or export"
            frame.border_subtitle = "esc Close"
            yield Plain(paint_all(rows, self.app.theme_variables, self._session.glyphs))
            yield Input(compact=True)

    def on_key(self, event: events.Key) -> None:
        """Take a letter."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif not self.query_one(Input).has_focus:
            event.stop()
            self._letter(event.character or "")

    def _letter(self, letter: str) -> None:
        """Copy, or ask for the file's name."""
        if letter == "a":
            self._copy(self._row["account_id"])
        elif letter == "p" and self._row["phone"]:
            self._copy(self._row["phone"])
        elif letter == "l" and self._order is not None:
            box = self.query_one(Input)
            box.display = True
            _, day, _ = self._session.opened
            box.value = str(Path.cwd() / f"worklist-{day.moment.as_of}.csv")
            box.focus()

    def _copy(self, text: str) -> None:
        """Put text into the clipboard of the terminal."""
        self.app.copy_to_clipboard(clean(text))
        self._session.say("info", f"Copied {clean(text)}, if the terminal allows it.")
        self.dismiss(None)

    @on(Input.Submitted)
    def _write(self, event: Input.Submitted) -> None:
        """Write the list."""
        _, day, _ = self._session.opened
        assert self._order is not None
        try:
            write_table(listed(day.table[self._order], self._session.voice), Path(event.value).expanduser())
        except DeskError as error:
            self._session.say("error", f"{error.message} {error.remedy}")
        else:
            self._session.say("done", f"{len(self._order)} rows written to {clean(event.value)}")
        self.dismiss(None)
