"""The demo's desk has been worked for three months: every state is there once, and nothing in its ledger is passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest

from deskcollect.desk.alerts import cases, triage
from deskcollect.desk.day import Day
from deskcollect.desk.decisions import incentives, offers, release, restrictions
from deskcollect.desk.desk import Desk
from deskcollect.monitoring.persons import same_person
from deskcollect.vocabulary import (
    CaseAction,
    CaseState,
    EventKind,
    MeasureState,
    RestrictionKind,
    RestrictionState,
    Verdict,
)
from scripts.demo.acts import acts

Seen = tuple[Desk, Day]
Role = Callable[[str], str]


# --- nothing is passed over -----------------------------------------------------------------------------------------------------


def test_every_decision_is_read_and_stands_in_a_case(seen: Seen) -> None:
    desk, day = seen
    events = [event for event in desk.ledger.of_kinds(EventKind.ALERT.value) if day.find(event.account_id) is not None]
    told = {event.event_id for event in events}
    steps = {
        step.decision.event_id
        for account_id in {event.account_id for event in events}
        for case in cases.of_account(desk, day, account_id)
        for step in case.steps
        if step.decision is not None
    }
    assert len(told) > 300
    assert steps == told


def test_no_restriction_and_no_measure_is_passed_over(seen: Seen) -> None:
    desk, day = seen
    assert restrictions.known(desk, day).passed == ()
    assert offers.known(desk, day).passed == ()


def test_nobody_signs_what_they_proposed(seen: Seen) -> None:
    desk, day = seen
    lifted = [each for each in restrictions.known(desk, day).restrictions if each.lifted_on]
    assert len(lifted) == 18
    assert [
        each.id for each in lifted for one in each.changes if one.signed_by and same_person(one.by, one.signed_by)
    ] == []


# --- cases ----------------------------------------------------------------------------------------------------------------------


def test_fewer_accounts_are_warned_of_than_the_cap_allows_and_every_level_is_there(seen: Seen) -> None:
    desk, day = seen
    counted = triage.counts(day.table, triage.Viewer("ana", day.moment.today))
    assert day.summary.flagged < desk.policies.alert_cap_share * day.table.height
    assert counted[triage.HELD_BACK] == 0
    assert 3 <= counted[triage.OVERDUE] <= 6
    assert min(counted[triage.MINE], counted[triage.NOBODYS]) >= 10
    shown = day.table.filter(triage.within(triage.OPEN, triage.Viewer("ana", day.moment.today)))
    assert set(shown["alert_level"]) == {"red", "orange", "yellow", "blue"}
    assert set(shown["case_owner"]) >= {"ana", "ben", "mei", None}


def test_cases_of_the_demo_stand_in_every_state(seen: Seen, role: Role) -> None:
    _, day = seen
    states = {
        name: CaseState(day.row(role(name))["case_state"]) for name in ("sato", "santos", "fraud", "olga", "chen")
    }
    assert states == {
        "sato": CaseState.ACKNOWLEDGED,
        "santos": CaseState.ESCALATED,
        "fraud": CaseState.SNOOZED,
        "olga": CaseState.NEW,
        "chen": CaseState.ACKNOWLEDGED,
    }
    olga = day.row(role("olga"))
    assert (olga["case_woke"], olga["alert_level"], olga["case_level_on"]) == (True, "red", day.moment.today)


def test_closed_cases_of_the_demo_have_every_verdict_and_one_rule_is_suppressed(seen: Seen) -> None:
    desk, day = seen
    told = [triage.decision(event, desk.zone) for event in desk.ledger.of_kinds(EventKind.ALERT.value)]
    verdicts = Counter(each.verdict for each in told if each and each.action is CaseAction.CLOSE)
    assert min(verdicts[verdict] for verdict in Verdict) >= 20
    assert [each.rule for each in cases.suppressions(desk, day)] == ["relapse"]


# --- restrictions ---------------------------------------------------------------------------------------------------------------


def test_restrictions_of_the_demo_stand_in_every_state(seen: Seen, role: Role) -> None:
    desk, day = seen
    reviews = {each.restriction.account_id: each for each in release.queue(desk, day)}
    states = Counter((each.restriction.kind, each.restriction.state) for each in reviews.values())
    assert states[RestrictionKind.WATCH, RestrictionState.ACTIVE] == 1
    assert states[RestrictionKind.SUSPENSION, RestrictionState.PROPOSED] == 1
    assert states[RestrictionKind.SUSPENSION, RestrictionState.ACTIVE] == 1
    assert states[RestrictionKind.NO_NEW_SPENDING, RestrictionState.LIFT_PROPOSED] == 1
    (cut,) = [each for each in reviews.values() if each.restriction.kind is RestrictionKind.LIMIT_CUT]
    assert cut.checklist is not None
    assert cut.checklist.ready
    cash = reviews[role("wang")].checklist
    assert cash is not None
    assert {item.check.id for item in cash.items if item.met.value == "unknown"} == {"identity", "income"}


def test_ten_lifted_of_a_reason_make_an_estimate_and_six_make_none(seen: Seen, role: Role) -> None:
    desk, day = seen
    reviews = {each.restriction.account_id: each for each in release.queue(desk, day)}
    late, limit = reviews[role("sato")].estimate, reviews[role("over-1")].estimate
    assert late.count >= 10
    assert late.low is not None
    assert late.median is not None
    assert late.high is not None
    assert late.low < late.median < late.high
    assert (limit.count, limit.median) == (6, None)


def test_one_is_back_within_ninety_days_of_its_lift(seen: Seen) -> None:
    desk, day = seen
    (back,) = release.returned(desk, day)
    assert (back.on, back.rules) == (day.moment.today, ("utilisation-jump",))
    assert timedelta(days=back.days) <= timedelta(days=desk.policies.restrictions.rebreach_days)


# --- incentives and consequences ------------------------------------------------------------------------------------------------


def test_measures_of_the_demo_stand_in_every_state(seen: Seen) -> None:
    desk, day = seen
    states = Counter((each.measure, each.state) for each in offers.known(desk, day).proposals)
    assert states == {
        ("fee-waived", MeasureState.PROPOSED): 1,
        ("fee-waived", MeasureState.DONE): 1,
        ("rate-reduced", MeasureState.APPROVED): 1,
        ("late-fee", MeasureState.APPROVED): 1,
        ("bureau-report", MeasureState.REFUSED): 1,
        ("bureau-report", MeasureState.DONE): 1,
    }
    (noticed,) = [each for each in offers.known(desk, day).proposals if each.measure == "late-fee"]
    assert noticed.waits_until is not None
    assert noticed.waits_until > day.moment.today


def test_what_waits_after_its_notice_cannot_be_done_today(demo: Desk) -> None:
    day = demo.load()
    (noticed,) = [each for each in offers.known(demo, day).proposals if each.measure == "late-fee"]
    done = incentives.do(demo, day, [incentives.Asked(noticed.account_id)], by="ben")
    assert [issue.message for issue in done.refused] == ["The notice of 2026-09-25 waits until 2026-10-09."]


# --- how it is told ---------------------------------------------------------------------------------------------------------------


def test_a_decision_about_nobody_is_refused_by_name() -> None:
    told = {"case": [{"who": "nobody", "acts": []}], "restriction": [], "measure": [], "order": []}
    with pytest.raises(ValueError, match="names accounts that the demo has not: nobody"):
        acts(told, [])


def test_nothing_of_the_last_morning_lies_after_ten(seen: Seen) -> None:
    desk, _ = seen
    told = desk.ledger.events(desk.zone).select(pl.col("occurred_at").max()).collect().item()
    assert told.astimezone(desk.zone).hour < 10
