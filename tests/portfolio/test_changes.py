"""What changed from one book to the next; an account that left is not cured."""

from __future__ import annotations

import polars as pl

from deskcollect import frames
from deskcollect.frames import Aged
from deskcollect.portfolio.changes import KINDS, changes, summary


def aged(**accounts: tuple[int, str, int]) -> Aged:
    """Make aged accounts from (dpd, bucket, past due)."""
    rows = [
        {
            "account_id": name,
            "customer_id": f"C{name}",
            "currency": "TWD",
            "dpd": dpd,
            "bucket": bucket,
            "past_due": due,
        }
        for name, (dpd, bucket, due) in accounts.items()
    ]
    columns = [pl.Series(c.name, [row.get(c.name) for row in rows]).cast(c.dtype) for c in frames.AGED]
    return Aged(pl.DataFrame(columns).lazy())


BEFORE = aged(
    same=(9, "1-30", 5), late=(0, "0", 0), worse=(20, "1-30", 5), back=(70, "61-90", 5), paid=(9, "1-30", 5),
    gone=(9, "1-30", 5),
)  # fmt: skip
AFTER = aged(
    same=(29, "1-30", 5), late=(1, "1-30", 7), worse=(50, "31-60", 9), back=(40, "31-60", 4), paid=(0, "0", 0),
    fresh=(0, "0", 0),
)  # fmt: skip


def test_each_account_that_moved_is_told_once() -> None:
    told = dict(changes(BEFORE, AFTER).select("account_id", pl.col("change").cast(pl.String)).iter_rows())
    assert told == {
        "late": "newly_past_due", "worse": "rolled_worse", "back": "rolled_back", "paid": "cured", "fresh": "new",
        "gone": "left",
    }  # fmt: skip


def test_both_sides_are_shown() -> None:
    row = changes(BEFORE, AFTER).filter(pl.col("account_id") == "worse").row(0, named=True)
    assert (row["dpd_before"], row["dpd_after"], row["bucket_before"], row["bucket_after"]) == (
        20, 50, "1-30", "31-60",
    )  # fmt: skip
    assert (row["past_due_before"], row["past_due_after"]) == (5, 9)
    gone = changes(BEFORE, AFTER).filter(pl.col("account_id") == "gone").row(0, named=True)
    assert (gone["customer_id"], gone["dpd_before"], gone["dpd_after"]) == ("Cgone", 9, None)


def test_the_summary_counts_every_kind() -> None:
    assert summary(changes(BEFORE, AFTER)) == dict.fromkeys(KINDS, 1)
    assert summary(changes(BEFORE, BEFORE)) == dict.fromkeys(KINDS, 0)
