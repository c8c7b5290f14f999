"""From what a person entered to an event: what a code needs, what is missing, when the account comes up again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from deskcollect.records import Decided, Entry, Event, Issue, Place
from deskcollect.vocabulary import Channel, EventKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.policy.model import Outcome, Policies

NOTE_LIMIT = 500
_AMOUNT_LIMIT = Decimal(10) ** 15


def findings(entry: Entry, policies: Policies, *, now: datetime) -> tuple[Issue, ...]:
    """Return everything that keeps an entry from being recorded, field by field, and what to do about each."""
    outcome = policies.outcome(entry.code)
    if outcome is None:
        known = ", ".join(o.code for o in policies.outcomes)
        return (_issue("code", f"“{entry.code}” is no outcome code.", f"Known: {known}."),)
    return (*_missing(entry, outcome), *_implausible(entry, policies, now))


def _missing(entry: Entry, outcome: Outcome) -> Iterator[Issue]:
    """Report fields that the code needs and that are empty."""
    given: dict[str, object] = {
        "amount": entry.amount,
        "due": entry.due_date,
        "count": entry.count,
        "at": entry.at,
        "reason": entry.reason,
        "channel": entry.channel or "all",
    }
    for need in outcome.needs:
        if not given[need]:
            yield _issue(need, f"{outcome.label} needs {_WORDS[need]}.", _REMEDIES[need])
    if "reason" in outcome.needs and entry.reason and entry.reason not in {c.id for c in outcome.choices}:
        known = ", ".join(c.id for c in outcome.choices)
        yield _issue("reason", f"“{entry.reason}” is no reason of {outcome.label}.", f"Known: {known}.")


_WORDS = {
    "amount": "an amount",
    "due": "a date",
    "count": "a number of instalments",
    "at": "a time",
    "reason": "a reason",
    "channel": "a channel",
}
_REMEDIES = {
    "amount": "Give it as in 10240 (--amount).",
    "due": "Give it as in 2026-10-02 (--due).",
    "count": "Give it as in 6 (--count).",
    "at": "Give it as in 2026-10-02T14:00 (--callback).",
    "reason": "Pick one (--reason).",
    "channel": "Pick one (--channel).",
}


def _implausible(entry: Entry, policies: Policies, now: datetime) -> Iterator[Issue]:
    """Report values that cannot be meant."""
    happened = entry.occurred_at or now
    if entry.amount is not None and not Decimal(0) < entry.amount < _AMOUNT_LIMIT:
        yield _issue("amount", "The amount must be above zero and below 10^15.", "Correct the amount.")
    if entry.due_date is not None and entry.due_date < happened.date():
        yield _issue("due", "The date lies before the day it was promised.", "Give a later date.")
    outcome = policies.outcome(entry.code)
    if outcome is not None and outcome.promise and entry.due_date is not None:
        latest = happened.date() + timedelta(days=policies.promise_max_days)
        if entry.due_date > latest and outcome.code == "PTP":
            remedy = f"Promise by {latest:%d %b %Y}, or agree a plan (PLAN)."
            yield _issue("due", f"A promise may lie at most {policies.promise_max_days} days ahead.", remedy)
    if happened > now + timedelta(minutes=1):
        yield _issue("occurred_at", "The time lies in the future.", "Record it when it has happened.")
    if entry.at is not None and entry.at < happened:
        yield _issue("at", "The callback lies in the past.", "Give a later time.")
    if len(entry.note) > NOTE_LIMIT:
        yield _issue("note", f"The note has {len(entry.note)} characters; {NOTE_LIMIT} fit.", "Shorten the note.")


def _issue(field: str, message: str, remedy: str) -> Issue:
    """Point at a field of the form."""
    return Issue(Severity.ERROR, "entry", message, remedy, Place(column=field))


def next_on(entry: Entry, outcome: Outcome, *, now: datetime) -> date | None:
    """Return when the account comes up again: what was entered, else what the policy says."""
    if entry.next_on is not None:
        return entry.next_on
    if outcome.next_days is None:
        return None
    starts = {"due": entry.due_date, "at": entry.at.date() if entry.at else None}
    start = starts.get(outcome.next_from) or (entry.occurred_at or now).date()
    return start + timedelta(days=outcome.next_days)


def event(
    entry: Entry, policies: Policies, *, event_id: str, customer_id: str, currency: str, now: datetime, decided: Decided
) -> Event:
    """Return the event of an entry that has no findings."""
    outcome = policies.outcome(entry.code)
    assert outcome is not None
    data: dict[str, Any] = {}
    if entry.count is not None:
        data["count"] = entry.count
    if entry.at is not None:
        data["at"] = entry.at.isoformat()
    if entry.reason:
        data["reason"] = entry.reason
    comes_up = next_on(entry, outcome, now=now)
    if comes_up is not None:
        data["next_on"] = comes_up.isoformat()
    channel = entry.channel or (None if outcome.channel == "none" else Channel(outcome.channel))
    return Event(
        event_id=entry.event_id or event_id,
        kind=EventKind.OUTCOME,
        account_id=entry.account_id,
        customer_id=customer_id,
        occurred_at=entry.occurred_at or now,
        by=entry.by,
        code=outcome.code,
        amount=entry.amount,
        currency=currency if entry.amount is not None else "",
        due_date=entry.due_date,
        channel=channel,
        direction=entry.direction,
        contact_point=entry.contact_point,
        note=entry.note,
        decided=decided,
        data=data,
    )
