"""Keys in their turn: each has acted before the next one is looked at.

Textual looks at the next key while the one before is still on its way through the widgets, so that `r n ctrl+s` sent at
once by a slow line or a macro would partly hit the wrong screen.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.events import Key
    from textual.message_pump import MessagePump

_SECONDS = 0.25


async def in_turn(app: App[int], key: Key, forward: Callable[[], Awaitable[None]]) -> None:
    """Let a key act and wait until it has.

    Args:
        app: The app whose turn it is.
        key: What was pressed.
        forward: Textual's own way of handling it, for what no binding takes.
    """
    focused = app.focused
    typed = focused is not None and focused.check_consume_key(key.key, key.character)
    # Textual has no public way to run what a key is bound to; tests/tui/test_turns.py watches over it
    take = app._check_bindings  # noqa: SLF001 - as the line above says
    bound = await take(key.key, priority=True) or (not typed and await take(key.key))
    if not bound:
        await forward()
        await _idle(focused or app.screen)
    await _idle(app.screen)


async def _idle(node: MessagePump) -> None:
    """Wait until a screen or widget has done what it was told so far; one that is closing is not waited for."""
    done = asyncio.Event()
    if node.call_later(done.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _SECONDS)
