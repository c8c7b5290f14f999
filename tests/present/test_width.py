"""Columns stay straight whatever a name is made of."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskcollect.present.clean import clean
from deskcollect.present.width import Align, cells, fit, fit_middle, graphemes

NAMES = {
    "Silva João": 10,
    "林志明": 6,
    "佐藤 花子": 9,
    "김민준": 6,
    "Nguye\u0302\u0303n": 6,
    "สมชาย ใจดี": 9,
    "مریم\u200cپور": 7,
    "👩\u200d👩\u200d👧\u200d👦": 2,
    "🇹🇼": 2,
    "☎\ufe0f": 2,
    "☎": 1,
    "👍🏽": 2,
    "ｱｲｳ": 3,
    "ＡＢ": 4,
    "a\u200bb": 2,
}
# the pieces of which difficult names are made
PIECES = st.sampled_from(
    [*"aZ9 é林藤김ัสมา한ہم", *"☎1❤👩👧🏽🇹🇼", "\u0301", "\u200d", "\u200c", "\ufe0f", "\u1161", "ｱ", "…"]
)
TEXTS = st.one_of(st.text(PIECES, max_size=30), st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=30))
ALIGNS = st.sampled_from(["left", "right"])


@pytest.mark.parametrize(("name", "width"), NAMES.items())
def test_a_name_takes_the_cells_a_terminal_gives_it(name: str, width: int) -> None:
    assert cells(name) == width


@given(TEXTS)
def test_widths_agree_with_the_library_that_draws(text: str) -> None:
    assert cells(text) == cell_len(text)
    assert sum(width for _, width in graphemes(text)) == cells(text)
    assert "".join(cluster for cluster, _ in graphemes(text)) == text


def test_every_known_character_has_the_width_that_is_drawn() -> None:
    points = (chr(point) for point in range(32, sys.maxunicode) if not 0xD800 <= point < 0xE000)
    other = [hex(ord(c)) for c in points if unicodedata.category(c) != "Cn" and cells(c) != cell_len(c)]
    assert other == []


@given(TEXTS, st.integers(0, 40), ALIGNS)
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int, align: Align) -> None:
    assert cells(fit(text, width, align)) == width
    assert cells(fit_middle(text, width)) == width


@given(TEXTS.map(clean), st.integers(1, 40), ALIGNS)
def test_a_text_that_fits_is_whole_and_one_that_does_not_says_so(text: str, width: int, align: Align) -> None:
    text = text.strip("\u200d")
    shown = fit(text, width, align)
    if cells(text) < width:
        assert text in shown
    elif cells(text) > width:
        assert "…" in shown


def test_a_wide_character_is_never_cut_in_two() -> None:
    assert fit("林志明", 6) == "林志明"
    assert fit("林志明", 5) == "林志…"
    assert fit("林志明", 4) == "林… "
    assert fit("林志明", 4, "right") == " 林…"
    assert fit("林", 1) == "…"


def test_a_grapheme_is_never_cut_in_two() -> None:
    assert fit("e\u0301e\u0301e\u0301", 2) == "e\u0301…"
    assert fit("👩\u200d👩\u200d👧👩\u200d👩\u200d👧", 3) == "👩\u200d👩\u200d👧…"
    assert fit("🇹🇼🇹🇼", 3) == "🇹🇼…"


def test_right_to_left_text_is_set_apart_by_a_blank() -> None:
    assert fit("שלום", 4) == "של… "
    assert fit("שלום", 5) == "שלום "
    assert fit("שלום", 6, "right") == " שלום "


def test_an_id_loses_its_middle() -> None:
    assert fit_middle("TW-004417", 8) == "TW-0…417"
    assert fit_middle("TW-004417", 9) == "TW-004417"
    assert fit_middle("TW-004417", 12) == "TW-004417   "
    assert fit_middle("TW-004417", 1) == "…"


def test_a_cut_can_speak_ascii() -> None:
    assert fit("Santos da Conceição", 10, ellipsis="~") == "Santos da~"
