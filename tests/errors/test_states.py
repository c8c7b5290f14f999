"""Errors that a text file cannot show: bytes that are no text, locks, rights, a closed pipe, a poor terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from deskcollect import resources
from deskcollect.ledger.store import open_ledger
from tests.cli.line import ACCOUNTS, AS_OF, Run
from tests.house.source import plain_environment


@pytest.fixture
def desk(small_template: Path, here: Path) -> Path:
    """Return a small desk of one's own."""
    return Path(shutil.copytree(small_template, here / "desk"))


def test_another_encoding_is_named_and_can_be_said(line: Run, here: Path) -> None:
    book = here / "book.csv"
    book.write_bytes(
        "account_id,customer_name,balance,past_due,days_past_due,currency\nA1,王小明,10,10,3,CNY\n".encode("gb18030")
    )
    done = line("check", book, "--as-of", AS_OF)
    assert done.code == 1
    assert done.err == (
        "deskcollect: book.csv line 2 is not UTF-8; it looks like gb18030.\n"
        "  Save it as “CSV UTF-8” in the spreadsheet program, or read it again with  --encoding gb18030\n"
    )
    assert line("check", book, "--as-of", AS_OF, "--encoding", "gb18030").code == 0


def test_an_encoding_that_does_not_exist(line: Run, here: Path) -> None:
    (here / "book.csv").write_text(ACCOUNTS, "utf-8")
    done = line("check", here / "book.csv", "--encoding", "klingon")
    assert done.code == 2
    assert "klingon" in done.err


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_parquet_file(line: Run, here: Path, kept: float) -> None:
    whole = (resources.sample_data() / "taiwan" / "accounts.parquet").read_bytes()
    (here / "book.parquet").write_bytes(whole[: int(len(whole) * kept)])
    done = line("score", here / "book.parquet", "--as-of", AS_OF)
    assert done.code == 1
    assert "is no Parquet file, or it is cut off" in done.err


def test_a_truncated_workbook(line: Run, here: Path) -> None:
    pl.read_csv(ACCOUNTS.encode()).write_excel(here / "book.xlsx")
    whole = (here / "book.xlsx").read_bytes()
    (here / "book.xlsx").write_bytes(whole[: len(whole) // 2])
    done = line("check", here / "book.xlsx", "--as-of", AS_OF)
    assert done.code == 1
    assert "cannot be read as a workbook" in done.err


def test_a_locked_ledger_refuses_a_record_and_shows_the_list(
    line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line("record", "A1", "NA", "--desk", desk)
    monkeypatch.setattr("deskcollect.desk.desk.open_ledger", partial(open_ledger, lock_timeout=0.05))
    with FileLock(desk / "ledger" / "lock"):
        done = line("record", "A1", "NA", "--desk", desk)
        assert done.code == 3
        assert "The ledger is in use by" in done.err
        assert "Nothing was recorded" in done.err
        assert line("worklist", "--desk", desk).code == 0
    assert line("record", "A1", "NA", "--desk", desk).code == 0


def test_a_desk_that_cannot_be_written_refuses_a_record_and_shows_the_list(line: Run, desk: Path) -> None:
    (desk / "ledger" / "lock").mkdir(parents=True)
    done = line("record", "A1", "NA", "--desk", desk)
    assert done.code == 3
    assert "cannot be written" in done.err
    assert line("worklist", "--desk", desk).code == 0


def test_a_ledger_of_a_newer_version_is_refused_in_a_sentence(line: Run, desk: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    [segment] = (desk / "ledger").glob("*.jsonl")
    body = b'{"form":2}'
    segment.write_bytes(body + b"\t" + sha256(body).hexdigest().encode() + b"\n")
    done = line("worklist", "--desk", desk)
    assert done.code == 2
    assert done.err == (
        "deskcollect: The ledger holds a record in a form that this version does not know.\n"
        "  Install a newer deskcollect.\n"
    )


# --- what only a process of its own shows ------------------------------------------------------------------------------


def process(here: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run one command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "deskcollect", *words],
        cwd=here,
        env={**plain_environment(here), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_without_the_signs_gets_their_numbers(desk: Path, here: Path, encoding: str) -> None:
    told = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = process(here, "worklist", "--desk", str(desk), **told)
    assert done.returncode == 0, done.stderr
    assert rb"\u4f50" in done.stdout
    rows = process(here, "worklist", "--desk", str(desk), "--json", **told)
    assert "佐藤 花子" in {row["customer_name"] for row in json.loads(rows.stdout)}


@pytest.mark.parametrize("words", ["worklist --desk {desk}", "demo", "score {taiwan}", "score {taiwan} --json"])
@pytest.mark.parametrize("both", [False, True], ids=["stdout", "stdout and stderr"])
def test_a_reader_that_goes_away_is_no_error(desk: Path, here: Path, words: str, *, both: bool) -> None:
    places = {"desk": desk, "taiwan": resources.sample_data() / "taiwan"}
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "deskcollect", *(word.format_map(places) for word in words.split())],
            cwd=here,
            env=plain_environment(here),
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe if both else subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 0
    assert not done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes a stream so")
def test_a_stream_that_was_closed_before_is_no_error(desk: Path, here: Path) -> None:
    command = [sys.executable, "-m", "deskcollect", "record", "A1", "NA", "--desk", str(desk)]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], cwd=here, env=plain_environment(here), check=False
    )
    assert done.returncode == 0
    assert open_ledger(desk / "ledger", "").health().records == 1


def test_a_question_is_never_asked_where_nobody_sits(here: Path) -> None:
    done = process(here)
    assert done.returncode == 2
    assert b"deskcollect demo" in done.stderr
