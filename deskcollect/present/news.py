"""What changed with the newest book, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.present.dates import short_date
from deskcollect.present.numbers import count, several

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_WORDS = (("kept", "{promises} kept"), ("partial", "{promises} partly kept"), ("broken", "{promises} broken"))
_MOVES = (("new", "{n} newly past due"), ("cleared", "{n} cleared"), ("grown", "{n} grown"), ("fallen", "{n} fallen"))


def since_last_book(past_dues: pl.LazyFrame, promises: pl.DataFrame, dates: Sequence[date], today: date) -> str:
    """Return what became of promises and of past-due amounts between the last two books; empty if there is one book.

    Args:
        past_dues: account_id, as_of and past_due of every book.
        promises: frames.PROMISES.
        dates: Dates of the books, oldest first.
        today: Local date.
    """
    if len(dates) < 2:
        return ""
    before, now = dates[-2:]
    told = [
        words.format(n=count(n), promises=several(n, "promise", "promises"))
        for n, words in (*_judged(promises, before, now), *_moved(past_dues, before, now))
        if n
    ]
    what = ", ".join(told) or "nothing moved"
    return f"Book of {short_date(now, today)} against {short_date(before, today)}: {what}."


def _judged(promises: pl.DataFrame, before: date, now: date) -> list[tuple[int, str]]:
    """Count the promises that were judged between two dates."""
    newly = promises.filter((pl.col("resolved_on") > before) & (pl.col("resolved_on") <= now))
    found = dict(newly.group_by("status").len().iter_rows())
    return [(found.get(status, 0), words) for status, words in _WORDS]


def _moved(past_dues: pl.LazyFrame, before: date, now: date) -> list[tuple[int, str]]:
    """Count the accounts whose past-due amount came, went, grew or fell."""
    old, new = (
        past_dues.filter(pl.col("as_of") == day).select("account_id", pl.col("past_due").fill_null(0).alias(name))
        for day, name in ((before, "then"), (now, "now"))
    )
    then, current = pl.col("then").fill_null(0), pl.col("now")
    counts = new.join(old, on="account_id", how="left").select(
        new=((then <= 0) & (current > 0)).sum(),
        cleared=((then > 0) & (current <= 0)).sum(),
        grown=((then > 0) & (current > then)).sum(),
        fallen=((current > 0) & (current < then)).sum(),
    )
    row = counts.collect().row(0, named=True)
    return [(int(row[name]), words) for name, words in _MOVES]
