"""Purchases, cash advances, fees and refunds: with the payments they lead from one statement to the next, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from scripts.demo import dice
from scripts.demo.account import unit
from scripts.demo.source import FIRST_MONTH, NEWEST, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.demo.account import Figures
    from scripts.demo.payments import Payment
    from scripts.demo.pick import Chosen

MERCHANTS = (
    ("Lantern Street Grocers", "pos"),
    ("青禾超市", "pos"),
    ("Blue Kettle Tea House", "pos"),
    ("晴川百貨", "pos"),
    ("Harbour Line Railway", "online"),
    ("茉莉藥局", "pos"),
    ("Paper Crane Books", "online"),
    ("河岸書房", "pos"),
    ("Seven Bridges Fuel", "pos"),
    ("山嵐電信", "online"),
    ("Quiet Fern Clinic", "pos"),
    ("Marigold Kitchenware", "online"),
)
_LATE_FEE = {"TWD": Decimal(300), "USD": Decimal(10)}
_SMALL = {"TWD": Decimal(600), "USD": Decimal(20)}
_INTEREST_PERCENT = Decimal("1.2")
# Purchases from this share of the limit on stay out of the last two weeks of a month: lately they would be a warning.
_LARGE_SHARE = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry on the account, or money of the customer that the lender sees (salary), or a request."""

    at: datetime
    amount: Decimal
    kind: str
    merchant: str = ""
    channel: str = ""


def spending(chosen: Chosen, figures: Figures, paid: Sequence[Payment]) -> list[Transaction]:
    """Return all transactions of one account from May on, oldest first."""
    made = [one for month in range(1, NEWEST + 1) for one in _month(chosen, figures, paid, month)]
    made += [*_salary(chosen), *_requests(chosen, figures)]
    return sorted(made, key=lambda one: (one.at, one.kind, one.amount))


def _month(chosen: Chosen, figures: Figures, paid: Sequence[Payment], month: int) -> Iterator[Transaction]:
    """Yield what brings the balance of one statement to the next."""
    if month < chosen.first_month:
        return
    left = figures.bought(month)
    end = datetime.combine(last_day(month), time(5, 0))
    if left < 0:
        yield Transaction(end.replace(day=12), -left, "refund", dice.pick(MERCHANTS, "refund", chosen.key, month)[0])
        return
    for charge in _charges(chosen, figures, month, left, end):
        left -= charge.amount
        yield charge
    for told in _told(chosen, month, paid):
        left -= told.amount
        yield told
    if left < 0:
        message = f"{chosen.role} asks for more than September holds"
        raise ValueError(message)
    yield from _purchases(chosen, figures, paid, month, left)


def _charges(chosen: Chosen, figures: Figures, month: int, left: Decimal, end: datetime) -> Iterator[Transaction]:
    """Yield late fee and interest, as far as the month has room for them; all of it for a loan or a small rest."""
    fee = _LATE_FEE[figures.currency]
    if figures.shown[month] and left >= 2 * fee:
        yield Transaction(end.replace(day=min(figures.due_day + 1, 28)), fee, "fee", "Late fee")
        left -= fee
    carried = max(figures.balance[month - 1] - figures.paid[month], Decimal(0))
    interest = (carried * _INTEREST_PERCENT / 100).quantize(unit(figures.currency))
    rest_is_interest = chosen.product == "instalment_loan" or (carried > 0 and left < _SMALL[figures.currency])
    amount = left if rest_is_interest else min(interest, left)
    if amount > 0:
        yield Transaction(end, amount, "fee", "Interest")


def _told(chosen: Chosen, month: int, paid: Sequence[Payment]) -> Iterator[Transaction]:
    """Yield the September entries that the cast asks for."""
    if month != NEWEST:
        return
    if "advances" in chosen.told:
        count, amount, day = chosen.told["advances"]
        for number in range(count):
            at = _instant(chosen, month, day + 4 * number, "advance")
            yield Transaction(at, Decimal(amount + 100 * number), "cash_advance", "", "atm")
    if "redraw" in chosen.told:
        last = max(one.at for one in paid if one.status == "posted")
        half = Decimal(chosen.told["redraw"]) / 2
        yield Transaction(last + timedelta(hours=3), half, "cash_advance", "", "atm")
        yield Transaction(last + timedelta(hours=22), half, "transfer", "", "app")
    if "large" in chosen.told:
        at = _instant(chosen, month, 24, "large")
        yield Transaction(at, Decimal(chosen.told["large"]), "purchase", "Northgate Jewellers", "pos")


def _purchases(
    chosen: Chosen, figures: Figures, paid: Sequence[Payment], month: int, left: Decimal
) -> Iterator[Transaction]:
    """Yield purchases, and now and then a cash advance, that add up to the rest."""
    if left <= 0:
        return
    for number, part in enumerate(_cut(chosen, figures, month, left)):
        key = (chosen.key, month, number)
        large = part >= figures.limit * _LARGE_SHARE
        at = _instant(chosen, month, _quiet_day(paid, month, 14 if large else 28, key), number)
        if number == 1 and dice.chance(8, "cash", chosen.key, month):
            yield Transaction(at, part, "cash_advance", "", "atm")
        else:
            merchant, channel = dice.pick(MERCHANTS, "merchant", *key)
            yield Transaction(at, part, "purchase", merchant, channel)


def _cut(chosen: Chosen, figures: Figures, month: int, left: Decimal) -> list[Decimal]:
    """Cut an amount into one to three purchases of whole units."""
    step = unit(figures.currency)
    count = 1 if left < _SMALL[figures.currency] else dice.between(1, 3, "count", chosen.key, month)
    if "large" in chosen.told:
        count = 2
    parts = []
    for number in range(count - 1):
        share = dice.between(30, 70, "cut", chosen.key, month, number)
        parts.append((left * share / 100 // step) * step)
        left -= parts[-1]
    return [part for part in (*parts, left) if part > 0]


def _quiet_day(paid: Sequence[Payment], month: int, last: int, key: tuple[object, ...]) -> int:
    """Return a day of the month that does not follow a payment at once: that would look like drawing it again."""
    busy = {one.at.day + after for one in paid if one.at.month == FIRST_MONTH + month for after in range(4)}
    return dice.pick([day for day in range(1, last + 1) if day not in busy], "day", *key)


def _instant(chosen: Chosen, month: int, day: int, what: object) -> datetime:
    """Return an instant of a day."""
    key = (chosen.key, month, day, what)
    hour = time(dice.between(9, 21, "spent at", *key), dice.between(0, 59, "spent minute", *key))
    return datetime.combine(last_day(month).replace(day=day), hour)


def _salary(chosen: Chosen) -> Iterator[Transaction]:
    """Yield salaries that come in at the lender, on the fifth of each month."""
    amount = chosen.told.get("salary") or salary_of_the_crowd(chosen)
    if amount:
        for month in range(1, NEWEST + 1):
            at = datetime.combine(last_day(month).replace(day=5), time(7, 30))
            yield Transaction(at, Decimal(amount), "salary", "", "transfer")


def salary_of_the_crowd(chosen: Chosen) -> int:
    """Return the salary of a customer who has it paid here, or 0."""
    if chosen.role or chosen.group != "healthy" or chosen.currency != "TWD" or not dice.chance(8, "salary", chosen.key):
        return 0
    return dice.between(34, 120, "salary amount", chosen.key) * 1000


def _requests(chosen: Chosen, figures: Figures) -> Iterator[Transaction]:
    """Yield requests for a higher limit; the amount is the limit asked for."""
    for number, told in enumerate(chosen.told.get("limit_requests", ())):
        month, day = map(int, told.split("-"))
        at = _instant(chosen, month - FIRST_MONTH, day, "request")
        yield Transaction(at, figures.limit * (12 + 2 * number) / 10, "limit_request", "", "app")
