"""The two customers whom a single score treats wrongly, walked with real accounts from the lender's book to the call.

The accounts are those of the demo: real ones of the Taiwan data under invented names.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from deskcollect.desk.account import account
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk
from deskcollect.desk.pipeline import arrange
from deskcollect.policy.model import Treatment
from deskcollect.vocabulary import Lens

Seen = tuple[Desk, Day]
Role = Callable[[str], str]


def treatment(desk: Desk, row: dict[str, Any]) -> Treatment:
    """Return the rule that treats an account."""
    return next(rule for rule in desk.policies.treatments if rule.id == row["treatment"])


# --- 陳怡君 forgot a large amount -----------------------------------------------------------------------------------------------


def test_who_forgot_a_large_amount_is_low_risk_and_high_exposure(seen: Seen, role: Role) -> None:
    desk, day = seen
    row = day.row(role("chen"))
    assert (row["stage"], row["exposure"]) == ("early", "high")
    assert row["past_due"] > Decimal(50_000)
    assert row["tier"] in {"A", "B"}
    assert row["prob_default"] < 0.15
    found = account(desk, day, role("chen"))
    assert found.average + sum(reason.points for reason in found.reasons) == row["card_score"]


def test_and_is_reminded_with_courtesy_and_not_called(seen: Seen, role: Role) -> None:
    desk, day = seen
    row = day.row(role("chen"))
    rule = treatment(desk, row)
    assert (rule.id, rule.channel, rule.tone, rule.owner) == ("forgot-large", "text", "courtesy", "collector")
    assert (row["state"], row["why"]) == ("act", "forgot")
    assert "to-call" in row["queues"]


@pytest.mark.parametrize("name", ["forgot-2", "forgot-3", "forgot-4", "forgot-5", "forgot-6"])
def test_so_are_the_others_who_forgot(seen: Seen, role: Role, name: str) -> None:
    desk, day = seen
    rule = treatment(desk, day.row(role(name)))
    assert rule.tone == "courtesy"
    assert rule.channel in {"text", "email", "letter", "none"}


# --- Ольга Петренко is at high risk with a small amount --------------------------------------------------------------------------


def test_who_is_at_high_risk_with_a_small_amount_is_seen_as_such(seen: Seen, role: Role) -> None:
    _, day = seen
    row = day.row(role("olga"))
    assert row["exposure"] == "low"
    assert row["tier"] == "E"
    assert row["prob_default"] > 0.5


def test_and_is_not_neglected(seen: Seen, role: Role) -> None:
    desk, day = seen
    row = day.row(role("olga"))
    rule = treatment(desk, row)
    assert (rule.id, rule.channel, rule.tone) == ("risky-small", "phone", "neutral")
    assert (row["state"], row["due_on"] <= day.moment.today) == ("act", True)
    assert "to-call" in row["queues"]
    assert row["leads"]


def test_and_stands_above_the_one_who_forgot_in_the_list_of_risk_and_below_in_that_of_exposure(
    seen: Seen, role: Role
) -> None:
    _, day = seen
    olga, chen = day.place(role("olga")), day.place(role("chen"))
    by_risk = arrange(day.table, queue="to-call", lens=Lens.RISK).to_list()
    by_exposure = arrange(day.table, queue="to-call", lens=Lens.EXPOSURE).to_list()
    assert by_risk.index(olga) < by_risk.index(chen)
    assert by_exposure.index(chen) < by_exposure.index(olga)


def test_neither_is_held_or_lost(seen: Seen, role: Role) -> None:
    _, day = seen
    assert day.summary.orphans == 0
    assert {day.row(role(name))["hold_rule"] for name in ("chen", "olga")} == {None}
