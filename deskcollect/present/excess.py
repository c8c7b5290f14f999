"""An amount that is more than the account owes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.numbers import balance, money
from deskcollect.vocabulary import Owed

if TYPE_CHECKING:
    from deskcollect.records import Excess


def above_balance(found: Excess | None, digits: int) -> str:
    """Return what is to be asked before an amount above the whole balance is recorded; nothing where there is none."""
    if found is None or found.of is not Owed.BALANCE:
        return ""
    return f"{money(found.amount, digits)} is more than the whole balance of {balance(found.owed, digits)}"


def above_past_due(found: Excess | None, digits: int) -> str:
    """Return the remark about an amount above what is past due and within the balance; nothing where there is none."""
    if found is None or found.of is not Owed.PAST_DUE:
        return ""
    return f"more than the {money(found.owed, digits)} past due" if found.owed > 0 else "nothing is past due"
