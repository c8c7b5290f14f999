"""One account: its panels at every size, the walk through the list, the customer's other accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.present.panels import TABS
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.worklist import Worklist
from tests.tui.person import Person, at_desk

SEVERAL = "TW-000026"  # of a customer with three accounts


def shown(person: Person) -> str:
    """Return the account that is shown."""
    assert isinstance(person.app.screen, AccountView)
    return person.app.screen.current()


async def test_a_wide_screen_shows_all_panels_and_a_score_that_adds_up(demo: Path) -> None:
    async with at_desk(demo, (120, 40)) as person:
        await person.press("j", "j", "enter")
        row = person.app.session.opened[1].row(shown(person))
        text = person.sees
        for title in ("Money", "Score, in points", "What would change it", "Six months", "Said and done", "Contact"):
            assert title in text
        assert row["phone"] in text
        start = next(number for number, line in enumerate(person.lines) if "Average account" in line)
        end = next(number for number, line in enumerate(person.lines) if "Score now" in line)
        figures = [_points(line) for line in person.lines[start : end + 1]]
        card = next(n for n, line in enumerate(person.lines[start:]) if "Card · " in line)
        assert sum(figures[:card]) == figures[card] == row["card_score"]
        assert sum(figures[card:-1]) == figures[-1] == row["score"]


def _points(line: str) -> int:
    """Return the points at the right of a line of the score."""
    right = line[61:].rstrip("█▉▊▋▌▍▎▏ ")
    return int(right.split()[-1].replace("−", "-").replace("+", ""))


async def test_what_would_change_the_score_records_nothing(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        head = person.desk.ledger.head()
        await person.press("enter")
        assert "Pays all" in person.sees
        assert "→" in next(line for line in person.lines if "Pays all" in line)
        assert person.desk.ledger.head() == head


async def test_a_narrow_screen_shows_the_panels_as_tabs(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("enter")
        for name in TABS:
            assert f"[{name}]" in person.sees
            await person.press("tab")
        assert f"[{TABS[0]}]" in person.sees
        await person.press("shift+tab")
        assert f"[{TABS[-1]}]" in person.sees


async def test_next_and_previous_walk_the_list_as_it_was_opened(demo: Path) -> None:
    async with at_desk(demo) as person:
        order = person.keys
        await person.press("j", "enter")
        assert shown(person) == order[1]
        assert f"2 of {len(order)}" in person.sees
        await person.press("n")
        assert shown(person) == order[2]
        await person.press("r", "n", "ctrl+s")
        assert shown(person) == order[2]
        await person.press("n", "p")
        assert shown(person) == order[1], "the account that was worked is passed over"
        await person.press("p", "p")
        assert person.message == "No further account in this list."
        await person.press("escape")
        assert person.listing.table.rows.key_at(0) == order[0]


async def test_the_accounts_of_one_customer_are_walked_with_one_key(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("slash", *SEVERAL.lower(), "enter", "enter")
        assert "Other accounts of this customer" in person.sees
        table = person.app.session.opened[1].table
        customer = person.app.session.opened[1].row(SEVERAL)["customer_id"]
        mine = set(table.filter(table["customer_id"] == customer)["account_id"])
        seen = [shown(person)]
        for _ in range(len(mine)):
            await person.press("o")
            seen.append(shown(person))
        assert set(seen) == mine
        assert seen[-1] == seen[0]


async def test_a_click_on_another_account_or_on_a_tab_goes_there(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("slash", *SEVERAL.lower(), "enter", "enter")
        await person.click("Contact")
        assert "[Contact]" in person.sees
        other = next(line.split()[0] for line in person.lines if "past due, " in line and line.startswith(" TW-"))
        await person.click(other)
        assert shown(person) == other


async def test_what_was_recorded_stands_in_the_timeline(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("enter", "r", "n")
        await person.type("rang twice")
        await person.press("ctrl+s", "tab", "tab", "tab")
        newest = next(line for line in person.lines if "30 Sep 10:00" in line)
        assert "ana" in newest
        assert "No answer (phone) · rang twice" in newest


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 16), (200, 50)])
async def test_every_account_of_the_list_can_be_shown(demo: Path, size: tuple[int, int]) -> None:
    async with at_desk(demo, size) as person:
        await person.press("full_stop", "full_stop", "full_stop", "full_stop", "enter")
        for _ in range(6):
            name = person.app.session.opened[1].row(shown(person))["customer_name"]
            assert name is None or name[:3] in person.sees
            await person.press("n")


async def test_the_list_stands_at_the_account_that_was_left_or_after_a_record_at_the_next(demo: Path) -> None:
    async with at_desk(demo) as person:
        third, fourth = person.keys[2], person.keys[3]
        await person.press("enter", "r", "n", "ctrl+s", "n", "r", "n", "ctrl+s", "escape")
        assert isinstance(person.app.screen, Worklist)
        assert person.on == third == person.keys[0]
        await person.press("enter", "n", "escape")
        assert person.on == fourth == person.keys[1]
