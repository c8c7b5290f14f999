"""What changed with the newest book, in one sentence."""

from __future__ import annotations

from datetime import date

import polars as pl

from deskcollect.portfolio.changes import KINDS
from deskcollect.present.news import CHANGES, since_last_book

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)


def promises(*judged: tuple[str, date | None]) -> pl.DataFrame:
    """Return promises by what became of them and when."""
    return pl.DataFrame(list(judged), schema={"status": pl.String, "resolved_on": pl.Date}, orient="row")


def test_promises_and_accounts_are_counted() -> None:
    moved = {"newly_past_due": 2, "rolled_worse": 1200, "rolled_back": 0, "cured": 1, "new": 3, "left": 1}
    judged = promises(
        ("kept", SEPTEMBER), ("broken", date(2026, 9, 2)), ("broken", SEPTEMBER), ("broken", AUGUST), ("open", None)
    )
    assert since_last_book(moved, judged, [date(2026, 7, 31), AUGUST, SEPTEMBER], SEPTEMBER) == (
        "Book of 30 Sep against 31 Aug: 1 promise kept, 2 promises broken, 2 newly past due, 1,200 in a worse bucket, "
        "1 cured, 3 new in the book, 1 left the book."
    )


def test_every_kind_of_change_has_words() -> None:
    assert tuple(CHANGES) == KINDS


def test_a_first_book_has_nothing_to_be_compared_with() -> None:
    assert since_last_book({}, promises(), [SEPTEMBER], SEPTEMBER) == ""


def test_a_book_in_which_nothing_moved_says_so() -> None:
    assert since_last_book(dict.fromkeys(KINDS, 0), promises(), [AUGUST, SEPTEMBER], date(2027, 1, 1)) == (
        "Book of 30 Sep 2026 against 31 Aug 2026: nothing moved."
    )
