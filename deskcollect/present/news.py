"""What changed with the newest book, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.present.dates import short_date
from deskcollect.present.numbers import count, several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

# What may have become of an account (portfolio.changes.KINDS) and of a promise, in the words of both doors.
CHANGES = {
    "newly_past_due": "newly past due",
    "rolled_worse": "in a worse bucket",
    "rolled_back": "in a better bucket",
    "cured": "cured",
    "new": "new in the book",
    "left": "left the book",
}
_PROMISES = {"kept": "kept", "partial": "partly kept", "broken": "broken"}


def since_last_book(moved: Mapping[str, int], promises: pl.DataFrame, dates: Sequence[date], today: date) -> str:
    """Return what became of promises and of accounts between the last two books; empty if there is one book.

    Args:
        moved: Accounts by what changed, portfolio.changes.summary.
        promises: frames.PROMISES.
        dates: Dates of the books, oldest first.
        today: Local date.
    """
    if len(dates) < 2:
        return ""
    before, now = dates[-2:]
    kept = judged(promises, before, now)
    told = [
        f"{several(kept[status], 'promise', 'promises')} {words}" for status, words in _PROMISES.items() if kept[status]
    ]
    told += [f"{count(moved[kind])} {words}" for kind, words in CHANGES.items() if moved.get(kind)]
    what = ", ".join(told) or "nothing moved"
    return f"Book of {short_date(now, today)} against {short_date(before, today)}: {what}."


def judged(promises: pl.DataFrame, before: date, now: date) -> dict[str, int]:
    """Count the promises (frames.PROMISES) that were judged after one book and up to another, by what became of them."""
    newly = promises.filter((pl.col("resolved_on") > before) & (pl.col("resolved_on") <= now))
    found = dict(newly.group_by("status").len().iter_rows())
    return {status: found.get(status, 0) for status in _PROMISES}
