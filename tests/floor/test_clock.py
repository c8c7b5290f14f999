"""The time of a desk."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from deskcollect.clock import Clock, local_zone_name, utc_milliseconds

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = date(2026, 9, 30)


def running_for(hours: float, day: date, zone: ZoneInfo) -> Clock:
    """Return a pinned clock that was started some hours ago."""
    return Clock(zone, Clock.pinned(day, zone).starts_at, time.monotonic() - hours * 3600)


def test_a_pinned_clock_starts_at_ten_of_its_day() -> None:
    now = Clock.pinned(DAY, TAIPEI).now()
    assert datetime(2026, 9, 30, 10, 0, tzinfo=TAIPEI) <= now < datetime(2026, 9, 30, 10, 1, tzinfo=TAIPEI)
    assert Clock.pinned(DAY, TAIPEI).today() == DAY


def test_and_runs_from_there() -> None:
    now = running_for(3.5, DAY, TAIPEI).now()
    assert timedelta(0) <= now - datetime(2026, 9, 30, 13, 30, tzinfo=TAIPEI) < timedelta(minutes=1)


def test_its_day_ends_at_midnight_of_the_desk() -> None:
    assert running_for(13.9, DAY, TAIPEI).today() == DAY
    assert running_for(14, DAY, TAIPEI).today() == date(2026, 10, 1)


def test_an_hour_that_the_change_to_summer_time_skips_is_skipped() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = running_for(20, date(2026, 3, 28), berlin).now()
    assert (now.hour, now.utcoffset()) == (7, timedelta(hours=2))


def test_time_never_runs_back() -> None:
    clock = Clock.pinned(DAY, TAIPEI)
    read = [clock.now() for _ in range(50)]
    assert read == sorted(read)


@pytest.mark.parametrize("clock", [Clock(TAIPEI), Clock.pinned(DAY, TAIPEI)], ids=["running", "pinned"])
def test_the_time_knows_its_zone(clock: Clock) -> None:
    assert clock.now().tzinfo is TAIPEI
    assert clock.now().utcoffset() == timedelta(hours=8)


def test_a_running_clock_follows_the_system() -> None:
    before = datetime.now(UTC)
    now = Clock(TAIPEI).now()
    assert before <= now <= datetime.now(UTC)
    assert utc_milliseconds() == pytest.approx(time.time() * 1000, abs=60_000)


@pytest.mark.parametrize("told", ["Asia/Taipei", ":Asia/Taipei"])
def test_the_zone_of_the_machine_is_what_it_says(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("TZ", told)
    assert local_zone_name() == "Asia/Taipei"


@pytest.mark.parametrize("named", ["Asia/Nowhere", "../x", "", None])
def test_a_machine_that_says_nothing_of_use_has_utc(monkeypatch: pytest.MonkeyPatch, named: str | None) -> None:
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: named)
    assert local_zone_name() == "UTC"


def test_a_machine_that_contradicts_itself_has_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    def contradicts() -> str:
        raise ZoneInfoNotFoundError("Multiple conflicting time zone configurations found")

    monkeypatch.setattr("tzlocal.reload_localzone", contradicts)
    assert local_zone_name() == "UTC"
