"""Early warnings: the gravest first, each with what confirms it, and what the book could not show."""

from __future__ import annotations

from pathlib import Path

from deskcollect.tui.screens.alerts import Alerts
from deskcollect.tui.screens.worklist import Worklist
from tests.tui.person import at_desk

GRAVITY = ["red", "orange", "yellow", "blue"]


async def test_the_gravest_stand_first_with_their_evidence(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("2")
        assert isinstance(person.app.screen, Alerts)
        day = person.app.session.opened[1]
        levels = [day.row(key)["alert_level"] for key in person.keys]
        assert [GRAVITY.index(level) for level in levels] == sorted(GRAVITY.index(level) for level in levels)
        assert len(levels) == day.summary.flagged
        row = day.row(person.on)
        voice = person.app.session.voice
        below = person.sees.partition("── ")[2]
        assert all(voice.evidence(signal, row) in below for signal in row["signals"])
        assert voice.level(row) in below
        assert "cap 20 %" in person.lines[2]


async def test_levels_are_walked_and_clicked(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2")
        every = len(person.keys)
        await person.press("o")
        day = person.app.session.opened[1]
        assert {day.row(key)["alert_level"] for key in person.keys} == {"red"}
        await person.click(f"yellow {day.summary.levels['yellow']}")
        assert {day.row(key)["alert_level"] for key in person.keys} == {"yellow"}
        await person.press("escape")
        assert len(person.keys) == every
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)


async def test_an_alert_is_opened_recorded_explained_and_filtered_as_in_the_worklist(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "slash")
        await person.type("garcia")
        await person.press("enter")
        assert len(person.keys) == 1
        await person.press("r", "n", "ctrl+s")
        assert "no answer" in person.message
        await person.press("x")
        assert "Why here" in person.sees
        await person.press("escape", "enter", "1")
        assert isinstance(person.app.screen, Worklist)


async def test_a_level_without_accounts_says_so_where_the_list_would_be(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "slash")
        await person.type("zzqzz")
        assert "No account matches / zzqzz in the early warnings." in person.sees
        await person.press("escape")
        assert "No account matches" not in person.sees


async def test_the_numbers_lead_to_the_screens_and_back_to_the_same_row(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2", "j", "j")
        on = person.on
        await person.press("enter", "2")
        assert isinstance(person.app.screen, Alerts)
        assert person.on == on
