"""Several programs write one ledger at once: nothing lost, nothing twice, one chain."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deskcollect.ledger.chain import Chain
from deskcollect.ledger.disk import Disk
from deskcollect.ledger.segment import name
from tests.ledger.builders import NOW, ZONE, all_ids, event, event_id, opened

EACH = 60
WRITER = """
import sys
from pathlib import Path
from tests.ledger.builders import NOW, event, opened

folder, start, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
sys.stdin.readline()
with opened(folder, lock_timeout=30, segment_bytes=20_000) as ledger:
    for number in range(start, start + count):
        receipt = ledger.record(event(number), recorded_at=NOW)
        print(receipt.seq, flush=True)
"""
REPOSITORY = Path(__file__).parents[2]


def begin(folder: Path, start: int, count: int) -> subprocess.Popen[str]:
    """Start a program that waits for a line and then records."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(start), str(count)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def together(folder: Path, starts: list[int], count: int) -> list[list[int]]:
    """Let programs record at the same time and return the numbers each of them was given."""
    writers = [begin(folder, start, count) for start in starts]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate(timeout=50) for writer in writers]
    assert [error for _, error in told] == [""] * len(writers)
    return [[int(number) for number in out.split()] for out, _ in told]


def test_two_writers_lose_nothing_and_share_one_chain(folder: Path) -> None:
    told = together(folder, [1000, 2000], EACH)
    assert sorted(number for numbers in told for number in numbers) == list(range(1, 2 * EACH + 1))
    with opened(folder) as ledger:
        got = all_ids(ledger)
        for start in (1000, 2000):
            mine = {event_id(start + n) for n in range(EACH)}
            assert [each for each in got if each in mine] == [event_id(start + n) for n in range(EACH)]
        report = ledger.verify()
        assert report.ok
        assert report.segments > 2, "both went on over several new segments"


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


def test_two_writers_that_are_both_the_first_make_one_ledger(tmp_path: Path) -> None:
    for attempt in range(2):
        folder = tmp_path / str(attempt) / "desk" / "ledger"
        together(folder, [1000, 2000], 1)
        with opened(folder) as ledger:
            assert sorted(all_ids(ledger)) == [event_id(1000), event_id(2000)]
            assert ledger.verify().ok


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
