"""Make text from outside harmless: what could steer a terminal or hide from the reader becomes a visible sign."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = "\N{REPLACEMENT CHARACTER}"
_NEVER_SHOWN = (
    "\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f"  # control characters, among them ESC and C1
    "\ud800-\udfff"  # halves of a surrogate pair
    "\\u2028\\u2029"  # separators that some terminals take as a line end
    "\\u202a-\\u202e\\u2066-\\u2069"  # marks that turn the reading direction round
    "\\u200b\\u2060\\ufeff"  # no width and no meaning in a name
    "\\U000e0000-\\U000e0fff"  # invisible tags
)
_IN_NOTES = re.compile(f"[{_NEVER_SHOWN}]")
_IN_LINES = re.compile(f"[\\x0a{_NEVER_SHOWN}]")
_LINE_END = re.compile("\r\n?")
ELLIPSIS = "…"
_JOINER = "\N{ZERO WIDTH JOINER}"


def clean(text: str, *, notes: bool = False, limit: int = 2000) -> str:
    """Replace every hidden character by U+FFFD and cut at `limit` characters.

    Joiners (U+200C, U+200D) stay: Persian and Indic names need them. `notes` keeps line ends.
    """
    if len(text) > limit:
        text = _cut(text, limit)
    if text.isascii() and text.isprintable():
        return text
    if notes:
        return _IN_NOTES.sub(HIDDEN, _LINE_END.sub("\n", text))
    return _IN_LINES.sub(HIDDEN, text)


def name_of(row: Mapping[str, Any], *, unknown: str = "", limit: int = 2000) -> str:
    """Return the customer's name of a row, in one line; without one `unknown`, or else the account's number."""
    return clean(row["customer_name"] or unknown or row["account_id"], limit=limit)


def hidden_count(text: str, *, notes: bool = False) -> int:
    """Return how many hidden characters a text holds."""
    if text.isascii() and text.isprintable():
        return 0
    if notes:
        return len(_IN_NOTES.findall(_LINE_END.sub("\n", text)))
    return len(_IN_LINES.findall(text))


def _cut(text: str, limit: int) -> str:
    """Cut a text before a character that stands by itself, and say so with an ellipsis."""
    end = max(limit - len(ELLIPSIS), 0)
    while end > 0 and (_leans(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return text[:end] + ELLIPSIS


def _leans(character: str) -> bool:
    """Return whether a character belongs to the one before it."""
    return character == _JOINER or unicodedata.category(character).startswith("M")
