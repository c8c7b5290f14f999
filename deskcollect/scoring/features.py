"""What a book says about an account without units of money: 27 features, each declared once, and three of amounts.

The 27 are ratios, counts and months, so that a card fitted on one lender's book means something in another's. The three
say how large an amount is beside what is usual in the same book; only a card that was fitted for it uses them. Whatever
the book does not tell is null; the card gives null its own points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.frames import CYCLE_COUNT, Column, Features, own_columns, stamp
from deskcollect.scoring import formulas as f

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from deskcollect.frames import Cycles
    from deskcollect.scoring.card import Characteristic

DECIMALS = 6
_END = float("inf")
_USUAL = "_to_usual"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True, slots=True)
class Words:
    """What a value below `below` is called: `plain` without the value, `exact` with it (empty: the same).

    `{span}` stands for the months looked at.
    """

    below: float
    plain: str
    exact: str = ""

    def said(self, value: float, span: str) -> str:
        """Return the text with the value in it."""
        return (self.exact or self.plain).format(count=round(value), percent=f"{round(value * 100)} %", span=span)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name, the fact it tells (`family`), months it looks at, formula, missing rule and words.

    `header` is that of the column where it is the lender's own.
    `words` are in rising order and the last reaches infinity. `direction` is +1 where a higher value never makes a
    customer safer, -1 where it never makes one riskier, 0 where the data decide.
    """

    name: str
    family: str
    window: int
    formula: str
    missing: str
    direction: int
    words: tuple[Words, ...]
    expr: pl.Expr
    header: str = ""

    @property
    def whole(self) -> bool:
        """Whether the values are whole numbers: months or cycles, not shares."""
        return (
            not self.header
            and not self.name.startswith(("use_", "pay_ratio_", "paid_to_limit_"))
            and not self.name.endswith(_USUAL)
        )

    @property
    def least(self) -> float | None:
        """The smallest value there is; None where there is no such bound."""
        if self.name.startswith("status_"):
            return f.INACTIVE
        return None if self.direction == 0 or self.name == "cycles_change" else 0.0

    @property
    def fact(self) -> str:
        """What the fact is called of which it tells."""
        return self.header or FAMILIES[self.family]

    def months(self, statements: int) -> int:
        """Return how many months the words speak of where so many statements are known, at least one."""
        return max(1, min(self.window, statements) - (self.missing == _BILL))

    def spans(self) -> tuple[str, ...]:
        """Return how the months looked at are called: where one is known, where two are, and so on up to all."""
        whole = self.months(self.window)
        short = ("the one month known", *(f"the {_NUMBERS[known]} months known" for known in range(2, whole)))
        return (*short[: whole - 1], f"{_NUMBERS[whole]} months")


FAMILIES: dict[str, str] = {
    "late_now": "whether it is past due now",
    "late_before": "earlier late payments",
    "habit": "how the account is used",
    "limit_use": "share of the limit in use",
    "last_payment": "last month's payment",
    "payments": "earlier payments",
    "amounts": "amounts beside what is usual in this book",
}

_NOW = "null without the newest statement"
_ANY = "null without any statement"
_LIMIT = "null without a limit above zero"
_BILL = "null without the statement and the one before"
_MIDDLE = "null without the newest statement, or where the currency has no middle"
_TWO = "null without the newest statement and the one two months older"

_cycles = [f.cycles(k) for k in f.MONTHS]
_status = [f.status(k) for k in f.MONTHS]
_use = [f.use(k) for k in f.MONTHS]
_ratio = [f.ratio(k) for k in f.BILLS]
_paid = [f.paid(k) for k in f.MONTHS]
_late = [month >= 1 for month in _cycles]


def _bands(*bands: tuple[float, str] | tuple[float, str, str]) -> tuple[Words, ...]:
    """Put words in order."""
    return tuple(Words(*band) for band in bands)


def _state(when: str, late: str = "") -> tuple[Words, ...]:
    """Return the words for the state of one month; `late` says when it was, if it was past due."""
    return _bands(
        (-1.5, f"no balance and no payment {when}"),
        (-0.5, f"bill paid in full {when}"),
        (0.5, f"bill partly paid {when}"),
        (1.5, f"one cycle past due {late or when}"),
        (_END, f"several cycles past due {late or when}", f"{{count}} cycles past due {late or when}"),
    )


def _months(what: str) -> tuple[Words, ...]:
    """Return the words for a count of months."""
    return _bands(
        (0.5, f"none of {{span}} {what}"),
        (1.5, f"one of {{span}} {what}"),
        (_END, f"several of {{span}} {what}", f"{{count}} of {{span}} {what}"),
    )


def _worst(when: str) -> tuple[Words, ...]:
    """Return the words for the most cycles past due."""
    return _bands(
        (0.5, f"never late {when}"),
        (1.5, f"one cycle late {when}"),
        (_END, f"several cycles late {when}", f"{{count}} cycles late {when}"),
    )


def _share(what: str) -> tuple[Words, ...]:
    """Return the words for the part of a bill that was paid."""
    return _bands(
        (0.005, f"no payment {what}"),
        (0.10, f"small part of the bill paid {what}", f"small part of the bill paid {what} ({{percent}})"),
        (0.995, f"part of the bill paid {what}", f"part of the bill paid {what} ({{percent}})"),
        (_END, f"bill paid in full {what}"),
    )


def _used(what: str) -> tuple[Words, ...]:
    """Return the words for utilisation."""
    return _bands(
        (0.005, f"nothing owed {what}"),
        (0.30, f"little of the limit used {what}", f"little of the limit used {what} ({{percent}})"),
        (0.80, f"part of the limit used {what}", f"part of the limit used {what} ({{percent}})"),
        (1.0, f"balance near the limit {what}", f"balance near the limit {what} ({{percent}})"),
        (_END, f"balance at or over the limit {what}", f"balance at or over the limit {what} ({{percent}})"),
    )


def _to_limit(what: str) -> tuple[Words, ...]:
    """Return the words for payments as a share of the limit."""
    return _bands(
        (0.005, f"nothing or next to nothing paid {what}"),
        (0.05, f"little paid {what}", f"little paid {what} ({{percent}} of the limit)"),
        (_END, f"paid a share of the limit {what}", f"{{percent}} of the limit paid {what}"),
    )


def _beside(what: str) -> tuple[Words, ...]:
    """Return the words for an amount beside the usual one."""
    return _bands(
        (0.005, f"no {what}"),
        (0.5, f"{what} far below what is usual here"),
        (0.9, f"{what} below what is usual here"),
        (1.1, f"{what} as usual here"),
        (2.0, f"{what} above what is usual here"),
        (_END, f"{what} far above what is usual here"),
    )


_CYCLES = _bands((0.5, "not past due now"), (1.5, "one cycle past due now"), (_END, "several cycles past due now", "{count} cycles past due now"))  # fmt: skip
_SUM = _bands((0.5, "never late in {span}"), (1.5, "late once in {span}"), (_END, "late more than once in {span}"))  # fmt: skip
_SINCE = _bands((0.5, "past due last month"), (1.5, "past due one month ago"), (5.5, "past due some months ago", "past due {count} months ago"), (_END, "not past due in {span}"))  # fmt: skip
_STREAK = _bands((0.5, "not past due"), (1.5, "past due since last month"), (_END, "past due for months in a row", "past due for {count} months in a row"))  # fmt: skip
_CHANGE = _bands((-0.5, "fewer cycles past due than two months ago"), (0.5, "as many cycles past due as two months ago"), (_END, "more cycles past due than two months ago"))  # fmt: skip
_SLOPE = _bands((-0.02, "less and less of the limit used"), (0.02, "as much of the limit used as before"), (_END, "more and more of the limit used"))  # fmt: skip
_ROSE = _bands((-0.02, "less of the limit used than two months ago"), (0.02, "as much of the limit used as two months ago"), (_END, "more of the limit used than two months ago"))  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    Feature("status_now", "late_now", 1, "state of the newest month: -2 inactive, -1 paid in full, 0 revolving, n cycles past due", _NOW, 1, _state("last month", "now"), _status[0]),
    Feature("status_one_ago", "late_before", 2, "the same one month before", _NOW, 1, _state("two months ago"), _status[1]),
    Feature("status_two_ago", "late_before", 3, "the same two months before", _NOW, 1, _state("three months ago"), _status[2]),
    Feature("cycles_now", "late_now", 1, "cycles past due now", _NOW, 1, _CYCLES, _cycles[0]),
    Feature("cycles_max_6", "late_before", 6, "most cycles past due in six months", _ANY, 1, _worst("within {span}"), pl.max_horizontal(_cycles)),
    Feature("cycles_max_3", "late_before", 3, "most cycles past due in three months", _ANY, 1, _worst("within {span}"), pl.max_horizontal(_cycles[:3])),
    Feature("cycles_sum_6", "late_before", 6, "sum of cycles past due over six months", _ANY, 1, _SUM, f.total(_cycles)),
    Feature("late_months", "late_before", 6, "months past due", _ANY, 1, _months("past due"), f.count(_cycles, _late)),
    Feature("late_months_two", "late_before", 6, "months two or more cycles past due", _ANY, 1, _months("two or more cycles past due"), f.count(_cycles, [month >= 2 for month in _cycles])),
    Feature("months_since_late", "late_before", 6, "months since last past due, 6 = never", _ANY, -1, _SINCE, f.first(_cycles, _late, CYCLE_COUNT)),
    Feature("late_streak", "late_now", 6, "months past due in a row up to now", _NOW, 1, _STREAK, f.streak(_cycles, _late)),
    Feature("cycles_change", "late_now", 3, "cycles past due now less those two months ago", _TWO, 1, _CHANGE, _cycles[0] - _cycles[2]),
    Feature("paid_in_full_months", "habit", 6, "months paid in full", _ANY, -1, _months("paid in full"), f.count(_status, [month == f.PAID_IN_FULL for month in _status])),
    Feature("revolving_months", "habit", 6, "months partly paid", _ANY, 0, _months("partly paid"), f.count(_status, [month == f.REVOLVING for month in _status])),
    Feature("inactive_months", "habit", 6, "months without balance and payment", _ANY, 0, _months("without any activity"), f.count(_status, [month == f.INACTIVE for month in _status])),
    Feature("use_now", "limit_use", 1, "balance / limit, clipped to -0.5..2", _LIMIT, 0, _used("now"), _use[0]),
    Feature("use_mean", "limit_use", 6, "mean of balance / limit over six months", _LIMIT, 0, _used("over {span}"), f.mean(_use)),
    Feature("use_max", "limit_use", 6, "largest balance / limit in six months", _LIMIT, 0, _used("at its highest"), pl.max_horizontal(_use)),
    Feature("use_slope", "limit_use", 6, "least-squares change of balance / limit a month", _LIMIT + ", or below two statements", 0, _SLOPE, f.slope(_use)),
    Feature("use_change", "limit_use", 3, "balance / limit now less that of two months ago", _LIMIT + ", " + _TWO, 0, _ROSE, _use[0] - _use[2]),
    Feature("pay_ratio_last", "last_payment", 2, "paid last month / bill before it, clipped to 0..1.5; 1 when nothing was billed", _BILL, -1, _share("last month"), _ratio[0]),
    Feature("pay_ratio_mean_3", "payments", 4, "mean of the same over three months", _BILL, -1, _share("over {span}"), f.mean(_ratio[:3])),
    Feature("pay_ratio_mean_5", "payments", 6, "mean of the same over five months", _BILL, -1, _share("over {span}"), f.mean(_ratio)),
    Feature("pay_ratio_min", "payments", 6, "smallest of the same in five months", _BILL, -1, _share("in the weakest of {span}"), pl.min_horizontal(_ratio)),
    Feature("paid_to_limit_6", "payments", 6, "paid over six months / limit", _LIMIT, -1, _to_limit("over {span}"), f.total(_paid) / f.limit()),
    Feature("paid_to_limit_last", "last_payment", 1, "paid last month / limit", _LIMIT, -1, _to_limit("last month"), _paid[0] / f.limit()),
    Feature("unpaid_months", "payments", 6, "months with nothing paid", _ANY, 1, _months("without a payment"), f.count(_paid, [month <= 0 for month in _paid])),
)  # fmt: skip

AMOUNTS: tuple[Feature, ...] = (
    Feature("limit_to_usual", "amounts", 1, "newest limit / the middle of this book's limits in the same currency", _MIDDLE, 0, _beside("limit"), f.limit() / f.usual("limit")),
    Feature("balance_to_usual", "amounts", 1, "newest balance / the middle of this book's balances above zero in the same currency", _MIDDLE, 0, _beside("balance"), f.newest_balance() / f.usual("balance")),
    Feature("paid_to_usual", "amounts", 6, "paid over six months / the middle of that in this book in the same currency", _MIDDLE, -1, _beside("sum paid"), f.total(_paid) / f.usual("paid")),
)  # fmt: skip

BY_NAME: dict[str, Feature] = {feature.name: feature for feature in (*FEATURES, *AMOUNTS)}
COLUMNS = (
    Column("account_id", pl.String, "the lender's own account number"),
    Column("statements_count", pl.Int32, "statements known, at most six are counted"),
    *(Column(feature.name, pl.Float64, feature.formula) for feature in BY_NAME.values()),
)


def asked(names: Collection[str]) -> frozenset[str]:
    """Return the columns of `frames.CYCLES` that features rest on."""
    months = {name for amount in f.amounts() for name in amount.meta.root_names()}
    beside = any(feature.name in names for feature in AMOUNTS)
    return frozenset(months if beside else months - {f"{name}_usual" for name in f.USUAL})


def of(characteristic: Characteristic) -> Feature:
    """Return what a characteristic of a card is: a feature of this module, or a column of the lender's own."""
    if not characteristic.header:
        return BY_NAME[characteristic.name]
    name, header = characteristic.name, characteristic.header
    formula = f"the column {header} of your accounts"
    words = _of_bins(header, [each.end for each in characteristic.bins])
    return Feature(name, name, 1, formula, "null where the account has none", 0, words, pl.col(name), header)


def direction(name: str) -> int:
    """Return +1 where a higher value of a characteristic never makes a customer safer, -1 where never riskier, else 0."""
    return BY_NAME[name].direction if name in BY_NAME else 0


def _of_bins(header: str, ends: Sequence[float | None]) -> tuple[Words, ...]:
    """Return the words for the values of an own column: those of the bins that its card has."""
    called = header.replace("{", "{{").replace("}", "}}")
    edges = [end for end in ends if end is not None]
    if not edges:
        return (Words(_END, called),)
    between = (f"{called} {number(low)} to below {number(high)}" for low, high in pairwise(edges))
    texts = (f"{called} below {number(edges[0])}", *between, f"{called} {number(edges[-1])} or more")
    return tuple(Words(below, text) for below, text in zip((*edges, _END), texts, strict=True))


def number(value: float) -> str:
    """Return a number as short as it can be said to the last digit that a card compares."""
    return f"{round(value, DECIMALS) + 0.0:.{DECIMALS}f}".rstrip("0").rstrip(".")


def features(cycles: Cycles, own: Iterable[str] = (), *, only: Collection[str] | None = None) -> Features:
    """Return the features of each account. Without a statement only what looks at one month is known.

    Args:
        cycles: The statements of each account side by side.
        own: Names of the lender's own columns that are wanted too, whether the book has them or not.
        only: The features that are wanted; the others are null.

    Shape: account_id, statements_count, then `FEATURES` and `AMOUNTS` in order, then `own`, all Float64, rounded to six
    decimals.
    Nulls: as each feature's `missing` says, and own columns that the book has not; never NaN or infinite.
    """
    theirs = list(own)
    there = set(own_columns(cycles.collect_schema().names())) if theirs else set()
    kept = [name for name in theirs if name in there]
    made: pl.LazyFrame = cycles
    for step in _steps(None if only is None else frozenset(only)):
        made = made.select("account_id", "statements_count", *step, *kept)
    missing = (pl.lit(None, pl.Float64).alias(name) for name in theirs if name not in there)
    columns = (*COLUMNS, *(Column(name, pl.Float64, "a column of the lender's own") for name in theirs))
    return Features(stamp(made.with_columns(missing), columns))


@lru_cache(maxsize=8)
def _steps(only: frozenset[str] | None) -> tuple[Sequence[pl.Expr], ...]:
    """Return the expressions that make features, one step after the other."""
    settled = [
        _settled(each) if only is None or name in only else pl.lit(None, pl.Float64).alias(name)
        for name, each in BY_NAME.items()
    ]
    return f.amounts(), f.ingredients(), settled


def _settled(feature: Feature) -> pl.Expr:
    """Round shares, so that a value beside a cut falls on the same side on every machine; say nothing of months nobody told."""
    value = feature.expr if feature.whole else feature.expr.round(DECIMALS)
    if feature.window > 1:
        value = pl.when(pl.col("statements_count") > 0).then(value)
    return value.alias(feature.name)
