"""Whoever takes out, swaps, repeats or rewrites a record is found out by the chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deskcollect.ledger import line
from deskcollect.ledger.report import Ending
from deskcollect.records import Head
from tests.ledger import chains
from tests.ledger.builders import all_ids, event, ids, opened, record
from tests.ledger.chains import TEXTS

LINES = chains.lines()


def damage(folder: Path, lines: list[bytes]) -> list[tuple[int, str]]:
    """Return what is found in a tampered chain."""
    chain = chains.read(chains.disk_with(folder, b"".join(lines)), folder)
    return [(found.seq, found.what) for found in chain.damage()]


def test_a_record_taken_out_is_noticed(folder: Path) -> None:
    assert damage(folder, LINES[:1] + LINES[2:]) == [(3, "what stood before it is missing or was altered")]


def test_two_records_swapped_are_noticed(folder: Path) -> None:
    found = damage(folder, [LINES[0], LINES[2], LINES[1], *LINES[3:]])
    assert [seq for seq, _ in found] == [3, 2]


def test_a_record_repeated_is_noticed_and_not_applied(folder: Path) -> None:
    lines = [*LINES[:2], LINES[1], *LINES[2:]]
    assert damage(folder, lines) == [(2, "a record with this number, or a higher one, stands before it")]
    assert damage(folder, [*LINES, LINES[1]]) == [(2, "a record with this number, or a higher one, stands before it")]
    chain = chains.read(chains.disk_with(folder, b"".join(lines)), folder)
    assert chains.documents(chain) == TEXTS


def test_a_record_edited_with_its_hash_made_anew_is_noticed_by_the_next_one(folder: Path) -> None:
    data, _ = line.encode(line.Link(1, line.read(LINES[0][:-1]).hash), chains.TABLE, ['{"event_id":"forged"}'])  # type: ignore[union-attr]  # good
    assert damage(folder, [LINES[0], data, *LINES[2:]]) == [(3, "what stood before it is missing or was altered")]


def test_a_batch_of_which_a_part_was_taken_out_is_noticed(folder: Path) -> None:
    more, _ = line.encode(line.read(LINES[-1][:-1]).link, chains.TABLE, ["{}"])  # type: ignore[union-attr]  # good
    assert [seq for seq, _ in damage(folder, [*LINES[:-1], more])] == [4]


def test_damage_before_a_torn_batch_is_still_damage(folder: Path) -> None:
    flipped = LINES[2].replace(b"A3", b"A9")
    assert damage(folder, [*LINES[:2], flipped, LINES[3], LINES[4][:50]]) == [(3, "its hash does not match")]
    assert damage(folder, [*LINES[:3], LINES[3], LINES[4][:50]]) == []


def test_records_cut_from_the_end_are_noticed_with_an_earlier_head(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1), event(2))
        head = ledger.head()
        assert ledger.verify(expected=head).ok
    path = folder / "00000001.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with opened(folder) as ledger:
        assert ledger.verify().ending == Ending(last=1, said=2)
        assert not ledger.verify().ok, "the desk noted what it had said to be recorded"
    (folder / "lock").unlink()
    with opened(folder) as ledger:
        assert all_ids(ledger) == ids([event(1)])
        assert ledger.verify().ok
        report = ledger.verify(expected=head)
        assert report.as_expected is False
        assert not report.ok
        assert not ledger.verify(full=False, expected=head).ok
        assert ledger.verify(expected=Head("desk-a", 0, line.START.hash)).ok
        assert not ledger.verify(expected=replace(head, seq=1)).ok
