"""Dialogs as they look, to the cell. `UPDATE_GOLDENS=1 pytest tests/tui/test_goldens.py` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deskcollect.errors import NoDesk
from tests.tui.person import Person, at_desk

GOLDENS = Path(__file__).parent / "goldens"
LUCIA = ("slash", *"garcia", "enter")
SCREENS = {
    "record-80x24": ((80, 24), (*LUCIA, "r")),
    "record-120x36": ((120, 36), (*LUCIA, "r")),
    "record-message": ((80, 24), (*LUCIA, "r", "m")),
    "record-search": ((80, 24), (*LUCIA, "r", "slash", *"paid")),
    "sort-80x24": ((80, 24), ("s",)),
    "copy-80x24": ((80, 24), (*LUCIA, "y")),
    "case-close": ((80, 24), ("2", *LUCIA, "C", "f")),
    "case-snooze": ((60, 16), ("2", *LUCIA, "z", "f", "r", "i", "tab", "x")),
    "case-suppress": ((80, 24), ("2", *LUCIA, "S", "1", *"+10")),
    "case-escalate": ((80, 24), ("2", *LUCIA, "E", "x")),
    "restrict-80x24": ((80, 24), (*LUCIA, "enter", "I", "1")),
    "restrict-60x16": ((60, 16), (*LUCIA, "enter", "I", "1")),
    "restriction-lift": ((80, 24), ("3", "slash", *"lager", "enter", "L", "x")),
    "restriction-what-if": ((80, 24), ("3", "slash", *"lager", "enter", "w", *"200", "tab", "i")),
    "case-bulk": ((80, 24), ("2", "space", "o", "o", "space", "C", "u", "x")),
}


def frame(person: Person) -> str:
    """Return the dialog without what stands around it."""
    top = next(number for number, line in enumerate(person.lines) if "╭" in line)
    left, right = person.lines[top].index("╭"), person.lines[top].index("╮")
    bottom = next(number for number, line in enumerate(person.lines) if "╰" in line)
    return "".join(f"{line[left : right + 1]}\n" for line in person.lines[top : bottom + 1])


def check(name: str, text: str) -> None:
    """Compare with what was agreed on."""
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", SCREENS)
async def test_a_dialog_looks_as_agreed(demo: Path, name: str) -> None:
    size, keys = SCREENS[name]
    async with at_desk(demo, size) as person:
        await person.press(*keys)
        check(name, frame(person))


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 16)])
async def test_a_case_looks_as_agreed(demo: Path, size: tuple[int, int]) -> None:
    """From the titles of the list on; what stands above counts the whole book."""
    async with at_desk(demo, size) as person:
        await person.press("2", *LUCIA, "A", "ctrl+s", "z", *"+2", "tab", *"calls", "ctrl+s", "escape")
        await person.press("full_stop", "full_stop", "slash", *"garcia", "enter", "space")
        top = next(number for number, text in enumerate(person.lines) if "Past due" in text)
        check(f"case-{size[0]}x{size[1]}", "".join(f"{text.rstrip()}\n" for text in person.lines[top:] if text.strip()))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_no_desk_looks_as_agreed(demo: Path, size: tuple[int, int]) -> None:
    def refuse() -> None:
        raise NoDesk("No desk here and none above this folder.", "Make one with  deskcollect init DIR --book BOOK")

    async with at_desk(demo, size, opens=refuse) as person:  # type: ignore[arg-type]  # it never returns
        check(f"no-desk-{size[0]}x{size[1]}", person.sees.strip("\n") + "\n")
