"""The counts and sums of one day that every screen's head shows. Currencies are never added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.strategy import worklist
from deskcollect.vocabulary import AlertLevel, CaseState, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.policy.model import Policies


@dataclass(frozen=True, slots=True)
class TierLine:
    """Accounts and past-due money of one tier in one currency."""

    tier: str
    count: int
    past_due: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a day. `tiers` is keyed by currency; `queues`, `levels` by their id."""

    accounts: int
    past_due_accounts: int
    currency: str
    currencies: tuple[str, ...]
    counts: Mapping[str, int]
    tiers: Mapping[str, tuple[TierLine, ...]]
    levels: Mapping[str, int]
    queues: Mapping[str, int]
    orphans: int
    asleep: int
    whole: frozenset[str]

    @property
    def flagged(self) -> int:
        """Return how many accounts carry an alert."""
        return sum(self.levels.values())

    @property
    def open_cases(self) -> int:
        """Return how many alert cases somebody may have to act on: those that are not asleep."""
        return self.flagged - self.asleep


def summary(table: pl.DataFrame, main_currency: str, policies: Policies) -> Summary:
    """Count and add up a worklist (frames.WORKLIST)."""
    rows = _signed(table, 1)
    counted, by_tier, whole = pl.collect_all([_counts(rows, policies), _by_tier(rows), _whole(rows)])
    totals = by_tier.group_by("currency").agg(pl.col("n").sum()).sort("n", "currency", descending=[True, False])
    currencies = tuple(code for code in totals["currency"] if code is not None)
    main = main_currency if main_currency in currencies else next(iter(currencies), "")
    others = tuple(code for code in currencies if code != main)
    found = counted.row(0, named=True)
    return Summary(
        accounts=table.height,
        past_due_accounts=found[_PAST_DUE],
        currency=main,
        currencies=((main,) if main else ()) + others,
        counts=dict(totals.iter_rows()),
        tiers={code: _tiers(by_tier.filter(pl.col("currency") == code)) for code in currencies},
        levels={level.value: found[_LEVEL + level] for level in AlertLevel},
        queues={rule.id: found[_QUEUE + rule.id] for rule in policies.queues},
        orphans=found[_ORPHANS],
        asleep=found[_ASLEEP],
        whole=frozenset(whole["currency"]),
    )


def updated(before: Summary, old: pl.DataFrame, new: pl.DataFrame, policies: Policies) -> Summary:
    """Return the figures after some rows were exchanged for others of the same accounts.

    Nothing is counted anew: what the old rows gave is taken away and what the new ones give is added.
    """
    both = pl.concat([_signed(old, -1), _signed(new, 1)])
    counted, by_tier = pl.collect_all([_counts(both, policies), _by_tier(both)])
    more = counted.row(0, named=True)
    moved = {(currency, tier): (n, money) for currency, tier, n, money in by_tier.iter_rows()}
    tiers = {
        code: tuple(_more(line, *moved.get((code, line.tier), (0, Decimal(0)))) for line in lines)
        for code, lines in before.tiers.items()
    }
    return replace(
        before,
        past_due_accounts=before.past_due_accounts + more[_PAST_DUE],
        tiers=tiers,
        levels={level: n + more[_LEVEL + level] for level, n in before.levels.items()},
        queues={queue: n + more[_QUEUE + queue] for queue, n in before.queues.items()},
        orphans=before.orphans + more[_ORPHANS],
        asleep=before.asleep + more[_ASLEEP],
    )


_PAST_DUE, _ORPHANS, _ASLEEP, _LEVEL, _QUEUE, _SIGN = "past due", "orphans", "asleep", "level: ", "queue: ", "sign"


def _signed(rows: pl.DataFrame, sign: int) -> pl.LazyFrame:
    """Say of rows whether their figures are added (1) or taken away (-1)."""
    return rows.lazy().with_columns(pl.lit(sign, dtype=pl.Int64).alias(_SIGN))


def _counts(rows: pl.LazyFrame, policies: Policies) -> pl.LazyFrame:
    """Count the rows that each figure is about."""
    counted = {_PAST_DUE: pl.col("past_due") > 0, _ORPHANS: worklist.orphan()}
    counted[_ASLEEP] = pl.col("case_state") == CaseState.SNOOZED.value
    shown = pl.col("case_state").fill_null("") != CaseState.HELD_BACK.value
    counted |= {_LEVEL + level: (pl.col("alert_level") == level.value) & shown for level in AlertLevel}
    counted |= {_QUEUE + rule.id: pl.col("queues").list.contains(rule.id) for rule in policies.queues}
    return rows.select((pl.col(_SIGN) * which).sum().alias(name) for name, which in counted.items())


def _by_tier(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Count accounts and add up past-due money by currency and tier: currency, tier, n, past_due."""
    money = pl.col("past_due").clip(0)
    return rows.group_by("currency", "tier").agg(
        pl.col(_SIGN).sum().alias("n"),
        pl.when(pl.col(_SIGN) < 0).then(-money).otherwise(money).sum().alias("past_due"),
    )


def _tiers(lines: pl.DataFrame) -> tuple[TierLine, ...]:
    """Return one line a tier, also where it has no account."""
    found = {tier: (count, money) for _, tier, count, money in lines.iter_rows()}
    return tuple(TierLine(tier.value, *found.get(tier.value, (0, Decimal(0)))) for tier in Tier)


def _more(line: TierLine, count: int, money: Decimal) -> TierLine:
    """Add to a tier's line."""
    return TierLine(line.tier, line.count + count, line.past_due + money)


def _whole(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the currencies whose amounts are all whole, so that their decimals need not be shown."""
    money = pl.col("balance", "past_due", "minimum_due", "credit_limit").cast(pl.Float64)
    whole = pl.all_horizontal((money.fill_null(0) % 1) == 0).all()
    return rows.group_by("currency").agg(whole.alias("whole")).filter("whole")


def gravest_alerts(table: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return the rows of the open alert cases with the highest levels, the highest exposure first within a level."""
    chosen = pl.col("case_number").is_not_null() & ~pl.col("case_state").is_in(["snoozed", "held_back"])
    order = ["alert_level", "signal_count", "exposure_share", "account_id"]
    rows = table.lazy().with_row_index("row").filter(chosen).select("row", *order)
    first = rows.sort(order, descending=[True, True, True, False], nulls_last=True).head(count)
    return table[first.select("row").collect().to_series()]
