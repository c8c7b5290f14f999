"""Incentives and consequences at a small desk: who is listed, who writes what, what is refused, what is ordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.clock import Clock
from deskcollect.desk.alerts import cases
from deskcollect.desk.day import Day
from deskcollect.desk.decisions import incentives, offers, orders, restrictions
from deskcollect.desk.decisions.incentives import Asked, Done
from deskcollect.desk.desk import Desk
from deskcollect.errors import BadUse, NotRecorded, UnknownAccount
from deskcollect.vocabulary import (
    CaseAction,
    Channel,
    EventKind,
    MeasureKind,
    MeasureState,
    RestrictionKind,
    Verdict,
)
from tests.desk.builders import ANA, AS_OF, BO, Row, Tables, account, book, equal_days, statements
from tests.desk.team import cycles, fill_disk, later, team_at, whys

CY: Row = {"customer_id": "C3", "customer_name": "Cy Marlow", "phone": "+44 7700 900003"}
# hand-counted: HARD is late and was late before, FIRST is late for the first time, HELD is like HARD but disputed
ACCOUNTS = [
    account("HARD", ANA, past_due=2000, days_past_due=70),
    account("FIRST", BO, past_due=300, days_past_due=5),
    account("HELD", CY, past_due=1500, days_past_due=70, disputed=True),
]


CYCLES = [*cycles("HARD", 2, 5000), *cycles("FIRST", 0, 5000), *cycles("HELD", 2, 5000)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of three accounts, two collectors and two leads."""
    yield from team_at(tmp_path, Tables(ACCOUNTS, CYCLES))


def proposed(desk: Desk, day: Day, account_id: str, measure: str, by: str = "ana") -> Done:
    """Propose one measure."""
    done = incentives.propose(desk, day, [Asked(account_id, measure=measure)], by=by)
    assert not done.refused
    return done


def listed(desk: Desk, day: Day, **wanted: object) -> list[tuple[str, str]]:
    """Return accounts and measures in the order of the list."""
    found = offers.listing(desk, day, **wanted)  # type: ignore[arg-type]  # filters by name
    return [(each.account_id, each.name) for each in found.offers]


# --- the list ------------------------------------------------------------------------------------------------------------------


def test_the_list_names_who_is_eligible_and_nobody_on_hold(desk: Desk, day: Day) -> None:
    assert listed(desk, day) == [("FIRST", "fee-waived"), ("HARD", "late-fee"), ("HARD", "bureau-report")]
    assert listed(desk, day, kind=MeasureKind.INCENTIVE) == [("FIRST", "fee-waived")]
    assert listed(desk, day, measure="Late-Fee") == [("HARD", "late-fee")]
    assert listed(desk, day, measure="late-fee", kind=MeasureKind.INCENTIVE) == []
    assert listed(desk, day, limit=1) == [("FIRST", "fee-waived")]
    assert offers.listing(desk, day, limit=1).new_count == 3
    fee = offers.listing(desk, day).offers[1]
    assert (fee.amount, fee.facts["dpd"], fee.facts["past_due"]) == (Decimal("300.00"), 70, Decimal(2000))


def test_what_is_open_comes_first_and_what_was_given_is_left_out(desk: Desk, day: Day) -> None:
    proposed(desk, day, "HARD", "late-fee")
    assert listed(desk, day) == [("HARD", "late-fee"), ("FIRST", "fee-waived"), ("HARD", "bureau-report")]
    proposed(desk, day, "FIRST", "fee-waived")
    incentives.approve(desk, day, [Asked("FIRST")], by="mei")
    incentives.do(desk, day, [Asked("FIRST")], by="ana")
    assert listed(desk, day) == [("HARD", "late-fee"), ("HARD", "bureau-report")]
    shown = {each.name: each for each in offers.whole(desk, day, "FIRST").offers}
    assert shown["fee-waived"].blocked is not None
    assert shown["late-fee"].unmet[:1] == ("dpd >= 30",)


def test_a_measure_that_left_the_policy_is_listed_while_it_is_open(desk: Desk, day: Day) -> None:
    proposed(desk, day, "HARD", "late-fee")
    proposed(desk, day, "HARD", "bureau-report", by="mei")
    told = desk.written.incentives
    kept = replace(told.measures, rules=tuple(each for each in told.measures if each.id != "late-fee"))
    desk.written = replace(desk.written, incentives=replace(told, measures=kept))
    assert listed(desk, day, measure="late-fee") == [("HARD", "late-fee")]
    with pytest.raises(BadUse, match="“late-fees” is no measure of"):
        listed(desk, day, measure="late-fees")


def test_an_unknown_account_is_told_so(desk: Desk, day: Day) -> None:
    with pytest.raises(UnknownAccount):
        offers.whole(desk, day, "NOBODY")


# --- writing -------------------------------------------------------------------------------------------------------------------


def test_the_event_keeps_terms_and_facts_as_they_are(desk: Desk, day: Day) -> None:
    (event,) = proposed(desk, day, "HARD", "LATE-FEE").events
    told = desk.ledger.get(event.event_id)
    assert told is not None
    assert (told.kind, told.code, told.by, told.data["role"]) == (EventKind.MEASURE, "propose", "ana", "collector")
    assert (told.data["wait_days"], told.data["once_in_days"], told.data["lapse_days"]) == (14, 30, 60)
    assert told.data["values"] == {
        "dpd": 70,
        "late_cycles_count": 2,
        "measure_amount": "300.00",
        "past_due": "2000.0000",
    }
    row = day.row("HARD")
    assert (told.decided.policy_hash, told.decided.rule, told.decided.card, told.decided.score) == (
        desk.policies.hash,
        "late-fee",
        row["card"],
        row["score"],
    )


def test_some_are_written_together_and_the_others_refused_with_the_reason(desk: Desk, day: Day) -> None:
    asked = [Asked(each, measure="late-fee") for each in ("HARD", "FIRST", "HELD", "NOBODY", "HARD")]
    done = incentives.propose(desk, day, asked, by="ana")
    assert [event.account_id for event in done.events] == ["HARD"]
    assert whys(done) == [
        ("FIRST", "It is not eligible for late-fee today."),
        ("HELD", "It is not eligible for late-fee today."),
        ("NOBODY", "It is not in the newest book."),
        ("HARD", "It is named twice."),
    ]
    equal_days(done.day, desk.load())


def test_nothing_is_written_where_the_ledger_fails(desk: Desk, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_disk(desk, monkeypatch)
    with pytest.raises(NotRecorded):
        proposed(desk, day, "HARD", "late-fee")
    assert offers.known(desk, day).proposals == ()


@pytest.mark.parametrize(
    ("asked", "by", "why"),
    [
        (Asked("HARD", measure="late-fees"), "ana", "“late-fees” is no measure of incentives.toml."),
        (Asked("HARD", measure="bureau-report"), "ana", "ana is no lead: only a lead proposes."),
        (Asked("HARD", measure="late-fee"), "zoe", "zoe has no role at this desk."),
        (
            Asked("HARD", "card 4111 1111 1111 1111", measure="late-fee"),
            "ana",
            "The note holds a payment card number (ending in 1111), which must not be kept.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, day: Day, asked: Asked, by: str, why: str) -> None:
    assert whys(incentives.propose(desk, day, [asked], by=by)) == [(asked.account_id, why)]


def test_where_several_are_open_one_is_named(desk: Desk, day: Day) -> None:
    proposed(desk, day, "HARD", "late-fee")
    proposed(desk, day, "HARD", "bureau-report", by="mei")
    assert whys(incentives.approve(desk, day, [Asked("HARD")], by="jo")) == [("HARD", "2 measures are open on it.")]
    done = incentives.approve(desk, day, [Asked("HARD", measure="late-fee")], by="jo")
    assert done.standing[done.events[0].event_id].measure == "late-fee"
    assert whys(incentives.approve(desk, day, [Asked("FIRST")], by="jo")) == [
        ("FIRST", "Nothing of that kind is proposed.")
    ]


# --- a report to the bureau ------------------------------------------------------------------------------------------------------


def test_a_report_to_the_bureau_needs_notice_time_and_two_leads_and_is_only_a_flag(desk: Desk, day: Day) -> None:
    proposed(desk, day, "HARD", "bureau-report", by="mei")
    asked = [Asked("HARD")]
    assert whys(incentives.approve(desk, day, asked, by="mei")) == [("HARD", "mei proposed it: a second person signs.")]
    incentives.approve(desk, day, asked, by="jo")
    assert whys(incentives.do(desk, day, asked, by="mei")) == [("HARD", "The customer had no notice.")]
    incentives.notify(desk, day, [Asked("HARD", channel=Channel.LETTER)], by="ana")
    almost = later(desk, 29)
    assert whys(incentives.do(desk, almost, asked, by="mei")) == [
        ("HARD", "The notice of 2026-09-30 waits until 2026-10-30.")
    ]
    assert offers.order_lines(desk, almost).is_empty()
    over = later(desk, 30)
    assert offers.order_lines(desk, over).is_empty()  # the time alone does nothing
    incentives.do(desk, over, asked, by="mei")
    made = offers.order_lines(desk, over)
    assert made.schema == frames.polars_schema(frames.MEASURE_ORDERS)
    (line,) = made.iter_rows(named=True)
    assert (line["order_code"], line["measure_amount"]) == ("FLAG-BUREAU", None)
    assert (line["by"], line["signed_by"]) == ("mei", "jo")
    assert (line["notified_on"], line["from_on"]) == (AS_OF, date(2026, 10, 30))


def test_who_paid_during_the_waiting_time_is_not_pressed(desk: Desk, day: Day, tmp_path: Path) -> None:
    proposed(desk, day, "HARD", "late-fee")
    incentives.notify(desk, day, [Asked("HARD")], by="ana")
    incentives.approve(desk, day, [Asked("HARD")], by="mei")
    paid = [account("HARD", ANA, past_due=0, days_past_due=0), *ACCOUNTS[1:]]
    desk.clock = Clock.pinned(AS_OF + timedelta(days=20), desk.zone)
    next_on = AS_OF + timedelta(days=20)
    desk.import_book(book(tmp_path / "next", Tables(paid, CYCLES), as_of=next_on, told=desk.settings))
    after = desk.load()
    assert whys(incentives.do(desk, after, [Asked("HARD")], by="ana")) == [
        ("HARD", "It is not eligible for late-fee today.")
    ]
    (found,) = offers.listing(desk, after, kind=MeasureKind.CONSEQUENCE).offers
    assert (found.name, found.eligible) == ("late-fee", False)
    taken_back = incentives.withdraw(desk, after, [Asked("HARD", "paid")], by="ana")
    assert [each.state for each in taken_back.standing.values()] == [MeasureState.WITHDRAWN]


# --- the work order --------------------------------------------------------------------------------------------------------------


def waived(desk: Desk, day: Day) -> None:
    """Waive the fee of FIRST."""
    proposed(desk, day, "FIRST", "fee-waived")
    incentives.approve(desk, day, [Asked("FIRST")], by="mei")
    incentives.do(desk, day, [Asked("FIRST")], by="ana")


def test_a_work_order_is_written_once_and_apart_from_that_of_restrictions(desk: Desk, day: Day, tmp_path: Path) -> None:
    waived(desk, day)
    made = offers.order_lines(desk, day)
    assert made.select("account_id", "order_code", "measure_amount").rows() == [("FIRST", "WAIVE-FEE", Decimal(300))]
    assert orders.lines(desk, day).is_empty()
    path = tmp_path / "order.csv"
    orders.write(desk, path, made, by="mei", code=offers.ORDER_CODE)
    assert pl.read_csv(path).height == 1
    assert offers.order_lines(desk, day).is_empty()
    assert offers.order_lines(desk, day, everything=True).height == 1
    with pytest.raises(BadUse):
        orders.write(desk, path, made, by="mei", code=offers.ORDER_CODE)


def test_a_limit_is_restored_once_the_cut_is_lifted(desk: Desk, day: Day, tmp_path: Path) -> None:
    paying = [account("HARD", ANA, past_due=0, days_past_due=0, minimum_due=0), *ACCOUNTS[1:]]
    fine = statements("HARD", 5000, 5000, 5000, 5000, 5000, 5000, newest=date(2026, 10, 15))
    tables = Tables(paying, [*fine, *CYCLES[6:]])
    cut = restrictions.Asked("HARD", kind=RestrictionKind.LIMIT_CUT, reason="CASH3", limit=Decimal(4000))
    restrictions.impose(desk, day, [cut], by="ana")
    next_on = AS_OF + timedelta(days=20)
    desk.clock = Clock.pinned(next_on, desk.zone)
    desk.import_book(book(tmp_path / "next", tables, as_of=next_on, told=desk.settings))
    after = desk.load()
    assert offers.whole(desk, after, "HARD").offers[2].unmet == ("alert_level IS NULL",)  # its alert case is open still
    settled = cases.Ask(CaseAction.CLOSE, "mei", verdict=Verdict.CONFIRMED, reason="paid")
    after = cases.decide(desk, after, ["HARD"], settled).day
    assert ("HARD", "limit-restored") in listed(desk, after)
    proposed(desk, after, "HARD", "limit-restored", by="mei")
    incentives.approve(desk, after, [Asked("HARD")], by="jo")
    assert whys(incentives.do(desk, after, [Asked("HARD")], by="mei")) == [("HARD", "Limit cut still stands on it.")]
    lifted = restrictions.lift(desk, after, [restrictions.Asked("HARD", "paid")], by="mei")
    freed = restrictions.approve(desk, lifted.day, [restrictions.Asked("HARD", "seen")], by="jo")
    assert not incentives.do(desk, freed.day, [Asked("HARD")], by="mei").refused
    assert offers.order_lines(desk, freed.day).is_empty()  # the lift itself is the order
