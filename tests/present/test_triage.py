"""The bar of screens, the lists as tabs, and one alert case in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from deskcollect.case import Case, Decision, Sight, Step, Trace
from deskcollect.desk.alerts import triage as desk_triage
from deskcollect.desk.alerts.cases import of_account
from deskcollect.present import triage
from deskcollect.present.lines import Line, length, line, plain
from deskcollect.present.shapes import UNICODE
from deskcollect.vocabulary import AlertLevel, CaseAction, CaseState
from tests.present.conftest import Told

COUNTS = {"open": 56, "mine": 14, "nobodys": 22, "snoozed": 9, "overdue": 1, "held_back": 5}
SHARE = triage.Share(56, 400, 0.2)
PLACE = triage.Place(rank=1, shown=56, sort=None, level="", typed="", marked=0)
SIZES = [(119, 12), (79, 7), (59, 3)]


def of_case(told: Told, account_id: str, silent: Sequence[tuple[str, tuple[str, ...]]] = ()) -> triage.Told:
    """Return what is told of an account's case."""
    found = of_account(told.desk, told.day, account_id)
    return triage.Told(told.day.row(account_id), desk_triage.fired(told.day, account_id), found[-1], silent)


def texts(lines: Sequence[Line]) -> list[str]:
    """Return lines as bare text."""
    return [plain(entry) for entry in lines]


# --- above the list -----------------------------------------------------------------------------------------------------------


def test_the_bar_names_the_screens_that_are_there() -> None:
    tabs = [triage.BarEntry("1", "Worklist", None, "worklist"), triage.BarEntry("2", "Alerts", 1_056, "alerts")]
    told = triage.bar([*tabs, triage.BarEntry("3", "Restrictions", 12, "restrictions")], "alerts", line("right"), 80)
    assert plain(told).startswith(" 1 Worklist  [2 Alerts 1,056]  3 Restrictions 12 ")
    assert plain(told).endswith("right")
    assert {part.action for part in told if "Alerts" in part.text} == {"app.go('alerts')"}


def test_the_levels_stand_with_their_signs_and_what_is_overdue() -> None:
    levels = {"blue": 31, "yellow": 15, "orange": 7, "red": 3}
    assert plain(triage.levels(levels, 1, UNICODE)) == "■3 ◆7 ▲15 ●31   1 overdue "
    assert "overdue" not in plain(triage.levels(levels, 0, UNICODE))
    assert triage.levels(levels, 1, UNICODE)[-1].role == "error"


def test_the_lists_stand_as_tabs_with_the_share_beside_them() -> None:
    tabs, order = triage.tabs(COUNTS, "open", SHARE, PLACE, 120, low=False)
    assert plain(tabs).startswith(" [Open 56]  Mine 14  Nobody's 22  Snoozed 9  Overdue 1  Held back 5 ")
    assert plain(tabs).endswith("56 of 400 accounts = 14 % · cap 20 % ")
    assert plain(order).startswith(" / type to filter ")
    assert plain(order).endswith("Level, then due  1 of 56 ")


def test_a_list_without_a_case_is_left_out_unless_it_is_shown() -> None:
    none = {**COUNTS, "mine": 0, "snoozed": 0}
    shown = plain(triage.tabs(none, "snoozed", SHARE, PLACE, 120, low=False)[0])
    assert "Mine" not in shown
    assert "[Snoozed 0]" in shown


def test_above_the_cap_the_share_is_a_warning_and_stays_where_there_is_little_room() -> None:
    above = replace(SHARE, flagged=100)
    for width in (120, 80, 60):
        lines = triage.tabs(COUNTS, "open", above, PLACE, width, low=False)
        assert all(length(entry) <= width for entry in lines)
        told = [part for entry in lines for part in entry if "25 % · cap 20 %" in part.text]
        assert [part.role for part in told] == ["warning"], width
    assert triage.Share(0, 0, 0.2).line(short=True)[0].role == "muted"


def test_a_low_screen_has_one_line_for_list_and_order() -> None:
    (only,) = triage.tabs(COUNTS, "mine", SHARE, PLACE._replace(marked=2, level="red"), 80, low=True)
    assert plain(only).startswith(" [Mine 14]  , . list   / filter ")
    assert "only red  2 marked  Level, then due  1 of 56" in plain(only)


def test_the_order_tells_sort_and_filter() -> None:
    place = PLACE._replace(sort=("case_due_on", True), typed="garcia")
    order = plain(triage.tabs(COUNTS, "open", SHARE, place, 120, low=False)[1])
    assert order.startswith(" / garcia ")
    assert "Sort: due on ↓" in order


@pytest.mark.parametrize("queue", triage.LISTS)
def test_an_empty_list_says_so_and_names_the_others(queue: str) -> None:
    lines = texts(triage.nothing(queue, "red", {**COUNTS, queue: 0}))
    assert "red" in lines[0] or queue == "closed"
    assert ("Snoozed 9" in lines[1]) == (queue != "snoozed")
    assert "1  Worklist" in texts(triage.nothing(queue, "", {}))[1]


def test_every_list_of_the_desk_has_a_name() -> None:
    assert set(desk_triage.QUEUES) <= set(triage.LISTS)


# --- below the list -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "most"), SIZES)
def test_a_case_takes_no_more_room_than_it_may(told: Told, width: int, most: int) -> None:
    for row in told.day.table.iter_rows(named=True):
        if row["case_number"]:
            lines = triage.panel(told.rows(), of_case(told, row["account_id"], (("a", ("contacts",)),)), width, most)
            assert len(lines) <= most
            assert all(length(entry) <= width for entry in lines)
            shown = texts(lines)
            assert row["account_id"] in shown[0]
            assert shown[-1].startswith(" Next ") or any(text.startswith(" Next ") for text in shown)


def test_each_signal_is_told_with_weight_evidence_and_date(told: Told) -> None:
    account_id = told.having(alert_level="red")["account_id"]
    case = of_case(told, account_id)
    shown = texts(triage.panel(told.rows(), case, 119, 20))
    for fired in case.fired:
        if fired["facts"] is None:
            proof = told.voice.evidence(fired["rule"], case.row)
            assert any(
                text.startswith(f" {fired['strength']}") and fired["family"] in text and proof in text for text in shown
            )


def test_a_signal_that_fires_no_more_is_told_as_it_was(told: Told) -> None:
    account_id = told.having(alert_level="red")["account_id"]
    was = {"rule": "rolling", "family": "payment", "strength": "strong", "seen_on": date(2026, 7, 31), "measured": 9.0}
    was["facts"] = '{"cycles_past_due_before": "7", "cycles_past_due": "9"}'
    lines = triage.panel(told.rows(), of_case(told, account_id)._replace(fired=(was,)), 119, 12)
    text = plain(lines[1])
    assert "was: 7 → 9 cycles past due" in text
    assert text.rstrip().endswith("31 Jul")
    assert {part.role for part in lines[1] if part.text.strip()} == {"muted"}


def test_what_does_not_fit_is_counted(told: Told) -> None:
    case = of_case(told, told.having(alert_level="red")["account_id"])
    many = case._replace(fired=tuple(case.fired[:1]) * 9)
    shown = texts(triage.panel(told.rows(), many, 119, 7))
    assert shown[4] == " 6 more signals: x Explain"


def test_the_worst_value_is_told_where_it_was_worse_than_now(told: Told) -> None:
    row = told.having(alert_level="red")
    now = {"rule": "utilisation-jump", "family": "usage", "strength": "weak", "measured": 0.9, "facts": None}
    now["seen_on"] = date(2026, 9, 30)

    def shown(worst: float) -> str:
        trace = Trace(date(2026, 7, 31), date(2026, 9, 30), 3, worst)
        case = of_case(told, row["account_id"]).case
        assert case is not None
        case = replace(case, traces={"utilisation-jump": trace})
        return "\n".join(texts(triage.panel(told.rows(), triage.Told(row, (now,), case, ()), 119, 12)))

    assert "worst utilisation 106 %" in shown(1.06)
    assert "worst" not in shown(0.9)
    assert "3 facts since" in shown(0.9)


@pytest.mark.parametrize(
    ("column", "value", "text"), [("past_due", 5120.0, "5,120"), ("utilisation_now", 0.93, "93 %"), ("dpd", 31.0, "31")]
)
def test_a_measure_is_told_as_its_column_is_read(told: Told, column: str, value: float, text: str) -> None:
    assert triage._value(told.rows(), column, value, told.having(currency="TWD")) == text


def test_the_newest_steps_are_shown(told: Told) -> None:
    row = told.having(alert_level="orange")
    shown = texts(triage.panel(told.rows(), triage.Told(row, (), _worked(9), ()), 119, 10))
    assert any(text.startswith("── Steps · 5 of 9") for text in shown)
    assert sum("snoozed until Fri 9 Oct · reason 8" in text for text in shown) == 1
    assert not any("reason 3" in text for text in shown)


def test_the_rules_without_data_are_told_whole_or_not_at_all(told: Told) -> None:
    case = of_case(told, told.having(alert_level="blue")["account_id"])
    silent = (("a", ("payments",)), ("b", ("snapshots", "transactions")))
    whole = " ".join(text.strip() for text in texts(triage.panel(told.rows(), case._replace(silent=silent), 119, 12)))
    assert "2 rules not looked at: a second book is needed" in whole
    short = texts(triage.panel(told.rows(), case._replace(silent=silent), 59, 3))
    assert "rules not" not in " ".join(short)


def _worked(number: int) -> Case:
    """Return a case on which somebody decided again and again."""
    steps = []
    for n in range(number):
        at = datetime(2026, 9, 1 + n, 9, 0)  # noqa: DTZ001 - a time in the desk's zone as it is shown
        sight = Sight(at.date(), AlertLevel.ORANGE, "", {})
        asked: dict[str, Any] = {"reason": f"reason {n}", "until": date(2026, 10, 1 + n)}
        decision = Decision(f"e{n}", CaseAction.SNOOZE, "ana", at, sight, **asked)
        steps.append(Step(at.date(), "decided", AlertLevel.ORANGE, decision=decision))
    on = date(2026, 9, 1)
    return Case(1, CaseState.NEW, AlertLevel.ORANGE, "", on, on, None, steps=tuple(steps))
