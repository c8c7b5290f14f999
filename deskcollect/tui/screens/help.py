"""Help that can be searched by word and by key, and that runs what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskcollect import resources
from deskcollect.present.width import fit
from deskcollect.tui.commands import KEY_WORDS, actions
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from deskcollect.tui.session import Session


class Help(ModalScreen[None]):
    """Lists what the keys do on the screen below, and the pages of the manual."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "close", "Close", id="nav.back"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, session: Session, below: Screen[object]) -> None:
        super().__init__()
        self._session = session
        self._entries: list[tuple[str, str, str]] = []
        self._runs: dict[str, tuple[object, str]] = {}
        for binding, node in actions(below):
            keys = " ".join(KEY_WORDS.get(key, key) for key in binding.key.split(","))
            key = f"run:{binding.id}"
            if key in self._runs:
                number = next(n for n, entry in enumerate(self._entries) if entry[2] == key)
                self._entries[number] = (f"{self._entries[number][0]} {keys}", binding.description, key)
            else:
                self._entries.append((keys, binding.description, key))
                self._runs[key] = (node, binding.action)
        for page in sorted(resources.manual().glob("*.md")):
            title = page.read_text("utf-8").partition("\n")[0].lstrip("# ")
            self._entries.append(("⏎ reads", title, f"page:{page.name}"))

    def compose(self) -> ComposeResult:
        """Return search box, list and page."""
        with Vertical(id="frame") as frame:
            frame.border_title = "Help · type a word or a key"
            frame.border_subtitle = "⏎ Run or read · esc Close"
            yield Input(placeholder="type to search", compact=True, id="word")
            yield OptionList(id="found", compact=True, markup=False)
            with VerticalScroll(id="page"):
                yield Plain(notes=True, id="text")

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one("#page").display = False
        self._list("")
        self.query_one("#word", Input).focus()

    @on(Input.Changed, "#word")
    def _typed(self, event: Input.Changed) -> None:
        """Search."""
        self._list(event.value)

    def _list(self, word: str) -> None:
        """Show what answers a word or is on a key."""
        found = self.query_one("#found", OptionList)
        found.clear_options()
        wanted = word.strip().lower()
        for keys, text, key in self._entries:
            exact = word.strip() in keys.split() if word.strip() else False
            if not wanted or wanted in text.lower() or exact:
                row = Content.assemble(" ", (fit(keys, 14), "$accent"), text)
                found.add_option(Option(row, id=key))
        if found.option_count:
            found.highlighted = 0

    def action_move(self, rows: int) -> None:
        """Move in the list, or in the page."""
        if self.query_one("#page").display:
            self.query_one("#page", VerticalScroll).scroll_relative(y=rows, animate=False)
            return
        found = self.query_one("#found", OptionList)
        if found.option_count:
            found.highlighted = ((found.highlighted or 0) + rows) % found.option_count

    @on(Input.Submitted, "#word")
    def _chosen(self) -> None:
        """Run or read what is marked."""
        found = self.query_one("#found", OptionList)
        if found.highlighted is not None:
            self._take(found.get_option_at_index(found.highlighted).id or "")

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        """Run or read what was clicked."""
        self._take(event.option_id or "")

    def _take(self, key: str) -> None:
        """Run an action on the screen below, or show a page of the manual."""
        kind, _, name = key.partition(":")
        if kind == "page":
            text = (resources.manual() / name).read_text("utf-8")
            self.query_one("#text", Plain).show(text)
            self.query_one("#found").display, self.query_one("#page").display = False, True
            return
        node, action = self._runs[key]
        self.dismiss(None)
        self.app.call_later(node.run_action, action)  # type: ignore[attr-defined]  # a screen or the app

    def action_close(self) -> None:
        """Go from a page to the list, from the list to the screen."""
        if self.query_one("#page").display:
            self.query_one("#found").display, self.query_one("#page").display = True, False
        else:
            self.dismiss(None)
