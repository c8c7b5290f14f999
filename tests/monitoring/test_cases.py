"""One account's cases: what opens one, what makes it worse, what wakes it, and what only a decision ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.case import Case, Decision, Sight
from deskcollect.monitoring import alerts
from deskcollect.monitoring.cases import decision, fold, suppressed, told
from deskcollect.policy.load import load
from deskcollect.records import Event
from deskcollect.vocabulary import AlertLevel, CaseAction, CaseState, EventKind, Verdict

ZONE = ZoneInfo("Asia/Taipei")
POLICIES = load()
FIRST = date(2026, 6, 30)


def month(number: int) -> date:
    """Return the day of a book, some books after the first."""
    return FIRST + timedelta(days=30 * number)


def sight(number: int, level: str, *rules: str, days: int = 0, value: float | None = None) -> Sight:
    """Return what was seen in a book: each rule fired on a fact of that day, or some days before."""
    day = month(number)
    seen = {rule: (day - timedelta(days=days), value) for rule in rules}
    return Sight(day, AlertLevel(level), f"{level}-rule", seen)


def decided(action: str, seen: Sight, *, after: int = 0, hour: int = 10, **more: Any) -> Decision:
    """Return a decision of ana some days after what she saw."""
    at = datetime.combine(seen.day + timedelta(days=after), time(hour), tzinfo=ZONE)
    return Decision(f"E{at:%m%d%H}{action}", CaseAction(action), more.pop("by", "ana"), at, seen, **more)


def closed(seen: Sight, *, after: int = 0, verdict: str = "confirmed") -> Decision:
    """Return a closing."""
    return decided("close", seen, after=after, verdict=Verdict(verdict), reason="settled")


def cases(
    sights: list[Sight], decisions: list[Decision] | None = None, *, newest: int, later: int = 0
) -> tuple[Case, ...]:
    """Return the cases when the newest book is of a month, some days after it."""
    day = month(newest)
    return fold(sights, decisions or [], POLICIES, day=day, today=day + timedelta(days=later))


WEAK = sight(0, "blue", "minimum-only")


# --- by itself ---------------------------------------------------------------------------------------------------------------


def test_a_signal_opens_a_case_that_somebody_is_to_look_at() -> None:
    (case,) = cases([WEAK], newest=0)
    assert (case.number, case.state, case.level) == (1, CaseState.NEW, AlertLevel.BLUE)
    assert (case.opened_on, case.due_on) == (FIRST, FIRST + timedelta(days=14))


def test_a_signal_that_fires_again_updates_the_case() -> None:
    (case,) = cases([WEAK, sight(1, "blue", "minimum-only", value=4)], newest=1)
    trace = case.traces["minimum-only"]
    assert (trace.first_on, trace.last_on, trace.count, trace.worst) == (FIRST, month(1), 2, 4)


def test_the_same_fact_seen_in_two_books_counts_once() -> None:
    again = Sight(month(1), AlertLevel.BLUE, "blue-rule", {"minimum-only": (FIRST, None)})
    (case,) = cases([WEAK, again], newest=1)
    assert case.seen_count == 1


def test_the_worst_value_stays() -> None:
    seen = [sight(n, "blue", "minimum-only", value=worth) for n, worth in enumerate((3.0, 9.0, 5.0))]
    (case,) = cases(seen, newest=2)
    assert case.traces["minimum-only"].worst == 9.0


def test_a_level_rises_by_itself_and_the_time_to_act_begins_anew() -> None:
    (case,) = cases([WEAK, sight(1, "red", "straight-roller")], newest=1)
    assert (case.level, case.level_on, case.due_on) == (AlertLevel.RED, month(1), month(1) + timedelta(days=1))
    assert [step.what for step in case.steps] == ["opened", "rose"]
    assert case.steps[-1].rules == ("straight-roller",)


def test_a_level_does_not_fall_by_itself() -> None:
    (case,) = cases([sight(0, "orange", "rolling", "redraw"), sight(1, "blue", "minimum-only")], newest=1)
    assert (case.level, case.level_on) == (AlertLevel.ORANGE, FIRST)


def test_a_grave_case_stays_open_when_nothing_fires_any_more() -> None:
    (case,) = cases([sight(0, "orange", "rolling", "redraw")], newest=3)
    assert case.state is CaseState.NEW


def test_a_mild_case_that_nobody_touched_is_quiet_when_nothing_fires_any_more() -> None:
    (case,) = cases([WEAK], newest=1)
    assert (case.state, case.due_on) == (CaseState.QUIET, None)


def test_a_mild_case_that_somebody_has_stays_with_that_person() -> None:
    (case,) = cases([WEAK], [decided("assign", WEAK, owner="ben")], newest=1)
    assert (case.state, case.owner) == (CaseState.NEW, "ben")


def test_the_time_to_act_counts_from_the_day_on_which_the_book_came() -> None:
    came = Sight(FIRST, AlertLevel.RED, "red-rule", {"rolling": (FIRST, None)}, known_on=FIRST + timedelta(days=4))
    (case,) = cases([came], newest=0, later=4)
    assert (case.level_on, case.due_on) == (FIRST, FIRST + timedelta(days=5))


# --- acknowledged, asleep, handed on ------------------------------------------------------------------------------------------


def test_to_acknowledge_stops_the_clock_and_leaves_the_level() -> None:
    red = sight(0, "red", "rolling")
    (case,) = cases([red], [decided("acknowledge", red)], newest=0)
    assert (case.state, case.level, case.due_on) == (CaseState.ACKNOWLEDGED, AlertLevel.RED, FIRST + timedelta(days=5))


def test_what_gets_worse_than_it_was_when_somebody_looked_is_new_again() -> None:
    worse = sight(1, "orange", "rolling", "redraw")
    (case,) = cases([WEAK, worse], [decided("acknowledge", WEAK)], newest=1)
    assert (case.state, case.due_on) == (CaseState.NEW, month(1) + timedelta(days=2))


def test_what_fires_again_as_it_was_stays_acknowledged() -> None:
    (case,) = cases([WEAK, sight(1, "blue", "minimum-only")], [decided("acknowledge", WEAK)], newest=1)
    assert case.state is CaseState.ACKNOWLEDGED


def slept(until: int) -> Decision:
    """Return a snooze on the first book."""
    return decided("snooze", WEAK, until=FIRST + timedelta(days=until), reason="salary on the 5th")


def test_a_snooze_sleeps_until_its_day() -> None:
    (case,) = cases([WEAK], [slept(10)], newest=0, later=9)
    assert (case.state, case.until, case.woke) == (CaseState.SNOOZED, FIRST + timedelta(days=10), False)


def test_a_snooze_wakes_on_its_day_and_is_due_then() -> None:
    (case,) = cases([WEAK], [slept(10)], newest=0, later=10)
    assert (case.state, case.due_on, case.woke) == (CaseState.NEW, FIRST + timedelta(days=10), True)


def test_a_snooze_wakes_before_its_day_when_it_gets_worse() -> None:
    (case,) = cases([WEAK, sight(1, "orange", "rolling", "redraw")], [slept(50)], newest=1)
    assert (case.state, case.woke, case.until) == (CaseState.NEW, True, None)
    assert [step.what for step in case.steps] == ["opened", "decided", "rose", "woke"]


def test_more_of_the_same_does_not_wake_it() -> None:
    (case,) = cases([WEAK, sight(1, "blue", "minimum-only")], [slept(50)], newest=1)
    assert case.state is CaseState.SNOOZED


def test_an_escalated_case_is_due_with_the_one_who_gets_it() -> None:
    red = sight(0, "red", "rolling")
    up = decided("escalate", red, after=3, owner="mei", reason="large")
    (case,) = cases([red], [decided("acknowledge", red), up], newest=0, later=3)
    assert (case.state, case.owner, case.due_on) == (CaseState.ESCALATED, "mei", FIRST + timedelta(days=4))


# --- closed --------------------------------------------------------------------------------------------------------------------


def test_a_closed_case_is_not_opened_by_the_same_facts() -> None:
    (case,) = cases([WEAK], [closed(WEAK)], newest=0)
    assert (case.state, case.verdict, case.closed_on) == (CaseState.CLOSED, Verdict.CONFIRMED, FIRST)


def test_the_same_rules_are_quiet_for_a_while_after_closing() -> None:
    assert len(cases([WEAK, sight(1, "blue", "minimum-only")], [closed(WEAK)], newest=1)) == 1


def test_after_that_while_the_next_case_opens() -> None:
    found = cases([WEAK, sight(2, "blue", "minimum-only")], [closed(WEAK)], newest=2)
    assert [(case.number, case.state) for case in found] == [(1, CaseState.CLOSED), (2, CaseState.NEW)]
    assert found[1].seen_count == 1


def test_another_rule_opens_the_next_case_at_once() -> None:
    found = cases([WEAK, sight(1, "blue", "minimum-only", "woke-up")], [closed(WEAK)], newest=1)
    assert found[-1].state is CaseState.NEW


def test_a_higher_level_opens_the_next_case_though_its_rules_are_quiet() -> None:
    found = cases([WEAK, sight(1, "yellow", "minimum-only")], [closed(WEAK)], newest=1)
    assert (len(found), found[-1].level) == (2, AlertLevel.YELLOW)


def test_a_later_closing_keeps_what_an_earlier_one_covered() -> None:
    first, second = sight(0, "yellow", "rolling"), sight(1, "yellow", "payments-falling")
    third = Sight(month(1) + timedelta(days=5), AlertLevel.YELLOW, "yellow-rule", {"rolling": (month(1), None)})
    found = cases([first, second, third], [closed(first, after=25), closed(second, after=1)], newest=2)
    assert [case.state for case in found] == [CaseState.CLOSED] * 2, (
        "rolling is quiet for a while after its own closing"
    )


def test_the_next_case_shows_all_that_makes_its_level() -> None:
    first = sight(0, "orange", "rolling")
    both = Sight(month(1), AlertLevel.RED, "red-rule", {"rolling": (month(1), None), "declined": (month(1), None)})
    *_, case = cases([first, both], [closed(first, after=25)], newest=1)
    assert (case.level, set(case.traces)) == (AlertLevel.RED, {"rolling", "declined"})
    yellow = Sight(month(1), AlertLevel.ORANGE, "orange-rule", both.signals)
    *_, case = cases([first, yellow], [closed(first, after=25)], newest=1)
    assert (case.level, set(case.traces)) == (AlertLevel.ORANGE, {"rolling", "declined"})


def test_what_the_person_did_not_see_opens_the_next_case() -> None:
    """A file that came late brings a signal of a day before the closing: it is not lost."""
    late = sight(0, "yellow", "payment-returned", days=3)
    found = cases([late, sight(1, "blue", "minimum-only")], [closed(sight(1, "blue", "minimum-only"))], newest=1)
    assert [case.state for case in found] == [CaseState.CLOSED, CaseState.NEW]
    assert list(found[-1].traces) == ["payment-returned"]


def test_a_decision_tells_by_itself_what_it_was_about() -> None:
    """The book it was taken on was replaced and shows nothing any more."""
    (case,) = cases([], [decided("acknowledge", WEAK)], newest=0)
    assert (case.state, list(case.traces)) == (CaseState.ACKNOWLEDGED, ["minimum-only"])


# --- one rule switched off -----------------------------------------------------------------------------------------------------


def off(seen: Sight, rule: str) -> Decision:
    """Return a suppression of 60 days."""
    return decided("suppress", seen, rule=rule, until=seen.day + timedelta(days=60), reason="seasonal work")


def test_a_rule_that_is_switched_off_leaves_the_case_and_the_level_is_found_anew() -> None:
    both = sight(0, "orange", "rolling", "redraw")
    without = sight(0, "yellow", "rolling")
    (case,) = cases([without], [off(both, "redraw")], newest=0)
    assert (list(case.traces), case.level, case.state) == (["rolling"], AlertLevel.YELLOW, CaseState.NEW)


def test_a_case_of_one_rule_ends_with_it() -> None:
    (case,) = cases([], [off(WEAK, "minimum-only")], newest=0)
    assert (case.state, case.verdict) == (CaseState.CLOSED, None)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (60, True), (61, False)])
def test_a_suppression_holds_from_its_day_to_its_last(days: int, *, holds: bool) -> None:
    found = suppressed([off(WEAK, "minimum-only")], FIRST + timedelta(days=days))
    assert ("minimum-only" in found) is holds


# --- in any order --------------------------------------------------------------------------------------------------------------

RULES = ("minimum-only", "rolling", "redraw", "over-limit")
LEVELS = tuple(AlertLevel)


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Sight], list[Decision]]:
    """Draw what was seen of an account over some months, and what people decided on what they saw."""
    sights = [
        sight(number, draw(st.sampled_from(LEVELS)), *draw(st.sets(st.sampled_from(RULES), min_size=1)))
        for number in sorted(draw(st.sets(st.integers(0, 5), min_size=1)))
    ]
    decisions = []
    for number, seen in enumerate(draw(st.lists(st.sampled_from(sights), max_size=4))):
        action = draw(st.sampled_from(CaseAction))
        special: dict[CaseAction, dict[str, Any]] = {
            CaseAction.SNOOZE: {"until": seen.day + timedelta(days=20)},
            CaseAction.SUPPRESS: {"until": seen.day + timedelta(days=20), "rule": min(seen.signals)},
            CaseAction.CLOSE: {"verdict": Verdict.USEFUL},
        }
        decisions.append(decided(action, seen, hour=8 + number, **special.get(action, {"owner": "ben"})))
    return sights, decisions


@settings(deadline=None, max_examples=200)
@given(life=lives(), seed=st.randoms(use_true_random=False))
def test_cases_are_the_same_in_whatever_order_files_and_records_come(
    life: tuple[list[Sight], list[Decision]], seed: Any
) -> None:
    sights, decisions = life
    expected = cases(sights, decisions, newest=5)
    seed.shuffle(sights)
    seed.shuffle(decisions)
    assert cases(sights, decisions, newest=5) == expected


@settings(deadline=None, max_examples=200)
@given(life=lives())
def test_there_is_one_open_case_at_most_and_cases_are_numbered_from_one(
    life: tuple[list[Sight], list[Decision]],
) -> None:
    found = cases(*life, newest=5)
    assert [case.number for case in found] == list(range(1, len(found) + 1))
    assert all(case.state is CaseState.CLOSED for case in found[:-1])
    assert all(case.traces or case.verdict is None for case in found)


@settings(deadline=None, max_examples=200)
@given(life=lives())
def test_without_a_decision_a_level_never_falls(life: tuple[list[Sight], list[Decision]]) -> None:
    sights, _ = life
    ranks = [cases(sights[: n + 1], newest=5)[-1].level.rank for n in range(len(sights))]
    assert ranks == sorted(ranks)


@settings(deadline=None, max_examples=200)
@given(life=lives())
def test_many_accounts_at_once_are_folded_as_one_by_one(life: tuple[list[Sight], list[Decision]]) -> None:
    """Accounts on which nobody decided are folded all at once; the cases are those of the fold."""
    sights, decisions = life
    day = month(5)
    for told_of in ({}, {"A1": decisions}):
        table, _ = alerts.alerts(levelled(), seen(sights), told_of, POLICIES, day=day, today=day)
        expected = [] if not sights else fold(sights, told_of.get("A1", []), POLICIES, day=day, today=day)
        case = expected[-1] if expected and expected[-1].state not in {CaseState.CLOSED, CaseState.QUIET} else None
        row = table.row(0, named=True)
        if case is None:
            assert (row["alert_level"], row["case_number"], row["signals"]) == (None, None, [])
            continue
        assert (row["alert_level"], row["alert_level_rule"]) == (case.level, case.level_rule)
        assert (row["case_number"], row["case_state"], row["case_woke"]) == (case.number, case.state, case.woke)
        assert (row["case_opened_on"], row["case_level_on"]) == (case.opened_on, case.level_on)
        assert (row["case_due_on"], row["case_until"]) == (case.due_on, case.until)
        assert (row["case_seen_count"], row["case_seen_on"]) == (case.seen_count, case.seen_on)
        assert set(row["signals"]) == set(case.traces)


def levelled() -> pl.DataFrame:
    """Return one account of which nothing is seen today."""
    row: dict[str, Any] = {column.name: [None] for column in frames.LEVELLED} | {"account_id": ["A1"], "signals": [[]]}
    return pl.DataFrame(row, schema=frames.polars_schema(frames.LEVELLED))


def seen(sights: list[Sight]) -> pl.DataFrame:
    """Return sights of one account as a table."""
    rules = {rule.id: rule for rule in POLICIES.signals}
    rows = [
        {
            "account_id": "A1",
            "day": each.day,
            "known_on": each.day,
            "rule": rule,
            "family": rules[rule].family,
            "strength": rules[rule].strength,
            "seen_on": on,
            "measured": value,
            "facts": None,
            "alert_level": each.level.value,
            "alert_level_rule": each.level_rule,
        }
        for each in sights
        for rule, (on, value) in each.signals.items()
    ]
    return pl.DataFrame(rows, schema=frames.polars_schema(frames.SIGHTINGS))


# --- in the ledger -------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(life=lives())
def test_a_decision_is_read_from_its_event_as_it_was_taken(life: tuple[list[Sight], list[Decision]]) -> None:
    for each in life[1]:
        event = Event(each.event_id, EventKind.ALERT, "A1", "C1", each.at, each.by, each.action.value, data=told(each))
        assert decision(event, ZONE) == each


def test_what_a_newer_version_decided_is_passed_over() -> None:
    event = Event("E1", EventKind.ALERT, "A1", "C1", datetime(2026, 9, 30, tzinfo=ZONE), "ana", "delegate", data={})
    assert decision(event, ZONE) is None
