"""Where columns begin, and how a cell becomes exactly as wide as its column."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskcollect.present.shapes import ASCII, UNICODE
from deskcollect.present.width import Align
from deskcollect.tui.widgets.columns import GUTTER, TableColumn, starts, total_width
from tests.tui.table_desk import columns

COLUMN = TableColumn("name", "Customer", 10, "left", lambda row: (str(row), "text"))


def test_the_last_column_ends_where_the_row_ends() -> None:
    last = columns()[-1]
    assert GUTTER + starts(columns())[-1] + last.width == total_width(columns())


@given(st.text(max_size=60), st.integers(0, 30), st.sampled_from(get_args(Align)), st.booleans())
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, align: Align, plain: bool) -> None:
    column = replace(COLUMN, width=width, align=align)
    shown = column.fitted(text, ASCII if plain else UNICODE)
    assert cell_len(shown) == width
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("column", "text", "shown"),
    [
        (COLUMN, "Santos da Conceição", "Santos da…"),
        (replace(COLUMN, align="right"), "1,234,567,890", "##########"),
    ],
)
def test_each_kind_of_text_is_cut_in_its_way(column: TableColumn, text: str, shown: str) -> None:
    assert column.fitted(text, UNICODE) == shown
