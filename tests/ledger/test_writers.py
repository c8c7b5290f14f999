"""Several programs write one ledger at once: nothing lost, nothing twice, one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.disk import Disk
from deskcollect.ledger.files.segment import name
from tests.ledger.builders import NOW, ZONE, all_ids, event, event_id, opened
from tests.ledger.programs import Program, Told, recorder, scanner

EACH = 60
OPTIONS = {"lock_timeout": 30, "segment_bytes": 20_000}


def together(folder: Path, starts: list[int], count: int, size: int = 1) -> None:
    """Let programs record at the same time, each so many batches; all of them are acknowledged."""
    with ExitStack() as programs:
        writers = []
        for start in starts:
            batches = [list(range(start + size * n, start + size * (n + 1))) for n in range(count)]
            writers.append(programs.enter_context(Program(recorder, folder, batches, OPTIONS)))
        for writer in writers:
            writer.go()
        for writer in writers:
            told = Told()
            told.hear(writer)
            assert told.ended
            assert told.acknowledged == list(range(count)), told.failed


def whole(folder: Path, starts: list[int], count: int) -> bool:
    """Say whether a ledger holds the events of each writer, in the order in which it recorded them, on one good chain."""
    with opened(folder) as ledger:
        got = all_ids(ledger)
        each_in_order = all(
            [each for each in got if each in mine] == sorted(mine)
            for mine in ({event_id(start + n) for n in range(count)} for start in starts)
        )
        report = ledger.verify()
        return each_in_order and len(got) == len(starts) * count and report.ok and report.records == len(got)


def test_two_writers_lose_nothing_and_share_one_chain(folder: Path) -> None:
    together(folder, [1000, 2000], EACH)
    assert whole(folder, [1000, 2000], EACH)
    assert len(list(folder.glob("*.jsonl"))) > 2, "both went on over several new segments"


def eight_and_a_reader(folder: Path, count: int) -> None:
    """Let eight programs record pairs while another reads everything again and again."""
    starts = [2000 * n for n in range(1, 9)]
    with Program(scanner, folder) as reader:
        assert reader.hear() == "reading"
        together(folder, starts, count, size=2)
        reader.go()
        assert reader.hear() == (2 * count * len(starts), "")
    assert whole(folder, starts, 2 * count)


def test_eight_writers_lose_nothing_while_somebody_reads(folder: Path) -> None:
    eight_and_a_reader(folder, 15)


@pytest.mark.long
def test_eight_writers_lose_nothing_over_many_segments_while_somebody_reads(folder: Path) -> None:
    eight_and_a_reader(folder, 500)


def test_threads_of_one_program_share_a_ledger(folder: Path) -> None:
    with opened(folder, segment_bytes=20_000) as ledger, ThreadPoolExecutor(4) as threads:

        def work(start: int) -> int:
            for number in range(start, start + EACH):
                ledger.record(event(number), recorded_at=NOW)
                assert ledger.get(event_id(number)) is not None
                ledger.health()
            return len(ledger.events(ZONE).collect())

        assert max(threads.map(work, (1000, 2000, 3000))) == 3 * EACH
        assert ledger.verify().ok
        assert len(set(all_ids(ledger))) == 3 * EACH


def first_ones(folder: Path, writers: int, races: int) -> None:
    """Let programs race for the first record of a ledger whose folder is not there yet."""
    starts = [1000 * n for n in range(1, writers + 1)]
    for race in range(races):
        where = folder / str(race) / "desk" / "ledger"
        together(where, starts, 1)
        assert whole(where, starts, 1)


def test_two_writers_that_are_both_the_first_make_one_ledger(tmp_path: Path) -> None:
    first_ones(tmp_path, 2, 5)


@pytest.mark.long
def test_eight_writers_that_are_all_the_first_make_one_ledger(tmp_path: Path) -> None:
    first_ones(tmp_path, 8, 50)


def test_two_writers_with_the_same_events_record_each_once(folder: Path) -> None:
    together(folder, [1000, 1000], EACH)
    with opened(folder) as ledger:
        assert all_ids(ledger) == [event_id(1000 + n) for n in range(EACH)]


class Late(Disk):
    """Shows the second segment only from the third look on, as if another program had just begun it."""

    looks = 0

    def exists(self, path: Path) -> bool:
        """Say whether a file is there."""
        self.looks += path.name == name(2)
        return super().exists(path) and (path.name != name(2) or self.looks > 2)


def test_a_segment_begun_between_two_looks_is_no_gap(folder: Path) -> None:
    with opened(folder, segment_bytes=1) as ledger:
        for number in range(1, 4):
            ledger.record(event(number), recorded_at=NOW)
    chain = Chain(Late(), folder)
    assert (chain.segment_count, chain.damage()) == (1, ())
    assert chain.refresh()
    assert chain.record_count == 3
    chain.close()
