"""The counts and sums of one day that every screen's head shows. Currencies are never added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.strategy import worklist
from deskcollect.vocabulary import AlertLevel, Tier

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
    whole: frozenset[str]

    @property
    def flagged(self) -> int:
        """Return how many accounts carry an alert."""
        return sum(self.levels.values())


def summary(table: pl.DataFrame, main_currency: str, policies: Policies) -> Summary:
    """Count and add up a worklist (frames.WORKLIST)."""
    lazy = table.lazy()
    by_tier = lazy.group_by("currency", "tier").agg(pl.len().alias("n"), pl.col("past_due").clip(0).sum()).collect()
    totals = by_tier.group_by("currency").agg(pl.col("n").sum()).sort("n", "currency", descending=[True, False])
    currencies = tuple(code for code in totals["currency"] if code is not None)
    main = main_currency if main_currency in currencies else next(iter(currencies), "")
    others = tuple(code for code in currencies if code != main)
    levels = dict(lazy.group_by("alert_level").len().collect().iter_rows())
    return Summary(
        accounts=table.height,
        past_due_accounts=int(table.select((pl.col("past_due") > 0).sum()).item()),
        currency=main,
        currencies=((main,) if main else ()) + others,
        counts=dict(totals.iter_rows()),
        tiers={code: _tiers(by_tier.filter(pl.col("currency") == code)) for code in currencies},
        levels={level.value: int(levels.get(level.value, 0)) for level in AlertLevel},
        queues={queue: _queue_count(table, queue) for queue in (rule.id for rule in policies.queues)},
        orphans=worklist.orphans(table.lazy()),
        whole=_whole(table),
    )


def updated(before: Summary, old: pl.DataFrame, new: pl.DataFrame, policies: Policies) -> Summary:
    """Return the figures after some rows were exchanged for others of the same accounts.

    Nothing is counted anew: what the old rows gave is taken away and what the new ones give is added.
    """
    less = summary(old, before.currency, policies)
    more = summary(new, before.currency, policies)

    def moved(name: str) -> dict[str, int]:
        sides = [getattr(each, name) for each in (before, less, more)]
        return {key: n - sides[1].get(key, 0) + sides[2].get(key, 0) for key, n in sides[0].items()}

    tiers = {
        code: tuple(
            TierLine(
                line.tier,
                line.count - _line(less, code, line.tier).count + _line(more, code, line.tier).count,
                line.past_due - _line(less, code, line.tier).past_due + _line(more, code, line.tier).past_due,
            )
            for line in lines
        )
        for code, lines in before.tiers.items()
    }
    return replace(
        before,
        past_due_accounts=before.past_due_accounts - less.past_due_accounts + more.past_due_accounts,
        tiers=tiers,
        levels=moved("levels"),
        queues=moved("queues"),
        orphans=before.orphans - less.orphans + more.orphans,
    )


def _line(figures: Summary, currency: str, tier: str) -> TierLine:
    """Return one tier's line, empty where there is none."""
    return next((line for line in figures.tiers.get(currency, ()) if line.tier == tier), TierLine(tier, 0, Decimal(0)))


def _tiers(lines: pl.DataFrame) -> tuple[TierLine, ...]:
    """Return one line a tier, also where it has no account."""
    found = {tier: (count, money) for _, tier, count, money in lines.iter_rows()}
    return tuple(TierLine(tier.value, *found.get(tier.value, (0, Decimal(0)))) for tier in Tier)


def _queue_count(table: pl.DataFrame, queue: str) -> int:
    """Return how many accounts stand in a queue."""
    return int(table.select(pl.col("queues").list.contains(queue).sum()).item())


def _whole(table: pl.DataFrame) -> frozenset[str]:
    """Return the currencies whose amounts are all whole, so that their decimals need not be shown."""
    money = pl.col("balance", "past_due", "minimum_due", "credit_limit").cast(pl.Float64)
    whole = pl.all_horizontal((money.fill_null(0) % 1) == 0).all()
    return frozenset(table.lazy().group_by("currency").agg(whole.alias("w")).filter("w").collect()["currency"])


def gravest_alerts(table: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return the rows with the highest alert levels, the highest exposure first within a level."""
    return table[alert_order(table, "", None).head(count)]


def alert_order(table: pl.DataFrame, level: str, sort: tuple[str, bool] | None) -> pl.Series:
    """Return the row numbers of flagged accounts, the gravest first or by a column; `level` empty means all."""
    chosen = pl.col("alert_level").is_not_null()
    if level:
        chosen &= pl.col("alert_level") == level
    rows = table.lazy().with_row_index("row").filter(chosen)
    if sort is not None:
        ordered = rows.sort(sort[0], descending=sort[1], nulls_last=True, maintain_order=True)
    else:
        order = ["alert_level", "signal_count", "exposure_share", "account_id"]
        ordered = rows.sort(order, descending=[True, True, True, False], nulls_last=True)
    return ordered.select("row").collect().to_series()
