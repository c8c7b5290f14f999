"""A new book is read while somebody works: every screen shows it, and accounts that it does not hold are left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.desk.day_file import read_day_file, recognised, take
from deskcollect.records import Entry
from deskcollect.tui.screens import listing
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.screens.alerts import Alerts
from deskcollect.tui.screens.explain import Explain
from deskcollect.tui.screens.export import Export
from deskcollect.tui.screens.record import Record
from deskcollect.tui.screens.worklist import Worklist
from deskcollect.tui.watch import look
from tests.tui.person import Person, at_desk, import_book, opened

if TYPE_CHECKING:
    import pytest


async def read_again(person: Person) -> None:
    """Let a book that is being read arrive now, whatever stands in front."""
    person.app.action_read_again()
    await person.rest()


def known(person: Person, accounts: Iterable[str]) -> list[bool]:
    """Tell which accounts are in the book that is shown."""
    return [person.app.session.knows(account) for account in accounts]


async def test_the_view_of_an_account_that_is_gone_leaves_to_the_list_and_says_so(demo: Path) -> None:
    async with at_desk(demo) as person:
        gone = person.on
        name = person.app.session.opened[1].row(gone)["customer_name"]
        await person.press("enter")
        import_book(demo, without=[gone])
        await person.press("R")
        assert isinstance(person.app.screen, Worklist)
        assert person.message == f"{gone} {name} is not in the book of Thu 1 Oct any more."
        assert person.message in person.sees
        assert gone not in person.keys
        await person.press("n", "x", "escape", "enter")
        assert isinstance(person.app.screen, AccountView)


async def test_the_view_of_an_account_that_stays_shows_the_new_book_and_walks_past_those_that_are_gone(
    demo: Path,
) -> None:
    async with at_desk(demo) as person:
        first, second, third = person.keys[:3]
        await person.press("enter")
        import_book(demo, without=[second])
        await person.press("R")
        assert "as of Thu 1 Oct" in person.lines[0]
        view = person.app.screen
        assert isinstance(view, AccountView)
        assert view.current() == first
        assert view._account is not None
        assert view._account.row == person.app.session.opened[1].row(first)
        await person.press("n")
        assert view.current() == third
        await person.press("p", "r", "n", "ctrl+s")
        assert person.records(first)[-1].code == "NA"


async def test_the_early_warnings_show_the_new_book(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("2")
        gone = person.keys[:3]
        import_book(demo, without=gone)
        await person.press("R")
        assert isinstance(person.app.screen, Alerts)
        assert not set(gone) & set(person.keys)
        await person.press("r", "n", "ctrl+s", "x", "escape", "enter")
        assert isinstance(person.app.screen, AccountView)


async def test_a_view_under_another_leaves_when_it_is_come_back_to(demo: Path) -> None:
    async with at_desk(demo) as person:
        below, above = person.keys[:2]
        await person.press("enter", "colon")
        await person.type(above)
        await person.press("enter")
        assert person.app.screen.current() == above  # type: ignore[attr-defined]  # the screen is an account's
        import_book(demo, without=[below])
        await person.press("R")
        assert person.app.screen.current() == above  # type: ignore[attr-defined]  # the screen is an account's
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)
        assert person.message.startswith(f"{below} ")


async def test_views_that_are_all_gone_are_all_left(demo: Path) -> None:
    async with at_desk(demo) as person:
        gone = person.keys[:2]
        await person.press("enter", "colon")
        await person.type(gone[1])
        await person.press("enter")
        import_book(demo, without=gone)
        await person.press("R")
        assert isinstance(person.app.screen, Worklist)


async def test_a_dialog_about_an_account_that_is_gone_can_be_read_to_its_end(demo: Path) -> None:
    async with at_desk(demo) as person:
        gone = person.on
        await person.press("enter", "x")
        import_book(demo, without=[gone])
        await read_again(person)
        assert isinstance(person.app.screen, Explain)
        await person.press("escape")
        assert isinstance(person.app.screen, Worklist)


async def test_a_form_about_an_account_that_is_gone_is_refused_in_words_and_kept(demo: Path) -> None:
    async with at_desk(demo) as person:
        gone = person.on
        many = len(person.records(gone))
        await person.press("enter", "r", "p", "f")
        import_book(demo, without=[gone])
        await read_again(person)
        await person.press("ctrl+s")
        assert isinstance(person.app.screen, Record)
        assert f"No account {gone} in the book of 01 Oct 2026." in person.sees
        await person.press("escape", "escape")
        assert isinstance(person.app.screen, Worklist)
        assert len(person.records(gone)) == many
        assert person.app.session.memory.find(gone) is not None


async def test_a_record_is_taken_back_though_the_view_it_was_asked_in_is_gone(demo: Path) -> None:
    async with at_desk(demo) as person:
        called, gone = person.keys[:2]
        await person.press("r", "n", "ctrl+s")
        person.listing.table.move_to(gone)
        await person.press("enter", "u")
        import_book(demo, without=[gone])
        await read_again(person)
        await person.press("y")
        assert person.records(called)[-1].corrects
        assert isinstance(person.app.screen, Worklist)


async def test_nothing_is_recorded_for_an_account_that_went_while_the_name_was_asked(demo: Path) -> None:
    async with at_desk(demo) as person:
        gone = person.on
        import_book(demo, without=[gone])
        await read_again(person)
        person.listing.record_for(gone)
        await person.rest()
        assert person.message == f"{gone} is not in the book of Thu 1 Oct any more."


async def test_a_large_list_holds_no_account_that_is_gone_at_any_moment(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BIG", 10)
    async with at_desk(demo) as person:
        gone = person.keys[:5]
        import_book(demo, without=gone)
        session, lists = person.app.session, person.listing
        day = person.desk.load()
        session.take(day, session.seen)
        lists.rearrange()
        lists.show_day()
        assert not set(gone) & set(person.keys)
        await person.rest()
        assert all(known(person, person.keys))


async def test_a_file_holds_the_rows_that_were_offered_though_another_book_was_read(demo: Path, tmp_path: Path) -> None:
    async with at_desk(demo) as person:
        rows = person.keys
        await person.press("y", "l")
        assert isinstance(person.app.screen, Export)
        import_book(demo, without=rows[:200])
        await read_again(person)
        await person.press("ctrl+u")
        await person.type(str(tmp_path / "list.csv"))
        await person.press("enter")
        assert pl.read_csv(tmp_path / "list.csv")["account_id"].to_list() == rows


async def test_a_book_that_replaced_the_one_shown_is_taken_with_a_colleagues_record(demo: Path) -> None:
    """Its date is the same, so that nobody is told of it; its accounts are not."""
    async with at_desk(demo) as person:
        gone, called = person.keys[:2]
        name = person.app.session.opened[1].row(gone)["customer_name"]
        await person.press("enter")
        import_book(demo, date(2026, 9, 30), without=[gone])
        desk = opened(demo)
        desk.record(desk.load(), Entry(called, "NA", "ben"))
        desk.close()
        person.app._watch.look()
        await person.rest()
        assert isinstance(person.app.screen, Worklist)
        assert person.message == f"{gone} {name} is not in the book of Wed 30 Sep any more."
        assert all(known(person, person.keys))


async def test_a_days_file_that_comes_in_is_said_and_read_with_r(demo: Path, tmp_path: Path) -> None:
    async with at_desk(demo) as person:
        desk = person.app.session.opened[0]
        path = tmp_path / "day.csv"
        path.write_text(f"account_id,at,amount,kind\n{person.on},2026-10-01 09:00,500,cash_advance\n", "utf-8")
        given = recognised(path, desk.settings)
        assert given is not None
        take(desk, read_day_file(desk.folder, desk.settings, given, today=date(2026, 10, 2)))
        news = look(person.app.session, None)
        assert news is not None
        assert news.text == "Transactions or payments to Thu 1 Oct came in: R reads them"
        assert look(person.app.session, news.book) is None
        await person.press("R")
        assert person.app.session.standing().further == "transactions to Thu 1 Oct"
        assert look(person.app.session, None) is None
