"""How the bins of a card are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deskcollect.desk.cards.model import Title, load, model
from deskcollect.present.card import as_text, interval, signed
from deskcollect.present.lines import plain
from deskcollect.present.shapes import UNICODE
from deskcollect.present.width import cells
from deskcollect.scoring.card import Learnt

MONTHS = Title("months past due", whole=True, least=0.0)
STATE = Title("state", whole=True, least=-2.0)
CHANGE = Title("change", whole=True, least=None)
SHARE = Title("balance / limit", whole=False, least=None)


@pytest.mark.parametrize(
    ("start", "end", "title", "told"),
    [
        (None, 0.5, MONTHS, "0"),
        (None, 2.5, MONTHS, "0 to 2"),
        (0.5, 1.5, MONTHS, "1"),
        (0.5, 5.5, MONTHS, "1 to 5"),
        (1.5, None, MONTHS, "2 or more"),
        (None, -1.5, STATE, "−2"),
        (-1.5, 0.5, STATE, "−1 to 0"),
        (None, 0.5, CHANGE, "0 or less"),
        (None, 0.041, SHARE, "below 4.1 %"),
        (-0.02, 0.041, SHARE, "−2.0 % to 4.1 %"),
        (0.0004, None, SHARE, "0.04 % or more"),
        (0.0, None, SHARE, "0.0 % or more"),
        (None, None, SHARE, "all"),
    ],
)
def test_a_bin_is_called_by_its_values(start: float | None, end: float | None, title: Title, told: str) -> None:
    assert interval(start, end, title) == told


@pytest.mark.parametrize(("points", "told"), [(9.44, "+9.4"), (-24.0, "−24.0"), (0.04, "0.0"), (-0.04, "0.0")])
def test_points_have_a_sign_unless_they_are_none(points: float, told: str) -> None:
    assert signed(points) == told


def test_what_recorded_facts_weigh_stands_under_the_card_that_learnt_it() -> None:
    assert not any("Recorded facts" in plain(entry) for entry in as_text(model(load("default")), UNICODE, 80))
    own = replace(load("default"), effects=(Learnt("promise-kept", 794, 1000, 1234), Learnt("declined", -700, -400, 9)))
    head, titles, *rows = [plain(entry) for entry in as_text(model(own), UNICODE, 80)][-4:]
    assert head.startswith("Recorded facts  points on their day")
    assert titles.split() == ["assumed", "learnt", "outcomes"]
    assert [row.split() for row in rows] == [
        ["promise-kept", "+28.9", "+22.9", "1,234"],
        ["declined", "−11.5", "−20.2", "9"],
    ]


@pytest.mark.parametrize("name", ["default", "cure"])
def test_a_card_is_a_table_of_straight_columns(name: str) -> None:
    lines = [plain(entry) for entry in as_text(model(load(name)), UNICODE, 80)]
    assert all(cells(text) <= 80 for text in lines)
    bins = lines[lines.index(next(text for text in lines if "share bad rate" in text)) :]
    ends = {
        cells(text.rstrip()) for text in bins if text.startswith("  ") and text.rstrip().endswith(tuple("0123456789"))
    }
    assert lines[0].startswith(f"{name}-1.0+")
    assert any("share bad rate  points" in text for text in lines)
    assert len(ends) <= 2, "the points of each segment end in one column"
