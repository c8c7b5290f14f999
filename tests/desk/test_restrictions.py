"""Restrictions at a small desk: who writes what, what is refused, what the queue, what-if and work order say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from deskcollect.clock import Clock
from deskcollect.desk import day_file
from deskcollect.desk.alerts import cases
from deskcollect.desk.alerts.cases import Ask
from deskcollect.desk.day import Day
from deskcollect.desk.decisions import orders, release, restrictions
from deskcollect.desk.decisions.restrictions import Asked, Done
from deskcollect.desk.desk import Desk
from deskcollect.errors import BadUse, NotRecorded, UnknownAccount
from deskcollect.records import Event
from deskcollect.vocabulary import (
    CaseAction,
    EventKind,
    Finding,
    Proof,
    RestrictionKind,
    RestrictionState,
    Role,
    Verdict,
)
from tests.desk.builders import ANA, AS_OF, BO, Row, Tables, account, book, equal_days, statements
from tests.desk.team import PEOPLE, fill_disk, later, team_at, whys

FINE: Row = {"past_due": 0, "days_past_due": 0}
ACCOUNTS = [
    account("LATE", ANA),
    account("LATE-2", ANA, past_due=300),
    account("FINE", BO, **FINE),
]
SPENT = [
    {"account_id": "LATE", "at": f"2026-09-{20 + n}T12:00:00", "amount": 100, "kind": "cash_advance"} for n in range(3)
]
CYCLES = [row for known in ACCOUNTS for row in statements(str(known["account_id"]), 500, 400, 0, 600, 500, 0)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of three accounts, two collectors and two leads."""
    tables = Tables(ACCOUNTS, CYCLES, more={"transactions": SPENT})
    yield from team_at(tmp_path, tables)


def imposed(desk: Desk, day: Day, *accounts: str, reason: str = "CASH3", **more: object) -> Done:
    """Restrict accounts as the collector."""
    asked = [Asked(each, reason=reason, **more) for each in accounts]  # type: ignore[arg-type]  # fields by name
    return restrictions.impose(desk, day, asked, by="ana")


def lifted(desk: Desk, day: Day, account_id: str) -> Done:
    """Lift a restriction by two leads."""
    proposed = restrictions.lift(desk, day, [Asked(account_id, "settled")], by="mei")
    assert not proposed.refused
    return restrictions.approve(desk, proposed.day, [Asked(account_id, "seen")], by="jo")


# --- imposing ------------------------------------------------------------------------------------------------------------------


def test_the_event_keeps_the_evidence_as_it_is(desk: Desk, day: Day) -> None:
    done = imposed(desk, day, "LATE")
    (event,) = done.events
    told = desk.ledger.get(event.event_id)
    assert told is not None
    assert (told.kind, told.code, told.by, told.data["role"]) == (EventKind.RESTRICTION, "impose", "ana", "collector")
    assert (told.data["kind"], told.data["reason"], told.data["review_on"]) == (
        "no_cash_advance",
        "CASH3",
        "2026-12-29",
    )
    cash = next(each for each in told.data["signals"] if each["rule"] == "cash-advances")
    assert cash["values"]["cash_advance_count"] == 3
    row = day.row("LATE")
    assert (told.data["past_due"], told.data["score"], told.data["tier"]) == ("1000.0000", row["score"], row["tier"])
    assert (told.decided.policy_hash, told.decided.card, told.decided.score) == (
        desk.policies.hash,
        row["card"],
        row["score"],
    )


def test_the_day_after_knows_it_as_a_day_loaded_anew_does(desk: Desk, day: Day) -> None:
    done = imposed(desk, day, "LATE", "FINE")
    assert done.day.row("LATE")["restriction"] == "no_cash_advance"
    assert done.day.row("LATE-2")["restriction"] is None
    equal_days(done.day, desk.load())


def test_some_are_written_together_and_the_others_refused_with_the_reason(desk: Desk, day: Day) -> None:
    first = imposed(desk, day, "FINE")
    done = imposed(desk, first.day, "LATE", "FINE", "NOBODY", "LATE")
    assert [event.account_id for event in done.events] == ["LATE"]
    assert whys(done) == [
        ("FINE", "No cash advance stands on it since 2026-09-30."),
        ("NOBODY", "It is not in the newest book."),
        ("LATE", "It is named twice."),
    ]


def test_nothing_is_written_where_the_ledger_fails(desk: Desk, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_disk(desk, monkeypatch)
    with pytest.raises(NotRecorded):
        imposed(desk, day, "LATE", "FINE")
    assert restrictions.known(desk, day).restrictions == ()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked("LATE", reason="CASH4"), "“CASH4” is no reason of restrictions.toml."),
        (Asked("LATE", reason="OTHER"), "The reason OTHER is told in a note."),
        (Asked("LATE", reason="PROM"), "A limit cut needs the new limit."),
        (Asked("LATE", reason="PROM", limit=Decimal(10000)), "The limit is 10000 now: a cut is lower."),
        (Asked("LATE", reason="CASH3", limit=Decimal(100)), "Only a limit cut has a limit."),
        (Asked("LATE", reason="CASH3", review_on=AS_OF - timedelta(1)), "The review lies before the restriction."),
        (Asked("LATE", reason="CASH3", review_on=date(2199, 1, 1)), "The day lies more than ten years ahead."),
        (
            Asked("LATE", "card 4111 1111 1111 1111", reason="CASH3"),
            "The note holds a payment card number (ending in 1111), which must not be kept.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, day: Day, asked: Asked, why: str) -> None:
    done = restrictions.impose(desk, day, [asked], by="ana")
    assert whys(done) == [("LATE", why)]
    assert done.events == ()


def test_a_person_of_no_role_restricts_nobody(desk: Desk, day: Day) -> None:
    done = restrictions.impose(desk, day, [Asked("LATE", reason="CASH3")], by="eve")
    assert whys(done) == [("LATE", "eve has no role at this desk.")]


def test_a_suspension_holds_once_a_lead_has_signed(desk: Desk, day: Day) -> None:
    waiting = imposed(desk, day, "LATE", reason="FRAUD")
    assert waiting.day.row("LATE")["restriction"] is None
    assert whys(restrictions.approve(desk, waiting.day, [Asked("LATE")], by="ana")) == [
        ("LATE", "ana is no lead: only a lead signs.")
    ]
    done = restrictions.approve(desk, waiting.day, [Asked("LATE")], by="jo")
    assert done.day.row("LATE")["restriction"] == "suspension"


# --- lifting -------------------------------------------------------------------------------------------------------------------


def test_a_lift_takes_two_leads_and_a_reason_while_a_check_is_open(desk: Desk, day: Day) -> None:
    begun = imposed(desk, day, "LATE").day
    assert whys(restrictions.lift(desk, begun, [Asked("LATE", "paid")], by="ana")) == [
        ("LATE", "ana is no lead: only a lead lifts a restriction.")
    ]
    (_, why) = whys(restrictions.lift(desk, begun, [Asked("LATE")], by="mei"))[0]
    assert why.endswith("not met: a lift now needs a reason.")
    proposed = restrictions.lift(desk, begun, [Asked("LATE", "seen in the branch")], by="mei")
    assert "nothing-past-due" in proposed.events[0].data["open"]
    assert proposed.day.row("LATE")["restriction"] == "no_cash_advance"
    assert whys(restrictions.approve(desk, proposed.day, [Asked("LATE")], by="mei")) == [
        ("LATE", "mei proposed to lift it: a second person signs.")
    ]
    done = restrictions.approve(desk, proposed.day, [Asked("LATE")], by="jo")
    row = done.day.row("LATE")
    assert (row["restriction"], row["lifted_on"]) == (None, AS_OF)


def test_what_changed_since_the_proposal_is_signed_for_with_a_reason(desk: Desk, day: Day) -> None:
    begun = imposed(desk, day, "FINE", reason="INFO").day
    for proof in Proof:
        begun = restrictions.confirm(desk, begun, [Asked("FINE", proof=proof)], by="ana").day
    proposed = restrictions.lift(desk, later(desk, 20), [Asked("FINE")], by="mei")
    assert [event.data["open"] for event in proposed.events] == [[]]
    wrong = restrictions.confirm(desk, proposed.day, [Asked("FINE", proof=Proof.INCOME, found=Finding.FALSE)], by="ana")
    (_, why) = whys(restrictions.approve(desk, wrong.day, [Asked("FINE")], by="jo"))[0]
    assert why.startswith("No longer met since it was proposed: ")
    assert "income" in why


def test_a_lift_of_an_account_that_left_the_book_needs_a_reason(desk: Desk, day: Day, tmp_path: Path) -> None:
    imposed(desk, day, "FINE")
    month = AS_OF + timedelta(days=30)
    desk.import_book(book(tmp_path / "later", Tables(ACCOUNTS[:2], CYCLES[:12]), as_of=month))
    now = later(desk, 30)
    (seen,) = release.queue(desk, now)
    assert (seen.row, seen.checklist) == (None, None)
    assert whys(restrictions.lift(desk, now, [Asked("FINE")], by="mei")) == [
        ("FINE", "1 check is not met: a lift now needs a reason.")
    ]
    done = lifted(desk, now, "FINE")
    assert not done.refused
    assert release.queue(desk, now) == ()


def test_a_signal_of_a_closed_case_counts_though_it_does_not_fire_any_more(
    desk: Desk, day: Day, tmp_path: Path
) -> None:
    imposed(desk, day, "FINE")
    given, later = AS_OF + timedelta(days=10), AS_OF + timedelta(days=45)
    drawn = [
        {"account_id": "FINE", "at": f"{given}T0{n}:00:00", "amount": 100, "kind": "cash_advance"} for n in range(4)
    ]
    path = tmp_path / "transactions.csv"
    pl.DataFrame(drawn).write_csv(path)
    found = day_file.recognised(path, desk.settings)
    assert found is not None
    day_file.take(desk, day_file.read_day_file(desk.folder, desk.settings, found, today=later))
    desk.clock = Clock.pinned(given, desk.zone)
    assert _quiet(desk) == 0
    closing = Ask(CaseAction.CLOSE, "mei", "explained", verdict=Verdict.FALSE_ALARM)
    assert not cases.decide(desk, desk.load(), ["FINE"], closing).refused
    tables = Tables(ACCOUNTS, CYCLES, more={"transactions": SPENT})
    desk.import_book(book(tmp_path / "later", tables, as_of=later))
    desk.clock = Clock.pinned(later, desk.zone)
    assert desk.load().conclusion.signals.filter(pl.col("account_id") == "FINE").is_empty()
    assert _quiet(desk) == 35


def _quiet(desk: Desk) -> int:
    """Return the days without a signal that a release is decided by."""
    (found,) = release.queue(desk, desk.load())
    assert found.checklist is not None
    return int(found.checklist.facts["quiet_days"])


# --- varying and putting off -------------------------------------------------------------------------------------------------------


def test_a_collector_makes_it_graver_and_cannot_ease_it(desk: Desk, day: Day) -> None:
    begun = imposed(desk, day, "LATE").day
    graver = Asked("LATE", "it grows", kind=RestrictionKind.LIMIT_CUT, limit=Decimal(4000))
    cut = restrictions.vary(desk, begun, [graver], by="ana")
    assert cut.day.row("LATE")["restriction"] == "limit_cut"
    for easier in (replace(graver, limit=Decimal(6000)), Asked("LATE", "x", kind=RestrictionKind.WATCH)):
        assert whys(restrictions.vary(desk, cut.day, [easier], by="ana")) == [
            ("LATE", "ana is no lead: only a lead eases a restriction.")
        ]
    eased = restrictions.vary(desk, cut.day, [Asked("LATE", "paid", kind=RestrictionKind.WATCH)], by="mei")
    assert eased.day.row("LATE")["restriction"] == "limit_cut"
    assert restrictions.approve(desk, eased.day, [Asked("LATE")], by="jo").day.row("LATE")["restriction"] == "watch"


def test_a_refused_change_leaves_what_was(desk: Desk, day: Day) -> None:
    begun = imposed(desk, day, "LATE").day
    waiting = restrictions.vary(desk, begun, [Asked("LATE", "x", kind=RestrictionKind.SUSPENSION)], by="ana")
    done = restrictions.refuse(desk, waiting.day, [Asked("LATE", "too hard")], by="jo")
    (found,) = done.standing.values()
    assert (found.kind, found.state) == (RestrictionKind.NO_CASH_ADVANCE, RestrictionState.ACTIVE)


def test_a_review_is_put_off(desk: Desk, day: Day) -> None:
    begun = imposed(desk, day, "LATE").day
    until = AS_OF + timedelta(days=200)
    done = restrictions.extend(desk, begun, [Asked("LATE", "bonus in spring", review_on=until)], by="ana")
    (found,) = release.queue(desk, done.day)
    assert (found.review_on, found.checklist and found.checklist.when) == (until, "said")
    assert whys(restrictions.extend(desk, done.day, [Asked("FINE", "x", review_on=until)], by="ana")) == [
        ("FINE", "No restriction stands on it.")
    ]


def test_of_two_after_a_merge_the_one_that_is_meant_is_named(desk: Desk, day: Day) -> None:
    mine = imposed(desk, day, "LATE").events[0]
    theirs = replace(mine, event_id=desk.ledger.next_id(1), data={**mine.data, "kind": "watch", "reason": "LARGE"})
    desk.ledger.record(theirs, recorded_at=desk.clock.now())
    now = desk.load()
    assert now.row("LATE")["restriction"] == "no_cash_advance"
    (_, why) = whys(restrictions.lift(desk, now, [Asked("LATE", "x")], by="mei"))[0]
    assert why == "2 restrictions stand on it."
    done = restrictions.lift(desk, now, [Asked("LATE", "x", restriction=theirs.event_id)], by="mei")
    assert [each.kind for each in done.standing.values()] == [RestrictionKind.WATCH]


# --- review, what if, what comes back -------------------------------------------------------------------------------------------------


def test_the_queue_begins_with_what_is_to_be_signed(desk: Desk, day: Day) -> None:
    one = imposed(desk, day, "FINE")
    two = imposed(desk, one.day, "LATE", reason="FRAUD", review_on=AS_OF + timedelta(days=300))
    assert [each.restriction.account_id for each in release.queue(desk, two.day)] == ["LATE", "FINE"]


def test_a_payment_today_brings_the_review_forward_and_records_nothing(desk: Desk, day: Day) -> None:
    now = imposed(desk, day, "LATE").day
    head = desk.ledger.head()
    found = release.what_if(desk, now, "LATE", paid=Decimal(1000), shown=list(Proof))
    assert found.then.checklist is not None
    assert found.now.checklist is not None
    assert "nothing-past-due" in found.now.checklist.open
    assert "nothing-past-due" not in found.then.checklist.open
    assert found.then.review_on < found.now.review_on
    assert found.then.row is not None
    assert (found.then.row["past_due"], found.then.row["dpd"]) == (0, 0)
    assert found.then.row["score"] > now.row("LATE")["score"]
    assert desk.ledger.head() == head
    assert release.what_if(desk, now, "LATE").then.checklist == found.now.checklist


def test_a_part_of_what_is_past_due_leaves_the_rest(desk: Desk, day: Day) -> None:
    now = imposed(desk, day, "LATE").day
    found = release.what_if(desk, now, "LATE", paid=Decimal(400))
    assert found.then.row is not None
    assert found.then.row["past_due"] == 600


def test_what_if_asks_for_a_restriction_and_an_amount_that_can_be_meant(desk: Desk, day: Day) -> None:
    with pytest.raises(BadUse, match="No restriction stands on FINE"):
        release.what_if(desk, day, "FINE")
    with pytest.raises(UnknownAccount):
        release.what_if(desk, day, "NOBODY")
    now = imposed(desk, day, "LATE").day
    for amount in ("0", "-5", "1e15"):
        with pytest.raises(BadUse, match="above zero and below"):
            release.what_if(desk, now, "LATE", paid=Decimal(amount))


def test_what_comes_back_after_a_lift_is_said(desk: Desk, day: Day) -> None:
    done = lifted(desk, imposed(desk, day, "LATE").day, "LATE")
    assert release.returned(desk, done.day) == ()
    again = imposed(desk, later(desk, 60), "LATE", reason="LATE")
    assert [(each.account_id, each.days) for each in again.back] == [("LATE", 60)]
    assert again.day.row("LATE")["rebreached_on"] == AS_OF + timedelta(days=60)
    whole = release.review(desk, again.day, "LATE")
    assert whole.rebreach is not None
    assert [each.state for each in whole.past] == [RestrictionState.LIFTED]


def test_signals_suggest_a_reason_where_nothing_stands(desk: Desk, day: Day) -> None:
    assert "CASH3" in [ground.code for ground in release.review(desk, day, "LATE").suggested]
    with pytest.raises(UnknownAccount):
        release.review(desk, day, "NOBODY")


def test_what_another_desk_wrote_and_does_not_fit_is_told(desk: Desk, day: Day) -> None:
    stray = Event(
        desk.ledger.next_id(1),
        EventKind.APPROVAL,
        "LATE",
        "C1",
        desk.clock.now(),
        "jo",
        "approve",
        data={"role": "lead"},
    )
    desk.ledger.record(stray, recorded_at=desk.clock.now())
    (passed,) = release.review(desk, day, "LATE").passed
    assert (passed.event_id, passed.why) == (stray.event_id, "Nothing waits for a signature here.")


# --- the work order --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", orders.FORMATS)
def test_a_work_order_is_written_once(desk: Desk, day: Day, tmp_path: Path, suffix: str) -> None:
    now = imposed(desk, day, "LATE", "FINE").day
    path = tmp_path / f"order{suffix}"
    made = orders.lines(desk, now)
    orders.write(desk, path, made, by="mei")
    assert made["order_code"].to_list() == ["BLOCK-CASH", "BLOCK-CASH"]
    assert orders.SAYS in path.read_bytes().decode("utf-8", "replace")
    assert orders.lines(desk, now).is_empty()
    assert orders.lines(desk, now, everything=True).height == 2
    done = lifted(desk, now, "FINE")
    assert orders.lines(desk, done.day)["ends_code"].to_list() == ["UNBLOCK-CASH"]


def test_a_file_of_everything_is_not_recorded_twice(desk: Desk, day: Day, tmp_path: Path) -> None:
    now = imposed(desk, day, "LATE").day
    orders.write(desk, tmp_path / "one.csv", orders.lines(desk, now), by="mei")
    head = desk.ledger.head()
    orders.write(desk, tmp_path / "two.csv", orders.lines(desk, now, everything=True), by="mei")
    assert desk.ledger.head() == head


def test_an_order_that_may_wait_to_be_executed_is_not_written_over(desk: Desk, day: Day, tmp_path: Path) -> None:
    now = imposed(desk, day, "LATE").day
    path = tmp_path / "order.csv"
    path.write_text("waits", "utf-8")
    with pytest.raises(BadUse, match="is there already"):
        orders.write(desk, path, orders.lines(desk, now), by="mei")
    assert path.read_text("utf-8") == "waits"
    assert orders.lines(desk, now).height == 1


def test_a_file_whose_order_could_not_be_recorded_is_taken_away(
    desk: Desk, day: Day, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = imposed(desk, day, "LATE").day
    fill_disk(desk, monkeypatch)
    with pytest.raises(NotRecorded):
        orders.write(desk, tmp_path / "order.csv", orders.lines(desk, now), by="mei")
    assert not (tmp_path / "order.csv").exists()


def test_a_csv_runs_no_formula(desk: Desk, day: Day, tmp_path: Path) -> None:
    hostile = Asked("LATE", reason="CASH3")
    desk.settings = replace(desk.settings, people={**PEOPLE, "=cmd|calc": Role.COLLECTOR})
    now = restrictions.impose(desk, day, [hostile], by="=cmd|calc").day
    orders.write(desk, tmp_path / "order.csv", orders.lines(desk, now), by="mei")
    assert "'=cmd|calc" in (tmp_path / "order.csv").read_text("utf-8")
    assert pl.read_csv(tmp_path / "order.csv").height == 1
