"""A dialog in which one types what is looked for, and takes what was found. Help and Everything are such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskcollect.present.width import fit
from deskcollect.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult

_KEY, _WHERE, _FRAME = 15, 14, 8
_NOT = 9


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be looked for.

    Args:
        text: What it is.
        key: The keys that do it, as they are written.
        where: On which screen, or of what kind.
        words: Other words by which it is found.
        run: What taking it does, after the dialog has closed; None: it can only be read.
        look: What shows it while it is only marked.
    """

    text: str
    key: str = ""
    where: str = ""
    words: str = ""
    run: Callable[[], object] | None = None
    look: Callable[[], object] | None = None

    def rank(self, wanted: str) -> int:
        """Return how well this answers what was typed; 9 is not at all."""
        asked = wanted.lower()
        text = self.text.lower()
        if not asked or wanted in self.key.split():
            return 0
        if text.startswith(asked):
            return 1
        if any(word.startswith(asked) for word in text.replace(":", " ").split()):
            return 2
        if all(part in f"{text} {self.words}" for part in asked.split()):
            return 3
        return _NOT


class Search(Dialog[None]):
    """Shows what was found, best first; up and down mark, Enter takes."""

    TITLE_TEXT = ""
    KEYS_TEXT = ""
    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        """Return search box and list."""
        with self.framed(title=self.TITLE_TEXT, keys=self.KEYS_TEXT):
            yield Input(placeholder="type a word", compact=True, id="word")
            yield OptionList(id="found", compact=True, markup=False)

    def on_mount(self) -> None:
        """Show everything."""
        self._shown: Sequence[Found] = ()
        self.set_focus(self.query_one("#word", Input))
        self.find("")

    def entries(self, word: str) -> Iterable[Found]:
        """Return what can be looked for; some of it may depend on what was typed."""
        raise NotImplementedError

    def find(self, word: str) -> None:
        """Show what answers a word."""
        ranked = [(entry.rank(word.strip()), number, entry) for number, entry in enumerate(self.entries(word.strip()))]
        self._shown = [entry for rank, _, entry in sorted(ranked, key=lambda hit: hit[:2]) if rank < _NOT]
        listed = self.query_one("#found", OptionList)
        listed.clear_options()
        width = self.frame.size.width or self.size.width - _FRAME
        several = len({entry.where for entry in self._shown} - {"manual"}) > 1
        listed.add_options([self._option(entry, width, _WHERE if several else 0) for entry in self._shown])
        if self._shown:
            listed.highlighted = 0
        else:
            listed.add_option(Option(Content(" Nothing is called so. Try another word; esc closes."), disabled=True))

    def _option(self, entry: Found, width: int, last: int) -> Option:
        """Return the line of one entry; `last` is the width of where it is, 0 where that is the same for all."""
        render = self.session.glyphs.render
        room = max(10, width - _KEY - last - 4)
        line = Content.assemble(
            " ",
            (fit(render(entry.key), _KEY), "$accent"),
            fit(render(entry.text), room, ellipsis=self.session.glyphs.ellipsis),
            " ",
            (fit(render(entry.where), last), "$muted-text"),
        )
        return Option(line)

    @on(Input.Changed, "#word")
    def _typed(self, event: Input.Changed) -> None:
        """Search."""
        self.find(event.value)

    def action_move(self, rows: int) -> None:
        """Mark another entry."""
        listed = self.query_one("#found", OptionList)
        if listed.option_count:
            listed.highlighted = min(max((listed.highlighted or 0) + rows, 0), listed.option_count - 1)

    @on(OptionList.OptionHighlighted)
    def _marked(self, event: OptionList.OptionHighlighted) -> None:
        """Show what is marked, if it can be shown."""
        if event.option_index < len(self._shown):
            look = self._shown[event.option_index].look
            if look is not None:
                look()

    @on(Input.Submitted, "#word")
    def _entered(self) -> None:
        """Take what is marked."""
        marked = self.query_one("#found", OptionList).highlighted
        if marked is not None and marked < len(self._shown):
            self.take(self._shown[marked])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        self.take(self._shown[event.option_index])

    def take(self, entry: Found) -> None:
        """Close and do it."""
        if entry.run is not None:
            self.dismiss(None)
            self.app.call_later(entry.run)
