"""Programs that stay open while somebody backs up, repairs or puts a folder aside: each goes on with what is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import Busy, Damaged
from deskcollect.ledger.files.lock import WriterLock
from deskcollect.ledger.files.segment import name
from deskcollect.ledger.upkeep import backup
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, all_ids, event, event_id, files, opened, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from deskcollect.ledger.store import Ledger

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


def replaced_by_a_copy(folder: Path) -> None:
    """Put an equal file in the place of the journal's, as a synchroniser or an editor does."""
    path = folder / name(1)
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)


def replaced_folder(folder: Path) -> None:
    """Move the ledger aside and put a copy in its place, as a restore does."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    shutil.copytree(aside, folder)


def cut_off_clean(folder: Path) -> None:
    """Take the last two lines away."""
    path = folder / name(1)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))


def look(ledger: Ledger) -> None:
    """Read, as the desk does before every record and the screens do every few seconds."""
    ledger.next_id(1)


LOOKS = pytest.mark.parametrize("meanwhile", [lambda _: None, look], ids=["at once", "after a look"])


@LOOKS
@pytest.mark.parametrize("change", [replaced_by_a_copy, replaced_folder])
def test_an_open_program_records_where_the_ledger_stands_now(
    folder: Path, change: Callable[[Path], None], meanwhile: Callable[[Ledger], None]
) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        record(ledger, event(2))
        change(folder)
        meanwhile(ledger)
        record(ledger, event(3))
        record(ledger, event(4))
    with opened(folder) as ledger:
        assert all_ids(ledger) == [event_id(n) for n in (1, 2, 3, 4)]
        assert ledger.verify().ok


@LOOKS
def test_an_open_program_tells_of_records_that_were_cut_off(folder: Path, meanwhile: Callable[[Ledger], None]) -> None:
    with opened(folder) as ledger:
        for number in range(1, 5):
            record(ledger, event(number))
        cut_off_clean(folder)
        meanwhile(ledger)
        record(ledger, event(5))
        told = ledger.put_aside
        assert told is not None
        assert (told.last, told.said) == (2, 4)
    with opened(folder) as ledger:
        assert all_ids(ledger) == [event_id(n) for n in (1, 2, 5)]


@LOOKS
def test_where_the_first_file_is_gone_no_try_begins_a_second_ledger(
    folder: Path, meanwhile: Callable[[Ledger], None]
) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1))
        (folder / name(1)).unlink()
        for _ in range(3):
            meanwhile(ledger)
            with pytest.raises(Damaged, match="is gone from"):
                record(ledger, event(2))
        assert not list(folder.glob("*.jsonl"))


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
