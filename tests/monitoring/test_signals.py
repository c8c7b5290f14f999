"""Each early-warning rule on a tiny book that fires it and on one that nearly does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.monitoring.signals import signals, silent
from deskcollect.policy.model import Policies
from tests.monitoring.builders import AS_OF, Tiny, days_ago, fired

HEALTHY = Tiny()
REVOLVING = ("revolving",) * 6
FULL_THEN_NOT = ("revolving", "paid_in_full", "paid_in_full", "paid_in_full", "revolving", "revolving")
FULL_TWICE = ("revolving", "paid_in_full", "paid_in_full", "revolving", "revolving", "revolving")
BILLS = (1_000,) * 6
HALF_USED = (30_000,) * 6


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
    "autopay-off": (known(autopay_dropped=True), known(autopay_dropped=False)),
    "utilisation-jump": (
        Tiny(balances=(46_500, 46_000, 20_500, 20_000, 20_000, 20_000), paid=(900,) * 6, status=REVOLVING),
        Tiny(balances=(46_500, 46_000, 27_000, 20_000, 20_000, 20_000), paid=(900,) * 6, status=REVOLVING),
    ),
    "over-limit": (
        Tiny(balances=(51_500, 49_000, 48_000, 47_000, 46_000, 45_000), paid=(900,) * 6, status=REVOLVING),
        Tiny(balances=(51_500, 49_000, 48_000, 47_000, 46_000, 45_000), paid=(2_500,) * 6, status=REVOLVING),
    ),
    "cash-advances": (spends(*advances(lately=3, before=4)), spends(*advances(lately=3, before=5))),
    "large-purchase": (spends(*purchases(16_000, usual=5_000)), spends(*purchases(16_000, usual=6_000))),
    "woke-up": (
        Tiny(balances=(25_000, 0, 0, 0, 900, 900), paid=(0, 0, 0, 0, 900, 900)),
        Tiny(balances=(25_000, 0, 0, 900, 900, 900), paid=(0, 0, 0, 900, 900, 900)),
    ),
    "never-current": (revolving(late=(2, 2, 2, 1, 1, 1)), revolving(late=(2, 2, 2, 1, 1, 0))),
    "relapse": (revolving(late=(0, 1, 1, 1, 0, 0)), revolving(late=(0, 1, 1, 0, 0, 0))),
    "redraw": (redrawn(800), redrawn(790)),
    "promise-broken": (
        known(promise_status="broken", promise_broken_on=days_ago(30), promise_paid=0, promise_amount=500),
        known(promise_status="broken", promise_broken_on=days_ago(31), promise_paid=0, promise_amount=500),
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
    assert (found["family"], found["strength"]) == (declared.family, declared.strength)


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


# --- what a book cannot feed -------------------------------------------------------------------------------------------------


def test_a_book_with_statements_and_a_ledger_feeds_at_least_ten_rules(policies: Policies) -> None:
    mute = {rule for rule, _ in silent(policies, frozenset({"accounts", "statements", "ledger"}))}
    assert len(policies.signals) - len(mute) >= 10
    assert mute == {"payment-returned", "autopay-off", "cash-advances", "large-purchase", "redraw"}


def test_a_silent_rule_names_the_tables_it_misses(policies: Policies) -> None:
    missing = dict(silent(policies, frozenset({"statements", "ledger", "snapshots", "payments"})))
    assert missing == {
        "cash-advances": ("transactions",),
        "large-purchase": ("transactions",),
        "redraw": ("transactions",),
    }


def test_nothing_is_silent_when_everything_is_there(policies: Policies) -> None:
    everything = frozenset({"statements", "payments", "transactions", "ledger", "snapshots"})
    assert silent(policies, everything) == ()
