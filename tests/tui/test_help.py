"""Help and Everything: found by word and by key, run from there; themes are looked at before they are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from deskcollect.tui import keys
from deskcollect.tui.screens.everything import Everything
from deskcollect.tui.screens.help import Help
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.worklist import Worklist
from tests.cli.test_ledger import pretend
from tests.tui.person import at_desk


async def test_help_finds_by_a_word_that_nobody_wrote_and_runs_what_it_found(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("question_mark")
        assert "Help · Worklist" in person.sees
        await person.type("prom")
        assert "Record an outcome" in next(line for line in person.lines if "Record" in line)
        await person.press("enter")
        assert isinstance(person.app.screen, Record)


async def test_help_finds_what_a_key_does(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("question_mark", "ctrl+k", "ctrl+z")
        first = next(line for line in person.lines if "Undo" in line)
        assert "u ctrl+z" in first
        assert person.app.screen.query_one("#word").value == "ctrl+z"  # type: ignore[attr-defined]  # a widget or screen that is known here


async def test_help_lists_every_key_of_the_screen_and_of_the_others_on_demand(demo: Path) -> None:
    async with at_desk(demo, (120, 60)) as person:
        await person.press("question_mark")
        here = [entry.key for entry in person.app.screen._shown]  # type: ignore[attr-defined]  # a widget or screen that is known here
        assert "esc q" in here
        await person.press("tab")
        everywhere = {entry.text for entry in person.app.screen._shown}  # type: ignore[attr-defined]  # a widget or screen that is known here
        assert "Other account of this customer" in everywhere
        assert "Save" in everywhere


async def test_a_page_of_the_manual_is_read_and_left_again(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("question_mark")
        await person.type("recording")
        await person.press("enter")
        assert "reads" not in person.sees
        await person.press("down", "escape")
        assert isinstance(person.app.screen, Help)
        await person.press("f1")
        assert isinstance(person.app.screen, Worklist)


async def test_a_theme_is_shown_while_it_is_marked_and_goes_with_escape(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("colon")
        await person.type("theme")
        before = person.app.theme
        await person.press("down", "down", "down")
        assert person.app.theme != before
        await person.press("escape")
        assert person.app.theme == before
        await person.press("colon")
        await person.type("theme: light")
        await person.press("enter")
        assert person.app.theme == "light"


async def test_everything_goes_to_accounts_queues_and_columns(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("ctrl+p")
        assert isinstance(person.app.screen, Everything)
        await person.type("queue: broken")
        await person.press("enter")
        assert "[Broken" in person.sees
        await person.press("colon")
        await person.type("sort by: past")
        await person.press("enter")
        assert "Sort: past due ↓" in person.sees
        await person.press("colon")
        await person.type("garcia")
        await person.press("enter")
        assert "García Lucía" in person.lines[2]
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)


def groups(listed: OptionList) -> list[str]:
    """Return what stands at the right of the entries, from the top."""
    found = (str(option.prompt)[-14:].strip() for option in listed.options)
    return [name for name in found if name]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36), (160, 50)])
async def test_every_action_is_one_line_and_its_group_is_named_once(demo: Path, size: tuple[int, int]) -> None:
    async with at_desk(demo, size) as person:
        await person.press("colon")
        listed = person.app.screen.query_one("#found", OptionList)
        assert listed.virtual_size.height == listed.option_count > 20
        assert groups(listed) == ["Worklist", "all screens"]
        await person.press("down", "down", *"theme")
        assert groups(listed).count("all screens") == 1
        assert listed.virtual_size.height == listed.option_count


async def test_what_is_marked_stays_so_when_the_window_changes(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("colon", "down", "down")
        await person.pilot.resize_terminal(70, 20)
        await person.rest()
        listed = person.app.screen.query_one("#found", OptionList)
        assert listed.highlighted == 2
        assert listed.virtual_size.height == listed.option_count


async def test_every_hint_at_the_bottom_does_something(demo: Path) -> None:
    """The footer names no key that is not bound on its screen."""
    for name in ("Worklist", "Alerts", "Account"):
        nodes = keys.screens()[name]
        ids = {binding.id for binding in keys.bindings(*nodes)}
        hinted = {one for names, _ in nodes[0].HINTS for one in names.split()}  # type: ignore[attr-defined]  # a widget or screen that is known here
        assert hinted <= ids
    async with at_desk(demo, (200, 50)) as person:
        for text in ("Open", "Record…", "Tier…", "Explain", "Sort…", "Copy…", "Help", "All"):
            await person.click(": All" if text == "All" else f" {text} ")
            assert not isinstance(person.app.screen, Worklist), text
            await person.press("escape")
        for text, told in ((" Lens ", "exposure"), (" Queue ", "[Promises due")):
            await person.click(text)
            assert told in person.sees
        await person.click("2 Alerts")
        assert "What confirms what" in person.sees


async def test_messages_of_today_are_listed(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "n", "ctrl+s", "R", "ctrl+n")
        assert "no answer" in person.sees
        assert "10:00" in person.sees
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)


@pytest.mark.parametrize("word", ["quit", "close", "end", "exit", "leave"])
async def test_the_way_out_is_found_by_any_of_its_words(demo: Path, word: str) -> None:
    async with at_desk(demo, (60, 16)) as person:
        await person.press("colon", *word)
        assert "ctrl+q" in person.sees
        await person.press("x", "x", "x")
        assert "Nothing is called so." in person.sees
        await person.press("escape", "question_mark")
        assert "ctrl+q leaves the desk" in person.sees


# --- looking after the ledger ------------------------------------------------------------------------------------------------


async def test_the_ledger_is_checked_from_everything(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("colon")
        await person.type("verify")
        await person.press("enter")
        await person.rest()
        assert "every one proves itself. Head " in person.message


async def test_a_damaged_record_is_named_and_shows_in_the_title(demo: Path) -> None:
    async with at_desk(demo) as person:
        place = demo / "ledger" / "00000001.jsonl"
        place.write_bytes(place.read_bytes().replace(b'"code":"NA"', b'"code":"PT"', 1))
        await person.press("colon")
        await person.type("verify")
        await person.press("enter")
        await person.rest()
        assert "The ledger is damaged. Record " in person.message
        assert "ledger damaged" in person.sees


async def test_an_entry_that_its_desk_did_not_write_is_named_and_recording_goes_on(demo: Path) -> None:
    pretend(demo)
    async with at_desk(demo) as person:
        await person.press("colon")
        await person.type("verify")
        await person.press("enter")
        await person.rest()
        assert "came from desk north and is not what was written there." in person.message
        assert "damaged" not in person.message
        assert "ledger damaged" not in person.sees


async def test_the_ledger_is_backed_up_from_everything(demo: Path, tmp_path: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("colon")
        await person.type("back up")
        await person.press("enter")
        person.app.screen.query_one(Input).value = str(tmp_path / "none" / "copy.tar")
        await person.press("enter")
        assert "Not backed up: There is no folder" in person.sees
        person.app.screen.query_one(Input).value = str(tmp_path / "copy.tar")
        await person.press("enter")
        assert "records backed up to" in person.message
        assert (tmp_path / "copy.tar").is_file()
