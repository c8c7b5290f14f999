"""The known word that was probably meant by one that is not known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIKE = 0.5


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like a word, nothing where none is like it."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=_LIKE)), "")


def did_you_mean(word: str, known: Iterable[str], *, quoted: bool = True) -> str:
    """Return the question that names the nearest known word, nothing where none is near.

    Args:
        word: What was written.
        known: What could have been written.
        quoted: Words of a file stand in quotation marks; what is typed in a shell does not.
    """
    near = nearest(word, known)
    if not near:
        return ""
    return f"Did you mean “{near}”?" if quoted else f"Did you mean {near}?"
