"""The newest signal that was ever seen of an account: fired now or earlier, its case open, closed or gone quiet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from deskcollect import frames
from deskcollect.case import Decision, Sight
from deskcollect.monitoring.sightings import newest
from deskcollect.vocabulary import AlertLevel, CaseAction

BOOK = date(2026, 9, 30)


def on(day: int) -> date:
    """Return a day, counted from the book's."""
    return BOOK + timedelta(days=day)


def seen(*told: tuple[int, str, int | None]) -> pl.DataFrame:
    """Return sightings of one account: the day, the rule, and the day of its newest fact."""
    rows = [
        {"account_id": "A1", "day": on(day), "rule": rule, "seen_on": None if fact is None else on(fact)}
        for day, rule, fact in told
    ]
    return pl.DataFrame(rows, schema=frames.polars_schema(frames.SIGHTINGS))


def decided(action: str, day: int, *rules: tuple[str, int], **more: Any) -> Decision:
    """Return a decision on what a day showed."""
    at = datetime.combine(on(day), time(12), tzinfo=ZoneInfo("Asia/Taipei"))
    sight = Sight(on(day), AlertLevel.YELLOW, "level", {rule: (on(fact), None) for rule, fact in rules})
    return Decision(f"E{day}{action}", CaseAction(action), "ana", at, sight, **more)


def test_a_signal_that_fired_earlier_counts_as_one_that_fires_now() -> None:
    assert newest(seen((0, "redraw", -40), (20, "cash-advances", 18), (45, "redraw", -40)), {}) == {"A1": on(18)}


def test_a_signal_without_a_day_of_its_own_counts_on_the_day_it_was_seen() -> None:
    assert newest(seen((20, "rolling", None)), {}) == {"A1": on(20)}


def test_a_closed_case_counts_and_so_does_what_only_its_decision_tells() -> None:
    closing = decided("close", 20, ("cash-advances", 18))
    assert newest(seen((20, "cash-advances", 18)), {"A1": [closing]}) == {"A1": on(18)}
    assert newest(seen(), {"A1": [closing]}) == {"A1": on(18)}


def test_what_a_person_switched_off_counts_no_more_until_it_fires_again() -> None:
    both = seen((0, "rolling", -5), (20, "cash-advances", 18))
    off = decided("suppress", 20, ("cash-advances", 18), ("rolling", -5), rule="cash-advances")
    assert newest(both, {"A1": [off]}) == {"A1": on(-5)}
    again = pl.concat([both, seen((90, "cash-advances", 88))])
    assert newest(again, {"A1": [off]}) == {"A1": on(88)}


def test_of_an_account_that_nothing_was_seen_of_nothing_is_told() -> None:
    assert newest(seen(), {"A1": [decided("acknowledge", 3)]}) == {}
