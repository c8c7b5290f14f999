"""What counts as a try, and at which hour it was made where the customer is."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.ledger.tries import tries
from deskcollect.records import Event
from deskcollect.vocabulary import Channel, Direction
from tests.ledger.builders import DAY, ZONE
from tests.ledger.test_projections import POLICIES, table, told, undo

ZONES = {"A1": None, "A2": None, "B1": "America/New_York"}
OWNERS = {"A1": "C1", "A2": "C1", "B1": "C2"}


def tried(*events: Event, zones: dict[str, str | None] | None = None) -> pl.DataFrame:
    """Return the tries of some events."""
    places = zones or ZONES
    accounts = pl.LazyFrame(
        {"account_id": list(OWNERS), "customer_id": list(OWNERS.values()), "timezone": list(places.values())},
        schema_overrides={"timezone": pl.String},
    )
    found = tries(table(list(events)), accounts, POLICIES, until=DAY, zone=ZONE).collect()
    assert found.schema == frames.polars_schema(frames.TRIES)
    return found.sort("occurred_on", "customer_id", "account_id", descending=[True, False, False])


def test_a_try_says_when_and_how_and_whether_the_customer_was_reached() -> None:
    found = tried(told(1, "NA"), told(2, "PTP", -1))
    assert found.select("account_id", "channel", "weekday", "band", "right_party").rows() == [
        ("A1", "phone", 3, "morning", False),
        ("A1", "phone", 2, "morning", True),
    ]


@pytest.mark.parametrize("code", [outcome.code for outcome in POLICIES.outcomes])
def test_what_a_code_counts_for_are_its_flags_and_not_its_name(code: str) -> None:
    outcome = POLICIES.outcome(code)
    assert outcome is not None
    assert tried(told(1, code.lower()))["right_party"].to_list() == ([outcome.right_party] if outcome.attempt else [])


def test_who_calls_the_desk_was_not_tried() -> None:
    assert tried(told(1, "PTP", direction=Direction.INBOUND)).is_empty()
    assert tried(told(1, "PTP", direction=Direction.OUTBOUND)).height == 1


def test_a_try_that_was_withdrawn_never_was() -> None:
    assert tried(told(1, "NA"), told(2, "PTP"), undo(3, 2))["right_party"].to_list() == [False]
    assert tried(told(1, "NA"), undo(2, 1), undo(3, 2)).height == 1


def test_the_channel_is_that_of_the_record_else_that_of_the_code() -> None:
    found = tried(told(1, "PTP", channel=Channel.VISIT), told(2, "SMS", channel=None), told(3, "NA", channel=None))
    assert sorted(found["channel"]) == ["phone", "text", "visit"]


def test_hours_and_days_are_those_where_the_customer_is() -> None:
    """Ten in the morning at Taipei is ten in the evening of the day before in New York."""
    found = tried(told(1, "NA"), told(2, "NA", account="B1", customer_id="C2"))
    assert found.select("account_id", "weekday", "band").rows() == [("A1", 3, "morning"), ("B1", 2, "night")]


def test_a_customer_has_one_time_zone_whichever_account_was_called() -> None:
    zones = {"A1": None, "A2": "America/New_York", "B1": None}
    found = tried(told(1, "NA"), told(2, "NA", account="A2"), zones=zones)
    assert found["band"].to_list() == ["night", "night"]


@pytest.mark.parametrize(
    ("hour", "band"),
    [(0, "night"), (7, "night"), (8, "morning"), (11, "morning"), (12, "noon"), (17, "afternoon"), (18, "evening"), (20, "evening"), (21, "night")],
)  # fmt: skip
def test_a_band_lasts_until_the_next_begins_and_the_last_over_midnight(hour: int, band: str) -> None:
    at = datetime(2026, 9, 29, hour, 30, tzinfo=ZONE)
    assert tried(told(1, "NA", occurred_at=at))["band"].to_list() == [band]


def test_tries_after_the_day_and_before_the_window_do_not_count() -> None:
    days = POLICIES.reach.window_days
    assert [tried(told(1, "NA", on)).height for on in (1, 0, -1, 1 - days, -days)] == [0, 1, 1, 1, 0]


def test_an_account_that_left_the_book_counts_for_its_customer_at_the_desk_s_hour() -> None:
    found = tried(told(1, "NA", account="gone", customer_id="C1"), told(2, "NA", account="gone", customer_id="C9"))
    assert found.select("customer_id", "band").rows() == [("C1", "morning"), ("C9", "morning")]


def test_the_order_of_recording_changes_nothing() -> None:
    events = [
        told(n, code, -n, account) for n, (code, account) in enumerate([("NA", "A1"), ("PTP", "B1"), ("VM", "A2")])
    ]
    dice = random.Random(3)
    for _ in range(3):
        shuffled = dice.sample(events, len(events))
        assert tried(*shuffled).sort("occurred_on").equals(tried(*events).sort("occurred_on"))


def test_no_event_is_no_try() -> None:
    assert tried().is_empty()
    assert tried(told(1, "NOTE")).is_empty()
    late = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(days=400)
    assert tried(told(1, "NA", occurred_at=late)).is_empty()
