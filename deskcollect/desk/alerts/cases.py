"""Alert cases at a desk: their steps, and decisions about one or many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.case import Ask, Case, Decision, Refusal, Sight
from deskcollect.clock import utc_milliseconds
from deskcollect.desk.alerts import watched
from deskcollect.errors import BadUse
from deskcollect.monitoring import alerts, asks, cases
from deskcollect.records import Decided, Event
from deskcollect.vocabulary import AlertLevel, CaseAction, EventKind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Issue

__all__ = ["Ask", "Settled", "Suppression", "decide", "findings", "of_account", "suppressions"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an ask: the events on disk, the accounts that refused it, and the day after."""

    events: tuple[Event, ...]
    refused: tuple[Refusal, ...]
    day: Day


@dataclass(frozen=True, slots=True)
class Suppression:
    """One rule that is switched off for one account."""

    account_id: str
    rule: str
    until: date
    by: str
    reason: str
    event_id: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is seen of some accounts: the newest day on which something was, and the signals of the open case."""

    days: dict[str, date]
    signals: dict[str, dict[str, tuple[date, float | None]]]


def of_account(desk: Desk, day: Day, account_id: str) -> tuple[Case, ...]:
    """Return all cases of an account with their steps, the oldest first.

    Errors: UnknownAccount.
    """
    day.place(account_id)
    told = watched.decisions(desk.ledger, desk.zone).get(account_id, ())
    at = day.moment
    return alerts.cases(
        account_id, day.conclusion.seen, told, desk.policies, day=day.standing.seen_until, today=at.today
    )


def suppressions(desk: Desk, day: Day) -> tuple[Suppression, ...]:
    """Return the rules that are switched off at present, the first to end first."""
    found = [
        Suppression(account_id, decision.rule, decision.until, decision.by, decision.reason, decision.event_id)
        for account_id, told in watched.decisions(desk.ledger, desk.zone).items()
        for decision in told
        if decision.action is CaseAction.SUPPRESS and decision.until is not None and decision.until >= day.moment.today
    ]
    return tuple(sorted(found, key=lambda each: (each.until, each.account_id, each.rule)))


def findings(desk: Desk, ask: Ask) -> tuple[Issue, ...]:
    """Return what keeps an ask from being taken, whatever case it is about."""
    return asks.findings(ask, desk.settings.people, desk.policies, today=desk.clock.today())


def decide(desk: Desk, day: Day, account_ids: Sequence[str], ask: Ask) -> Settled:
    """Decide about the cases of some accounts: what is possible is written at once, all or nothing; the rest is refused.

    Errors: BadUse with the findings; LedgerError when nothing could be written.
    """
    found = findings(desk, ask)
    if found:
        raise BadUse(found[0].message, found[0].remedy, found)
    role = desk.settings.people.get(ask.by, Role.COLLECTOR)
    events: list[Event] = []
    refused: list[Refusal] = []
    wanted = list(dict.fromkeys(account_ids))
    rows = {row["account_id"]: row for row in day.table.filter(_among(wanted)).iter_rows(named=True)}
    seen = _seen(day, wanted)
    for account_id in wanted:
        row = rows.get(account_id)
        why = (
            "is not in this book"
            if row is None
            else asks.refused(ask, row, role, desk.policies, today=desk.clock.today())
        )
        if row is None or why:
            refused.append(Refusal(account_id, why))
        else:
            events.append(_event(desk, row, _sight(day, row, seen), ask))
    if not events:
        return Settled((), tuple(refused), day)
    desk.ledger.record_many(events, recorded_at=desk.clock.now())
    return Settled(tuple(events), tuple(refused), desk.anew(day, [event.customer_id for event in events]))


def _among(account_ids: Sequence[str]) -> pl.Expr:
    """Tell the rows of some accounts."""
    return pl.col("account_id").is_in(account_ids)


def _seen(day: Day, account_ids: Sequence[str]) -> _Seen:
    """Gather what is seen of some accounts: looked up once, however many they are."""
    looked = day.conclusion.seen.filter(_among(account_ids)).group_by("account_id").agg(pl.col("day").max())
    signals: dict[str, dict[str, tuple[date, float | None]]] = {}
    for told in day.conclusion.signals.filter(_among(account_ids)).iter_rows(named=True):
        fact = (told["seen_on"] or day.standing.seen_until, told["measured"])
        signals.setdefault(told["account_id"], {})[told["rule"]] = fact
    return _Seen(dict(looked.iter_rows()), signals)


def _sight(day: Day, row: dict[str, Any], seen: _Seen) -> Sight:
    """Return what a person sees of an account."""
    looked = seen.days.get(row["account_id"], day.standing.seen_until)
    fired = seen.signals.get(row["account_id"], {})
    return Sight(looked, AlertLevel(row["alert_level"]), row["alert_level_rule"] or "", fired)


def _event(desk: Desk, row: dict[str, Any], sight: Sight, ask: Ask) -> Event:
    """Return the event of a decision about one account, with what the person saw."""
    owner = ask.owner
    if ask.action is CaseAction.ESCALATE and not owner:
        owner = asks.successor(ask.by, desk.settings.people, desk.policies) or ""
    now = desk.clock.now()
    event_id = desk.ledger.next_id(utc_milliseconds())
    decision = Decision(event_id, ask.action, ask.by, now, sight, ask.reason, ask.until, owner, ask.verdict, ask.rule)
    return Event(
        event_id=event_id,
        kind=EventKind.ALERT,
        account_id=row["account_id"],
        customer_id=row["customer_id"],
        occurred_at=now,
        by=ask.by,
        code=ask.action.value,
        note=ask.reason,
        decided=Decided(desk.policies.hash, row["alert_level_rule"] or "", row["card"], row["score"]),
        data=cases.told(decision),
    )
