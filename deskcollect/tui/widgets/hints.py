"""The last line of a screen: what the keys do here, most useful first. A click does the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.reactive import reactive

from deskcollect.present.lines import Line, Part, clip, length
from deskcollect.tui.paint import paint
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import RenderResult

    from deskcollect.present.shapes import Glyphs

ALWAYS = (("?", "Help", "app.help"), (":", "All", "app.command_palette"))


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, what it does, and the action a click asks for."""

    key: str
    label: str
    action: str


class Hints(Plain):
    """Draws as many hints as fit; help and everything are never cut."""

    DEFAULT_CSS = """
    Hints { height: 1; background: $panel; color: $foreground; }
    """

    hints: reactive[tuple[Hint, ...]] = reactive((), layout=False)

    def __init__(self, hints: Sequence[Hint], glyphs: Glyphs) -> None:
        super().__init__("")
        self._glyphs = glyphs
        self.set_reactive(Hints.hints, tuple(hints))

    def render(self) -> RenderResult:
        """Return the line."""
        width = self.size.width
        right = hint_line([Hint(*entry) for entry in ALWAYS])
        left: Line = ()
        for hint in self.hints:
            wider = (*left, *hint_line([hint]))
            if length(wider) + length(right) + 1 > width:
                break
            left = wider
        gap = Part(" " * max(1, width - length(left) - length(right)))
        return paint(clip((*left, gap, *right), width), self.app.theme_variables, self._glyphs)


def hint_line(hints: Sequence[Hint]) -> Line:
    """Return hints beside each other, the keys in the accent colour."""
    parts: list[Part] = []
    for hint in hints:
        parts += [Part(f" {hint.key} ", "accent", hint.action), Part(f"{hint.label} ", "", hint.action)]
    return tuple(parts)
