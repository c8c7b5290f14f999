"""deskcollect ledger repair: what it says before and after, and that recording goes on."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def damaged(line: Run, desk: Path) -> Path:
    """Return a desk of five records, the second and third of which are damaged."""
    for code in ("NA", "BZ", "VM", "NA", "BZ"):
        assert line("record", "A1", code, "--desk", desk).code == 0
    path = segment(desk)
    data = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([data[0], data[1].replace(b"BZ", b"XX"), data[2].replace(b"VM", b"XX"), *data[3:]]))
    return desk


def segment(desk: Path) -> Path:
    """Return the file of the records."""
    return desk / "ledger" / "00000001.jsonl"


def test_a_damaged_ledger_is_repaired_and_every_loss_is_said(line: Run, damaged: Path) -> None:
    assert line("record", "A1", "NA", "--desk", damaged).code == 3
    done = line("ledger", "repair", "--desk", damaged, "--by", "ines", "--yes")
    assert done.code == 0
    assert "A repair copies it first, beside it;" in done.err
    assert "  Records 2 to 3 are lost, recorded between " in done.err
    (told,) = done.out.splitlines()
    assert told.startswith("Records 2 to 3 are lost, recorded between ")
    assert told.endswith("bytes) is kept in quarantine.bin.")
    (copy,) = damaged.glob("ledger-before-repair-*")
    assert f"The ledger as it was is in {copy}." in done.err
    assert line("record", "A1", "NA", "--desk", damaged).code == 0


def test_verify_tells_of_damage_and_repair_and_then_of_the_gap(line: Run, damaged: Path) -> None:
    done = line("ledger", "verify", "--desk", damaged)
    assert (done.code, done.out.count("its hash does not match")) == (1, 1)
    assert "deskcollect ledger repair  keeps all that proves itself" in done.out
    line("ledger", "repair", "--desk", damaged, "--by", "ines", "--yes")
    done = line("ledger", "verify", "--desk", damaged)
    assert done.code == 0
    assert "1 gap of 2 records, repaired on " in done.out
    assert " by ines.\n" in done.out
    assert "Every record proves itself." in done.out
    told = line("ledger", "verify", "--desk", damaged, "--json").json
    assert (told["ok"], told["damage"], told["begins"]) == (True, [], 1)
    assert [(gap["after"], gap["before"], gap["by"]) for gap in told["gaps"]] == [(1, 4, "ines")]


def test_the_head_of_a_lost_record_is_said_to_be(line: Run, damaged: Path) -> None:
    lost = line("ledger", "repair", "--desk", damaged, "--by", "ines", "--yes")
    assert lost.code == 0
    done = line("ledger", "verify", "--head", "3:" + "a" * 16, "--desk", damaged)
    assert done.code == 1
    assert "is of a record that is lost." in done.out


def test_a_person_decides(line: Run, damaged: Path) -> None:
    before = segment(damaged).read_bytes()
    done = line("ledger", "repair", "--desk", damaged)
    assert done.code == 2
    assert "Nothing was changed." in done.err
    assert segment(damaged).read_bytes() == before
    assert not list(damaged.glob("ledger-before-*"))


def test_a_ledger_that_is_well_is_not_repaired(line: Run, desk: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    done = line("ledger", "repair", "--desk", desk, "--yes")
    assert done.code == 2
    assert "Nothing is damaged in this ledger." in done.err


def test_an_altered_record_counts_as_it_stands_and_is_named(line: Run, damaged: Path) -> None:
    data = segment(damaged).read_bytes().splitlines(keepends=True)
    raw = data[0].split(b"\t")[0].replace(b'"NA"', b'"BZ"')
    forged = raw + b"\t" + sha256(raw).hexdigest().encode() + b"\n"
    good = [each.replace(b"XX", code) for each, code in zip(data[1:3], (b"BZ", b"VM"), strict=True)]
    segment(damaged).write_bytes(b"".join([forged, *good, *data[3:]]))
    done = line("ledger", "repair", "--desk", damaged, "--by", "ines", "--yes")
    assert "Record 1 is not the one that record 2 followed: it was altered, and counts as it stands." in done.out
    done = line("ledger", "verify", "--desk", damaged)
    assert done.code == 0
    assert "1 gap of 0 records" in done.out


def test_one_byte_in_the_demo_names_its_record_and_a_backup(line: Run, own_demo: Path) -> None:
    lines = segment(own_demo).read_bytes().splitlines(keepends=True)
    lines[500] = lines[500].replace(b"account", b"accounf", 1)
    segment(own_demo).write_bytes(b"".join(lines))
    done = line("ledger", "verify", "--desk", own_demo)
    assert done.code == 1
    assert "Record 501 in 00000001.jsonl, byte " in done.out
    assert "and the 49 records written together with it cannot count without it." in done.out
    refused = line("record", "TW-000245", "NA", "--by", "ana", "--desk", own_demo)
    assert refused.code == 3
    assert "The other 835 records can be read." in refused.err
    asked = line("ledger", "repair", "--by", "ana", "--desk", own_demo)
    assert "Record 501 in 00000001.jsonl" in asked.err
    assert "Is there a backup?" in asked.err
