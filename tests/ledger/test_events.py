"""The events as a table: complete, typed, local dates, and what was withdrawn."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.ledger import document, event_frame, line
from deskcollect.ledger.event_frame import withdrawn
from deskcollect.records import Decided, Event
from deskcollect.vocabulary import EventKind
from tests.ledger.builders import DESK, NOW, ZONE, event, event_id, ids, opened, promise, record
from tests.ledger.test_document import EVENTS


def correction(number: int, target: int) -> Event:
    """Return the n-th event, which withdraws another."""
    return event(number, kind=EventKind.CORRECTION, code="", channel=None, corrects=event_id(target))


def lines(*documents: str) -> bytes:
    """Return documents as lines of the ledger."""
    return line.encode(line.START, "events", list(documents))[0]


def test_an_empty_ledger_is_an_empty_table_of_the_declared_form(folder: Path) -> None:
    with opened(folder) as ledger:
        table = ledger.events(ZONE).collect()
    assert table.schema == frames.polars_schema(frames.EVENTS)
    assert table.is_empty()


def test_a_row_tells_what_was_recorded(folder: Path) -> None:
    told = promise(1, data={"at": "2026-10-01T15:00:00+08:00", "next_on": "2026-10-05"}, decided=Decided(score=531))
    with opened(folder) as ledger:
        record(ledger, told)
        (row,) = ledger.events(ZONE).collect().to_dicts()
    assert row == {
        **dict.fromkeys(["corrects"]),
        "event_id": event_id(1),
        "seq": 1,
        "kind": "outcome",
        "account_id": "A1",
        "customer_id": "C1",
        "code": "PTP",
        "amount": Decimal("10240.0000"),
        "currency": "TWD",
        "due_date": date(2026, 10, 2),
        "channel": "phone",
        "direction": "outbound",
        "contact_point": "mobile",
        "note": "says “Friday”, 好的",
        "by": "ana",
        "occurred_at": datetime(2026, 9, 30, 2, 0, 1, tzinfo=UTC),
        "occurred_on": date(2026, 9, 30),
        "recorded_at": NOW,
        "withdrawn": False,
        "callback_at": datetime(2026, 10, 1, 7, tzinfo=UTC),
        "next_on": date(2026, 10, 5),
        "score": 531,
    }


def test_the_local_date_is_that_of_the_desk(folder: Path) -> None:
    late = event(1, occurred_at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    with opened(folder) as ledger:
        record(ledger, late)
        dates = [ledger.events(ZoneInfo(zone)).collect()["occurred_on"][0] for zone in ("UTC", "Asia/Taipei", "UTC")]
    assert dates == [date(2026, 9, 30), date(2026, 10, 1), date(2026, 9, 30)]


def test_the_table_grows_by_what_this_and_other_programs_record(folder: Path) -> None:
    with opened(folder, segment_bytes=1500) as one, opened(folder) as other:
        for n in range(1, 90):
            record(one if n % 2 else other, event(n))
            assert one.events(ZONE).collect()["event_id"].to_list() == [event_id(k) for k in range(1, n + 1)]


@given(st.lists(EVENTS, min_size=1, max_size=4))
def test_reading_all_at_once_and_one_by_one_give_the_same_table(told: list[Event]) -> None:
    texts = [document.canonical(document.write(each, recorded_at=NOW, desk=DESK)) for each in told]
    raw = lines(*texts)
    slow = event_frame._typed(event_frame._rows(event_frame._one_by_one(raw)))
    assert event_frame.decode(raw).equals(slow)


@pytest.mark.parametrize(
    "odd",
    [
        '{"event_id":"e","kind":"outcome","occurred_at":"2026-09-30T10:00:00+08:00","data":[1]}',
        '{"event_id":"e","kind":"outcome","occurred_at":"2026-09-30T10:00+08:00","amount":{"value":5}}',
        '{"event_id":"e","kind":"outcome","recorded_at":"2026-09-30T02:00:00+00:00","decided":{"score":"high"}}',
        '{"event_id":"e","kind":"outcome"}',
    ],
)
def test_a_document_of_another_form_keeps_its_row_and_disturbs_no_other(odd: str) -> None:
    good = document.canonical(document.write(promise(1), recorded_at=NOW, desk=DESK))
    table = event_frame.decode(lines(good, odd))
    assert table["event_id"].to_list() == [event_id(1), "e"]
    assert table["amount"].to_list() == [Decimal("10240.0000"), None]
    assert table["occurred_at"].null_count() == 0


def test_documents_of_other_tables_are_no_events() -> None:
    raw, _ = line.encode(line.START, "other", ['{"event_id":"e"}'])
    assert event_frame.decode(raw).is_empty()


# --- corrections -------------------------------------------------------------------------------------------------------


def standing(folder: Path, *events: Event) -> list[int]:
    """Return which of the events stand after all are recorded, by their place."""
    with opened(folder) as ledger:
        for each in events:
            record(ledger, each)
            ledger.events(ZONE)
        table = ledger.events(ZONE).collect()
    return [n for n, gone in enumerate(table["withdrawn"], 1) if not gone]


def test_a_correction_withdraws_its_event(folder: Path) -> None:
    assert standing(folder, event(1), event(2), correction(3, 1)) == [2, 3]


def test_correcting_a_correction_restores_the_event(folder: Path) -> None:
    assert standing(folder, event(1), correction(2, 1), correction(3, 2)) == [1, 3]
    assert standing(folder, correction(4, 3)) == [2, 4]


def test_an_event_may_take_the_place_of_the_one_it_corrects(folder: Path) -> None:
    assert standing(folder, event(1), event(2, code="VM", corrects=event_id(1))) == [2]


def test_an_event_withdrawn_twice_stays_withdrawn_when_one_correction_falls(folder: Path) -> None:
    assert standing(folder, event(1), correction(2, 1), correction(3, 1), correction(4, 2)) == [3, 4]


def test_a_correction_that_arrives_before_its_event_withdraws_it(folder: Path) -> None:
    assert standing(folder, correction(2, 1), event(1)) == [1]


def test_what_is_not_recorded_can_be_looked_at_as_if_it_were(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        table = ledger.events_with(ZONE, [event(2), correction(3, 1)]).collect()
        assert table["withdrawn"].to_list() == [True, False, False]
        assert table["seq"].to_list() == [1, 2, 3]
        assert ids([each for _, each in ledger.since(None)]) == [event_id(1)]
        assert ledger.events(ZONE).collect()["withdrawn"].to_list() == [False]
        empty = ledger.events_with(ZONE, []).collect()
        assert empty.equals(ledger.events(ZONE).collect())


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).map(sorted), max_size=8))
def test_corrections_mean_the_same_in_any_order(pairs: list[list[int]]) -> None:
    corrections = [(f"c{n}-{a}", f"c{n - 1}-{b}" if n % 2 else str(b)) for n, (a, b) in enumerate(pairs)]
    results = [withdrawn(list(order)) for order in itertools.islice(itertools.permutations(corrections), 24)]
    assert all(result == results[0] for result in results)


def test_corrections_in_a_ring_end() -> None:
    assert withdrawn([("a", "b"), ("b", "a"), ("c", "c")]) <= {"a", "b", "c"}


def test_a_long_row_of_corrections_is_followed_to_its_end() -> None:
    chain = [(str(n + 1), str(n)) for n in range(5000)]
    assert withdrawn(chain) == {str(n) for n in range(5000) if (5000 - n) % 2}


def test_the_table_is_of_the_declared_form(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, promise(1), correction(2, 1))
        assert ledger.events(ZONE).collect_schema() == frames.polars_schema(frames.EVENTS)
        assert isinstance(ledger.events(ZONE), pl.LazyFrame)
