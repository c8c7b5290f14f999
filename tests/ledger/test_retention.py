"""Which segments are old enough to be dropped, and what happens at a merge to what was dropped here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect.errors import BadUse, Fork
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.replication import merging
from deskcollect.ledger.replication.adoptions import adopt, adoptions
from deskcollect.ledger.replication.heads import heads
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.ledger.upkeep import retention
from tests.ledger.builders import NOW, all_ids, event, event_id, files, promise, record
from tests.ledger.desks import contents, desk, export, merge, pass_on
from tests.ledger.disks import MemoryDisk

if TYPE_CHECKING:
    from deskcollect.records import Event

SEGMENT_BYTES = 2600
LONG_AGO = datetime(2019, 3, 1, tzinfo=UTC)
BEFORE = datetime(2020, 9, 30, tzinfo=UTC)
OLD = range(1, 21)
NEW = range(30, 50)


def then(number: int, **fields: object) -> Event:
    """Return an event of long ago."""
    return promise(number, occurred_at=LONG_AGO + timedelta(hours=number), due_date=None, **fields)


def aged(folder: Path, name: str) -> Ledger:
    """Return a desk with entries of long ago and of today, in many small files."""
    ledger = desk(folder, name, segment_bytes=SEGMENT_BYTES)
    record(ledger, *map(then, OLD), at=LONG_AGO + timedelta(days=1))
    record(ledger, *map(promise, NEW))
    return ledger


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a merge fill more than one file."""
    monkeypatch.setattr(merging, "BATCH", 3)


def retire(ledger: Ledger, before: datetime = BEFORE) -> list[str]:
    """Drop what is old; return the events that went."""
    there = all_ids(ledger)
    pieces = list(retention.older(files(ledger), before))
    told = retention.words(ledger, pieces, years=6, before=before)
    assert retention.retire(files(ledger), pieces[-1].number, by="mei", at=NOW, told=told)
    return [each for each in there if each not in set(all_ids(ledger))]


# --- the age of a segment ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=8, max_size=24))
def test_a_segment_is_old_when_all_of_it_happened_and_was_recorded_before(when: list[tuple[bool, bool]]) -> None:
    with open_ledger(Path("/in-memory"), "desk-a", disk=MemoryDisk(), segment_bytes=1_500) as ledger:
        for number, (happened, recorded) in enumerate(when, 1):
            occurred = LONG_AGO if happened else NOW
            record(ledger, event(number, occurred_at=occurred), at=LONG_AGO if recorded else NOW)
        found = list(retention.older(files(ledger), BEFORE))
        segments = files(ledger).lines.segments
        assert [each.number for each in found] == [each.number for each in segments[: len(found)]]
        for each in segments[:-1]:
            mine = when[each.before.seq : each.last.seq]
            if each.number <= len(found):
                assert all(happened and recorded for happened, recorded in mine)
            elif each.number == len(found) + 1:
                assert not all(happened and recorded for happened, recorded in mine)
        assert len(found) < len(segments), "what is still written to stays"


# --- a merge afterwards ----------------------------------------------------------------------------------------------


def test_what_was_dropped_does_not_come_back_with_a_merge(tmp_path: Path) -> None:
    north, front = aged(tmp_path, "north"), desk(tmp_path, "front", segment_bytes=SEGMENT_BYTES)
    pass_on(north, front, tmp_path)
    known = heads(front).known
    gone = retire(front)
    assert len(gone) > 5
    kept = all_ids(front)
    assert heads(front).known == known
    assert front.verify().ok
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.older, told.here) == (0, len(gone), len(kept))
    assert all_ids(front) == kept
    record(north, event(70))
    after = north.head().seq - 1
    told = pass_on(north, front, tmp_path, after=after)
    assert (told.new, told.older) == (1, 0)
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.older) == (0, len(gone))
    assert all_ids(front) == [*kept, event_id(70)]
    assert front.verify().ok


def test_a_bundle_of_a_desk_that_dropped_records_is_taken_in(tmp_path: Path) -> None:
    north, front, south = aged(tmp_path, "north"), desk(tmp_path, "front"), desk(tmp_path, "south")
    pass_on(north, front, tmp_path)
    gone = retire(north)
    kept = all_ids(north)
    record(north, event(70))
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.older) == (1, 0)
    assert set(contents(front)) == {*gone, *kept, event_id(70)}, "each desk drops its own"
    told = pass_on(north, south, tmp_path)
    assert (told.new, set(contents(south))) == (len(kept) + 1, {*kept, event_id(70)})
    pass_on(front, north, tmp_path)
    assert all_ids(north) == [*kept, event_id(70)], "its own do not come back either"
    told = pass_on(front, south, tmp_path)
    assert told.new == len(gone), "who dropped nothing takes all that there is"
    assert north.verify().ok
    assert south.verify().ok


def test_a_desk_that_dropped_records_still_notices_a_fork(tmp_path: Path) -> None:
    north, front = aged(tmp_path, "north"), desk(tmp_path, "front", segment_bytes=SEGMENT_BYTES)
    pass_on(north, front, tmp_path)
    retire(front)
    other = aged(tmp_path / "copy", "north")
    record(other, event(71))
    record(north, event(70))
    pass_on(north, front, tmp_path)
    (tmp_path / "out").mkdir()
    with pytest.raises(Fork):
        merge(front, export(other, tmp_path / "out"))


def test_the_ids_that_a_desk_had_are_remembered(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", segment_bytes=SEGMENT_BYTES)
    front = desk(tmp_path, "front")
    record(north, *map(then, OLD[:5]), at=LONG_AGO)
    adopt(north, "north-2", after=3, by="mei", at=LONG_AGO)
    north.close()
    north = open_ledger(tmp_path / "north", "north-2", segment_bytes=SEGMENT_BYTES)
    record(north, *map(then, OLD[5:]), at=LONG_AGO)
    record(north, *map(promise, NEW))
    pass_on(north, front, tmp_path)
    known = adoptions(north.backend.lines)
    gone = retire(north)
    assert set(gone) > set(map(event_id, OLD[:5]))
    assert adoptions(north.backend.lines) == known
    kept = all_ids(north)
    pass_on(front, north, tmp_path)
    assert all_ids(north) == kept
    later = NOW + timedelta(days=400)
    record(north, *map(promise, range(80, 95)))
    record(north, *(event(n, occurred_at=later) for n in range(100, 130)), at=later)
    retire(north, before=later - timedelta(days=1))
    assert len(retention.declared(north.backend.lines)) == 1, "the first record of a retention went with the second"
    assert adoptions(north.backend.lines) == known
    assert north.verify().ok


def test_what_was_erased_and_then_dropped_does_not_come_back(tmp_path: Path) -> None:
    north, front = aged(tmp_path, "north"), desk(tmp_path, "front", segment_bytes=SEGMENT_BYTES)
    pass_on(north, front, tmp_path)
    author = erasing.Author("mei", NOW, lambda: event_id(900))
    assert erasing.carry_out(front, erasing.of_customer(front, "C3"), author, reason="asked") == 1
    later = NOW + timedelta(days=400)
    record(front, *map(promise, range(80, 95)))
    record(front, *(event(n, occurred_at=later) for n in range(200, 230)), at=later)
    retire(front, before=later - timedelta(days=1))
    assert erasing.named(front) == {}, "what says that it was erased is gone, too"
    assert front.verify().ok
    told = pass_on(north, front, tmp_path)
    assert (told.new, told.older) == (0, len(OLD) + len(NEW))
    assert front.get(event_id(3)) is None


# --- cut short, and others ---------------------------------------------------------------------------------------------


def test_one_that_was_cut_short_is_known_and_finished(tmp_path: Path) -> None:
    ledger = aged(tmp_path, "north")
    pieces = list(retention.older(files(ledger), BEFORE))
    there = {path.name: path.read_bytes() for path in (tmp_path / "north").glob("*.jsonl")}
    retire(ledger)
    ledger.close()
    for piece in pieces[1:]:
        name = f"{piece.number:08}.jsonl"
        (tmp_path / "north" / name).write_bytes(there[name])
    with open_ledger(tmp_path / "north", "north", segment_bytes=SEGMENT_BYTES) as ledger:
        assert ledger.verify().ok
        assert retention.left(files(ledger)) == len(pieces) - 1
        retention.finish(files(ledger))
        assert retention.left(files(ledger)) == 0
        assert ledger.verify().begins == pieces[-1].last.seq + 1
        retention.finish(files(ledger))
        assert list(retention.older(files(ledger), BEFORE)) == []
        (told,) = retention.declared(ledger.backend.lines)
        assert (told.first, told.last, told.years, told.by) == (1, pieces[-1].last.seq, 6, "mei")
        assert told.hash == pieces[-1].last.hash
        assert (told.oldest, told.newest) == (pieces[0].oldest, max(each.newest for each in pieces if each.newest))


def test_what_was_decided_on_an_older_end_of_the_chain_is_not_done(tmp_path: Path) -> None:
    ledger = aged(tmp_path, "north")
    pieces = list(retention.older(files(ledger), BEFORE))
    seen = ledger.backend.lines.last
    with open_ledger(tmp_path / "north", "north") as other:
        record(other, event(99))
    with pytest.raises(BadUse, match="Others recorded something"):
        retention.retire(files(ledger), pieces[-1].number, by="mei", at=NOW, seen=seen)
    assert ledger.verify().begins == 1
