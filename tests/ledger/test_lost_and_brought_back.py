"""Own entries that a repair lost, and that another desk still has: they come back with its bundle, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import Fork
from deskcollect.ledger.replication.heads import heads
from deskcollect.ledger.replication.origins import taken
from deskcollect.ledger.tables import EVENTS
from deskcollect.ledger.upkeep.repair import repair
from deskcollect.ledger.upkeep.retention import retire
from tests.ledger.builders import NOW, event, event_id, files, record
from tests.ledger.desks import contents, desk, export, merge, pass_on

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.store import Ledger


def harm(folder: Path, *events: int) -> None:
    """Alter a byte in the line of each of these events."""
    path = folder / "00000001.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    altered = [b"X" + each[1:] if any(event_id(n).encode() in each for n in events) else each for each in lines]
    path.write_bytes(b"".join(altered))


def mended(folder: Path, name: str, *lost: int) -> Ledger:
    """Lose events of a desk and repair its ledger."""
    harm(folder / name, *lost)
    ledger = desk(folder, name)
    repair(files(ledger), by="mei", at=NOW)
    return ledger


@pytest.fixture
def front(tmp_path: Path) -> Ledger:
    """Return a desk that has what north recorded, entries 1 to 5."""
    north = desk(tmp_path, "north", *(event(n) for n in range(1, 6)))
    front = desk(tmp_path, "front", event(9))
    pass_on(north, front, tmp_path)
    north.close()
    return front


@pytest.mark.parametrize("lost", [(3,), (1,), (5,), (2, 3), (4, 5)])
def test_what_a_repair_lost_comes_back_with_the_bundle_of_a_desk_that_has_it(
    tmp_path: Path, front: Ledger, lost: tuple[int, ...]
) -> None:
    north = mended(tmp_path, "north", *lost)
    assert not contents(north).keys() & {event_id(n) for n in lost}
    told = pass_on(front, north, tmp_path)
    assert (told.new, told.here) == (1 + len(lost), 5 - len(lost))
    assert dict(told.of) == {"front": 1, "north": len(lost)}
    assert contents(north) == contents(front)
    assert north.verify().ok


def test_what_came_back_is_here_from_then_on_and_merging_to_and_fro_comes_to_an_end(
    tmp_path: Path, front: Ledger
) -> None:
    north = mended(tmp_path, "north", 3)
    pass_on(front, north, tmp_path)
    pass_on(north, front, tmp_path)
    before = north.head(), front.head()
    for _ in range(2):
        assert pass_on(front, north, tmp_path).new == 0
        assert pass_on(north, front, tmp_path).new == 0
    assert (north.head(), front.head()) == before
    assert "north" not in heads(north).known


def test_what_came_back_goes_on_to_a_third_desk_as_what_it_was(tmp_path: Path, front: Ledger) -> None:
    north = mended(tmp_path, "north", 3)
    pass_on(front, north, tmp_path)
    south = desk(tmp_path, "south")
    assert pass_on(north, south, tmp_path).new == 6
    assert contents(south) == contents(north) == contents(front)
    assert pass_on(front, south, tmp_path).new == 0


def test_an_older_bundle_of_ones_own_brings_back_what_was_lost(tmp_path: Path) -> None:
    north = desk(tmp_path, "north", *(event(n) for n in range(1, 6)))
    path = export(north, tmp_path)
    north.close()
    north = mended(tmp_path, "north", 2)
    told = merge(north, path)
    assert (told.new, told.here) == (1, 4)
    assert contents(north).keys() == {event_id(n) for n in range(1, 6)}
    assert merge(north, path).new == 0
    assert north.verify().ok


@pytest.mark.usefixtures("front")
@pytest.mark.parametrize("lost", [(3,), (3, 4)])
def test_what_does_not_fit_where_it_was_lost_is_refused(tmp_path: Path, lost: tuple[int, ...]) -> None:
    north = mended(tmp_path, "north", *lost)
    other = desk(tmp_path / "other", "north", event(31), event(32), event(33))
    forged = other.backend.lines.at(3)
    assert forged is not None
    south = desk(tmp_path, "south")
    south.backend.append(EVENTS, [taken(forged, forged.document(), "north")])
    head = north.head()
    with pytest.raises(Fork):
        pass_on(south, north, tmp_path)
    assert north.head() == head


def test_what_was_dropped_when_it_was_old_enough_stays_away(tmp_path: Path, front: Ledger) -> None:
    with desk(tmp_path, "north", event(6), segment_bytes=500) as north:
        retire(files(north), 1, by="mei", at=NOW)
        assert event_id(1) not in contents(north)
        told = pass_on(front, north, tmp_path)
        assert (told.new, told.here) == (1, 5)
        assert contents(north).keys() == {event_id(6), event_id(9)}


# --- the clock of this desk -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("front")
@pytest.mark.parametrize(("lost", "last"), [((5,), 4), ((4, 5), 3), ((3,), 5), ((1, 2, 3, 4, 5), None)])
def test_the_last_own_record_is_found_over_what_was_lost(
    tmp_path: Path, lost: tuple[int, ...], last: int | None
) -> None:
    when = {n: NOW + timedelta(minutes=n) for n in range(1, 6)}
    with desk(tmp_path, "timed") as timed:
        for n, at in when.items():
            record(timed, event(n), at=at)
    timed = mended(tmp_path, "timed", *lost)
    assert timed.last_recorded_at() == when.get(last or 0)
    back = timed.record(event(6), recorded_at=NOW)
    written = timed.backend.lines.at(back.seq)
    assert written is not None
    assert written.document().get("clock_back_ms", 0) == 60_000 * (last or 0)


def test_where_every_own_record_was_dropped_there_is_no_last_one(tmp_path: Path, front: Ledger) -> None:
    with desk(tmp_path, "north", segment_bytes=500) as north:
        pass_on(front, north, tmp_path)
        retire(files(north), files(north).lines.segments[-2].number, by="mei", at=NOW)
        assert north.last_recorded_at() is None
