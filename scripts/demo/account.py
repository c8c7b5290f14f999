"""One account of the demo with its figures: statements, minimum dues, due dates and days past due of each month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from scripts.demo import dice, facts
from scripts.demo.source import FIRST_MONTH, MONTHS, NEWEST, YEAR, last_day

if TYPE_CHECKING:
    from scripts.demo.pick import Chosen

# New Taiwan dollars to one US dollar, for the few accounts that are shown in US dollars.
DOLLAR = 32
_UNIT = {"TWD": Decimal(1), "USD": Decimal("0.01")}
_SMALLEST_MINIMUM = {"TWD": Decimal(300), "USD": Decimal(10)}
_ROUND_TO = {"TWD": Decimal(10), "USD": Decimal("0.01")}


@dataclass(frozen=True, slots=True)
class Figures:
    """Money and dates of one account; every tuple has one entry a month, April to September.

    `cycles` are those of the statements, `shown` those that the days past due come from. `due` is the oldest unpaid
    due date, the next one of a current account that owes something, or None.
    """

    currency: str
    limit: Decimal
    balance: tuple[Decimal, ...]
    paid: tuple[Decimal, ...]
    minimum: tuple[Decimal, ...]
    cycles: tuple[int, ...]
    shown: tuple[int, ...]
    status: tuple[str, ...]
    due_day: int
    due: tuple[date | None, ...]
    days: tuple[int, ...]
    past_due: tuple[Decimal, ...]

    def bought(self, month: int) -> Decimal:
        """Return what was bought and charged in a month, so that statements and payments tie."""
        return self.balance[month] - self.balance[month - 1] + self.paid[month]


def unit(currency: str) -> Decimal:
    """Return the smallest amount that the demo writes in a currency."""
    return _UNIT[currency]


def figures(chosen: Chosen) -> Figures:
    """Work out the figures of one chosen account."""
    source, told = chosen.source, chosen.told
    balance = tuple(_money(amount, chosen.currency) for amount in source.balance)
    paid = tuple(_money(amount, chosen.currency) for amount in source.paid)
    shown = tuple(told.get("path", facts.path(source)))
    minimum = _minimums(chosen, balance, paid)
    day = _due_day(chosen, shown)
    days, due = zip(*(_lateness(chosen, shown, balance, day, month) for month in MONTHS), strict=True)
    return Figures(
        currency=chosen.currency,
        limit=_money(source.limit, chosen.currency),
        balance=balance,
        paid=paid,
        minimum=minimum,
        cycles=source.cycles,
        shown=shown,
        status=source.status,
        due_day=day,
        due=due,
        days=days,
        past_due=tuple(_past_due(chosen, balance, paid, minimum, shown, month=m, days=days[m]) for m in MONTHS),
    )


def _money(amount: Decimal, currency: str) -> Decimal:
    """Return an amount of the source in the account's currency."""
    value = amount / DOLLAR if currency == "USD" else amount
    return value.quantize(_UNIT[currency], ROUND_HALF_EVEN)


def _minimums(chosen: Chosen, balance: tuple[Decimal, ...], paid: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Return the minimum of each bill: five to ten per cent, less where the customer is known to revolve with less.

    An account that pays about its minimum for months would set off a warning, so only those meant to do it do.
    """
    share = chosen.told.get("share") or _share(chosen)
    made = tuple(_minimum(amount, share, chosen.currency) for amount in balance)
    if chosen.told.get("minimum_is_paid"):
        return (*paid[1:], made[NEWEST])
    while _streak_at_minimum(made, paid) >= 2:
        share = share * 8 / 10
        made = tuple(_minimum(amount, share, chosen.currency) for amount in balance)
    return made


def _share(chosen: Chosen) -> float:
    """Return the share of the bill, in per cent, that the minimum is: of a good payer never more than was paid."""
    source = chosen.source
    wanted = float(dice.between(50, 95, "share", chosen.key)) / 10
    if chosen.group in ("late", "few"):
        return wanted
    met = [
        facts.share(source.paid[m], source.balance[m - 1])
        for m in range(1, NEWEST + 1)
        if source.status[m] == "revolving" and source.balance[m - 1] > 1000
    ]
    return min(wanted, min(met, default=1.0) * 85)


def _minimum(balance: Decimal, share: float, currency: str) -> Decimal:
    """Return the minimum of one bill, rounded as a bank would, never more than the bill."""
    if balance <= 0:
        return _money(Decimal(0), currency)
    step = _ROUND_TO[currency]
    wanted = max(_SMALLEST_MINIMUM[currency], balance * Decimal(f"{share:.2f}") / 100)
    return min(balance, (wanted / step).quantize(Decimal(1)) * step).quantize(_UNIT[currency])


def _streak_at_minimum(minimum: tuple[Decimal, ...], paid: tuple[Decimal, ...]) -> int:
    """Count the newest months in a row that paid the minimum within 15 %."""
    streak = 0
    for month in reversed(range(1, NEWEST + 1)):
        if not minimum[month - 1] * 85 <= paid[month] * 100 <= minimum[month - 1] * 115 or paid[month] <= 0:
            break
        streak += 1
    return streak


def _due_day(chosen: Chosen, shown: tuple[int, ...]) -> int:
    """Return the day of the month on which bills fall due, so that k cycles are 30 (k - 1) + 1 to 30 k days.

    Statements count a cycle that is more than twelve days old: one cycle in September is 13 days or more.
    """
    if "due_day" in chosen.told:
        return int(chosen.told["due_day"])
    if chosen.group == "few":
        return dice.between(18, 27, "due", chosen.key)
    latest = 17 if shown[NEWEST] == 1 else 27
    return dice.between(5 if max(shown) > 6 else 3, latest if max(shown) else 22, "due", chosen.key)


def _on(day: int, month: int) -> date:
    """Return a day of a month; months before April too."""
    years, number = divmod(FIRST_MONTH + month - 1, 12)
    return date(YEAR + years, number + 1, day)


def _lateness(
    chosen: Chosen, shown: tuple[int, ...], balance: tuple[Decimal, ...], day: int, month: int
) -> tuple[int, date | None]:
    """Return days past due at the end of a month and the oldest unpaid due date."""
    few = chosen.group == "few" and month == NEWEST
    if shown[month] or few:
        oldest = _on(day, month - max(shown[month], 1) + 1)
        return (last_day(month) - oldest).days, oldest
    return 0, _on(day, month + 1) if balance[month] > 0 else None


def _past_due(
    chosen: Chosen,
    balance: tuple[Decimal, ...],
    paid: tuple[Decimal, ...],
    minimum: tuple[Decimal, ...],
    shown: tuple[int, ...],
    *,
    month: int,
    days: int,
) -> Decimal:
    """Return the overdue part: the minimums of the missed bills; within the first days, less what has come.

    A customer who settles in full every month owes the whole bill.
    """
    zero = _money(Decimal(0), chosen.currency)
    if days == 0 or balance[month] <= 0:
        return zero
    last = max(month - 1, 0)
    if chosen.told.get("whole_bill"):
        return max(min(balance[last] - paid[month], balance[month]), zero)
    cycles = max(shown[month], 1)
    missed = sum((minimum[max(month - back, 0)] for back in range(1, cycles + 1)), zero)
    left = missed if shown[month] else max(missed - paid[month], missed * 6 / 10)
    return min(left, balance[month]).quantize(zero)
