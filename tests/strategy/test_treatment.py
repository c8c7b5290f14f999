"""What the desk does about an account today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.strategy.treatment import treat
from tests.strategy.builders import TODAY, account, facts, one, worked

POLICIES = load()
HOLDS: dict[str, dict[str, Any]] = {
    "deceased": {"deceased": True},
    "bankrupt": {"bankrupt": True},
    "attorney": {"attorney": True},
    "cease-contact": {"cease_contact": True},
    "fraud": {"hold_code": "FRD"},
    "disputed": {"disputed": True},
    "vulnerable": {"vulnerable": True},
    "hardship": {"hold_code": "HARD"},
    "complaint": {"hold_code": "CMPL"},
}
BROKEN: dict[str, Any] = {
    "promise_status": "broken",
    "promise_amount": 500,
    "promise_paid": 0,
    "promise_broken_count": 1,
}


def ago(days: int) -> date:
    """Return a date before today."""
    return TODAY - timedelta(days=days)


def ahead(days: int) -> date:
    """Return a date after today."""
    return TODAY + timedelta(days=days)


# --- what the account asks of the desk ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", HOLDS)
def test_a_held_account_is_not_worked_whatever_else_is_known(rule: str, policies: Policies) -> None:
    found = one(policies, **HOLDS[rule], callback_at=datetime(2026, 9, 30, 8, tzinfo=UTC), verify="nothing is owed")
    assert (found["state"], found["hold_rule"], found["leads"]) == ("hold", rule, False)
    assert found["queues"] == ["blocked", "all"]


@pytest.mark.parametrize(
    ("fact", "other"), [("deceased", "hold"), ("attorney", "hold"), ("cease_contact", "hold"), ("disputed", "act")]
)
def test_a_fact_about_the_customer_holds_the_other_accounts_too(fact: str, other: str, policies: Policies) -> None:
    one_of_two = account("A1", customer_id="C1", **{fact: True})
    found = worked(policies, one_of_two, account("A2", customer_id="C1"), account("B1", customer_id="C2"))
    assert found["state"].to_list() == ["hold", other, "act"]


def test_every_outcome_that_stops_the_queue_holds(policies: Policies) -> None:
    for outcome in policies.outcomes:
        if outcome.stops_queue:
            assert one(policies, hold_code=outcome.code)["state"] == "hold", outcome.code


@pytest.mark.parametrize(
    ("facts", "rule", "why"),
    [
        ({"disputed": True}, "disputed", "held-by-book"),
        ({"hold_code": "DISP"}, "disputed", "held-by-record"),
        ({"disputed": True, "hold_code": "DISP"}, "disputed", "held-by-record"),
        ({"deceased": True, "hold_code": "HARD"}, "deceased", "held-by-book"),
        ({"vulnerable": True, "hold_code": "HARD"}, "vulnerable", "held-by-book"),
        ({"attorney": True, "verify": "nothing is owed"}, "attorney", "held-by-book"),
        *(({"hold_code": code}, None, "held-by-record") for code in ("DECD", "BKRP", "ATTY", "CEASE", "FRD", "CMPL")),
    ],
)
def test_why_an_account_is_held_is_what_the_book_or_a_record_says(
    facts: dict[str, Any], rule: str | None, why: str, policies: Policies
) -> None:
    found = one(policies, **facts)
    assert (found["hold_rule"], found["why"]) == (rule or found["hold_rule"], why)


def test_figures_that_do_not_agree_are_looked_at_first(policies: Policies) -> None:
    found = one(policies, verify="30 days past due but nothing is owed", next_on=ahead(3))
    assert (found["state"], found["due_on"], found["why"]) == ("verify", TODAY, "verify")
    assert found["queues"] == ["verify", "all"]


def test_an_account_waits_until_the_day_that_was_recorded(policies: Policies) -> None:
    found = one(policies, next_on=ahead(2), last_code="NA", last_on=TODAY)
    assert (found["state"], found["due_on"]) == ("wait", ahead(2))


def test_on_that_day_it_is_worked_and_later_it_is_overdue(policies: Policies) -> None:
    assert one(policies, next_on=TODAY)["state"] == "act"
    late = one(policies, next_on=ago(4))
    assert (late["state"], late["due_on"]) == ("act", ago(4))


def test_nothing_past_due_is_quiet(policies: Policies) -> None:
    found = one(policies, past_due=0, dpd=0, stage="current", exposure="none", exposure_share=0.0)
    assert (found["state"], found["treatment"], found["due_on"], found["leads"]) == ("quiet", "current", None, False)
    assert found["queues"] == ["all"]


# --- promises ----------------------------------------------------------------------------------------------------------------


def test_an_open_promise_is_left_alone(policies: Policies) -> None:
    found = one(policies, promise_status="open", promise_amount=500, promise_due=ahead(7), next_on=ahead(10))
    assert (found["treatment"], found["state"], found["due_on"]) == ("promise-waits", "wait", ahead(10))
    assert found["queues"] == ["promises", "all"]


SOON: dict[str, Any] = {
    "promise_status": "open",
    "promise_amount": 500,
    "promise_paid": 0,
    "promise_due": ahead(2),
    "next_on": ahead(5),
    "last_code": "PTP",
    "last_on": ago(6),
}


def test_two_days_before_its_date_a_promise_wakes_the_account(policies: Policies) -> None:
    found = one(policies, **SOON)
    assert (found["treatment"], found["state"], found["due_on"]) == ("promise-remind", "act", TODAY)


@pytest.mark.parametrize(
    "more",
    [
        {"promise_due": ahead(3)},
        {"promise_paid": 500},
        {"worked_today": True},
        {"last_code": "SMS", "last_on": ago(1)},
    ],
    ids=["too-early", "paid-already", "made-today", "reminded-yesterday"],
)
def test_nobody_is_reminded_too_early_twice_or_for_nothing(more: dict[str, Any], policies: Policies) -> None:
    assert one(policies, **{**SOON, **more})["treatment"] == "promise-waits"


def test_a_promise_whose_date_has_passed_waits_for_the_next_book(policies: Policies) -> None:
    found = one(policies, promise_status="due", promise_amount=500, promise_due=ago(1))
    assert (found["state"], found["why"]) == ("quiet", "promise-due")
    assert "promises" in found["queues"]


def test_a_broken_promise_on_a_small_amount_asks_for_a_smaller_one(policies: Policies) -> None:
    found = one(policies, **BROKEN, promise_broken_on=ago(3), exposure="low")
    assert (found["treatment"], found["why"]) == ("promise-broken-small", "promise-broken")
    assert "broken" in found["queues"]


def test_a_broken_promise_on_a_high_amount_asks_why(policies: Policies) -> None:
    assert one(policies, **BROKEN, promise_broken_on=ago(3), exposure="high")["treatment"] == "promise-broken"


def test_there_is_no_third_promise(policies: Policies) -> None:
    twice = {**BROKEN, "promise_broken_count": 2}
    assert one(policies, **twice, promise_broken_on=ago(3))["treatment"] == "promise-broken-again"


def test_an_older_broken_promise_does_not_speak_for_a_newer_kept_one(policies: Policies) -> None:
    found = one(policies, **{**BROKEN, "promise_status": "kept"}, promise_broken_on=ago(20), promise_due=ago(5))
    assert (found["treatment"], found["why"]) == ("promise-kept", "promise-kept")


def test_the_rest_of_a_partly_kept_promise_is_asked_for(policies: Policies) -> None:
    found = one(policies, promise_status="partial", promise_amount=500, promise_paid=200, promise_due=ago(5))
    assert (found["treatment"], found["why"]) == ("promise-partial", "promise-partial")


# --- what the customer said --------------------------------------------------------------------------------------------------


def test_who_says_it_is_paid_is_not_called_but_looked_up(policies: Policies) -> None:
    found = one(policies, claims_paid_on=ago(5), next_on=ago(2))
    assert (found["state"], found["treatment"], found["why"]) == ("quiet", "claims-paid", "claims-paid")
    assert found["queues"] == ["verify", "all"]


def test_after_a_week_without_a_book_the_way_of_payment_is_asked_for(policies: Policies) -> None:
    found = one(policies, claims_paid_on=ago(8))
    assert (found["treatment"], found["state"]) == ("claims-paid-proof", "act")


def test_a_callback_that_was_asked_for_goes_before_an_open_promise(policies: Policies) -> None:
    at = datetime.combine(TODAY, time(14), tzinfo=UTC)
    found = one(policies, callback_at=at, callback_by="ana", next_on=TODAY, promise_status="open", promise_due=ahead(5))
    assert (found["treatment"], found["state"], found["why"]) == ("callback", "act", "callback")
    assert "callbacks" in found["queues"]


def test_declining_on_a_high_amount_goes_to_the_lead(policies: Policies) -> None:
    assert one(policies, refused_on=ago(3), exposure="high")["treatment"] == "declined-high"
    assert one(policies, refused_on=ago(3), exposure="low")["treatment"] == "declined"


def test_a_text_that_brought_nothing_is_followed_by_a_call(policies: Policies) -> None:
    found = one(policies, tier="A", exposure="high", last_code="SMS", last_on=ago(4), next_on=ago(1))
    assert (found["treatment"], found["state"]) == ("text-unanswered-safe", "act")
    assert one(policies, tier="C", exposure="low", last_code="EML", last_on=ago(4))["treatment"] == "text-unanswered"


def test_who_was_tried_too_often_is_not_called_again(policies: Policies) -> None:
    assert one(policies, attempt_count=5)["treatment"] == "often-tried"
    assert one(policies, attempt_count=5, conversation_on=ago(2))["treatment"] != "often-tried"
    assert one(policies, attempt_count=4)["treatment"] != "often-tried"


def test_an_account_at_an_agency_is_left_to_it_and_comes_back(policies: Policies) -> None:
    away = one(policies, last_code="AGY", last_on=ago(10), next_on=ahead(80))
    assert (away["treatment"], away["state"], away["due_on"], away["why"]) == ("placed", "wait", ahead(80), "placed")
    assert one(policies, last_code="AGY", last_on=ago(90), next_on=TODAY)["state"] == "act"


def test_an_amount_due_that_is_not_a_day_late_gets_a_friendly_note(policies: Policies) -> None:
    found = one(policies, dpd=0, stage="current", tier="A")
    assert (found["treatment"], found["state"]) == ("due-now", "act")


# --- several accounts of one customer ------------------------------------------------------------------------------------------


def led(policies: Policies, *accounts: dict[str, Any]) -> list[str]:
    """Return the accounts that lead."""
    return worked(policies, *accounts).filter("leads")["account_id"].to_list()


def test_a_customer_is_worked_through_the_highest_past_due(policies: Policies) -> None:
    accounts = (account("A1", exposure_share=0.3), account("A2", exposure_share=0.8), account("A3", exposure_share=0.5))
    assert led(policies, *accounts) == ["A2"]
    assert worked(policies, *accounts)["customer_account_count"].to_list() == [3, 3, 3]


def test_only_the_account_that_leads_stands_in_to_call(policies: Policies) -> None:
    accounts = (account("A1", exposure_share=0.3), account("A2", exposure_share=0.8))
    assert worked(policies, *accounts)["queues"].to_list() == [["all"], ["to-call", "all"]]


def test_equal_accounts_are_led_by_the_first_id(policies: Policies) -> None:
    assert led(policies, account("A2"), account("A1"), account("A3")) == ["A1"]


def test_a_held_account_does_not_lead(policies: Policies) -> None:
    assert led(policies, account("A1", exposure_share=0.9, disputed=True), account("A2")) == ["A2"]


def test_while_one_account_waits_after_a_talk_the_other_is_not_called(policies: Policies) -> None:
    assert led(policies, account("A1", exposure_share=0.9, next_on=ahead(3)), account("A2")) == ["A1"]


def test_an_account_that_sleeps_longer_than_any_promise_does_not_keep_the_other_from_work(policies: Policies) -> None:
    placed = account("A1", exposure_share=0.9, last_code="AGY", last_on=TODAY, next_on=ahead(90))
    assert led(policies, placed, account("A2")) == ["A2"]
    assert led(policies, placed) == ["A1"]


def test_amounts_of_two_currencies_are_compared_by_rank(policies: Policies) -> None:
    yen = account("A1", currency="JPY", past_due=Decimal(90_000), exposure_share=0.2)
    euro = account("A2", currency="EUR", past_due=Decimal(800), exposure_share=0.7)
    assert led(policies, yen, euro) == ["A2"]


states = st.sampled_from([
    {},
    {"disputed": True},
    {"verify": "look"},
    {"next_on": ahead(3)},
    {"next_on": ahead(60)},
    {"past_due": 0, "dpd": 0, "stage": "current", "exposure": "none", "exposure_share": 0.0},
    {"claims_paid_on": TODAY},
    {"callback_at": datetime(2026, 9, 30, 8, tzinfo=UTC)},
])  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["C1", "C2"]), states, st.sampled_from([0.2, 0.5, 0.9])), min_size=1, max_size=6)
)
def test_exactly_one_account_leads_wherever_one_acts_or_waits(rows: list[tuple[str, dict[str, Any], float]]) -> None:
    accounts = [
        account(f"A{n}", customer_id=customer, **{"exposure_share": share, **more})
        for n, (customer, more, share) in enumerate(rows)
    ]
    found = worked(POLICIES, *accounts)
    for customer in found["customer_id"].unique():
        own = found.filter(customer_id=customer)
        works = own.filter(own["state"].is_in(["act", "wait"])).height > 0
        assert own["leads"].sum() <= 1
        if works:
            assert own["leads"].sum() == 1
    assert found.filter("leads")["state"].is_in(["act", "wait", "quiet"]).all()


# --- a customer without a telephone number -------------------------------------------------------------------------------------

EMAIL: dict[str, Any] = {"email": "a@example.com"}
ADDRESS: dict[str, Any] = {"address": "12 Lake Road"}


@pytest.mark.parametrize(
    ("known", "last", "treatment"),
    [
        ({**EMAIL, **ADDRESS}, {}, "no-number-email"),
        (EMAIL, {}, "no-number-email"),
        (ADDRESS, {}, "no-number-letter"),
        ({}, {}, "no-number"),
        ({**EMAIL, **ADDRESS}, {"last_code": "EML", "last_on": ago(3)}, "no-number-letter"),
        (EMAIL, {"last_code": "EML", "last_on": ago(3)}, "no-number"),
        ({**EMAIL, **ADDRESS}, {"last_code": "LTR", "last_on": ago(7)}, "no-number"),
        ({**EMAIL, **ADDRESS}, {"last_code": "SKIP", "last_on": ago(7)}, "no-number-email"),
        ({**EMAIL, **ADDRESS}, {"last_code": "EML", "last_on": ago(15)}, "no-number-email"),
    ],
)
def test_without_a_number_the_customer_is_written_to_and_then_a_number_is_sought(
    known: dict[str, Any], last: dict[str, Any], treatment: str, policies: Policies
) -> None:
    found = one(policies, number_count=0, **known, **last)
    assert (found["treatment"], found["state"]) == (treatment, "act")
    assert "to-call" in found["queues"]
    assert one(policies, number_count=1, **known, **last)["treatment"] not in {"no-number", "no-number-letter"}


def test_a_serious_warning_without_a_number_asks_for_one(policies: Policies) -> None:
    current = {"past_due": 0, "dpd": 0, "stage": "current", "exposure": "none", "number_count": 0, **EMAIL}
    assert one(policies, **current, alert_level="orange")["treatment"] == "no-number"
    assert one(policies, **current)["treatment"] == "current"


def test_what_was_agreed_with_the_customer_goes_before_a_missing_number(policies: Policies) -> None:
    assert one(policies, **SOON, number_count=0)["treatment"] == "promise-remind"
    assert one(policies, claims_paid_on=TODAY, number_count=0)["treatment"] == "claims-paid"


# --- shape -------------------------------------------------------------------------------------------------------------------


def test_one_row_an_account_in_order(policies: Policies) -> None:
    found = treat(facts(account("B"), account("A")), policies, today=TODAY).collect()
    assert found["account_id"].to_list() == ["B", "A"]
    assert found.schema == frames.polars_schema((frames.ACCOUNTS[0], *frames.TREATED))


def test_every_account_has_a_treatment_and_a_reason(policies: Policies) -> None:
    unknown = facts({"account_id": "A1", "customer_id": "C1", "as_of": TODAY, "today": TODAY})
    found = treat(unknown, policies, today=TODAY).collect().to_dicts()[0]
    assert (found["treatment"], found["why"]) == ("otherwise", "nothing")
