"""From lines with roles to what Textual draws. The one place where a role becomes a colour; text stays literal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deskcollect.present.lines import Line
    from deskcollect.present.shapes import Glyphs

_VARIABLE = {
    "muted": "muted-text",
    "accent": "accent",
    "money": "money",
    "success": "success",
    "warning": "warning",
    "error": "error",
    **{f"tier{letter}": f"tier-{letter.lower()}" for letter in "ABCDE"},
    **{level: f"level-{level}" for level in ("blue", "yellow", "orange", "red")},
}
DOES = "does"
_PLAIN = {"bold": "bold", "inverse": "reverse bold", "": ""}


def style(role: str, variables: Mapping[str, str]) -> str:
    """Return the style of a role under the theme whose variables are given."""
    if role in _PLAIN:
        return _PLAIN[role]
    variable = _VARIABLE[role]
    return f"${variable} bold" if variables.get(f"{variable}-style") == "bold" else f"${variable}"


def paint(line: Line, variables: Mapping[str, str], glyphs: Glyphs) -> Content:
    """Return one line for the screen."""
    painted = []
    for part in line:
        content = Content.styled(glyphs.render(part.text), style(part.role, variables))
        if part.action:
            content = content.stylize(Style.from_meta({DOES: part.action}))
        painted.append(content)
    return Content.assemble(*painted)


def paint_all(lines: Iterable[Line], variables: Mapping[str, str], glyphs: Glyphs) -> Content:
    """Return lines under one another."""
    return Content("\n").join([paint(line, variables, glyphs) for line in lines])
