"""Programs that stay open while somebody backs up, repairs or puts a folder aside: each goes on with what is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from deskcollect.errors import Busy, Damaged
from deskcollect.ledger.files.lock import WriterLock
from deskcollect.ledger.files.segment import name
from deskcollect.ledger.upkeep import backup
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, all_ids, event, event_id, files, opened, record

EACH = 60
WRITER = """
import sys
from pathlib import Path
from tests.ledger.builders import NOW, event, opened

folder, start, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with opened(folder, lock_timeout=30, segment_bytes=20_000) as ledger:
    print("open", flush=True)
    sys.stdin.readline()
    for number in range(start, start + count):
        ledger.record(event(number), recorded_at=NOW)
"""


def begin(folder: Path, start: int, count: int) -> subprocess.Popen[str]:
    """Start a program that opens the ledger, waits for a line and then records."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(start), str(count)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "open\n"
    return writer


def test_a_second_ledger_is_never_begun_where_one_was_open(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "ledger", tmp_path / "elsewhere"
    with opened(folder) as ledger:
        record(ledger, event(1))
        folder.rename(elsewhere)
        with pytest.raises(Damaged, match="is gone from"):
            record(ledger, event(2))
        assert not folder.exists()
        folder.mkdir()
        with pytest.raises(Damaged, match="is gone from"):
            record(ledger, event(2))
        shutil.rmtree(folder)
        elsewhere.rename(folder)
        record(ledger, event(2))
        assert all_ids(ledger) == [event_id(1), event_id(2)]


def test_who_reads_does_not_wait_for_a_thread_that_waits_to_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, acquire = Event(), WriterLock._acquire

    def noted(lock: WriterLock, fd: int) -> bool:
        waits.set()
        return acquire(lock, fd)

    with opened(folder, lock_timeout=30) as ledger, ThreadPoolExecutor(1) as threads:
        record(ledger, event(1))
        monkeypatch.setattr(WriterLock, "_acquire", noted)
        with WriterLock(folder, 0.0).held():
            waits.clear()
            writing = threads.submit(record, ledger, event(2))
            waits.wait()
            assert all_ids(ledger) == [event_id(1)]
            assert not writing.done()
        writing.result()
        assert all_ids(ledger) == [event_id(1), event_id(2)]


def test_a_lock_that_went_aside_with_its_folder_excludes_nobody_any_more(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    folder.mkdir()
    earlier, later = WriterLock(folder, 0.0), WriterLock(folder, 0.0)
    with earlier.held():
        pass
    folder.rename(tmp_path / "aside")
    folder.mkdir()
    with earlier.held(), pytest.raises(Busy), later.held():
        pass
    with later.held(), pytest.raises(Busy), earlier.held():
        pass
    earlier.close()
    later.close()


def test_backups_are_whole_while_two_programs_record(folder: Path, tmp_path: Path) -> None:
    writers = [begin(folder, start, EACH) for start in (1000, 2000)]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    counts: list[int] = []
    with opened(folder) as ledger:
        while not counts or any(writer.poll() is None for writer in writers):
            target = tmp_path / "b.tar"
            made = backup.write(files(ledger), target, desk="desk-a", called="North", at=NOW, version="1")
            counts.append(made.records)
    assert [writer.communicate(timeout=50)[1] for writer in writers] == ["", ""]
    assert counts == sorted(counts)


def test_programs_that_stay_open_go_on_after_a_repair(folder: Path) -> None:
    with opened(folder, segment_bytes=5_000) as ledger:
        record(ledger, *(event(n) for n in range(1, 40)))
        writer = begin(folder, 1000, 5)
        assert ledger.verify().ok
        path = folder / name(2)
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(data)
        repair(files(ledger), by="mei", at=NOW)
        assert writer.communicate("go\n", timeout=50)[1] == ""
        assert len(all_ids(ledger)) == 39 - 1 + 5
        assert ledger.verify().ok
