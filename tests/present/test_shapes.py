"""Tiers, levels and marks can be told apart without colour, in both sets of signs."""

from dataclasses import fields

import pytest

from deskcollect.present.shapes import ASCII, TIER_WORDS, UNICODE, Glyphs
from deskcollect.present.width import cells
from deskcollect.vocabulary import AlertLevel, Tier

BOTH = pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])


def test_tiers_and_levels_as_the_design_draws_them() -> None:
    assert [UNICODE.tier(tier) for tier in Tier] == ["A▁", "B▂", "C▄", "D▆", "E█"]
    assert [ASCII.tier(tier) for tier in Tier] == ["A.", "B:", "C-", "D=", "E#"]
    assert [UNICODE.level(level, word=True) for level in AlertLevel] == ["● blue", "▲ yellow", "◆ orange", "■ red"]
    assert [ASCII.level(level) for level in AlertLevel] == [".", "!", "!!", "!!!"]
    assert UNICODE.tier(None) == "? "
    assert UNICODE.level(None) == ""


def test_a_change_has_a_sign_besides_its_colour() -> None:
    assert [UNICODE.change(points) for points in (9, -33, 0, None)] == ["▲9", "▼33", "=", ""]
    assert [ASCII.change(points) for points in (9, -33, 0)] == ["+9", "-33", "="]


@BOTH
def test_every_sign_takes_one_cell(glyphs: Glyphs) -> None:
    for field in fields(Glyphs):
        value = getattr(glyphs, field.name)
        if isinstance(value, str):
            assert cells(value) == len(value), field.name
    assert max(map(cells, glyphs.levels)) == glyphs.level_width


@BOTH
def test_no_two_tiers_and_no_two_levels_look_alike(glyphs: Glyphs) -> None:
    assert len({glyphs.tier_bar(tier) for tier in Tier}) == len(Tier)
    assert len({glyphs.level(level) for level in AlertLevel}) == len(AlertLevel)


def test_the_ascii_set_is_ascii_and_turns_the_desk_s_own_sentences_into_ascii() -> None:
    assert all(str(getattr(ASCII, field.name)).isascii() for field in fields(Glyphs))
    text = "612 → 588  broken −24 · Utilisation 41 % – ✓ ▸ … ─ D▆ ▲9 ▼33"
    assert ASCII.render(text).isascii()
    assert len(ASCII.render(text)) == len(text)
    assert ASCII.render("林志明 João") == "林志明 João"
    assert UNICODE.render(text) == text


def test_every_tier_has_a_word() -> None:
    assert [TIER_WORDS[tier] for tier in Tier] == [
        "very low risk",
        "low risk",
        "medium risk",
        "high risk",
        "very high risk",
    ]
