"""How far payments and transactions are known where that is further than the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.dates import day

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


def seen_to(as_of: date, seen_until: date, streamed: Collection[str], today: date) -> str:
    """Return `transactions to Fri 2 Oct`, nothing where no day's file goes beyond the book."""
    if seen_until <= as_of:
        return ""
    what = "transactions" if "transactions" in streamed else "payments"
    return f"{what} to {day(seen_until, today)}"
