"""A small chooser: letters belong to the dialog, Enter takes, Escape leaves all as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen

from deskcollect.present.lines import line
from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session


class Choose(ModalScreen[frozenset[str] | None]):
    """Offers choices, one letter each.

    Args:
        session: The run.
        title: What is chosen.
        choices: Letter, value, label.
        chosen: Values that are on already.
        one: The first letter answers; otherwise letters toggle and Enter answers.
    """

    DEFAULT_CSS = """
    Choose { align: center middle; background: $background 60%; }
    Choose > Vertical { width: 44; max-width: 100%; height: auto; border: round $accent; background: $panel; padding: 0 1; }
    """

    def __init__(
        self,
        session: Session,
        title: str,
        choices: Sequence[tuple[str, str, str]],
        chosen: frozenset[str],
        *,
        one: bool = False,
    ) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._choices = tuple(choices)
        self._chosen = set(chosen)
        self._one = one

    def compose(self) -> ComposeResult:
        """Return the list of choices."""
        with Vertical() as frame:
            frame.border_title = self._title
            frame.border_subtitle = "esc Close" if self._one else "⏎ Take · esc Close"
            yield Plain(id="choices")

    def on_mount(self) -> None:
        """Draw the choices."""
        self._draw()

    def _draw(self) -> None:
        """Draw each choice with its letter."""
        lines = []
        for letter, value, label in self._choices:
            mark = "" if self._one else ("[✓] " if value in self._chosen else "[ ] ")
            lines.append(line((f" {letter}  ", "accent"), mark, label))
        glyphs = self._session.glyphs
        self.query_one("#choices", Plain).show(paint_all(lines, self.app.theme_variables, glyphs))

    def on_key(self, event: events.Key) -> None:
        """Take a letter, Enter or Escape."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(frozenset(self._chosen))
        else:
            value = next((v for letter, v, _ in self._choices if letter == (event.character or "").lower()), None)
            if value is not None and self._one:
                self.dismiss(frozenset({value}))
            elif value is not None:
                self._chosen ^= {value}
                self._draw()
