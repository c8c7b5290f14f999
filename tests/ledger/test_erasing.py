"""What is erased is gone from every file, and nothing else is touched: the chain proves itself as it did before."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from deskcollect.errors import BadUse, LedgerError
from deskcollect.ledger import line
from deskcollect.ledger.files.journal import Journal
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.holds import HOLD, UNHOLD, holds
from deskcollect.ledger.tables import ERASURES
from deskcollect.records import Event
from deskcollect.vocabulary import EventKind
from tests.ledger.builders import NOW, ZONE, event, event_id, ids, opened, record
from tests.ledger.crashes import crashes
from tests.ledger.disks import Fault, FaultyDisk, MemoryDisk
from tests.ledger.erasures import SEGMENT_BYTES, erase, erased_elsewhere, finish, hold, nameless, of, segments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deskcollect.ledger.store import Ledger


def lines(folder: Path) -> dict[int, bytes]:
    """Return the lines of all segments by number."""
    every = b"".join(path.read_bytes() for path in segments(folder)).splitlines()
    found = [(line.read(each), each) for each in every]
    return {told.seq: each for told, each in found if told is not None}


def fresh(folder: Path) -> Ledger:
    """Open a ledger whose files are small."""
    return opened(folder, segment_bytes=SEGMENT_BYTES)


def agree(ledger: Ledger, folder: Path) -> None:
    """Say where a ledger that was open all the time tells other things than one that is opened now."""
    with fresh(folder) as other:
        assert ledger.events(ZONE).collect().equals(other.events(ZONE).collect())
        assert ledger.history() == other.history()
        assert ledger.of_kinds("outcome") == other.of_kinds("outcome")
        assert len(ledger.table.all()) == len(other.table.all())


# --- what holds whatever is erased ------------------------------------------------------------------------------------


@settings(max_examples=40)
@example(batches=[[0]], gone=[0])
@example(batches=[[0, 1], [1, 0], [2], [0]], gone=[1, 0])
@given(
    batches=some.lists(some.lists(some.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=8),
    gone=some.lists(some.integers(0, 5), unique=True, min_size=1, max_size=4),
)
def test_erasing_anybody_in_any_order_leaves_all_else_as_it_was(batches: list[list[int]], gone: list[int]) -> None:
    numbers = count(1)
    with TemporaryDirectory() as home, fresh(Path(home) / "ledger") as ledger, fresh(Path(home) / "ledger") as watcher:
        folder = Path(home) / "ledger"
        for batch in batches:
            ledger.record_many([of(next(numbers), customer) for customer in batch], recorded_at=NOW)
        watcher.events(ZONE)
        watcher.of_kinds("outcome")
        for customer in gone:
            before, heads = lines(folder), ledger.head()
            told = [each for batch in batches for each in batch].count(customer)
            assert erase(ledger, f"C{customer}") == told
            after = lines(folder)
            for seq, text in before.items():
                assert len(after[seq]) == len(text)
                if after[seq] != text:
                    assert f'"C{customer}"'.encode() in text
            assert ledger.verify(expected=heads).ok
            agree(watcher, folder)
            record(ledger, of(next(numbers), 9))
        report = ledger.verify()
        erased = sum(each in gone for batch in batches for each in batch)
        assert (report.ok, report.erased, report.unfinished) == (True, erased, 0)
        everything = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
        for customer in gone:
            assert f'"C{customer}"'.encode() not in everything
            assert f"secret of C{customer}".encode() not in everything
            assert ledger.history(customer=f"C{customer}") == []
        agree(ledger, folder)


def test_an_erased_event_that_comes_again_is_a_replay_and_stays_erased(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
        erase(ledger, "C1")
        receipt = ledger.record(of(1, 1), recorded_at=NOW)
        assert (receipt.replayed, receipt.seq) == (True, 1)
        assert ledger.get(event_id(1)) is None
        assert ledger.verify().ok


def test_records_of_an_account_that_do_not_say_whose_it_is_go_too(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), event(2, account_id="A1", customer_id=""), event(3, account_id="A1", customer_id="C3"))
        assert erase(ledger, "C1") == 2
        assert ids(ledger.history(account="A1")) == [event_id(3)]


def test_the_event_names_what_was_erased_and_nobody(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
        hashes = [told.hash for told in ledger.backend.lines.records()]
        erase(ledger, "C1")
        (told,) = ledger.select(code=erasing.CODE)
        assert told.data == {"events": {event_id(1): hashes[0]}, "reason": "asked for it"}
        assert (told.customer_id, told.account_id, told.by, told.kind) == ("", "", "mei", EventKind.SYSTEM)


def test_many_records_are_named_in_several_events(folder: Path) -> None:
    with opened(folder) as ledger:
        ledger.record_many([of(number, 1) for number in range(1, 1_201)], recorded_at=NOW)
        assert erase(ledger, "C1") == 1_200
        assert len(list(ledger.select(code=erasing.CODE))) == 3
        assert ledger.verify().erased == 1_200


def test_erasing_somebody_of_whom_nothing_is_recorded_writes_nothing(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1))
        head = ledger.head()
        assert erase(ledger, "C7") == 0
        assert erase(ledger, "") == 0
        assert ledger.head() == head


# --- tampering -----------------------------------------------------------------------------------------------------------


def test_a_line_that_was_erased_without_a_word_is_damage(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
    path = segments(folder)[0]
    first, second = path.read_bytes().splitlines()
    path.write_bytes(line.erase(first) + b"\n" + second + b"\n")
    with fresh(folder) as ledger:
        report = ledger.verify()
        assert [(each.seq, each.file, each.offset) for each in report.damage] == [(1, path.name, 0)]
        assert report.damage[0].what == "its content was erased, and no event says so"
        assert (report.erased, report.ok) == (0, False)


def test_an_event_that_names_another_hash_is_no_word_for_it(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
        record(ledger, erased_elsewhere({event_id(1): "f" * 64}))
    path = segments(folder)[0]
    first, *others = path.read_bytes().splitlines()
    path.write_bytes(b"".join(each + b"\n" for each in (line.erase(first), *others)))
    with fresh(folder) as ledger:
        assert [each.seq for each in ledger.verify().damage] == [1]


def test_a_flipped_bit_of_any_byte_of_an_erased_line_is_damage(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2))
        erase(ledger, "C1")
    path = segments(folder)[0]
    good = path.read_bytes()
    with fresh(folder) as ledger:
        for at in range(good.index(b"\n") + 1):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :])
            assert not ledger.verify().ok, f"byte {at}, bit {at % 8}"


# --- holds and other desks -----------------------------------------------------------------------------------------------


def test_a_hold_forbids_erasure_until_it_is_released(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), hold(2, "C1", HOLD))
        assert set(holds(ledger)) == {"C1"}
        with pytest.raises(BadUse, match="on hold since 2026-09-30 by ana"):
            erase(ledger, "C1")
        record(ledger, hold(3, "C1", UNHOLD))
        assert erase(ledger, "C1") == 3
        assert holds(ledger) == {}


def test_what_another_desk_erased_is_erased_here_and_said_with_the_hash_of_this_chain(folder: Path) -> None:
    with fresh(folder) as ledger:
        record(ledger, of(1, 1), of(2, 2), hold(3, "C2", HOLD))
        told = {each.document()["event_id"]: each.hash for each in ledger.backend.lines.records()}
        record(ledger, erased_elsewhere({**told, event_id(8): "d" * 64}))
        assert ledger.verify().unfinished == 1
        assert finish(ledger) == 1
        assert [each.customer_id for each in ledger.of_kinds("outcome")] == ["C2"], "a hold here forbids it"
        report = ledger.verify()
        assert (report.damage, report.erased, report.unfinished) == ((), 1, 0)
        head = ledger.head()
        assert finish(ledger) == 0
        assert ledger.head() == head, "two desks that merge to and fro come to an end"


# --- crashes ---------------------------------------------------------------------------------------------------------------


def _work(ledger: Ledger) -> None:
    """Record of three customers over some segments; the last record does not say that it is of the first one."""
    for number in range(1, 13):
        record(ledger, of(number, number % 3))
    record(ledger, nameless(13, 1))


def _survives(folder: Path, files: dict[Path, bytes], heads: Sequence[object]) -> None:
    """Say what does not hold of a disk on which an erasure was cut short."""
    disk = MemoryDisk(files)
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        assert ledger.verify().damage == ()
        assert [each.customer_id for each in ledger.history() if each.customer_id not in {"", "C1"}] == list(heads)
        erase(ledger, "C1")
        report = ledger.verify()
        assert (report.damage, report.unfinished, report.erased) == ((), 0, 5)
        record(ledger, of(50, 2))
    for path, file in disk.files.items():
        assert path.suffix == ".idx" or b"secret of C1" not in file.data


def test_stopped_before_it_is_said_to_be_done_it_is_said_when_it_comes_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh(folder) as ledger, fresh(folder) as watcher:
        record(ledger, of(1, 1), *(of(number, 2) for number in range(2, 13)))
        watcher.events(ZONE)
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "append", _stop_at_erasures(Journal.append))
            with pytest.raises(KeyboardInterrupt):
                erase(ledger, "C1")
        assert ledger.verify().unfinished == 0
        assert erase(ledger, "C1") == 0
        assert watcher.history(customer="C1") == [], "a program that was open reads anew"
        agree(watcher, folder)
        head = ledger.head()
        assert erase(ledger, "C1") == 0
        assert ledger.head() == head


def _stop_at_erasures(append: Callable[..., object]) -> Callable[..., object]:
    """Return what appends until an erasure is said to be done."""

    def stopped(journal: Journal, table: str, documents: list[str]) -> object:
        if table == ERASURES:
            raise KeyboardInterrupt
        return append(journal, table, documents)

    return stopped


OTHERS = [f"C{number % 3}" for number in range(1, 13) if number % 3 != 1]


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "short", "interrupt"])
@pytest.mark.parametrize("lasting", [False, True])
def test_whichever_call_fails_the_ledger_is_whole_and_doing_it_again_finishes(
    folder: Path, fault: Fault, *, lasting: bool
) -> None:
    failures: set[str] = set()
    for call in count(1):
        disk = FaultyDisk(0, fault, lasting=lasting)
        ledger = opened(folder, disk, segment_bytes=SEGMENT_BYTES)
        _work(ledger)
        disk.calls, disk.fails_at = 0, call
        try:
            erase(ledger, "C1")
        except (LedgerError, KeyboardInterrupt):
            failures.add(disk.failed_in)
        disk.fails_at = 0
        _survives(folder, {path: bytes(file.data) for path, file in disk.files.items()}, OTHERS)
        if not disk.failed_in:
            break
        erase(ledger, "C1")
        assert ledger.history(customer="C1") == [], "the same program may try again"
        assert ledger.verify().ok
        ledger.close()
    assert failures >= ({"open"} if lasting else {"open", "write"})


def test_every_disk_that_a_crash_may_leave_is_whole_and_doing_it_again_finishes(folder: Path) -> None:
    disk = MemoryDisk()
    with opened(folder, disk, segment_bytes=SEGMENT_BYTES) as ledger:
        _work(ledger)
        begun = len(disk.steps)
        erase(ledger, "C1")
    tried: set[frozenset[tuple[Path, bytes]]] = set()
    for crash in crashes(disk.steps, stage=lambda steps: steps >= begun):
        read = frozenset(each for each in crash.files.items() if each[0].suffix in {".jsonl", ".idx"})
        if crash.steps < begun or read in tried:
            continue
        tried.add(read)
        torn = any(data and data[-1:] != b"\n" for path, data in read if path.suffix == ".jsonl")
        if not torn or len(tried) % 8 == 0:
            _survives(folder, crash.files, OTHERS)
    assert len(tried) > 50


# --- what was cut out of the ledger ---------------------------------------------------------------------------------------


def test_what_the_quarantine_holds_of_a_customer_becomes_blank(folder: Path) -> None:
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(of(n, n % 3) for n in range(1, 7)))
        whole = lines(folder)
        torn = whole[2][60:]  # the second half of a line of C2
        first = whole[4][: whole[4].index(b'"event_id"')]  # and the beginning of one of C1, that names no record
        pieces = [whole[1], whole[2], first, torn, b"\x00\xff rubbish"]
        before = b"".join(
            b'{"file": "00000001.jsonl", "offset": 0, "bytes": %d}\n%b\n' % (len(each), each) for each in pieces
        )
        place = folder / "quarantine.bin"
        place.write_bytes(before)
        assert erasing.unclear(ledger) == sum(map(len, pieces[2:]))
        erase(ledger, "C1")
        after = place.read_bytes()
        assert len(after) == len(before)
        assert b"C1" not in after
        assert b"secret of C2" in after
        assert after.count(b'{"file": ') == len(pieces), "what is said of the pieces stays"
        erase(ledger, "C2")
        assert b"C2" not in place.read_bytes()
        assert b"rubbish" in place.read_bytes()
        assert erasing.unclear(ledger) == len(pieces[-1])


def test_an_erasure_that_came_from_elsewhere_clears_the_quarantine_too_but_for_who_is_on_hold(folder: Path) -> None:
    with opened(folder, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(of(n, n) for n in range(1, 4)))
        whole = lines(folder)
        (folder / "quarantine.bin").write_bytes(whole[1] + b"\n" + whole[2] + b"\n")
        record(ledger, _about("C2", HOLD))
        names = {event_id(1): "0" * 64, event_id(2): "0" * 64}
        told = Event(event_id(80), EventKind.SYSTEM, "", "", NOW, "jo", "ERASED", data={"events": names, "reason": "x"})
        record(ledger, told)
        finish(ledger)
        left = (folder / "quarantine.bin").read_bytes()
        assert b"C1" not in left
        assert b"C2" in left


def _about(customer: str, code: str) -> Event:
    """Return a hold, or its end."""
    return Event(event_id(70), EventKind.SYSTEM, "", customer, NOW, "jo", code, note="lawsuit")


def test_a_quarantine_that_cannot_be_written_is_said_and_cleared_the_next_time(folder: Path) -> None:
    base = MemoryDisk()
    with opened(folder, base, segment_bytes=SEGMENT_BYTES) as ledger:
        record(ledger, *(of(n, n) for n in range(1, 4)))
    kept = b"".join(base.content(path) for path in base.files if path.suffix == ".jsonl")
    base.files[folder / "quarantine.bin"] = base._file(kept)
    for call in range(1, 300):
        disk = FaultyDisk(0, "EIO")
        disk.files = MemoryDisk({path: bytes(file.data) for path, file in base.files.items()}).files
        ledger = opened(folder, disk, segment_bytes=SEGMENT_BYTES)
        disk.calls, disk.fails_at = 0, call
        try:
            erase(ledger, "C1")
        except LedgerError:
            assert disk.failed_in
        if not disk.failed_in:
            break
        with opened(folder, MemoryDisk({path: bytes(file.data) for path, file in disk.files.items()})) as again:
            erase(again, "C1")
            assert b'"C1"' not in again.backend.disk.content(folder / "quarantine.bin")  # type: ignore[attr-defined]  # a disk in memory
    else:
        raise AssertionError("the faults never end")
