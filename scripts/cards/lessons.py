"""What a bundled card is fitted on, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from deskcollect import frames, resources
from deskcollect.frames import CYCLE_COUNT, Accounts, Cycles, Statements
from deskcollect.portfolio.cycles import cycles
from deskcollect.scoring.card import PAST_DUE, Segment
from deskcollect.scoring.features import AMOUNTS, BY_NAME, FEATURES, features
from deskcollect.scoring.train import SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDS = (SEED, 1, 2, 3, 4)
TAIWAN = resources.sample_data() / "taiwan"
NEWEST = date(2005, 9, 30)  # of all statements
LIMITED = "limit_use"
LONG_LATE = Segment("late_streak", 2.0, ("newly past due", "past due for two months or more"))
TRAINED_ON = {
    "data": "Default of credit card clients, UCI Machine Learning Repository, doi 10.24432/C55S3H",
    "author": "I-Cheng Yeh",
    "licence": "CC BY 4.0",
    "where": "sample_data/taiwan, 20,064 of the 30,000 accounts",
    "months": "April to September 2005",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one card learns: rows of features, which of them went bad, and the same as a lender with less would see.

    `groups` names sets of rows that are judged for themselves too. `names` are the features it may
    use. `months` says how many months before the newest
    statement a row stands, where that differs.
    """

    name: str
    target: str
    segment: Segment
    whole: pl.DataFrame
    bad: pl.Series
    seen: Mapping[str, pl.DataFrame]
    groups: Mapping[str, np.ndarray]
    said: Mapping[str, Any] = field(default_factory=dict)
    months: np.ndarray = field(default_factory=lambda: np.zeros(0))
    names: tuple[str, ...] = tuple(feature.name for feature in FEATURES)

    @property
    def trained_on(self) -> dict[str, Any]:
        """Say what the card is fitted on."""
        return TRAINED_ON | dict(self.said) | {"accounts": len(self.bad), "bad": int(self.bad.sum())}


def lessons() -> tuple[Lesson, ...]:
    """Return what the bundled cards learn."""
    accounts = Accounts(declared("accounts", frames.ACCOUNTS))
    wide = cycles(accounts, Statements(declared("statements", frames.STATEMENTS)), as_of=NEWEST).collect()
    return default(wide), cure(wide), amounts(wide)


def default(wide: pl.DataFrame) -> Lesson:
    """Learn from every account at its newest statement whether it defaulted in the month after."""
    outcomes = pl.read_parquet(TAIWAN / "outcomes.parquet")
    whole = known(wide)
    bad = whole.join(outcomes, on="account_id", how="left", maintain_order="left")["defaulted_next_month"]
    seen = {"no credit limit in the book": without_limit(whole)}
    for count in (3, 1):
        seen[f"only the newest {count} statement{'s' if count > 1 else ''}"] = known(newest(wide, count))
    late = (whole["cycles_now"] >= 1).to_numpy()
    return Lesson(
        "default", "default in the month after the newest statement", PAST_DUE, whole, bad, seen, {"past_due": late}
    )


def amounts(wide: pl.DataFrame) -> Lesson:
    """Learn the same as the default card, with amounts beside what is usual in the book."""
    plain = default(wide)
    without = plain.whole.with_columns(pl.lit(None, pl.Float64).alias(feature.name) for feature in AMOUNTS)
    return replace(plain, name="amounts", names=tuple(BY_NAME), seen={"no currency in the book": without})


def cure(wide: pl.DataFrame) -> Lesson:
    """Learn from each month in which an account was past due whether it still was in the next."""
    rows, stayed, months = [], [], []
    for back in range(CYCLE_COUNT - 1, 0, -1):
        then = earlier(wide, back)
        late = (then["cycles_0"] >= 1).fill_null(value=False)
        rows.append(known(then.filter(late)))
        stayed.append((wide.filter(late)[f"cycles_{back - 1}"] >= 1).cast(pl.Int8))
        months.append(np.full(int(late.sum()), back))
    whole, month = pl.concat(rows), np.concatenate(months)
    return Lesson(
        "cure",
        "still past due in the month after",
        LONG_LATE,
        whole,
        pl.concat(stayed),
        {"no credit limit in the book": without_limit(whole)},
        {"newly_past_due": (whole["late_streak"] < LONG_LATE.start).to_numpy(), "newest_month": month == 1},
        {"rows": "one for each month, April to August 2005, in which an account was past due"},
        month,
    )


def known(wide: pl.DataFrame) -> pl.DataFrame:
    """Return the features of accounts."""
    return features(Cycles(wide.lazy())).collect()


def without_limit(whole: pl.DataFrame) -> pl.DataFrame:
    """Return the features as a book without limits gives them."""
    return whole.with_columns(
        pl.lit(None, pl.Float64).alias(feature.name)
        for feature in FEATURES
        if feature.family == LIMITED or feature.name.startswith("paid_to_limit")
    )


def declared(table: str, columns: frames.Columns) -> pl.LazyFrame:
    """Return a table of the book, null where it lacks a column."""
    frame = pl.read_parquet(TAIWAN / f"{table}.parquet")
    absent = [pl.lit(None).alias(column.name) for column in columns if column.name not in frame.columns]
    return frames.stamp(frame.lazy().with_columns(absent), columns)


def newest(wide: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return the cycles with all but the newest forgotten."""
    old = [pl.lit(None).alias(name) for name, k in monthly() if k >= count]
    return stamped(wide.with_columns(*old, pl.col("statements_count").clip(upper_bound=count)))


def earlier(wide: pl.DataFrame, back: int) -> pl.DataFrame:
    """Return the cycles as they were known some months earlier."""
    moved = [
        (pl.col(f"{name[:-1]}{k + back}") if k + back < CYCLE_COUNT else pl.lit(None)).alias(name)
        for name, k in monthly()
    ]
    return stamped(wide.with_columns(*moved, (pl.col("statements_count") - back).clip(lower_bound=0)))


def monthly() -> list[tuple[str, int]]:
    """Return the columns of the cycles that hold one month, with how many months ago."""
    names = [column.name for column in frames.CYCLES]
    return [(name, int(name[-1])) for name in names if name[-2] == "_" and name[-1].isdigit()]


def stamped(wide: pl.DataFrame) -> pl.DataFrame:
    """Return the declared columns."""
    return frames.stamp(wide.lazy(), frames.CYCLES).collect()
