"""The name that was probably meant when a filter finds nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

_LEAST_LETTERS = 3
_MOST_WORDS = 20_000
_LIKE = 0.7


def near_names(keys: pl.Series, typed: str, most: int = 3) -> Sequence[str]:
    """Return words of names that are nearly what was typed, the nearest first.

    Args:
        keys: Folded names and numbers (`name_key`).
        typed: One folded word.
        most: How many to return.
    """
    if len(typed) < _LEAST_LETTERS:
        return ()
    beginning = keys.filter(keys.str.contains(f"(^| ){typed[0]}", literal=False)) if typed.isalnum() else keys
    words = beginning.str.split(" ").explode().unique(maintain_order=True)
    size = words.str.len_chars()
    alike = words.filter((size >= len(typed) - 2) & (size <= len(typed) + 2) & words.str.starts_with(typed[0]))
    return get_close_matches(typed, alike.head(_MOST_WORDS).to_list(), n=most, cutoff=_LIKE)
