"""deskcollect ledger backup, restore and export."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tinydb import TinyDB

from deskcollect import settings
from tests.aged import aged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def backed_up(line: Run, desk: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Return a desk with three records, and a backup of them."""
    for code in ("NA", "BZ", "VM"):
        assert line("record", "A1", code, "--desk", desk).code == 0
    target = tmp_path / "b.tar"
    (desk / "keys").mkdir()
    (desk / "keys" / "C1").write_text("secret", "utf-8")
    done = line("ledger", "backup", target, "--desk", desk)
    assert b"secret" not in target.read_bytes(), "the keys of sealed notes are kept apart"
    assert (done.code, done.out) == (0, "")
    assert re.match(r"Backed up and read again: 3 records, head 3:[0-9a-f]{16}, [\d,]+ bytes in ", done.err)
    assert "Keep it elsewhere than on this disk" in done.err
    return desk, target


def count(line: Run, desk: Path) -> int:
    """Return how many records a desk has, all of them whole."""
    told = line("ledger", "verify", "--desk", desk, "--json").json
    assert told["ok"]
    return int(told["records"])


def test_a_backup_is_never_written_over_unasked(line: Run, backed_up: tuple[Path, Path]) -> None:
    desk, target = backed_up
    done = line("ledger", "backup", target, "--desk", desk)
    assert done.code == 2
    assert "is there already" in done.err
    assert line("ledger", "backup", target, "--desk", desk, "--replace").code == 0


def test_restoring_says_what_goes_out_of_sight_and_asks(line: Run, backed_up: tuple[Path, Path]) -> None:
    desk, target = backed_up
    line("record", "A1", "NA", "--desk", desk)
    line("record", "A1", "BZ", "--desk", desk)
    done = line("ledger", "restore", target, "--desk", desk)
    assert done.code == 2
    assert "3 records, head 3:" in done.err
    assert "2 entries of the present ledger are not in it, recorded from " in done.err
    assert count(line, desk) == 5
    was = settings.read(desk).desk_id
    done = line("ledger", "restore", target, "--desk", desk, "--yes", "--by", "ines")
    assert done.code == 0
    assert "The ledger before is in " in done.err
    assert f"The desk has a new id, {settings.read(desk).desk_id}" in done.err
    assert settings.read(desk).desk_id != was
    assert count(line, desk) == 4, "three entries and the new id"
    assert line("record", "A1", "NA", "--desk", desk).code == 0


def test_nothing_is_asked_where_nothing_goes_out_of_sight(line: Run, backed_up: tuple[Path, Path]) -> None:
    desk, target = backed_up
    was = settings.read(desk)
    done = line("ledger", "restore", target, "--desk", desk)
    assert done.code == 0
    assert "new id" not in done.err
    assert settings.read(desk) == was
    assert count(line, desk) == 3


def test_a_damaged_ledger_is_put_back(line: Run, backed_up: tuple[Path, Path]) -> None:
    desk, target = backed_up
    path = desk / "ledger" / "00000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"BZ"', b'"NA"'))
    done = line("ledger", "restore", target, "--desk", desk)
    assert done.code == 2
    assert "The present ledger is damaged" in done.err
    done = line("ledger", "backup", target, "--desk", desk, "--replace")
    assert done.code == 3
    assert "Nothing was backed up: the ledger is damaged." in done.err
    assert line("ledger", "restore", target, "--desk", desk, "--yes").code == 0
    assert count(line, desk) == 3


def test_a_backup_of_another_desk_is_said_to_be(line: Run, backed_up: tuple[Path, Path], small_template: Path) -> None:
    _, target = backed_up
    other = target.parent / "other"
    shutil.copytree(small_template, other)
    text = (other / "desk.toml").read_text("utf-8")
    (other / "desk.toml").write_text(re.sub(r'desk_id = "\w+"', 'desk_id = "feedfeedfeed"', text), "utf-8")
    asked = line("ledger", "restore", target, "--desk", other, "--by", "ines")
    assert (asked.code, "Say it with  --yes" in asked.err) == (2, True)
    done = line("ledger", "restore", target, "--desk", other, "--by", "ines", "--yes")
    assert done.code == 0
    assert "It was made at another desk" in done.err
    assert settings.read(other).desk_id != "feedfeedfeed"


def test_what_was_erased_since_is_said_before_and_afterwards(line: Run, backed_up: tuple[Path, Path]) -> None:
    desk, target = backed_up
    assert line("ledger", "erase", "C1", "--reason", "asked", "--yes", "--desk", desk).code == 0
    done = line("ledger", "restore", target, "--desk", desk)
    assert done.code == 2
    assert "3 records of it were erased here since: that is done again in it before it takes its place." in done.err
    done = line("ledger", "restore", target, "--desk", desk, "--yes")
    assert done.code == 0
    assert "3 records were erased in it again, as here since the backup. The file itself holds" in done.err
    told = line("ledger", "verify", "--desk", desk, "--json").json
    assert (told["ok"], told["erased"], told["unfinished"]) == (True, 3, 0)
    assert line("show", "A1", "--desk", desk, "--json").json["events"] == []


def test_what_comes_back_though_it_was_dropped_is_said(line: Run, desk: Path, tmp_path: Path) -> None:
    aged(desk)
    target = tmp_path / "b.tar"
    assert line("ledger", "backup", target, "--desk", desk).code == 0
    assert line("ledger", "retain", "--years", "5", "--yes", "--desk", desk).code == 0
    done = line("ledger", "restore", target, "--desk", desk)
    assert done.code == 2
    assert "28 records of it were dropped here since, as kept long enough, and will be back" in done.err


@pytest.mark.parametrize("content", [b"", b"account_id,balance\nA1,5\n", bytes(5000)])
def test_what_is_no_backup_changes_nothing(line: Run, backed_up: tuple[Path, Path], content: bytes) -> None:
    desk, target = backed_up
    target.write_bytes(content)
    done = line("ledger", "restore", target, "--desk", desk, "--yes")
    assert done.code == 1
    assert "is no whole backup of a ledger" in done.err
    assert count(line, desk) == 3


# --- exports -----------------------------------------------------------------------------------------------------------


def test_an_export_is_masked_unless_a_person_says_otherwise(line: Run, desk: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", desk, "--note", "rang twice")
    target = tmp_path / "e.json"
    done = line("ledger", "export", target, "--desk", desk)
    assert (done.code, done.out) == (0, "")
    assert "1 entry in " in done.err
    assert "ids masked, notes left out." in done.err
    text = target.read_text("utf-8")
    assert not any(word in text for word in ('"A1"', '"C1"', "rang twice"))
    done = line("ledger", "export", target, "--desk", desk, "--unmasked", "--by", "ines", "--replace")
    assert "with ids and notes" in done.err
    with TinyDB(target) as db:
        told, exported = db.table("events").all()
    assert (told.doc_id, told["account_id"], told["note"]) == (1, "A1", "rang twice")
    assert (exported["kind"], exported["code"], exported["by"]) == ("system", "EXPORTED", "ines")
    assert exported["data"] == {"what": "events with ids and notes", "file": "e.json", "count": 1}


def test_nothing_is_exported_unmasked_where_it_cannot_be_recorded(line: Run, desk: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    path = desk / "ledger" / "00000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"NA"', b'"BZ"'))
    done = line("ledger", "export", tmp_path / "e.json", "--desk", desk, "--unmasked", "--by", "ines")
    assert done.code == 3
    assert not (tmp_path / "e.json").exists()


def test_parquet_has_the_documented_columns(line: Run, desk: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    assert line("ledger", "export", tmp_path / "e.parquet", "--desk", desk).code == 0
    (row,) = pl.read_parquet(tmp_path / "e.parquet").to_dicts()
    assert re.fullmatch(r"A[0-9a-f]{16}", row["account_id"])
    assert (row["code"], row["note"]) == ("NA", None)


@pytest.mark.parametrize("name", ["e.csv", "e", "e.JSON5", "no/e.json"])
def test_an_export_to_nowhere_is_refused(line: Run, desk: Path, tmp_path: Path, name: str) -> None:
    done = line("ledger", "export", tmp_path / name, "--desk", desk)
    assert done.code == 2


def test_an_export_is_never_written_over_unasked(line: Run, desk: Path, tmp_path: Path) -> None:
    target = tmp_path / "e.json"
    target.write_text("mine", "utf-8")
    assert line("ledger", "export", target, "--desk", desk).code == 2
    assert target.read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["e.json", "e.parquet"])
@pytest.mark.parametrize("at", [100, -400])
def test_a_damaged_ledger_is_not_exported(line: Run, desk: Path, tmp_path: Path, name: str, at: int) -> None:
    for code in ("NA", "BZ", "VM"):
        assert line("record", "A1", code, "--desk", desk).code == 0
    (path,) = (desk / "ledger").glob("*.jsonl")
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    done = line("ledger", "export", tmp_path / name, "--desk", desk)
    assert done.code == 3
    assert "Nothing was exported: the ledger is damaged." in done.err
    assert not (tmp_path / name).exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
@pytest.mark.parametrize("verb", ["merge", "restore", "take"])
def test_a_named_pipe_is_not_waited_on(line: Run, desk: Path, tmp_path: Path, verb: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = line("ledger", verb, tmp_path / "pipe", "--desk", desk)
    assert (done.code, "is no file" in done.err) == (2, True)
