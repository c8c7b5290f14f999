"""Each early-warning rule on a tiny book that fires it and on one that nearly does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring.signals import signals
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.present.sentence import UNKNOWN, sentence
from tests.monitoring.builders import AS_OF, BILLED, Tiny, billed_on, days_ago, fired, typed

HEALTHY = Tiny()
REVOLVING = ("revolving",) * 6
FULL_THEN_NOT = ("revolving", "paid_in_full", "paid_in_full", "paid_in_full", "revolving", "revolving")
FULL_TWICE = ("revolving", "paid_in_full", "paid_in_full", "revolving", "revolving", "revolving")
BILLS = (1_000,) * 6
HALF_USED = (30_000,) * 6
BROKEN: dict[str, Any] = {
    "promise_status": "broken",
    "promise_paid": 0,
    "promise_amount": 500,
    "promise_broken_count": 1,
}


def revolving(*paid: int, **more: Any) -> Tiny:
    """Return an account that pays a part each month, newest first, and the same ever before."""
    amounts = paid + (500,) * (6 - len(paid))
    return Tiny(**{"balances": BILLS, "status": REVOLVING, "paid": amounts, **more})


def spends(*transactions: tuple[float, int, str]) -> Tiny:
    """Return a healthy account with transactions."""
    return replace(HEALTHY, transactions=transactions)


def known(**facts: Any) -> Tiny:
    """Return a healthy account of which portfolio or ledger know something."""
    return replace(HEALTHY, facts=facts)


def advances(lately: int, before: int) -> tuple[tuple[float, int, str], ...]:
    """Return cash advances of the last 30 days and of the 90 days before."""
    return tuple((2 + n, 100, "cash_advance") for n in range(lately)) + tuple(
        (40 + n, 100, "cash_advance") for n in range(before)
    )


def purchases(largest: int, usual: int) -> tuple[tuple[float, int, str], ...]:
    """Return one recent purchase and five of the months before."""
    return ((3, largest, "purchase"), *((30 + n, usual, "purchase") for n in range(5)))


def redrawn(amount: int, **more: Any) -> Tiny:
    """Return an account near its limit that paid 1,000 and drew again a few hours later."""
    near_limit: dict[str, Any] = {"balances": (45_000,) * 6, "status": REVOLVING, "paid": (1_000,) * 6, **more}
    return Tiny(payments=((5, 1_000, "posted"),), transactions=((4.8, amount, "purchase"),), **near_limit)


def pays_minimum(full: int) -> Tiny:
    """Return an account that paid some bills in full and the last one at its minimum."""
    status = ("revolving", *("paid_in_full",) * full, *("revolving",) * (5 - full))
    return Tiny(balances=BILLS, paid=(100, *BILLS[1:]), status=status, minimum=100)


def pays_after(*days: int) -> Tiny:
    """Return an account by the days from each of its last statements to the first payment, the oldest first."""
    paid = [(AS_OF - billed_on(ago) - timedelta(days=late)).days for ago, late in zip((2, 1, 0), days, strict=True)]
    later_on = (paid[0] - 5, 300, "posted")  # a second payment of the same cycle
    return replace(HEALTHY, payments=((0, 50, "returned"), later_on, *((ago, 300, "posted") for ago in paid)))


def opened(days: int, paid: int) -> Tiny:
    """Return an account that was opened some days ago and is past due since ten."""
    late = {"dpd": 10, "past_due": 500, "late_on": days_ago(9), "opened_on": days_ago(days)}
    return Tiny(balances=BILLS[:2], paid=(paid, 0), late=(1, 0), status=REVOLVING[:2], facts=late)


def receives(lately: int) -> Tiny:
    """Return an account with a salary of 2,000 in each of five months, and of late another one."""
    before = tuple((45 + 30 * n, 2_000, "salary") for n in range(5))
    return spends((10, lately, "salary"), *before, (7, 10, "fee"))


def first_advance(before: int) -> Tiny:
    """Return an account half used with a first cash advance, in a book whose transactions reach back some days."""
    return replace(spends((2, 100, "cash_advance"), (before, 10, "fee")), balances=HALF_USED, paid=HALF_USED)


def sends(lately: int, before: int) -> Tiny:
    """Return transfers of the last 7 days and of the 90 before."""
    sent = [(6 - n / 10, 50, "transfer") for n in range(lately)] + [(8 + 4 * n, 50, "transfer") for n in range(before)]
    return spends(*sent, (100, 10, "fee"))


def asks(*days: int) -> Tiny:
    """Return requests for a higher limit on an account that uses most of the one it has."""
    return replace(spends(*((ago, 0, "limit_request") for ago in days)), balances=(35_000,) * 6, paid=(35_000,) * 6)


def buys(lately: int) -> Tiny:
    """Return an account that bought for 1,000 a month, and of late for some amount, in a book that goes on."""
    before = tuple((30 + 9 * n, 300, "purchase") for n in range(20))
    return spends((20, lately, "purchase"), *before, (3, 10, "fee"), (215, 10, "fee"))


CASES: dict[str, tuple[Tiny, Tiny]] = {
    "straight-roller": (revolving(0, 0, 0, late=(3, 2, 1, 0, 0, 0)), revolving(0, 0, 5, late=(3, 2, 1, 0, 0, 0))),
    "rolling": (revolving(late=(2, 1, 0, 0, 0, 0)), revolving(late=(2, 2, 0, 0, 0, 0))),
    "unpaid-cycles": (revolving(0, 0), revolving(0, 1)),
    "bill-unpaid": (revolving(0), revolving(0, late=(1, 0, 0, 0, 0, 0), facts={"dpd": 30})),
    "payment-returned": (
        replace(HEALTHY, payments=((5, 900, "returned"),)),
        replace(HEALTHY, payments=((30, 900, "returned"), (5, 900, "posted"))),
    ),
    "full-payer-stopped": (
        Tiny(balances=BILLS, paid=(90, *BILLS[1:]), status=FULL_THEN_NOT),
        Tiny(balances=BILLS, paid=(90, *BILLS[1:]), status=FULL_TWICE),
    ),
    "payments-falling": (
        Tiny(balances=HALF_USED, paid=(480, 690, 1_000, 900, 900, 900), status=REVOLVING),
        Tiny(balances=HALF_USED, paid=(480, 700, 1_000, 900, 900, 900), status=REVOLVING),
    ),
    "minimum-only": (
        Tiny(balances=HALF_USED, paid=(300, 310, 300, 900, 900, 900), minimum=300, status=REVOLVING),
        Tiny(balances=HALF_USED, paid=(300, 310, 900, 900, 900, 900), minimum=300, status=REVOLVING),
    ),
    "full-to-minimum": (pays_minimum(full=3), pays_minimum(full=2)),
    "paying-later": (pays_after(3, 6, 10), pays_after(3, 6, 9)),
    "due-date-missed": (
        known(dpd=5, past_due=900, late_on=days_ago(4)),
        known(dpd=6, past_due=900, late_on=days_ago(5)),
    ),
    "first-payment-missed": (opened(days=120, paid=0), opened(days=121, paid=0)),
    "salary-fell": (receives(1_399), receives(1_400)),
    "income-fell": (
        known(income_before=Decimal(1_000), income_monthly=Decimal(699)),
        known(income_before=Decimal(1_000), income_monthly=Decimal(700)),
    ),
    "autopay-off": (known(autopay_dropped=True), known(autopay_dropped=False)),
    "utilisation-jump": (
        Tiny(balances=(46_500, 46_000, 20_500, 20_000, 20_000, 20_000), paid=(900,) * 6, status=REVOLVING),
        Tiny(balances=(46_500, 46_000, 31_600, 20_000, 20_000, 20_000), paid=(900,) * 6, status=REVOLVING),
    ),
    "near-limit": (
        revolving(balances=(45_500,) * 6, late=(0, 1, 1, 0, 0, 0)),
        revolving(balances=(45_500,) * 6, late=(0, 1, 0, 0, 0, 0)),
    ),
    "over-limit": (
        Tiny(balances=(51_500, 49_000, 48_000, 47_000, 46_000, 45_000), paid=(900,) * 6, status=REVOLVING),
        Tiny(balances=(51_500, 49_000, 48_000, 47_000, 46_000, 45_000), paid=(2_500,) * 6, status=REVOLVING),
    ),
    "cash-advances": (spends(*advances(lately=3, before=4)), spends(*advances(lately=3, before=5))),
    "cash-advance-new": (first_advance(before=210), first_advance(before=209)),
    "transfers": (sends(lately=5, before=21), sends(lately=5, before=22)),
    "limit-requests": (asks(0, 89), asks(0, 90)),
    "spending-stopped": (buys(lately=199), buys(lately=200)),
    "large-purchase": (spends(*purchases(16_000, usual=5_000)), spends(*purchases(16_000, usual=6_000))),
    "woke-up": (
        Tiny(balances=(25_000, 0, 0, 0, 900, 900), paid=(0, 0, 0, 0, 900, 900)),
        Tiny(balances=(25_000, 0, 0, 900, 900, 900), paid=(0, 0, 0, 900, 900, 900)),
    ),
    "never-current": (revolving(late=(2, 2, 2, 1, 1, 1)), revolving(late=(2, 2, 2, 1, 1, 0))),
    "relapse": (revolving(late=(0, 1, 1, 0, 0, 0)), revolving(late=(0, 1, 0, 0, 0, 0))),
    "tiers-fallen": (
        known(tiers_fallen=2, score_two_ago=590, card_score=520, tier="D"),
        known(tiers_fallen=1, score_two_ago=590, card_score=520, tier="D"),
    ),
    "moved": (known(address_changed=True, phone_changed=True), known(address_changed=True, phone_changed=False)),
    "redraw": (redrawn(800), redrawn(790)),
    "promise-broken": (
        known(**BROKEN, promise_broken_on=days_ago(30)),
        known(**BROKEN, promise_broken_on=days_ago(31)),
    ),
    "declined": (known(refused_on=days_ago(30), past_due=900), known(refused_on=days_ago(31), past_due=900)),
    "fraud-claimed": (
        known(hold_code="FRD", hold_on=days_ago(2)),
        known(hold_code="DISP", hold_on=days_ago(2)),
    ),
    "restriction-rebreach": (
        known(lifted_on=days_ago(80), rebreached_on=days_ago(30)),
        known(lifted_on=days_ago(80), rebreached_on=days_ago(31)),
    ),
    "contact-lost": (
        known(contact_lost=True, bad_number_count=2, contact_lost_on=days_ago(1)),
        known(contact_lost=False, bad_number_count=1),
    ),
    "other-account-late": (known(other_dpd=30), known(other_dpd=29)),
}


def test_every_rule_has_its_two_books(policies: Policies) -> None:
    assert {rule.id for rule in policies.signals} == set(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_fires(rule: str, policies: Policies) -> None:
    assert rule in fired(CASES[rule][0], policies)


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_does_not_fire_when_it_nearly_would(rule: str, policies: Policies) -> None:
    assert rule not in fired(CASES[rule][1], policies)


@pytest.mark.parametrize("rule", CASES)
def test_the_evidence_has_every_value_it_speaks_of_and_the_signal_its_date(rule: str, policies: Policies) -> None:
    declared = next(r for r in policies.signals if r.id == rule)
    facts = CASES[rule][0].tiered_facts()
    row = facts.collect().to_dicts()[0]
    assert declared.evidence.columns, "the evidence names no number"
    assert [column for column in declared.evidence.columns if row[column] is None] == []
    found = signals(facts, policies).collect().filter(rule=rule).to_dicts()[0]
    assert found["seen_on"] == row[declared.seen_on]
    assert found["seen_on"] is not None
    assert found["measured"] == (float(row[declared.measure]) if declared.measure else None)
    assert (found["family"], found["strength"]) == (declared.family, declared.strength)


DATED = {
    "rolling": BILLED,
    "payment-returned": days_ago(5),
    "cash-advances": days_ago(2),
    "large-purchase": days_ago(3),
    "redraw": days_ago(5),
    "autopay-off": AS_OF,
    "other-account-late": AS_OF,
}


@pytest.mark.parametrize("rule", DATED)
def test_a_signal_is_dated_by_the_newest_fact_behind_it(rule: str, policies: Policies) -> None:
    found = signals(CASES[rule][0].tiered_facts(), policies).collect()
    assert found.filter(rule=rule)["seen_on"].to_list() == [DATED[rule]]


def test_the_same_facts_looked_at_on_another_day_are_the_same_signal(policies: Policies) -> None:
    today = CASES["cash-advances"][0].tiered_facts()
    tomorrow = today.with_columns(as_of=AS_OF + timedelta(days=1), today=AS_OF + timedelta(days=1))
    assert signals(today, policies).collect().equals(signals(tomorrow, policies).collect())


def test_a_signal_has_the_value_that_its_rule_measures_by(policies: Policies) -> None:
    found = signals(CASES["cash-advances"][0].tiered_facts(), policies).collect()
    assert found["measured"].to_list() == [3.0]
    falling = signals(CASES["payments-falling"][0].tiered_facts(), policies).collect()
    assert falling["measured"].to_list() == [None]


def test_a_healthy_account_is_quiet(policies: Policies) -> None:
    assert fired(HEALTHY, policies) == []


# --- large but normal is no signal -------------------------------------------------------------------------------------------


def test_a_customer_who_always_buys_large_is_quiet(policies: Policies) -> None:
    assert fired(spends(*purchases(40_000, usual=20_000)), policies) == []


def test_a_customer_who_always_draws_cash_is_quiet(policies: Policies) -> None:
    assert fired(spends(*advances(lately=6, before=18)), policies) == []


def test_a_card_that_is_always_nearly_full_and_always_paid_is_quiet(policies: Policies) -> None:
    assert fired(Tiny(balances=(49_000,) * 6, paid=(49_000,) * 6), policies) == []


def test_who_pays_in_full_and_goes_on_buying_does_not_draw_again(policies: Policies) -> None:
    assert "redraw" not in fired(redrawn(900, status=("paid_in_full",) * 6), policies)


def test_facts_that_are_not_known_fire_nothing(policies: Policies) -> None:
    unknown = pl.LazyFrame({"account_id": ["A"]}).with_columns(
        pl.lit(None, dtype=column.dtype).alias(column.name) for column in frames.TIERED_FACTS[3:]
    )
    facts = unknown.with_columns(as_of=AS_OF, today=AS_OF)
    assert signals(facts, policies).collect().is_empty()


# --- shape -------------------------------------------------------------------------------------------------------------------


def test_one_row_an_account_and_rule(policies: Policies) -> None:
    one = CASES["over-limit"][0].tiered_facts().collect()
    two = one.with_columns(account_id=pl.lit("A2"), contact_lost=True, contact_lost_on=AS_OF)
    found = signals(pl.concat([one, HEALTHY.tiered_facts().collect(), two]).lazy(), policies).collect()
    assert found.schema == frames.polars_schema(frames.SIGNALS)
    assert found.select("account_id", "rule").rows() == [
        ("A1", "over-limit"),
        ("A2", "over-limit"),
        ("A2", "contact-lost"),
    ]


def test_a_policy_without_rules_finds_nothing(policies: Policies) -> None:
    none = replace(policies, signals=replace(policies.signals, rules=(), lines=()))
    assert signals(HEALTHY.tiered_facts(), none).collect().is_empty()


def test_a_rule_may_bear_the_name_of_a_column(policies: Policies) -> None:
    renamed = replace(next(r for r in policies.signals if r.id == "contact-lost"), id="dpd")
    only = replace(policies, signals=replace(policies.signals, rules=(renamed,), lines=(1,)))
    assert fired(CASES["contact-lost"][0], only) == ["dpd"]


# --- every rule of the domain ------------------------------------------------------------------------------------------------

# The early-warning rules worth shipping by their number in the list of the field, and which of ours say it. The last of
# them, a restriction that is broken again, is told by the restrictions themselves.
DOMAIN = {
    1: ["tiers-fallen"],
    2: ["full-to-minimum", "full-payer-stopped"],
    3: ["minimum-only"],
    4: ["paying-later"],
    5: ["autopay-off"],
    6: ["payment-returned"],
    7: ["due-date-missed"],
    8: ["first-payment-missed"],
    9: ["utilisation-jump", "near-limit"],
    10: ["over-limit"],
    11: ["cash-advance-new", "cash-advances"],
    12: ["large-purchase"],
    13: ["transfers"],
    14: ["redraw"],
    15: ["woke-up"],
    16: ["moved"],
    17: ["limit-requests"],
    18: ["other-account-late"],
    19: ["payments-falling"],
    20: ["promise-broken"],
    21: ["contact-lost"],
    22: ["spending-stopped"],
    23: ["salary-fell", "income-fell"],
}


def test_each_of_the_twenty_three_rules_of_the_domain_is_there_and_tested(policies: Policies) -> None:
    assert list(DOMAIN) == list(range(1, 24))
    shipped = {rule.id for rule in policies.signals}
    for number, ids in DOMAIN.items():
        assert set(ids) <= shipped & set(CASES), number


# --- never without evidence --------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(st.none(), st.integers(-5, 60_000))
DATES = st.one_of(st.none(), st.integers(0, 400).map(days_ago))
WORDS = {"promise_status": ["broken", "kept"], "hold_code": ["FRD", "DISP"], "product": ["credit_card"]}
_NO_WORDS = ("account_id", "as_of", "today")


def values(column: frames.Column) -> st.SearchStrategy[Any]:
    """Draw what may stand in a column, or nothing."""
    if column.dtype == pl.Date:
        return DATES
    if column.dtype == pl.Boolean:
        return st.sampled_from([None, True, False])
    if column.dtype.is_numeric():
        return NUMBERS
    return st.sampled_from([None, *WORDS.get(column.name, [])])


POLICIES = load()
ASKED = {name for rule in POLICIES.signals for name in (*rule.when.columns, *rule.evidence.columns, rule.seen_on)}
ASKED_COLUMNS = [column for column in frames.TIERED_FACTS if column.name in ASKED and column.name not in _NO_WORDS]


@settings(deadline=None, max_examples=100)
@given(row=st.fixed_dictionaries({column.name: values(column) for column in ASKED_COLUMNS}))
def test_whatever_is_known_a_signal_has_evidence_and_a_date(row: dict[str, Any]) -> None:
    facts = typed([{"account_id": "A1", "as_of": AS_OF, "today": AS_OF, **row}], frames.TIERED_FACTS)
    known = facts.collect().to_dicts()[0]
    by_id = {rule.id: rule for rule in POLICIES.signals}
    for signal in signals(facts, POLICIES).collect().to_dicts():
        assert signal["seen_on"] is not None
        said = sentence(by_id[signal["rule"]].evidence, known, today=AS_OF, zone=UTC)
        assert UNKNOWN not in said


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_without_one_of_the_facts_it_speaks_of_is_quiet(rule: str, policies: Policies) -> None:
    declared = next(r for r in policies.signals if r.id == rule)
    facts = CASES[rule][0].tiered_facts()
    for name in {*declared.evidence.columns, declared.seen_on} - {"as_of"}:
        blind = facts.with_columns(pl.lit(None, dtype=facts.collect_schema()[name]).alias(name))
        assert rule not in signals(blind, policies).collect()["rule"].to_list(), name
