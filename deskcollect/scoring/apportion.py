"""Whole points that add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def apportion(total: int, parts: Sequence[float]) -> list[int]:
    """Return whole numbers near `parts` that add up to `total`.

    Each part is rounded down and what is left goes to the largest remainders, the first of equals; parts of exactly
    zero stay zero where another part can take it.
    Errors: ValueError when there is no part to take a total other than zero.
    Source: Hamilton's method of the largest remainder.
    """
    if not parts:
        if total:
            raise ValueError("a total needs at least one part")
        return []
    whole = [math.floor(part) for part in parts]
    takers = [k for k, part in enumerate(parts) if part != 0.0] or list(range(len(parts)))
    takers.sort(key=lambda k: whole[k] - parts[k])
    each, extra = divmod(total - sum(whole), len(takers))
    for rank, k in enumerate(takers):
        whole[k] += each + (rank < extra)
    return whole
