"""What a desk's own books teach: features of accounts at one book, and what the next book says became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.desk.pipeline import Moment, remember
from deskcollect.scoring import features, feedback

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.pipeline import Standing

LEAST_DAYS, MOST_DAYS = 20, 45  # between two books of which one tells what became of the other
BAD_DAYS = 30
TARGET = f"at least {BAD_DAYS} days past due a month later, and further behind than before"


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows of features with what became of each account.

    `seen_on` is the day of the book that told what became of it, `bad` is 1 where the account went bad. An account
    stands in as many rows as there are pairs of books that tell of it. `recorded` says what was left of each recorded
    fact on the day of the earlier book, one column an effect of the policy; no columns where no ledger was kept.
    """

    features: pl.DataFrame
    bad: pl.Series
    seen_on: pl.Series
    recorded: pl.DataFrame = field(default_factory=pl.DataFrame)

    def __len__(self) -> int:
        return len(self.bad)

    @property
    def bads(self) -> int:
        """How many went bad."""
        return int(self.bad.sum())

    def on(self, chosen: pl.Series) -> Lessons:
        """Return some of the rows."""
        recorded = self.recorded.filter(chosen) if self.recorded.width else self.recorded
        return Lessons(self.features.filter(chosen), self.bad.filter(chosen), self.seen_on.filter(chosen), recorded)

    def split(self) -> tuple[Lessons, Lessons]:
        """Return what came before the newest outcomes, and the newest, which judge."""
        newest = self.seen_on == self.seen_on.max()
        return self.on(~newest), self.on(newest)


def pairs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Go through the books of a desk, each with the first one about a month later."""
    for day in days:
        later = [each for each in days if timedelta(LEAST_DAYS) <= each - day <= timedelta(MOST_DAYS)]
        if later:
            yield day, later[0]


def of_desk(desk: Desk) -> Lessons:
    """Return what the books of a desk teach.

    An account is bad if the later book has it at least 30 days past due and further behind than before. One that left
    the book in between teaches nothing: nobody knows why it left.

    Errors: BadBook when a snapshot is damaged.
    """
    found = [_pair(desk, before, after) for before, after in pairs(desk.dates)]
    if not found:
        empty = features.features(frames.Cycles(frames.empty(frames.CYCLES))).collect()
        return Lessons(empty, pl.Series("bad", [], pl.Int8), pl.Series("seen_on", [], pl.Date))
    whole = pl.concat(found)
    ids = [effect.id for effect in desk.written.effects]
    return Lessons(whole.drop("bad", "seen_on", *ids), whole["bad"], whole["seen_on"], whole.select(ids))


def _pair(desk: Desk, before: date, after: date) -> pl.DataFrame:
    """Return features at one book and what was recorded until then, with bad and seen_on from the later one."""
    then, now = desk.standing(before), desk.standing(after)
    made = features.features(frames.Cycles(then.cycles.lazy())).collect()
    state = then.accounts.select("account_id", "dpd").join(
        now.accounts.select("account_id", dpd_after="dpd"), on="account_id", how="inner"
    )
    worse = (pl.col("dpd_after") >= BAD_DAYS) & (pl.col("dpd_after") > pl.col("dpd").fill_null(0))
    told = state.filter(pl.col("dpd_after").is_not_null()).select(
        "account_id", bad=worse.cast(pl.Int8), seen_on=pl.lit(after)
    )
    known = made.join(told, on="account_id", how="inner", maintain_order="left")
    left = known.select("account_id").join(_recorded(desk, then), on="account_id", how="left", maintain_order="left")
    return known.hstack(left.drop("account_id").fill_null(0.0))


def _recorded(desk: Desk, then: Standing) -> pl.DataFrame:
    """Return what was left of each recorded fact on the day of a book, by what was known on that day."""
    day = then.as_of
    events = desk.ledger.events(desk.zone).filter(pl.col("occurred_on") <= day)
    end = datetime.combine(day, time.max, desk.zone)
    *_, effects = remember(then, events, desk.written, Moment(day, day, end))
    return feedback.strengths(frames.Effects(effects.lazy()), desk.written).collect()
