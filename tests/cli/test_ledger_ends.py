"""Records that were acknowledged and are gone from the end: verify, backup, record and doctor say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deskcollect.ledger.files.check import Check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def recorded(line: Run, desk: Path) -> Path:
    """Return a desk with three records."""
    for code in ("NA", "BZ", "VM"):
        assert line("record", "A1", code, "--desk", desk).code == 0
    return desk


def segment(desk: Path) -> Path:
    """Return the file of the records."""
    return desk / "ledger" / "00000001.jsonl"


def zero_the_end(desk: Path) -> int:
    """Let the last record and most of the one before be zeros, as if those pages were lost; return the lost bytes."""
    data = segment(desk).read_bytes()
    second = len(data.splitlines(keepends=True)[0])
    segment(desk).write_bytes(data[: second + 40] + bytes(len(data) - second - 40))
    return len(data) - second


@pytest.fixture(autouse=True)
def _utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "UTF-8")


def doctor(line: Run, desk: Path) -> dict[str, dict[str, str]]:
    """Return the findings of the doctor by their names."""
    return {each["check"]: each for each in line("doctor", "--desk", desk, "--json").json}


def test_a_check_says_what_does_not_count_and_what_is_missing(line: Run, recorded: Path) -> None:
    lost = zero_the_end(recorded)
    done = line("ledger", "verify", "--desk", recorded)
    assert done.code == 1
    assert f"{lost:,} bytes at the end of 00000001.jsonl" in done.out
    assert "do not count" in done.out
    said = "This desk had said that record 3 was recorded, and the ledger ends at record 1: records 2 to 3 are missing."
    assert said in done.out
    assert "Every record proves itself" not in done.out
    told = line("ledger", "verify", "--desk", recorded, "--json").json
    assert (told["ok"], told["uncounted_bytes"], told["said_until"]) == (False, lost, 3)
    found = doctor(line, recorded)["ledger"]
    assert found["state"] == "fail"
    assert said in found["remedy"]


def test_lines_that_were_cut_off_are_missed(line: Run, recorded: Path) -> None:
    segment(recorded).write_bytes(b"".join(segment(recorded).read_bytes().splitlines(keepends=True)[:2]))
    done = line("ledger", "verify", "--desk", recorded)
    assert done.code == 1
    assert (
        "This desk had said that record 3 was recorded, and the ledger ends at record 2: record 3 is missing."
        in done.out
    )


def test_lines_that_were_cut_off_are_told_at_the_next_record_and_not_forgotten(line: Run, recorded: Path) -> None:
    segment(recorded).write_bytes(b"".join(segment(recorded).read_bytes().splitlines(keepends=True)[:1]))
    done = line("record", "A1", "NA", "--desk", recorded)
    assert done.code == 0
    said = (
        "This desk had said that record 3 was recorded, and the ledger ended at record 1: records 2 to 3 are missing."
    )
    assert f"Note: {said}" in done.err
    assert "A backup may have what is missing:  deskcollect ledger restore BACKUP" in done.err
    again = line("record", "A1", "BZ", "--desk", recorded)
    assert "missing" not in again.err
    found = doctor(line, recorded)["quarantine"]
    assert found["state"] == "warn"
    assert "It had been said to be recorded: records 2 to 3 are missing" in found["found"]
    assert line("ledger", "verify", "--desk", recorded).code == 0


def test_a_check_beside_somebody_who_records_misses_nothing(
    line: Run, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Check.read

    def meanwhile(check: Check) -> None:
        read(check)
        monkeypatch.undo()
        assert line("record", "A1", "NA", "--desk", recorded).code == 0

    monkeypatch.setattr(Check, "read", meanwhile)
    done = line("ledger", "verify", "--desk", recorded)
    assert "missing" not in done.out
    assert done.code == 0


def test_a_backup_says_what_is_not_in_it(line: Run, recorded: Path, tmp_path: Path) -> None:
    lost = zero_the_end(recorded)
    done = line("ledger", "backup", tmp_path / "ledger.tar", "--desk", recorded)
    assert done.code == 0
    assert f"Not in it: {lost:,} bytes at the end of 00000001.jsonl" in done.err
    assert "records 2 to 3 are missing" in done.err


def test_the_next_record_says_what_was_put_aside_and_the_doctor_goes_on_saying_it(line: Run, recorded: Path) -> None:
    lost = zero_the_end(recorded)
    done = line("record", "A1", "NA", "--desk", recorded)
    assert done.code == 0
    assert f"Note: {lost:,} bytes at the end of 00000001.jsonl" in done.err
    assert "were put into quarantine.bin" in done.err
    assert "records 2 to 3 are missing" in done.err
    again = line("record", "A1", "BZ", "--desk", recorded)
    assert "quarantine" not in again.err
    found = doctor(line, recorded)["quarantine"]
    assert found["state"] == "warn"
    assert "It had been said to be recorded: records 2 to 3 are missing" in found["found"]
    assert "never" not in found["found"]


def test_an_interrupted_write_is_named_and_nothing_is_missed(line: Run, recorded: Path) -> None:
    with segment(recorded).open("ab") as file:
        file.write(b'{"s":4,"half')
    done = line("ledger", "verify", "--desk", recorded)
    assert done.code == 0
    assert "12 bytes at the end of 00000001.jsonl" in done.out
    assert "as a write that was cut short leaves them" in done.out
    assert "missing" not in done.out
    assert doctor(line, recorded)["last write"]["state"] == "warn"
    assert "12 bytes" in line("record", "A1", "NA", "--desk", recorded).err


def test_a_note_that_cannot_be_read_is_no_note(line: Run, recorded: Path) -> None:
    for told in (b"", bytes(600), b" " * 256 + b'{"said": "x"}', b" " * 256 + b'{"said": tru', b" " * 256 + b"[1]"):
        (recorded / "ledger" / "lock").write_bytes(told)
        assert line("ledger", "verify", "--desk", recorded).code == 0
