"""How a list is narrowed and ordered, step by step and back again."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.tui.views import AlertView, WorkView, filtered, moved, next_to_work, sorted_by
from deskcollect.tui.widgets.rows import Rows
from deskcollect.vocabulary import Lens

HOME = WorkView("to-call", "to-call")


def test_every_narrowing_is_taken_back_one_by_one() -> None:
    view = WorkView("to-call", "all", Lens.EXPOSURE, "garcia", frozenset("E"), ("dpd", True))
    steps = []
    while (back := view.step_back()) is not None:
        steps.append(back)
        view = back
    assert [step.text for step in steps] == ["", "", "", ""]
    assert [step.sort for step in steps] == [("dpd", True), ("dpd", True), None, None]
    assert [step.tiers for step in steps] == [frozenset("E"), frozenset(), frozenset(), frozenset()]
    assert [step.queue for step in steps] == ["all", "all", "all", "to-call"]
    assert view.lens is Lens.EXPOSURE, "the lens is an order of its own and not a narrowing"


def test_the_alerts_go_back_the_same_way() -> None:
    view = AlertView("red", "x", ("past_due", True), "mine", "ana")
    names = []
    while (back := view.step_back()) is not None:
        names.append((back.text, back.sort, back.level, back.queue))
        view = back
    assert names == [
        ("", ("past_due", True), "red", "mine"),
        ("", None, "red", "mine"),
        ("", None, "", "mine"),
        ("", None, "", "open"),
    ]
    assert view.who == "ana"


@pytest.mark.parametrize(
    ("first", "second", "sort"),
    [
        (True, True, None),
        (False, False, None),
        (True, False, ("dpd", False)),
        (None, None, None),
        (False, None, None),
        (None, True, None),
    ],
)
def test_the_same_again_restores(first: bool | None, second: bool | None, sort: tuple[str, bool] | None) -> None:
    once = sorted_by(HOME, "dpd", first, usual=True)
    assert sorted_by(once, "dpd", second, usual=True).sort == sort


def test_another_column_sorts_at_once() -> None:
    once = sorted_by(HOME, "dpd", True, usual=True)
    assert sorted_by(once, "score", None, usual=False).sort == ("score", False)


def test_lenses_levels_and_queues_go_round() -> None:
    assert HOME.next_lens().next_lens().next_lens().lens == HOME.lens
    assert HOME.next_queue(["to-call", "broken"], 1).queue == "broken"
    assert HOME.next_queue(["to-call", "broken"], -1).queue == "broken"
    view, seen = AlertView(), []
    for _ in range(5):
        view = view.next_level()
        seen.append(view.level)
    assert seen == ["red", "orange", "yellow", "blue", ""]
    assert AlertView().next_queue(["open", "mine"], -1).queue == "mine"
    assert AlertView().only_level("red").only_level("red").level == ""
    assert HOME.only_tier("E").only_tier("E").tiers == frozenset()
    assert filtered(HOME, "x").text == "x"


@given(st.permutations(range(12)))
def test_moved_counts_as_few_rows_as_possible(order: list[int]) -> None:
    """Taking the moved rows out leaves the others in their order, and no smaller number would do."""
    old = pl.Series(range(12), dtype=pl.UInt32)
    number = moved(old, pl.Series(order, dtype=pl.UInt32))
    assert (number == 0) == (order == sorted(order))
    longest = [1] * 12
    for at, row in enumerate(order):
        longest[at] = 1 + max((longest[before] for before in range(at) if order[before] < row), default=0)
    assert number == 12 - max(longest)


def test_one_row_that_goes_to_the_end_is_one_row_moved() -> None:
    assert moved(pl.Series([0, 1, 2, 3]), pl.Series([1, 2, 3, 0])) == 1


def test_the_next_to_work_passes_over_what_waits_and_what_was_done() -> None:
    frame = pl.DataFrame({
        "account_id": list("abcde"),
        "state": ["act", "wait", "act", "act", "hold"],
        "worked_today": [None, False, True, False, False],
    })  # fmt: skip
    rows = Rows(frame, pl.Series([0, 1, 2, 3, 4], dtype=pl.UInt32), "account_id")
    assert next_to_work(rows, 0, 1) == 3
    assert next_to_work(rows, 3, 1) is None
    assert next_to_work(rows, 3, -1) == 0
    assert next_to_work(Rows(None, None, "account_id"), 0, 1) is None
