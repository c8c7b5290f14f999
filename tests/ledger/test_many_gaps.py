"""A ledger with more holes than one record of a repair can tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.ledger import document, line
from deskcollect.ledger.document import DOCUMENT_BYTES
from deskcollect.ledger.fields import TABLE
from deskcollect.ledger.tables import EVENTS, REPAIRS
from deskcollect.ledger.upkeep.repair import repair
from tests.ledger.builders import NOW, all_ids, event, files
from tests.ledger.desks import contents, desk, export, merge, pass_on

if TYPE_CHECKING:
    from pathlib import Path

    from deskcollect.ledger.store import Ledger

HOLES = 450


def holed(folder: Path, name: str) -> Ledger:
    """Return the repaired ledger of a desk that lost every other record."""
    last, lines = line.START, list[bytes]()
    for n in range(1, 2 * HOLES + 1):
        told = document.canonical(document.write(event(n), recorded_at=NOW, desk=name))
        data, (last,) = line.encode(last, EVENTS, [told])
        lines.append(b"X" + data[1:] if n % 2 else data)
    (folder / name).mkdir()
    (folder / name / "00000001.jsonl").write_bytes(b"".join(lines))
    ledger = desk(folder, name)
    assert len(repair(files(ledger), by="mei", at=NOW).gaps) == HOLES
    return ledger


def test_all_are_declared_in_as_many_records_as_it_takes(tmp_path: Path) -> None:
    north = holed(tmp_path, "north")
    declared = [each for each in north.backend.lines.find(TABLE, REPAIRS) if each.table == REPAIRS]
    assert len(declared) > 1
    assert max(len(each.body) for each in declared) <= DOCUMENT_BYTES
    report = north.verify()
    assert (report.ok, len(report.gaps)) == (True, HOLES)
    north.close()
    with desk(tmp_path, "north", event(9999)) as again:
        assert again.verify().ok
        assert len(all_ids(again)) == HOLES + 1


def test_another_desk_takes_in_what_is_left(tmp_path: Path) -> None:
    north, front = holed(tmp_path, "north"), desk(tmp_path, "front")
    assert pass_on(north, front, tmp_path).new == HOLES
    assert contents(front) == contents(north)


def test_a_bundle_may_tell_of_thousands_of_gaps(tmp_path: Path) -> None:
    from tests.ledger.test_bundle import forged

    north, front = desk(tmp_path, "north", event(1), event(2)), desk(tmp_path, "front")
    gaps = [[10_000_000 + n, 10_000_002 + n] for n in range(0, 20_000, 2)]
    assert merge(front, forged(export(north, tmp_path), {"gaps": gaps})).new == 2
