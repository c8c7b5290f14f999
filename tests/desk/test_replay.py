"""State is derived: the order of recording, taking back and opening anew change nothing; attempts never count against anyone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.clock import Clock
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.pipeline import Conclusion, conclude
from deskcollect.errors import BadUse, UnknownAccount
from deskcollect.policy.load import load as load_policies
from deskcollect.records import Entry, Event
from tests.desk.builders import (
    ANA,
    AS_OF,
    BO,
    TOLD,
    Tables,
    account,
    at,
    days,
    desk_of,
    equal_days,
    moved,
    outcome,
    payment,
    same,
    statements,
    told,
    withdrawal,
)

OUTCOMES = tuple(load_policies().outcomes)
ACCOUNTS = {"A1": "C1", "A2": "C1", "A3": "C2"}
BOOK = Tables(
    [account("A1"), account("A2", past_due=300, days_past_due=70), account("A3", BO, past_due=4000)],
    [row for name in ACCOUNTS for row in statements(name, 500, 400, 0, 600, 500, 0)],
    payments=[payment("A1", days(-10), 700), payment("A3", days(-20), 50)],
)
TRIED = [rule.code for rule in OUTCOMES if rule.attempt and not rule.contact and not rule.bad_number]
SPOKEN = [rule.code for rule in OUTCOMES if rule.code not in TRIED]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Day]]:
    """Return a desk with three accounts of two customers and its day; its ledger stays empty."""
    desk = desk_of(tmp_path_factory.mktemp("replay"), BOOK)
    yield desk, desk.load()
    desk.close()


def concluded(opened: tuple[Desk, Day], events: list[Event]) -> Conclusion:
    """Conclude as if some events had been recorded, in their order."""
    desk, day = opened
    return conclude(day.standing, desk.ledger.events_with(desk.zone, events), desk.policies, day.moment)


def agree(one: Conclusion, other: Conclusion) -> None:
    """Say where two conclusions differ."""
    same(one.worklist, other.worklist)
    same(one.promises, other.promises, by=["event_id"])
    same(one.effects, other.effects, by=["event_id", "effect"])
    same(one.signals, other.signals, by=["account_id", "rule"])


@st.composite
def event(draw: st.DrawFn, codes: list[str], number: int) -> Event:
    """Draw an outcome of the last months; several may fall on one instant."""
    code, account_id = draw(st.sampled_from(codes)), draw(st.sampled_from(list(ACCOUNTS)))
    when = at(AS_OF) - timedelta(hours=draw(st.integers(0, 24 * 70)))
    more: dict[str, Any] = {}
    if code in {"PTP", "PLAN", "PP", "PART"}:
        more = {"amount": Decimal(draw(st.sampled_from([100, 700, 1000]))), "currency": "TWD"}
    if code in {"PTP", "PLAN"}:
        more["due_date"] = when.date() + timedelta(days=draw(st.integers(0, 14)))
    if draw(st.booleans()):
        more["data"] = {"next_on": (when.date() + timedelta(days=draw(st.integers(0, 9)))).isoformat()}
    return outcome(number, account_id, code, when, customer_id=ACCOUNTS[account_id], **more)


def sequences(codes: list[str], most: int) -> st.SearchStrategy[list[Event]]:
    """Draw events with ids of their own."""
    return st.integers(1, most).flatmap(lambda n: st.tuples(*(event(codes, k) for k in range(n)))).map(list)


# --- attempts ----------------------------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(events=sequences(TRIED, 30))
def test_however_often_somebody_is_tried_the_risk_stays_what_it_was(
    opened: tuple[Desk, Day], events: list[Event]
) -> None:
    columns = ["account_id", "score", "prob_default", "effect_milli", "tier", "tier_rule"]
    _, day = opened
    same(concluded(opened, events).worklist.select(columns), day.table.select(columns))


def test_nor_does_anybody_else_on_the_line_count_against_the_customer(opened: tuple[Desk, Day]) -> None:
    _, day = opened
    codes = ["TP", "HU", "NC", "CLM", "CB", "DISP", "WN"]
    phones = ["phone_2"] * len(codes)  # a wrong second number does not lose the customer
    events = [outcome(k, "A1", code, at(days(-k)), contact_point=phones[k]) for k, code in enumerate(codes)]
    assert concluded(opened, events).worklist["score"].to_list() == day.table["score"].to_list()


# --- order -------------------------------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(events=sequences(TRIED + SPOKEN, 12), seed=st.integers(0, 99))
def test_the_order_of_recording_changes_nothing(opened: tuple[Desk, Day], events: list[Event], seed: int) -> None:
    shuffled = random.Random(seed).sample(events, len(events))
    agree(concluded(opened, shuffled), concluded(opened, events))


# --- undo --------------------------------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(events=sequences(TRIED + SPOKEN, 8), which=st.integers(0, 7))
def test_what_is_taken_back_never_was(opened: tuple[Desk, Day], events: list[Event], which: int) -> None:
    wrong = events[which % len(events)]
    others = [event for event in events if event is not wrong]
    agree(concluded(opened, [*events, withdrawal(1, wrong, at(AS_OF))]), concluded(opened, others))


def test_a_record_can_be_taken_back_once(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    done = desk.record(desk.load(), Entry("A1", "RP", "ana"))
    undone = desk.undo(done.day, done.event.event_id, by="mei", reason="another account was meant")
    assert (undone.event.corrects, undone.event.note, undone.event.by) == (
        done.event.event_id,
        "another account was meant",
        "mei",
    )
    with pytest.raises(BadUse, match="withdrawn already"):
        desk.undo(undone.day, done.event.event_id, by="ana")
    for no_record in ("nobody knows", undone.event.event_id):
        with pytest.raises(BadUse, match=f"No record of this ledger has the id “{no_record}”"):
            desk.undo(undone.day, no_record, by="ana")
    assert desk.ledger.head().seq == 2


def test_the_last_record_of_a_person_is_the_newest_that_stands(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    assert desk.last_record("ana") is None
    first = desk.record(day, Entry("A1", "NA", "ana"))
    second = desk.record(first.day, Entry("A2", "VM", "ana", occurred_at=at(AS_OF, 8)))
    other = desk.record(second.day, Entry("A3", "BZ", "ben"))
    assert desk.saved_today("ana") == 2
    found = desk.last_record("ana")
    assert found is not None
    assert found.event_id == second.event.event_id
    desk.undo(other.day, second.event.event_id, by="ana")
    found = desk.last_record("ana")
    assert found is not None
    assert found.event_id == first.event.event_id
    assert (desk.saved_today("ana"), desk.saved_today("ben"), desk.saved_today("jo")) == (1, 1, 0)


# --- opening anew ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_a_desk_that_is_opened_anew_stands_where_it_stood_after_each_step(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    standing: list[str] = []
    for _ in range(4):
        if standing and dice.random() < 0.3:
            done = desk.undo(day, standing.pop(dice.randrange(len(standing))), by="ana")
        else:
            done = desk.record(day, _drawn(dice))
            standing.append(done.event.event_id)
        day = done.day
        assert moved(done).after == day.row(done.event.account_id)
        fresh = open_desk(desk.folder, desk.clock)
        equal_days(day, fresh.load())
        fresh.close()


def _drawn(dice: random.Random) -> Entry:
    """Draw a record."""
    when = at(days(-dice.randrange(20)), 9)
    code = dice.choice(["NA", "DC", "VM", "PTP", "PTP", "RP", "HARD", "DISP", "CB", "PP", "NOTE", "DECD"])
    return Entry(
        dice.choice(list(ACCOUNTS)),
        code,
        dice.choice(["ana", "ben"]),
        amount=Decimal(700) if code in {"PTP", "PP"} else None,
        due_date=when.date() + timedelta(days=dice.randrange(14)) if code == "PTP" else None,
        at=at(AS_OF, 17) if code == "CB" else None,
        reason="paid" if code == "DISP" else "",
        occurred_at=when,
    )


def test_a_second_try_with_the_same_id_counts_once(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    once = Entry("A1", "PP", "ana", amount=Decimal(500), event_id="0199-mine", occurred_at=at(AS_OF, 9))
    first = desk.record(day, once)
    again = desk.record(day, once)
    assert (first.receipt.replayed, again.receipt.replayed) == (False, True)
    assert moved(again).step == moved(first).step
    assert desk.ledger.head().seq == 1
    equal_days(again.day, desk.load())


def test_a_second_try_need_not_know_when_the_first_was(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    first = desk.record(day, Entry("A1", "PP", "ana", amount=Decimal(500), event_id="0199-mine"))
    again = desk.record(first.day, Entry("A1", "pp", "ana", amount=Decimal(500), event_id="0199-mine"))
    assert again.receipt == replace(first.receipt, replayed=True)
    assert moved(again).step.before == moved(again).step.after == moved(first).step.after
    assert desk.ledger.head().seq == 1


@pytest.mark.parametrize("other", [{"amount": Decimal(400)}, {"by": "ben"}, {"code": "RP", "amount": None}])
def test_another_record_under_the_same_id_is_refused(tmp_path: Path, other: dict[str, Any]) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    once = Entry("A1", "PP", "ana", amount=Decimal(500), event_id="0199-mine")
    desk.record(day, once)
    with pytest.raises(BadUse):
        desk.record(day, replace(once, **other))
    assert desk.ledger.head().seq == 1


def test_what_cannot_be_recorded_leaves_no_trace(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    with pytest.raises(BadUse) as caught:
        desk.record(day, Entry("A1", "PTP", "ana"))
    assert caught.value.message == "Promise to pay needs an amount."
    assert len(caught.value.issues) == 2
    with pytest.raises(UnknownAccount, match=r"No account A9 in the book of 30 Sep 2026\."):
        desk.record(day, Entry("A9", "NA", "ana"))
    assert desk.ledger.head().seq == 0


def test_a_record_is_stamped_with_what_the_desk_believed(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    done = desk.record(day, Entry("A1", "NA", "ana"))
    decided = done.event.decided
    row = day.row("A1")
    assert (decided.policy_hash, decided.card) == (desk.policies.hash, desk.card.stamp)
    assert (decided.rule, decided.score) == (row["treatment"], row["score"])
    kept = desk.ledger.get(done.event.event_id)
    assert kept is not None
    assert kept.decided == decided


# --- days --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "minute", "day", "today"),
    [
        ("Asia/Taipei", 30, AS_OF, True),  # 16:30 in London is half past midnight in Taipei
        ("Asia/Taipei", -30, days(-1), False),  # 15:30 is half past eleven the evening before
        ("UTC", 30, days(-1), False),
        ("UTC", -30, days(-1), False),
    ],
)
def test_an_event_counts_by_the_desks_own_day(
    tmp_path: Path, zone: str, minute: int, day: date, *, today: bool
) -> None:
    desk = desk_of(tmp_path, BOOK, told=replace(TOLD, time_zone=zone))
    when = datetime(2026, 9, 29, 16, 0, tzinfo=UTC) + timedelta(minutes=minute)
    done = desk.record(desk.load(), Entry("A1", "NA", "ana", occurred_at=when))
    for row in (moved(done).after, desk.load().row("A1")):
        assert (row["last_on"], row["worked_today"]) == (day, today)
    assert moved(done).after["next_on"] == day + timedelta(days=1)


def test_at_midnight_the_day_is_over_and_the_account_comes_up(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    done = desk.record(desk.load(), Entry("A3", "NA", "ana"))
    assert (moved(done).after["state"], moved(done).after["worked_today"]) == ("wait", True)
    desk.clock = Clock(desk.zone, at(days(1), 0, 5))
    row = desk.load().row("A3")
    assert (row["state"], row["worked_today"], row["due_on"]) == ("act", False, days(1))


def test_what_is_noted_for_tomorrow_does_not_count_today(opened: tuple[Desk, Day]) -> None:
    _, day = opened
    merged = outcome(1, "A1", "RP", at(days(1), 9))  # another desk's clock was ahead
    same(concluded(opened, [merged]).worklist.drop("score_week_ago"), day.table.drop("score_week_ago"))


# --- what others wrote -------------------------------------------------------------------------------------------------------


def test_what_a_colleague_recorded_meanwhile_is_seen_with_the_next_record_of_that_customer(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    colleague = open_desk(desk.folder, desk.clock)
    told(colleague, colleague.load(), Entry("A2", "RP", "ben"), Entry("A3", "RP", "ben"))
    done = desk.record(day, Entry("A1", "NA", "ana"))
    assert done.day.row("A2")["refused_on"] == AS_OF
    assert done.day.row("A3")["refused_on"] is None
    equal_days(told(desk, done.day, Entry("A3", "NA", "ana")), desk.load())


def test_an_event_without_a_customer_is_that_of_the_accounts_owner(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    desk.ledger.record(outcome(1, "A1", "RP", at(days(-3)), customer_id=""), recorded_at=at(AS_OF))
    day = desk.load()
    assert day.row("A1")["refused_on"] == days(-3)
    equal_days(told(desk, day, Entry("A1", "NA", "ana")), desk.load())


def test_a_hold_on_one_account_by_a_fact_of_the_book_leaves_the_other_to_lead(tmp_path: Path) -> None:
    held = Tables(
        [account("A1", past_due=9000, disputed="true"), account("A2", ANA, past_due=300)], BOOK.statements[:6]
    )
    day = desk_of(tmp_path, held).load()
    assert (day.row("A1")["state"], day.row("A1")["hold_rule"], day.row("A1")["why"]) == (
        "hold",
        "disputed",
        "held-by-book",
    )
    assert (day.row("A2")["leads"], day.row("A1")["leads"]) == (True, False)
