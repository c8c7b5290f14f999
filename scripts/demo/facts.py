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
    """Return the early-warning rules that the statements alone set off."""
    balance, paid, cycles = source.balance, source.paid, source.cycles
    use = [share(balance[m], source.limit) for m in MONTHS]
    late = cycles[5] > 0
    idle = all(balance[m] <= 0 and paid[m] <= 0 for m in (2, 3, 4))
    found = {
        "utilisation-jump": use[5] >= 0.8 and use[5] - use[3] >= 0.45,
        "over-limit": use[5] > 1.05 and use[3] <= 1.0,
        "full-payer-stopped": late and full_months(source) >= 4 and 0 < paid[5] * 5 < balance[4],
        "payments-falling": paid[3] > 0
        and paid[4] * 10 < paid[3] * 7
        and paid[5] * 10 < paid[4] * 7
        and balance[5] > balance[3]
        and use[5] > 0.45,
        "unpaid-cycles": late and all(balance[m - 1] > 0 >= paid[m] for m in (3, 4, 5)),
        "rolling": cycles[5] >= 3 and cycles[5] > cycles[4],
        "woke-up": idle and use[5] >= 0.25,
    }
    if late and full_months(source) >= 4 and paid[5] <= 0 < balance[4]:
        found["full-payer-stopped"] = True
    return frozenset(rule for rule, fires in found.items() if fires)


def shrinks(source: Source) -> bool:
    """Say whether the account looks like a loan that is paid down: a little interest, a payment every month."""
    return all(
        source.balance[m] < source.balance[m - 1]
        and source.paid[m] > 0
        and spent(source, m) <= source.balance[m - 1] * 4 / 100
        for m in _LATER
    )
