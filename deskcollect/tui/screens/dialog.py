"""What every dialog has: a frame in the middle, the desk dimmed behind it, lines painted as on the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from deskcollect.tui.paint import paint_all
from deskcollect.tui.widgets.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.content import Content
    from textual.widget import Widget

    from deskcollect.present.lines import Line
    from deskcollect.tui.session import Session

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A dialog of the desk. Escape leaves everything as it was."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="nav.back", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def frame(self) -> Frame:
        """Return the frame."""
        return self.query_one(Frame)

    def framed(self, *children: Widget, title: str, keys: str) -> Frame:
        """Return the frame around some widgets."""
        return Frame(*children, title=title, keys=keys, glyphs=self.session.glyphs)

    def painted(self, lines: Iterable[Line]) -> Content:
        """Return lines in colour."""
        return paint_all(lines, self.app.theme_variables, self.session.glyphs)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
