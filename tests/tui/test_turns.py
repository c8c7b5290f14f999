"""Keys act in their turn. This leans on a private part of Textual, so that a new version is noticed here."""

from __future__ import annotations

import inspect

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Event, Key
from textual.screen import ModalScreen
from textual.widgets import Input

from deskcollect.tui import turns


def test_textual_still_runs_bindings_by_this_name() -> None:
    parameters = inspect.signature(App._check_bindings).parameters
    assert list(parameters) == ["self", "key", "priority"]


class Box(ModalScreen[None]):
    """Takes text, and closes with ctrl+s."""

    BINDINGS = [Binding("ctrl+s", "save", "save")]  # noqa: RUF012 - as Textual writes it

    def compose(self) -> ComposeResult:
        """Put a field down."""
        yield Input()

    def on_mount(self) -> None:
        """Let the field have the keys."""
        self.set_focus(self.query_one(Input))

    def action_save(self) -> None:
        """Write down what was typed."""
        assert isinstance(self.app, Turns)
        self.app.saved.append(self.query_one(Input).value)
        self.dismiss(None)


class Turns(App[int]):
    """Opens a box with r."""

    BINDINGS = [Binding("r", "open", "open")]  # noqa: RUF012 - as Textual writes it

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[str] = []

    def action_open(self) -> None:
        """Open the box."""
        self.push_screen(Box())

    async def on_event(self, event: Event) -> None:
        """Let every key act before the next one is looked at."""
        if isinstance(event, Key) and not event.is_forwarded:
            await turns.in_turn(self, event, lambda: super(Turns, self).on_event(event))
        else:
            await super().on_event(event)


async def test_text_and_keys_that_come_at_once_are_not_mixed_up() -> None:
    app = Turns()
    async with app.run_test() as pilot:
        for key in ("r", "a", "r", "backspace", "b", "ctrl+s", "r", "c", "ctrl+s"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert app.saved == ["ab", "c"]
