"""Counts and lines of a file in words, as the messages on a book use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = 20
_LINES_NAMED = 5
_VALUE_CELLS = 40
_PLURALS = {"row": "", "line": "lines ", "entry": "entries "}


def rows_in_words(lines: Sequence[int], unit: str, count: int | None = None) -> str:
    """Return “Line 7”, or “3 rows (lines 7, 9 and 12)”; of many lines the first five are named."""
    total = len(lines) if count is None else count
    if total == 1:
        return f"{unit.capitalize()} {lines[0]}"
    named = [str(line) for line in lines[:_LINES_NAMED]]
    listed = f"{', '.join(named)} …" if total > len(named) else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{total:,} rows ({_PLURALS[unit]}{listed})"


def quoted(value: str) -> str:
    """Return one value of a cell between quotation marks: short, and without signs that a terminal would obey."""
    shown = "".join(c if c.isprintable() else "?" for c in value[:_VALUE_CELLS])
    return f"“{shown}…”" if len(value) > _VALUE_CELLS else f"“{shown}”"
