"""Whatever stands in a ledger can be read; what may be written to it is decided in one place."""

from __future__ import annotations

import json
from datetime import MAXYEAR, MINYEAR, UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given

from deskcollect import frames
from deskcollect.errors import BadUse
from deskcollect.ledger import document, event_frame, line
from deskcollect.ledger.projections import past
from deskcollect.ledger.tables import EVENTS
from deskcollect.policy.load import load
from tests.ledger.builders import DAY, ZONE, files, opened
from tests.ledger.wild import GOOD, documents

POLICIES = load()
OWNERS = pl.LazyFrame({"account_id": ["A1"], "customer_id": ["C1"]})
NUMBERS = frames.Numbers(pl.LazyFrame([("C1", "mobile")], frames.polars_schema(frames.NUMBERS), orient="row"))


def read_all(*told: dict[str, Any]) -> pl.DataFrame:
    """Read documents as the table of events does, and look at everything in it as a person would."""
    lines = line.encode(line.START, EVENTS, [json.dumps(each) for each in told])[0]
    known = event_frame._local(event_frame.decode(lines), ZONE)
    table = event_frame._marked(known, event_frame._corrections(known))
    for zone in (ZONE, UTC):
        for row in table.rows(named=True):
            for name in ("occurred_at", "recorded_at", "callback_at"):
                assert row[name] is None or row[name].astimezone(zone)
    past(frames.Events(table.lazy()), NUMBERS, OWNERS, POLICIES, as_of=DAY, today=DAY).collect().rows()
    return table


@given(documents(), documents())
@example(GOOD | {"decided": {"score": 10**30}}, GOOD | {"occurred_at": "2026-W40-1T10:00:00+00:00"})
@example(GOOD | {"decided": {"score": 3 * 10**9}}, GOOD)
@example(GOOD | {"occurred_at": "2026-09-30T10:00:00+08:00:30"}, GOOD)
@example(GOOD | {"data": {"at": "9999-12-31T23:59:59-14:00"}}, GOOD)
@example(GOOD | {"data": {"next_on": "10000-01-01"}, "due_date": "10000-01-01"}, GOOD)
@example({"corrects": "a"}, {"event_id": "a", "corrects": "a"})
def test_whatever_stands_in_a_ledger_is_a_row_of_the_table(one: dict[str, Any], other: dict[str, Any]) -> None:
    table = read_all(one, other, GOOD)
    assert table.height == 3
    assert table["occurred_at"].null_count() == 0
    assert table.rows()[2] == read_all(GOOD, GOOD, GOOD).rows()[2]


@given(documents())
def test_whatever_stands_in_a_ledger_is_an_event_within_the_calendar(told: dict[str, Any]) -> None:
    event = document.read(told, seq=1, digest="")
    assert event.occurred_at.astimezone(ZONE) is not None
    for when in (event.occurred_at, event.recorded_at, event.due_date):
        assert when is None or MINYEAR < when.year < MAXYEAR
    assert {name: told[name] for name in event.unknown} == event.unknown


@given(documents())
def test_what_may_be_written_reads_alike_all_at_once_and_one_by_one(told: dict[str, Any]) -> None:
    try:
        document.check(told)
        text = document.canonical(told)
    except BadUse:
        return
    lines = line.encode(line.START, EVENTS, [text])[0]
    slow = event_frame._typed(event_frame._rows(event_frame._one_by_one(lines)))
    assert event_frame.decode(lines).drop("callback_at", "score").equals(slow.drop("callback_at", "score"))


WRONG: list[dict[str, Any]] = [
    {"decided": {"score": 10**30}},
    {"decided": {"score": 2**31}},
    {"decided": {"score": "high"}},
    {"decided": [1]},
    {"occurred_at": "2026-W40-1T10:00:00+00:00"},
    {"occurred_at": "20260930T100000+0800"},
    {"occurred_at": "0001-01-01T00:00:00+14:00"},
    {"occurred_at": "2026-09-30T10:00:00+08:00:30"},
    {"recorded_at": "9999-12-31T23:59:59-14:00"},
    {"due_date": "20261005"},
    {"due_date": "9999-12-31"},
    {"amount": "1_000"},
    {"amount": "5E+2"},
    {"data": {"next_on": {"a": 1}}},
    {"data": {"next_on": "2026-99-99"}},
    {"data": {"at": "yesterday"}},
    {"data": {"at": 5}},
    {"data": {"at": "2026-10-05T10:00:00"}},
    {"data": {"count": "six"}},
    {"data": {"count": 10**30}},
    {"data": {"count": True}},
    {"data": {"a": json.loads("[" * 100 + "]" * 100)}},
    {"colour": json.loads("[" * 100 + "]" * 100)},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_no_program_writes_may_not_be_written(wrong: dict[str, Any], folder: Path) -> None:
    document.check(GOOD)
    with pytest.raises(BadUse):
        document.check(GOOD | wrong)
    with opened(folder) as ledger:
        with pytest.raises(BadUse):
            files(ledger).table.insert(GOOD | wrong)
        assert ledger.head().seq == 0


def test_what_a_newer_version_adds_may_be_written() -> None:
    document.check(GOOD | {"v": 9, "colour": "blue", "kind": "telepathy", "channel": "fax", "direction": "sideways"})
    document.check(GOOD | {"decided": {"score": 5, "model": "tomorrow"}, "data": {"parts": [1, {"a": None}]}})
    document.check(GOOD | {"kind": "telepathy", "data": {"at": [1, 2], "count": "many"}})


@given(documents())
@example(GOOD | {"occurred_at": "0001-01-01T00:00:00+14:00", "recorded_at": 5})
def test_every_door_of_the_ledger_reads_what_stands_in_it(told: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder)) as ledger:
        ledger.backend.append(EVENTS, [{**told, "event_id": str(told.get("event_id", ""))}])
        ledger.events(ZONE).collect().rows()
        event_ids = [each.event_id for each in ledger.history()]
        assert len(event_ids) == len(list(ledger.since(None))) == 1
        list(ledger.select(kind="outcome"))
        ledger.of_kinds("outcome", "alert")
        ledger.last_recorded_at()
        assert ledger.verify().ok
