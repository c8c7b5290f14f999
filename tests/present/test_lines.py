"""Lines are cut, spread and broken to the cell, never inside a character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present.lines import Part, clip, columns, length, line, plain, rule, spread, wrapped

TEXT = st.text(st.sampled_from("ab 林志é́🇹🇼👩…-"), max_size=40)
LINES = st.lists(TEXT, max_size=5).map(lambda texts: line(*texts))


@given(LINES, st.integers(8, 60))
def test_no_broken_line_is_wider_than_it_may_be(entry: tuple[Part, ...], width: int) -> None:
    assert all(length(part) <= width for part in wrapped(entry, width))


@given(LINES, st.integers(8, 60))
def test_breaking_loses_no_word(entry: tuple[Part, ...], width: int) -> None:
    broken = " ".join(plain(part) for part in wrapped(entry, width))
    assert broken.replace(" ", "") == plain(entry).replace(" ", "")


@given(LINES, st.integers(1, 60))
def test_a_clipped_line_fits(entry: tuple[Part, ...], width: int) -> None:
    assert length(clip(entry, width)) <= width


def test_what_goes_on_is_set_in_and_keeps_its_role() -> None:
    broken = wrapped(line("one two ", ("three", "muted"), " four"), 9)
    assert [plain(part) for part in broken] == ["one two ", "   three", "   four"]
    assert broken[1][1].role == "muted"


def test_a_hard_blank_holds_words_together() -> None:
    broken = wrapped(line("one two [a:\N{NO-BREAK SPACE}b]"), 12)
    assert [plain(part).strip() for part in broken] == ["one two", "[a:\N{NO-BREAK SPACE}b]"]


def test_two_sides_take_the_whole_width_and_the_left_gives_way() -> None:
    assert plain(spread(line("left"), line("right"), 12)) == "left   right"
    assert plain(spread(line("a long left side"), line("right"), 12)) == "a lon… right"


def test_a_heading_is_a_rule() -> None:
    assert plain(rule("Money", 14)) == "── Money ─────"
    assert plain(rule("", 4, "-")) == "----"


def test_the_bar_between_two_columns_stands_still() -> None:
    for left in ("", "林志明", "a much longer text than fits"):
        assert plain(columns(line(left), line("right"), 10)).index("│") + plain(line(left))[:3].count("林") >= 6
        assert length(columns(line(left), line("right"), 10)) == 10 + 2 + 5
