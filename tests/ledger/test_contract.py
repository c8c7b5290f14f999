"""What a ledger promises wherever it is kept: in the files of a desk or on the server of a team."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadUse, Busy
from deskcollect.ledger import document
from deskcollect.ledger.files.files import Files
from deskcollect.ledger.postgres.server import Server
from deskcollect.ledger.replication.adoptions import adopt, adoptions
from deskcollect.ledger.store import Ledger
from deskcollect.ledger.tables import EVENTS, MERGES
from deskcollect.records import Event, Head, Receipt
from tests.ledger.builders import NOW, ZONE, all_ids, event, event_id, ids, opened, promise, record
from tests.ledger.conftest import Place
from tests.ledger.servers import PostgreSQL
from tests.ledger.test_document import EVENTS as ANY_EVENT
from tests.ledger.test_elsewhere import from_elsewhere, take_in
from tests.ledger.test_events import correction

# --- recording ---------------------------------------------------------------------------------------------------------------


def test_a_receipt_names_the_record_and_its_hash(place: Place) -> None:
    with place.opened() as ledger:
        receipt = ledger.record(event(1), recorded_at=NOW)
        assert receipt == Receipt(event_id(1), ledger.desk_id, 1, ledger.head().hash)
        assert ledger.head() == Head(ledger.desk_id, 1, receipt.hash)


def test_what_was_recorded_is_read_as_it_was(place: Place) -> None:
    with place.opened() as ledger:
        told = promise(1)
        ledger.record(told, recorded_at=NOW)
        read = ledger.get(told.event_id)
        assert read is not None
        assert replace(read, recorded_at=None, origin=None) == told
        assert read.recorded_at == NOW
        assert read.origin is not None
        assert (read.origin.desk, read.origin.seq, read.origin.hash) == (ledger.desk_id, 1, ledger.head().hash)
        assert ledger.get(event_id(2)) is None


def test_no_sign_within_a_text_ends_a_line(place: Place) -> None:
    told = {"said": "one\u2028two\x85three\x1cfour\nfive\tsix\r\x00seven"}
    with place.opened() as ledger:
        ledger.record_many([event(1, data=told), event(2, data=told)], recorded_at=NOW)
        assert [each.data for _, each in ledger.since(None)] == [told, told]
        assert ledger.verify().ok


def test_recording_again_with_the_same_id_writes_nothing(place: Place) -> None:
    with place.opened() as ledger, place.opened() as other:
        first = ledger.record(event(1), recorded_at=NOW)
        for each in (ledger, other):
            again = each.record(event(1), recorded_at=NOW + timedelta(minutes=1))
            assert again == replace(first, replayed=True)
        assert all_ids(ledger) == ids([event(1)])


def test_the_same_id_with_other_content_is_refused(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        with pytest.raises(BadUse, match="Another entry was recorded under the id"):
            record(ledger, event(1, code="VM"))
        assert all_ids(ledger) == ids([event(1)])
        record(ledger, event(2))
        assert all_ids(ledger) == ids([event(1), event(2)]), "a refusal blocks nothing"


def test_a_batch_is_refused_as_a_whole_when_one_of_it_is(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        for wrong in (event(1, code="VM"), event(3, note="x" * 501), event(2, code="VM")):
            with pytest.raises(BadUse):
                ledger.record_many([event(2), wrong], recorded_at=NOW)
        assert all_ids(ledger) == ids([event(1)])


def test_a_batch_retried_in_part_adds_only_what_is_missing(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        receipts = ledger.record_many([event(2), event(1), event(2), event(3)], recorded_at=NOW)
        assert [(r.seq, r.replayed) for r in receipts] == [(2, False), (1, True), (2, True), (3, False)]
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])
        assert ledger.verify().ok


def test_an_empty_batch_is_nothing(place: Place) -> None:
    with place.opened() as ledger:
        assert ledger.record_many([], recorded_at=NOW) == []
        assert ledger.head().seq == 0


def test_a_time_of_recording_without_zone_is_refused(place: Place) -> None:
    with place.opened() as ledger, pytest.raises(BadUse, match="no time zone"):
        ledger.record(event(1), recorded_at=datetime(2026, 9, 30))  # noqa: DTZ001  # the point of it


def test_a_clock_that_jumped_back_is_noted_and_changes_no_order(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        record(ledger, event(2), at=NOW - timedelta(days=400))
        record(ledger, event(3), at=NOW + timedelta(days=1))
        ledger.head()
        told = [each.document().get("clock_back_ms") for each in ledger.backend.lines.records()]
        assert told == [None, 400 * 86_400_000, None]
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])


def test_ids_of_a_ledger_rise_though_the_clock_jumps_back(place: Place) -> None:
    now = int(datetime(2026, 9, 30, tzinfo=UTC).timestamp() * 1000)
    with place.opened() as ledger:
        first = ledger.next_id(now)
        record(ledger, event(1, event_id=first))
    with place.opened() as ledger:
        later = ledger.next_id(now - 400 * 86_400_000)
        assert later > first
        assert ledger.next_id(now - 400 * 86_400_000) > later


# --- reading -----------------------------------------------------------------------------------------------------------------


def test_history_is_told_in_the_order_of_happening(place: Place) -> None:
    at = datetime(2026, 9, 30, 10, 0, tzinfo=ZONE)
    late = event(1, account_id="A", customer_id="C", occurred_at=at)
    early = event(2, account_id="A", customer_id="C", occurred_at=at - timedelta(days=1))
    other = event(3, account_id="B", customer_id="C", occurred_at=at)
    with place.opened() as ledger:
        ledger.record_many([late, early, other, event(4)], recorded_at=NOW)
        assert ids(ledger.history(account="A")) == ids([early, late])
        assert ids(ledger.history(customer="C")) == ids([early, late, other])
        assert ids(ledger.history(customer="C", limit=2)) == ids([late, other])
        assert ids(ledger.history(account="B", customer="C")) == ids([other])
        assert ledger.history(account="B", customer="D") == []
        assert len(ledger.history()) == 4


def test_a_follower_gets_each_event_once(place: Place) -> None:
    with place.opened() as ledger, place.opened() as follower:
        ledger.record_many([event(1), event(2)], recorded_at=NOW)
        seen = list(follower.since(None))
        record(ledger, event(3))
        more = list(follower.since(seen[-1][0]))
        assert ids([e for _, e in (*seen, *more)]) == ids([event(1), event(2), event(3)])
        assert list(follower.since(more[-1][0])) == []
        with pytest.raises(BadUse, match="no place in the ledger"):
            list(follower.since("yesterday"))


def test_events_are_selected_by_kind_code_person_and_time(place: Place) -> None:
    with place.opened() as ledger:
        ledger.record_many(
            [event(1), event(2, code="VM"), event(3, by="ben"), event(4, kind="system"), event(5, code="VM", by="ben")],
            recorded_at=NOW,
        )
        assert ids(list(ledger.select(code="VM"))) == ids([event(2), event(5)])
        assert ids(list(ledger.select(by="ben", code="VM"))) == ids([event(5)])
        assert ids(list(ledger.select(kind="system"))) == ids([event(4)])
        start, end = event(2).occurred_at, event(4).occurred_at
        assert ids(list(ledger.select(start=start, end=end))) == ids([event(2), event(3)])


def test_the_few_of_some_kinds_are_kept_and_grow(place: Place) -> None:
    with place.opened() as ledger, place.opened() as other:
        ledger.record_many([event(1), event(2, kind="alert"), event(3)], recorded_at=NOW)
        assert ids(ledger.of_kinds("alert")) == ids([event(2)])
        record(other, event(4, kind="alert"), event(5))
        assert ids(ledger.of_kinds("alert")) == ids([event(2), event(4)])
        assert ledger.of_kinds("approval") == ()


def test_the_table_grows_by_what_this_and_other_programs_record(place: Place) -> None:
    with place.opened() as one, place.opened() as other:
        for n in range(1, 20):
            record(one if n % 2 else other, event(n))
            assert one.events(ZONE).collect()["event_id"].to_list() == [event_id(k) for k in range(1, n + 1)]


def test_a_correction_withdraws_its_event(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1), event(2))
        assert ledger.events(ZONE).collect()["withdrawn"].to_list() == [False, False]
        record(ledger, correction(3, 1))
        assert ledger.events(ZONE).collect()["withdrawn"].to_list() == [True, False, False]


def test_what_is_not_recorded_can_be_looked_at_as_if_it_were(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        table = ledger.events_with(ZONE, [event(2), correction(3, 1)]).collect()
        assert table["withdrawn"].to_list() == [True, False, False]
        assert all_ids(ledger) == [event_id(1)]


# --- other desks and other tables --------------------------------------------------------------------------------------------


def test_what_came_from_another_desk_keeps_its_origin(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        take_in(ledger, from_elsewhere(2))
        own, other = (each for _, each in ledger.since(None))
        assert own.origin is not None
        assert other.origin is not None
        assert (own.origin.desk, own.elsewhere) == (ledger.desk_id, False)
        assert (other.origin.desk, other.origin.seq, other.elsewhere) == ("desk-b", 2, True)
        assert not ledger.verify().damage


def test_a_clock_elsewhere_moves_neither_our_ids_nor_our_times(place: Place) -> None:
    milliseconds = round(event(3).occurred_at.timestamp() * 1000)
    with place.opened() as ledger:
        record(ledger, event(1))
        take_in(ledger, from_elsewhere(2))
        made = ledger.next_id(milliseconds)
        assert int(made.replace("-", "")[:12], 16) == milliseconds
        for number, at, back in ((3, NOW + timedelta(seconds=1), None), (4, NOW - timedelta(seconds=1), 2000)):
            record(ledger, event(number), at=at)
            last = ledger.backend.lines.at(ledger.head().seq)
            assert last is not None
            assert last.document().get("clock_back_ms") == back


def test_documents_of_other_tables_stand_on_the_chain_and_are_no_events(place: Place) -> None:
    with place.opened() as ledger, place.opened() as other:
        record(ledger, event(1))
        adopt(ledger, "desk-c", after=1, by="mei", at=NOW)
        other.head()
        assert [each.now for each in adoptions(other.backend.lines)] == ["desk-c"]
        assert other.backend.find(MERGES, "t", MERGES) == []
        assert all_ids(other) == ids([event(1)])
        assert other.events(ZONE).collect().height == 1
        assert other.head().seq == 2


# --- the chain ---------------------------------------------------------------------------------------------------------------


def test_an_earlier_head_is_on_the_chain_and_another_is_not(place: Place) -> None:
    with place.opened() as ledger:
        assert ledger.verify(expected=Head("", 0, "0" * 64)).as_expected
        record(ledger, event(1), event(2))
        early = ledger.head()
        record(ledger, event(3))
        assert ledger.verify(expected=early).ok
        assert ledger.verify(expected=replace(early, hash=early.hash[:16])).ok
        for wrong in (replace(early, hash="f" * 64), replace(early, seq=9), replace(early, seq=1)):
            for full in (True, False):
                report = ledger.verify(full=full, expected=wrong)
                assert (report.as_expected, report.ok, report.damage) == (False, False, ())


def test_a_check_counts_every_record(place: Place) -> None:
    with place.opened() as ledger, place.opened() as other:
        ledger.record_many([event(n) for n in range(1, 6)], recorded_at=NOW)
        record(ledger, event(6))
        for full in (True, False):
            report = other.verify(full=full)
            assert (report.records, report.head, report.ok) == (6, ledger.head(), True)


def test_a_ledger_that_can_be_written_says_so(place: Place) -> None:
    with place.opened() as ledger:
        record(ledger, event(1))
        health = ledger.health()
        assert (health.writable, health.records, health.damage) == (True, 1, ())


def test_nothing_is_recorded_while_another_writes(place: Place) -> None:
    with place.opened() as holder, place.opened(lock_timeout=0.02) as other:
        record(holder, event(1))
        with writing(holder):
            with pytest.raises(Busy, match="Nothing was recorded"):
                record(other, event(2))
            assert all_ids(other) == ids([event(1)]), "reading never waits"
        record(other, event(2))
        assert all_ids(holder) == ids([event(1), event(2)])


@contextmanager
def writing(ledger: Ledger) -> Iterator[None]:
    """Hold the lock of a ledger."""
    if isinstance(ledger.backend, Files):
        with ledger.backend.journal.writing():
            yield
    else:
        assert isinstance(ledger.backend, Server)
        with ledger.backend.connection.writing():
            yield


# --- the same events in both -------------------------------------------------------------------------------------------------


FOLDERS = count()


@pytest.fixture(scope="module")
def above(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the ledgers of one test."""
    return tmp_path_factory.mktemp("ledgers")


def first_written(told: Event) -> object:
    """Return the one line of the one desk that an event was first written on."""
    return (told.origin.desk, told.origin.seq) if told.origin else told.event_id


@given(
    st.lists(ANY_EVENT, min_size=1, max_size=4, unique_by=(lambda each: each.event_id, first_written)), st.booleans()
)
@settings(max_examples=25, phases=[Phase.generate])  # to shrink would take minutes: each try is a database of its own
def test_the_same_events_read_alike_wherever_they_are(
    above: Path, postgresql: PostgreSQL, told: list[Event], together: bool
) -> None:
    with postgresql.database() as database, database.opened() as team, opened(above / str(next(FOLDERS))) as own:
        for ledger in (own, team):
            documents = [document.write(each, recorded_at=NOW, desk="desk-a") for each in told]
            for batch in [documents] if together else [[each] for each in documents]:
                ledger.backend.append(EVENTS, batch)
        assert own.head().hash == team.head().hash
        assert list(own.since(None)) == list(team.since(None))
        assert own.events(ZONE).collect().equals(team.events(ZONE).collect())
        assert own.events_with(ZONE, told).collect().equals(team.events_with(ZONE, told).collect())
        for each in told:
            assert own.get(each.event_id) == team.get(each.event_id)
            assert own.history(account=each.account_id) == team.history(account=each.account_id)
            assert own.history(customer=each.customer_id) == team.history(customer=each.customer_id)
            assert list(own.select(code=each.code)) == list(team.select(code=each.code))
            assert own.of_kinds(str(each.kind)) == team.of_kinds(str(each.kind))
        assert not own.verify().damage
        assert not team.verify().damage
