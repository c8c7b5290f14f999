"""The books of a desk: what changed from one to the next, and whether they are as they were written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.currency import minor_units
from deskcollect.desk.pipeline import Standing, stand
from deskcollect.errors import BadUse
from deskcollect.portfolio import age, changes, dates, headers, snapshots
from deskcollect.portfolio.changes import summary as counted
from deskcollect.portfolio.rejected import with_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.book import Book
    from deskcollect.scoring.card import Card
    from deskcollect.settings import Settings

__all__ = ["Joined", "check_reading", "counted", "joined", "moved", "moved_at_last", "verify", "with_sentences"]


@dataclass(frozen=True, slots=True)
class Joined:
    """A book with what the desk's books before it say.

    `book` holds the payments and transactions of all of them, `before` is the last of them,
    `two_before` the last but one, `past_dues` has account_id,
    as_of and past_due of each.
    """

    book: Book
    before: Book | None
    two_before: Book | None
    past_dues: pl.LazyFrame

    def stand(self, policies: Policies, card: Card) -> Standing:
        """Return what the book says by itself."""
        stood = stand(self.book, policies, card, before=self.before, two_before=self.two_before)
        return replace(stood, past_dues=self.past_dues)


def joined(folder: Path, read: Book) -> Joined:
    """Join a book, kept or not, to the snapshots before it.

    Errors: BadBook when a snapshot is damaged.
    """
    earlier = [snapshots.read(folder, day) for day in snapshots.dates(folder) if day < read.as_of]
    so_far = {name: snapshots.history(folder, read, name) for name in ("payments", "transactions")}
    dues = [
        each.accounts.select("account_id", pl.lit(each.as_of).alias("as_of"), "past_due") for each in (*earlier, read)
    ]
    whole = replace(read, tables={**read.tables, **so_far})
    newest = [None, None, *earlier]
    return Joined(whole, newest[-1], newest[-2], pl.concat(dues))


def moved(folder: Path, earlier: Sequence[date], read: Book, policies: Policies) -> pl.DataFrame:
    """Return what changed (portfolio.changes) from the last of the earlier books to one that need not be kept yet.

    Errors: BadBook when a snapshot is damaged.
    """
    before = snapshots.read(folder, earlier[-1]).accounts if earlier else None
    now = age.age(read.accounts, policies, as_of=read.as_of, before=before)
    return changes.changes(_aged(folder, earlier, policies), now)


def moved_at_last(folder: Path, days: Sequence[date], policies: Policies) -> dict[str, int]:
    """Return how many accounts changed from the last book but one to the last, by portfolio.changes.KINDS.

    Errors: BadBook when a snapshot is damaged.
    """
    with snapshots.readable(folder):
        return counted(changes.changes(_aged(folder, days[:-1], policies), _aged(folder, days, policies)))


def verify(folder: Path, days: Sequence[date]) -> None:
    """Compare every snapshot with what was written.

    Errors: BadBook names the first file that differs.
    """
    for day in days:
        snapshots.verify(folder, day)


def check_reading(told: Settings) -> None:
    """Look at the settings with which the next book will be read.

    Errors: BadUse names the first that cannot be used.
    """
    dates.check_format(told.date_format)
    headers.check_mapping(told.columns)
    if told.currency and told.currency not in minor_units():
        raise BadUse(f"“{told.currency}” is no currency of ISO 4217.", 'Write it in desk.toml as in  currency = "TWD"')


def _aged(folder: Path, days: Sequence[date], policies: Policies) -> frames.Aged:
    """Return the accounts of the last of some books, none if there is none."""
    if not days:
        return frames.Aged(frames.empty(frames.AGED))
    newest, *older = (snapshots.read(folder, day) for day in reversed(days[-2:]))
    return age.age(newest.accounts, policies, as_of=newest.as_of, before=older[0].accounts if older else None)
