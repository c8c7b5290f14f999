"""The alert of each account: its open case, made of what was seen on all days and of what people decided."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.case import Case, Decision, Sight
from deskcollect.monitoring.cases import fold
from deskcollect.monitoring.levels import merged
from deskcollect.vocabulary import AlertLevel, CaseState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deskcollect.policy.model import Policies

_CASE = {
    "account_id": pl.String,
    "case_number": pl.Int32,
    "case_state": pl.String,
    "level": frames.LEVELS,
    "level_rule": pl.String,
    "case_opened_on": pl.Date,
    "case_level_on": pl.Date,
    "case_due_on": pl.Date,
    "case_until": pl.Date,
    "case_woke": pl.Boolean,
    "case_owner": pl.String,
    "case_seen_count": pl.Int32,
    "case_seen_on": pl.Date,
}
_LIVE = ("signal_count", "strong_count", "decisive_count", "family_count")


def live(fired: frames.Signals, levelled: frames.Levelled, *, day: date) -> frames.Sightings:
    """Return what is seen at present in the form of what was seen on earlier days."""
    levels = levelled.select("account_id", "alert_level", "alert_level_rule")
    now = fired.join(levels, on="account_id", how="left").with_columns(
        pl.lit(day).alias("day"), pl.lit(None, pl.String).alias("facts")
    )
    return frames.Sightings(frames.stamp(now, frames.SIGHTINGS))


def alerts(
    levelled: pl.DataFrame,
    seen: pl.DataFrame,
    decisions: Mapping[str, Sequence[Decision]],
    policies: Policies,
    *,
    today: date,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the alert of each account, which is its open case, and the signals of the open cases.

    Args:
        levelled: frames.LEVELLED of the present.
        seen: frames.SIGHTINGS of all days, the present one among them.
        decisions: what people decided, by account.
        policies: terms of the levels.
        today: the local date.

    Shape: frames.ALERTS, one row an account of `levelled` in its order; frames.CASE_SIGNALS, one row a rule of an open
    case: as it fires today, else as it was last seen. Nulls: an account without an open case has no level.
    """
    ids = levelled["account_id"]
    here = seen.filter(pl.col("account_id").is_in(ids.implode()))
    decided = [account_id for account_id in decisions if account_id in set(ids)] if decisions else []
    apart = pl.col("account_id").is_in(decided)
    told = {
        account_id: cases[-1]
        for account_id, cases in _folded(here.filter(apart), decided, decisions, policies, today).items()
        if cases and cases[-1].state is not CaseState.CLOSED
    }
    opened = pl.concat([_untouched(here.filter(~apart), policies, today), _rows(told)])
    signals = _signals(here, opened, {account_id: frozenset(case.traces) for account_id, case in told.items()})
    return _stamped(levelled, opened, signals, policies), signals.select(frames.polars_schema(frames.CASE_SIGNALS).names())


def cases(
    account_id: str, seen: pl.DataFrame, decisions: Sequence[Decision], policies: Policies, *, today: date
) -> tuple[Case, ...]:
    """Return all cases of one account with their steps."""
    here = seen.filter(pl.col("account_id") == account_id)
    return _folded(here, [account_id], {account_id: decisions}, policies, today)[account_id]


def _folded(
    seen: pl.DataFrame,
    account_ids: Collection[str],
    decisions: Mapping[str, Sequence[Decision]],
    policies: Policies,
    today: date,
) -> dict[str, tuple[Case, ...]]:
    """Fold what was seen and decided for each of some accounts."""
    days: dict[str, dict[date, dict[str, Any]]] = defaultdict(dict)
    for row in seen.iter_rows(named=True):
        day = days[row["account_id"]].setdefault(row["day"], {"row": row, "signals": {}})
        day["signals"][row["rule"]] = (row["seen_on"] or row["day"], row["value"])
    sights = {
        account_id: [
            Sight(day, AlertLevel(told["row"]["alert_level"]), told["row"]["alert_level_rule"], told["signals"])
            for day, told in by_day.items()
            if told["row"]["alert_level"] is not None
        ]
        for account_id, by_day in days.items()
    }
    return {
        account_id: fold(sights.get(account_id, ()), decisions.get(account_id, ()), policies, today=today)
        for account_id in account_ids
    }


def _rows(opened: Mapping[str, Case]) -> pl.DataFrame:
    """Return open cases as rows."""
    rows = [
        (
            account_id,
            case.number,
            case.state.value,
            case.level.value,
            case.level_rule,
            case.opened_on,
            case.level_on,
            case.due_on,
            case.until,
            case.woke,
            case.owner or None,
            case.seen_count,
            case.seen_on,
        )
        for account_id, case in opened.items()
    ]
    return pl.DataFrame(rows, schema=_CASE, orient="row")


def _untouched(seen: pl.DataFrame, policies: Policies, today: date) -> pl.DataFrame:
    """Return the cases of accounts of which nobody has decided anything: the fold without decisions, for many at once."""
    del today  # nothing sleeps where nobody decided
    level = pl.col("alert_level")
    days = {term.level: term.acknowledge_days for term in policies.terms}
    reached = seen.lazy().filter(level.is_not_null()).sort("account_id", "day")
    at_top = level == level.max()
    found = reached.group_by("account_id", maintain_order=True).agg(
        level.max().alias("level"),
        pl.col("alert_level_rule").filter(at_top).first().alias("level_rule"),
        pl.col("day").min().alias("case_opened_on"),
        pl.col("day").filter(at_top).min().alias("case_level_on"),
        pl.struct("rule", pl.coalesce("seen_on", "day")).n_unique().alias("case_seen_count"),
        pl.coalesce("seen_on", "day").max().alias("case_seen_on"),
    )
    wait = pl.col("level").cast(pl.String).replace_strict(days, return_dtype=pl.Int64)
    return found.select(
        "account_id",
        pl.lit(1, pl.Int32).alias("case_number"),
        pl.lit(CaseState.NEW.value).alias("case_state"),
        "level",
        "level_rule",
        "case_opened_on",
        "case_level_on",
        (pl.col("case_level_on") + pl.duration(days=wait)).alias("case_due_on"),
        pl.lit(None, pl.Date).alias("case_until"),
        pl.lit(value=False).alias("case_woke"),
        pl.lit(None, pl.String).alias("case_owner"),
        pl.col("case_seen_count").cast(pl.Int32),
        "case_seen_on",
    ).collect()


def _signals(seen: pl.DataFrame, opened: pl.DataFrame, kept: Mapping[str, frozenset[str]]) -> pl.DataFrame:
    """Return the newest sighting of each rule of each open case; of decided cases only the rules that are left in them."""
    newest = (
        seen.lazy()
        .filter(pl.col("account_id").is_in(opened["account_id"].implode()))
        .sort("day")
        .group_by("account_id", "rule", maintain_order=True)
        .last()
    )
    if kept:
        pairs = [(account_id, rule) for account_id, rules in kept.items() for rule in sorted(rules)]
        form = {"account_id": pl.String, "rule": pl.String}
        left = pl.LazyFrame(pairs, schema=form, orient="row").with_columns(kept=True)
        newest = newest.join(left, on=["account_id", "rule"], how="left").filter(
            pl.col("kept").fill_null(value=False) | ~pl.col("account_id").is_in(list(kept))
        )
    return newest.collect()


def _stamped(
    levelled: pl.DataFrame, opened: pl.DataFrame, signals: pl.DataFrame, policies: Policies
) -> pl.DataFrame:
    """Put open cases on the accounts; one without a case has no alert."""
    named = merged(signals.lazy(), policies).select("account_id", "alert_rule", "signals", "signal_count")
    strongest = signals.lazy().select("account_id", alert_rule="rule", alert_facts="facts")
    case = (
        opened.lazy()
        .join(named, on="account_id", how="left")
        .join(strongest, on=["account_id", "alert_rule"], how="left")
        .rename({"level": "alert_level", "level_rule": "alert_level_rule"})
    )
    counts = levelled.lazy().select("account_id", "strong_count", "decisive_count", "family_count")
    nothing = pl.lit([], dtype=pl.List(pl.String))
    everyone = frames.add(counts, case).with_columns(
        pl.col("signals").fill_null(nothing), pl.col("signal_count").fill_null(0)
    )
    return frames.stamp(everyone, frames.ALERTS).collect()


def held_back(table: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Return the accounts with the cases that are too many held back: they are not opened until there is room.

    At most `cap_share` of the accounts have an open case; only what is new and blue or yellow waits, the mildest first,
    then the one with fewest signals and the least exposure.

    Args:
        table: frames.ALERTS with exposure_share.
        policies: the cap.
    """
    room = int(policies.alert_cap_share * table.height)
    ranked = table.lazy().with_row_index("row").filter(pl.col("case_number").is_not_null())
    mild = pl.col("alert_level").is_in([AlertLevel.BLUE.value, AlertLevel.YELLOW.value])
    may_wait = mild & (pl.col("case_state") == CaseState.NEW.value) & ~pl.col("case_woke")
    order = ["may_wait", "alert_level", "signal_count", "exposure_share", "account_id"]
    waits = (
        ranked.with_columns(may_wait.alias("may_wait"))
        .sort(order, descending=[False, True, True, True, False], nulls_last=True)
        .slice(room)
        .filter("may_wait")
        .select("row")
        .collect()
        .to_series()
    )
    if not len(waits):
        return table
    held = pl.int_range(table.height, eager=True).is_in(waits.implode())
    state = pl.when(held).then(pl.lit(CaseState.HELD_BACK.value)).otherwise("case_state").alias("case_state")
    return table.with_columns(state, pl.when(held).then(None).otherwise("case_due_on").alias("case_due_on"))
