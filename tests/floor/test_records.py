"""Single things that cross rooms are facts: nobody changes them afterwards."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime

import pytest

from deskcollect import records
from deskcollect.records import Entry, Event, Part, ScoreStep
from deskcollect.vocabulary import Direction, EventKind

KINDS = [cls for _, cls in inspect.getmembers(records, inspect.isclass) if dataclasses.is_dataclass(cls)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_cannot_be_changed(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every dataclass has it


def test_what_happened_cannot_be_rewritten() -> None:
    event = Event("e1", EventKind.OUTCOME, "A1", "C1", datetime(2026, 9, 30, tzinfo=UTC), "ana", code="NA")
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.code = "PP"  # type: ignore[misc]  # that is the point


def test_an_event_is_outbound_uncorrected_and_of_this_version_unless_it_says_otherwise() -> None:
    event = Event("e1", EventKind.OUTCOME, "A1", "C1", datetime(2026, 9, 30, tzinfo=UTC), "ana")
    assert (event.direction, event.corrects, event.v) == (Direction.OUTBOUND, "", records.EVENT_VERSION)
    assert (event.amount, event.due_date, event.channel) == (None, None, None)


def test_two_events_share_nothing_that_could_change() -> None:
    when = datetime(2026, 9, 30, tzinfo=UTC)
    one, other = (Event(name, EventKind.OUTCOME, "A1", "C1", when, "ana") for name in ("e1", "e2"))
    assert one.data is not other.data


def test_an_entry_without_a_time_means_now() -> None:
    assert Entry("A1", "NA", "ana").occurred_at is None


def test_a_step_without_parts_goes_nowhere() -> None:
    assert ScoreStep(612, 612).parts == ()
    assert sum(part.points for part in ScoreStep(612, 588, (Part("promise broken", -24),)).parts) == 588 - 612
