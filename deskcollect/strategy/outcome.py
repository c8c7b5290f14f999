"""From what a person entered to an event: what a code needs, what is missing, when the account comes up again."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from deskcollect.card_number import card_number
from deskcollect.records import Decided, Entry, Event, Excess, Issue, Place
from deskcollect.vocabulary import Channel, EventKind, Owed, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.policy.model import Outcome, Policies

NOTE_LIMIT = 500
_UNSEEN = {"Cc", "Zl", "Zp", "Cs"}  # control characters, ends of lines, halves of characters
_READ_LIMIT = 2 * NOTE_LIMIT  # a text that is refused for its length need not be read to its end
_AMOUNT_LIMIT = Decimal(10) ** 15
_DECIMALS = 4
_INSTALMENT_LIMIT = 1_000
_PLAUSIBLE = timedelta(days=3_660)


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
        "reason": entry.reason or None,
        "channel": entry.channel or "all",
    }
    for need in outcome.needs:
        if given[need] is None:
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
    if entry.occurred_at is not None and entry.occurred_at < now - _PLAUSIBLE:
        yield _issue("occurred_at", "The time lies more than ten years back.", "Correct the time.")
        return
    if entry.occurred_at is not None and entry.occurred_at > now + timedelta(minutes=1):
        yield _issue("occurred_at", "The time lies in the future.", "Record it when it has happened.")
        return
    happened = _happened(entry, now)
    yield from _implausible_amount(entry)
    yield from _implausible_dates(entry, policies, happened)
    if entry.count is not None and not 0 < entry.count <= _INSTALMENT_LIMIT:
        yield _issue("count", f"{entry.count} is no number of instalments.", "Give it as in 6.")
    if entry.at is not None and entry.at < happened:
        yield _issue("at", "The callback lies in the past.", "Give a later time.")
    if entry.at is not None and entry.at > happened + _PLAUSIBLE:
        yield _issue("at", "The callback lies more than ten years ahead.", "Correct the time.")
    yield from unfit(entry.note, "note", entry.account_id)


def unfit(text: str, name: str, account_id: str) -> Iterator[Issue]:
    """Report free text that is too long, cannot be shown, or holds a payment card number, which must not be kept.

    Args:
        text: What a person wrote.
        name: What the text is called: note or reason.
        account_id: The account it is about; its number may stand in the text whatever it looks like.
    """
    if len(text) > NOTE_LIMIT:
        yield _issue(name, f"The {name} has {len(text)} characters; {NOTE_LIMIT} fit.", f"Shorten the {name}.")
    if any(unicodedata.category(each) in _UNSEEN for each in text[:_READ_LIMIT]):
        yield _issue(name, f"The {name} holds characters that cannot be shown, such as a line break.", "Take them out.")
    ending = card_number(text[:_READ_LIMIT], own=account_id)
    if ending:
        message = f"The {name} holds a payment card number (ending in {ending}), which must not be kept."
        yield _issue(name, message, "Take it out. A telephone number begins with + or 0.")


def _implausible_amount(entry: Entry) -> Iterator[Issue]:
    """Report an amount that is none."""
    if entry.amount is None:
        return
    if not entry.amount.is_finite() or not Decimal(0) < entry.amount < _AMOUNT_LIMIT:
        yield _issue("amount", "The amount must be above zero and below 10^15.", "Correct the amount.")
    elif entry.amount != round(entry.amount, _DECIMALS):
        yield _issue("amount", f"The amount has more than {_DECIMALS} decimals.", "Correct the amount.")


def excess(entry: Entry, row: Mapping[str, Any]) -> Excess | None:
    """Return what an entry agrees beyond what the account owes by its book: the whole balance first, then past due.

    It may be meant: the book is of its date, and interest runs on.
    """
    if entry.amount is None:
        return None
    count = entry.count or 1
    amount = entry.amount * count
    # the parts of a plan are rounded up to whole units, which together make a little more than is owed
    rounding = Decimal(count if count > 1 else 0)
    for of in (Owed.BALANCE, Owed.PAST_DUE):
        owed = row[of]
        if owed is not None and amount > owed and amount >= owed + rounding:
            return Excess(amount, of, owed)
    return None


def _implausible_dates(entry: Entry, policies: Policies, happened: datetime) -> Iterator[Issue]:
    """Report a due date or a next day that lies too early or too late."""
    outcome, on = policies.outcome(entry.code), happened.date()
    if entry.next_on is not None and not on <= entry.next_on <= on + _PLAUSIBLE:
        yield _issue("next_on", "The next day lies before the record or more than ten years ahead.", "Correct the day.")
    if entry.due_date is None:
        return
    latest = on + timedelta(days=policies.promise_max_days)
    # What is paid in instalments may begin later than a single promise.
    single = outcome is not None and outcome.promise and "count" not in outcome.needs
    if entry.due_date < on:
        yield _issue("due", "The date lies before the day it was promised.", "Give a later date.")
    elif single and entry.due_date > latest:
        remedy = f"Promise by {latest:%d %b %Y}, or agree a plan (PLAN)."
        yield _issue("due", f"A promise may lie at most {policies.promise_max_days} days ahead.", remedy)
    elif entry.due_date > on + _PLAUSIBLE:
        yield _issue("due", "The date lies more than ten years ahead.", "Correct the date.")


def _happened(entry: Entry, now: datetime) -> datetime:
    """Return when it happened, in the desk's own time: its day is the desk's day."""
    return (entry.occurred_at or now).astimezone(now.tzinfo)


def _issue(field: str, message: str, remedy: str) -> Issue:
    """Point at a field of the form."""
    return Issue(Severity.ERROR, "entry", message, remedy, Place(column=field))


def next_on(entry: Entry, outcome: Outcome, *, now: datetime) -> date | None:
    """Return when the account comes up again: what was entered, else what the policy says.

    Nulls: the policy says nothing, or no calendar reaches that far.
    """
    if entry.next_on is not None:
        return entry.next_on
    if outcome.next_days is None:
        return None
    try:
        starts = {"due": entry.due_date, "at": entry.at.astimezone(now.tzinfo).date() if entry.at else None}
        start = starts.get(outcome.next_from) or _happened(entry, now).date()
        return start + timedelta(days=outcome.next_days)
    except OverflowError:
        return None


def event(
    entry: Entry, policies: Policies, *, event_id: str, customer_id: str, currency: str, now: datetime, decided: Decided
) -> Event:
    """Return the event of an entry that has no findings."""
    outcome = policies.outcome(entry.code)
    assert outcome is not None
    data = _told(entry)
    comes_up = next_on(entry, outcome, now=now)
    if comes_up is not None:
        data[_FILLED] = comes_up.isoformat()
    channel = entry.channel or (None if outcome.channel == "none" else Channel(outcome.channel))
    return Event(
        event_id=entry.event_id or event_id,
        kind=EventKind.OUTCOME,
        account_id=entry.account_id,
        customer_id=customer_id,
        occurred_at=_happened(entry, now),
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


def correction(wrong: Event, event_id: str, *, by: str, reason: str, now: datetime, decided: Decided) -> Event:
    """Return the event that withdraws another one."""
    return Event(
        event_id=event_id,
        kind=EventKind.CORRECTION,
        account_id=wrong.account_id,
        customer_id=wrong.customer_id,
        occurred_at=now,
        by=by,
        note=reason,
        corrects=wrong.event_id,
        decided=decided,
    )


_FILLED = "next_on"  # the policy says it where nobody does
_TOLD = ("count", "at", "reason", _FILLED)
_SAID = ("account_id", "by", "amount", "due_date", "direction", "contact_point", "note")


def repeats(entry: Entry, event: Event) -> bool:
    """Say whether an entry tells again what an event told: a second try to record it, by hand or after a crash.

    What the first try filled in by itself, because nobody said it, need not be said again.
    """
    at = entry.occurred_at or event.occurred_at
    same = all(getattr(entry, name) == getattr(event, name) for name in _SAID)
    told = _told(entry)
    return (
        same
        and entry.code.upper() == event.code
        and at == event.occurred_at
        and entry.channel in {None, event.channel}
        and told
        == {name: event.data[name] for name in _TOLD if name in event.data and (name in told or name != _FILLED)}
    )


def _told(entry: Entry) -> dict[str, Any]:
    """Return what an entry says beyond the fields of an event, as the event keeps it."""
    said = {
        "count": entry.count,
        "at": entry.at.isoformat() if entry.at else None,
        "reason": entry.reason or None,
        _FILLED: entry.next_on.isoformat() if entry.next_on else None,
    }
    return {name: value for name, value in said.items() if value is not None}
