"""What one desk recorded, taken in at another: whole, once, provable, in whatever order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect.errors import BadUse
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.line import canonical
from deskcollect.ledger.replication import merging
from deskcollect.ledger.replication.heads import heads
from deskcollect.ledger.replication.origins import proved
from deskcollect.ledger.tables import EVENTS, MERGES
from tests.ledger.builders import NOW, event, event_id, ids, promise, record
from tests.ledger.desks import contents, desk, export, merge, pass_on

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from deskcollect.ledger.store import Ledger


def merges(ledger: Ledger) -> list[dict[str, Any]]:
    """Return the records of merges."""
    return [each.document() for each in ledger.backend.lines.find(TABLE, MERGES)]


def test_what_another_desk_recorded_is_here_with_its_proof(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", promise(1), event(2)), desk(tmp_path, "front", event(3))
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.here, told.of, told.account_count) == (2, 0, (("north", 2),), 2)
    assert (told.first_at, told.last_at) == (event(1).occurred_at, event(2).occurred_at)
    assert set(contents(front)) == {event_id(1), event_id(2), event_id(3)}
    first = front.get(event_id(1))
    assert first is not None
    assert first.origin is not None
    line = north.backend.lines.at(1)
    assert line is not None
    assert (first.origin.desk, first.origin.seq, first.origin.hash) == ("north", 1, line.hash)
    assert replace(first, origin=None, recorded_at=None) == promise(1)
    assert first.recorded_at == NOW
    assert front.verify().ok


def test_merging_the_same_bundle_again_writes_nothing(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    path = export(north, tmp_path)
    merge(front, path)
    head = front.head()
    told = merge(front, path)
    assert (told.new, told.here) == (0, 2)
    assert front.head() == head


def test_two_desks_that_merge_to_and_fro_come_to_an_end(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front", event(2))
    for _ in range(2):
        pass_on(north, front, tmp_path)
        pass_on(front, north, tmp_path)
    before = north.head(), front.head()
    assert pass_on(north, front, tmp_path).new == 0
    assert pass_on(front, north, tmp_path).new == 0
    assert (north.head(), front.head()) == before
    assert contents(north) == contents(front)


def test_only_what_is_new_need_be_sent(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    pass_on(north, front, tmp_path)
    record(north, event(2), event(3))
    told = pass_on(north, front, tmp_path, after=1)
    assert (told.new, told.here) == (2, 0)
    assert heads(front).known["north"].seq == 3


def test_a_bundle_that_leaves_entries_out_is_refused_with_the_number_to_export_from(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2), event(3)), desk(tmp_path, "front")
    path = export(north, tmp_path, after=2)
    with pytest.raises(BadUse, match="Entries 1 to 2 of desk north are not here yet") as error:
        merge(front, path)
    assert error.value.remedy.endswith("export FILE.ledger")
    merge(front, export(north, tmp_path))
    record(north, event(4), event(5))
    with pytest.raises(BadUse, match="Entries 4 to 4") as error:
        merge(front, export(north, tmp_path, after=4))
    assert error.value.remedy.endswith("--after 3")
    assert front.head().seq == 4


def test_what_a_desk_knows_of_ours_is_remembered(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front", event(3))
    pass_on(north, front, tmp_path)
    record(north, event(4))
    pass_on(front, north, tmp_path)
    assert heads(north).told == {"front": 2}


def test_entries_passed_on_by_a_third_desk_prove_themselves(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", promise(1), event(2)), desk(tmp_path, "front", event(3))
    south = desk(tmp_path, "south", event(4))
    pass_on(north, front, tmp_path)
    told = pass_on(front, south, tmp_path)
    assert told.of == (("front", 1), ("north", 2))
    assert heads(south).known["north"].seq == 2
    assert all(proved(each.document()) for each in south.backend.lines.records() if b'"prev"' in each.body)
    assert pass_on(north, south, tmp_path).new == 0, "known already"
    record(north, event(5))
    assert pass_on(north, south, tmp_path, after=2).new == 1


def test_our_own_entries_that_come_back_are_known(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front", event(2))
    pass_on(north, front, tmp_path)
    told = pass_on(front, north, tmp_path)
    assert (told.new, told.here) == (1, 1)


def test_batches_of_the_sender_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "BATCH", 2)
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    north.record_many([event(2), event(3), event(4)], recorded_at=NOW)
    record(north, event(5))
    pass_on(north, front, tmp_path)
    parts = [(r.number, r.count) for r in front.backend.lines.records() if r.table == EVENTS]
    assert parts == [(1, 4), (2, 4), (3, 4), (4, 4), (1, 1)]


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_merge_that_was_interrupted_is_done_again_with_the_same_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    north = desk(tmp_path, "north", *(event(n) for n in range(1, 4)))
    front, path = desk(tmp_path, "front", event(9)), export(north, tmp_path)
    monkeypatch.setattr(merging, "BATCH", 1)
    append, count = front.backend.append, iter(range(99))

    def failing(table: str, documents: Any) -> Any:
        if next(count) == done:
            raise KeyboardInterrupt
        return append(table, documents)

    with monkeypatch.context() as patch:
        patch.setattr(front.backend, "append", failing)
        with pytest.raises(KeyboardInterrupt):
            merge(front, path)
    told = merge(front, path)
    assert (told.new, told.here) == (3 - done, done)
    assert heads(front).known["north"].seq == 3
    assert len(contents(front)) == 4
    head = front.head()
    merge(front, path)
    assert front.head() == head


def test_a_merge_interrupted_before_its_last_line_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    path, append = export(north, tmp_path), front.backend.append

    def failing(table: str, documents: Any) -> Any:
        if table == MERGES:
            raise KeyboardInterrupt
        return append(table, documents)

    with monkeypatch.context() as patch:
        patch.setattr(front.backend, "append", failing)
        with pytest.raises(KeyboardInterrupt):
            merge(front, path)
    assert heads(front).known == {}
    assert merge(front, path).new == 0
    assert heads(front).known["north"].seq == 1


@pytest.mark.parametrize("behind", [1, 2])
def test_what_is_recorded_here_while_a_merge_runs_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front", event(8))
    path, append = export(north, tmp_path), front.backend.append
    monkeypatch.setattr(merging, "BATCH", 1)

    def between(table: str, documents: Any) -> Any:
        written = append(table, documents)
        if documents[0].get("event_id") == event_id(behind):
            with desk(tmp_path, "front") as other:
                record(other, event(9), at=NOW + timedelta(hours=1))
        return written

    with monkeypatch.context() as patch:
        patch.setattr(front.backend, "append", between)
        merge(front, path)
    assert set(contents(front)) == {event_id(n) for n in (1, 2, 8, 9)}
    assert front.last_recorded_at() == NOW + timedelta(hours=1)
    late = front.record(event(10), recorded_at=NOW)
    written = front.backend.lines.at(late.seq)
    assert written is not None
    assert written.document()["clock_back_ms"] == 3_600_000


def test_two_programs_that_merge_the_same_at_once_pass_over_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front", event(8))
    path, append = export(north, tmp_path), front.backend.append

    def before(table: str, documents: Any) -> Any:
        if table == EVENTS:
            with desk(tmp_path, "front") as other:
                merge(other, path)
                record(other, event(9), at=NOW + timedelta(hours=1))
        return append(table, documents)

    with monkeypatch.context() as patch:
        patch.setattr(front.backend, "append", before)
        merge(front, path)
    assert set(contents(front)) == {event_id(n) for n in (1, 2, 8, 9)}
    assert front.last_recorded_at() == NOW + timedelta(hours=1)


# --- one id, two contents ------------------------------------------------------------------------------------------------


def test_another_content_under_one_id_is_shown_and_nothing_is_written(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1, code="PTP"), event(2)), desk(tmp_path, "front", event(1))
    head = front.head()
    told = pass_on(north, front, tmp_path)
    assert told.conflict_count == 1
    conflict = told.conflicts[0]
    assert (conflict.theirs.code, conflict.ours.code) == ("PTP", "NA")
    assert conflict.theirs.origin is not None
    assert conflict.theirs.origin.desk == "north"
    assert front.head() == head


def test_theirs_can_be_left_out_by_name_and_stays_out(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1, code="PTP"), event(2)), desk(tmp_path, "front", event(1))
    path = export(north, tmp_path)
    told = merge(front, path, skip=[event_id(1)])
    assert (told.new, told.skipped) == (1, (event_id(1),))
    assert contents(front)[event_id(1)][1] == "NA"
    assert merges(front)[0]["skipped"] == [event_id(1)]
    head = front.head()
    again = merge(front, path)
    assert (again.conflict_count, again.new) == (0, 0)
    assert front.head() == head


def test_leaving_out_what_is_not_there_is_told(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1)), desk(tmp_path, "front")
    with pytest.raises(BadUse, match="no entry with the id “nothing”"):
        merge(front, export(north, tmp_path), skip=["nothing"])
    assert front.head().seq == 0


def test_the_same_entry_recorded_at_two_desks_is_one(tmp_path: Path) -> None:
    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front", event(1))
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.here, told.conflict_count) == (1, 1, 0)


# --- the whole check -------------------------------------------------------------------------------------------------------


def test_verify_finds_an_entry_that_is_not_what_the_other_desk_wrote(tmp_path: Path) -> None:
    front = desk(tmp_path, "front", event(1))
    north = desk(tmp_path, "north", event(2), event(3))
    pass_on(north, front, tmp_path)
    assert front.verify().ok
    south = desk(tmp_path, "south", event(4))
    for _, each in zip(range(3), front.backend.lines.records(), strict=False):
        told = each.document()
        south.backend.append(EVENTS, [told | ({"code": "PTP"} if told["event_id"] == event_id(3) else {})])
    report = south.verify()
    assert not report.ok
    assert [each.sentence() for each in report.unproved] == [
        "Record 4 came from desk north and is not what was written there."
    ]


# --- whatever the order ----------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("pass"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("new only"), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=14,
)


@given(steps=STEPS, files=st.sampled_from([500, 3000, 4_000_000]))
@settings(max_examples=60, deadline=None)
def test_desks_that_heard_of_one_another_hold_the_same(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]], files: int
) -> None:
    folder = tmp_path_factory.mktemp("desks")
    desks = [desk(folder, name, segment_bytes=files) for name in ("north", "front", "south")]
    made = 0
    for what, one, other in steps:
        if what == "record":
            desks[one].record_many([event(made + n) for n in range(1, other + 1)], recorded_at=NOW)
            made += other
        elif one != other:
            after = heads(desks[one]).told.get(desks[other].desk_id, 0) if what == "new only" else 0
            pass_on(desks[one], desks[other], folder, after)
    for _ in range(2):
        for sender in desks:
            for receiver in desks:
                if sender is not receiver:
                    pass_on(sender, receiver, folder)
    assert contents(desks[0]) == contents(desks[1]) == contents(desks[2])
    assert set(contents(desks[0])) == set(ids([event(n) for n in range(1, made + 1)]))
    for each in desks:
        assert each.verify().ok
        told = [r.document() for r in each.backend.lines.records() if r.table == EVENTS]
        assert all(proved(document) for document in told if "prev" in document["origin"])
        assert all(json.loads(canonical(document)) == document for document in told)
        each.close()
