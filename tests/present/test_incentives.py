"""Incentives and consequences in words, where the demo desk has none like them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deskcollect.desk.decisions.offers import Offer, Proposal, offer
from deskcollect.monitoring.incentives import Terms
from deskcollect.present.did import did
from deskcollect.present.incentives import IncentiveWords
from deskcollect.present.lines import plain
from deskcollect.records import Event
from deskcollect.vocabulary import Channel, EventKind, MeasureKind, MeasureState, Role
from tests.present.conftest import Told

TODAY = date(2026, 9, 30)
FEE = Proposal(
    id="E1",
    account_id="A1",
    customer_id="C1",
    measure="late-fee",
    label="Late fee",
    kind=MeasureKind.CONSEQUENCE,
    state=MeasureState.APPROVED,
    terms=Terms(Role.COLLECTOR, Role.LEAD, second_person=True, wait_days=14, once_in_days=30, lapse_days=60),
    proposed_by="ana",
    proposed_on=TODAY,
    newest_on=TODAY,
    currency="TWD",
    values={"dpd": 40, "past_due": "1000.0000", "late_cycles_count": 2, "measure_amount": "300.00"},
)


@pytest.fixture
def words(told: Told) -> IncentiveWords:
    """Return the words of the demo desk."""
    return IncentiveWords(told.voice, told.desk.policies, told.desk.zone)


@pytest.mark.parametrize(
    ("changed", "fits", "said"),
    [
        ({}, True, "needs a notice"),
        ({"notified_on": TODAY}, True, "waits until 14 Oct"),
        ({"notified_on": TODAY - timedelta(13)}, True, "waits until 1 Oct"),
        ({"notified_on": TODAY - timedelta(14)}, True, "may be done"),
        ({"state": MeasureState.PROPOSED}, True, "to be signed"),
        ({}, False, "no longer fits"),
        ({"kind": MeasureKind.INCENTIVE}, False, "may be done"),
        ({"state": MeasureState.LAPSED}, True, "lapsed"),
        ({"state": MeasureState.DONE}, False, "done 30 Sep"),
    ],
)
def test_where_it_stands(words: IncentiveWords, changed: dict[str, object], *, fits: bool, said: str) -> None:
    assert words.standing(replace(FEE, **changed), fits=fits)[0] == said  # type: ignore[arg-type]  # fields by name


def test_an_open_one_tells_the_facts_of_its_day(words: IncentiveWords, told: Told) -> None:
    measure = told.desk.policies.incentives.measure("late-fee")
    seen = Offer("A1", "late-fee", measure, {"dpd": 99, "past_due": None, "currency": "TWD"}, proposal=FEE)
    assert words.why(seen) == "40 days past due with 1,000, and late in 2 of the five statements before"
    assert words.cost(seen) == "brings one late fee, 300"


def test_a_measure_that_is_gone_from_the_policy_is_still_told(words: IncentiveWords) -> None:
    gone = replace(FEE, measure="old-fee", label="Old\x1b fee")
    said = [plain(line) for line in words.offer(Offer("A1", "old-fee", None, None, proposal=gone), 100)]
    assert "old-fee, gone from incentives.toml" in said[0]
    assert "dpd 40, past_due 1000.0000" in said[1]
    assert "\x1b" not in "".join(said)


def test_a_currency_without_a_price_says_so(words: IncentiveWords, told: Told) -> None:
    row = told.having(currency="USD")
    made = offer(told.desk, row, row["account_id"], "fee-waived")
    assert made.amount is None
    assert words.cost(made) == "costs one late fee, ?"
    assert words.assumed(made) == "incentives.toml has no late fee in USD"


def test_a_step_of_another_version_is_told_without_steering_the_terminal() -> None:
    strange = Event("E1", EventKind.MEASURE, "A1", "C1", datetime(2026, 9, 2, tzinfo=UTC), "mei", "dan\x1bce")
    assert "\x1b" not in did(strange)
    assert did(replace(strange, code="done", data={"kind": ["incentive"], "label": 3})) == "Measure 3: done"
    sent = replace(strange, code="notify", channel=Channel.TEXT, data={"kind": "consequence", "label": "Late fee"})
    assert did(sent) == "Consequence late fee: notice sent by text"
