"""Step one of the record dialog: an outcome by its letter, or by a word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
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

    def compose(self) -> ComposeResult:
        """Return search line, letters and what is said below them."""
        yield Field(id="search", compact=True, placeholder="a word or a code")
        yield Plain(id="letters")
        yield Plain(id="hint")

    @property
    def searching(self) -> bool:
        """Tell whether a code is looked for by word."""
        return bool(self.query_one("#search").display)

    @property
    def begun(self) -> bool:
        """Tell whether one step back leads to the letters and not out of the dialog."""
        return self.searching or bool(self._prefix)

    def begin(self, before: list[Line], after: Line) -> None:
        """Show all letters, after and before some other lines."""
        self.display = True
        self._prefix = ""
        self.query_one("#search").display = False
        self._show([*before, *words.picker(self._policies), line(" "), after])
        self.screen.set_focus(None)

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

    def _show(self, lines: list[Line]) -> None:
        """Show letters, and nothing below them."""
        self.query_one("#letters", Plain).show(self._painted(lines))
        self.query_one("#hint").display = False

    def _painted(self, lines: list[Line]) -> Content:
        """Return lines in colour."""
        return paint_all(lines, self.app.theme_variables, self._session.glyphs)
