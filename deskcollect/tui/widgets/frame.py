"""The frame of a dialog: a title above, what the keys do below. Only dialogs have frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.containers import Vertical

from deskcollect.present.clean import clean
from deskcollect.tui.widgets.literal import frame_title, words

if TYPE_CHECKING:
    from textual.widget import Widget

    from deskcollect.present.shapes import Glyphs

_TITLE = 60


class Frame(Vertical):
    """Stands around the content of a dialog; its width comes from the dialog's style sheet. A note stands before the keys."""

    DEFAULT_CSS = Path(__file__).with_suffix(".tcss").read_text("utf-8")

    def __init__(self, *children: Widget, title: str, keys: str, glyphs: Glyphs) -> None:
        super().__init__(*children, classes="-ascii" if glyphs.ascii else "")
        self._glyphs = glyphs
        self._keys = self._note = ""
        self.titled(title, keys)

    def titled(self, title: str, keys: str) -> None:
        """Write title and keys; a long title is cut."""
        shown = self._glyphs.render(clean(title.replace("\n", " "), limit=_TITLE))
        frame_title(self, shown)
        self._keys = keys
        self._draw_below()

    def noted(self, note: str) -> None:
        """Write a note before the keys; without one they stand alone."""
        if note != self._note:
            self._note = note
            self._draw_below()

    def _draw_below(self) -> None:
        """Write what stands below."""
        note = (self._glyphs.render(f"{self._note} · ") if self._note else "", "$warning")
        below = words(note, self._glyphs.render(self._keys))
        self.border_subtitle = below if below.plain else None
