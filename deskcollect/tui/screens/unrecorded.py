"""Nothing was recorded: why, what is safe, and the ways on. The form stays filled behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from deskcollect.desk.upkeep import spill
from deskcollect.errors import Busy, Damaged, DeskError, LedgerError, Locked
from deskcollect.present.clean import clean
from deskcollect.present.lines import line, wrapped
from deskcollect.present.numbers import several
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.screens.unlock import Unlock
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.app import ComposeResult

    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session

TRIES = 3
SECONDS = 5
_FRAME, _WIDEST = 6, 78


D = TypeVar("D")


class Unrecorded(Dialog[D]):
    """Says why nothing was recorded, and tries again; the answer is what was done in the end, None for back to the form.

    Where another program is in the way it tries by itself a few times.

    Args:
        session: The run.
        error: What kept it from being recorded.
        again: Tries once more. Errors: DeskError.
    """

    CSS_PATH = "unrecorded.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+s", "again", "Try again", id="unrecorded.again"),
        Binding("w", "file", "Write it to a file elsewhere…", id="unrecorded.file"),
        Binding("escape", "back", "Back", id="nav.back"),
    ]

    def __init__(self, session: Session, error: LedgerError, again: Callable[[], D]) -> None:
        super().__init__(session)
        self._error: DeskError = error
        self._again = again
        self._left = TRIES
        self._trying = False

    def compose(self) -> ComposeResult:
        """Return what happened and the ways on."""
        with self.framed(title=self._title, keys="esc Back to the form"):
            yield Plain(id="told")
            yield Input(compact=True)
            yield Plain(id="file")

    @property
    def _title(self) -> str:
        """Return what is the matter in a word or two."""
        if isinstance(self._error, Busy):
            return "Another program is writing"
        return "The ledger is damaged" if isinstance(self._error, Damaged) else "Not recorded"

    def on_mount(self) -> None:
        """Draw, and begin to wait where waiting helps."""
        self._told()

    def _told(self) -> None:
        """Draw what is the matter now, and wait where waiting helps."""
        self.frame.titled(self._title, "esc Back to the form")
        self.on_resize()
        if self._waits:
            self.set_timer(SECONDS, self._by_itself)

    @property
    def _waits(self) -> bool:
        """Say whether it is about to try by itself."""
        return self._left > 0 and isinstance(self._error, Busy) and not self.query_one(Input).display

    @property
    def _unwritten(self) -> Sequence[Mapping[str, Any]]:
        """Return what could be written to a file."""
        return self._error.unwritten if isinstance(self._error, LedgerError) else ()

    def on_resize(self) -> None:
        """Draw for the size of the window."""
        width = min(self.size.width, _WIDEST) - _FRAME
        told = [part for entry in self._lines() for part in wrapped(entry, width, indent=0)]
        self.query_one("#told", Plain).show(self.painted(told))

    def _lines(self) -> Iterator[Line]:
        """Go through what is said."""
        yield line((f"{self.session.refusal(self._error)}", "bold"))
        yield line(clean(self._error.remedy))
        yield line(("You can read and go on. Your form is kept.", "muted"))
        yield line(" ")
        by_itself = f" (tries by itself in {SECONDS} s, {self._left} left)" if self._waits else ""
        yield (
            line((f"r  Trying again{self.session.glyphs.ellipsis}", "muted"))
            if self._trying
            else line(("r", "accent"), f"  Try again{by_itself}")
        )
        if self._unwritten:
            yield line(("w", "accent"), "  Write it to a file elsewhere…")

    async def _by_itself(self) -> None:
        """Try again because time has passed."""
        if self._waits:
            self._left -= 1
            await self.action_again()

    async def action_again(self) -> None:
        """Try again, beside the keys; the box stays until it is known what became of it."""
        if self._trying or self.query_one(Input).display:
            return
        self._trying = True
        self.on_resize()
        self.run_worker(self._try(), exclusive=True)

    async def _try(self) -> None:
        """Try, and close if it was recorded."""
        try:
            done = await asyncio.to_thread(self._again)
        except DeskError as error:
            self._error, self._trying = error, False
            self._told()
        else:
            self.dismiss(done)

    def action_back(self) -> None:
        """Go back to the form, unless it is just being recorded."""
        if not self._trying:
            self.dismiss(None)

    def action_file(self) -> None:
        """Ask for the file's name."""
        if not self._unwritten or self._trying:
            return
        at = self.session.opened[0].clock.now()
        box = self.query_one(Input)
        box.display = True
        box.value = str(Path.home() / f"not-recorded-{at:%Y-%m-%d-%H%M%S}.json")
        self._tell("⏎ writes; a stick or another disk is a good place", "muted")
        self.set_focus(box)

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        """Write it beside the keys."""
        path, desk = Path.cwd() / clean(event.value), self.session.opened[0]
        try:
            await asyncio.to_thread(spill.write, path, desk.settings.desk_id, self._unwritten)
        except (DeskError, OSError) as error:
            why = error.message if isinstance(error, DeskError) else error.strerror or str(error)
            self._tell(f"Not written: {clean(why)}", "error")
            return
        what = several(len(self._unwritten), "entry", "entries")
        told = f"{what} written to {path}, not to the ledger. Later:  deskcollect ledger take {quote(str(path))}"
        self.session.say("warning", told)
        self.query_one(Input).display = False
        self._tell(told, "muted")
        self.set_focus(None)

    def _tell(self, text: str, role: str) -> None:
        """Say how it stands with the file."""
        width = min(self.size.width, _WIDEST) - _FRAME
        file = self.query_one("#file", Plain)
        file.show(self.painted(wrapped(line((text, role)), width, indent=0)))
        file.display = True
        file.set_class(not self.query_one(Input).display, "-alone")


async def attempt(
    form: Dialog[None], write: Callable[[], D], refused: Callable[[DeskError], None], done: Callable[[D], None]
) -> None:
    """Write what a form says, beside the keys. Where the ledger records nothing, offer ways on over the form.

    A note that is to be sealed asks for the passphrase first, where nobody gave it yet.

    Args:
        form: The dialog, which stays filled until it is done.
        write: Records; run in a thread. Errors: DeskError.
        refused: Told what kept it from being recorded.
        done: Told what was done, now or after another try.
    """
    try:
        told = await asyncio.to_thread(write)
    except Locked:
        still = Locked("Nothing was recorded: notes are sealed here and locked.", "Saving takes the passphrase.")

        async def answered(unlocked: bool | None) -> None:
            if unlocked:
                await attempt(form, write, refused, done)
            else:
                refused(still)

        form.app.push_screen(Unlock(form.session), answered)
    except LedgerError as error:
        refused(error)
        form.app.push_screen(Unrecorded(form.session, error, write), lambda told: done(told) if told else None)
    except DeskError as error:
        refused(error)
    else:
        done(told)
