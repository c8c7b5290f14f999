"""The only ways in which text reaches the screen: literally, with hidden characters shown.

Textual reads square brackets in a `str` as markup; a customer's name could crash the desk or run its actions. So
`Static` and `Label` are used here and nowhere else (tests/tui/test_no_markup.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.content import Content
from textual.widgets import Static

from deskcollect.present.clean import clean

if TYPE_CHECKING:
    from textual.widget import Widget

Severity = Literal["information", "warning", "error"]


class Plain(Static):
    """Shows text as it is.

    Args:
        text: A string, which is cleaned, or `Content` made by `words`.
        notes: Keep the line ends of a string.
    """

    def __init__(
        self,
        text: str | Content = "",
        *,
        notes: bool = False,
        id: str | None = None,  # noqa: A002 - the name that every widget of Textual uses
        classes: str | None = None,
    ) -> None:
        self._notes = notes
        super().__init__(_literal(text, notes=notes), markup=False, id=id, classes=classes)

    def show(self, text: str | Content, *, layout: bool = True) -> None:
        """Show another text. `layout=False` spares the screen if the size cannot change."""
        self.update(_literal(text, notes=self._notes), layout=layout)

    @property
    def text(self) -> str:
        """Return what is shown, without styles."""
        content = self.content
        return content.plain if isinstance(content, Content) else str(content)


def words(*parts: str | tuple[str, str], notes: bool = False) -> Content:
    """Return literal text of several pieces; a pair is a piece and its style, as in `("531", "bold $tier-d")`."""
    return Content.assemble(
        *(
            clean(part, notes=notes) if isinstance(part, str) else (clean(part[0], notes=notes), part[1])
            for part in parts
        )
    )


def frame_title(frame: Widget, title: str, subtitle: str = "") -> None:
    """Write into the border of a widget: a title above, what the keys do below."""
    frame.border_title = words(title)
    frame.border_subtitle = words(subtitle) if subtitle else None


def _literal(text: str | Content, *, notes: bool) -> Content:
    """Return text without any markup in it."""
    return Content(clean(text, notes=notes)) if isinstance(text, str) else text
