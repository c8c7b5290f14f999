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
