"""Recording: durable, once, all or nothing, never changed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskcollect.errors import BadUse, Busy
from deskcollect.ledger.disk import Disk
from deskcollect.records import Head, Receipt
from tests.ledger.builders import DESK, NOW, ZONE, all_ids, event, event_id, files, ids, opened, promise, record
from tests.ledger.disks import MemoryDisk


def test_a_receipt_names_the_record_and_its_hash(folder: Path) -> None:
    with opened(folder) as ledger:
        receipt = ledger.record(event(1), recorded_at=NOW)
        assert receipt == Receipt(event_id(1), DESK, 1, ledger.head().hash)
        assert ledger.head() == Head(DESK, 1, receipt.hash)


def test_what_was_recorded_is_read_as_it_was(folder: Path) -> None:
    with opened(folder) as ledger:
        told = promise(1)
        ledger.record(told, recorded_at=NOW)
        read = ledger.get(told.event_id)
        assert read is not None
        assert replace(read, recorded_at=None, origin=None) == told
        assert read.recorded_at == NOW
        assert read.origin is not None
        assert (read.origin.desk, read.origin.seq, read.origin.hash) == (DESK, 1, ledger.head().hash)


def test_recording_again_with_the_same_id_writes_nothing(folder: Path) -> None:
    with opened(folder) as ledger:
        first = ledger.record(event(1), recorded_at=NOW)
        again = ledger.record(event(1), recorded_at=NOW + timedelta(minutes=1))
        assert again == replace(first, replayed=True)
        assert all_ids(ledger) == ids([event(1)])


def test_a_replay_is_synced_again_since_the_first_sync_may_never_have_happened(folder: Path) -> None:
    disk = MemoryDisk()
    with opened(folder, disk) as ledger:
        record(ledger, event(1))
        line = disk.content(folder / "00000001.jsonl")
        before = len(disk.steps)
        record(ledger, event(1))
        steps = [(step.what, step.data) for step in disk.steps[before:]]
        assert steps == [("write", line), ("sync", b"")]


def test_the_same_id_with_other_content_is_refused(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        with pytest.raises(BadUse, match="Another entry was recorded under the id"):
            record(ledger, event(1, code="VM"))
        assert all_ids(ledger) == ids([event(1)])


def test_a_batch_is_refused_as_a_whole_when_one_of_it_is(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        for wrong in (event(1, code="VM"), event(3, note="x" * 501), event(2, code="VM")):
            with pytest.raises(BadUse):
                ledger.record_many([event(2), wrong], recorded_at=NOW)
        assert all_ids(ledger) == ids([event(1)])


def test_a_batch_retried_in_part_adds_only_what_is_missing(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        receipts = ledger.record_many([event(2), event(1), event(2), event(3)], recorded_at=NOW)
        assert [(r.seq, r.replayed) for r in receipts] == [(2, False), (1, True), (2, True), (3, False)]
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])


def test_an_empty_batch_is_nothing(folder: Path) -> None:
    with opened(folder) as ledger:
        assert ledger.record_many([], recorded_at=NOW) == []
        assert not folder.exists()


def test_a_time_of_recording_without_zone_is_refused(folder: Path) -> None:
    with opened(folder) as ledger, pytest.raises(BadUse, match="no time zone"):
        ledger.record(event(1), recorded_at=datetime(2026, 9, 30))  # noqa: DTZ001  # the point of it


def test_a_clock_that_jumped_back_is_noted_and_changes_no_order(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        record(ledger, event(2), at=NOW - timedelta(days=400))
        record(ledger, event(3), at=NOW + timedelta(days=1))
        documents = ledger.table.all()
        assert [each.get("clock_back_ms") for each in documents] == [None, 400 * 86_400_000, None]
        assert all_ids(ledger) == ids([event(1), event(2), event(3)])


def test_ids_of_a_ledger_rise_though_the_clock_jumps_back(folder: Path) -> None:
    now = int(datetime(2026, 9, 30, tzinfo=UTC).timestamp() * 1000)
    with opened(folder) as ledger:
        first = ledger.next_id(now)
        record(ledger, event(1, event_id=first))
    with opened(folder) as ledger:
        later = ledger.next_id(now - 400 * 86_400_000)
        assert later > first
        assert ledger.next_id(now - 400 * 86_400_000) > later


def test_only_the_owner_can_read_the_files(folder: Path) -> None:
    old = os.umask(0)
    try:
        with opened(folder) as ledger:
            record(ledger, event(1))
            assert not ledger.health().open_to_others
    finally:
        os.umask(old)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "00000001.jsonl": 0o600,
        "lock": 0o600,
    }


def test_a_ledger_in_use_is_busy_and_says_by_whom(folder: Path) -> None:
    with opened(folder) as holder, opened(folder, lock_timeout=0.02) as other:
        record(holder, event(1))
        with files(holder).journal.writing():
            with pytest.raises(Busy, match=f"in use by process {os.getpid()} on "):
                record(other, event(2))
            assert other.health().lock_holder.startswith(f"process {os.getpid()}")
            assert all_ids(other) == ids([event(1)]), "reading never waits"
        record(other, event(2))
        assert other.health().lock_holder == ""


def test_history_is_told_in_the_order_of_happening(folder: Path) -> None:
    at = datetime(2026, 9, 30, 10, 0, tzinfo=ZONE)
    late = event(1, account_id="A", customer_id="C", occurred_at=at)
    early = event(2, account_id="A", customer_id="C", occurred_at=at - timedelta(days=1))
    other = event(3, account_id="B", customer_id="C", occurred_at=at)
    with opened(folder) as ledger:
        ledger.record_many([late, early, other, event(4)], recorded_at=NOW)
        assert ids(ledger.history(account="A")) == ids([early, late])
        assert ids(ledger.history(customer="C")) == ids([early, late, other])
        assert ids(ledger.history(customer="C", limit=2)) == ids([late, other])
        assert ids(ledger.history(account="B", customer="C")) == ids([other])
        assert ledger.history(account="B", customer="D") == []
        assert len(ledger.history()) == 4


def test_a_follower_gets_each_event_once(folder: Path) -> None:
    with opened(folder) as ledger, opened(folder) as follower:
        ledger.record_many([event(1), event(2)], recorded_at=NOW)
        seen = list(follower.since(None))
        record(ledger, event(3))
        more = list(follower.since(seen[-1][0]))
        assert ids([e for _, e in (*seen, *more)]) == ids([event(1), event(2), event(3)])
        with pytest.raises(BadUse, match="no place in the ledger"):
            list(follower.since("yesterday"))


def test_events_are_selected_by_kind_code_person_and_time(folder: Path) -> None:
    with opened(folder) as ledger:
        ledger.record_many(
            [event(1), event(2, code="VM"), event(3, by="ben"), event(4, kind="system"), event(5, code="VM", by="ben")],
            recorded_at=NOW,
        )
        assert ids(list(ledger.select(code="VM"))) == ids([event(2), event(5)])
        assert ids(list(ledger.select(by="ben", code="VM"))) == ids([event(5)])
        assert ids(list(ledger.select(kind="system"))) == ids([event(4)])
        start, end = event(2).occurred_at, event(4).occurred_at
        assert ids(list(ledger.select(start=start, end=end))) == ids([event(2), event(3)])


def test_the_folder_above_is_synced_when_the_ledger_is_made(tmp_path: Path) -> None:
    synced: list[Path] = []

    class Noting(Disk):
        def fsync_dir(self, folder: Path) -> None:
            synced.append(folder)
            super().fsync_dir(folder)

    with opened(tmp_path / "desk" / "ledger", Noting()) as ledger:
        record(ledger, event(1))
    assert {tmp_path, tmp_path / "desk", tmp_path / "desk" / "ledger"} <= set(synced)
