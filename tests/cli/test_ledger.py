"""deskcollect ledger: what it says of a ledger that is well, cut off or altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deskcollect.ledger import line as lines_room
from deskcollect.ledger.replication.origins import taken
from deskcollect.ledger.store import open_ledger
from deskcollect.ledger.tables import EVENTS
from tests.ledger.builders import event
from tests.ledger.desks import desk as another_desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def recorded(line: Run, desk: Path) -> Path:
    """Return a desk with three records."""
    for code in ("NA", "BZ", "VM"):
        assert line("record", "A1", code, "--desk", desk).code == 0
    return desk


def lines(desk: Path) -> list[bytes]:
    """Return the lines of the ledger of a desk."""
    return (desk / "ledger" / "00000001.jsonl").read_bytes().splitlines(keepends=True)


def test_a_ledger_that_is_well_is_said_to_be(line: Run, recorded: Path) -> None:
    head = line("ledger", "head", "--desk", recorded).out.strip()
    assert head.startswith("3:")
    done = line("ledger", "verify", "--head", head, "--desk", recorded)
    assert done.code == 0
    assert f"3 records in 1 file, head {head}." in done.out
    assert "nothing recorded up to then was cut off or altered" in done.out


def test_that_records_were_cut_off_shows_against_an_earlier_head(line: Run, recorded: Path) -> None:
    head = line("ledger", "head", "--desk", recorded).out.strip()
    (recorded / "ledger" / "00000001.jsonl").write_bytes(b"".join(lines(recorded)[:2]))
    (recorded / "ledger" / "lock").unlink()
    assert line("ledger", "verify", "--desk", recorded).code == 0, "a chain alone cannot tell"
    done = line("ledger", "verify", "--head", head, "--desk", recorded, "--json")
    assert done.code == 1
    assert (done.json["ok"], done.json["as_expected"], done.json["damage"]) == (False, False, [])


def test_an_altered_record_is_named_with_its_place(line: Run, recorded: Path) -> None:
    altered = lines(recorded)
    altered[1] = altered[1].replace(b"BZ", b"PAID")
    (recorded / "ledger" / "00000001.jsonl").write_bytes(b"".join(altered))
    done = line("ledger", "verify", "--desk", recorded)
    assert done.code == 1
    assert "Record 2 in 00000001.jsonl, byte" in done.out
    assert "Every record proves itself" not in done.out


def alter(desk: Path) -> None:
    """Alter a record."""
    altered = lines(desk)
    altered[1] = altered[1].replace(b"BZ", b"VM")
    (desk / "ledger" / "00000001.jsonl").write_bytes(b"".join(altered))


def empty(desk: Path) -> None:
    """Take the content out of a record without a word."""
    altered = lines(desk)
    altered[1] = lines_room.erase(altered[1][:-1]) + b"\n"
    (desk / "ledger" / "00000001.jsonl").write_bytes(b"".join(altered))


def pretend(desk: Path) -> None:
    """Write an entry of another desk that is not what was written there."""
    with another_desk(desk / "other", "north", event(1)) as other:
        first = other.backend.lines.at(1)
        assert first is not None
        with open_ledger(desk / "ledger", "id-of-this-desk") as ledger:
            ledger.backend.append(EVENTS, [{**taken(first, first.document(), "north"), "code": "PTP"}])


REPAIR, RESTORE = "deskcollect ledger repair", "deskcollect ledger restore BACKUP"


@pytest.mark.parametrize(
    ("harms", "ways"),
    [
        ((alter,), {REPAIR}),
        ((empty,), {RESTORE}),
        ((pretend,), {RESTORE}),
        ((pretend, empty), {RESTORE}),
        ((pretend, alter), {REPAIR, RESTORE}),
    ],
)
def test_the_way_out_is_one_that_helps(
    line: Run, recorded: Path, harms: tuple[Callable[[Path], None], ...], ways: set[str]
) -> None:
    for harm in harms:
        harm(recorded)
    verify, doctor = line("ledger", "verify", "--desk", recorded), line("doctor", "--desk", recorded)
    assert verify.code == doctor.code == 1
    for told in (verify.out, doctor.out):
        assert {way for way in (REPAIR, RESTORE) if way in told} == ways
    repaired = line("ledger", "repair", "--yes", "--by", "ana", "--desk", recorded)
    assert ("Nothing is damaged in this ledger." in repaired.err) == (REPAIR not in ways)


def test_the_ledger_is_checked_where_the_desk_cannot_be_opened(line: Run, recorded: Path) -> None:
    (recorded / "policies" / "alerts.toml").write_text("nonsense", "utf-8")
    assert line("worklist", "--desk", recorded).code == 2
    assert line("ledger", "verify", "--desk", recorded).code == 0


@pytest.mark.parametrize("text", ["x", "3", "3:abc", "-1:" + "a" * 16, "3:" + "g" * 16])
def test_what_is_no_head_is_refused(line: Run, recorded: Path, text: str) -> None:
    done = line("ledger", "verify", "--head", text, "--desk", recorded)
    assert done.code == 2
    assert "Write it as it was printed, as in 1311:9f3c2d1e0a4b5c6d" in done.err


def test_a_head_that_is_not_in_it_is_not_said_to_be_well(line: Run, recorded: Path) -> None:
    beyond = line("ledger", "verify", "--head", "9:" + "a" * 16, "--desk", recorded)
    assert beyond.code == 1
    assert "ends at record 3" in beyond.out
    other = line("ledger", "verify", "--head", "2:" + "a" * 16, "--desk", recorded)
    for done in (beyond, other):
        assert "Every record proves itself." not in done.out
        assert "deskcollect ledger restore BACKUP" in done.out


def test_the_head_of_an_empty_ledger_is_no_other(line: Run, recorded: Path) -> None:
    assert line("ledger", "verify", "--head", "0:deadbeefdeadbeef", "--desk", recorded).code == 1
    assert line("ledger", "verify", "--head", "0:" + "0" * 16, "--desk", recorded).code == 0
