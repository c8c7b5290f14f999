"""A small chooser: letters belong to the dialog, Enter takes, Escape leaves all as it was."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from deskcollect.present.lines import line
from deskcollect.tui.screens.dialog import Dialog
from deskcollect.tui.widgets.literal import Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

    from deskcollect.tui.session import Session


class Choose(Dialog[frozenset[str] | None]):
    """Offers choices, one letter each.

    Args:
        session: The run.
        title: What is chosen.
        choices: Letter, value, label.
        chosen: Values that are on already.
        one: The first letter answers; otherwise letters toggle and Enter answers.
    """

    CSS_PATH = "choose.tcss"

    def __init__(
        self,
        session: Session,
        title: str,
        choices: Sequence[tuple[str, str, str]],
        chosen: frozenset[str],
        *,
        one: bool = False,
    ) -> None:
        super().__init__(session)
        self._title = title
        self._choices = tuple(choices)
        self._chosen = set(chosen)
        self._one = one

    def compose(self) -> ComposeResult:
        """Return the list of choices."""
        keys = "a letter takes · esc Close" if self._one else "letters toggle · ⏎ Take · esc Close"
        with self.framed(title=self._title, keys=keys):
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
        self.query_one("#choices", Plain).show(self.painted(lines))

    def on_key(self, event: events.Key) -> None:
        """Take a letter or Enter."""
        event.stop()
        if event.key == "enter" and not self._one:
            self.dismiss(frozenset(self._chosen))
            return
        letter = (event.character or "").lower()
        value = next((value for key, value, _ in self._choices if key == letter), None)
        if value is None:
            return
        if self._one:
            self.dismiss(frozenset({value}))
        else:
            self._chosen ^= {value}
            self._draw()


def one_of(
    session: Session, title: str, names: Sequence[tuple[str, str]], then: Callable[[str], None]
) -> tuple[Choose, Callable[[frozenset[str] | None], None]]:
    """Return a chooser of one thing, lettered from a, and what is to be called with the answer.

    Args:
        session: The run.
        title: What is chosen.
        names: Value and label.
        then: Told the value that was chosen.
    """

    def chosen(picked: frozenset[str] | None) -> None:
        for name in picked or ():
            then(name)

    choices = [(letter, name, label) for letter, (name, label) in zip(ascii_lowercase, names, strict=False)]
    return Choose(session, title, choices, frozenset(), one=True), chosen
