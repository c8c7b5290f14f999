"""An amount that is more than the account owes, in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from deskcollect.present.excess import above_balance, above_past_due
from deskcollect.records import Excess
from deskcollect.vocabulary import Owed


@pytest.mark.parametrize(
    ("owed", "told"),
    [
        ("1200.50", "1,300.00 is more than the whole balance of 1,200.50"),
        ("0", "1,300.00 is more than the whole balance of 0.00"),
        ("-320", "1,300.00 is more than the whole balance of −320.00 credit"),
    ],
)
def test_an_amount_above_the_balance_is_asked_about(owed: str, told: str) -> None:
    found = Excess(Decimal(1300), Owed.BALANCE, Decimal(owed))
    assert above_balance(found, 2) == told
    assert above_past_due(found, 2) == ""


@pytest.mark.parametrize(("owed", "told"), [("400", "more than the 400 past due"), ("0", "nothing is past due")])
def test_an_amount_above_what_is_past_due_is_remarked(owed: str, told: str) -> None:
    found = Excess(Decimal(500), Owed.PAST_DUE, Decimal(owed))
    assert above_past_due(found, 0) == told
    assert above_balance(found, 0) == ""


def test_nothing_is_said_where_nothing_is_exceeded() -> None:
    assert above_balance(None, 0) == above_past_due(None, 0) == ""
