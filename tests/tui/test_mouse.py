"""The mouse does what the keys do: titles sort, words filter, a row is selected and opened."""

from __future__ import annotations

from pathlib import Path

from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.worklist import Worklist
from tests.tui.person import at_desk


async def test_a_title_sorts_and_brings_the_lens_back(demo: Path) -> None:
    async with at_desk(demo) as person:
        lens = person.keys
        days = dict(person.app.session.opened[1].table.select("account_id", "dpd").iter_rows())
        await person.click("DPD")
        assert [days[key] for key in person.keys] == sorted((days[key] for key in lens), reverse=True)
        await person.click("DPD")
        assert person.keys == lens


async def test_the_words_at_the_top_filter(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        tiers = dict(person.app.session.opened[1].table.select("account_id", "tier").iter_rows())
        await person.click("D▆")
        assert {tiers[key] for key in person.keys} == {"D"}
        await person.click("D▆")
        assert len({tiers[key] for key in person.keys}) > 1
        await person.click("Broken ")
        assert "[Broken " in person.sees
        await person.click("Lens: risk")
        assert "Lens: exposure" in person.sees
        await person.press("enter")
        await person.click("E█")
        assert {tiers[key] for key in person.keys} == {"E"}, "from another screen it leads back to the list"


async def test_the_bar_leads_to_the_screens(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2")
        await person.click("1 Worklist")
        assert isinstance(person.app.screen, Worklist)


async def test_a_row_is_selected_with_one_click_and_opened_with_two(demo: Path) -> None:
    async with at_desk(demo) as person:
        third = person.keys[2]
        await person.pilot.click(offset=(10, 6))
        await person.rest()
        assert person.on == third
        await person.pilot.click(offset=(10, 6), times=2)
        await person.rest()
        assert isinstance(person.app.screen, AccountView)
        assert person.app.screen.current() == third


async def test_the_wheel_moves_the_view_and_not_the_cursor(demo: Path) -> None:
    async with at_desk(demo) as person:
        on, table = person.on, person.listing.table
        table.action_go(5)
        on = person.on
        from textual.events import MouseScrollDown

        await person.pilot._post_mouse_events([MouseScrollDown], widget=table, offset=(5, 5), button=0)
        await person.rest()
        assert table.scroll_offset.y == 3
        assert person.on == on
