"""The columns of the list of alert cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from deskcollect.present import alerts
from deskcollect.present.rows import ListColumn
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.width import cells
from tests.present.conftest import Told

TODAY = date(2026, 9, 30)


def flagged(told: Told) -> list[dict[str, Any]]:
    """Return the accounts with an open case."""
    return [row for row in told.day.table.iter_rows(named=True) if row["case_number"]]


def named(told: Told, width: int) -> dict[str, ListColumn]:
    """Return the columns of a width by name."""
    return {column.name: column for column in alerts.columns(told.rows(), width)}


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [59, 79, 119, 199])
def test_no_cell_of_the_list_is_cut_but_names(told: Told, width: int, glyphs: Glyphs) -> None:
    found = alerts.columns(told.rows(glyphs), width)
    for column in found:
        if column.name not in {"customer", "evidence"}:
            assert all(cells(column.cell(row)[0]) <= column.width for row in flagged(told)), column.name
    assert 2 + sum(column.width + column.gap for column in found) - found[0].gap == width


def test_what_is_left_out_first_stands_below_the_list(told: Told) -> None:
    wide, narrow, smallest = (named(told, width) for width in (119, 79, 59))
    assert list(wide) == ["level", "customer", "evidence", "seen", "last", "past_due", "owner", "state", "due"]
    assert list(narrow) == ["level", "customer", "evidence", "past_due", "state", "due"]
    assert list(smallest) == ["level", "customer", "past_due", "state", "due"]


def test_two_signals_are_joined_where_their_evidence_fits_else_their_names(told: Told) -> None:
    row = {
        **told.having(alert_level="orange"),
        "signals": ["rolling", "utilisation-jump"],
        "signal_facts": [None, None],
    }
    row |= {"signal_count": 3, "cycles_past_due_before": 0, "cycles_past_due": 2}
    row |= {"utilisation_before": 0.41, "utilisation_now": 0.93}
    words = told.rows()
    whole = "0 → 2 cycles past due + utilisation 41 % → 93 % in two cycles"
    assert alerts.confirms(words, row, 80) == whole
    assert alerts.confirms(words, row, cells(whole) - 1) == "Rolling + utilisation jumped"
    assert alerts.confirms(words, row, 20) == "Rolling + 2 more"
    assert alerts.confirms(words, row, 9) == "Rolling"
    assert alerts.confirms(words, {**row, "signals": None, "signal_facts": None}, 20) == ""


@pytest.mark.parametrize(
    ("days", "text", "role"),
    [(-3, "3 d late", "error"), (0, "today", ""), (1, "Thu 1 Oct", ""), (100, "Fri 8 Jan", ""), (None, "", "")],
)
def test_a_late_case_stands_out(days: int | None, text: str, role: str) -> None:
    on = None if days is None else TODAY + timedelta(days=days)
    assert alerts.due({"case_due_on": on, "case_state": "new"}, TODAY) == (text, role)


def test_a_case_that_sleeps_or_waits_is_not_late() -> None:
    late = TODAY - timedelta(days=3)
    for state in ("snoozed", "held_back"):
        assert alerts.due({"case_due_on": late, "case_state": state}, TODAY)[1] == "muted"


def test_the_state_tells_until_when_a_case_sleeps_where_there_is_room() -> None:
    row = {"case_state": "snoozed", "case_until": date(2027, 1, 3), "case_woke": False}
    assert alerts.state(row, TODAY) == ("snoozed 3 Jan", "muted")
    assert alerts.state(row, TODAY, dated=False) == ("snoozed", "muted")
    woke = {"case_state": "new", "case_until": None, "case_woke": True}
    assert alerts.state(woke, TODAY) == ("woke", "warning")


def test_a_fact_of_long_ago_tells_its_year(told: Told) -> None:
    last = named(told, 119)["last"].cell
    assert last({"case_seen_on": date(2026, 9, 1)}) == ("1 Sep", "")
    assert last({"case_seen_on": date(2025, 9, 1)}) == ("2025", "")
    assert last({"case_seen_on": None}) == ("", "")


def test_what_rules_lack_is_said_with_its_source() -> None:
    assert alerts.needed(("payments",)) == "the book has no payments; ask the lender for them"
    assert alerts.needed(("snapshots",)) == "a second book is needed; import the next one"
    both = alerts.needed(("payments", "snapshots", "transactions"))
    assert both.startswith("a second book is needed; ")
    assert both.endswith("; the book has no payments and no transactions; ask the lender for them")
    assert (
        alerts.needed(("statements.minimum_due",))
        == "the book has no minimum_due in statements; ask the lender for them"
    )
    several = alerts.needed(("transactions.kind=salary", "transactions.days=210"))
    assert several == "the book has no salary in transactions and no transactions of 210 days; ask the lender for them"
    assert alerts.needed(("three_snapshots",)) == "three books are needed; import the next ones"
    assert "no ledger" in alerts.needed(("ledger",))
