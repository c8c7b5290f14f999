"""Alert cases at a desk: decisions are records, many at once, taken back like any other, and the same after every opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskcollect.clock import Clock
from deskcollect.desk.alerts import cases, triage
from deskcollect.desk.alerts.cases import Ask
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.errors import BadUse
from deskcollect.records import Entry
from deskcollect.vocabulary import CaseAction, CaseState, Role, Verdict
from tests.desk.builders import (
    AS_OF,
    BO,
    TOLD,
    Row,
    Tables,
    account,
    at,
    book,
    days,
    desk_of,
    equal_days,
    payment,
    told,
)

PEOPLE = {"ana": Role.COLLECTOR, "ben": Role.COLLECTOR, "mei": Role.LEAD}
TEAM = replace(TOLD, people=PEOPLE)


def statements(account_id: str, *late: int, paid: int, newest: date = date(2026, 9, 15)) -> list[Row]:
    """Return monthly statements, the newest last, so many cycles late each."""
    months = [date(newest.year, newest.month - back, newest.day) for back in range(len(late))][::-1]
    common = {"account_id": account_id, "balance": 5000, "paid": paid, "minimum_due": 500, "credit_limit": 10000}
    return [{**common, "statement_date": month, "cycles_past_due": n} for month, n in zip(months, late, strict=True)]


ROLLS = Tables(
    [
        account("A1"),
        account("A2", BO),
        account("A3", {"customer_id": "C3", "customer_name": "Chidi"}, past_due=0, days_past_due=0),
    ],
    [*statements("A1", 0, 1, 2, paid=300), *statements("A2", 0, 1, 2, 3, paid=0)],
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with a rolling account, a grave one, and a healthy one."""
    return desk_of(tmp_path, ROLLS, told=TEAM)


def ask(action: str, **more: Any) -> Ask:
    """Return what ana asks for."""
    return Ask(CaseAction(action), more.pop("by", "ana"), **more)


def settled(desk: Desk, day: Day, account_ids: Sequence[str], action: str, **more: Any) -> Day:
    """Decide, without a refusal, and return the day after."""
    done = cases.decide(desk, day, account_ids, ask(action, **more))
    assert not done.refused
    return done.day


def test_a_book_opens_cases(desk: Desk) -> None:
    day = desk.load()
    assert [(day.row(name)["alert_level"], day.row(name)["case_state"]) for name in ("A1", "A2", "A3")] == [
        ("yellow", "new"),
        ("red", "new"),
        (None, None),
    ]


def test_a_decision_is_a_record_that_the_next_opening_knows(desk: Desk) -> None:
    day = settled(desk, desk.load(), ["A1"], "acknowledge")
    day = settled(desk, day, ["A1"], "assign", owner="ben")
    assert (day.row("A1")["case_state"], day.row("A1")["case_owner"]) == ("acknowledged", "ben")
    equal_days(day, desk.load())


def test_who_decided_and_what_was_seen_stands_in_the_ledger(desk: Desk) -> None:
    done = cases.decide(
        desk, desk.load(), ["A2"], ask("close", by="mei", verdict=Verdict.CONFIRMED, reason="plan agreed")
    )
    (event,) = done.events
    kept = desk.ledger.get(event.event_id)
    assert kept is not None
    assert (kept.by, kept.code, kept.note, kept.data["level"]) == ("mei", "close", "plan agreed", "red")
    assert "straight-roller" in kept.data["signals"]
    assert kept.decided.policy_hash == desk.policies.hash


def test_many_cases_at_once_and_those_that_refuse(desk: Desk) -> None:
    done = cases.decide(
        desk, desk.load(), ["A1", "A2", "A3", "A9"], ask("close", verdict=Verdict.FALSE_ALARM, reason="seen")
    )
    assert [event.account_id for event in done.events] == ["A1"]
    assert {refusal.account_id: refusal.why for refusal in done.refused} == {
        "A2": "is red: only a lead may close it",
        "A3": "has no open case",
        "A9": "is not in this book",
    }
    assert done.day.row("A1")["alert_level"] is None
    equal_days(done.day, desk.load())


def test_a_decision_is_taken_back_like_any_record(desk: Desk) -> None:
    before = desk.load()
    done = cases.decide(desk, before, ["A1"], ask("acknowledge"))
    last = desk.last_record("ana")
    assert last is not None
    assert last.event_id == done.events[0].event_id
    after = desk.undo(done.day, last.event_id, by="ana").day
    assert after.row("A1")["case_state"] == CaseState.NEW
    equal_days(after, before)
    equal_days(after, desk.load())


def test_a_rule_switched_off_takes_its_signal_out_of_the_level(desk: Desk) -> None:
    until = AS_OF + timedelta(days=30)
    day = settled(desk, desk.load(), ["A2"], "suppress", rule="straight-roller", until=until, reason="disputed bill")
    assert "straight-roller" not in day.row("A2")["signals"]
    assert day.row("A2")["alert_level"] != "red"
    equal_days(day, desk.load())
    (found,) = cases.suppressions(desk, day)
    assert (found.account_id, found.rule, found.until, found.by) == ("A2", "straight-roller", until, "ana")


def test_a_record_of_today_raises_the_level_on_its_day(desk: Desk) -> None:
    desk.clock = Clock.pinned(AS_OF + timedelta(days=3), TEAM.zone)
    day = told(desk, desk.load(), Entry("A1", "RP", "ana"))
    row = day.row("A1")
    assert (row["alert_level"], row["case_opened_on"], row["case_level_on"]) == ("red", AS_OF, days(3))
    assert row["case_due_on"] == days(4)
    equal_days(day, desk.load())


def test_a_record_of_a_time_before_the_book_is_judged_as_if_it_had_been_there(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, ROLLS, as_of=days(-20), told=TEAM)
    desk.import_book(book(tmp_path / "next", ROLLS, told=TEAM))
    desk.clock = Clock.pinned(AS_OF, TEAM.zone)
    day = told(desk, desk.load(), Entry("A1", "RP", "ana", occurred_at=at(days(-5))))
    assert "declined" in day.row("A1")["signals"]
    equal_days(day, desk.load())


@pytest.mark.parametrize("late", [False, True])
def test_a_book_that_comes_late_gives_the_same_cases(tmp_path: Path, *, late: bool) -> None:
    """The book of August has a returned payment; that of September none."""
    august = replace(ROLLS, payments=[payment("A1", days(-32), 900, "returned")])
    books = [(days(-30), august), (AS_OF, replace(ROLLS, payments=[]))]
    first, second = reversed(books) if late else books
    desk = desk_of(tmp_path, first[1], as_of=first[0], told=TEAM)
    desk.import_book(book(tmp_path / "second", second[1], second[0], told=TEAM))
    desk.clock = Clock.pinned(AS_OF, TEAM.zone)
    day = desk.load()
    row = day.row("A1")
    assert (row["case_opened_on"], row["case_number"]) == (days(-30), 1)
    assert "payment-returned" in row["signals"]
    assert row["signal_facts"][row["signals"].index("payment-returned")] is not None


def test_what_was_seen_in_an_earlier_book_is_kept_and_made_anew_when_it_is_damaged(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, ROLLS, as_of=days(-30), told=TEAM)
    desk.import_book(book(tmp_path / "second", ROLLS, told=TEAM))
    day = desk.load()
    (kept,) = (desk.folder / "cache").glob("sightings-*.parquet")
    kept.write_bytes(b"torn")
    equal_days(day, open_desk(desk.folder, desk.clock).load())
    assert kept.read_bytes() != b"torn"


# --- what is missing from an ask ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "more", "message"),
    [
        ("close", {"verdict": Verdict.USEFUL}, "To close a case needs a reason."),
        ("close", {"reason": "seen"}, "To close a case needs a verdict."),
        ("snooze", {"reason": "later"}, "A snooze needs its last day."),
        ("snooze", {"reason": "later", "until": AS_OF}, f"A snooze until {AS_OF} would be over already."),
        ("assign", {}, "To assign a case needs a person."),
        ("assign", {"owner": "zoe"}, "“zoe” is not among the people of this desk."),
        ("escalate", {"reason": "hard", "by": "mei"}, "Nobody stands above a lead."),
        ("suppress", {"reason": "x", "until": days(9), "rule": "rollin"}, "“rollin” is no rule of alerts.toml."),
        ("suppress", {"reason": "x", "until": days(181), "rule": "rolling"}, "A rule may be switched off for 180 days"),
        ("close", {"verdict": Verdict.USEFUL, "reason": "card 4111 1111 1111 1111"}, "The reason holds a payment card"),
        ("close", {"verdict": Verdict.USEFUL, "reason": "x" * 501}, "The reason has 501 characters; 500 fit."),
    ],
)
def test_an_ask_that_lacks_something_is_told_and_nothing_is_written(
    desk: Desk, action: str, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadUse) as caught:
        cases.decide(desk, desk.load(), ["A1"], ask(action, **more))
    assert caught.value.message.startswith(message)
    assert caught.value.remedy
    assert desk.ledger.head().seq == 0


def test_a_case_goes_up_to_the_role_that_the_policy_names(desk: Desk) -> None:
    day = settled(desk, desk.load(), ["A1"], "escalate", reason="cannot settle it")
    assert (day.row("A1")["case_state"], day.row("A1")["case_owner"]) == ("escalated", "mei")


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"action": "acknowledge"}, {"action": "acknowledge"}, "is acknowledged already"),
        ({"action": "assign", "owner": "ben"}, {"action": "assign", "owner": "ben"}, "is ben's already"),
        (
            None,
            {"action": "snooze", "reason": "x", "until": days(31)},
            f"is yellow: it may sleep until {days(30)} at most",
        ),
        (
            None,
            {"action": "suppress", "reason": "x", "until": days(9), "rule": "redraw"},
            "does not show “Paid, then drew again”",
        ),
    ],
)
def test_a_case_refuses_what_is_so_already_or_too_much(
    desk: Desk, first: dict[str, Any] | None, second: dict[str, Any], why: str
) -> None:
    day = desk.load()
    if first is not None:
        day = settled(desk, day, ["A1"], **first)
    assert [refusal.why for refusal in cases.decide(desk, day, ["A1"], ask(**second)).refused] == [why]


# --- lists -------------------------------------------------------------------------------------------------------------------


def test_the_queues_of_a_desk(desk: Desk) -> None:
    day = settled(desk, desk.load(), ["A1"], "assign", owner="ana")
    desk.clock = Clock.pinned(AS_OF + timedelta(days=2), TEAM.zone)
    viewer = triage.Viewer("ana", days(2))
    day = desk.load()
    counted = triage.counts(day.table, viewer)
    assert counted == {"open": 2, "mine": 1, "nobodys": 1, "snoozed": 0, "overdue": 1, "held_back": 0}
    order = day.table["account_id"].gather(triage.order(day.table, viewer))
    assert order.to_list() == ["A2", "A1"]


def test_one_account_tells_all_its_cases_with_every_step(desk: Desk) -> None:
    day = settled(desk, desk.load(), ["A1"], "acknowledge")
    day = settled(desk, day, ["A1"], "close", verdict=Verdict.USEFUL, reason="pays on Friday")
    (case,) = cases.of_account(desk, day, "A1")
    assert [step.decision.action if step.decision else step.what for step in case.steps] == [
        "opened",
        "acknowledge",
        "close",
    ]
    assert (case.state, case.verdict) == (CaseState.CLOSED, Verdict.USEFUL)
