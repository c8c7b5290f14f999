"""deskcollect record: what happened on an account, kept for good, and what it does to the score."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption, read_money, read_near, read_one
from deskcollect.errors import BadUse, ExitCode
from deskcollect.near import nearest
from deskcollect.vocabulary import Channel, Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.desk import Recorded
    from deskcollect.records import Entry


_Amount = Annotated[str, typer.Option("--amount", metavar="A", help="As in 10240; or full, half, min, balance.")]
_AboveBalance = Annotated[
    bool, typer.Option("--above-balance", help="The amount is meant, though it is more than the whole balance.")
]
_EventId = Annotated[
    str | None, typer.Option("--event-id", metavar="ID", help="Id of a retry: the same id counts once.")
]


def record(
    account: AccountArgument,
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="Outcome code, as in NA or PTP; see deskcollect help recording.")
    ],
    amount: _Amount = "",
    due: Annotated[str, typer.Option("--due", metavar="D", help="Promised date: 2026-10-02, fri, +3.")] = "",
    callback: Annotated[str, typer.Option("--callback", metavar="T", help="When to call: 2026-10-02T14:00, +2h.")] = "",
    count: Annotated[int | None, typer.Option("--count", metavar="N", help="Number of instalments.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="R", help="One of the reasons of the code.")] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="T", help="Facts in a few words; the customer may read them.")
    ] = "",
    channel: Annotated[str, typer.Option("--channel", metavar="C", help="phone, text, email, letter, visit.")] = "",
    contact_point: Annotated[
        str, typer.Option("--contact-point", metavar="K", help="Kind of number: mobile, home, work, never the number.")
    ] = "",
    inbound: Annotated[bool, typer.Option("--inbound", help="The customer called.")] = False,
    at: Annotated[
        str, typer.Option("--at", metavar="T", help="When it happened, if not now: 9:30, fri 9:30, -2h.")
    ] = "",
    event_id: _EventId = None,
    above_balance: _AboveBalance = False,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Record an outcome; print the old and the new score."""
    from dataclasses import replace

    from deskcollect.cli.opened import opened

    if event_id is not None and not event_id.strip():
        raise BadUse("--event-id is empty.", "Give the id of the first try, or leave the option out.")
    with opened(desk) as seen:
        entry = replace(
            _read(seen, account, code, amount=amount, due=due, callback=callback, at=at, channel=channel),
            by=place.who(seen.desk, by),
            count=count,
            reason=reason,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            contact_point=contact_point,
            note=note,
            event_id=event_id or "",
        )
        if not (above_balance or seen.desk.ledger.get(entry.event_id)):
            _ask(seen, entry)
        tell(seen, seen.desk.record(seen.day, entry), json=json)
    return ExitCode.OK


def _read(
    seen: Opened, account: str, code: str, *, amount: str, due: str, callback: str, at: str, channel: str
) -> Entry:
    """Read the words of the options.

    Errors: BadUse, UnknownAccount.
    """
    from deskcollect.records import Entry

    seen.day.row(account)
    _known_code(seen, code)
    return Entry(
        account_id=account,
        code=code,
        by="",
        amount=read_money(seen, account, amount, "--amount", ("full", "half", "min", "balance")),
        due_date=read_near(due, "--due", seen.day.moment.today),
        at=_later(callback, seen),
        channel=Channel(read_one(channel, Channel, "--channel")) if channel else None,
        occurred_at=_earlier(at, seen),
    )


def _ask(seen: Opened, entry: Entry) -> None:
    """Refuse an amount above the whole balance, which may be meant and mostly is not.

    Errors: BadUse.
    """
    from deskcollect.present.excess import above_balance

    if seen.desk.findings(entry):
        return
    digits = seen.voice.digits(seen.day.row(entry.account_id)["currency"])
    told = above_balance(seen.desk.excess(seen.day, entry), digits)
    if told:
        raise BadUse(f"{told}.", "Correct it, or add --above-balance if it is meant.")


def _known_code(seen: Opened, code: str) -> None:
    """Refuse a code that the policy does not have, and name the nearest.

    Errors: BadUse.
    """
    from deskcollect.present.record import found

    policies = seen.desk.policies
    if policies.outcome(code) is not None:
        return
    called_so = next((outcome.code for outcome in found(policies, code)), "")
    near = called_so or nearest(code.upper(), [outcome.code for outcome in policies.outcomes])
    hint = f"Did you mean {near}?  " if near else ""
    raise BadUse(f"“{code}” is no outcome code.", f"{hint}deskcollect help recording  lists the codes.")


def _later(text: str, seen: Opened) -> datetime | None:
    """Read when to call."""
    from deskcollect.present.dates import read_time

    value = _instant(text, seen) or read_time(text, seen.day.moment.now)
    if text and value is None:
        raise BadUse(f"--callback {text} is no time.", "Write it as in 2026-10-02T14:00, 14:00, fri 9:30 or +2h.")
    return value


def _earlier(text: str, seen: Opened) -> datetime | None:
    """Read when it happened."""
    from deskcollect.present.dates import read_past_time

    value = _instant(text, seen) or read_past_time(text, seen.day.moment.now)
    if text and value is None:
        raise BadUse(
            f"--at {text} is no time that has passed.",
            "Write it as in 2026-10-02T14:00, 9:30, fri 9:30, yesterday 17:00 or -2h.",
        )
    return value


def _instant(text: str, seen: Opened) -> datetime | None:
    """Read an ISO time, None where it is none; without an offset it is the desk's time."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=seen.desk.zone)


# --- what it did -------------------------------------------------------------------------------------------------------


def tell(seen: Opened, done: Recorded, *, json: bool) -> None:
    """Print what was recorded and the way of the score."""
    from deskcollect.cli import claim

    claim.warn(seen, done.event.account_id, done.event.by)
    if json:
        output.single(as_object(seen, done))
        return
    output.lines(_report(seen, done), seen.glyphs)
    if not done.event.corrects:
        diagnostics.say(f"Take it back with  deskcollect undo {done.receipt.event_id}")


def _report(seen: Opened, done: Recorded) -> Iterator[str]:
    """Return what was recorded as lines."""
    from deskcollect.present.clean import name_of
    from deskcollect.present.dates import day
    from deskcollect.present.score import step
    from deskcollect.present.shapes import TIER_WORDS
    from deskcollect.present.timeline import said

    event, moved = done.event, done.moved
    what = "withdrawn" if event.corrects else said(seen.accounts, event, event.currency)
    before = "was recorded before" if done.receipt.replayed else "recorded"
    who = f" {name_of(moved.after, unknown='no name')}" if moved else ""
    yield f"{event.account_id}{who}: {what}, {before} as number {done.receipt.seq} by {event.by}."
    if moved is None:
        yield "The account is not in the newest book."
        return
    row = moved.after
    yield f"Score {step(moved.step)}"
    tiers = moved.before["tier"], row["tier"]
    if tiers[0] != tiers[1]:
        yield f"Tier {tiers[0]} → {tiers[1]}, {TIER_WORDS[row['tier']]}"
    yield f"Next: {seen.voice.ask(row)}"
    if row["due_on"] is not None:
        yield f"Comes up {day(row['due_on'], seen.day.moment.today)}"


def as_object(seen: Opened, done: Recorded) -> dict[str, Any]:
    """Return the record, its proof and the way of the score as one object."""
    from deskcollect.cli.show import event_object, parts_object

    told = event_object(seen.desk.ledger.get(done.receipt.event_id) or done.event, withdrawn=False)
    del told["score"]
    moved = done.moved
    return {
        **told,
        "account_id": done.event.account_id,
        "customer_id": done.event.customer_id,
        "seq": done.receipt.seq,
        "hash": done.receipt.hash,
        "replayed": done.receipt.replayed,
        "score_before": moved.step.before if moved else None,
        "score_after": moved.step.after if moved else None,
        "parts": parts_object(moved.step.parts) if moved else [],
        "tier_before": moved.before["tier"] if moved else None,
        "tier_after": moved.after["tier"] if moved else None,
        "due_on": moved.after["due_on"] if moved else None,
    }
