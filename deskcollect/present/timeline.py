"""What was said and done on an account: records, payments, statements and what became of promises, newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from deskcollect.clock import read_instant
from deskcollect.desk.alerts.triage import decision
from deskcollect.present.cases import decided
from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day, moment, short_date
from deskcollect.present.did import did
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import several
from deskcollect.present.width import fit
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from deskcollect.desk.account import Account
    from deskcollect.present.account import AccountWords
    from deskcollect.records import Event

_WHO = 5
_JUDGED = {
    "kept": ("Promise kept", "success"),
    "partial": ("Promise partly kept", ""),
    "broken": ("Promise broken", "warning"),
}


def timeline(words: AccountWords, account: Account) -> tuple[Line, ...]:
    """Return one line for each thing that happened."""
    entries = [*_records(words, account), *_book(words, account), *_judged(words, account), *_erased(words, account)]
    told = sorted(entries, key=lambda entry: entry[0], reverse=True)
    return tuple(text for _, text in told) or (line((" Nothing yet", "muted")),)


def said(words: AccountWords, event: Event, currency: str | None) -> str:
    """Return what one record says, in words: an outcome, a decision about an alert case, a step of a measure."""
    if event.kind == EventKind.ALERT:
        told = decision(event, words.zone)
        return f"Alert case {decided(replace(told, reason=''), words.voice)}" if told else "Alert case"
    if event.kind in (EventKind.RESTRICTION, EventKind.APPROVAL):
        return _restriction(event)
    if event.kind == EventKind.MEASURE:
        return did(event)
    parts = [words.voice.outcome(event.code)]
    if event.amount is not None:
        parts.append(words.money(event.amount, currency))
    if event.due_date is not None:
        parts.append(f"by {day(event.due_date, words.voice.today)}")
    callback, count = read_instant(event.data.get("at")), event.data.get("count")
    if callback is not None:
        parts.append(moment(callback.astimezone(words.zone), words.voice.today))
    if type(count) is int:
        parts.append(f"in {several(count, 'instalment', 'instalments')}")
    if event.contact_point:
        parts.append(f"({clean(event.contact_point).replace('_', ' ')})")
    text = " ".join(parts)
    return f"Customer called: {text}" if event.direction == "inbound" else text


_ACTS = {
    "impose": "imposed",
    "extend": "review put off",
    "vary": "varied",
    "lift": "lift proposed",
    "confirm": "proof looked at",
    "approve": "approved",
    "refuse": "refused",
}


def _restriction(event: Event) -> str:
    """Return what was done to a restriction: `Restriction imposed: no cash advance, CASH3`."""
    named = (event.data.get(name) for name in ("kind", "reason", "limit", "proof", "found", "review_on"))
    told = ", ".join(clean(str(each)).replace("_", " ") for each in named if each)
    act = _ACTS.get(event.code, clean(event.code))
    return f"Restriction {act}{f': {told}' if told else ''}"


def _records(words: AccountWords, account: Account) -> Iterator[tuple[datetime, Line]]:
    """Go through the records of people; one that was taken back is marked so."""
    for event in account.events:
        at = event.occurred_at.astimezone(words.zone)
        note = clean(event.note)
        if event.corrects:
            text = f"Withdrew a record{f': {note}' if note else ''}"
        else:
            text = said(words, event, account.row["currency"]) + (f" · {note}" if note else "")
        mark = "  withdrawn" if event.event_id in account.withdrawn else ""
        tells = event.decided.score is not None and not event.corrects and event.kind != EventKind.ALERT
        score = f"  score {event.decided.score}" if tells else ""
        yield at, line(" ", (_stamp(words, at, event.by), "muted"), text, (mark, "warning"), (score, "muted"))


def _erased(words: AccountWords, account: Account) -> Iterator[tuple[datetime, Line]]:
    """Say that records were erased, where the desk knows of it."""
    when = read_instant(account.erased.get("on")) if account.erased is not None else None
    if account.erased is not None and when is not None:
        at, who = when.astimezone(words.zone), clean(str(account.erased.get("by", "")))
        text = f"Records were erased on {day(at.date(), words.voice.today)} by {who}"
        yield at, line(" ", (_stamp(words, at, who), "muted"), text)


def _book(words: AccountWords, account: Account) -> Iterator[tuple[datetime, Line]]:
    """Go through what the book tells: payments and the newest statement."""
    for payment in account.payments:
        at = payment["paid_at"].replace(tzinfo=words.zone)
        returned = payment["status"] == "returned"
        how = f", {clean(payment['method']).replace('_', ' ')}" if payment["method"] else ""
        text = f"{'Payment returned' if returned else 'Paid'} {words.amount(account, payment['amount'])}{how}"
        yield at, line(" ", (_stamp(words, at, "book"), "muted"), (text, "warning" if returned else ""))
    wide = account.cycles
    last = wide["statement_date_0"]
    if last is not None:
        late = f", {several(wide['cycles_0'], 'cycle', 'cycles')} late" if wide["cycles_0"] else ""
        billed, paid = words.amount(account, wide["balance_0"]), words.amount(account, wide["paid_0"])
        at = _midnight(last, words.zone)
        yield at, line(" ", (_stamp(words, at, "book"), "muted"), f"Statement: {billed} billed, {paid} paid{late}")


def _judged(words: AccountWords, account: Account) -> Iterator[tuple[datetime, Line]]:
    """Go through what became of promises."""
    for promise in account.promises:
        if promise["resolved_on"] is None or promise["status"] not in _JUDGED:
            continue
        at = _midnight(promise["resolved_on"], words.zone)
        by = short_date(promise["due_date"], words.voice.today)
        paid = f"{words.amount(account, promise['paid'])} of {words.amount(account, promise['amount'])} paid by {by}"
        yield at, line(" ", (_stamp(words, at, "desk"), "muted"), _JUDGED[promise["status"]], f": {paid}")


def _stamp(words: AccountWords, at: datetime, who: str) -> str:
    """Return day, time and who; midnight is no time of anything."""
    clock = "     " if at.time() == time(0) else clock_time(at)
    return f"{short_date(at.date(), words.voice.today):>6} {clock} {fit(clean(who), _WHO)} "


def _midnight(value: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a local day."""
    return datetime.combine(value, time(0), tzinfo=zone)
