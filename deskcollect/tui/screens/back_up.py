"""Backing up the ledger: a name for the file, then it is written and read again beside the keys."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.errors import DeskError
from deskcollect.present.clean import clean
from deskcollect.present.lines import line, wrapped
from deskcollect.present.numbers import several
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

_FRAME, _WIDEST = 6, 78


class BackUp(Dialog[None]):
    """Asks where the backup goes, and says what is in it once it was read again."""

    CSS_PATH = "back_up.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "close", show=False)]

    def compose(self) -> ComposeResult:
        """Return the question."""
        with self.framed(title="Back up the ledger", keys="⏎ Write · esc Close"):
            yield Plain("Into one file, whole, while everybody goes on. A stick is a good place.", id="what")
            yield Input(compact=True)
            yield Plain(id="told")

    def on_mount(self) -> None:
        """Offer a name."""
        desk = self.session.opened[0]
        box = self.query_one(Input)
        box.value = str(Path.home() / f"ledger-{desk.clock.today()}.tar")
        self.set_focus(box)

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        """Write it; a second ⏎ meanwhile finds the box closed."""
        from deskcollect.desk.upkeep.copies import back_up
        from deskcollect.desk.upkeep.keeping import Keeping

        desk, box = self.session.opened[0], self.query_one(Input)
        kept = Keeping(desk.folder, desk.settings, desk.ledger, desk.clock)
        box.disabled = True
        self._tell((f"Writing and reading it again{self.session.glyphs.ellipsis}", "muted"))
        try:
            path, made = await asyncio.to_thread(back_up, kept, Path(clean(event.value)))
        except (DeskError, OSError) as error:
            box.disabled = False
            self.set_focus(box)
            why = f"{error.message} {error.remedy}" if isinstance(error, DeskError) else error.strerror or str(error)
            self._tell((f"Not backed up: {clean(why)}", "error"))
            return
        self._done(several(made.records, "record", "records"), clean(str(path)), made.head.stamp)

    def _done(self, records: str, path: str, head: str) -> None:
        """Say what is in it, and where; the box stays until it was read, the message line has no room for a path."""
        box = self.query_one(Input)
        box.display = False
        self.set_focus(None)
        self.session.say("done", f"{records} backed up to {path}, head {head}. Keep it elsewhere than this disk.")
        self.frame.titled("Backed up", "⏎ Close")
        self.query_one("#what", Plain).show(f"{records}, read again: every one proves itself. Head {head}")
        self._tell((path, ""), ("Keep it elsewhere than this disk.", "muted"))

    def _tell(self, *told: tuple[str, str]) -> None:
        """Say how it stands."""
        width = min(self.size.width, _WIDEST) - _FRAME
        lines = [part for each in told for part in wrapped(line(each), width, indent=0)]
        self.query_one("#told", Plain).show(self.painted(lines))
