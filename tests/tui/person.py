"""A person at a desk: opens a copy of the demo, presses keys, reads the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from textual.geometry import Offset

from deskcollect import resources
from deskcollect.clock import Clock
from deskcollect.desk import make
from deskcollect.desk.desk import Desk, open_desk
from deskcollect.tui import themes
from deskcollect.tui.app import DeskApp
from deskcollect.tui.screens.listing import Listing
from deskcollect.tui.session import Session

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from deskcollect.records import Event


class StandingClock(Clock):
    """A clock that stands at 10:00 of the book's date until somebody moves it on."""

    ahead = timedelta()

    def now(self) -> datetime:
        """Return the time at which it stands."""
        assert self.starts_at is not None
        return self.starts_at + StandingClock.ahead


def opened(folder: Path) -> Desk:
    """Open a desk whose clock stands."""
    desk = open_desk(folder)
    day = desk.dates[-1] if desk.dates else date(2026, 9, 30)
    desk.clock = StandingClock(desk.zone, Clock.pinned(day, desk.zone).starts_at)
    return desk


def import_book(folder: Path, as_of: date = date(2026, 10, 1), *, without: Collection[str] = ()) -> None:
    """Import the newest demo book once more at a second desk program, under a date and without some accounts."""
    desk = opened(folder)
    read = make.read_book(resources.sample_data() / "demo" / "books" / "2026-09-30", desk.settings, as_of=as_of)
    kept = ~pl.col("account_id").is_in(list(without))
    tables = {**read.tables, "accounts": read.accounts.filter(kept)}
    desk.import_book(replace(read, tables=tables), replace=True)
    desk.close()


class Person:
    """Sits at a desk."""

    def __init__(self, pilot: Pilot[int], app: DeskApp) -> None:
        self.pilot = pilot
        self.app = app

    async def press(self, *keys: str) -> None:
        """Press keys one after another, and wait until the screen has come to rest."""
        for key in keys:
            await self.pilot.press(key)
        await self.rest()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*(character if character != " " else "space" for character in text))

    async def rest(self) -> None:
        """Wait until nothing is being worked out any more."""
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        await self.pilot.resize_terminal(width, height)
        await self.rest()

    async def click(self, text: str, times: int = 1) -> None:
        """Click on the first place where a text stands."""
        y = next(number for number, line in enumerate(self.lines) if text in line)
        await self.pilot.click(offset=Offset(self.lines[y].index(text), y), times=times)
        await self.rest()

    @property
    def lines(self) -> list[str]:
        """Return the lines on the screen, one character a cell (the second cell of a wide one is left out)."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def sees(self) -> str:
        """Return the text on the screen."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def message(self) -> str:
        """Return the newest message."""
        return self.app.session.messages[-1].text

    @property
    def listing(self) -> Listing[Any]:
        """Return the screen around the list that is seen."""
        assert isinstance(self.app.screen, Listing)
        return self.app.screen

    @property
    def on(self) -> str:
        """Return the account under the cursor."""
        key = self.listing.table.cursor_key
        assert key is not None
        return key

    @property
    def cursor_line(self) -> int:
        """Return the line of the list on which the cursor stands."""
        return self.listing.table.cursor - self.listing.table.scroll_offset.y

    @property
    def keys(self) -> list[str]:
        """Return the accounts of the list in their order."""
        return self.listing.table.rows.keys()

    def records(self, account_id: str) -> list[Event]:
        """Return what the ledger holds of an account."""
        return self.desk.ledger.history(account=account_id)

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.app.session.opened[0]


@asynccontextmanager
async def at_desk(
    folder: Path, size: tuple[int, int] = (80, 24), *, by: str = "", opens: Callable[[], Desk] | None = None
) -> AsyncIterator[Person]:
    """Sit down at a desk and wait until it has opened; leave it afterwards."""
    session = Session(opens or (lambda: opened(folder)), by=by)
    app = DeskApp(session, themes.load())
    StandingClock.ahead = timedelta()
    async with app.run_test(size=size) as pilot:
        person = Person(pilot, app)
        await person.rest()
        yield person
        session.team.leave()
        if session.desk is not None:
            session.desk.close()
