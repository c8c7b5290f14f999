"""What the choice of accounts rests on: whether a real account tells a story that can be believed, and which one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from scripts.demo.source import MONTHS, NEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.demo.source import Source

_LATER = range(1, 6)


def path(source: Source) -> tuple[int, ...]:
    """Return the cycles past due of each month that the account table shows.

    The source hardly codes one cycle past due before its last month, so a 0 before a 2 stands for a 1; and a 2 in a
    month that paid the whole bill before it stands for 0, unless what follows needs more.
    """
    shown = list(source.cycles)
    for month in reversed(range(NEWEST)):
        needed = max(shown[month + 1] - 1, 0)
        settled = month > 0 and source.paid[month] >= source.balance[month - 1] > 0
        shown[month] = needed if settled else max(shown[month], needed)
    return tuple(shown)


def share(part: Decimal, whole: Decimal) -> float:
    """Return part / whole; 0 where there is no whole."""
    return float(part / whole) if whole > 0 else 0.0


def spent(source: Source, month: int) -> Decimal:
    """Return what was bought and charged between two statements."""
    return source.balance[month] - source.balance[month - 1] + source.paid[month]


def believable(source: Source) -> bool:
    """Say whether cycles, payments and purchases of all months go together."""
    shown = path(source)
    return (
        all(shown[m] - source.cycles[m] <= 1 for m in MONTHS)
        and all(spent(source, m) >= 0 for m in _LATER)
        and all(_late_months_agree(source, shown, m) for m in _LATER)
    )


def _late_months_agree(source: Source, shown: Sequence[int], month: int) -> bool:
    """Say whether an account that was late and paid next to nothing is one cycle later after it."""
    before = shown[month - 1]
    if before == 0 or source.balance[month - 1] <= 500:
        return True
    paid_little = share(source.paid[month], source.balance[month - 1]) < 0.01
    return shown[month] == before + 1 or (shown[month] <= before and not paid_little)


def revolves_well(source: Source, months: Sequence[int] = _LATER) -> bool:
    """Say whether every revolving month paid at least 3 % of the bill."""
    return all(
        share(source.paid[m], source.balance[m - 1]) >= 0.03
        for m in months
        if source.status[m] == "revolving" and source.balance[m - 1] > 1000
    )


def late_months(source: Source) -> int:
    """Return how many of the months before the newest were past due."""
    return sum(source.cycles[m] > 0 for m in range(NEWEST))


def full_months(source: Source) -> int:
    """Return how many of the months before the newest were paid in full."""
    return sum(source.status[m] == "paid_in_full" for m in range(NEWEST))


def warnings(source: Source) -> frozenset[str]:
    """Return the early-warning rules that the statements alone set off, or nearly set off."""
    paid, cycles = source.paid, source.cycles
    use = [share(amount, source.limit) for amount in source.balance]
    met = share(paid[5], source.balance[4]) if source.balance[4] > 0 else 1.0
    unpaid = _unpaid(source)
    late = late_months(source)
    found = {
        "straight-roller": unpaid >= 3 and cycles[5] >= 3,
        "rolling": cycles[5] >= 2 and cycles[5] > cycles[4],
        "unpaid-cycles": unpaid >= 2,
        "bill-unpaid": unpaid == 1 and cycles[5] == 0,
        "full-payer-stopped": full_months(source) >= 3 and met < 0.12,
        "payments-falling": _falling(source) and use[5] > 0.45,
        "utilisation-jump": use[5] >= 0.88 and use[5] - use[3] >= 0.38 and met < 0.12,
        "over-limit": use[5] > 1.0 and use[3] <= 1.02 and met < 0.06,
        "woke-up": all(source.balance[m] <= 0 and paid[m] <= 0 for m in (2, 3, 4)) and use[5] >= 0.45,
        "never-current": late == 5 and cycles[5] >= 2,
        "relapse": late >= 3 and cycles[5] == 0,
    }
    return frozenset(rule for rule, fires in found.items() if fires)


def _unpaid(source: Source) -> int:
    """Count the newest months in a row with a bill before them and nothing paid."""
    streak = 0
    for month in reversed(_LATER):
        if source.balance[month - 1] <= 0 or source.paid[month] > 0:
            break
        streak += 1
    return streak


def _falling(source: Source) -> bool:
    """Say whether the last three payments each were less than 70 % of the one before."""
    first, second, third = source.paid[3:]
    return first > 0 and second * 10 < first * 7 and third * 10 < second * 7


def shrinks(source: Source) -> bool:
    """Say whether the account looks like a loan that is paid down: a little interest, a payment every month."""
    return all(
        source.balance[m] < source.balance[m - 1]
        and source.paid[m] > 0
        and spent(source, m) <= source.balance[m - 1] * 4 / 100
        for m in _LATER
    )
