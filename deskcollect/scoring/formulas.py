"""Month-by-month expressions that the features are made of; month 0 is the newest statement.

A month that is not known is null and takes no part; what rests on unknown months only is null.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.frames import CYCLE_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

INACTIVE = -2
PAID_IN_FULL = -1
REVOLVING = 0
USUAL = ("limit", "balance", "paid")
MONTHS = range(CYCLE_COUNT)
BILLS = range(CYCLE_COUNT - 1)  # the oldest month has no bill before it


def cycles(month: int) -> pl.Expr:
    """Return the cycles past due of a month."""
    return pl.col(f"__cycles_{month}")


def status(month: int) -> pl.Expr:
    """Return the state of a month as a number: -2 inactive, -1 paid in full, 0 revolving, n cycles past due."""
    return pl.col(f"__status_{month}")


def use(month: int) -> pl.Expr:
    """Return balance / limit of a month, clipped to -0.5..2."""
    return pl.col(f"__use_{month}")


def ratio(month: int) -> pl.Expr:
    """Return the share of the bill before that was paid in a month, clipped to 0..1.5; 1 when nothing was billed."""
    return pl.col(f"__ratio_{month}")


def limit() -> pl.Expr:
    """Return the newest limit."""
    return pl.col("__limit_0")


def newest_balance() -> pl.Expr:
    """Return the newest balance."""
    return pl.col("balance_0")


def usual(name: str) -> pl.Expr:
    """Return the middle of an amount over the accounts of the book in the same currency."""
    return pl.col(f"{name}_usual")


def paid(month: int) -> pl.Expr:
    """Return what was paid in a month."""
    return pl.col(f"__paid_{month}")


def amounts() -> list[pl.Expr]:
    """Return the columns of `frames.CYCLES` that the months are made of, as floats; a limit of zero or less is none."""
    found: list[pl.Expr] = []
    for month in MONTHS:
        limit = pl.col(f"limit_{month}").cast(pl.Float64)
        found.append(pl.col(f"balance_{month}").cast(pl.Float64))
        found.append(pl.col(f"cycles_{month}").cast(pl.Float64).alias(f"__cycles_{month}"))
        found.append(pl.col(f"paid_{month}").cast(pl.Float64).alias(f"__paid_{month}"))
        found.append(pl.when(limit > 0).then(limit).alias(f"__limit_{month}"))
        found.append(pl.col(f"status_{month}"))
    return [*found, *(usual(name) for name in USUAL)]


def ingredients() -> list[pl.Expr]:
    """Return the expressions that make the month columns above from `amounts`."""
    kept = [limit(), *(cycles(month) for month in MONTHS), *(paid(month) for month in MONTHS)]
    states = [_status(month).alias(f"__status_{month}") for month in MONTHS]
    uses = [_use(month).alias(f"__use_{month}") for month in MONTHS]
    return [
        *kept,
        newest_balance(),
        *(usual(name) for name in USUAL),
        *states,
        *uses,
        *(_ratio(month).alias(f"__ratio_{month}") for month in BILLS),
    ]


def _status(month: int) -> pl.Expr:
    """Return the state of a month; being past due counts more than the word beside it."""
    late, word = cycles(month), pl.col(f"status_{month}")
    return (
        pl.when(late >= 1)
        .then(late)
        .when(word == "inactive")
        .then(pl.lit(float(INACTIVE)))
        .when(word == "paid_in_full")
        .then(pl.lit(float(PAID_IN_FULL)))
        .when(word == "revolving")
        .then(pl.lit(float(REVOLVING)))
    )


def _use(month: int) -> pl.Expr:
    """Return utilisation of a month."""
    return (pl.col(f"balance_{month}") / pl.col(f"__limit_{month}")).clip(-0.5, 2.0)


def _ratio(month: int) -> pl.Expr:
    """Return the share of the bill of the month before that was paid in a month."""
    billed = pl.col(f"balance_{month + 1}")
    share = (paid(month) / billed).clip(0.0, 1.5)
    return pl.when(billed <= 0).then(pl.lit(1.0)).when(billed > 0).then(share)


def known(months: Sequence[pl.Expr]) -> pl.Expr:
    """Tell whether any month is known."""
    return pl.any_horizontal([month.is_not_null() for month in months])


def total(months: Sequence[pl.Expr]) -> pl.Expr:
    """Return the sum over the known months."""
    return pl.when(known(months)).then(_add([month.fill_null(0.0) for month in months]))


def count(months: Sequence[pl.Expr], where: Sequence[pl.Expr]) -> pl.Expr:
    """Return how many of the known months meet `where`, one condition a month."""
    return pl.when(known(months)).then(_add([test.fill_null(False).cast(pl.Float64) for test in where]))


def mean(months: Sequence[pl.Expr]) -> pl.Expr:
    """Return the mean over the known months."""
    return total(months) / _add([month.is_not_null().cast(pl.Float64) for month in months])


def first(months: Sequence[pl.Expr], where: Sequence[pl.Expr], never: int) -> pl.Expr:
    """Return the newest month that meets `where`, or `never`."""
    found: pl.Expr = pl.lit(float(never))
    for month in reversed(range(len(months))):
        found = pl.when(where[month].fill_null(False)).then(pl.lit(float(month))).otherwise(found)
    return pl.when(known(months)).then(found)


def streak(months: Sequence[pl.Expr], where: Sequence[pl.Expr]) -> pl.Expr:
    """Return how many of the newest months in a row meet `where`; null when the newest is not known."""
    unbroken: list[pl.Expr] = []
    for test in where:
        now = test.fill_null(False)
        unbroken.append(unbroken[-1] & now if unbroken else now)
    return pl.when(months[0].is_not_null()).then(_add([test.cast(pl.Float64) for test in unbroken]))


def slope(months: Sequence[pl.Expr]) -> pl.Expr:
    """Return the least-squares change a month over the known months; null below two of them.

    Formula: (n Σxy - Σx Σy) / (n Σx² - (Σx)²) with x = -month, so that a rise towards today is positive.
    """
    flags = [month.is_not_null().cast(pl.Float64) for month in months]
    n = _add(flags)
    x = _add([flag * -float(k) for k, flag in enumerate(flags)])
    xx = _add([flag * float(k * k) for k, flag in enumerate(flags)])
    y = _add([month.fill_null(0.0) for month in months])
    xy = _add([month.fill_null(0.0) * -float(k) for k, month in enumerate(months)])
    spread = n * xx - x * x
    return pl.when(spread > 0).then((n * xy - x * y) / spread)


def _add(terms: Sequence[pl.Expr]) -> pl.Expr:
    """Add expressions in their order, so that every engine rounds alike; `sum_horizontal` has no fixed order."""
    return reduce(lambda left, right: left + right, terms)
