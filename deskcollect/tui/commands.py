"""Everything that can be done here, for the palette. Each entry is a binding of the screen or the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.app import App
    from textual.binding import Binding
    from textual.screen import Screen


def actions(screen: Screen[object]) -> Iterator[tuple[Binding, Screen[object] | App[object]]]:
    """Return the named bindings that work on a screen, each with where it is defined, the screen's own first."""
    seen: set[str] = set()
    for node in (screen, screen.app):
        for bindings in node._bindings.key_to_bindings.values():  # noqa: SLF001  # Textual has no public list
            for binding in bindings:
                if binding.id and binding.description and binding.id not in seen:
                    seen.add(binding.id)
                    yield binding, node


class Everything(Provider):
    """Offers what the keys do, by word."""

    async def discover(self) -> Hits:
        """Offer everything before a word is typed."""
        for binding, node in actions(self.screen):
            yield DiscoveryHit(
                Content(binding.description), _runner(node, binding.action), help=f"key {_keys(binding)}"
            )

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for binding, node in actions(self.screen):
            score = matcher.match(binding.description)
            if score > 0:
                shown = Content(binding.description)
                yield Hit(score, shown, _runner(node, binding.action), help=f"key {_keys(binding)}")


def _keys(binding: Binding) -> str:
    """Return the key as the footer writes it."""
    return KEY_WORDS.get(binding.key, binding.key)


def _runner(node: Screen[object] | App[object], action: str) -> Callable[[], Awaitable[None]]:
    """Return what runs an action where it is defined."""

    async def run() -> None:
        await node.run_action(action)

    return run


KEY_WORDS = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "escape": "esc",
    "enter": "⏎",
    "space": "space",
    "asterisk": "*",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
