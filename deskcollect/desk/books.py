"""The books of a desk: what changed from one to the next, and whether they are as they were written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.currency import minor_units
from deskcollect.desk.feeds import feeds
from deskcollect.desk.pipeline import Standing, seen, stand_alone
from deskcollect.errors import BadUse
from deskcollect.monitoring import conduct
from deskcollect.portfolio import age, changes, dates, day_files, headers, snapshots
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


@dataclass(frozen=True)
class Joined:
    """A book with what the desk's books before it say, and its day's files up to a day.

    `earlier` are the books before it, oldest first, `past_dues` has account_id, as_of and past_due of each. `files` are
    the day's files that have a day up to `until`.
    """

    folder: Path
    read: Book
    earlier: tuple[Book, ...]
    past_dues: pl.LazyFrame
    until: date
    files: tuple[day_files.Kept, ...]

    @property
    def stamps(self) -> tuple[str, ...]:
        """Return what the day's files say, in short."""
        return tuple(known.digest for known in self.files)

    @cached_property
    def payments(self) -> frames.Payments:
        """Return the payments of all of them."""
        return frames.Payments(snapshots.history(self.folder, self.read, "payments", self.until))

    @cached_property
    def transactions(self) -> frames.Transactions:
        """Return the transactions of all of them."""
        return frames.Transactions(snapshots.history(self.folder, self.read, "transactions", self.until))

    @property
    def book(self) -> Book:
        """Return the book with the payments and transactions of all of them."""
        so_far = {"payments": self.payments, "transactions": self.transactions}
        return replace(self.read, tables={**self.read.tables, **so_far})

    def stand(self, policies: Policies, card: Card) -> Standing:
        """Return what all of them say."""
        alone = self.stand_alone(policies, card)
        return self.beside(seen(alone, self.conduct(alone.cycles).lazy(), self.until), policies)

    def beside(self, standing: Standing, policies: Policies) -> Standing:
        """Return a standing with what stays in the files until it is asked for, and what day's files can feed besides."""
        streamed = frozenset(table for known in self.files for table in known.present)
        told = {table: [known.rows(table) for known in self.files if table in known.present] for table in streamed}
        more = feeds(told, policies, until=self.until)
        paid = {day for known in self.files if "payments" in known.present for day in known.days if day <= self.until}
        return replace(
            standing,
            payments=self.payments,
            past_dues=self.past_dues,
            present=self.read.present,
            streamed=streamed,
            paid_days=tuple(sorted(paid)),
            feeds=pl.concat([standing.feeds, more]).unique(maintain_order=True),
        )

    def stand_alone(self, policies: Policies, card: Card) -> Standing:
        """Return what the books say without what payments and transactions tell."""
        books = (*self.earlier, self.read)
        tables = {table: [book.tables[table] for book in books] for table in ("payments", "transactions")}
        held = feeds(
            {**{name: [rows] for name, rows in self.read.tables.items()}, **tables}, policies, until=self.until
        )
        before, two_before = (*self.earlier[:-3:-1], None, None)[:2]
        alone = stand_alone(self.read, policies, card, before=before, two_before=two_before)
        return replace(alone, feeds=held)

    def conduct(self, wide: pl.DataFrame) -> pl.DataFrame:
        """Return what accounts, of which there are six statements each, did up to the day (frames.CONDUCT).

        Errors: BadBook when a day's file is not what was written.
        """
        for known in self.files:
            day_files.check(known.place)
        # what is told of transactions does not hang on their order; of two payments at one time the last one counts
        spent = snapshots.history(self.folder, self.read, "transactions", self.until, ordered=False)
        told = conduct.conduct(frames.Cycles(wide.lazy()), self.payments, frames.Transactions(spent), as_of=self.until)
        return told.collect()


def joined(folder: Path, read: Book, until: date | None = None) -> Joined:
    """Join a book, kept or not, to the snapshots before it and to the day's files up to a day, by default the book's.

    Errors: BadBook when a snapshot is damaged.
    """
    earlier = tuple(snapshots.read(folder, day) for day in snapshots.dates(folder) if day < read.as_of)
    dues = [
        each.accounts.select("account_id", pl.lit(each.as_of).alias("as_of"), "past_due") for each in (*earlier, read)
    ]
    last = until or read.as_of
    return Joined(folder, read, earlier, pl.concat(dues), last, day_files.listed(folder, last))


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
