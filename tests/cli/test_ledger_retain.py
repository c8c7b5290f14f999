"""ledger retain as typed: what would go and what stays is said, a person says yes, and verify tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from deskcollect import settings
from deskcollect.cli import diagnostics
from deskcollect.ledger.store import open_ledger
from tests.aged import aged, fill, old
from tests.cli.line import copied, in_order

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def files(desk: Path) -> list[range]:
    """Fill the desk with records of long ago, one of an account of the book; return the numbers in each file."""
    return aged(desk, at_2=old(2, "A1", "C1"))


@pytest.fixture
def at(line: Run, desk: Path) -> Run:
    """Run a verb of the ledger at the desk."""
    return lambda *words: line("ledger", *words, "--desk", desk)


def last_old(files: list[range]) -> int:
    """Return the last record that may go."""
    return next(each for each in reversed(files) if each[-1] <= 30)[-1]


def test_nothing_is_dropped_by_itself(at: Run, files: list[range]) -> None:
    assert files
    done = at("retain", "--yes")
    assert done.code == 2
    assert "Nobody says how long records are kept, and nothing is ever dropped by itself." in done.err
    assert "retain_years = N  under [privacy]" in done.err


def test_a_dry_run_says_what_would_go_and_drops_nothing(at: Run, files: list[range]) -> None:
    head, last = at("head").out, last_old(files)
    done = at("retain", "--years", "5", "--dry-run")
    assert done.code == 0
    count = sum(each[-1] <= 30 for each in files)
    in_order(
        done,
        f"{count} of {len(files)} files hold nothing but records older than 5 years (before 20",
        f"{last} records, from 2017-03-02 to 2017-03-{last + 1}, numbers 1 to {last}, last hash ",
        "1 account of the newest book loses a part of what is told of them",
        "deskcollect ledger backup FILE",
        "Nothing was dropped: this was a dry run.",
    )
    assert at("head").out == head
    told = at("retain", "--years", "5", "--dry-run", "--json").json
    assert (told["dropped"], told["records"], told["first"], told["last"]) == (0, last, 1, last)
    assert (told["files"], told["files_kept"], told["kept_by"], told["accounts"]) == (count, 0, [], 1)


def test_without_a_terminal_it_needs_a_yes(at: Run, files: list[range]) -> None:
    assert files
    head = at("head").out
    done = at("retain", "--years", "5")
    assert done.code == 2
    assert "A person decides this, and nobody is here to ask. Nothing was changed." in done.err
    assert at("head").out == head


@pytest.mark.parametrize(("answer", "begins"), [("n", 1), ("y", 29)])
def test_a_person_is_asked(
    at: Run, files: list[range], monkeypatch: pytest.MonkeyPatch, answer: str, begins: int
) -> None:
    assert last_old(files) == 28
    monkeypatch.setattr(diagnostics, "interactive", lambda: True)
    monkeypatch.setattr(diagnostics, "ask", lambda question, default: answer if "28 records" in question else default)
    at("retain", "--years", "5")
    monkeypatch.undo()
    assert at("verify", "--json").json["begins"] == begins


def test_what_went_is_told_by_verify_from_then_on(at: Run, line: Run, desk: Path, files: list[range]) -> None:
    assert line("show", "A1", "--desk", desk, "--json").json["events"]
    last = last_old(files)
    before = at("head").out.strip()
    done = at("retain", "--years", "5", "--yes", "--by", "mei")
    assert done.code == 0
    in_order(done, f"{last} records dropped. The head of the ledger is ")
    told = at("verify")
    assert told.code == 0
    in_order(
        told,
        f"It begins with record {last + 1}: records 1 to {last}, from 2017-03-02 to 2017-03-{last + 1}, were dropped on 20",
        " by mei, as older than 5 years.",
        "Every record proves itself.",
    )
    assert at("verify", "--head", before).code == 0
    assert line("show", "A1", "--desk", desk, "--json").json["events"] == []
    assert line("record", "A1", "NA", "--desk", desk).code == 0
    again = at("retain", "--years", "5", "--yes")
    assert "nothing is dropped" in again.err
    in_order(again, "0 records dropped.")


def test_a_hold_and_what_is_in_force_are_said_with_whom_and_how_many_files(at: Run, desk: Path) -> None:
    files = aged(desk, at_10=old(10, "A2", "C2", code="DECD"))
    assert at("hold", "C-GONE-18", "--reason", "lawsuit").code == 0
    count = sum(each[-1] <= 30 for each in files)
    stop, held = (next(n for n, each in enumerate(files) if number in each) for number in (10, 18))
    done = at("retain", "--years", "5", "--yes")
    assert done.code == 0
    assert f"{count - stop} more files are as old and stay, kept by records of" in done.err
    hold = f"on hold: C-GONE-18 ({count - held} files; the first of them by record 18 of C-GONE-18)"
    assert hold in done.err
    told = (
        f"an outcome that keeps the desk from contact: A2 ({count - stop} files; the first of them by record 10 of A2)"
    )
    assert told in done.err
    assert at("verify", "--json").json["begins"] == files[stop][0]
    kept = at("retain", "--years", "5", "--dry-run", "--json").json["kept_by"]
    assert [each["why"] for each in kept] == ["hold", "stop"]
    assert [each["first"] for each in kept] == [[{"record": 18, "of": "C-GONE-18"}], [{"record": 10, "of": "A2"}]]


def test_whoever_keeps_the_first_file_is_named_though_many_keep_later_ones(at: Run, desk: Path) -> None:
    many = [f"C-GONE-{number}" for number in range(9, 29)]
    aged(desk, at_2=old(2, "GONE-2", "Z-LAST"))
    for customer in (*many, "Z-LAST"):
        assert at("hold", customer, "--reason", "lawsuit").code == 0
    done = at("retain", "--years", "5", "--dry-run")
    assert "and 9 more (" in done.out
    assert "the first of them by record 2 of Z-LAST)" in done.out


def test_one_that_was_cut_short_is_said_and_finished(at: Run, desk: Path, files: list[range]) -> None:
    last = desk / "ledger" / f"{sum(each[-1] <= 30 for each in files):08}.jsonl"
    content = last.read_bytes()
    assert at("retain", "--years", "5", "--yes").code == 0
    last.write_bytes(content)
    told = at("verify")
    assert told.code == 0
    in_order(
        told, "1 file that was dropped is still there, since it was cut short: finish it with", "Every record proves"
    )
    done = at("retain", "--years", "5", "--yes")
    assert "1 file was dropped by an earlier retention that was cut short: it is finished first." in done.err
    assert "still there" not in at("verify").out
    assert not last.exists()


def test_a_merge_says_that_it_left_out_what_is_too_old(
    at: Run, line: Run, files: list[range], tmp_path: Path, small_template: Path
) -> None:
    other = copied(small_template, tmp_path / "other")
    settings.write(other, replace(settings.read(other), desk_id="feedfeedfeed"))
    with open_ledger(other / "ledger", "feedfeedfeed") as ledger:
        fill(ledger, *map(old, range(100, 120)))
    assert line("record", "A1", "NA", "--desk", other).code == 0
    bundle = tmp_path / "x.ledger"
    assert line("ledger", "export", bundle, "--desk", other).code == 0
    assert at("retain", "--years", "5", "--yes").code == 0
    done = at("merge", bundle)
    in_order(
        done, "Left out: 20 entries older than what is kept here, since old records were dropped.", "1 entry taken in"
    )
    assert at("merge", bundle, "--json").json["older"] == 20
    assert at("verify", "--json").json["begins"] == last_old(files) + 1
