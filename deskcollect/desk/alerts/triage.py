"""The lists of alert cases: which are open, whose they are, what is overdue, in what order, and what may be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from deskcollect.case import Refusal
from deskcollect.monitoring import asks, cases
from deskcollect.vocabulary import CaseState, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from deskcollect.case import Ask, Decision
    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Event

OPEN, MINE, NOBODYS, SNOOZED, OVERDUE, HELD_BACK, ALL = (
    *("open", "mine", "nobodys", "snoozed", "overdue", "held_back", "all"),
)
QUEUES = (OPEN, MINE, NOBODYS, SNOOZED, OVERDUE, HELD_BACK)
_ASIDE = (CaseState.SNOOZED.value, CaseState.HELD_BACK.value)
_DECIDING = ("case_number", "case_state", "case_owner", "alert_level", "signals")
_LEVEL_FIRST = ["alert_level", "case_due_on", "signal_count", "exposure_share", "account_id"]


class Viewer(NamedTuple):
    """Who looks at the cases, and on what day."""

    who: str
    today: date


def within(queue: str, viewer: Viewer) -> pl.Expr:
    """Tell the rows of a worklist whose case stands in a queue."""
    shown = pl.col("case_number").is_not_null() & ~pl.col("case_state").is_in(_ASIDE)
    return {
        OPEN: shown,
        MINE: shown & (pl.col("case_owner") == viewer.who),
        NOBODYS: shown & pl.col("case_owner").is_null(),
        SNOOZED: pl.col("case_state") == CaseState.SNOOZED.value,
        OVERDUE: shown & (pl.col("case_due_on") < viewer.today),
        HELD_BACK: pl.col("case_state") == CaseState.HELD_BACK.value,
        ALL: pl.col("case_number").is_not_null(),
    }[queue]


def counts(table: pl.DataFrame, viewer: Viewer) -> dict[str, int]:
    """Return how many cases stand in each queue."""
    counted = table.lazy().select(within(queue, viewer).sum().alias(queue) for queue in QUEUES).collect()
    return {queue: int(counted[queue][0] or 0) for queue in QUEUES}


def order(
    table: pl.DataFrame,
    viewer: Viewer,
    *,
    queue: str = OPEN,
    levels: Iterable[str] = (),
    sort: tuple[str, bool] | None = None,
) -> pl.Series:
    """Return the row numbers of the cases of a queue: the gravest level first, then by when they are due.

    Args:
        table: frames.WORKLIST.
        viewer: who looks.
        queue: one of QUEUES, or all.
        levels: to show; none means all.
        sort: another column and whether it descends.
    """
    chosen = within(queue, viewer)
    wanted = list(levels)
    if wanted:
        chosen &= pl.col("alert_level").cast(pl.String).is_in(wanted)
    columns = {*_LEVEL_FIRST, *([sort[0]] if sort else [])}
    rows = table.lazy().with_row_index("row").filter(chosen).select("row", *columns)
    if sort is not None:
        ordered = rows.sort(sort[0], descending=sort[1], nulls_last=True, maintain_order=True)
    else:
        ordered = rows.sort(_LEVEL_FIRST, descending=[True, False, True, True, False], nulls_last=True)
    return ordered.select("row").collect().to_series()


def fired(day: Day, account_id: str) -> tuple[dict[str, Any], ...]:
    """Return the signals of an account's open case (frames.CASE_SIGNALS), the strongest first."""
    mine = day.conclusion.signals.filter(pl.col("account_id") == account_id)
    by_rule = {row["rule"]: row for row in mine.iter_rows(named=True)}
    return tuple(by_rule[rule] for rule in day.row(account_id)["signals"] or () if rule in by_rule)


def decision(event: Event, zone: ZoneInfo) -> Decision | None:
    """Return what an event of the ledger decided about a case, None if this version does not know it."""
    return cases.decision(event, zone)


def refusals(desk: Desk, day: Day, account_ids: Sequence[str], ask: Ask) -> tuple[Refusal, ...]:
    """Return which cases would refuse an ask; nothing is written."""
    role, today, policies = desk.settings.people.get(ask.by, Role.COLLECTOR), desk.clock.today(), desk.policies
    meant = pl.Series(account_ids, dtype=pl.String)
    found = (
        day.table.lazy().filter(pl.col("account_id").is_in(meant.implode())).select("account_id", *_DECIDING).collect()
    )
    rows = {row["account_id"]: row for row in found.iter_rows(named=True)}
    told = (
        (name, asks.refused(ask, rows[name], role, policies, today=today) if name in rows else "is not in this book")
        for name in account_ids
    )
    return tuple(Refusal(account_id, why) for account_id, why in told if why)


def successor(desk: Desk, by: str) -> str:
    """Return who gets a case that a person cannot settle; empty where there is nobody."""
    return asks.successor(by, desk.settings.people, desk.policies) or ""
