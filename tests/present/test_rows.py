"""The columns of the list: which fit, in which order they go, and that no cell is wider than its column."""

from __future__ import annotations

from itertools import pairwise

import pytest

from deskcollect.present.rows import ListColumn
from deskcollect.present.shapes import ASCII, UNICODE, Glyphs
from deskcollect.present.width import cells
from tests.present.conftest import Told

NEVER_DROPPED = ["tier", "customer", "dpd", "past_due", "step"]


def names(columns: tuple[ListColumn, ...]) -> list[str]:
    """Return the names of columns."""
    return [column.name for column in columns]


def test_columns_go_in_the_agreed_order_as_the_window_narrows(told: Told) -> None:
    words = told.rows()
    seen = [names(words.columns(width)) for width in range(139, 58, -1)]
    gone: list[str] = []
    for wider, narrower in pairwise(seen):
        gone += [name for name in wider if name not in narrower]
        assert not [name for name in narrower if name not in wider]
    assert gone == ["why", "score", "alert"]
    assert all(set(NEVER_DROPPED) <= set(columns) for columns in seen)


def test_a_very_wide_window_shows_more(told: Told) -> None:
    assert names(told.rows().columns(400))[-6:] == [
        "account_id",
        "balance",
        "last_contact",
        "collector",
        "product",
        "why",
    ]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_signs_and_figures_fit_their_columns(told: Told, glyphs: Glyphs) -> None:
    fixed = {"tier", "dpd", "past_due", "score", "alert", "currency", "step"}
    for width in (79, 119):
        for column in told.rows(glyphs).columns(width):
            if column.name in fixed:
                widest = max(cells(column.cell(row)[0]) for row in told.day.table.iter_rows(named=True))
                assert widest <= column.width, column.name


def test_columns_fill_the_window_exactly(told: Told) -> None:
    for width in (79, 119, 139, 199):
        columns = told.rows().columns(width)
        assert 2 + sum(column.width + column.gap for column in columns) - columns[0].gap == width


def test_an_account_that_waits_says_until_when(told: Told) -> None:
    row = next(r for r in told.day.table.iter_rows(named=True) if r["state"] == "wait" and r["due_on"])
    text, role = told.rows().step(row)
    assert text.startswith("Wait: ")
    assert role == "muted"


def test_a_held_account_says_what_to_do_and_stands_out(told: Told) -> None:
    row = told.having(state="hold")
    assert told.rows().step(row) == (told.voice.step(row), "warning")


def test_what_is_not_known_is_never_zero(told: Told) -> None:
    row = {**told.having(), "past_due": None, "currency": None, "collector": None, "product": None, "last_on": None}
    words = told.rows()
    assert words.past_due(row)[0] == "?"
    assert words.currency(row)[0] == "?"
    assert (words.collector(row)[0], words.product(row)[0], words.last_contact(row)[0]) == ("–", "–", "–")


def test_figures_and_grave_things_sort_from_the_top_first(told: Told) -> None:
    falls = {column.name: column.descends for column in told.rows().columns(400)}
    assert falls["dpd"]
    assert falls["tier"]
    assert not falls["customer"]
    assert not falls["score"], "the lowest score is the riskiest"
