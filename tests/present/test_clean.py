"""What is hidden in a text is shown, what a name needs stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.present.clean import clean, hidden_count

HOSTILE = {
    "escape sequence": "\x1b]52;c;cm0gLXJmIC8=\x1b\\",
    "one-byte control": "\x9b2J",
    "nul": "a\x00b",
    "delete": "a\x7f",
    "bell": "\x07",
    "direction override": "abc\u202egnp.exe",
    "isolate": "\u2066x\u2069",
    "zero width space": "Sil\u200bva",
    "word joiner": "Sil\u2060va",
    "byte order mark": "\ufeffname",
    "invisible tag": "A\U000e0041\U000e007f",
    "line separator": "a\u2028b",
    "half a surrogate pair": "a\ud83db",
    "tab and line end": "a\tb\r\nc",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hidden_characters_become_visible(text: str) -> None:
    shown = clean(text)
    assert "\ufffd" in shown
    assert hidden_count(text) > 0
    assert hidden_count(shown) == 0


@pytest.mark.parametrize(
    "name",
    [
        "林志明",
        "O'Brien Siobhán",
        "مریم\u200cپور",
        "ශ්\u200dරී",
        "👩\u200d👩\u200d👧",
        "é e\u0301",
        "[red]E[/",
        "x" * 2000,
    ],
)
def test_a_name_stays_as_it_is(name: str) -> None:
    assert clean(name) == name
    assert hidden_count(name) == 0


def test_notes_keep_their_lines_and_nothing_else() -> None:
    assert clean("one\r\ntwo\nthree\x1b[2J", notes=True) == "one\ntwo\nthree\ufffd[2J"
    assert hidden_count("one\r\ntwo\x1b", notes=True) == 1


def test_a_text_of_20_000_characters_is_cut_and_says_so() -> None:
    shown = clean("x" * 20_000)
    assert len(shown) == 2000
    assert shown.endswith("…")


def test_a_cut_leaves_no_letter_without_its_marks() -> None:
    assert clean("abe\u0301\u0302" * 3, limit=5) == "ab…"
    assert clean("ab👩\u200d👩\u200d👧", limit=6) == "ab…"


@given(st.text(alphabet=st.characters()), st.integers(1, 50), st.booleans())
def test_whatever_comes_is_harmless_and_short_and_cleaning_twice_changes_nothing(
    text: str, limit: int, notes: bool
) -> None:
    shown = clean(text, notes=notes, limit=limit)
    assert len(shown) <= limit
    assert hidden_count(shown, notes=notes) == 0
    assert clean(shown, notes=notes, limit=limit) == shown
