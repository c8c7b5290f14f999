"""A flipped bit in a sealed segment hides its own record or batch; one in an index, which is only a cache, hides nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from deskcollect.ledger import line
from deskcollect.ledger.files.chain import Chain
from deskcollect.ledger.files.index import Sidecar
from tests.ledger import chains
from tests.ledger.chains import text
from tests.ledger.disks import MemoryDisk

SEGMENT_BYTES = 700
BATCHES = [[1], [2, 3], [4], [5], [6, 7, 8], [9], [10]]
NUMBERS = [number for batch in BATCHES for number in batch]
TEXTS = [text(number) for number in NUMBERS]


@pytest.fixture
def files(folder: Path) -> dict[Path, bytes]:
    """Return the files of a ledger of several sealed segments, each with its index."""
    disk = MemoryDisk()
    journal = chains.journal(disk, folder, SEGMENT_BYTES)
    for batch in BATCHES:
        chains.append(journal, *map(text, batch))
    journal.chain.refresh()
    journal.close()
    files = {path: bytes(file.data) for path, file in disk.files.items()}
    assert len(sealed(files)) >= 3
    assert len(indexes(files)) == len(sealed(files))
    return files


def sealed(files: dict[Path, bytes]) -> list[Path]:
    """Return the paths of the sealed segments."""
    return sorted(path for path in files if path.suffix == ".jsonl")[:-1]


def indexes(files: dict[Path, bytes]) -> list[Path]:
    """Return the paths of the indexes."""
    return sorted(path for path in files if path.suffix == ".idx")


def flipped(data: bytes, byte: int, bit: int) -> bytes:
    """Return bytes with one bit flipped."""
    changed = bytearray(data)
    changed[byte] ^= 1 << bit
    return bytes(changed)


def found_one_by_one(chain: Chain) -> list[str]:
    """Return the documents that are found by id, by account and by number, asked for one after the other.

    What is found must be what was asked for.
    """
    found: list[str] = []
    for number in NUMBERS:
        wanted = [
            {r.body.decode() for r in chain.find(field, value)} - others(number) for field, value in asked(number)
        ]
        at = chain.at(number)
        assert all(one <= {text(number)} for one in wanted), f"a wrong document under {number}"
        assert at is None or at.seq == number
        assert at is None or at.body.decode() == text(number), f"a wrong document at {number}"
        if all(wanted) and at is not None:
            found.append(text(number))
    assert not chain.find("event_id", "e99")
    return found


def asked(number: int) -> list[tuple[str, str]]:
    """Return what a document is found by."""
    return [("event_id", f"e{number}"), ("account_id", f"A{number}")]


def others(number: int) -> set[str]:
    """Return the other documents: candidates that whoever asked would pass over."""
    return set(TEXTS) - {text(number)}


def hidden_by(lines: Iterable[bytes], byte: int) -> set[str]:
    """Return the documents that a flip of this byte may hide: its record, and all of its batch."""
    at = 0
    for each in lines:
        at += len(each)
        if byte < at:
            record = line.read(each[:-1])
            assert record is not None
            return {text(n) for batch in BATCHES if record.seq in batch for n in batch}
    raise AssertionError


def flip_sealed(files: dict[Path, bytes], folder: Path, bits: int, *, with_indexes: bool) -> None:
    """Flip so many bits of each byte of each sealed segment, and read in every way."""
    for path in sealed(files):
        lines = files[path].splitlines(keepends=True)
        for byte in range(len(files[path])):
            for bit in ((byte + n) % 8 for n in range(bits)):
                kept = {p: data for p, data in files.items() if with_indexes or p.suffix != ".idx"}
                disk = MemoryDisk({**kept, path: flipped(files[path], byte, bit)})
                where = f"bit {bit} of byte {byte} of {path.name}"
                one_by_one = found_one_by_one(chains.read(disk, folder))
                chain = chains.read(disk, folder)
                in_last = byte >= len(files[path]) - len(lines[-1])  # which is read and checked before an index is used
                used = [isinstance(segment.index, Sidecar) for segment in chain.segments[:-1]]
                assert in_last or not with_indexes or all(used), where
                seen = chains.documents(chain)
                assert seen == [t for t in TEXTS if t in set(seen)], f"an order or a document of its own: {where}"
                assert {*TEXTS} - {*seen} <= hidden_by(lines, byte), where
                assert {*TEXTS} - {*one_by_one} <= hidden_by(lines, byte), where
                report = chain.verify("desk-a", None)
                assert not report.ok, f"a check of everything finds it: {where}"
                assert len(seen) == len(TEXTS) or chain.damage(), f"what is hidden is reported: {where}"


@pytest.mark.parametrize("with_indexes", [True, False], ids=["with indexes", "without"])
def test_a_flipped_bit_in_a_sealed_segment_never_invents_and_hides_no_more_than_its_own_batch(
    files: dict[Path, bytes], folder: Path, with_indexes: bool
) -> None:
    flip_sealed(files, folder, 1, with_indexes=with_indexes)


@pytest.mark.long
@pytest.mark.parametrize("with_indexes", [True, False], ids=["with indexes", "without"])
def test_each_flipped_bit_in_a_sealed_segment_never_invents_and_hides_no_more_than_its_own_batch(
    files: dict[Path, bytes], folder: Path, with_indexes: bool
) -> None:
    flip_sealed(files, folder, 8, with_indexes=with_indexes)


# --- indexes -------------------------------------------------------------------------------------------------------


def costs_nothing(files: dict[Path, bytes], folder: Path, path: Path, harmed: bytes) -> bool:
    """Say whether a ledger with this in the place of an index gives every document, right, and makes the index again."""
    disk = MemoryDisk({**files, path: harmed})
    chain = chains.read(disk, folder)
    return (
        chains.documents(chain) == TEXTS
        and found_one_by_one(chain) == TEXTS
        and not chain.damage()
        and chain.verify("desk-a", None).ok
        and disk.content(path) == files[path]
    )


def flip_indexes(files: dict[Path, bytes], folder: Path, bits: int) -> None:
    """Flip so many bits of each byte of each index."""
    for path in indexes(files):
        for byte in range(len(files[path])):
            for bit in ((byte + n) % 8 for n in range(bits)):
                harmed = flipped(files[path], byte, bit)
                assert costs_nothing(files, folder, path, harmed), f"bit {bit} of byte {byte} of {path.name}"


def tear_indexes(files: dict[Path, bytes], folder: Path, step: int) -> None:
    """Cut each index, with nothing, zeros or garbage in the place of the rest; or let it be zeros up to there."""
    dice = random.Random(7)
    for path in indexes(files):
        data = files[path]
        for cut in range(0, len(data), step):
            rest = len(data) - cut
            shapes = [
                data[:cut],
                data[:cut] + bytes(rest),
                data[:cut] + dice.randbytes(rest),
                bytes(cut + 1) + data[cut + 1 :],
                data + bytes(cut + 1),
            ]
            for harmed in shapes:
                assert costs_nothing(files, folder, path, harmed), f"{path.name} torn at byte {cut}"


def test_a_flipped_bit_in_an_index_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    flip_indexes(files, folder, 1)


@pytest.mark.long
def test_each_flipped_bit_in_an_index_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    flip_indexes(files, folder, 8)


def test_a_torn_index_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    tear_indexes(files, folder, 31)


@pytest.mark.long
def test_an_index_torn_at_any_byte_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    tear_indexes(files, folder, 1)


def test_an_index_of_another_segment_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    for path in indexes(files):
        for other in indexes(files):
            assert path == other or costs_nothing(files, folder, path, files[other])


def other_ledger(folder: Path) -> MemoryDisk:
    """Return a ledger whose files are as long and hold other documents."""
    disk = MemoryDisk()
    journal = chains.journal(disk, folder, SEGMENT_BYTES)
    for batch in BATCHES:
        chains.append(journal, *(text(number).replace("J", "K") for number in batch))
    return disk


def test_an_index_of_the_same_segment_in_another_ledger_costs_nothing(files: dict[Path, bytes], folder: Path) -> None:
    disk = other_ledger(folder)
    for path in indexes(files):
        assert costs_nothing(files, folder, path, disk.content(path))


def test_a_sealed_segment_of_another_ledger_is_noticed_by_the_next_one_also_with_its_index(
    files: dict[Path, bytes], folder: Path
) -> None:
    disk = other_ledger(folder)
    first = sealed(files)[0]
    for path in (first, first.with_suffix(".idx")):
        files[path] = disk.content(path)
    [damage] = chains.read(MemoryDisk(files), folder).damage()
    assert (damage.file, damage.what) == ("00000002.jsonl", "what stood before it is missing or was altered")
