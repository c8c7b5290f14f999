"""What was said and done from July to the last morning: the stories of the cast, and the routine of all others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scripts.demo import dice
from scripts.demo.account import unit
from scripts.demo.events import ZONE, Record, day, moment
from scripts.demo.source import FIRST_MONTH, NEWEST, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.demo.roster import Account

STORIES = Path(__file__).with_name("stories.toml")
GRACE = timedelta(days=3)
# How many late accounts the routine touches in July, August and September.
TOUCHED = {3: 24, 4: 34, 5: 50}
# Promises of September that the book cannot have judged yet: still to come, and due but waiting.
OPEN_AFTER, OPEN, WAITING = date(2026, 9, 30), 7, 6
# Nobody promises less than this.
LEAST = {"TWD": Decimal(500), "USD": Decimal(10)}
# What the last morning holds before the demo opens at ten: who tried, what came of it.
MORNING = (("ana", "NA"), ("ana", "VM"), ("ben", "NA"), ("ana", "NC"), ("mei", "SMS"), ("ana", "BZ"), ("ben", "TP"))
LAST_ROUTINE_DAY = date(2026, 9, 29)
_NOBODY = ("NA", "NA", "NA", "NA", "VM", "VM", "BZ", "SMS")
_SOMEBODY = ("NC", "NC", "TP", "HU")
_DESK_HOURS = range(9, 20)


def records(accounts: Sequence[Account]) -> list[Record]:
    """Return everything that was recorded."""
    told = tomllib.loads(STORIES.read_text("utf-8"))
    notes = told.pop("notes")
    by_role = {account.chosen.role: account for account in accounts if account.chosen.role}
    found = [record for role, story in told.items() for record in _story(by_role[role], story["events"])]
    found += _routine(accounts, notes)
    return found + list(_morning(accounts, {one.account.account_id for one in found}, notes))


# --- stories -------------------------------------------------------------------------------------------------------------


def _story(account: Account, told: Sequence[dict[str, Any]]) -> Iterator[Record]:
    """Yield the records of one role."""
    before: datetime | None = None
    for one in told:
        record = _told(account, one)
        if one.get("undoes"):
            record = replace(record, undoes=before, point="")
        before = record.at
        yield record


def _told(account: Account, one: dict[str, Any]) -> Record:
    """Return one record as its line tells it."""
    silent = one.get("code") in ("NOTE", "SKIP", "LGL")
    return Record(
        account,
        moment(one["at"]),
        one["by"],
        one.get("code", ""),
        amount=Decimal(one["amount"]) if "amount" in one else None,
        due=day(one["due"]) if "due" in one else None,
        point=one.get("point", "" if silent else "phone"),
        inbound=one.get("in", False),
        note=one.get("note", ""),
        channel=one.get("channel", ""),
        call_back=moment(one["call_back"]) if "call_back" in one else None,
        count=one.get("count"),
        reason=one.get("reason", ""),
        next_on=day(one["next_on"]) if "next_on" in one else None,
    )


# --- routine -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spell:
    """The days of one month on which a late account was worked, and what it paid in them."""

    account: Account
    month: int
    days: tuple[date, ...]
    notes: dict[str, list[str]]

    @property
    def key(self) -> tuple[object, ...]:
        """Return the name that draws about this spell go by."""
        return (self.account.chosen.key, self.month)

    def paid(self, first: date, last: date) -> Decimal:
        """Return what was posted from one day to another, both included."""
        found = [one.amount for one in self.account.payments if one.status == "posted"]
        days = [one.at.date() for one in self.account.payments if one.status == "posted"]
        return sum((a for a, d in zip(found, days, strict=True) if first <= d <= last), Decimal(0))


def _routine(accounts: Sequence[Account], notes: dict[str, list[str]]) -> Iterator[Record]:
    """Yield the records of the accounts without a story, month by month."""
    slept_until: dict[str, date] = {}
    for month, count in TOUCHED.items():
        spells = [spell for account in accounts if (spell := _spell(account, month, notes))]
        chosen = dice.shuffled([spell.account.chosen.key for spell in spells], "touched", month)[:count]
        by_key = {spell.account.chosen.key: spell for spell in spells}
        for number, key in enumerate(chosen):
            spell = by_key[key]
            free = tuple(d for d in spell.days if d > slept_until.get(key, date.min))
            made = list(_work(replace(spell, days=free), number)) if free else []
            for record in made:
                if record.due:
                    slept_until[key] = record.due + GRACE
            yield from made


def _morning(accounts: Sequence[Account], known: set[str], notes: dict[str, list[str]]) -> Iterator[Record]:
    """Yield the records of the last morning, on late accounts in Taipei that nobody has called yet."""
    spells = [s for account in accounts if account.account_id not in known and (s := _spell(account, NEWEST, notes))]
    near = {s.account.chosen.key: s for s in spells if s.account.person.timezone == str(ZONE)}
    late = {key: s for key, s in near.items() if s.account.figures.days[NEWEST]}
    for number, (key, (by, code)) in enumerate(zip(dice.shuffled(late, "morning"), MORNING, strict=False)):
        at = datetime.combine(OPEN_AFTER, time(8, 44), ZONE) + timedelta(minutes=10 * number)
        yield replace(_record(late[key], OPEN_AFTER, code), at=at, by=by)


def _spell(account: Account, month: int, notes: dict[str, list[str]]) -> Spell | None:
    """Return the working days on which an account was late in a month, or None."""
    chosen, made = account.chosen, account.figures
    storied = chosen.role or not account.in_book(month) or account.flagged(month) or made.balance[month] <= 0
    late_before, late_after = made.shown[month - 1] > 0, made.days[month] > 0
    if storied or chosen.owner or not (late_before or late_after):
        return None
    first = last_day(month).replace(day=1 if late_before else min(made.due_day + 2, 28))
    last = min(last_day(month), LAST_ROUTINE_DAY)
    if not late_after:
        last = max((one.at.date() for one in account.payments if one.at.month == FIRST_MONTH + month), default=first)
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    working = tuple(d for d in days if d.isoweekday() != 7)
    return Spell(account, month, working, notes) if working else None


def _work(spell: Spell, number: int) -> Iterator[Record]:
    """Yield what was done in one spell: tries, and for many a promise that was kept, kept in part or broken."""
    if not spell.account.person.timezone:
        yield _record(spell, dice.pick(spell.days, "written", *spell.key), dice.pick(("EML", "LTR"), *spell.key))
        return
    if spell.month == NEWEST and number < OPEN + WAITING:
        promise = _late_promise(spell, waiting=number < WAITING)
    else:
        promise = _promise(spell, number)
    until = promise.at.date() if promise else spell.days[-1] + timedelta(days=1)
    before = [d for d in spell.days if d < until]
    for tries in range(min(dice.between(1, 3, "tries", *spell.key), len(before) // 3)):
        reached = tries == 1 and not promise and dice.chance(60, "reached", *spell.key)
        codes = _SOMEBODY if reached else _NOBODY
        tried = before[(tries * len(before)) // 3 + dice.between(0, 1, "try", *spell.key, tries)]
        yield _record(spell, tried, dice.pick(codes, "code", *spell.key, tries))
    if promise:
        yield promise


def _promise(spell: Spell, number: int) -> Record | None:
    """Return a promise of which the book shows what became, for about two in three."""
    payments = [one for one in spell.account.payments if one.status == "posted" and one.at.date() in spell.days]
    if payments and number % 3 != 2:
        return _paid_promise(spell, payments[-1].at.date(), partly=number % 6 == 4)
    return _broken_promise(spell) if number % 3 == 0 else None


def _paid_promise(spell: Spell, paid_on: date, *, partly: bool) -> Record | None:
    """Return a promise that a payment kept, or kept in part."""
    made = [d for d in spell.days if paid_on - timedelta(days=6) <= d < paid_on]
    if not made:
        return None
    on = dice.pick(made, "made", *spell.key)
    due = paid_on + timedelta(days=dice.between(-1, 1, "due", *spell.key))
    due = max(due, on + timedelta(days=1))
    came = spell.paid(on, due + GRACE)
    wanted = came * dice.between(16, 24, "partly", *spell.key) / 10 if partly else came
    return _judged(spell, on, due, _round(wanted, spell))


def _broken_promise(spell: Spell) -> Record | None:
    """Return a promise in whose days nothing was paid."""
    for on in dice.shuffled(spell.days, "broken", *spell.key):
        due = on + timedelta(days=dice.between(3, 7, "broken due", *spell.key))
        if spell.paid(on, due + GRACE) == 0:
            amount = spell.account.figures.past_due[spell.month] or spell.account.figures.minimum[spell.month]
            return _judged(spell, on, due, _round(amount, spell))
    return None


def _late_promise(spell: Spell, *, waiting: bool) -> Record | None:
    """Return a promise of late September that the book cannot have judged: its grace ends with the month or later."""
    first = OPEN_AFTER - timedelta(days=9 if waiting else 7)
    made = [d for d in spell.days if d >= first and (not waiting or d <= OPEN_AFTER - timedelta(days=4))]
    if not made:
        return None
    on = dice.pick(made, "made", *spell.key)
    due = OPEN_AFTER + timedelta(days=dice.between(*((-3, -1) if waiting else (1, 7)), "due", *spell.key))
    while due.isoweekday() == 7:
        due += timedelta(days=-1 if waiting else 1)
    amount = _round(spell.account.figures.past_due[spell.month], spell)
    if amount < LEAST[spell.account.figures.currency]:
        return None
    return _record(spell, on, "PTP", amount=amount, due=due)


def _judged(spell: Spell, on: date, due: date, amount: Decimal) -> Record | None:
    """Return a promise if the newest book lies after its grace."""
    if amount < LEAST[spell.account.figures.currency] or due + GRACE >= OPEN_AFTER:
        return None
    return _record(spell, on, "PTP", amount=amount, due=due)


def _round(amount: Decimal, spell: Spell) -> Decimal:
    """Round an amount down as people promise it: to hundreds, or to dollars."""
    step = unit(spell.account.chosen.currency) * 100
    return max(amount // step * step, min(amount, step)).quantize(unit(spell.account.chosen.currency))


def _record(spell: Spell, on: date, code: str, *, amount: Decimal | None = None, due: date | None = None) -> Record:
    """Return one record of a spell at an hour that suits desk and customer."""
    account = spell.account
    texts = spell.notes.get(code, [""])
    points = ["phone", "phone", *(["phone_2"] if account.person.phone_2 else [])]
    points += [more.kind for more in account.person.contacts if more.consent]
    point = {"SMS": "phone", "EML": "email", "LTR": "address"}.get(code) or dice.pick(points, "point", *spell.key, on)
    return Record(
        account,
        _hour(account, on),
        account.collector,
        code,
        amount=amount,
        due=due,
        point=point,
        note=dice.pick(texts, "note", *spell.key, on) if dice.chance(45, "noted", *spell.key, on) else "",
    )


def _hour(account: Account, on: date) -> datetime:
    """Return a time of the desk's day that lies between 8 and 21 where the customer lives."""
    zone = ZoneInfo(account.person.timezone or "Asia/Taipei")
    minute = dice.between(0, 59, "call minute", account.chosen.key, on)
    times = [datetime.combine(on, time(hour, minute), ZONE) for hour in (*_DESK_HOURS, 20)]
    fit = [at for at in times if 8 <= at.astimezone(zone).hour < 21]
    return dice.pick(fit[:-1] or fit, "call hour", account.chosen.key, on)
