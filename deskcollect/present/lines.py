"""Lines of text with roles: what both doors print, before any colour is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from deskcollect.present.width import cells, fit, graphemes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Part(NamedTuple):
    """A piece of a line: its text, its role (muted, accent, tierA, red, ...) and the action a click on it asks for."""

    text: str
    role: str = ""
    action: str = ""


Line = tuple[Part, ...]


def line(*parts: Part | str | tuple[str, str]) -> Line:
    """Put parts together; bare text has no role, empty text is left out."""
    made = (p if isinstance(p, Part) else Part(p) if isinstance(p, str) else Part(*p) for p in parts)
    return tuple(part for part in made if part.text)


def plain(parts: Iterable[Part]) -> str:
    """Return a line's bare text."""
    return "".join(part.text for part in parts)


def length(parts: Iterable[Part]) -> int:
    """Return the cells a line takes."""
    return sum(cells(part.text) for part in parts)


def clip(parts: Line, width: int) -> Line:
    """Cut a line to a width; the cut shows as an ellipsis and never falls inside a wide character."""
    if length(parts) <= width:
        return parts
    room, kept = width, list[Part]()
    for part in parts:
        size = cells(part.text)
        if size >= room:
            kept.append(part._replace(text=fit(part.text + " ", room) if size == room else fit(part.text, room)))
            break
        kept.append(part)
        room -= size
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """Set one line at the left edge and one at the right; the left gives way where both do not fit."""
    room = max(0, width - length(right) - 1)
    left = clip(left, room)
    gap = max(1, width - length(left) - length(right))
    return clip((*left, Part(" " * gap), *right), width)


def columns(left: Line, right: Line, at: int, bar: str = "│") -> Line:
    """Set two lines beside each other, the second after a bar at cell `at`."""
    left = clip(left, at - 1)
    return (*left, Part(" " * (at - length(left))), Part(bar, "muted"), Part(" "), *right)


def rule(title: str, width: int, sign: str = "─") -> Line:
    """Return a heading that is a rule: `── Money ─────`."""
    head = f"{sign * 2} {title} " if title else ""
    return line((head + sign * max(0, width - cells(head)), "muted"))


def wrapped(entry: Line, width: int, indent: int = 3) -> list[Line]:
    """Break a line at blanks, and inside a word that is longer than a line; what follows is set in."""
    if length(entry) <= width:
        return [entry]
    rows: list[Line] = []
    current: list[Part] = []
    room = width
    for part in _pieces(entry, width - indent):
        if cells(part.text) > room and current:
            rows.append(tuple(current))
            part = part._replace(text=part.text.lstrip())  # noqa: PLW2901 - a line does not begin with a blank
            current, room = [Part(" " * indent)], width - indent
        if part.text:
            current.append(part)
            room -= cells(part.text)
    return [*rows, tuple(current)]


def _pieces(entry: Line, width: int) -> Iterator[Part]:
    """Go through the words of a line with the blanks before them; a word wider than a line comes in parts."""
    for part in entry:
        for word in re.findall(r" *[^ ]+| +", part.text):
            if cells(word) <= width:
                yield part._replace(text=word)
            else:
                yield from (part._replace(text=piece) for piece in _cut(word, width))


def _cut(word: str, width: int) -> Iterator[str]:
    """Cut a word into parts of at most `width` cells, never inside a character."""
    piece, used = "", 0
    for character, size in graphemes(word):
        if used + size > width:
            yield piece
            piece, used = "", 0
        piece += character
        used += size
    yield piece
