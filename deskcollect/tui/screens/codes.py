"""Step one of the record dialog: an outcome by its letter, or by a word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from deskcollect.present import record as words
from deskcollect.present.clean import clean
from deskcollect.present.lines import line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.screens.fields import Field
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.content import Content

    from deskcollect.policy.model import Outcome
    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session

_FRAME, _SIDES, _EDGES = 78, 4, 2
_FAR, _LOW = 1_000, 20


class Codes(Vertical):
    """Shows the letters; a code of two letters asks for the second.

    Args:
        session: The run.
        take: Told the outcome that was picked.
    """

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text("utf-8")

    def __init__(self, session: Session, take: Callable[[Outcome], None]) -> None:
        super().__init__()
        self._session = session
        self._policies = session.opened[0].policies
        self._take = take
        self._prefix = ""
        self._lines = self._room = 0

    def compose(self) -> ComposeResult:
        """Return search line, letters and what is said below them."""
        yield Field(id="search", compact=True, placeholder="a word or a code")
        yield VerticalScroll(Plain(id="letters"), id="list", can_focus=False)
        yield Plain(id="more")
        yield Plain(id="ways")
        yield Plain(id="hint")

    def on_mount(self) -> None:
        """Follow the list of letters with the sign that there is more."""
        self.watch(self._list, "scroll_y", self._draw_more)

    @property
    def _list(self) -> VerticalScroll:
        """Return what scrolls where not all letters fit."""
        return self.query_one("#list", VerticalScroll)

    @property
    def searching(self) -> bool:
        """Tell whether a code is looked for by word."""
        return bool(self.query_one("#search").display)

    @property
    def begun(self) -> bool:
        """Tell whether one step back leads to the letters and not out of the dialog."""
        return self.searching or bool(self._prefix)

    def begin(self, before: list[Line], points: int) -> None:
        """Show all letters after some other lines; `points` is how many numbers and addresses there are."""
        self.display = True
        self._prefix = ""
        self.query_one("#search").display = False
        width, room = min(self.screen.size.width, _FRAME) - _SIDES, self.screen.size.height - _EDGES
        lines = [*before, *words.picker(self._policies, width)]
        spare = [line(" ")] if len(lines) + 2 <= room else []
        self._show([*lines, *spare], room - 1, words.ways(points, width))
        self.screen.set_focus(None)

    def move(self, key: str) -> bool:
        """Scroll the letters by one of the keys that do so; False if it is another key or everything is seen."""
        page = max(1, self._list.size.height - 1)
        rows = {"down": 1, "up": -1, "pagedown": page, "pageup": -page, "home": -_FAR, "end": _FAR}.get(key)
        if rows is None or not self.query_one("#more").display:
            return False
        self._list.scroll_relative(y=rows, animate=False)
        return True

    def _draw_more(self) -> None:
        """Say how many lines stand above and below those that are seen."""
        above = round(self._list.scroll_y)
        below = max(0, self._lines - self._room - above)
        self.query_one("#more", Plain).show(self._painted([words.more(above, below)]))

    def letter(self, letter: str) -> None:
        """Take a letter."""
        if letter == "/" and not self._prefix:
            self._search()
            return
        typed = self._prefix + letter
        outcomes = [outcome for outcome in self._policies.outcomes if outcome.key]
        exact = next((outcome for outcome in outcomes if outcome.key == typed), None)
        begun = [outcome for outcome in outcomes if outcome.key.startswith(typed)]
        self._prefix = typed if begun and exact is None else ""
        if exact is not None:
            self._take(exact)
        elif begun:
            self._show([line((f"  {o.key[len(typed) :]}  ", "accent"), o.label) for o in begun])
        else:
            caps = " Caps lock?" if any(o.key == typed.swapcase() for o in outcomes) else ""
            hint = self.query_one("#hint", Plain)
            hint.show(self._painted([line((f" {clean(typed)} is no letter here.{caps}", "warning"))]))
            hint.display = True
            if self.screen.size.height < _LOW:
                self.query_one("#ways").display = False

    def _search(self) -> None:
        """Find a code by word."""
        box = self.query_one("#search", Field)
        box.value = ""
        box.display = True
        self._show([line((" Type a word: busy, promise, PTP …", "muted"))])
        self.screen.set_focus(box)

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        """Show what is called so."""
        event.stop()
        if self.searching and event.value.strip():
            self._show(words.found_lines(words.found(self._policies, event.value)))

    @on(Input.Submitted, "#search")
    def _take_first(self, event: Input.Submitted) -> None:
        """Take the first that was found."""
        event.stop()
        hits = words.found(self._policies, event.value)
        if hits:
            self._take(hits[0])

    def _show(self, lines: list[Line], room: int = 0, ways: Line = ()) -> None:
        """Show letters and, where there are such, the keys below them; what has no `room` is scrolled to."""
        self.query_one("#letters", Plain).show(self._painted(lines))
        below, more = self.query_one("#ways", Plain), self.query_one("#more", Plain)
        below.show(self._painted([ways]))
        below.display = bool(ways)
        more.display = bool(room) and len(lines) > room
        self._lines, self._room = len(lines), room - 1 if more.display else len(lines)
        self._list.styles.height = self._room
        self._list.scroll_to(y=0, animate=False, immediate=True)
        self._draw_more()
        self.query_one("#hint").display = False

    def _painted(self, lines: list[Line]) -> Content:
        """Return lines in colour."""
        return paint_all(lines, self.app.theme_variables, self._session.glyphs)
