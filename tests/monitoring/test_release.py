"""What a release needs follows from facts by the policy; what is not known counts as not met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.monitoring.release import Checklist, Known, checklists, facts
from deskcollect.monitoring.restrictions import Restriction, Shown
from deskcollect.policy.load import load
from deskcollect.policy.model import Policies
from deskcollect.records import Event
from deskcollect.vocabulary import Finding, Met, Proof
from tests.monitoring.builders import HEALTHY, Tiny, typed
from tests.monitoring.restricted import START, event, imposed, on, one

TODAY = date(2026, 9, 30)  # 28 days after the restriction
NO_CASH = {"cash_advance_count": 0, "cash_advance_usual": 0.0}
GOOD: dict[str, Any] = {**HEALTHY, **NO_CASH, "account_id": "A1", "score": 600, "tier": "B", "late_cycles_count": 1}
PAID = Tiny()
UNPAID = Tiny(paid=(0,) * 6, status=("revolving",) * 6)


def known(
    *, cycles: Tiny = PAID, newest: date | None = START, promises: tuple[dict[str, Any], ...] = (), **row: Any
) -> Known:
    """Return facts of an account that is fine but for what is told."""
    return Known(
        rows=typed([{**GOOD, **row}], frames.FACTS).collect(),
        cycles=cycles.cycles().collect(),
        promises=typed(list(promises), frames.PROMISES).collect(),
        newest={"A1": newest} if newest else {},
        proofs={},
        today=TODAY,
    )


def shown(where: Known, **found: str) -> Known:
    """Return facts with what was found of proofs."""
    told = {("C-A1", Proof(name)): Shown(Finding(word), on(3), "jo") for name, word in found.items()}
    return replace(where, proofs=told)


def row(where: Known, restriction: Restriction) -> dict[str, Any]:
    """Return what the release of a restriction is decided by."""
    return facts([restriction], where).collect().to_dicts()[0]


def looked_at(where: Known, policies: Policies, *events: Event) -> Checklist:
    """Return the checklist of the restriction that some events make."""
    asked = [one(*(events or (imposed(),)))]
    return checklists(asked, facts(asked, where), policies.restrictions, today=TODAY)[0]


def met(found: Checklist) -> dict[str, str]:
    """Return which checks are met."""
    return {item.check.id: item.met.value for item in found.items}


# --- facts ---------------------------------------------------------------------------------------------------------------------


def test_days_count_from_coming_into_force_and_from_the_newest_signal() -> None:
    found = row(known(newest=on(20)), one(imposed()))
    assert (found["restricted_days"], found["quiet_days"]) == (28, 8)


def test_without_a_signal_now_the_evidence_of_the_restriction_is_the_newest() -> None:
    evidence = [{"rule": "cash-advances", "seen_on": on(-3).isoformat(), "values": {}}]
    assert row(known(newest=None), one(imposed(signals=evidence)))["quiet_days"] == 31
    assert row(known(newest=None), one(imposed()))["quiet_days"] == 28


def test_supposed_days_without_a_signal_go_before() -> None:
    assert row(replace(known(), quiet={"A1": 16}), one(imposed()))["quiet_days"] == 16


def test_only_statements_since_then_count_and_a_bill_of_nothing_is_paid() -> None:
    assert row(known(), one(imposed()))["full_since_count"] == 1
    assert row(known(), one(imposed(day=-40)))["full_since_count"] == 2
    assert row(known(cycles=UNPAID), one(imposed(day=-40)))["full_since_count"] == 0
    nothing_owed = Tiny(balances=(0,) * 6, paid=(0,) * 6, status=("inactive",) * 6)
    assert row(known(cycles=nothing_owed), one(imposed(day=-40)))["full_since_count"] == 2


def test_without_statements_nothing_is_known_of_bills() -> None:
    none = replace(known(), cycles=typed([{"account_id": "A1"}], frames.CYCLES).collect())
    found = row(none, one(imposed()))
    assert (found["full_since_count"], found["next_statement_on"]) == (None, None)


def test_the_next_statement_is_a_month_after_the_newest() -> None:
    assert row(known(), one(imposed()))["next_statement_on"] == date(2026, 10, 20)


def test_promises_kept_since_then_count() -> None:
    kept = {"account_id": "A1", "status": "kept", "resolved_on": on(5)}
    before, broken = {**kept, "resolved_on": on(-1)}, {**kept, "status": "broken"}
    assert row(known(promises=(kept, before, broken)), one(imposed()))["promise_since_count"] == 1


def test_what_was_large_then_counts_though_it_is_out_of_sight_now() -> None:
    found = row(known(purchase_largest=300), one(imposed(large_amount="9000")))
    assert found["large_amount"] == 9000
    assert row(known(purchase_largest=300), one(imposed()))["large_amount"] == 300


# --- the checklist ---------------------------------------------------------------------------------------------------------------


def test_an_account_that_is_fine_may_be_lifted(policies: Policies) -> None:
    found = looked_at(known(), policies)
    assert (found.release.id, found.ready) == ("SPENDING-ABC", True)
    assert (found.review_on, found.when) == (TODAY, "ready")


def test_what_is_past_due_keeps_it_until_the_policys_day(policies: Policies) -> None:
    found = looked_at(known(past_due=3200), policies)
    assert met(found)["nothing-past-due"] == "no"
    assert (found.review_on, found.when) == (on(90), "policy")


def test_what_only_time_keeps_is_reviewed_on_the_first_day_on_which_it_can_be_met(policies: Policies) -> None:
    found = looked_at(known(newest=on(20)), policies)
    assert found.open == ("quiet-14",)
    assert (found.review_on, found.when) == (on(34), "waiting")


def test_the_next_bill_is_waited_for(policies: Policies) -> None:
    found = looked_at(known(cycles=UNPAID), policies)
    assert found.open == ("one-full-payment",)
    assert (found.review_on, found.when) == (date(2026, 10, 20), "waiting")


def test_a_day_that_a_person_named_is_not_brought_forward(policies: Policies) -> None:
    later = event("E2", "extend", "ana", 5, restriction="E1", review_on=on(120).isoformat(), note="x")
    found = looked_at(known(), policies, imposed(), later)
    assert (found.ready, found.review_on, found.when) == (True, on(120), "said")


def test_the_tier_decides_which_checks_are_asked_for(policies: Policies) -> None:
    found = looked_at(known(tier="D"), policies)
    assert found.release.id == "SPENDING-DE"
    assert {"identity", "income", "two-full-payments"} <= set(met(found))


def test_a_clean_customer_with_what_is_usual_for_him_is_asked_for_less_and_looked_at_sooner(policies: Policies) -> None:
    large = imposed(large_amount="9000")
    clean = known(late_cycles_count=0, purchase_usual=4000, tier="D", newest=on(27))
    found = looked_at(clean, policies, large)
    assert found.release.id == "CLEAN-LARGE"
    assert len(found.items) < len(looked_at(known(tier="D"), policies).items)
    late = looked_at(known(late_cycles_count=2, purchase_usual=4000, tier="D", newest=on(27)), policies, large)
    unusual = looked_at(replace(clean), policies, imposed(large_amount="90000"))
    assert late.release.id == unusual.release.id == "SPENDING-DE"
    assert found.review_on < late.review_on


@pytest.mark.parametrize("word", ["false", "incomplete"])
def test_false_or_incomplete_information_holds_it(word: str, policies: Policies) -> None:
    found = looked_at(shown(known(), documents=word), policies)
    assert found.release.id == "FALSE-INFO"
    assert met(found)["documents"] == "no"
    assert met(found)["income"] == "unknown"


def test_what_is_not_known_is_not_met_and_says_what_is_missing(policies: Policies) -> None:
    found = looked_at(known(tier="D", past_due=None), policies)
    unknown = {item.check.id: item.check.missing for item in found.items if item.met is Met.UNKNOWN}
    assert {"nothing-past-due", "identity", "income"} <= set(unknown)
    assert all(unknown.values())
    assert set(unknown) <= set(found.open)
    assert not found.ready


def test_what_is_not_known_is_not_waited_for(policies: Policies) -> None:
    none = replace(known(), cycles=typed([{"account_id": "A1"}], frames.CYCLES).collect())
    assert looked_at(none, policies).when == "policy"


def test_confirmed_proofs_are_met(policies: Policies) -> None:
    found = looked_at(shown(known(tier="E", newest=on(-30)), identity="confirmed", income="confirmed"), policies)
    assert met(found)["identity"] == met(found)["income"] == "yes"


@given(
    past_due=st.sampled_from([None, 0, 100]),
    score=st.sampled_from([None, 400, 530, 600]),
    tier=st.sampled_from(list("ABCDE")),
    seen=st.integers(-40, 28),
    hold=st.sampled_from([None, "DISP", "NA"]),
    reason=st.sampled_from([ground.code for ground in load().restrictions.reasons]),
)
def test_nothing_is_ready_that_is_open_or_not_known(
    past_due: int | None, score: int | None, tier: str, seen: int, hold: str | None, reason: str
) -> None:
    where = known(past_due=past_due, score=score, tier=tier, newest=on(seen), hold_code=hold)
    found = looked_at(where, load(), imposed(reason=reason))
    assert found.ready is all(item.met is Met.YES for item in found.items)
    assert found.review_on >= TODAY or found.when == "policy"
    if past_due is None or past_due > 0 or hold == "DISP":
        assert not found.ready or not {"nothing-past-due", "no-dispute"} & {item.check.id for item in found.items}
