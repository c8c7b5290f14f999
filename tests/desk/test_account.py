"""One account in full: how its score came to be, what would change it, what was said and done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from deskcollect.desk.account import account, lost_points, what_if
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk
from deskcollect.errors import UnknownAccount
from deskcollect.records import Entry
from tests.desk.builders import ANA, Tables, days, desk_of, payment, statements, told
from tests.desk.builders import account as of_book

Seen = tuple[Desk, Day]
Role = Callable[[str], str]
TWO = Tables(
    [of_book("A1"), of_book("A2", past_due=2000)],
    [row for name in ("A1", "A2") for row in statements(name, 500, 0, 0)],
    payments=[payment("A1", days(-9), 500), payment("A1", days(-500), 70), payment("A1", days(-3), 20, "returned")],
)


@pytest.mark.parametrize("name", ["chen", "olga", "okafor", "lost", "healthy", "undo", "garcia", "wang"])
def test_reasons_and_records_lead_from_the_average_to_the_score(seen: Seen, role: Role, name: str) -> None:
    desk, day = seen
    found = account(desk, day, role(name))
    assert found.average + sum(reason.points for reason in found.reasons) == found.row["card_score"]
    assert found.recorded.before == found.row["card_score"]
    assert found.recorded.after == found.row["score"]
    assert sum(part.points for part in found.recorded.parts) == found.row["score"] - found.row["card_score"]
    assert found.average + sum(part.points for part in lost_points(desk, day, role(name))) == found.row["score"]


def test_what_was_said_and_done_stands_from_the_newest_to_the_oldest(seen: Seen, role: Role) -> None:
    desk, day = seen
    found = account(desk, day, role("undo"))
    times = [event.occurred_at for event in found.events]
    assert times == sorted(times, reverse=True)
    corrected = {event.corrects for event in found.events if event.corrects}
    assert corrected
    assert corrected <= found.withdrawn


def test_payments_of_the_last_thirteen_months_stand_from_the_newest(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    found = account(desk, desk.load(), "A1").payments
    assert [(row["amount"], row["status"]) for row in found] == [(Decimal(20), "returned"), (Decimal(500), "posted")]


def test_other_accounts_of_the_customer_stand_beside_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    day = told(desk, desk.load(), Entry("A2", "PTP", "ana", amount=Decimal(50), due_date=days(2)))
    assert [row["account_id"] for row in account(desk, day, "A1").others] == ["A2"]
    assert account(desk, day, "A1").promises == ()
    assert [row["status"] for row in account(desk, day, "A2").promises] == ["open"]


def test_an_account_that_is_not_there_is_refused(seen: Seen) -> None:
    desk, day = seen
    with pytest.raises(UnknownAccount):
        account(desk, day, "nobody")
    with pytest.raises(UnknownAccount):
        what_if(desk, day, "nobody")


# --- what would change it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chen", "olga", "okafor", "lost"])
def test_every_answer_starts_at_the_score_and_its_parts_add_up(seen: Seen, role: Role, name: str) -> None:
    desk, day = seen
    head = desk.ledger.head()
    answers = what_if(desk, day, role(name))
    assert answers
    for answer in answers:
        assert answer.step.before == day.row(role(name))["score"]
        assert sum(part.points for part in answer.step.parts) == answer.step.after - answer.step.before
        assert answer.tier in "ABCDE"
    assert desk.ledger.head() == head


def test_a_payment_a_promise_and_its_end_are_answered(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    answers = {answer.label: answer for answer in what_if(desk, desk.load(), "A1")}
    assert list(answers) == ["Pays all", "Pays half", "New promise, open", "That promise kept", "That promise broken"]
    assert (answers["Pays all"].amount, answers["Pays half"].amount) == (Decimal(1000), Decimal(500))
    score = answers["Pays all"].step.before
    assert answers["New promise, open"].step.after > score
    assert answers["That promise kept"].step.after > answers["New promise, open"].step.after
    assert answers["That promise broken"].step.after < score


def test_a_promise_that_stands_is_asked_about_and_no_other(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    day = told(desk, desk.load(), Entry("A1", "PTP", "ana", amount=Decimal(600), due_date=days(2)))
    answers = {answer.label: answer for answer in what_if(desk, day, "A1")}
    assert list(answers) == ["Pays all", "Pays half", "The promise kept", "The promise broken"]
    names = {part.name for part in answers["The promise broken"].step.parts}
    assert names == {"promise broken", "promise no longer open"}


def test_a_broken_promise_is_answered_with_the_tier_that_it_would_have(tmp_path: Path) -> None:
    good = Tables([of_book("A1", ANA, past_due=10, days_past_due=1)], statements("A1", *[5000] * 6), payments=[])
    desk = desk_of(tmp_path, good)
    answers = {answer.label: answer.tier for answer in what_if(desk, desk.load(), "A1")}
    assert answers["That promise kept"] in "AB"
    assert answers["That promise broken"] == "C"  # tiers.toml: a promise broken within 30 days is at least C


def test_a_policy_without_an_effect_of_promises_is_answered_too(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    effects = tuple(effect for effect in desk.policies.effects if not effect.promise)
    desk.written = replace(desk.policies, effects=replace(desk.policies.effects, rules=effects))
    answers = {answer.label: answer.step for answer in what_if(desk, desk.load(), "A1")}
    assert answers["That promise kept"].parts == ()


@pytest.mark.parametrize("status", [None, "revolving", "paid_in_full"])
def test_a_payment_lowers_no_score_where_the_statement_is_not_late(tmp_path: Path, status: str | None) -> None:
    said = {"payment_status": status or "", "cycles_past_due": 0}
    bills = [{**row, **said} for row in statements("A1", 800, 700, 900, 800, 700, 600, billed=900)]
    desk = desk_of(tmp_path, Tables([of_book("A1", ANA, past_due=96, days_past_due=12)], bills, payments=[]))
    for answer in what_if(desk, desk.load(), "A1")[:2]:
        assert answer.step.after >= answer.step.before


def test_what_was_recorded_on_the_other_account_does_not_vanish_in_an_answer(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, TWO)
    day = told(desk, desk.load(), Entry("A1", "DC", "ana"))
    assert [part.name for part in account(desk, day, "A2").recorded.parts] == ["all numbers bad"]
    for answer in what_if(desk, day, "A2"):
        assert "all numbers bad, withdrawn" not in [part.name for part in answer.step.parts]


def test_who_owes_nothing_is_asked_nothing(tmp_path: Path) -> None:
    settled = Tables(
        [of_book("A1", ANA, past_due=0, days_past_due=0), of_book("A2", ANA, past_due=-5, days_past_due=0)]
    )
    desk = desk_of(tmp_path, settled)
    day = desk.load()
    assert what_if(desk, day, "A1") == ()
    assert what_if(desk, day, "A2") == ()


@pytest.mark.parametrize(("due", "half"), [(1001, "500"), ("10.01", "5.00"), (10, "5")])
def test_half_is_a_sum_that_can_be_paid(tmp_path: Path, due: object, half: str) -> None:
    book = Tables([of_book("A1", ANA, past_due=due, currency="USD")], statements("A1", 0, 0))
    desk = desk_of(tmp_path, book)
    assert what_if(desk, desk.load(), "A1")[1].amount == Decimal(half)
