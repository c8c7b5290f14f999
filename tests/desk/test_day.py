"""A day at the desk: its rows, its counts, its lists, and what a record exchanges in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.desk.alerts import triage, watched
from deskcollect.desk.day import Day, spliced
from deskcollect.desk.desk import Desk
from deskcollect.desk.pipeline import arrange, beside, conclude, fold, of_customer
from deskcollect.desk.summary import gravest_alerts, summary, updated
from deskcollect.errors import UnknownAccount
from deskcollect.records import Entry
from deskcollect.vocabulary import AlertLevel, Lens, Tier
from tests.desk.builders import (
    ANA,
    AS_OF,
    BO,
    TAIPEI,
    Tables,
    account,
    at,
    days,
    desk_of,
    equal_days,
    moved,
    same,
    statements,
    told,
)

Seen = tuple[Desk, Day]
VIEWER = triage.Viewer("ana", AS_OF)
Role = Callable[[str], str]


# --- rows --------------------------------------------------------------------------------------------------------------------


def test_an_account_has_one_place_in_the_list_and_in_the_book(seen: Seen, role: Role) -> None:
    _, day = seen
    place = day.place(role("chen"))
    assert day.table["account_id"][place] == day.standing.accounts["account_id"][place] == role("chen")
    assert day.standing.cycles["account_id"].equals(day.table["account_id"])
    assert day.row(role("chen"))["customer_name"] == "陳怡君"


def test_an_account_that_is_not_there_is_named_with_the_book(seen: Seen) -> None:
    _, day = seen
    with pytest.raises(UnknownAccount) as caught:
        day.row("TW-999999")
    assert caught.value.message == "No account TW-999999 in the book of 30 Sep 2026."
    assert "deskcollect worklist" in caught.value.remedy


def test_accounts_of_one_customer_are_found_together_and_one_leads(seen: Seen, role: Role) -> None:
    _, day = seen
    for pair in (("okafor", "okafor-2"), ("silva", "silva-2")):
        rows = [day.row(role(name)) for name in pair]
        assert len({row["customer_id"] for row in rows}) == 1
        places = day.customer(rows[0]["customer_id"]).to_list()
        assert {day.place(row["account_id"]) for row in rows} <= set(places)
        assert sum(day.table["leads"][place] for place in places) == 1


def test_nobody_is_called_twice(seen: Seen) -> None:
    _, day = seen
    to_call = day.table.filter(pl.col("queues").list.contains("to-call") & ~pl.col("worked_today"))
    assert to_call["customer_id"].is_unique().all()


def test_the_account_with_the_highest_past_due_leads_until_it_may_not_be_worked(tmp_path: Path) -> None:
    two = Tables([account("A1", past_due=300), account("A2", past_due=900), account("A3", BO)])
    desk = desk_of(tmp_path, two)
    day = desk.load()
    assert day.table["leads"].to_list() == [False, True, True]
    assert day.table["customer_account_count"].to_list() == [2, 2, 1]
    held = told(desk, day, Entry("A2", "DISP", "ana", reason="paid"))
    assert held.table["leads"].to_list() == [True, False, True]
    gone = told(desk, held, Entry("A1", "DECD", "ana"))
    assert gone.table["leads"].to_list() == [False, False, True]


# --- one account alone equals the batch --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chen", "olga", "okafor", "silva", "lost", "cease", "undo", "healthy"])
def test_a_customer_alone_is_judged_as_among_all(seen: Seen, role: Role, name: str) -> None:
    desk, day = seen
    customer = day.row(role(name))["customer_id"]
    rows = day.customer(customer)
    events = of_customer(desk.ledger.events(desk.zone), customer, day.table["account_id"].gather(rows))
    ids = day.table["account_id"].gather(rows)
    before = watched.of_accounts(desk, day.conclusion.seen, ids, day.moment.as_of)
    alone = conclude(day.standing.at(rows), events, desk.policies, day.moment, day.conclusion.rates, before)
    same(alone.worklist.drop("score_week_ago"), day.table[rows].drop("score_week_ago"))
    mine = pl.col("account_id").is_in(alone.worklist["account_id"].implode())
    same(alone.effects, day.conclusion.effects.filter(mine), by=["account_id", "effect", "event_id"])
    same(alone.signals, day.conclusion.signals.filter(mine), by=["account_id", "rule"])


def test_every_account_has_a_score_a_tier_a_treatment_and_a_reason(seen: Seen) -> None:
    _, day = seen
    needed = ["score", "prob_default", "tier", "tier_rule", "treatment", "state", "why", "leads", "queues"]
    assert day.table.select(needed).null_count().row(0) == (0,) * len(needed)
    assert day.table["queues"].list.contains("all").all()


def test_tables_in_another_order_are_joined_and_not_mixed_up() -> None:
    left = pl.LazyFrame({"account_id": ["A1", "A2", "A3"], "x": [1, 2, 3]})
    right = pl.LazyFrame({"account_id": ["A3", "A1"], "y": [30, 10], "x": [9, 9]})
    assert beside(left, right).rows() == [("A1", 1, 10), ("A2", 2, None), ("A3", 3, 30)]
    assert beside(left, left.select("account_id", z="x")).rows() == [("A1", 1, 1), ("A2", 2, 2), ("A3", 3, 3)]


# --- what a record exchanges -------------------------------------------------------------------------------------------------


def test_a_record_exchanges_the_rows_of_its_customer_and_no_other(demo: Desk, role: Role) -> None:
    day = demo.load()
    done = demo.record(day, Entry(role("okafor"), "HARD", "ana"))
    assert done.day.table["account_id"].equals(day.table["account_id"])
    customer = pl.col("customer_id") == moved(done).after["customer_id"]
    same(done.day.table.filter(~customer), day.table.filter(~customer))
    assert set(done.day.table.filter(customer)["state"]) == {"hold"}
    equal_days(done.day, demo.load())


def test_undo_brings_the_demo_back(demo: Desk, role: Role) -> None:
    day = demo.load()
    done = demo.record(day, Entry(role("chen"), "RP", "ana"))
    assert moved(done).after["score"] < moved(done).before["score"]
    equal_days(demo.undo(done.day, done.event.event_id, by="ana").day, day)


def test_after_many_records_the_list_is_still_in_few_pieces(seen: Seen) -> None:
    desk, day = seen
    now = day
    for place in range(0, 350, 5):
        row = day.table[[place]]
        mine = pl.col("account_id") == row["account_id"][0]
        found = day.conclusion
        names = ("signals", "seen", "promises", "effects")
        part = replace(found, worklist=row, **{name: getattr(found, name).filter(mine) for name in names})
        now = spliced(now, part, desk.policies)
    assert now.table.n_chunks() <= 64
    equal_days(now, day)


# --- counts ------------------------------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_table(seen: Seen) -> None:
    _, day = seen
    counted = day.summary
    assert counted.accounts == day.table.height == sum(counted.counts.values())
    assert counted.past_due_accounts == day.table.filter(pl.col("past_due") > 0).height
    shown = day.table.filter(pl.col("case_number").is_not_null() & (pl.col("case_state") != "held_back"))
    assert counted.flagged == shown.height == sum(counted.levels.values())
    assert counted.queues["all"] == counted.accounts
    assert list(counted.levels) == [level.value for level in AlertLevel]


def test_currencies_are_never_added_up(seen: Seen) -> None:
    _, day = seen
    counted = day.summary
    assert counted.currencies == ("TWD", "USD")
    for code in counted.currencies:
        mine = day.table.filter(pl.col("currency") == code)
        lines = counted.tiers[code]
        assert [line.tier for line in lines] == [tier.value for tier in Tier]
        assert sum(line.count for line in lines) == counted.counts[code] == mine.height
        assert sum(line.past_due for line in lines) == mine["past_due"].sum()
    assert counted.whole == {"TWD"}


def test_the_header_speaks_of_the_desks_currency_or_of_the_commonest(seen: Seen) -> None:
    desk, day = seen
    assert summary(day.table, "USD", desk.policies).currencies == ("USD", "TWD")
    assert summary(day.table, "EUR", desk.policies).currency == "TWD"


def test_a_credit_balance_lowers_nobodys_money_at_risk(seen: Seen) -> None:
    desk, day = seen
    owed = [Decimal(300), Decimal(-50)]
    two = day.table.head(2).with_columns(
        pl.Series("past_due", owed, dtype=day.table.schema["past_due"]), currency=pl.lit("TWD")
    )
    counted = summary(two, "TWD", desk.policies)
    assert sum(line.past_due for line in counted.tiers["TWD"]) == Decimal(300)


def test_a_list_without_accounts_counts_nothing(seen: Seen) -> None:
    desk, day = seen
    counted = summary(day.table.head(0), "TWD", desk.policies)
    assert (counted.accounts, counted.currency, counted.flagged, counted.orphans) == (0, "", 0, 0)
    assert set(counted.queues.values()) == {0}


@settings(max_examples=6)
@given(data=st.data())
def test_counting_on_gives_what_counting_anew_gives(seen: Seen, data: st.DataObject) -> None:
    desk, day = seen
    table = day.table
    places = data.draw(st.lists(st.integers(0, table.height - 1), min_size=1, max_size=6, unique=True))
    new = table[places].with_columns(
        _drawn(data, "tier", [tier.value for tier in Tier], len(places), table),
        _drawn(data, "alert_level", [None, *(level.value for level in AlertLevel)], len(places), table),
        _drawn(data, "queues", [["all"], ["to-call", "all"], ["blocked", "all"]], len(places), table),
        _drawn(data, "due_on", [None, AS_OF, days(3)], len(places), table),
    )
    after = pl.concat(
        [table[[place]] if place not in places else new[[places.index(place)]] for place in range(table.height)]
    )
    assert updated(day.summary, table[places], new, desk.policies) == summary(after, "TWD", desk.policies)


def _drawn(data: st.DataObject, name: str, values: list[Any], count: int, table: pl.DataFrame) -> pl.Series:
    """Draw a column."""
    drawn = data.draw(st.lists(st.sampled_from(values), min_size=count, max_size=count))
    return pl.Series(name, drawn, dtype=table.schema[name])


# --- lists -------------------------------------------------------------------------------------------------------------------


def ids(day: Day, **how: Any) -> list[str]:
    """Return the accounts of a view in their order."""
    return day.table["account_id"].gather(arrange(day.table, **how)).to_list()


def test_a_view_without_a_wish_is_all_by_risk(seen: Seen) -> None:
    _, day = seen
    found = arrange(day.table)
    assert sorted(found) == list(range(day.table.height))
    fresh = day.table[found].filter(~pl.col("worked_today"))
    assert fresh["prob_default"].is_sorted(descending=True)


@pytest.mark.parametrize("queue", ["to-call", "promises", "callbacks", "broken", "blocked", "verify", "all"])
def test_a_queue_shows_as_many_as_it_counts(seen: Seen, queue: str) -> None:
    _, day = seen
    assert len(arrange(day.table, queue=queue)) == day.summary.queues[queue] > 0


@pytest.mark.parametrize(
    ("typed", "name"), [("陳怡君", "chen"), ("петренко", "olga"), ("ПЕТРЕНКО", "olga"), ("петр  ольга", "olga")]
)
def test_a_name_is_found_as_it_is_typed(seen: Seen, role: Role, typed: str, name: str) -> None:
    _, day = seen
    found = ids(day, text=typed)
    assert role(name) in found
    assert len(found) < 20


def test_accents_case_and_order_of_words_do_not_matter(tmp_path: Path) -> None:
    names = Tables(
        [account("A1", {**BO, "customer_name": "José Ñandú"}), account("A2", {**ANA, "customer_name": None})]
    )
    day = desk_of(tmp_path, names).load()
    for typed in ("jose", "NANDU", "ñandú josé", "nandu a1", "c2"):
        assert ids(day, text=typed) == ["A1"]
    assert ids(day, text="a2") == ["A2"]
    assert ids(day, text="jose a2") == []
    assert ids(day, text=".*") == []
    assert fold("ÀÉ") == "ae"


def test_tiers_narrow_a_view(seen: Seen) -> None:
    _, day = seen
    found = arrange(day.table, within=["D", "E"])
    assert set(day.table["tier"].gather(found)) == {"D", "E"}
    assert len(found) == day.table.filter(pl.col("tier").is_in(["D", "E"])).height


@pytest.mark.parametrize("descending", [False, True])
def test_a_column_sorts_and_what_is_not_known_stands_last(seen: Seen, *, descending: bool) -> None:
    _, day = seen
    found = day.table["last_on"].gather(arrange(day.table, sort=("last_on", descending)))
    known = found.drop_nulls()
    assert known.is_sorted(descending=descending)
    assert found.head(len(known)).null_count() == 0


def test_the_lens_of_exposure_puts_the_largest_first(seen: Seen) -> None:
    _, day = seen
    rows = day.table[arrange(day.table, lens=Lens.EXPOSURE)].filter(~pl.col("worked_today"))
    assert rows["exposure_share"].drop_nulls().is_sorted(descending=True)


def test_the_gravest_alerts_come_first(seen: Seen) -> None:
    _, day = seen
    levels = gravest_alerts(day.table, 20)["alert_level"]
    assert levels.is_sorted(descending=True)
    assert levels[0] == AlertLevel.RED
    asleep = triage.order(day.table, VIEWER, queue=triage.SNOOZED)
    assert len(triage.order(day.table, VIEWER)) + len(asleep) == day.summary.flagged
    assert len(triage.order(day.table, VIEWER)) == day.summary.open_cases


def test_alerts_of_one_level_and_by_a_column(seen: Seen) -> None:
    _, day = seen
    found = triage.order(day.table, VIEWER, levels=["orange"], sort=("past_due", True))
    assert set(day.table["alert_level"].gather(found)) == {"orange"}
    assert day.table["past_due"].gather(found).is_sorted(descending=True)


def test_a_callback_of_today_stands_among_the_callbacks(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, Tables([account("A1")], statements("A1", 0, 0)))
    day = told(desk, desk.load(), Entry("A1", "CB", "ana", at=at(AS_OF, 14)))
    row = day.row("A1")
    assert row["callback_at"].astimezone(TAIPEI) == at(AS_OF, 14)
    assert "callbacks" in row["queues"]
