"""What changed with the newest book, in one sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from deskcollect.present.news import since_last_book

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)


def dues(then: dict[str, int | None], now: dict[str, int | None]) -> pl.LazyFrame:
    """Return the past-due amounts of two books."""
    rows = [(account, day, None if due is None else Decimal(due))
            for day, amounts in ((AUGUST, then), (SEPTEMBER, now)) for account, due in amounts.items()]  # fmt: skip
    schema = pl.Schema({"account_id": pl.String(), "as_of": pl.Date(), "past_due": pl.Decimal(20, 4)})
    return pl.LazyFrame(rows, schema=schema, orient="row")


def promises(*judged: tuple[str, date | None]) -> pl.DataFrame:
    """Return promises by what became of them and when."""
    return pl.DataFrame(list(judged), schema={"status": pl.String, "resolved_on": pl.Date}, orient="row")


def test_promises_and_amounts_are_counted() -> None:
    moved = dues({"a": 0, "b": 100, "c": 100, "d": 100, "e": 50, "gone": 5},
                 {"a": 10, "b": 0, "c": 200, "d": 40, "e": 50, "new": 7, "none": None})  # fmt: skip
    judged = promises(
        ("kept", SEPTEMBER), ("broken", date(2026, 9, 2)), ("broken", SEPTEMBER), ("broken", AUGUST), ("open", None)
    )
    assert since_last_book(moved, judged, [date(2026, 7, 31), AUGUST, SEPTEMBER], SEPTEMBER) == (
        "Book of 30 Sep against 31 Aug: 1 promise kept, 2 promises broken, 2 newly past due, 1 cleared, 1 grown, 1 fallen."
    )


def test_a_first_book_has_nothing_to_be_compared_with() -> None:
    assert since_last_book(dues({}, {}), promises(), [SEPTEMBER], SEPTEMBER) == ""


def test_a_book_in_which_nothing_moved_says_so() -> None:
    same = dues({"a": 5}, {"a": 5})
    assert since_last_book(same, promises(), [AUGUST, SEPTEMBER], date(2027, 1, 1)) == (
        "Book of 30 Sep 2026 against 31 Aug 2026: nothing moved."
    )
