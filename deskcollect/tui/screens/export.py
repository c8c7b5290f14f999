"""Copy a number, or hand the list or its marked rows over as a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from deskcollect.desk.files import write_table
from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.handover import listed
from deskcollect.present.lines import line
from deskcollect.present.numbers import several
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from textual import events
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session

_CELL = 60


class Export(Dialog[None]):
    """Offers what can be copied; the list goes into a file that is named here.

    Args:
        session: The run.
        account_id: The row that numbers are copied from.
        order: The rows of the list; None where there is no list.
        marks: The accounts that are marked.
    """

    CSS_PATH = "export.tcss"

    def __init__(
        self, session: Session, account_id: str, order: pl.Series | None = None, marks: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(session)
        self._order = order
        self._marks = marks
        self._rows: pl.Series | None = None
        # the rows are those of this day, whatever book is read while the dialog is open
        self._day = session.opened[1]
        self._row = self._day.row(account_id)

    def compose(self) -> ComposeResult:
        """Return the choices."""
        rows = [line((f"  {letter}  ", "accent"), text) for letter, text in self._choices()]
        with self.framed(title="Copy or export", keys="a letter takes · esc Close"):
            yield Plain(self.painted(rows))
            yield Input(compact=True)
            yield Plain(id="told")

    def _choices(self) -> Iterator[tuple[str, str]]:
        """Go through what can be taken, each with its letter."""
        yield "a", f"Copy the account number {clean(self._row['account_id'], limit=_CELL)}"
        if self._row["phone"]:
            yield "p", f"Copy the phone number {clean(self._row['phone'], limit=_CELL)}"
        if self._marks:
            yield "m", f"Write {several(len(self._marks), 'marked row', 'marked rows')} to a file…"
        if self._order is not None:
            yield "l", f"Write this list of {several(len(self._order), 'row', 'rows')} to a file…"

    def on_key(self, event: events.Key) -> None:
        """Take a letter."""
        if not self.query_one(Input).has_focus and event.character in dict(self._choices()):
            event.stop()
            self._take(event.character)

    def _take(self, letter: str) -> None:
        """Copy, or ask for the file's name."""
        if letter in {"a", "p"}:
            self._copy(self._row["account_id" if letter == "a" else "phone"])
            return
        rows = self._order
        if letter == "m":
            marked = self._day.table["account_id"].is_in(list(self._marks)).arg_true()
            # in the order of the list, then those that it does not show
            rows = marked if rows is None else rows.filter(rows.is_in(marked.implode())).append(
                marked.filter(~marked.is_in(rows.implode())).cast(rows.dtype)
            )  # fmt: skip
        self._rows = rows
        box = self.query_one(Input)
        box.display = True
        box.value = str(Path.cwd() / f"worklist-{self._day.moment.as_of}.csv")
        self.query_one("#told", Plain).show("⏎ writes; .csv, .xlsx, .parquet or .json")
        self.set_focus(box)

    def _copy(self, text: str) -> None:
        """Put text into the clipboard of the terminal."""
        self.app.copy_to_clipboard(clean(text))
        self.session.say("info", f"Copied {clean(text, limit=_CELL)}, if the terminal allows it.")
        self.dismiss(None)

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        """Write the rows beside the keys; a second ⏎ meanwhile finds nothing to write."""
        rows, self._rows = self._rows, None
        if rows is None:
            return
        told = self.query_one("#told", Plain)
        told.show(f"Writing {several(len(rows), 'row', 'rows')}…")
        path = Path(clean(event.value))
        problem = await asyncio.to_thread(self._write, rows, path)
        if problem:
            self._rows = rows
            told.show(problem)
            return
        self.session.say("done", f"{several(len(rows), 'row', 'rows')} written to {path}")
        self.dismiss(None)

    def _write(self, rows: pl.Series, path: Path) -> str:
        """Write rows to a file that is not there yet; return what is wrong."""
        target = path.expanduser()
        if target.exists():
            return f"{target.name} is there already: give another name"
        try:
            write_table(listed(self._day.table[rows], self.session.voice), target)
        except DeskError as error:
            return f"{error.message} {error.remedy}"
        return ""
