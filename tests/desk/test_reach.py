"""What is recorded moves how likely a customer is reached and what a contact may bring, and never the risk by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from deskcollect.desk import make
from deskcollect.desk.account import account as gather
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.desk.pipeline import arrange
from deskcollect.records import Entry
from deskcollect.vocabulary import Channel, Lens, ReachFrom
from tests.desk.builders import (
    ANA,
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
    outcome,
    statements,
    told,
)

Seen = tuple[Desk, Day]
RISK = ["score", "prob_default", "tier", "effect_milli", "card_milli"]
CALLED: Row = {"days_past_due": 40}
BOOK = Tables(
    [
        account("A1", ANA, **CALLED),
        account("A2", ANA, past_due=300, **CALLED),
        account("B1", BO, past_due=4000, **CALLED),
    ],
    [row for name in ("A1", "A2", "B1") for row in statements(name, 500, 400, 0, 600, 500, 0)],
)


def tried(account_id: str, code: str = "NA", hours_ago: int = 1, **more: Any) -> Entry:
    """Return a try of some hours ago."""
    return Entry(account_id, code, "ana", occurred_at=at(AS_OF) - timedelta(hours=hours_ago), **more)


def reach_of(day: Day, account_id: str) -> float:
    """Return how likely the customer of an account is reached."""
    found: float = day.row(account_id)["reach"]
    return found


def test_a_try_in_vain_lowers_the_chance_for_the_customer_and_leaves_the_risk_alone(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    after = told(desk, day, tried("A1"))
    assert reach_of(after, "A1") < reach_of(day, "A1")
    assert reach_of(after, "A2") == reach_of(after, "A1"), "the same customer"
    assert reach_of(after, "B1") == reach_of(day, "B1"), "another one"
    for name in ("A1", "A2"):
        assert [after.row(name)[c] for c in RISK] == [day.row(name)[c] for c in RISK]
        assert after.row(name)["cure_anyway"] == day.row(name)["cure_anyway"]
        assert after.row(name)["expected_recovery"] < day.row(name)["expected_recovery"]
    assert (after.row("A1")["reach_from"], after.row("A1")["tried_count"]) == (ReachFrom.OWN, 1)


def test_reaching_the_customer_raises_it_and_taking_it_back_undoes_it(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    done = desk.record(day, tried("A1", "NC"))
    assert reach_of(done.day, "A1") > reach_of(day, "A1")
    undone = desk.undo(done.day, done.event.event_id, by="ana").day
    equal_days(undone, day)
    assert undone.row("A1")["reach_from"] == ReachFrom.PRIOR


def test_a_desk_without_a_record_says_that_it_assumes(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    assert set(day.table["reach_from"]) == {ReachFrom.PRIOR}
    assert gather(desk, day, "A1").tries == ()
    assert gather(desk, day, "A1").desk_tries == 0


def test_a_record_of_an_earlier_day_moves_the_desk_s_rate_for_everybody(tmp_path: Path) -> None:
    """The day after it is the one that a desk opened anew sees; taking it back leads to the day before it."""
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    done = desk.record(day, tried("A1", "NC", hours_ago=30))
    assert done.day.row("B1")["reach_from"] == ReachFrom.DESK
    assert reach_of(done.day, "B1") > reach_of(day, "B1")
    fresh = open_desk(desk.folder, desk.clock)
    equal_days(done.day, fresh.load())
    fresh.close()
    equal_days(desk.undo(done.day, done.event.event_id, by="ana").day, day)


def test_so_does_the_record_of_a_customer_who_left_the_book(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = desk.load()
    gone = outcome(1, "Z9", "NC", at(days(-2)), customer_id="C9", channel=Channel.PHONE)
    desk.ledger.record(gone, recorded_at=desk.clock.now())
    assert desk.load().row("B1")["reach_from"] == ReachFrom.DESK
    equal_days(desk.undo(desk.load(), gone.event_id, by="ana").day, day)


def test_the_account_tells_its_customer_s_tries_by_band(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    day = told(desk, desk.load(), tried("A1"), tried("A2", "NC"), tried("A1", hours_ago=15), tried("B1"))
    found = gather(desk, day, "A2").tries
    assert [(cell["channel"], cell["band"], cell["tried"], cell["reached"]) for cell in found] == [
        ("phone", "morning", 2, 1),
        ("phone", "evening", 1, 0),
    ]


def test_where_nothing_may_be_done_nothing_is_expected(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    held = told(desk, desk.load(), Entry("A1", "DISP", "ana", reason="paid"))
    assert held.row("A1")["expected_recovery"] is None
    assert held.row("A2")["expected_recovery"] is not None


def test_in_the_demo_only_the_past_due_that_may_be_worked_have_a_figure(seen: Seen) -> None:
    _, day = seen
    due = (pl.col("past_due") > 0) & ~pl.col("state").is_in(["hold", "verify"])
    counted = pl.col("expected_recovery").is_not_null()
    assert day.table.filter(due & ~counted).is_empty()
    assert day.table.filter(~due.fill_null(value=False) & counted).is_empty()
    assert day.table.filter(counted)["cure_anyway"].is_between(0, 1).all()


def test_the_lens_of_recovery_puts_first_what_a_contact_brings_most_in_each_currency(seen: Seen) -> None:
    _, day = seen
    rows = day.table[arrange(day.table, lens=Lens.RECOVERY)].filter(~pl.col("worked_today"))
    assert rows["currency"].n_unique() > 1
    for part in rows.partition_by("currency"):
        known = part["expected_recovery"].drop_nulls()
        assert known.is_sorted(descending=True)
        assert part["expected_recovery"].head(len(known)).null_count() == 0


def test_a_desk_made_before_the_file_was_there_takes_the_shipped_one(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    file = desk.folder / "policies" / "recovery.toml"
    day = desk.load()
    desk.close()
    file.unlink()
    again = open_desk(desk.folder, desk.clock)
    equal_days(again.load(), day)
    again.close()


def test_a_desk_s_own_assumptions_count(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    file = desk.folder / "policies" / "recovery.toml"
    file.write_text(file.read_text("utf-8").replace("reach = 0.25\neffect = 0.5", "reach = 0.9\neffect = 0.5"), "utf-8")
    again = open_desk(desk.folder, desk.clock)
    assert again.load().row("A1")["reach"] == 0.9
    again.close()


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/New_York", None])
def test_a_customer_far_away_is_told_for_the_hour_there(tmp_path: Path, zone: str | None) -> None:
    place: Row = {} if zone is None else {"timezone": zone}
    tables = Tables([account("A1", ANA, **CALLED, **place), account("B1", BO, timezone="Asia/Taipei", **CALLED)])
    desk = desk_of(tmp_path, tables)
    reached = [tried("B1", "NC", hours_ago=24 * ago) for ago in range(1, 9)]
    in_vain = [tried("B1", "NA", hours_ago=24 * ago - 12) for ago in range(1, 9)]
    day = told(desk, desk.load(), *reached, *in_vain)
    assert (reach_of(day, "A1") > 0.33) == (zone != "America/New_York"), (
        "at ten in the morning of Taipei it is ten at night there"
    )


def test_scoring_a_book_needs_no_desk(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, BOOK)
    scored = make.score_book(book(tmp_path / "again", BOOK, AS_OF, TOLD), desk.policies, desk=desk).collect()
    assert scored["account_id"].to_list() == ["A1", "A2", "B1"]
