"""The last line of a screen: what the keys do here, most useful first. A click does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.reactive import reactive

from deskcollect.present.lines import Line, Part, clip, length
from deskcollect.tui.paint import paint
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import RenderResult

    from deskcollect.present.shapes import Glyphs


class Hint(NamedTuple):
    """A key as it is written, what it does, and the action that a click asks for."""

    key: str
    label: str
    action: str


class Hints(Plain):
    """Draws as many hints as fit, cut from the right; the last two (help and everything) are never cut."""

    DEFAULT_CSS = """
    Hints { height: 1; background: $panel; color: $foreground; }
    """

    hints: reactive[tuple[Hint, ...]] = reactive((), layout=False)
    lead: reactive[str] = reactive("", layout=False)

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__("")
        self.glyphs = glyphs

    def render(self) -> RenderResult:
        """Return the line."""
        width = self.size.width
        right = _line(self.hints[-2:])
        left: Line = (Part(f" {self.lead}", "accent"),) if self.lead else ()
        for hint in self.hints[:-2]:
            wider = (*left, *_line([hint]))
            if length(wider) + length(right) + 1 > width:
                break
            left = wider
        gap = Part(" " * max(1, width - length(left) - length(right)))
        return paint(clip((*left, gap, *right), width), self.app.theme_variables, self.glyphs)


def _line(hints: Iterable[Hint]) -> Line:
    """Return hints beside each other, the keys in the accent colour."""
    parts: list[Part] = []
    for hint in hints:
        parts += [Part(f" {hint.key} ", "accent", hint.action), Part(f"{hint.label} ", "", hint.action)]
    return tuple(parts)
