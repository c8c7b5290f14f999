"""What was kept long enough goes in whole files; what is on hold or in force keeps its file, and all behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.clock import Clock
from deskcollect.desk.alerts import cases
from deskcollect.desk.alerts.cases import Ask
from deskcollect.desk.decisions import restrictions
from deskcollect.desk.decisions.restrictions import Asked
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.upkeep import retaining
from deskcollect.desk.upkeep.retaining import Why
from deskcollect.errors import BadUse, Damaged
from deskcollect.ledger.upkeep import retention
from deskcollect.scoring.card import load
from deskcollect.scoring.recalibrate import Shift, recalibrated
from deskcollect.vocabulary import CaseAction, EventKind, Role, Verdict
from tests.aged import LONG_AGO, aged, old
from tests.desk.builders import ANA, AS_OF, BO, TAIPEI, TOLD, Tables, account, at, book, desk_of, statements

NOW = at(AS_OF, 9)
THEN = date(2017, 2, 20)
TOLD_BY_ALL = replace(TOLD, people={"ana": Role.COLLECTOR, "mei": Role.LEAD, "jo": Role.LEAD})
LATE = account("A1", ANA, past_due=300)
STILL = (
    *(
        "hold_code",
        "hold_on",
        "hold_by",
        "callback_at",
        "callback_by",
        "bad_number_count",
        "contact_lost",
        "restriction",
    ),
    *("case_number", "case_state"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a desk of two accounts that has no records yet."""
    cycles = [row for each in ("A1", "A2") for row in statements(each, 500, 400, 0, 600, 500, 0)]
    desk = desk_of(tmp_path, Tables([LATE, account("A2", BO)], cycles), told=TOLD_BY_ALL)
    desk.close()
    return desk.folder


@contextmanager
def opened(folder: Path, on: date = AS_OF) -> Iterator[Desk]:
    """Open a desk on a day."""
    desk = open_desk(folder, Clock.pinned(on, TAIPEI))
    try:
        yield desk
    finally:
        desk.close()


def stays(folder: Path, years: int = 5) -> dict[Why, tuple[tuple[str, ...], int]]:
    """Return what keeps old files, for whom and how many of them."""
    with opened(folder) as desk:
        return {each.why: (each.ids, each.files) for each in retaining.plan(desk, years).stays}


def old_files(files: list[range]) -> int:
    """Return how many files hold only the thirty records of long ago."""
    return sum(each[-1] <= 30 for each in files)


# --- how long -----------------------------------------------------------------------------------------------------------


def test_nobody_says_how_long(folder: Path) -> None:
    aged(folder, now=NOW)
    with opened(folder) as desk:
        for years, why in ((None, "Nobody says how long"), (0, "cannot be kept for 0 years"), (101, "101 years")):
            with pytest.raises(BadUse, match=why):
                retaining.plan(desk, years)


def test_the_setting_says_how_long_and_an_option_another(folder: Path) -> None:
    aged(folder, now=NOW)
    toml = folder / "desk.toml"
    toml.write_text(toml.read_text("utf-8").replace("retain_years = 0", "retain_years = 9"), "utf-8")
    with opened(folder) as desk:
        assert (retaining.plan(desk).years, retaining.plan(desk, 4).years) == (9, 4)
        assert retaining.plan(desk).before.isoformat() == "2017-09-30T00:00:00+08:00"
    with opened(folder, date(2028, 2, 29)) as desk:
        assert retaining.plan(desk, 1).before.isoformat() == "2027-02-28T00:00:00+08:00"


# --- dropping -----------------------------------------------------------------------------------------------------------


def test_old_files_go_and_what_is_said_of_them_is_what_went(folder: Path) -> None:
    files = aged(folder, now=NOW)
    with opened(folder) as desk:
        wanted = retaining.plan(desk, 5)
        assert len(wanted.going) == old_files(files) > 4
        last = files[len(wanted.going) - 1][-1]
        assert (wanted.records, wanted.going[-1].last.seq, wanted.stays) == (last, last, ())
        assert (wanted.oldest, wanted.newest) == (LONG_AGO + timedelta(days=1), LONG_AGO + timedelta(days=last))
        assert retaining.retire(desk, wanted, by="mei") == last
        report = desk.ledger.verify()
        assert (report.ok, report.begins) == (True, last + 1)
        (told,) = retention.declared(desk.ledger.backend.lines)
        assert (told.first, told.last, told.hash) == (1, last, wanted.going[-1].last.hash)
        assert (told.by, told.years) == ("mei", 5)
        assert told.retired_at is not None
        assert told.retired_at.date() == AS_OF
        again = retaining.plan(desk, 5)
        assert (again.going, again.stays, again.unfinished) == ((), (), 0)


def test_a_damaged_ledger_drops_nothing(folder: Path) -> None:
    aged(folder, now=NOW)
    (folder / "ledger" / "00000003.jsonl").unlink()
    with opened(folder) as desk, pytest.raises(Damaged, match="nothing is dropped"):
        retaining.plan(desk, 5)


def test_nothing_goes_where_somebody_was_put_on_hold_while_a_person_was_asked(folder: Path) -> None:
    aged(folder, now=NOW)
    with opened(folder) as desk, opened(folder) as other:
        wanted = retaining.plan(desk, 5)
        other.ledger.record(_hold("C-GONE-3"), recorded_at=NOW)
        with pytest.raises(BadUse, match="Others recorded something"):
            retaining.retire(desk, wanted, by="mei")
        assert desk.ledger.verify().begins == 1


# --- what keeps a file ------------------------------------------------------------------------------------------------


def _hold(customer: str, code: str = "HOLD", number: int = 900) -> Any:
    return old(number, "", customer, kind=EventKind.SYSTEM, account_id="", code=code, occurred_at=NOW, note="lawsuit")


def test_a_customer_on_hold_keeps_the_file_and_all_behind_it(folder: Path) -> None:
    files = aged(folder, now=NOW, at_9=old(9, "A-9", "C9"), at_12=old(12, "A-9", "", customer_id=""))
    place = next(number for number, each in enumerate(files) if 9 in each)
    with opened(folder) as desk:
        desk.ledger.record(_hold("C9"), recorded_at=NOW)
        wanted = retaining.plan(desk, 5)
        assert len(wanted.going) == place
        assert {each.why: each.ids for each in wanted.stays} == {Why.HOLD: ("C9",)}
        assert wanted.stay_files == old_files(files) - place
        retaining.retire(desk, wanted, by="mei")
        assert desk.ledger.get(old(9).event_id) is not None
        desk.ledger.record(_hold("C9", "UNHOLD", 901), recorded_at=NOW)
        assert retaining.plan(desk, 5).stays == ()


@pytest.mark.parametrize(
    ("why", "fields"),
    [
        (Why.STOP, {"code": "DECD"}),
        (Why.NUMBER, {"code": "DC", "contact_point": "phone"}),
        (Why.CALLBACK, {"code": "CB", "data": {"at": "2017-03-12T09:00:00+08:00"}}),
        (Why.PROMISE, {"code": "PTP", "amount": Decimal(50), "currency": "TWD", "due_date": date(2026, 10, 5)}),
        (Why.PROMISE, {"code": "PLAN", "amount": Decimal(5), "due_date": date(2017, 4, 1), "data": {"count": 200}}),
        (Why.UNKNOWN, {"kind": "sermon"}),
        (Why.UNKNOWN, {"kind": EventKind.SYSTEM, "code": "SERMON"}),
    ],
)
def test_what_is_in_force_keeps_its_file(folder: Path, why: Why, fields: dict[str, Any]) -> None:
    files = aged(folder, now=NOW, at_9=old(9, "A1", "C1", **fields))
    place = next(number for number, each in enumerate(files) if 9 in each)
    assert stays(folder) == {why: (("A1",), old_files(files) - place)}


def test_what_is_in_force_no_more_does_not(folder: Path) -> None:
    stop, bad = old(2, "A1", "C1", code="DECD"), old(10, "A2", "C2", code="DC", contact_point="phone")
    taken_back = old(3, "A1", "C1", kind=EventKind.CORRECTION, code="", corrects=stop.event_id)
    reached = old(950, "A2", "C2", code="CLM", contact_point="phone", occurred_at=NOW)
    other = old(4, "GONE", "C77", code="DECD")
    aged(folder, now=NOW, at_2=stop, at_3=taken_back, at_4=other, at_10=bad)
    assert set(stays(folder)) == {Why.NUMBER}
    with opened(folder) as desk:
        wanted = retaining.plan(desk, 5)
        assert wanted.accounts == 1, "A1 loses two records of long ago, and is told of"
        desk.ledger.record(reached, recorded_at=NOW)
    assert stays(folder) == {}


def _restrict(desk: Desk) -> None:
    done = restrictions.impose(desk, desk.load(), [Asked("A1", reason="CASH3")], by="ana")
    assert done.events, done.refused


def _promote(desk: Desk) -> None:
    card = recalibrated(load(), Shift(0.5, 1.0, 400), version="1.1")
    desk.shelf.promote(card, by="lea", now=desk.clock.now(), gated={})


@pytest.mark.parametrize(
    ("why", "who", "act"),
    [(Why.RESTRICTION, ("A1",), _restrict), (Why.CARD, (), _promote)],
)
def test_what_was_decided_long_ago_and_stands_keeps_its_file(
    folder: Path, why: Why, who: tuple[str, ...], act: Callable[[Desk], None]
) -> None:
    with opened(folder, THEN) as desk:
        act(desk)
    files = aged(folder, now=NOW)
    assert stays(folder) == {why: (who, sum(each[-1] <= 31 for each in files))}


def test_what_was_decided_about_a_case_that_is_open_still_keeps_its_file(tmp_path: Path) -> None:
    tables = Tables([LATE], statements("A1", 0, 0, 0, 0, newest=date(2016, 12, 15)))
    desk = desk_of(tmp_path, tables, as_of=date(2016, 12, 20), told=TOLD_BY_ALL)
    assert cases.decide(desk, desk.load(), ["A1"], Ask(CaseAction.ACKNOWLEDGE, "ana")).events
    desk.import_book(book(tmp_path / "now", Tables([LATE], statements("A1", 0, 0, 0, 0)), told=TOLD_BY_ALL))
    desk.close()
    aged(desk.folder, now=NOW)
    assert set(stays(desk.folder)) == {Why.CASE}
    with opened(desk.folder) as desk:
        assert cases.decide(
            desk, desk.load(), ["A1"], Ask(CaseAction.CLOSE, "mei", reason="x", verdict=Verdict.USEFUL)
        ).events
    assert stays(desk.folder) == {}


def test_three_promotions_leave_the_first_to_go(folder: Path) -> None:
    with opened(folder, THEN) as desk:
        _promote(desk)
    aged(folder, now=NOW)
    with opened(folder) as desk:
        for version in ("1.2", "1.3"):
            card = recalibrated(load(), Shift(0.4, 1.0, 400), version=version)
            desk.shelf.promote(card, by="lea", now=desk.clock.now(), gated={})
        before = desk.shelf.history()
        wanted = retaining.plan(desk, 5)
        assert wanted.stays == ()
        retaining.retire(desk, wanted, by="mei")
        assert desk.shelf.history() == before[1:]


CODES = st.sampled_from(["NA", "DECD", "DISP", "DC", "WN", "CB", "PTP", "RPC", "PP"])
RECORDS = st.lists(st.tuples(CODES, st.sampled_from(["A1", "A2", "GONE"]), st.booleans()), min_size=6, max_size=14)


@given(told=RECORDS)
@settings(max_examples=25, deadline=None)
def test_what_is_in_force_is_the_same_afterwards(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, str, bool]]
) -> None:
    where = tmp_path_factory.mktemp("desks")
    made = desk_of(where, Tables([LATE, account("A2", BO)]), told=TOLD_BY_ALL)
    made.close()
    placed = {f"at_{n}": _told(n, *each) for n, each in enumerate(told, 5)}
    aged(made.folder, now=NOW, **placed)
    with opened(made.folder) as desk:
        before = desk.load()
        wanted = retaining.plan(desk, 5)
        retaining.retire(desk, wanted, by="mei")
        after = desk.load()
        assert after.table.select(STILL).equals(before.table.select(STILL))
        assert desk.ledger.verify().ok


def _told(number: int, code: str, account_id: str, is_withdrawn: bool) -> Any:
    """Return an outcome of long ago; of those that are withdrawn the record that does it."""
    customer = {"A1": "C1", "A2": "C2"}.get(account_id, "C-GONE")
    if is_withdrawn:
        earlier = old(number - 1).event_id
        return old(number, account_id, customer, kind=EventKind.CORRECTION, code="", corrects=earlier)
    data = {"at": f"2017-04-{number:02}T09:00:00+08:00"} if code == "CB" else {}
    due = date(2017, 4, 1) if code == "PTP" else None
    return old(number, account_id, customer, code=code, contact_point="phone", data=data, due_date=due)
