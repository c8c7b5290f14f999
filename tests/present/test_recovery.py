"""The figures shown multiply and add up; whose tries they come from is said."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from deskcollect.present import recovery
from deskcollect.present.lines import length, plain
from deskcollect.vocabulary import ReachFrom
from tests.present.conftest import Told

NUMBER = r"(−?[\d,.]+)"


def number(text: str) -> Decimal:
    """Return a figure as it is read off the screen."""
    return Decimal(text.replace(",", "").replace("−", "-"))


def row_of(told: Told, **more: Any) -> dict[str, Any]:
    """Return an account that a contact may bring something from."""
    row = next(r for r in told.day.table.iter_rows(named=True) if r["expected_recovery"] and r["currency"] == "TWD")
    plain_row = {"reach": 0.413, "cure_reached": 0.382, "cure_anyway": 0.224, "past_due": Decimal(10240)}
    counted = {"recovery_anyway": 0.413 * 0.224 * 10240, "recovery_cost": 30.0, "reach_channel": "phone"}
    return (
        row | plain_row | counted | {"expected_recovery": 638.3, "reach_from": "own", "past_due_assumed": False} | more
    )


def test_two_lines_and_one_say_the_same(told: Told) -> None:
    two = [plain(entry) for entry in recovery.in_two(told.voice, row_of(told), 60)]
    assert two == [
        " Recovery: reach 41.3 % × pays 38.2 % × 10,240 = 1,616",
        "           − comes in anyway 947 − cost 30 = 639",
    ]
    one = plain(recovery.in_one(told.voice, row_of(told), 100))
    assert one == " Recovery: reach 41.3 % × pays 38.2 % × 10,240 − comes in anyway 947 − cost 30 = 639"


def test_what_is_shown_can_be_worked_out_by_hand_for_every_account_of_the_demo(told: Told) -> None:
    shown = 0
    for row in told.day.table.iter_rows(named=True):
        if row["expected_recovery"] is None:
            continue
        first, second = (plain(entry) for entry in recovery.in_two(told.voice, row, 200))
        read = re.fullmatch(rf" Recovery: reach ~?{NUMBER} % × pays {NUMBER} % × ~?{NUMBER} = {NUMBER}", first)
        less = re.fullmatch(rf" +− comes in anyway {NUMBER}(?: − cost {NUMBER})? = {NUMBER}", second)
        assert read
        assert less
        reach, pays, due, gross = (number(text) for text in read.groups())
        anyway, cost, total = (number(text or "0") for text in less.groups())
        unit = Decimal(1).scaleb(-told.voice.digits(row["currency"]))
        assert abs(reach * pays * due / 10_000 - gross) <= unit
        assert gross - anyway - cost == total
        assert abs(float(total) - row["expected_recovery"]) <= 2 * float(unit)
        shown += 1
    assert shown > 100


@pytest.mark.parametrize("width", [30, 40, 50, 60, 80, 120])
def test_a_line_is_never_cut(told: Told, width: int) -> None:
    for due in (Decimal("12.5"), Decimal(10240), Decimal("1234567890.25")):
        row = row_of(told, past_due=due, recovery_anyway=float(due) * 0.0925)
        two, one = recovery.in_two(told.voice, row, width), recovery.in_one(told.voice, row, max(width, 60))
        assert all(length(entry) <= width for entry in two)
        assert length(one) <= max(width, 60)
        assert all("reach" in "".join(plain(entry) for entry in lines) for lines in (two, [one]))


def test_on_a_narrow_screen_the_factors_stay(told: Told) -> None:
    assert (
        plain(recovery.in_one(told.voice, row_of(told), 60))
        == " Recovery 639: reach 41.3 %, pays 38.2 %, anyway 22.4 %"
    )


def test_a_chance_that_is_assumed_is_marked(told: Told) -> None:
    row = row_of(told, reach_from=ReachFrom.PRIOR.value)
    assert "reach ~41.3 %" in plain(recovery.in_one(told.voice, row, 100))


def test_a_currency_without_a_cost_shows_none(told: Told) -> None:
    row = row_of(told, recovery_cost=None)
    assert plain(recovery.in_one(told.voice, row, 100)).endswith("− comes in anyway 947 = 669")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"hold_rule": "disputed"}, "not counted: no contact is made"),
        ({"hold_rule": None, "state": "verify"}, "not counted before the figures agree"),
        ({"hold_rule": None, "state": "quiet"}, "nothing is past due"),
    ],
)
def test_why_nothing_is_expected_is_said(told: Told, more: dict[str, Any], said: str) -> None:
    row = row_of(told, expected_recovery=None, **more)
    assert plain(recovery.in_one(told.voice, row, 80)) == f" Recovery: {said}"
    assert [plain(entry) for entry in recovery.in_two(told.voice, row, 80)] == [f" Recovery: {said}"]
    account = told.account(row["account_id"])
    (only,) = recovery.table(told.voice, replace(account, row=row), 80)
    assert plain(only).strip().lower() == said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reach_from": "own", "tried_count": 9, "reached_count": 4}, "4 of 9 calls to this customer reached, and the desk's at this hour"),
        ({"reach_from": "own", "tried_count": 1, "reached_count": 0}, "0 of 1 call to this customer reached, and the desk's at this hour"),
        ({"reach_from": "desk"}, "no history of this customer: from the desk's 273 calls"),
        ({"reach_from": "prior"}, "assumed: this desk has recorded no calls before today"),
        ({"reach_from": "prior", "reach_channel": "text"}, "assumed: a text does not tell whether it was read"),
        ({"reach_from": "prior", "reach_channel": "email"}, "assumed: an e-mail does not tell whether it was read"),
        ({"reach_from": "nowhere"}, "no number is left to call"),
    ],
)  # fmt: skip
def test_whose_tries_say_so_is_told(told: Told, more: dict[str, Any], said: str) -> None:
    assert recovery.source(told.voice, row_of(told, **more), 273) == said


def test_without_the_desk_s_number_of_calls_they_are_named_all_the_same(told: Told) -> None:
    row = row_of(told, reach_from="desk")
    assert recovery.source(told.voice, row) == "no history of this customer: from the desk's calls"


def test_each_band_that_was_tried_says_how_often_and_no_history_is_said(told: Told) -> None:
    account = told.account(row_of(told)["account_id"])
    cells = tuple(
        {"channel": channel, "band": band, "tried": tried, "reached": reached}
        for channel, band, tried, reached in [("phone", "morning", 3, 1), ("phone", "evening", 5, 4), ("text", "noon", 2, 0)]
    )  # fmt: skip
    row = row_of(told, best_band="evening", best_reach=0.62)
    known = replace(account, row=row, tries=cells, desk_tries=273)
    assert recovery.by_hours(told.voice, known) == "8-12 h 1 of 3 · 18-21 h 4 of 5, best 18-21 h (62 %)"
    nobody = replace(account, row=row_of(told, best_band=None), tries=(), desk_tries=0)
    said = [plain(entry) for entry in recovery.contact_lines(told.voice, nobody, 100)]
    assert said[-1] == " reached      no history"


def test_the_table_names_every_factor_with_its_source_and_fits(told: Told) -> None:
    account = told.account(row_of(told)["account_id"])
    known = replace(account, row=row_of(told), desk_tries=273)
    lines = recovery.table(told.voice, known, 90)
    assert all(length(entry) <= 90 for entry in lines)
    text = "\n".join(plain(entry) for entry in lines)
    for word in ("41.3 %", "38.2 %", "22.4 % anyway", "10,240", "1,616", "947", "one call, recovery.toml", "639"):
        assert word in text
    assert "prior:" in text
    unknown = replace(known, row=row_of(told, recovery_cost=None, currency="XAU"))
    assert "recovery.toml has none in XAU" in "\n".join(plain(e) for e in recovery.table(told.voice, unknown, 90))
