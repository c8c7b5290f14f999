"""Event ids: UUIDv7, which sort by the time they were made, even when the clock jumps back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable

_RANDOM_BITS = 74
_STEP_BITS = 32
_LOW_BITS = 62


class Ids:
    """Makes ids that are each higher than the one before, and than the last one in the ledger.

    When the clock stands or has jumped back, the last time is kept and its random part counted up by a random step.

    Source: RFC 9562, section 6.2, method 2.
    """

    def __init__(self, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._last = 0

    def seen(self, event_id: str) -> None:
        """Make no id at or below this one. An id of another form says nothing."""
        number = _number(event_id)
        if number is not None:
            self._last = max(self._last, number)

    def next(self, now_ms: int) -> str:
        """Return the next id; `now_ms` counts milliseconds since 1970 UTC."""
        if now_ms > self._last >> _RANDOM_BITS:
            self._last = now_ms << _RANDOM_BITS | self._random_bits(_RANDOM_BITS - 1)
        else:
            self._last += 1 + self._random_bits(_STEP_BITS)
        return str(_uuid(self._last))


def _uuid(number: int) -> UUID:
    """Spread time and random part over the fields of a UUIDv7."""
    milliseconds, random = number >> _RANDOM_BITS, number & ((1 << _RANDOM_BITS) - 1)
    high, low = random >> _LOW_BITS, random & ((1 << _LOW_BITS) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def _number(event_id: str) -> int | None:
    """Return time and random part of a UUIDv7 as one number."""
    try:
        value = UUID(event_id)
    except ValueError:
        return None
    if value.version != 7:
        return None
    high, low = value.int >> 64 & 0xFFF, value.int & ((1 << _LOW_BITS) - 1)
    return (value.int >> 80) << _RANDOM_BITS | high << _LOW_BITS | low
