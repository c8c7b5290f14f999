"""The pictures of the manual are there, small, and reach for nothing on the web."""

from __future__ import annotations

import re

import pytest

from scripts.pictures import FOLDER, PICTURES, plain

MOST_BYTES = 150_000


def test_every_picture_is_committed_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {picture.name for picture in PICTURES}
    assert 12 <= len(PICTURES) <= 24


@pytest.mark.parametrize("name", [picture.name for picture in PICTURES])
def test_a_picture_is_small_and_stands_alone(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text("utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert "@font-face" not in text
    assert set(re.findall(r"https?://[^\"'\s)>]+", text)) <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}


def test_every_character_stands_in_its_cell() -> None:
    """A font spreads the blanks of a text that mixes wide and narrow characters; each run has its own place."""
    head = '<rect fill="#11161c" x="0" y="1.5" width="12.2" height="24.65" shape-rendering="crispEdges"/>'
    text = (
        '<text class="terminal-r1" x="12.2" y="20" textLength="122" clip-path="url(#terminal-line-0)">'
        "王小&#160;9&#160;&#160;a&lt;b</text>"
    )
    drawn = plain(head + text)
    places = re.findall(r'x="([\d.]+)" y="20"[^>]*>([^<]*)<', drawn)
    assert places == [("12.2", "王小"), ("61", "\N{NO-BREAK SPACE}9\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}a&lt;b")]
