"""Draws that depend on a seed and on names, never on order: one more account leaves all others as they were.

They rest on SHA-256 alone, so every version of Python draws the same.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEED = "deskcollect demo 2026-09-30"

T = TypeVar("T")


def number(*key: object) -> int:
    """Return a large number that belongs to a key."""
    text = "\x1f".join((SEED, *map(str, key)))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def between(low: int, high: int, *key: object) -> int:
    """Return a whole number from `low` to `high`, both included."""
    return low + number(*key) % (high - low + 1)


def chance(percent: int, *key: object) -> bool:
    """Return true in so many of 100 cases."""
    return number(*key) % 100 < percent


def pick(items: Sequence[T], *key: object) -> T:
    """Return one of the items."""
    return items[number(*key) % len(items)]


def shuffled(items: Iterable[T], *key: object) -> list[T]:
    """Return the items in an order of their own; each must print differently."""
    return sorted(items, key=lambda item: number(*key, item))
