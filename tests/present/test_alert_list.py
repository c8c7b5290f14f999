"""The list of early warnings and the evidence behind one."""

from __future__ import annotations

import pytest

from deskcollect.present import alerts
from deskcollect.present.lines import length, plain
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.width import cells
from tests.present.conftest import Told


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [79, 119])
def test_no_cell_of_the_list_is_cut_but_names(told: Told, width: int, glyphs: Glyphs) -> None:
    flagged = [row for row in told.day.table.iter_rows(named=True) if row["alert_level"]]
    for column in alerts.columns(told.rows(glyphs), width):
        if column.name != "customer":
            assert all(cells(column.cell(row)[0]) <= column.width for row in flagged), column.name


def test_the_tabs_count_every_level_and_warn_over_the_cap(told: Told) -> None:
    levels = told.day.summary.levels
    tabs = alerts.tabs(levels, "red", told.rows(), 0.2, 400, 100)
    assert f"[■ red {levels['red']}]" in plain(tabs)
    assert plain(tabs).startswith(f" All {sum(levels.values())} ")
    assert tabs[-1].role == "muted"
    assert alerts.tabs(levels, "", told.rows(), 0.01, 400, 100)[-1].role == "warning"


@pytest.mark.parametrize("most", [2, 7, 9])
def test_the_evidence_takes_no_more_lines_than_it_may(told: Told, most: int) -> None:
    for row in told.day.table.iter_rows(named=True):
        if row["alert_level"]:
            lines = alerts.evidence(told.rows(), row, (("a", ("contacts",)),), 80, most)
            assert 1 <= len(lines) <= most
            assert all(length(entry) <= 80 for entry in lines[1:])
            shown = "\n".join(plain(entry) for entry in lines)
            every = all(told.voice.evidence(signal, row)[:20] in shown for signal in row["signals"])
            assert every or lines[-1][0].text == " more: x Explain"


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


def test_the_rules_without_data_are_told_whole_or_not_at_all(told: Told) -> None:
    row = told.having(alert_level="blue")
    silent = (("a", ("payments",)), ("b", ("snapshots", "transactions")))
    for width in (60, 80, 120):
        text = [plain(entry) for entry in alerts.evidence(told.rows(), row, silent, width, 12)]
        assert all(cells(entry) <= width for entry in text[1:])
        whole = " ".join(entry.strip() for entry in text)
        assert "2 rules not looked at: a second book is needed" in whole
        assert whole.endswith("ask the lender for them")
    short = alerts.evidence(told.rows(), row, silent, 60, 3)
    assert len(short) <= 3
    assert "rules not" not in "".join(map(plain, short))


def test_the_last_column_is_named_for_what_stands_in_it(told: Told) -> None:
    assert alerts.columns(told.rows(), 120)[-1].title == "Evidence"
    assert alerts.columns(told.rows(), 80)[-1].title == "Strongest signal"
