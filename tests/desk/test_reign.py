"""How long a day is the newest one of a desk, and which records were there by then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from deskcollect.desk.alerts.watched import Reign, reign
from deskcollect.desk.day import Day
from deskcollect.desk.desk import Desk
from deskcollect.records import Entry
from tests.desk.builders import AS_OF, Tables, account, at, days, desk_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of one account."""
    made = desk_of(tmp_path, Tables([account("A1")]))
    yield made
    made.close()


def of(desk: Desk, day: date, following: date | None) -> Reign:
    """Return the reign of a day."""
    return reign(desk, desk.ledger.events(desk.zone), day, following)


def test_a_day_reigns_to_the_evening_before_the_next(desk: Desk) -> None:
    month = of(desk, AS_OF, days(30))
    assert (month.last, month.end) == (days(29), at(days(29), 23, 59))
    assert month.moment(AS_OF).today == days(29)
    assert of(desk, AS_OF, days(1)).last == AS_OF


def test_the_newest_reigns_until_now(desk: Desk) -> None:
    newest = of(desk, AS_OF, None)
    assert (newest.last, newest.end.date()) == (AS_OF, AS_OF)


def test_what_is_recorded_on_the_next_day_was_not_there(desk: Desk, day: Day) -> None:
    desk.record(day, Entry("A1", "NA", "ana"))
    counted = {following: of(desk, days(-9), following).events.collect().height for following in (AS_OF, days(1), None)}
    assert counted == {AS_OF: 0, days(1): 1, None: 1}
