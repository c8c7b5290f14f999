"""The head of the ledger is told with what was made from it: on stderr and in a page, never in the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.line import ACCOUNTS, AS_OF

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.line import Run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return the small desk's book as a file of its own."""
    path = tmp_path / "next.csv"
    path.write_text(ACCOUNTS, "utf-8")
    return path


def told(line: Run, desk: Path) -> str:
    """Return how the head of a desk is told."""
    return f"ledger head {line('ledger', 'head', '--desk', desk).out.strip()}\n"


def test_a_score_with_a_desk_tells_the_head_beside_the_data(line: Run, desk: Path, book: Path) -> None:
    words = ("score", book, "--as-of", AS_OF, "--desk", desk)
    assert "ledger head" not in line(*words).err, "nothing is recorded yet"
    assert line("record", "A1", "NA", "--desk", desk).code == 0
    done = line(*words)
    assert told(line, desk) in done.err
    assert re.search(r"^ledger head 1:[0-9a-f]{16}$", done.err, re.MULTILINE)
    assert "ledger head" not in done.out
    assert "ledger head" not in line("score", book, "--as-of", AS_OF).err, "without a desk there is no ledger"


def test_an_import_tells_the_head(line: Run, desk: Path, book: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    done = line("import", book, "--as-of", "2026-03-09", "--desk", desk)
    assert done.code == 0
    assert told(line, desk) in done.err


def test_a_worklist_in_a_file_tells_the_head_and_a_printed_one_does_not(line: Run, desk: Path, tmp_path: Path) -> None:
    line("record", "A1", "NA", "--desk", desk)
    assert told(line, desk) in line("worklist", "-o", tmp_path / "w.csv", "--desk", desk).err
    assert "ledger head" not in (tmp_path / "w.csv").read_text("utf-8")
    assert "ledger head" not in line("worklist", "--desk", desk).err


def test_reports_tell_the_head(line: Run, demo: Path) -> None:
    for words in (("drift",), ("alerts", "evaluate")):
        done = line(*words, "--desk", demo)
        assert done.code == 0
        assert told(line, demo) in done.err
        assert "ledger head" not in done.out


def test_a_work_order_that_is_written_tells_the_head(line: Run, own_undecided: Path, tmp_path: Path) -> None:
    desk = ("--desk", own_undecided)
    for kind in ("incentives", "restrictions"):
        done = line(kind, "order", "--all", "-o", tmp_path / "nothing.csv", *desk)
        assert (done.code, "ledger head" in done.err, (tmp_path / "nothing.csv").exists()) == (0, False, False)
    for words in (
        ("restrictions", "impose", "TW-000190", "--reason", "cash3"),
        ("incentives", "propose", "TW-000402", "--measure", "fee-waived", "--note", "first time late"),
        ("incentives", "approve", "TW-000402", "--by", "jo"),
        ("incentives", "done", "TW-000402"),
    ):
        assert line(*words, *desk).code == 0
    for kind in ("incentives", "restrictions"):
        assert "ledger head" not in line(kind, "order", *desk).err, "it is shown and not written"
        target = tmp_path / f"{kind}.csv"
        done = line(kind, "order", "-o", target, *desk)
        assert done.code == 0
        assert told(line, own_undecided) in done.err
        assert target.read_text("utf-8").count("\n") == 2, "a line below the names of the columns"


def test_the_page_of_an_evaluation_holds_the_head(line: Run, desk: Path, tmp_path: Path) -> None:
    rows = [f"B{n:03},EUR,500,{100 if n % 3 else 0},{(n % 3) * 35},1000" for n in range(120)]
    book, became, page = tmp_path / "book.csv", tmp_path / "became.csv", tmp_path / "page.html"
    book.write_text("\n".join(["account_id,currency,balance,past_due,days_past_due,credit_limit", *rows]) + "\n")
    outcomes = [f"B{n:03},{int((n % 3 > 0) != (n % 7 == 0))}" for n in range(120)]
    became.write_text("\n".join(["account_id,outcome", *outcomes]) + "\n")
    line("record", "A1", "NA", "--desk", desk)
    words = ("evaluate", book, "--outcomes", became, "--as-of", AS_OF, "-o", page)
    done = line(*words, "--desk", desk)
    assert done.code == 0
    assert told(line, desk) in done.err
    assert f"Made at {told(line, desk).strip()}." in page.read_text("utf-8")
    assert line(*words).code == 0
    assert "ledger head" not in page.read_text("utf-8")
