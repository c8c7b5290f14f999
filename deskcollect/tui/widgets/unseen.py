"""A field whose text nobody sees, and that gives it to no clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Input

if TYPE_CHECKING:
    from deskcollect.present.shapes import Glyphs


class Unseen(Input):
    """One line for a secret."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(compact=True, password=True)
        self._glyphs = glyphs

    @property
    def _value(self) -> Text:
        """Return a dot a character, a star where the terminal has no dots."""
        return Text(("*" if self._glyphs.ascii else "•") * len(self.value), no_wrap=True, overflow="ignore", end="")

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Take away what is selected, and copy nothing."""
        self.delete_selection()
