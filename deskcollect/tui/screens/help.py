"""Help that can be searched by word and by key, that runs what it finds, and in which the manual can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from deskcollect import resources
from deskcollect.tui import actions, keys
from deskcollect.tui.screens.search import Found, Search
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.screen import Screen

    from deskcollect.tui.session import Session

_READS = "⏎ reads"
_LEAVES = " · ctrl+q leaves the desk"
_LETTERS = 4  # fewer stand in every page


class Help(Search):
    """Lists what the keys do on the screen below, and the pages of the manual."""

    KEYS_TEXT = "⏎ Run or read · tab All · ctrl+k A key · esc Close"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", "Close", id="nav.back"),
        Binding("tab", "all", "All screens", priority=True),
        Binding("ctrl+k", "by_key", "Find a key", priority=True),
    ]

    def __init__(self, session: Session, below: Screen[None]) -> None:
        super().__init__(session)
        self._below = below
        self._where = actions.name_of(below)
        self._all = False
        self._asks_key = False

    def on_mount(self) -> None:
        """Show what the keys do here."""
        page = VerticalScroll(Plain(notes=True, id="text"), id="page", can_focus=False)
        self.frame.mount(page)
        self.frame.titled(f"Help · {self._where}{_LEAVES}", self.KEYS_TEXT)
        super().on_mount()

    def entries(self, word: str) -> Iterator[Found]:
        """Return the keys of the screen below and the pages; on demand the keys of all screens."""
        yield from actions.here(self.session, self._below, self._where)
        if self._all:
            yield from actions.elsewhere(self.session, self._below)
        for page in sorted(resources.manual().glob("*.md")):
            text = page.read_text("utf-8")
            title = text.partition("\n")[0].lstrip("# ")
            inside = text.lower() if len(word) >= _LETTERS else ""
            yield Found(title, _READS, "manual", inside, run=page.name.__str__)

    def take(self, entry: Found) -> None:
        """Run an action on the screen below, or show a page of the manual."""
        if entry.key != _READS:
            super().take(entry)
        elif entry.run is not None:
            self.query_one("#text", Plain).show((resources.manual() / str(entry.run())).read_text("utf-8"))
            self._reading(on=True)

    def _reading(self, *, on: bool) -> None:
        """Show the page or the list."""
        self.query_one("#page").display, self.query_one("#found").display = on, not on

    def action_all(self) -> None:
        """Show the keys of all screens, or of this one again."""
        self._all = not self._all
        self.frame.titled(f"Help · {'all screens' if self._all else self._where}", self.KEYS_TEXT)
        self.find(self.query_one("#word", Input).value)

    def action_by_key(self) -> None:
        """Wait for a key and show what it does."""
        self._asks_key = True
        self.frame.titled("Help · press the key", "the next key is looked up, not run")
        self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        """Take the key that was asked for."""
        if self._asks_key:
            event.stop()
            event.prevent_default()
            self._asks_key = False
            self.frame.titled(f"Help · {self._where}{_LEAVES}", self.KEYS_TEXT)
            self.set_focus(self.query_one("#word"))
            self.query_one("#word", Input).value = keys.shown(event.key)

    def action_move(self, rows: int) -> None:
        """Move in the list, or in the page."""
        if self.query_one("#page").display:
            self.query_one("#page", VerticalScroll).scroll_relative(y=rows, animate=False)
        else:
            super().action_move(rows)

    def action_close(self) -> None:
        """Go from a page to the list, from the list to the screen."""
        if self.query_one("#page").display:
            self._reading(on=False)
        else:
            self.dismiss(None)
