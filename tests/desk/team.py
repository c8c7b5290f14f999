"""Two collectors and two leads at a desk: who signs, what they were refused, and a disk that is full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect.clock import Clock
from deskcollect.desk.day import Day
from deskcollect.desk.decisions.together import Done
from deskcollect.desk.desk import Desk
from deskcollect.errors import NotRecorded
from deskcollect.vocabulary import Role
from tests.desk.builders import AS_OF, TOLD, Row, Tables, desk_of, statements

if TYPE_CHECKING:
    import pytest

PEOPLE = {"ana": Role.COLLECTOR, "ben": Role.COLLECTOR, "mei": Role.LEAD, "jo": Role.LEAD}


def team_at(folder: Path, tables: Tables) -> Iterator[Desk]:
    """Yield a desk of theirs."""
    made = desk_of(folder, tables, told=replace(TOLD, people=PEOPLE))
    yield made
    made.close()


def later(desk: Desk, days: int) -> Day:
    """Return the day of the same book, some days later."""
    desk.clock = Clock.pinned(AS_OF + timedelta(days=days), desk.zone)
    return desk.load()


def whys(done: Done[Any]) -> list[tuple[str, str]]:
    """Return who was refused and why."""
    return [(issue.place.table, issue.message) for issue in done.refused]


def fill_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no event be recorded."""

    def full(*_: object, **__: object) -> None:
        raise NotRecorded("Not recorded: the disk is full.", "Make room.")

    monkeypatch.setattr(desk.ledger, "record_many", full)


def cycles(account_id: str, late: int, paid: int) -> list[Row]:
    """Return six statements: the newest unpaid, `late` of the five before it past due, the others paid as told."""
    made = statements(account_id, *(paid if n < 5 - late else 0 for n in range(5)), 0, billed=5000)
    told = [0] * (5 - late) + list(range(1, late + 1)) + [late + 1 if late else 1]
    return [{**row, "cycles_past_due": count} for row, count in zip(made, told, strict=True)]
