"""Whoever is stopped, killed or out of space takes nothing with it that was acknowledged."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from deskcollect.errors import Busy
from tests.ledger.builders import all_ids, event, event_id, ids, opened, record
from tests.ledger.programs import Batches, Program, Told, faults_after, holder, limited, names, recorder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals and no limit of a file's size")

BATCHES: Batches = [[n] if n % 3 else [n, n + 1, n + 2] for n in range(10, 2000, 10)]
OPTIONS = {"segment_bytes": 3000}
FEW: Batches = [[10], [20], [30, 31], [40], [50]]


# --- stopped -------------------------------------------------------------------------------------------------------


def test_behind_a_stopped_holder_of_the_lock_reading_goes_on_and_recording_says_who_is_in_the_way(
    folder: Path,
) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
    with opened(folder, lock_timeout=0.05) as ledger, Program(holder, folder, 2) as other:
        assert other.hear() == "held"
        other.signal(signal.SIGSTOP)
        other.go()  # which it does not, as long as it is stopped
        with pytest.raises(Busy, match=rf"in use by process {other.pid} on .* Nothing was recorded"):
            record(ledger, event(3))
        assert ids(ledger.history(account="A1")) == [event_id(1)]
        assert ledger.health().lock_holder.startswith(f"process {other.pid} ")
        other.signal(signal.SIGCONT)
        assert other.hear() == "done"
        record(ledger, event(3))
        assert all_ids(ledger) == [event_id(1), event_id(2), event_id(3)]
        assert ledger.verify().ok


def test_the_lock_of_a_killed_holder_is_free_at_once(folder: Path) -> None:
    with opened(folder, lock_timeout=0) as ledger, Program(holder, folder, 2) as other:
        assert other.hear() == "held"
        with pytest.raises(Busy):
            record(ledger, event(1))
        other.kill()
        record(ledger, event(1))
        assert all_ids(ledger) == [event_id(1)]


# --- killed --------------------------------------------------------------------------------------------------------


def kill_after(folder: Path, messages: int) -> Told:
    """Kill a recorder as soon as it has told so much, and return all that it told."""
    told = Told()
    with Program(recorder, folder, BATCHES, OPTIONS) as other:
        other.go()
        told.hear(other, messages)
        other.kill()
        told.hear(other)
    return told


def kills(folder: Path, count: int) -> None:
    """Kill recorders at places that are the same in each run, and hold what is left against what they told."""
    dice = random.Random(5)
    for kill in range(count):
        told = kill_after(folder / str(kill), dice.randrange(1, 120))
        assert not told.ended
        assert not faults_after(folder / str(kill), BATCHES[: len(told.tried) + 1], told), f"kill {kill}"


def test_a_killed_recorder_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    kills(tmp_path, 5)


@pytest.mark.long
def test_fifty_killed_recorders_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    kills(tmp_path, 50)


def test_one_ledger_outlives_recorder_after_recorder(folder: Path) -> None:
    there: Batches = []
    dice = random.Random(6)
    for kill in range(5):
        mine = [[number + 10_000 * (kill + 1) for number in batch] for batch in BATCHES]
        told = Told()
        with Program(recorder, folder, mine, OPTIONS) as other:
            other.go()
            told.hear(other, dice.randrange(1, 30))
            other.kill()
            told.hear(other)
        tried = mine[: len(told.tried)]
        assert not faults_after(folder, tried, told, there), f"kill {kill}"
        with opened(folder) as ledger:
            got = all_ids(ledger)
        there += sorted(tried, key=lambda batch: got.index(names(batch)[0]))


# --- out of space --------------------------------------------------------------------------------------------------


def limits(folder: Path, step: int) -> None:
    """Let the disk be full at every `step`-th byte, up to the size at which everything fits."""
    with Program(limited, folder, FEW, OPTIONS) as other:
        for limit in range(0, 5000, step):
            other.say(limit)
            acknowledged, failed, seen = other.hear()
            assert seen == [name for n in acknowledged for name in names(FEW[n])], f"limit {limit}"
            assert {what for _, what in failed} <= {"NotRecorded"}, f"limit {limit}"
            wanted = [name for n in (*acknowledged, *(n for n, _ in failed)) for name in names(FEW[n])]
            with opened(folder / str(limit)) as ledger:
                assert all_ids(ledger) == wanted, f"limit {limit}"
                assert ledger.verify().ok, f"limit {limit}"
            if not failed:
                break
        else:
            raise AssertionError("it never fits")
        assert limit > 2000
        other.say(None)


def test_a_full_disk_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    limits(tmp_path, 7)


@pytest.mark.long
def test_a_disk_that_is_full_at_any_byte_refuses_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    limits(tmp_path, 1)
