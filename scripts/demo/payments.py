"""Payments on their days: each month's posted payments add up to what its statement says was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from scripts.demo import dice
from scripts.demo.account import unit
from scripts.demo.source import FIRST_MONTH, MONTHS, NEWEST, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.demo.account import Figures
    from scripts.demo.pick import Chosen

METHODS = ("transfer", "transfer", "card", "cash", "online")
_SPLIT_FROM = {"TWD": Decimal(4000), "USD": Decimal(120)}
# Returned payments of long ago: one in so many of the late accounts, in July and August.
_RETURNED_PERCENT = 6


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment; a returned one was never good."""

    at: datetime
    amount: Decimal
    method: str
    status: str = "posted"


def payments(chosen: Chosen, figures: Figures, autopay: tuple[bool, ...]) -> list[Payment]:
    """Return all payments of one account, oldest first."""
    made = [one for month in MONTHS for one in _month(chosen, figures, autopay[month], month)]
    return sorted([*made, *_returned(chosen, figures)], key=lambda one: (one.at, one.amount))


def _month(chosen: Chosen, figures: Figures, autopay: bool, month: int) -> Iterator[Payment]:
    """Yield the posted payments of one month."""
    amount = figures.paid[month]
    if amount <= 0:
        return
    days = _days(chosen, figures, autopay, month)
    for part, day in zip(_parts(amount, len(days), chosen, month), days, strict=True):
        told = "pay_days" in chosen.told and str(FIRST_MONTH + month) in chosen.told["pay_days"]
        if autopay and not told:
            yield Payment(_at(month, day, time(6, 0)), part, "direct_debit")
        else:
            key = (chosen.key, month, day)
            hour = time(dice.between(8, 21, "hour", *key), dice.between(0, 59, "minute", *key))
            yield Payment(_at(month, day, hour), part, dice.pick(METHODS, "method", *key))


def _days(chosen: Chosen, figures: Figures, autopay: bool, month: int) -> list[int]:
    """Return the days of a month on which something was paid."""
    told = chosen.told.get("pay_days", {}).get(str(FIRST_MONTH + month))
    if told:
        return list(told)
    if autopay:
        return [figures.due_day]
    before = figures.shown[month - 1] if month else 0
    on_time = figures.shown[month] == 0 and before == 0 and not (chosen.group == "few" and month == NEWEST)
    low, high = (max(1, figures.due_day - 8), figures.due_day) if on_time else (2, 26)
    first = dice.between(low, high, "pay day", chosen.key, month)
    if figures.paid[month] < _SPLIT_FROM[figures.currency] or not dice.chance(18, "split", chosen.key, month):
        return [first]
    second = dice.between(low, high, "second day", chosen.key, month)
    return sorted({first, second})


def _parts(amount: Decimal, count: int, chosen: Chosen, month: int) -> list[Decimal]:
    """Cut an amount into so many parts, the first of them round."""
    if count == 1:
        return [amount]
    step = unit(chosen.currency) * 100
    first = (amount * dice.between(35, 65, "part", chosen.key, month) / 100 // step) * step
    return [first, amount - first]


def _returned(chosen: Chosen, figures: Figures) -> Iterator[Payment]:
    """Yield payments that the bank gave back."""
    for told in chosen.told.get("returned", ()):
        month, day = map(int, told["on"].split("-"))
        amount = Decimal(told["amount"]).quantize(unit(chosen.currency))
        yield Payment(_at(month - FIRST_MONTH, day, time(9, 15)), amount, told.get("method", "transfer"), "returned")
    if not chosen.role and chosen.group == "late" and dice.chance(_RETURNED_PERCENT, "returned", chosen.key):
        month = dice.pick((3, 4), "returned month", chosen.key)
        amount = figures.minimum[month - 1]
        if amount > 0:
            day = dice.between(3, 24, "returned day", chosen.key)
            yield Payment(_at(month, day, time(9, 15)), amount, "direct_debit", "returned")


def _at(month: int, day: int, hour: time) -> datetime:
    """Return an instant of the demo's year, not after the month's last day."""
    end = last_day(month)
    return datetime.combine(end.replace(day=min(day, end.day)), hour)
