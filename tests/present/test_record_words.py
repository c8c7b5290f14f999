"""The letters of the record dialog, and finding a code by word."""

from __future__ import annotations

import pytest

from deskcollect.policy import load
from deskcollect.present import record
from deskcollect.present.lines import length, plain

POLICIES = load.load()


@pytest.mark.parametrize("width", [56, 74])
def test_every_letter_is_shown_once_and_the_dialog_fits(width: int) -> None:
    lines = record.picker(POLICIES, width)
    assert all(length(entry) <= width for entry in lines)
    assert length(record.ways(4, width)) <= width
    letters = [part.text.strip() for entry in lines for part in entry if part.role == "accent"]
    wanted = {outcome.key[0] for outcome in POLICIES.outcomes if outcome.key}
    assert sorted(letters) == sorted(wanted)


def test_codes_that_ask_for_more_end_in_an_ellipsis() -> None:
    text = "\n".join(plain(entry) for entry in record.picker(POLICIES))
    assert "Promise to pay…" in text
    assert "No answer " in text


@pytest.mark.parametrize(
    ("typed", "first"), [("ptp", "PTP"), ("busy", "BZ"), ("ring", "NA"), ("PROMISE", "PTP"), ("wrong", "WN")]
)
def test_a_code_is_found_by_its_names(typed: str, first: str) -> None:
    assert record.found(POLICIES, typed)[0].code == first


def test_what_nothing_is_called_says_so() -> None:
    assert record.found(POLICIES, "zzz") == []
    assert record.found(POLICIES, " ") == []
    assert "Nothing is called so" in plain(record.found_lines([])[0])


def test_other_numbers_are_offered_only_where_there_are_some() -> None:
    assert "other number" not in plain(record.ways(1))
    assert "1-3" in plain(record.ways(3))


def test_a_narrow_list_says_how_many_lines_stand_above_and_below() -> None:
    assert "7 more below" in plain(record.more(0, 7))
    assert plain(record.more(7, 0)).startswith(" ↓ ↑  7 above")


def test_a_message_leaves_out_whole_pieces_and_keeps_its_key() -> None:
    said = "Zúñiga Matías: promise to pay 37,560 by Fri 2 Oct. 475 → 484  promise open +9  Now 3 of 122.   u Undo"
    assert record.whole(said, 200) == said
    assert record.whole(said, 90).endswith("475 → 484  promise open +9   u Undo")
    assert record.whole(said, 76).endswith("475 → 484   u Undo")
    assert record.whole(said, 60) == "Zúñiga Matías: promise to pay 37,560 by Fri 2 Oct.   u Undo"
    assert record.whole("One sentence. Another one.", 20) == "One sentence."
