"""deskcollect show: one account in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.cli import output, place
from deskcollect.cli.options import AccountArgument, DeskOption, JsonOption
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.records import Event, Part, ScoreStep


def show(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show one account in full.

    Score in points, what would change it, six months, what was said and done.
    """
    from deskcollect.cli import claim
    from deskcollect.cli.opened import opened
    from deskcollect.desk.account import account as gather
    from deskcollect.desk.account import what_if
    from deskcollect.present.account import as_text

    with opened(desk) as seen:
        found = gather(seen.desk, seen.day, account)
        answers = what_if(seen.desk, seen.day, account)
        if json:
            output.single(as_object(seen, found, answers))
        else:
            width = output.page_width()
            output.lines(as_text(seen.accounts, found, answers, width), seen.glyphs)
        place.say_sealed(seen.desk, (event.note for event in found.events))
        claim.warn(seen, account, seen.desk.settings.me)
    return ExitCode.OK


def as_object(seen: Opened, found: Account, answers: Iterable[WhatIf]) -> dict[str, Any]:
    """Return everything as one object: the documented columns of the account, then what belongs to it."""
    row = {name: value for name, value in found.row.items() if name != "name_key"}
    voice = seen.voice
    return {
        **row,
        "next_step": voice.step(row),
        "next": voice.ask(row),
        "why_today": voice.why(row),
        "hold": voice.hold(row),
        "average_score": found.average,
        "reasons": [
            {"characteristic": r.characteristic, "text": r.text, "points": r.points, "value": r.value, "known": r.known}
            for r in found.reasons
        ],
        "recorded": step_object(found.recorded),
        "readings": found.readings,
        "what_if": [{"label": a.label, "amount": a.amount, "tier": a.tier, **step_object(a.step)} for a in answers],
        "warnings": [
            {"rule": rule, "label": voice.signal(rule), "evidence": proof} for rule, proof in voice.proofs(row)
        ],
        "tries": found.tries,
        "promises": found.promises,
        "statements": _statements(found),
        "payments": found.payments,
        "erased": found.erased,
        "events": [event_object(event, withdrawn=event.event_id in found.withdrawn) for event in found.events],
        "other_accounts": [other["account_id"] for other in found.others],
    }


def step_object(step: ScoreStep) -> dict[str, Any]:
    """Return the way of a score."""
    return {"before": step.before, "after": step.after, "parts": parts_object(step.parts)}


def parts_object(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return named points; of what a recorded fact brings its reading, and how many outcomes its weight is from."""
    return [
        {"name": part.name, "points": part.points}
        | ({"reading": part.reading, "learnt_from": part.learnt_from} if part.reading else {})
        for part in parts
    ]


def _statements(found: Account) -> list[dict[str, Any]]:
    """Return the cycles, the newest first, by how many cycles ago each was; one that is missing holds nothing."""
    names = ("balance", "paid", "minimum", "cycles", "status", "limit")
    return [{"cycles_ago": k, **{n: found.cycles[f"{n}_{k}"] for n in names}} for k in range(found.cycle_count)]


def event_object(event: Event, *, withdrawn: bool) -> dict[str, Any]:
    """Return one record with its id."""
    return {
        "event_id": event.event_id,
        "kind": str(event.kind),
        "code": event.code,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "by": event.by,
        "amount": event.amount,
        "currency": event.currency,
        "due_date": event.due_date,
        "channel": event.channel,
        "direction": event.direction,
        "contact_point": event.contact_point,
        "note": event.note,
        "corrects": event.corrects,
        "withdrawn": withdrawn,
        "score": event.decided.score,
        "data": dict(event.data),
    }
