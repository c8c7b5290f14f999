"""What books teach: features of accounts at one book, and what the next book, or a file of outcomes, says became of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from deskcollect import frames
from deskcollect.clock import Clock
from deskcollect.desk.pipeline import Moment, remember
from deskcollect.portfolio import cycles, outcomes
from deskcollect.scoring import features, feedback, validate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.make import Book
    from deskcollect.desk.pipeline import Standing
    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.outcomes import Outcomes
    from deskcollect.settings import Settings

LEAST_DAYS, MOST_DAYS = 20, 45  # between two books of which one tells what became of the other
BAD_DAYS = 30
TARGET = f"at least {BAD_DAYS} days past due a month later, and further behind than before"
LEAST = 20  # outcomes that any change of a card needs
SHARE_JUDGED = 0.3  # of the outcomes: the newest, or those of some accounts
TELLING = 0.95  # AUC beyond which a day or a characteristic is the outcome in other words
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Lessons:
    """Rows of features with what became of each account.

    `seen_on` is the day on which that was known, null throughout where nobody says it; `bad` is 1 where the account went
    bad. An account stands in as many rows as there are pairs of books that tell of it. `recorded` says what was left of
    each recorded fact on the day of the features, one column an effect of the policies `written`; no columns where no
    ledger was kept.
    """

    features: pl.DataFrame
    bad: pl.Series
    seen_on: pl.Series
    recorded: pl.DataFrame = field(default_factory=pl.DataFrame)
    written: Policies | None = None

    def __len__(self) -> int:
        return len(self.bad)

    @property
    def bads(self) -> int:
        """How many went bad."""
        return int(self.bad.sum())

    def on(self, chosen: pl.Series) -> Lessons:
        """Return some of the rows."""
        return replace(
            self,
            features=self.features.filter(chosen),
            bad=self.bad.filter(chosen),
            seen_on=self.seen_on.filter(chosen),
            recorded=self.recorded.filter(chosen) if self.recorded.width else self.recorded,
        )

    @property
    def both(self) -> bool:
        """Whether some went bad and some did not."""
        return 0 < self.bads < len(self)

    @property
    def days_tell(self) -> bool:
        """Whether the days alone tell the good from the bad: some are the day of going bad, others the end of a wait."""
        if not self.both or self.seen_on.null_count():
            return False
        told = validate.auc(self.bad.to_numpy(), self.seen_on.to_physical().to_numpy().astype(np.float64))
        return not 1 - TELLING <= told <= TELLING

    def split(self) -> tuple[Lessons, Lessons]:
        """Return what to learn from, and the newest outcomes, which judge: whole days, three in ten of all or more.

        Where the days do not part the outcomes so that both sides can be used, three in ten of the accounts judge, drawn
        by a seed.
        """
        since = self._since()
        if since is not None:
            newest = self.seen_on >= since
            return self.on(~newest), self.on(newest)
        drawn = self.features["account_id"].unique().sort().sample(fraction=SHARE_JUDGED, seed=_SEED)
        chosen = self.features["account_id"].is_in(drawn.implode())
        return self.on(~chosen), self.on(chosen)

    def _since(self) -> date | None:
        """Return the day from which on outcomes judge; None where the days do not serve."""
        days = self.seen_on
        if not len(self) or days.null_count() or not self.both or days.n_unique() < 2 or self.days_tell:
            return None
        newest = days.sort(descending=True)
        since: date = newest[math.ceil(SHARE_JUDGED * len(newest)) - 1]
        learn, judge = self.on(days < since), self.on(days >= since)
        return since if len(learn) >= LEAST and learn.both and judge.both else None


def pairs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Go through the books of a desk, each with the first one about a month later."""
    for day in days:
        later = [each for each in days if timedelta(LEAST_DAYS) <= each - day <= timedelta(MOST_DAYS)]
        if later:
            yield day, later[0]


def of_desk(desk: Desk, own: Collection[str] = ()) -> Lessons:
    """Return what the books of a desk teach, with some of the lender's own columns by their names.

    An account is bad if the later book has it at least 30 days past due and further behind than before. One that left
    the book in between teaches nothing: nobody knows why it left.

    Errors: BadBook when a snapshot is damaged.
    """
    found = [_pair(desk, before, after, own) for before, after in pairs(desk.dates)]
    if not found:
        empty = features.features(frames.Cycles(frames.empty(frames.CYCLES)), own).collect()
        return Lessons(empty, pl.Series("bad", [], pl.Int8), pl.Series("seen_on", [], pl.Date))
    whole = pl.concat(found)
    ids = [effect.id for effect in desk.written.effects]
    return Lessons(whole.drop("bad", "seen_on", *ids), whole["bad"], whole["seen_on"], whole.select(ids), desk.written)


def of_file(read: Book, known: Outcomes, own: Collection[str] = ()) -> Lessons:
    """Return what a file of outcomes teaches of the accounts of a book, with some of its own columns by their names."""
    wide = cycles.cycles(read.accounts, read.statements, as_of=read.as_of).collect()
    made = features.features(frames.Cycles(wide.lazy()), own).collect()
    rows = made.join(known.frame, on="account_id", how="inner", maintain_order="left")
    return Lessons(rows.drop("bad", "outcome_date"), rows["bad"].cast(pl.Int8), rows["outcome_date"].alias("seen_on"))


def outcomes_of(read: Book, path: Path, told: Settings, encoding: str = "") -> Outcomes:
    """Read what a file says became of the accounts of a book, with the columns and the date format of some settings.

    Errors: BadUse, BadBook when the file cannot be used.
    """
    ids = read.accounts.select("account_id").collect()["account_id"]
    return outcomes.read_outcomes(
        path,
        ids,
        as_of=read.as_of,
        today=Clock(told.zone).today(),
        columns=told.columns,
        date_format=told.date_format,
        encoding=encoding,
    )


def _pair(desk: Desk, before: date, after: date, own: Collection[str]) -> pl.DataFrame:
    """Return features at one book and what was recorded until then, with bad and seen_on from the later one."""
    then, now = desk.standing(before), desk.standing(after)
    made = features.features(frames.Cycles(then.cycles.lazy()), own).collect()
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
