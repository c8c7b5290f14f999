"""The worklist: what is seen, how it is filtered, sorted and walked, and that nothing moves under the hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deskcollect.tui.screens.too_small import TooSmall
from tests.tui.person import Person, at_desk

SOMEBODY = "TW-000243"  # García Lucía


async def test_the_open_desk_shows_everything_that_a_day_begins_with(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        lines = person.lines
        assert " DEMO " in lines[0]
        assert "book as of Wed 30 Sep 2026" in lines[0]
        assert "today Wed 30 Sep 10:00" in lines[0]
        assert "ledger ok · ana" in lines[0]
        assert all(f"{tier}" in lines[1] for tier in ("A▁", "B▂", "C▄", "D▆", "E█"))
        assert "[To call " in lines[2]
        assert "1 of " in lines[3]
        assert "Next step" in lines[4]
        assert "Why today" in lines[4]
        assert lines[5].startswith("▸")
        row = person.listing.table.cursor_row
        words = person.app.session.voice
        assert row is not None
        assert words.step(row) in lines[5]
        assert words.why(row) in lines[5]
        assert "Selected" in person.sees
        assert "Alerts " in person.sees
        assert "Demo: a throw-away copy. Nothing you do here is kept." in lines[-2]
        assert "Open" in lines[-1]
        assert "? Help  : All" in lines[-1]


@pytest.mark.parametrize(("size", "seen", "gone"), [
    ((80, 24), ["T", "Customer", "DPD", "Past due", "Score", "Next step"], ["Why today", "Alert"]),
    ((60, 16), ["T", "Customer", "DPD", "Past due", "Next step"], ["Score", "Why today", "Alert"]),
    ((200, 50), ["Alert", "Next step", "Why today", "Selected"], []),
])  # fmt: skip
async def test_a_narrow_window_keeps_the_columns_that_matter_most(
    demo: Path, size: tuple[int, int], seen: list[str], gone: list[str]
) -> None:
    async with at_desk(demo, size) as person:
        titles = next(line for line in person.lines if "Customer" in line)
        assert all(title in titles or title in person.sees for title in seen)
        assert not any(title in titles for title in gone)


async def test_a_window_that_is_too_small_says_so_and_keeps_the_account(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("j", "j", "j")
        before = person.on
        await person.resize(80, 24)
        await person.resize(60, 16)
        await person.resize(50, 10)
        assert isinstance(person.app.screen, TooSmall)
        assert "Window too small: 50x10." in person.sees
        assert "Needs 60x16." in person.sees
        await person.resize(120, 36)
        assert person.on == before


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("garcia", "García"),
        ("GARC", "García"),
        ("swierczynska", "Świerczyńska"),
        ("ПЕТРЕНКО", "Петренко"),
        ("王小", "王小明"),
    ],
)
async def test_a_filter_finds_names_across_accents_and_case(demo: Path, typed: str, name: str) -> None:
    async with at_desk(demo) as person:
        await person.press("slash")
        await person.type(typed)
        table = person.app.session.opened[1].table
        found = table.filter(table["account_id"].is_in(person.keys))["customer_name"].to_list()
        assert found
        assert all(name in each for each in found)


async def test_escape_restores_the_list_and_the_account_of_before_the_filter(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("j", "j")
        before, rows = person.on, len(person.keys)
        await person.press("slash")
        await person.type("garcia")
        assert person.on == SOMEBODY
        await person.press("escape")
        assert (person.on, len(person.keys)) == (before, rows)


async def test_a_filter_that_is_kept_lets_the_keys_work_on_what_it_found(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("slash", *"garcia", "enter", "r")
        assert "Record · García Lucía" in person.sees


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
@pytest.mark.parametrize("screen", ["1", "2"])
async def test_the_list_stays_where_it_is_while_a_filter_is_typed(
    demo: Path, size: tuple[int, int], screen: str
) -> None:
    async with at_desk(demo, size) as person:
        await person.press(screen)
        before = person.listing.table.region
        await person.press("slash", *"zz")
        assert person.listing.query_one("#filter").region.bottom == before.y
        assert person.listing.table.region.y == before.y
        assert "zz" in person.sees
        await person.press("escape")
        assert person.listing.table.region == before


async def test_nonsense_offers_the_near_name_and_tab_takes_it(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("slash", *"garsia")
        assert "No account matches / garsia in To call." in person.sees
        assert "near: garcia" in person.sees
        await person.press("tab")
        assert person.on == SOMEBODY


async def test_a_name_of_another_queue_is_found_with_enter(demo: Path) -> None:
    async with at_desk(demo) as person:
        table = person.app.session.opened[1].table
        others = table.filter(~table["account_id"].is_in(person.keys))
        wanted = others["account_id"][0]
        await person.press("slash", *wanted.lower())
        assert "matches in All" in person.sees
        await person.press("enter", "enter")
        assert person.keys == [wanted]


async def test_a_search_among_all_accounts_goes_back_to_its_queue_with_escape(demo: Path) -> None:
    async with at_desk(demo) as person:
        table = person.app.session.opened[1].table
        wanted = table.filter(~table["account_id"].is_in(person.keys))["account_id"][0]
        await person.press("j", "j")
        before, keys = person.on, person.keys
        await person.press("slash", *wanted.lower(), "enter")
        assert person.message == "Looking in All. esc goes back to To call."
        await person.press("enter", "escape")
        assert "[To call " in person.sees
        assert (person.on, person.keys) == (before, keys)
        await person.press("slash", *"nobodyatall", "enter")
        assert person.message == "No account at all matches. esc clears the filter."
        await person.press("escape")
        assert "[To call " in person.sees


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
@pytest.mark.parametrize("narrowed", [("slash", "9"), ("slash", "9", "enter"), ("t", "c", "enter"), ("full_stop",)])
async def test_a_narrower_list_begins_at_its_top_and_gives_the_account_back(
    demo: Path, size: tuple[int, int], narrowed: tuple[str, ...]
) -> None:
    async with at_desk(demo, size) as person:
        for rows in (1, 40):
            await person.press("g", *["j"] * rows)
            before = person.on
            await person.press(*narrowed)
            assert (person.on, person.cursor_line) == (person.keys[0], 0)
            await person.press("j", "escape")
            table = person.listing.table
            assert person.on == before
            assert table.scroll_offset.y == max(0, rows + 1 - (table.size.height - 1))


async def test_a_filter_that_is_typed_anew_still_knows_where_the_cursor_stood(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("j", "j", "j")
        before = person.on
        await person.press("slash", "9", "backspace", "8", "escape")
        assert person.on == before
        await person.press("slash", "9", "backspace", "escape")
        assert person.on == before


async def test_an_empty_queue_of_one_tier_says_how_many_others_are_there(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("t", "c", "enter", "s", "c", "comma", "comma")
        assert "Nobody of tier C in Verify (4 in all)." in person.sees
        assert "esc  clears the tier" in person.sees
        await person.press("escape")
        assert len(person.keys) == 4


async def test_a_column_sorts_up_and_down_and_the_lens_comes_back(demo: Path) -> None:
    async with at_desk(demo) as person:
        lens, before = person.keys, person.on
        days = dict(person.app.session.opened[1].table.select("account_id", "dpd").iter_rows())
        await person.press("l", "l", "l", "right_square_bracket")
        assert [days[key] for key in person.keys] == sorted(days[key] for key in lens)
        assert "Sort: dpd ↑" in person.sees
        assert person.on == before
        await person.press("left_square_bracket")
        assert [days[key] for key in person.keys] == sorted((days[key] for key in lens), reverse=True)
        await person.press("left_square_bracket")
        assert person.keys == lens
        assert person.on == before
        assert "Lens: risk" in person.sees


async def test_the_lens_key_goes_through_the_lenses_and_back(demo: Path) -> None:
    async with at_desk(demo) as person:
        risk = person.keys
        await person.press("o")
        assert "Lens: exposure" in person.sees
        assert person.keys != risk
        assert "Recovery" not in person.sees
        await person.press("o")
        assert "Lens: recovery" in person.sees
        assert person.keys != risk
        assert re.search(r" Recovery: reach ~?[\d.]+ % × pays [\d.]+ % × [\d,.]+ − ", person.sees)
        await person.press("o")
        assert person.keys == risk


async def test_tiers_are_chosen_by_letter_and_taken_back_with_escape(demo: Path) -> None:
    async with at_desk(demo) as person:
        every = len(person.keys)
        await person.press("t", "d", "e")
        assert "TWD" in person.sees
        await person.press("enter")
        tiers = dict(person.app.session.opened[1].table.select("account_id", "tier").iter_rows())
        assert {tiers[key] for key in person.keys} == {"D", "E"}
        await person.press("escape")
        assert len(person.keys) == every


async def test_queues_are_walked_with_comma_and_full_stop(demo: Path) -> None:
    async with at_desk(demo) as person:
        first = person.keys
        await person.press("full_stop")
        assert "[Promises due " in person.sees
        assert person.keys != first
        await person.press("comma")
        assert person.keys == first


async def test_keys_without_a_meaning_do_nothing_but_say_so(demo: Path) -> None:
    async with at_desk(demo) as person:
        before, saved = (person.on, person.keys), person.desk.ledger.head()
        for key in ("d", "b", "e", "i", "Q", "Z"):
            await person.press(key)
            assert person.message.startswith(f"{key} is no key here.")
        assert "Caps lock?" not in person.message
        await person.press("R", "N")
        assert person.message == "N is no key here. Caps lock?"
        assert (person.on, person.keys) == before
        assert person.desk.ledger.head() == saved


async def test_q_on_the_bare_list_only_says_how_to_leave(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("q")
        assert person.message == "ctrl+q leaves."
        assert person.app.is_running


async def test_first_last_and_pages_keep_the_titles_standing(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("G")
        assert person.on == person.keys[-1]
        assert "Customer" in person.lines[3]
        await person.press("g", "pagedown", "pageup")
        assert person.on == person.keys[0]
        assert "Customer" in person.lines[3]


async def test_next_goes_to_the_next_account_that_may_be_worked(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("full_stop", "full_stop", "full_stop", "full_stop", "full_stop", "full_stop")
        assert "[All " in person.sees
        start = person.keys.index(person.on)
        await person.press("n")
        rows = person.app.session.opened[1]
        at = person.keys.index(person.on)
        assert at > start
        assert rows.row(person.on)["state"] == "act"
        skipped = [rows.row(key) for key in person.keys[start + 1 : at]]
        assert all(row["state"] != "act" or row["worked_today"] for row in skipped)


async def test_the_detail_follows_the_cursor_once_it_rests(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("j", "j")
        name = person.app.session.opened[1].row(person.on)["account_id"]
        detail = person.sees.partition("Selected")[2]
        assert name in detail
        await person.press("v")
        assert "Selected" not in person.sees


async def test_marked_rows_are_written_to_a_file(demo: Path, tmp_path: Path) -> None:
    async with at_desk(demo) as person:
        marked = person.keys[:2]
        await person.press("space", "space")
        assert "2 marked: y Export" in person.lines[-1]
        await person.press("y", "m")
        person.app.screen.query_one("Input").value = str(tmp_path / "out.csv")  # type: ignore[attr-defined]  # a widget or screen that is known here
        await person.press("enter")
        written = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in written[1:]] == marked
        await person.press("escape")
        assert "marked" not in person.lines[-1]


async def test_explain_names_every_rule(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        row = person.app.session.opened[1].row(person.on)
        await person.press("x")
        told = person.sees.replace("\u00a0", " ")
        assert f"tiers: {row['tier_rule']}" in told
        assert f"treatments: {row['treatment']}" in told
        assert f"1 of {len(row) and person.app.session.opened[2].queues['to-call']} in To call" in told
        assert row["alert_level_rule"] is None or row["alert_level_rule"] in told
        await person.press("escape")
        assert "Why here" not in person.sees


async def test_no_word_is_cut_at_eighty_columns(demo: Path) -> None:
    """Whatever ends in an ellipsis is a name or a note of the data, or an action that asks first."""
    async with at_desk(demo) as person:
        seen: list[str] = []
        for keys in ((), ("2",), ("3",), ("1", "enter"), ("tab",), ("tab",), ("tab",), ("tab",), ("escape", "r")):
            await person.press(*keys)
            seen += person.lines
        words = {word for line in seen for word in line.split() if word.endswith("…")}
        assert words <= person_words(person)


def person_words(person: Person) -> set[str]:
    """Return what may end in an ellipsis: actions that ask, and names that are longer than their column."""
    asks = {"Record…", "Tier…", "Promise", "Message…", "pay…", "now…", "at…", "agreed…", "Settlement…", "Dispute…"}
    names = person.app.session.opened[1].table["customer_name"].drop_nulls().to_list()
    cut = {f"{word[:n]}…" for name in names for word in name.split() for n in range(1, len(word) + 1)} | {"…"}
    cases = {"Snooze…", "Assign…", "Escalate…", "Close…", "Suppress…"}
    acts = {"What", "if…", "Lift…", "Extend…", "Vary…", "Sign…", "Proof…", "Measure…", "Impose…"}
    return asks | acts | cases | cut | {"contact…", "Copy…", "Sort…"}
