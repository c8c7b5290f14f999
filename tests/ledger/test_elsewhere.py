"""Entries of other desks and erased lines on a chain: what they must not disturb, whoever writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import NewerSchema
from deskcollect.ledger import document, line
from deskcollect.ledger.replication.adoptions import adopt, adoptions, owner
from deskcollect.ledger.tables import ERASED, EVENTS, MERGES
from deskcollect.records import Origin
from tests.ledger.builders import NOW, all_ids, event, event_id, files, ids, opened, record

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.store import Ledger
    from deskcollect.records import Event

YEAR = timedelta(days=365)


def from_elsewhere(number: int) -> Event:
    """Return an event that was first written at another desk, whose clock is a year ahead."""
    there = Origin("desk-b", number, "b" * 64, "a" * 64)
    told = event(number, origin=there)
    return replace(told, event_id=f"02{told.event_id[2:]}", occurred_at=told.occurred_at + YEAR)


def take_in(ledger: Ledger, *events: Event) -> None:
    """Write events of another desk as a merge does."""
    before = ledger.head().seq
    told = [document.write(each, recorded_at=NOW + YEAR, desk="desk-b") for each in events]
    ledger.backend.append(EVENTS, told)
    ledger.backend.append(MERGES, [{"desk": "desk-b", "own_seq": before}])


# --- erased lines ------------------------------------------------------------------------------------------------------------


def erase(path: Path, number: int) -> None:
    """Put the line of an erased record in the place of the n-th line, as long as it was."""
    lines = path.read_bytes().splitlines(keepends=True)
    old = line.read(lines[number - 1][:-1])
    assert old is not None
    told = json.dumps({"event_id": old.document()["event_id"], "x": ""}, separators=(",", ":"))
    head = f'{{"s":{old.seq},"p":"{old.prev}","t":"{ERASED}","b":[{old.number},{old.count}],"h":"{old.hash}","d":'
    space = len(lines[number - 1]) - line.TAIL_LENGTH - len(head) - len(told) - 1
    raw = f'{head}{told[:-2]}{"x" * space}"}}}}'.encode()
    lines[number - 1] = raw + b"\t" + sha256(raw).hexdigest().encode() + b"\n"
    path.write_bytes(b"".join(lines))


@pytest.fixture
def erased(folder: Path) -> Path:
    """Return a ledger of three records whose second was erased."""
    with opened(folder) as ledger:
        record(ledger, event(1), event(2), event(3))
        length = files(ledger).lines.segments[0].size()
    erase(folder / "00000001.jsonl", 2)
    assert (folder / "00000001.jsonl").stat().st_size == length
    return folder


def test_a_chain_holds_over_an_erased_record_and_goes_on(erased: Path) -> None:
    with opened(erased) as ledger:
        assert [each.what for each in ledger.verify().damage] == ["its content was erased, and no event says so"]
        assert ledger.verify(full=False).ok
        record(ledger, event(4))
        assert all_ids(ledger) == ids([event(1), event(3), event(4)])
        assert ledger.get(event_id(2)) is None
        assert ledger.verify(full=False).ok


def test_an_erased_record_is_not_written_again(erased: Path) -> None:
    with opened(erased) as ledger:
        receipt = ledger.record(event(2), recorded_at=NOW)
        assert (receipt.seq, receipt.replayed) == (2, True)
        assert all_ids(ledger) == ids([event(1), event(3)])


@pytest.mark.parametrize(("table", "original"), [("events", f'"h":"{"c" * 64}",'), ("erased", "")])
def test_only_an_erased_line_speaks_of_another_hash(table: str, original: str) -> None:
    raw = f'{{"s":1,"p":"{"0" * 64}","t":"{table}","b":[1,1],{original}"d":{{}}}}'.encode()
    with pytest.raises(NewerSchema):
        line.read(raw + b"\t" + sha256(raw).hexdigest().encode())


# --- another desk id ---------------------------------------------------------------------------------------------------------


def test_lines_belong_to_the_id_that_was_taken_later_from_its_number_on(folder: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, event(1), event(2))
        adopt(ledger, "desk-c", after=1, by="mei", at=NOW)
        adopted = adoptions(ledger.backend.lines)
    assert [owner("desk-a", seq, adopted) for seq in (1, 2, 4)] == ["desk-a", "desk-c", "desk-c"]
    assert owner("desk-c", 4, adopted) == "desk-c"
