"""The demo's desk on the days before it opens: what was decided there is decided once more, by the desk's own functions.

Each act is taken on a past day, with the books and the records that were there by then and a clock that stands at its
minute. So a decision carries what the person saw, and what the desk refuses cannot come into the demo.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from deskcollect.case import Ask
from deskcollect.clock import Clock
from deskcollect.desk.alerts import cases
from deskcollect.desk.decisions import incentives, offers, orders, restrictions
from deskcollect.desk.desk import LEDGER, SNAPSHOTS, Desk
from deskcollect.desk.make import DEMO_PEOPLE, DEMO_ZONE
from deskcollect.ledger import document
from deskcollect.ledger.store import open_ledger
from deskcollect.policy import load as policy_files
from deskcollect.portfolio import snapshots
from deskcollect.portfolio.book import read_book
from deskcollect.settings import Settings
from deskcollect.vocabulary import EventKind
from scripts.demo import dice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deskcollect.desk.day import Day
    from deskcollect.records import Event
    from scripts.demo.acts import Act

CURRENCY = "TWD"
# Ids of decisions count from here, those of other records from 0: so neither moves when the other grows.
FIRST_NUMBER = 0x800
# What the program believed is left out, as in all records of the demo: it would name the files of one version.
_LEFT_OUT = ("decided", "origin")


class StandingClock(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        """Return the time at which it stands."""
        assert self.starts_at is not None
        return self.starts_at


class _Unhurried(Desk):
    """A desk that does not look anew after each decision, but when it is asked to: three months go by in seconds."""

    def anew(self, day: Day, customer_ids: Sequence[str]) -> Day:
        """Return the day as it was seen."""
        del customer_ids
        return day

    def looked(self, day: Day, customer_ids: Sequence[str]) -> Day:
        """Return the day with the accounts of some customers as they are now."""
        return super().anew(day, customer_ids)


class PastDesk:
    """A desk that is led from one past minute to the next. Books and records come to it when they came to the demo's."""

    def __init__(self, folder: Path, books: Mapping[date, Path], records: Iterable[Mapping[str, Any]]) -> None:
        folder.mkdir()
        self._folder = folder
        self._books = dict(books)
        self._records = [document.read(one, seq=0, digest="") for one in records]
        self._made: list[tuple[Event, datetime]] = []
        self._unseen: set[str] = set()  # customers of whom something was recorded since the desk looked
        self._import(min(books))
        told = Settings("demo", "demo", time_zone=DEMO_ZONE, currency=CURRENCY, demo=True, people=DEMO_PEOPLE)
        ledger = open_ledger(folder / LEDGER, told.desk_id)
        self.desk = _Unhurried(folder, told, policy_files.load(), ledger, Clock(told.zone))

    def opens(self, at: datetime) -> Day:
        """Open the desk at a time, with the book of that day if there is one."""
        for day in [day for day in self._books if day <= at.date()]:
            self._import(day)
        self.desk.clock = StandingClock(self.desk.zone, at)
        self._told(at)
        self._unseen.clear()
        return self.desk.load()

    def act(self, day: Day, act: Act) -> Day:
        """Take one act at its time, after what was recorded before it.

        Errors: ValueError where the desk refuses it.
        """
        self.desk.clock = StandingClock(self.desk.zone, act.at)
        self._told(act.at)
        mine = {day.row(name)["customer_id"] for name in act.accounts} & self._unseen
        if mine:
            day = self.desk.looked(day, sorted(mine))
            self._unseen -= mine
        events, refused, after = self._taken(day, act)
        if refused:
            message = f"{act.at:%d %b %H:%M} {act.by} {act.does} {', '.join(act.accounts)}: {'; '.join(refused)}"
            raise ValueError(message)
        self._made += [(event, act.at) for event in events]
        return after

    def documents(self) -> list[dict[str, Any]]:
        """Return what was decided as documents, each with an id that is the same on each run."""
        ids = {event.event_id: _id(event, at, number) for number, (event, at) in enumerate(self._made)}
        return [_document(event, at, ids) for event, at in self._made]

    def _taken(self, day: Day, act: Act) -> tuple[Sequence[Event], list[str], Day]:
        """Let the desk decide; return the events, why it refused, and the day after."""
        if act.asked is None:
            return self._ordered(day, act), [], day
        if isinstance(act.asked, Ask):
            settled = cases.decide(self.desk, day, act.accounts, act.asked)
            return settled.events, [f"{one.account_id} {one.why}" for one in settled.refused], settled.day
        room = restrictions if isinstance(act.asked, restrictions.Asked) else incentives
        asked = [replace(act.asked, account_id=name) for name in act.accounts]
        done = getattr(room, act.does)(self.desk, day, asked, by=act.by)
        return done.events, [f"{one.place.table} {one.message}" for one in done.refused], done.day

    def _ordered(self, day: Day, act: Act) -> Sequence[Event]:
        """Write the work orders of a day; return what was recorded of them. The files go with the folder."""
        name = f"{act.at:%d%b}".lower()
        before = {event.event_id for event in self.desk.ledger.of_kinds(EventKind.SYSTEM.value)}
        for what, code, lines in (
            ("orders", orders.CODE, orders.lines(self.desk, day)),
            ("measures", offers.ORDER_CODE, offers.order_lines(self.desk, day)),
        ):
            if not lines.is_empty():
                orders.write(self.desk, self._folder / f"{what}-{name}.csv", lines, by=act.by, code=code)
        return [event for event in self.desk.ledger.of_kinds(EventKind.SYSTEM.value) if event.event_id not in before]

    def _import(self, day: date) -> None:
        """Keep a book as the demo keeps it."""
        read = read_book(self._books.pop(day), as_of=day, today=day, default_currency=CURRENCY)
        at = datetime.combine(day, datetime.min.time(), UTC)
        snapshots.save(self._folder / SNAPSHOTS, read, imported_at=at)

    def _told(self, until: datetime) -> None:
        """Record what happened up to a time."""
        come = [event for event in self._records if event.occurred_at <= until]
        self._records = self._records[len(come) :]
        if come:
            self.desk.ledger.record_many(come, recorded_at=until)
        self._unseen |= {event.customer_id for event in come}


def _id(event: Event, at: datetime, number: int) -> str:
    """Return a UUIDv7 of the time, the number and a draw."""
    low = dice.number("decided", event.account_id, event.code, at) & ((1 << 62) - 1)
    milliseconds = int(at.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | FIRST_NUMBER + number << 64 | 0b10 << 62 | low))


def _document(event: Event, at: datetime, ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the document of a decision with ids that stay."""
    made = document.write(event, recorded_at=at + timedelta(seconds=1), desk="demo")
    return {name: _renamed(value, ids) for name, value in made.items() if name not in _LEFT_OUT}


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a value in which each id stands as it stays."""
    if isinstance(value, dict):
        return {name: _renamed(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, ids) for one in value]
    return ids.get(value, value) if isinstance(value, str) else value
