"""The bar of the numbered screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.triage import BarEntry
from deskcollect.tui import keys
from deskcollect.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from deskcollect.tui.session import Session


def tabs(session: Session) -> tuple[BarEntry, ...]:
    """Return the screens of the bar, with the keys of desk.toml and how many things wait there."""
    shown = {each.id: session.keymap.shown(each) for each in keys.bindings(DeskScreen)}
    waiting = {"worklist": None, "alerts": session.opened[2].open_cases, "restrictions": session.restricted}
    return tuple(
        BarEntry(shown[f"screen.{screen}"], screen.capitalize(), number, screen) for screen, number in waiting.items()
    )
