"""Hostile names on every screen: shown as they are, columns straight, nothing run, nothing broken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from deskcollect.tui.screens.worklist import Worklist
from tests.tui.hostile import NAMES, hostile_desk
from tests.tui.person import Person, at_desk

WALK = (
    *((), ("enter",), ("tab",), ("tab",), ("tab",), ("tab",), ("escape", "x"), ("escape", "r"), ("n",)),
    *(("escape", "escape", "y"), ("escape", "question_mark"), ("escape", "2"), ("1", "colon")),
)

WALKED = {3, 7}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the hostile desk; every test only looks."""
    return hostile_desk(tmp_path_factory.mktemp("hostile"))


def straight(person: Person, width: int) -> bool:
    """Tell whether every line is exactly as wide as the window."""
    return all(cell_len(line) == width for line in person.lines)


@pytest.mark.parametrize(("size", "rows"), [((80, 24), range(len(NAMES))), ((120, 36), (0, 7, 8, 10, 12))])
async def test_every_screen_of_hostile_accounts_stays_whole(
    desk: Path, size: tuple[int, int], rows: Sequence[int]
) -> None:
    async with at_desk(desk, size) as person:
        assert len(person.keys) == len(NAMES)
        for row in rows:
            person.listing.table.action_go(row)
            for keys in WALK if row in WALKED else (("enter",),):
                await person.press(*keys)
                text = person.sees
                assert straight(person, size[0]), f"{NAMES[row][:20]!r} {keys}"
                assert not set(text) & {"\x1b", "\x9b", "\u202e", "\u200b", "\ufeff", "\x00"}
            while not isinstance(person.app.screen, Worklist) or person.app.session.form:
                await person.press("escape")


async def test_markup_is_shown_and_its_action_does_not_run(desk: Path) -> None:
    async with at_desk(desk, (120, 36)) as person:
        assert "[red]Eve[/]" in person.sees
        await person.click("[@click")
        await person.press("enter")
        assert "[@click=app.leave]Mallory[/]" in person.sees
        await person.click("Mallory")
        assert person.app.is_running


async def test_hidden_characters_are_seen(desk: Path) -> None:
    async with at_desk(desk, (120, 36)) as person:
        assert "\ufffd" in person.sees
        await person.press("slash", *"wipe")
        assert len(person.keys) == 1


async def test_what_is_copied_is_clean(desk: Path) -> None:
    async with at_desk(desk) as person:
        copied: list[str] = []
        person.app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]  # the step is watched
        await person.press("y", "a", "y", "p", "x", "y", "ctrl+n", "y")
        assert len(copied) == 4
        assert not any("\x1b" in text for text in copied)
