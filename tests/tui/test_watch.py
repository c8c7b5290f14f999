"""What goes on by itself: colleagues' records, a new book, the clock; and no row moves under the hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect import settings
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk, Recorded
from deskcollect.desk.team import visits
from deskcollect.desk.team.visits import Told
from deskcollect.errors import Damaged, LedgerError, NotRecorded
from deskcollect.records import Entry
from deskcollect.tui.opening import read as reading
from deskcollect.tui.screens.account import AccountView
from deskcollect.tui.team import Team
from deskcollect.tui.watch import News
from tests.tui.person import Person, StandingClock, at_desk, import_book, opened

if TYPE_CHECKING:
    import pytest


async def look(person: Person) -> None:
    """Let the desk look for what is new, as it does every few seconds."""
    person.app._watch.look()
    await person.rest()


def colleague(folder: Path, *entries: Entry) -> None:
    """Record at a second desk program over the same folder."""
    desk: Desk = opened(folder)
    day = desk.load()
    for entry in entries:
        day = desk.record(day, entry).day
    desk.close()


async def test_a_colleagues_records_show_as_ticks_and_counts_and_no_row_moves(demo: Path) -> None:
    async with at_desk(demo, (120, 36)) as person:
        await person.press("j", "j", "j", "j")
        rows, on, line = person.keys, person.on, person.cursor_line
        blocked = person.app.session.opened[2].queues["blocked"]
        colleague(demo, Entry(rows[0], "NA", "ben"), Entry(rows[1], "NA", "ben"), Entry(rows[2], "HARD", "ben"))
        await look(person)
        assert person.message == "3 new records by ben"
        assert (person.keys, person.on, person.cursor_line) == (rows, on, line)
        assert [person.lines[5 + n].startswith(" ✓") for n in range(4)] == [True, True, True, False]
        assert person.app.session.opened[2].queues["blocked"] == blocked + 1
        assert f"Blocked {blocked + 1}" in person.sees
        await person.press("R")
        assert "moved" in person.message
        assert person.keys != rows
        assert person.on == on


async def test_ones_own_records_are_not_told_as_anothers(demo: Path) -> None:
    async with at_desk(demo) as person:
        await person.press("r", "n", "ctrl+s")
        said = person.message
        await look(person)
        assert person.message == said


async def test_a_record_that_is_made_while_the_desk_looks_is_not_lost(demo: Path) -> None:
    """What was read before the own record is thrown away, and read again at the next look."""
    async with at_desk(demo) as person:
        rows = person.keys
        colleague(demo, Entry(rows[5], "NA", "ben"))
        session = person.app.session
        old = session.opened[1]
        await person.press("r", "n", "ctrl+s")
        await person.app._watch._look_for_news(old)
        assert session.opened[1].row(rows[0])["worked_today"]
        await look(person)
        assert session.opened[1].row(rows[0])["worked_today"]
        assert session.opened[1].row(rows[5])["worked_today"]


async def test_the_account_that_is_shown_takes_a_colleagues_record(demo: Path) -> None:
    async with at_desk(demo, (120, 40)) as person:
        account = person.on
        await person.press("enter")
        colleague(demo, Entry(account, "BZ", "ben"))
        await look(person)
        assert isinstance(person.app.screen, AccountView)
        assert "Busy" in person.sees


async def test_a_new_book_is_told_and_read_with_one_key(demo: Path) -> None:
    async with at_desk(demo) as person:
        import_book(demo)
        await look(person)
        assert person.message == "A book of Thu 1 Oct came in: R reads it"
        await look(person)
        assert [m.text for m in person.app.session.messages].count(person.message) == 1
        await person.press("R")
        assert "as of Thu 1 Oct" in person.lines[0]


async def test_the_clock_goes_on_and_a_new_day_is_concluded(demo: Path) -> None:
    async with at_desk(demo) as person:
        StandingClock.ahead = timedelta(minutes=1)
        await look(person)
        assert "today 10:01" in person.lines[0]
        assert person.app.session.opened[1].moment.now.hour == 10
        StandingClock.ahead = timedelta(hours=2)
        await look(person)
        assert person.app.session.opened[1].moment.now.hour == 12, "people are reached otherwise at noon"
        StandingClock.ahead = timedelta(days=5)
        await look(person)
        assert person.app.session.opened[1].moment.today == date(2026, 10, 5)
        assert "book 5 days old" in person.lines[0]


async def test_after_a_rest_the_list_is_ranked_again_and_says_what_moved(demo: Path) -> None:
    async with at_desk(demo) as person:
        rows = person.keys
        person.app._watch.rested()
        await person.rest()
        assert person.keys == rows
        assert "moved" not in person.message
        colleague(demo, Entry(rows[1], "NA", "ben"))
        await look(person)
        person.app._watch.rested()
        await person.rest()
        assert person.message == "1 row moved."
        assert person.keys != rows


async def test_a_fault_is_told_once_where_nothing_was_said_before(demo: Path) -> None:
    settings.write(demo, replace(settings.read(demo), demo=False))
    async with at_desk(demo):
        pass
    async with at_desk(demo) as person:
        assert not person.app.session.messages
        person.desk.ledger.head = lambda: fail(Damaged("The ledger cannot be read."))  # type: ignore[method-assign]  # the disk is made to fail
        await look(person)
        await look(person)
        assert [message.text for message in person.app.session.messages] == ["The ledger cannot be read."]
        assert "The ledger cannot be read." in person.sees


def fail(error: Exception) -> Any:
    """Raise an error."""
    raise error


async def test_a_visit_that_finds_this_desks_own_ledger_unreadable_leaves_the_desk_open(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_: object, __: Desk, ___: str) -> None:
        raise LedgerError("The ledger cannot be read: Input/output error.", "Check the disk.")

    async with at_desk(demo) as person:
        monkeypatch.setattr(Team, "visit", unreadable)
        await look(person)
        await person.press("j")
        assert person.app.is_running


async def test_books_that_are_gone_for_a_while_leave_the_one_that_is_shown(demo: Path) -> None:
    async with at_desk(demo) as person:
        rows = person.keys
        colleague(demo, Entry(rows[1], "NA", "ben"))
        away = (demo / "snapshots").rename(demo / "away")
        await look(person)
        await person.press("R", "j", "k")
        assert person.keys == rows
        away.rename(demo / "snapshots")
        await look(person)
        assert person.message == "1 new record by ben"


async def test_while_the_newest_book_is_exchanged_no_older_one_is_announced(demo: Path) -> None:
    async with at_desk(demo) as person:
        newest = demo / "snapshots" / "2026-09-30"
        away = newest.rename(demo / "away")
        await look(person)
        assert "came in" not in person.message
        away.rename(newest)


async def test_a_book_whose_files_go_while_they_are_read_is_read_at_the_next_look(demo: Path) -> None:
    async with at_desk(demo) as person:
        called = person.keys[1]
        colleague(demo, Entry(called, "NA", "ben"))
        load = person.desk.load
        person.desk.load = lambda: fail(FileNotFoundError("accounts.parquet"))  # type: ignore[method-assign]  # the disk is made to fail
        await look(person)
        person.desk.load = load  # type: ignore[method-assign]  # the disk is whole again
        await look(person)
        assert person.app.session.opened[1].row(called)["worked_today"]


class Meanwhile:
    """Does a step of the desk as it is, after something else has happened that its caller does not know of."""

    def __init__(self, step: Callable[..., Recorded], happens: Callable[[], Awaitable[None]]) -> None:
        self._step = step
        self._happens = happens
        self._loop = asyncio.get_running_loop()

    def __call__(self, *said: Any, **named: Any) -> Recorded:
        """Let it happen first."""

        async def happens() -> None:
            await self._happens()

        asyncio.run_coroutine_threadsafe(happens(), self._loop).result()
        return self._step(*said, **named)


async def test_a_colleagues_record_that_is_taken_while_one_records_comes_into_view_again(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine, theirs = person.keys[0], person.keys[5]

        async def bens() -> None:
            colleague(demo, Entry(theirs, "NA", "ben"))
            await person.app._watch._look_for_news(person.app.session.opened[1])
            assert person.app.session.opened[1].row(theirs)["worked_today"]

        person.desk.record = Meanwhile(person.desk.record, bens)  # type: ignore[method-assign]  # something happens during the step
        await person.press("r", "n", "ctrl+s")
        await look(person)
        assert person.app.session.opened[1].row(mine)["worked_today"]
        assert person.app.session.opened[1].row(theirs)["worked_today"]


async def test_a_colleagues_record_that_is_taken_while_one_takes_back_comes_into_view_again(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine, theirs = person.keys[0], person.keys[5]
        await person.press("r", "n", "ctrl+s")

        async def bens() -> None:
            colleague(demo, Entry(theirs, "NA", "ben"))
            await person.app._watch._look_for_news(person.app.session.opened[1])

        person.desk.undo = Meanwhile(person.desk.undo, bens)  # type: ignore[method-assign]  # something happens during the step
        await person.press("u", "y")
        await look(person)
        assert not person.app.session.opened[1].row(mine)["worked_today"]
        assert person.app.session.opened[1].row(theirs)["worked_today"]


async def test_a_book_that_is_read_while_one_records_stays_and_takes_the_record_in(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine = person.on
        import_book(demo)

        async def read() -> None:
            opened = await reading(person.app.session)
            person.app._opened(opened)

        person.desk.record = Meanwhile(person.desk.record, read)  # type: ignore[method-assign]  # something happens during the step
        await person.press("r", "n", "ctrl+s")
        await look(person)
        day = person.app.session.opened[1]
        assert day.moment.as_of == date(2026, 10, 1)
        assert day.row(mine)["worked_today"]


async def test_a_record_that_is_made_while_a_book_is_read_is_not_lost(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine, session, load = person.on, person.app.session, person.desk.load
        import_book(demo)
        reads: list[Day] = []

        def slowly() -> Day:
            reads.append(load())
            if len(reads) == 1:
                session.recorded(person.desk.record(session.opened[1], Entry(mine, "NA", "ana")), session.seen)
            return reads[-1]

        person.desk.load = slowly  # type: ignore[method-assign]  # something happens during the step
        await person.press("R")
        assert session.opened[1].moment.as_of == date(2026, 10, 1)
        assert session.opened[1].row(mine)["worked_today"]


async def test_a_record_is_taken_back_though_its_view_is_left_meanwhile(demo: Path) -> None:
    async with at_desk(demo) as person:
        mine = person.on
        await person.press("r", "n", "ctrl+s", "enter")

        async def leaves() -> None:
            assert isinstance(person.app.screen, AccountView)
            person.app.screen.leave()

        person.desk.undo = Meanwhile(person.desk.undo, leaves)  # type: ignore[method-assign]  # something happens during the step
        await person.press("u", "y")
        assert person.message.startswith("Withdrawn: ")
        assert person.message[:20] in person.sees
        assert not person.app.session.opened[1].row(mine)["worked_today"]


async def test_what_is_found_while_the_desk_is_being_left_is_drawn_nowhere(demo: Path) -> None:
    async with at_desk(demo) as person:
        person.app._running = False
        await person.listing.table.remove()
        person.app._watch._take(News(person.app.session.seen, "1 new record by ben"))
        person.app._running = True
        assert person.message == "1 new record by ben"


# --- the server of a team ----------------------------------------------------------------------------------------------------


class Visits:
    """The server of a team, as it is found at each visit."""

    def __init__(self, *found: Told) -> None:
        self._found = list(found)

    def visit(self, _: str) -> Told:
        """Return what came of the next visit."""
        return self._found.pop(0)

    def ask(self, _: object) -> None:
        """Say nothing of claims."""

    def close(self) -> None:
        """Let go."""


async def test_a_server_that_goes_away_is_told_once_and_again_when_it_is_back(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write(demo, replace(settings.read(demo), ledger="postgresql://ana@db/collections"))
    away = NotRecorded("The server db, database collections cannot be reached.", "Check the network.")
    server = Visits(Told(), Told(waiting=2, error=away), Told(waiting=2, tried=False), Told(sent=2, taken=1))
    monkeypatch.setattr(visits, "tie", lambda _: server)
    async with at_desk(demo) as person:
        said = person.message
        await look(person)
        assert person.message == said
        await look(person)
        assert (
            person.message
            == "The server db, database collections cannot be reached. You can go on. 2 entries wait here"
        )
        assert "ledger offline" in person.sees
        await look(person)
        assert sum("cannot be reached" in each.text for each in person.app.session.messages) == 1
        await look(person)
        assert person.message == "The server of the team is back: 2 sent, 1 taken."
        assert "ledger ok" in person.sees
