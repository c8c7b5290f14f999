"""An event goes to the ledger and comes back as it was; what may not stand there is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.errors import BadUse
from deskcollect.ledger import document, line
from deskcollect.records import Decided, Event, Origin
from deskcollect.vocabulary import Channel, Direction, EventKind
from tests.ledger.builders import DAY, DESK, NOW, ZONE, event, promise

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
SHORT = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
POINTS = st.sampled_from(["", "mobile", "home", "phone_2"])
AMOUNTS = st.none() | st.decimals(min_value=0, max_value=Decimal("9999999999999999.9999"), places=4)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT
DATA = st.dictionaries(TEXT, st.recursive(PLAIN, lambda each: st.lists(each, max_size=3), max_leaves=5), max_size=4)
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).flatmap(  # noqa: DTZ001  # zone below
    lambda naive: st.integers(-12 * 60, 14 * 60).map(
        lambda minutes: naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    )
)
EVENTS = st.builds(
    Event,
    event_id=SHORT,
    kind=st.sampled_from([*EventKind, "a kind of tomorrow"]),
    account_id=TEXT,
    customer_id=TEXT,
    occurred_at=TIMES,
    by=TEXT,
    code=TEXT,
    amount=AMOUNTS,
    currency=TEXT,
    due_date=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    channel=st.none() | st.sampled_from(Channel),
    direction=st.sampled_from(Direction),
    contact_point=POINTS,
    note=TEXT,
    corrects=st.just(""),
    origin=st.none()
    | st.builds(
        Origin,
        st.just("desk-b"),
        st.integers(1, 99),
        st.just("f" * 64),
        st.just("a" * 64),
        st.sampled_from([(1, 1), (2, 3)]),
        st.sampled_from(["", "desk-a"]),
    ),
    decided=st.builds(Decided, TEXT, TEXT, TEXT, st.none() | st.integers(0, 999)),
    data=DATA,
    v=st.integers(1, 9),
    unknown=st.dictionaries(st.sampled_from(["new_field", "other"]), PLAIN, max_size=2),
)


def round_trip(told: Event) -> Event:
    """Write an event, put it through the text of the file and read it."""
    text = document.canonical(document.write(told, recorded_at=NOW, desk=DESK))
    return document.read(json.loads(text), seq=7, digest="e" * 64)


@given(EVENTS)
def test_every_event_comes_back_as_it_was(told: Event) -> None:
    read = round_trip(told)
    assert replace(read, recorded_at=None, origin=None) == replace(told, origin=None)
    assert read.recorded_at == NOW
    assert read.origin == (told.origin or Origin(DESK, 7, "e" * 64))
    assert read.occurred_at.utcoffset() == told.occurred_at.utcoffset()


@given(EVENTS)
def test_a_document_has_one_text_and_stays_on_one_line(told: Event) -> None:
    made = document.write(told, recorded_at=NOW, desk=DESK)
    text = document.canonical(made)
    assert document.canonical(dict(reversed(made.items()))) == text
    assert not {"\n", "\t"} & set(text)
    data, links = line.encode(line.START, "events", [text])
    record = line.read(data[:-1])
    assert record is not None
    assert record.link == links[0]
    assert record.document() == json.loads(text)


def test_a_document_holds_exactly_the_fields_of_the_specification() -> None:
    full = promise(
        1,
        channel=Channel.PHONE,
        corrects="another",
        decided=Decided("abcdef12", "full-by-date", "default 01234567", 531),
    )
    made = document.write(full, recorded_at=NOW, desk=DESK)
    assert set(made) == {
        *("event_id", "kind", "account_id", "customer_id", "code", "amount", "currency", "due_date", "channel"),
        *("direction", "contact_point", "note", "by", "occurred_at", "recorded_at", "corrects", "origin", "decided"),
        *("data", "v"),
    }
    assert made["amount"] == "10240.00"
    assert made["occurred_at"] == "2026-09-30T10:00:01+08:00"
    assert made["recorded_at"] == "2026-09-30T02:00:00+00:00"
    assert made["origin"] == {"desk": DESK}
    assert made["decided"]["score"] == 531


def test_dates_times_and_amounts_in_data_become_text() -> None:
    at = datetime(2026, 10, 2, 9, tzinfo=ZONE)
    made = document.write(
        event(1, data={"at": at, "next_on": DAY, "parts": [Decimal("1.50")], "sent_as": Channel.TEXT}),
        recorded_at=NOW,
        desk=DESK,
    )
    assert made["data"] == {
        "at": "2026-10-02T09:00:00+08:00",
        "next_on": "2026-09-30",
        "parts": ["1.50"],
        "sent_as": "text",
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"note": "x" * 501}, "The note is too long: 501 characters, at most 500"),
        ({"note": "two\nlines"}, "The note holds characters that cannot be shown"),
        ({"note": "\x1b[2J"}, "The note holds characters that cannot be shown"),
        ({"note": "\ud800"}, "The note holds characters that cannot be shown"),
        ({"by": "a" * 201}, "The by is too long"),
        ({"account_id": "A\t1"}, "The account id holds characters"),
        ({"contact_point": "0912-000-417"}, "keeps the kind of a number or address, never the number itself"),
        ({"contact_point": "ana@example.org"}, "never the number itself"),
        ({"contact_point": "phone_0912000417"}, "never the number itself"),
        ({"amount": Decimal("1.00001")}, "The amount cannot be recorded"),
        ({"amount": Decimal("1e16")}, "The amount cannot be recorded"),
        ({"amount": Decimal("NaN")}, "The amount cannot be recorded"),
        ({"occurred_at": datetime(2026, 9, 30)}, "has no time zone"),  # noqa: DTZ001  # the point of it
        ({"data": {"at": datetime(2026, 9, 30)}}, "The time in data.at has no time zone"),  # noqa: DTZ001  # the same
        ({"data": {"ratio": float("nan")}}, "The number in data.ratio is not a number"),
        ({"event_id": ""}, "needs an id and a kind"),
        ({"kind": ""}, "needs an id and a kind"),
        ({"corrects": event(1).event_id}, "cannot correct itself"),
    ],
)
def test_what_may_not_stand_in_the_ledger_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadUse) as refused:
        document.write(event(1, **fields), recorded_at=NOW, desk=DESK)
    assert words in refused.value.message
    assert refused.value.remedy


def test_an_entry_that_is_too_long_or_no_json_is_refused() -> None:
    with pytest.raises(BadUse, match="too long for the ledger"):
        document.canonical({"data": "x" * 70_000})
    with pytest.raises(BadUse, match="cannot be written"):
        document.canonical({"data": {1, 2}})


def test_a_document_of_a_newer_version_is_read_and_passed_on_whole() -> None:
    newer = document.write(promise(1), recorded_at=NOW, desk=DESK) | {
        "v": 9,
        "channel": "fax",
        "amount": {"value": "1", "currency": "XAU"},
        "decided": {"model": "tomorrow"},
        "due_date": "soon",
        "data": [1],
        "direction": "sideways",
        "colour": "blue",
    }
    read = document.read(newer, seq=1, digest="e" * 64)
    assert (read.v, read.channel, read.amount, read.due_date) == (9, None, None, None)
    assert (read.direction, read.data, read.decided) == (Direction.OUTBOUND, {}, Decided())
    assert read.code == "PTP"
    again = document.write(read, recorded_at=NOW, desk=DESK)
    assert again == newer


@pytest.mark.parametrize("wrong", [{}, {"occurred_at": 5, "recorded_at": "x", "kind": 3, "v": "1", "origin": "x"}])
def test_a_document_without_anything_readable_is_still_an_event(wrong: dict[str, Any]) -> None:
    read = document.read(wrong, seq=1, digest="")
    assert read.occurred_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert dict(read.unknown) == wrong


def test_two_documents_are_the_same_whatever_the_ledger_stamped_on_them() -> None:
    one = document.write(event(1), recorded_at=NOW, desk=DESK)
    other = document.write(event(1), recorded_at=NOW + timedelta(days=1), desk="desk-b") | {"clock_back_ms": 5}
    assert document.same(one, other)
    assert not document.same(one, document.write(event(1, due_date=date(2026, 10, 1)), recorded_at=NOW, desk=DESK))
