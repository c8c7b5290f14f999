"""Which columns fit, and how a cell becomes exactly as wide as its column."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskcollect.present.shapes import ASCII, UNICODE
from deskcollect.tui.widgets.columns import Cut, TableColumn, narrowed, starts, total_width
from tests.tui.table_desk import columns

COLUMN = TableColumn("name", "Customer", 10, "left", lambda row: (str(row), "text"))


def names(width: int) -> list[str]:
    return [column.name for column in narrowed(columns(), width)]


def test_columns_go_in_the_order_of_their_priority() -> None:
    assert names(140) == ["tier", "call", "name", "dpd", "past_due", "score", "alert", "next", "why"]
    assert names(100) == ["tier", "call", "name", "dpd", "past_due", "score", "alert", "next"]
    assert names(80) == ["tier", "call", "name", "dpd", "past_due", "score", "next"]
    assert names(70) == ["tier", "call", "name", "dpd", "past_due", "next"]
    assert names(60) == ["tier", "name", "dpd", "past_due", "next"]
    assert names(10) == ["tier", "name", "dpd", "past_due", "next"], "some never go"


def test_the_name_gives_way_before_the_view_must_move_sideways() -> None:
    assert total_width(narrowed(columns(), 61)) == 61
    widths = {column.name: column.width for column in narrowed(columns(), 58)}
    assert widths["name"] == 15
    assert {column.name: column.width for column in narrowed(columns(), 20)}["name"] == 12


@given(st.integers(56, 300))
def test_columns_fill_the_window_and_never_more(width: int) -> None:
    fitting = narrowed(columns(), width)
    assert total_width(fitting) <= width
    if any(column.grows for column in fitting):
        assert total_width(fitting) == width
    assert starts(fitting)[-1] + fitting[-1].width + 2 == total_width(fitting)


@given(st.text(max_size=60), st.integers(0, 30), st.sampled_from(get_args(Cut)), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, cut: Cut, plain: bool) -> None:
    column = replace(COLUMN, width=width, cut=cut)
    shown = column.fitted(text, ASCII if plain else UNICODE)
    assert cell_len(shown) == width
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        (COLUMN, "Santos da Conceição", "Santos da…"),
        (replace(COLUMN, align="right"), "1,234,567,890", "##########"),
        (replace(COLUMN, align="right", cut="end"), "12 years ago", "12 years …"),
        (replace(COLUMN, cut="middle"), "TW-000000417", "TW-00…0417"),
    ],
)
def test_each_kind_of_text_is_cut_in_its_way(column: TableColumn, text: str, shown: str) -> None:
    assert column.fitted(text, UNICODE) == shown
