"""What a card is handed over as: it reads back as it was, and a person can read it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.frames import Features
from deskcollect.scoring import points_card
from deskcollect.scoring.card import Bin, Card, Characteristic, Segment, load, sealed
from deskcollect.scoring.export import markdown, table
from deskcollect.scoring.score import milli_of, points, score_of
from tests.scoring.builders import NAMES, bundled, row_of, rows, small_card
from tests.scoring.test_sql import cards


def back(card: Card, folder: Path) -> Card:
    """Return a card that was written as CSV and imported."""
    file = folder / "card.csv"
    table(card).write_csv(file)
    return points_card.read(file, "back")


@pytest.mark.parametrize("name", ["default", "cure", "amounts"])
def test_a_bundled_card_comes_back_from_its_table_to_the_last_point(name: str, tmp_path: Path) -> None:
    card = load(name)
    found = back(card, tmp_path)
    assert found.characteristics == card.characteristics
    assert (found.intercept, found.segment, found.target) == (card.intercept, card.segment, card.target)
    assert points_card.is_counted(found)


def test_the_real_book_scores_alike_on_a_card_that_was_exported_and_imported(
    card: Card, book_features: pl.DataFrame, tmp_path: Path
) -> None:
    found = points(back(card, tmp_path), Features(book_features.lazy())).collect()
    assert found["card_milli"].equals(points(card, Features(book_features.lazy())).collect()["card_milli"])


@given(cards(), rows())
@settings(max_examples=60, deadline=None)
def test_any_card_comes_back_with_the_same_points(
    tmp_path_factory: pytest.TempPathFactory, card: Card, row: dict[str, float | None]
) -> None:
    found = back(card, tmp_path_factory.mktemp("back"))
    assert [(c.name, c.missing, c.bins) for c in found.characteristics] == [
        (c.name, c.missing, c.bins) for c in card.characteristics
    ]
    assert found.intercept == card.intercept
    assert milli_of(found, row) == milli_of(card, row)


def test_the_points_of_the_table_add_up_to_the_score(card: Card, book_features: pl.DataFrame) -> None:
    found = table(card)
    base = float(found.filter(pl.col("characteristic") == "base_points")["points"].item())
    for row in book_features.sample(50, seed=2).iter_rows(named=True):
        which = card.segment.names[int(row["cycles_now"] >= 1)]
        total = base
        for each in found.filter(pl.col("segment") == which, pl.col("missing") == "no").iter_rows(named=True):
            value = row[each["characteristic"]]
            above = each["start"] is None or value >= float(each["start"])
            total += float(each["points"]) if above and (each["end"] is None or value < float(each["end"])) else 0.0
        assert int(total + 0.5) == score_of(milli_of(card, row))


def test_the_table_has_one_row_a_bin_and_segment_and_one_for_unknown_values() -> None:
    found = table(small_card()).filter(pl.col("missing").is_not_null())
    assert found.columns == ["characteristic", "segment", "start", "end", "missing", "milli", "points", "count", "bad"]
    assert found.height == 2 * (3 + 1 + 2 + 1)
    assert found.row(1) == ("cycles_now", "not past due", "0.5", "1.5", "no", "0", "0.0000", None, None)
    assert found.row(6) == ("cycles_now", "past due", "1.5", None, "no", "1500", "-43.2809", None, None)
    assert found.row(7) == ("cycles_now", "past due", None, None, "yes", "900", "-25.9685", None, None)


def test_an_edge_has_no_exponent_that_a_spreadsheet_takes_for_a_formula() -> None:
    own = Characteristic("use_slope", (0, 0), (0, 0), (Bin(None, -1e-7, (0, 0)), Bin(-1e-7, None, (9, 9))))
    found = table(sealed(replace(small_card(), characteristics=(own,))))
    assert found.filter(pl.col("end").is_not_null())["end"].to_list() == ["-0.0000001"] * 2


def rows_of(page: str) -> dict[str, list[list[str]]]:
    """Return the rows of each table of a page by its heading."""
    found: dict[str, list[list[str]]] = {}
    for part in page.split("\n## ")[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        found[part.splitlines()[0]] = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return found


@pytest.mark.parametrize("card", [bundled(), small_card()], ids=lambda card: card.id)
def test_a_page_holds_every_point(card: Card) -> None:
    found = rows_of(markdown(card))
    assert list(found) == [characteristic.name for characteristic in card.characteristics]
    for characteristic in card.characteristics:
        milli = [(int(cells[4]), int(cells[8])) for cells in found[characteristic.name]]
        assert milli == [*(each.points for each in characteristic.bins), characteristic.missing]
        values = [cells[0] for cells in found[characteristic.name]]
        assert values[-1] == "not known"
        for (left, right), bins in zip(pairwise(values[:-1]), pairwise(characteristic.bins), strict=True):
            assert re.search(rf"below {bins[0].end}\b", left)
            assert right.startswith(str(bins[1].start))


def test_a_page_says_what_the_card_is() -> None:
    head = markdown(small_card()).split("\n## ")[0]
    assert head.startswith(f"# {small_card().stamp}\n\ndefault next month\n")
    assert "past due where `cycles_now` is 1.0 or more, else not past due; unknown is not past due" in head
    assert "Log odds of default in thousandths: -1500" in head
    assert "600 at 20 good to 1 bad, 20 points double the odds, higher is safer" in head
    assert "the average account of the segment: 560 if not past due and 525 if past due" in head
    assert small_card().hash in head


def test_a_page_says_when_nobody_was_counted(tmp_path: Path) -> None:
    assert "since no accounts were counted" in markdown(back(small_card(), tmp_path))


def test_points_of_a_page_are_against_the_average_account() -> None:
    found = rows_of(markdown(small_card()))
    assert [cells[7] for cells in found["cycles_now"]] == ["+26.0", "+5.8", "-17.3", "0.0"]


def test_no_name_of_a_card_becomes_markdown() -> None:
    odd = replace(small_card(), target="<b>#1</b> | *x*\n# y", segment=Segment("cycles_now", 1.0, ("a|b", "[c](d)")))
    page = markdown(odd)
    assert r"\<b\>\#1\</b\> \| \*x\*?\# y" in page
    assert r"a\|b: share" in page
    assert r"\[c\](d): share" in page


@given(st.sampled_from(NAMES), st.floats(-10, 10))
def test_the_missing_row_is_told_of_every_characteristic(name: str, value: float) -> None:
    own = Characteristic(name, (5, 5), (5, 5), (Bin(None, value, (0, 0)), Bin(value, None, (9, 9))))
    card = sealed(replace(small_card(), characteristics=(own,)))
    assert [cells[4] for cells in rows_of(markdown(card))[name]] == ["0", "9", "5"]
    assert milli_of(card, row_of()) == -1500 + 5
