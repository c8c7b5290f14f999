"""The alert of each account: its open case, made of what was seen on all days and of what people decided."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.case import Case, Decision, Sight
from deskcollect.monitoring.cases import fold
from deskcollect.monitoring.levels import merged
from deskcollect.vocabulary import AlertLevel, CaseState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deskcollect.policy.model import Policies

_CASE = tuple(
    column
    for column in frames.ALERTS
    if column.name in {"account_id", "alert_level", "alert_level_rule"} or column.name.startswith("case_")
)


def alerts(
    levelled: pl.DataFrame,
    seen: pl.DataFrame,
    decisions: Mapping[str, Sequence[Decision]],
    policies: Policies,
    *,
    day: date,
    today: date,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the alert of each account, which is its open case, and the signals of the open cases.

    Args:
        levelled: frames.LEVELLED of the present.
        seen: frames.SIGHTINGS of all days, the present one among them.
        decisions: what people decided, by account.
        policies: terms of the levels.
        day: the present day among those that the desk looked at.
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
        for account_id, cases in _folded(here.filter(apart), decided, decisions, policies, day, today).items()
        if cases and cases[-1].state not in {CaseState.CLOSED, CaseState.QUIET}
    }
    opened = pl.concat([_untouched(here.filter(~apart), policies, day), _rows(told)])
    signals = _signals(here, opened, told, policies).sort("account_id", "rule")
    return _stamped(levelled, opened, signals, policies), signals.select(
        frames.polars_schema(frames.CASE_SIGNALS).names()
    )


def cases(
    account_id: str, seen: pl.DataFrame, decisions: Sequence[Decision], policies: Policies, *, day: date, today: date
) -> tuple[Case, ...]:
    """Return all cases of one account with their steps."""
    here = seen.filter(pl.col("account_id") == account_id)
    return _folded(here, [account_id], {account_id: decisions}, policies, day, today)[account_id]


def _folded(
    seen: pl.DataFrame,
    account_ids: Collection[str],
    decisions: Mapping[str, Sequence[Decision]],
    policies: Policies,
    day: date,
    today: date,
) -> dict[str, tuple[Case, ...]]:
    """Fold what was seen and decided for each of some accounts."""
    levels: dict[tuple[str, date], tuple[str, str, date]] = {}
    fired: dict[tuple[str, date], dict[str, tuple[date, float | None]]] = defaultdict(dict)
    for row in seen.filter(pl.col("alert_level").is_not_null()).iter_rows(named=True):
        key = (row["account_id"], row["day"])
        levels[key] = (row["alert_level"], row["alert_level_rule"], row["known_on"])
        fired[key][row["rule"]] = (row["seen_on"] or row["day"], row["measured"])
    sights: dict[str, list[Sight]] = defaultdict(list)
    for (account_id, looked), (level, rule, known_on) in levels.items():
        sights[account_id].append(Sight(looked, AlertLevel(level), rule, fired[account_id, looked], known_on))
    return {
        account_id: fold(sights.get(account_id, ()), decisions.get(account_id, ()), policies, day=day, today=today)
        for account_id in account_ids
    }


def _rows(opened: Mapping[str, Case]) -> pl.DataFrame:
    """Return open cases as rows."""
    rows = [
        (
            account_id,
            case.level.value,
            case.level_rule,
            case.number,
            case.state.value,
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
    return pl.DataFrame(rows, schema=frames.polars_schema(_CASE), orient="row")


def _untouched(seen: pl.DataFrame, policies: Policies, day: date) -> pl.DataFrame:
    """Return the cases of accounts of which nobody has decided anything: the fold without decisions, for many at once."""
    level = pl.col("alert_level")
    days = {term.level: term.acknowledge_days for term in policies.terms}
    reached = seen.lazy().filter(level.is_not_null()).sort("account_id", "day")
    at_top = level == level.max()
    found = reached.group_by("account_id", maintain_order=True).agg(
        level.max(),
        pl.col("alert_level_rule").filter(at_top).first(),
        pl.col("day").min().alias("case_opened_on"),
        pl.col("day").filter(at_top).min().alias("case_level_on"),
        pl.col("known_on").filter(at_top).first().alias("due_from"),
        pl.struct("rule", pl.coalesce("seen_on", "day")).n_unique().alias("case_seen_count"),
        pl.coalesce("seen_on", "day").max().alias("case_seen_on"),
        (pl.col("day").max() >= day).alias("now"),
    )
    mild = [each.value for each in AlertLevel if each.is_mild]
    found = found.filter(pl.col("now") | ~level.is_in(mild))
    wait = level.cast(pl.String).replace_strict(days, return_dtype=pl.Int64)
    return found.select(
        "account_id",
        "alert_level",
        "alert_level_rule",
        pl.lit(1, pl.Int32).alias("case_number"),
        pl.lit(CaseState.NEW.value).alias("case_state"),
        "case_opened_on",
        "case_level_on",
        (pl.col("due_from") + pl.duration(days=wait)).alias("case_due_on"),
        pl.lit(None, pl.Date).alias("case_until"),
        pl.lit(value=False).alias("case_woke"),
        pl.lit(None, pl.String).alias("case_owner"),
        pl.col("case_seen_count").cast(pl.Int32),
        "case_seen_on",
    ).collect()


def _signals(seen: pl.DataFrame, opened: pl.DataFrame, told: Mapping[str, Case], policies: Policies) -> pl.DataFrame:
    """Return the newest sighting of each rule of each open case."""
    newest = (
        seen.lazy()
        .filter(pl.col("account_id").is_in(opened["account_id"].implode()))
        .sort("account_id", "rule", "day")
        .group_by("account_id", "rule", maintain_order=True)
        .last()
    )
    if not told:
        return newest.collect()
    apart = pl.col("account_id").is_in(list(told))
    return pl.concat([newest.filter(~apart).collect(), _traced(newest.filter(apart).collect(), told, policies)])


def _traced(newest: pl.DataFrame, told: Mapping[str, Case], policies: Policies) -> pl.DataFrame:
    """Return the rules that are left in cases on which somebody decided.

    One that no day shows any more, because its book was replaced, is known only from the decision: without its evidence.
    """
    rules = {rule.id: rule for rule in policies.signals}
    rows = [
        (account_id, rules[rule].id, rules[rule].family, rules[rule].strength, trace.last_on, trace.worst)
        for account_id, case in told.items()
        for rule, trace in case.traces.items()
        if rule in rules
    ]
    form = {name: newest.schema[name] for name in ("account_id", "rule", "family", "strength", "seen_on", "measured")}
    left = pl.DataFrame(rows, schema=form, orient="row")
    others = newest.drop("family", "strength", "seen_on", "measured")
    both = left.join(others.with_columns(seen=True), on=["account_id", "rule"], how="left")
    forgotten = pl.when(pl.col("seen").is_null()).then(pl.lit("{}")).otherwise("facts").alias("facts")
    return both.with_columns(forgotten).select(newest.columns)


def _stamped(levelled: pl.DataFrame, opened: pl.DataFrame, signals: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Put open cases on the accounts; one without a case has no alert."""
    facts = pl.col("facts").alias("signal_facts")
    named = merged(signals.lazy(), policies, facts).select(
        "account_id", "alert_rule", "signals", "signal_count", "signal_facts"
    )
    case = opened.lazy().join(named, on="account_id", how="left")
    counts = levelled.lazy().select("account_id", "strong_count", "decisive_count", "family_count")
    nothing = pl.lit([], dtype=pl.List(pl.String))
    everyone = frames.add(counts, case).with_columns(
        pl.col("signals", "signal_facts").fill_null(nothing), pl.col("signal_count").fill_null(0)
    )
    return frames.stamp(everyone, frames.ALERTS).collect()


_ROOM_LEAST = 25
"""So many cases a team can always look at, however small its book is."""


def held_back(table: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Return the accounts with the cases that are too many held back: they are not opened until there is room.

    At most `cap_share` of the accounts have an open case; only what is new and blue or yellow waits, the mildest first,
    then the one with fewest signals and the least exposure.

    Args:
        table: frames.ALERTS with exposure_share.
        policies: the cap.
    """
    room = max(int(policies.alert_cap_share * table.height), _ROOM_LEAST)
    ranked = table.lazy().with_row_index("row").filter(pl.col("case_number").is_not_null())
    mild = pl.col("alert_level").is_in([each.value for each in AlertLevel if each.is_mild])
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
    return _waiting(table, pl.int_range(table.height, eager=True).is_in(waits.implode())) if len(waits) else table


def still_held_back(table: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return a few accounts, those that were held back still so unless they got worse or somebody looked.

    Args:
        table: frames.ALERTS of the accounts now.
        before: the same as it was, in the same order.
    """
    same = table["alert_level"].cast(pl.String) == before["alert_level"].cast(pl.String)
    waits = (before["case_state"] == CaseState.HELD_BACK.value) & (table["case_state"] == CaseState.NEW.value) & same
    return _waiting(table, waits.fill_null(value=False))


def _waiting(table: pl.DataFrame, held: pl.Series) -> pl.DataFrame:
    """Return the table with some of its cases held back."""
    state = pl.when(held).then(pl.lit(CaseState.HELD_BACK.value)).otherwise("case_state").alias("case_state")
    return table.with_columns(state, pl.when(held).then(None).otherwise("case_due_on").alias("case_due_on"))
