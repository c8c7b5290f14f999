"""How many terminal cells a text takes, and how to make it take exactly so many.

A grapheme is what a reader takes for one character: a letter with its marks, a flag, a family joined by joiners.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Align = Literal["left", "right"]

ELLIPSIS = "…"
_JOINER = "\N{ZERO WIDTH JOINER}"
_AS_PICTURE = "\N{VARIATION SELECTOR-16}"
_FIRST_FLAG, _LAST_FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER A}", "\N{REGIONAL INDICATOR SYMBOL LETTER Z}"

# Signs of one cell that are drawn as a picture of two when U+FE0F follows. Source: Unicode emoji-variation-sequences.
_PICTURES = frozenset(
    "#*0123456789©®‼⁉™ℹ↔↕↖↗↘↙↩↪⌨⏏⏭⏮⏯⏱⏲⏸⏹⏺Ⓜ▪▫▶◀◻◼☀☁☂☃☄☎☑☘☝☠☢☣☦☪☮☯☸☹☺♀♂♟♠♣♥♦♨♻♾⚒⚔⚕⚖⚗⚙⚛⚜⚠⚧⚰⚱⛈⛏⛑⛓⛩⛰⛱⛴⛷⛸⛹✂✈✉✌✍✏✒✔✖✝✡✳✴"
    "❄❇❣❤➡⤴⤵⬅⬆⬇🅰🅱🅾🅿🌡🌤🌥🌦🌧🌨🌩🌪🌫🌬🌶🍽🎖🎗🎙🎚🎛🎞🎟🏋🏌🏍🏎🏔🏕🏖🏗🏘🏙🏚🏛🏜🏝🏞🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳🕴🕵🕶🕷🕸🕹🖇🖊🖋🖌🖍🖐🖥🖨🖱🖲🖼🗂🗃🗄🗑🗒🗓🗜🗝🗞🗡🗣🗨🗯🗳🗺"
    "🛋🛍🛎🛏🛠🛡🛢🛣🛤🛥🛩🛰🛳"
)
# Two cells wide although Python 3.11 (Unicode 14) does not know it yet: first and last of each run.
_WIDE_SINCE = (
    *((0x2630, 0x2637), (0x268A, 0x268F), (0x2FFC, 0x2FFF), (0x31E4, 0x31E5), (0x31EF, 0x31EF), (0x4DC0, 0x4DFF)),
    *((0x16FF2, 0x16FF6), (0x187F8, 0x187FF), (0x18CFF, 0x18CFF), (0x18D09, 0x18D1E), (0x18D80, 0x18DF2)),
    *((0x1B132, 0x1B132), (0x1B155, 0x1B155), (0x1D300, 0x1D356), (0x1D360, 0x1D376), (0x1F6D8, 0x1F6D8)),
    *((0x1F6DC, 0x1F6DC), (0x1FA75, 0x1FA77), (0x1FA87, 0x1FA8A), (0x1FA8E, 0x1FA8F), (0x1FAAD, 0x1FAAF)),
    *((0x1FABB, 0x1FABF), (0x1FAC6, 0x1FAC6), (0x1FAC8, 0x1FAC8), (0x1FACD, 0x1FACF), (0x1FADA, 0x1FADC)),
    *((0x1FADF, 0x1FADF), (0x1FAE8, 0x1FAEA), (0x1FAEF, 0x1FAEF), (0x1FAF7, 0x1FAF8), (0x20000, 0x2FFFD)),
    (0x30000, 0x3FFFD),
)
_WIDE_STARTS = [first for first, _ in _WIDE_SINCE]
# Take no cell although their category is not that of a mark: Hangul vowels and finals, fillers, skin tones.
_NO_CELL = ((0x1160, 0x11FF), (0x3164, 0x3164), (0xD7B0, 0xD7FB), (0xFFA0, 0xFFA0), (0x1F3FB, 0x1F3FF))
# Format characters that are drawn: Arabic number signs and the like, and the soft hyphen.
_DRAWN = frozenset(
    (0xAD, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD),
)


def cells(text: str) -> int:
    """Return the width of a text in terminal cells."""
    if text.isascii():
        return len(text) if text.isprintable() else sum(map(_character_cells, text))
    if _JOINER not in text and _AS_PICTURE not in text:
        return sum(map(_character_cells, text))
    return sum(width for _, width in graphemes(text))


def graphemes(text: str) -> Iterator[tuple[str, int]]:
    """Go through the graphemes of a text, each with its width in cells."""
    cluster, width, base, joined = "", 0, "", False
    for character in text:
        own = 0 if joined else _character_cells(character)
        if cluster and (joined or own == 0 or _makes_flag(cluster, character)):
            widened = character == _AS_PICTURE and not joined and base in _PICTURES
            cluster, width = cluster + character, width + own + widened
            base = "" if character == _AS_PICTURE and not joined else base
        else:
            if cluster:
                yield cluster, width
            cluster, width, base = character, own, character if own else ""
        joined = character == _JOINER and not joined
    if cluster:
        yield cluster, width


def fit(text: str, width: int, align: Align = "left", *, ellipsis: str = ELLIPSIS) -> str:
    """Return a text that takes exactly `width` cells: padded, or cut at a grapheme with an ellipsis.

    A cell that half of a wide character would need is left blank. Right-to-left text keeps a blank at its end, so
    that a terminal that turns it round does not draw the next column into it.
    """
    if width <= 0:
        return ""
    text = text.strip(_JOINER)  # one at the edge would swallow the blank or the ellipsis beside it
    apart = 1 if width > 1 and not text.isascii() and _right_to_left(text) else 0
    room = width - apart
    used = cells(text)
    if used > room:
        text = _head(text, room - cells(ellipsis)) + ellipsis if room >= cells(ellipsis) else ""
        used = cells(text)
    blank = " " * (room - used)
    return (text + blank if align == "left" else blank + text) + " " * apart


def fit_middle(text: str, width: int, *, ellipsis: str = ELLIPSIS) -> str:
    """Return an id that takes exactly `width` cells; one that is too long loses its middle, not its end."""
    text = text.strip(_JOINER)
    if cells(text) <= width or width <= cells(ellipsis):
        return fit(text, width, ellipsis=ellipsis)
    room = width - cells(ellipsis)
    tail = _tail(text, room // 2)
    return fit(_head(text, room - cells(tail)) + ellipsis + tail, width, ellipsis=ellipsis)


def _head(text: str, width: int) -> str:
    """Return the longest beginning that fits."""
    if text.isascii() and text.isprintable():
        return text[: max(width, 0)]
    kept, used = [], 0
    for cluster, size in graphemes(text):
        used += size
        if used > width:
            break
        kept.append(cluster)
    return "".join(kept)


def _tail(text: str, width: int) -> str:
    """Return the longest end that fits."""
    kept: list[str] = []
    for cluster, size in reversed(list(graphemes(text))):
        width -= size
        if width < 0:
            break
        kept.append(cluster)
    return "".join(reversed(kept))


def _makes_flag(cluster: str, character: str) -> bool:
    """Return whether two regional letters make a flag."""
    return _FIRST_FLAG <= character <= _LAST_FLAG and len(cluster) == 1 and _FIRST_FLAG <= cluster <= _LAST_FLAG


def _right_to_left(text: str) -> bool:
    """Return whether a text holds a right-to-left letter."""
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


@lru_cache(maxsize=4096)
def _character_cells(character: str) -> int:
    """Return the cells of one character that stands alone."""
    point = ord(character)
    if point in _DRAWN:
        return 1
    category = unicodedata.category(character)
    if category[0] == "M" or category in {"Cc", "Cf", "Zl", "Zp"} or any(a <= point <= b for a, b in _NO_CELL):
        return 0
    run = bisect_right(_WIDE_STARTS, point) - 1
    if run >= 0 and point <= _WIDE_SINCE[run][1]:
        return 2
    return 2 if category != "Cn" and unicodedata.east_asian_width(character) in "WF" else 1
