"""The line in which a filter is typed, and what is said where it finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from deskcollect.present import selected
from deskcollect.present.near import near_names
from deskcollect.tui.views import ALL
from deskcollect.tui.widgets.hints import Hint

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from deskcollect.present.lines import Line


TYPING = (
    Hint("⏎", "Keep", "screen.keep_filter"),
    Hint("tab", "Near name", "screen.near"),
    Hint("esc", "Clear", "screen.back"),
    Hint("f1", "Help", "screen.help"),
    Hint("ctrl+p", "All", "screen.everything"),
)


class Filter(Input):
    """Is there only while it is typed in."""

    def __init__(self) -> None:
        super().__init__(placeholder="type to filter", id="filter", compact=True)
        self.display = False

    def begin(self, text: str) -> None:
        """Take the keys."""
        self.display = True
        with self.prevent(Input.Changed):
            self.value = text
        self.screen.set_focus(self)

    def offer(self, text: str) -> None:
        """Put another text in."""
        with self.prevent(Input.Changed):
            self.value = text
        self.cursor_position = len(text)


def near(table: pl.DataFrame, text: str) -> Sequence[str]:
    """Return names like the last word of a filter that finds nothing."""
    from deskcollect.desk.pipeline import fold

    words = fold(text).split()
    return near_names(table["name_key"], words[-1]) if words else ()


def unmatched(table: pl.DataFrame, text: str, label: str) -> list[Line]:
    """Say that a filter finds nothing in a list, what it would find among all accounts, and what was probably meant."""
    from deskcollect.desk.pipeline import arrange

    return selected.no_match(text, label, len(arrange(table, queue=ALL, text=text)), near(table, text))
