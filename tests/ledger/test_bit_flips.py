"""No flipped bit ever shows something that was not recorded; what it hides is reported or healed."""

from __future__ import annotations

from pathlib import Path

import pytest

from deskcollect.errors import Damaged
from tests.ledger import chains
from tests.ledger.chains import SINGLES, TEXTS

LINES = chains.lines()
RAW = b"".join(LINES)


def flipped(byte: int, bit: int) -> bytes:
    """Return the chain with one bit flipped."""
    data = bytearray(RAW)
    data[byte] ^= 1 << bit
    return bytes(data)


def hidden_by(byte: int) -> set[str]:
    """Return the documents that a flip of this byte may hide: its record, and all of its batch."""
    at = 0
    for number, each in enumerate(LINES):
        at += len(each)
        if byte < at:
            return {TEXTS[number]} if number < SINGLES else set(TEXTS[SINGLES:])
    raise AssertionError


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_never_invents_and_hides_no_more_than_its_own_record_or_batch(folder: Path, bit: int) -> None:
    for byte in range(len(RAW)):
        disk = chains.disk_with(folder, flipped(byte, bit))
        chain = chains.read(disk, folder)
        seen = chains.documents(chain)
        lost = set(TEXTS) - set(seen)
        assert [t for t in TEXTS if t in set(seen)] == seen, "an order or a document that was never written"
        assert lost <= hidden_by(byte), f"byte {byte}"
        assert bool(chain.damage()) == bool(lost), f"byte {byte}: damage is reported exactly where something is hidden"


@pytest.mark.parametrize("bit", range(8))
def test_a_damaged_line_end_is_healed_by_the_next_record(folder: Path, bit: int) -> None:
    at = 0
    for each in LINES:
        at += len(each)
        disk = chains.disk_with(folder, flipped(at - 1, bit))
        journal = chains.journal(disk, folder)
        assert chains.documents(journal.chain) == TEXTS
        chains.append(journal, chains.text(99))
        assert disk.content(chains.first(folder)).startswith(RAW)
        assert chains.documents(chains.read(disk, folder)) == [*TEXTS, chains.text(99)]


def test_nothing_is_written_over_damage_and_the_place_is_named(folder: Path) -> None:
    data = flipped(len(LINES[0]) + 100, 3)
    disk = chains.disk_with(folder, data)
    journal = chains.journal(disk, folder)
    with pytest.raises(Damaged) as refused:
        chains.append(journal, chains.text(99))
    assert f"Record 2 in 00000001.jsonl, byte {len(LINES[0])}: its hash does not match." in refused.value.message
    assert disk.content(chains.first(folder)) == data


def test_damage_to_an_acknowledged_last_record_is_not_taken_for_a_torn_tail(folder: Path) -> None:
    disk = chains.disk_with(folder, flipped(len(RAW) - 100, 0))
    chain = chains.read(disk, folder)
    [damage] = chain.damage()
    assert damage.seq == len(LINES), "the record that does not prove itself is named, not the first of its batch"
    assert damage.offset == len(RAW) - len(LINES[-1])
    assert damage.what.endswith("and the 2 records written together with it cannot count without it")
    assert len(chains.documents(chain)) == SINGLES


def test_the_record_of_a_batch_that_does_not_prove_itself_is_named(folder: Path) -> None:
    at = 0
    for number, each in enumerate(LINES, 1):
        [damage] = chains.read(chains.disk_with(folder, flipped(at + 100, 3)), folder).damage()
        assert (damage.seq, damage.offset) == (number, at)
        assert ("written together" in damage.what) is (number > SINGLES)
        at += len(each)
