"""What a crash in the middle of a write may leave is cut off; what was recorded before stays, and recording goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from deskcollect.ledger import line
from tests.ledger import chains
from tests.ledger.chains import BATCH, SINGLES, TEXTS

RAW = b"".join(chains.lines())
GARBAGE = random.Random(7).randbytes(97).replace(b"\n", b"?")
NEXT = chains.text(99)
SECTOR = 512


def whole(length: int) -> list[str]:
    """Return the documents whose lines, but for the last line end, stand whole in the first `length` bytes."""
    ends, at = [], 0
    for each in chains.lines():
        at += len(each)
        ends.append(at - 1)
    count = sum(end <= length for end in ends)
    return TEXTS[:count] if count <= SINGLES or count == SINGLES + BATCH else TEXTS[:SINGLES]


@pytest.mark.parametrize("rest", ["nothing", "zeros to the old length", "a page of zeros", "garbage"])
def test_a_tail_torn_at_any_byte_leaves_an_exact_prefix_and_the_next_record_follows_it(folder: Path, rest: str) -> None:
    for cut in range(len(RAW)):
        added = {
            "nothing": b"",
            "zeros to the old length": bytes(len(RAW) - cut),
            "a page of zeros": bytes(4096),
            "garbage": GARBAGE,
        }[rest]
        disk = chains.disk_with(folder, RAW[:cut] + added)
        journal = chains.journal(disk, folder)
        seen = chains.documents(journal.chain)
        assert seen == TEXTS[: len(seen)]
        assert not journal.chain.damage()
        chains.append(journal, NEXT)
        expected = whole(cut)
        assert chains.documents(journal.chain) == [*expected, NEXT], f"cut at byte {cut}"
        again = chains.read(disk, folder)
        assert chains.documents(again) == [*expected, NEXT]
        assert not again.damage()
        journal.close()


def test_what_is_cut_off_is_kept_in_the_quarantine(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW + b'{"s":7,"p":"half a rec')
    chains.append(chains.journal(disk, folder), NEXT)
    kept = disk.content(folder / "quarantine.bin")
    assert kept == b'{"file": "00000001.jsonl", "offset": %d, "bytes": 22}\n{"s":7,"p":"half a rec\n' % len(RAW)


def test_the_quarantine_is_pinned_before_the_tail_is_cut(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW + b"torn")
    chains.append(chains.journal(disk, folder), NEXT)
    steps = [step.what for step in disk.steps]
    made = steps.index("create", 1)
    assert steps[made : made + 5] == ["create", "write", "sync", "sync names", "cut"]


def test_a_second_torn_tail_is_added_to_the_quarantine(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW + b"one")
    journal = chains.journal(disk, folder)
    chains.append(journal, NEXT)
    disk.files[chains.first(folder)].data += b"two"
    chains.append(journal, chains.text(100))
    kept = disk.content(folder / "quarantine.bin")
    assert b"one\n" in kept
    assert b"two\n" in kept


def test_a_whole_record_without_its_line_end_is_kept_and_gets_it_back(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW[:-1])
    journal = chains.journal(disk, folder)
    assert chains.documents(journal.chain) == TEXTS[:SINGLES], "a reader waits for the line end"
    chains.append(journal, NEXT)
    assert chains.documents(journal.chain) == [*TEXTS, NEXT]
    assert disk.content(chains.first(folder)).startswith(RAW)


def test_a_reader_does_not_apply_a_record_that_is_just_being_written(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW)
    reader = chains.read(disk, folder)
    data, _ = line.encode(reader.last, chains.TABLE, [NEXT])
    for cut in range(len(data)):
        disk.files[chains.first(folder)].data[len(RAW) :] = data[:cut]
        reader.refresh()
        assert chains.documents(reader) == TEXTS
        assert not reader.damage()
    disk.files[chains.first(folder)].data[len(RAW) :] = data
    assert reader.refresh()
    assert chains.documents(reader) == [*TEXTS, NEXT]


def test_a_reader_never_shows_part_of_a_batch(folder: Path) -> None:
    lines = chains.lines()
    disk = chains.disk_with(folder, b"".join(lines[:-1]))
    reader = chains.read(disk, folder)
    assert chains.documents(reader) == TEXTS[:SINGLES]
    disk.files[chains.first(folder)].data += lines[-1]
    reader.refresh()
    assert chains.documents(reader) == TEXTS


def test_pages_that_reached_the_disk_out_of_order_are_a_torn_tail(folder: Path) -> None:
    before = b"".join(chains.lines()[:SINGLES])
    last = line.read(chains.lines()[SINGLES - 1][:-1])
    assert last is not None
    batch, _ = line.encode(last.link, chains.TABLE, [chains.text(n) for n in range(4, 18)])
    raw = before + batch
    assert len(raw) > 6 * SECTOR
    for start, stop in ((len(before), 2 * SECTOR), (2 * SECTOR, 3 * SECTOR), (3 * SECTOR, 6 * SECTOR)):
        holed = raw[:start] + bytes(stop - start) + raw[stop:]
        journal = chains.journal(chains.disk_with(folder, holed), folder)
        assert not journal.chain.damage()
        chains.append(journal, NEXT)
        assert chains.documents(journal.chain) == [*TEXTS[:SINGLES], NEXT]


def test_zeros_that_no_disk_leaves_in_a_whole_line_are_damage_to_what_was_acknowledged(folder: Path) -> None:
    for start in range(len(RAW) - 150, len(RAW) - 20):
        holed = bytearray(RAW)
        holed[start : start + 8] = bytes(8)
        chain = chains.read(chains.disk_with(folder, bytes(holed)), folder)
        assert [damage.seq > SINGLES for damage in chain.damage()] == [True]
        assert chains.documents(chain) == TEXTS[:SINGLES]


def test_a_reader_notices_that_a_writer_took_back_what_it_had_seen(folder: Path) -> None:
    disk = chains.disk_with(folder, RAW)
    reader = chains.read(disk, folder)
    before = line.Link(SINGLES, line.read(chains.lines()[SINGLES - 1][:-1]).hash)  # type: ignore[union-attr]  # good
    other, _ = line.encode(before, chains.TABLE, [t.replace("J", "K") for t in TEXTS[SINGLES:]])
    start = sum(map(len, chains.lines()[:SINGLES]))
    disk.files[chains.first(folder)].data[start:] = other
    assert len(disk.content(chains.first(folder))) == len(RAW)
    generation = reader.generation
    assert reader.refresh()
    assert reader.generation != generation
    assert chains.documents(reader) == TEXTS[:SINGLES] + [t.replace("J", "K") for t in TEXTS[SINGLES:]]
