"""What the command line says of payments and transactions that come between two books."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.line import Run

DAY = """Account No,Txn Date,Txn Amount,Type
A1,2026-03-03 09:00,10.50,atm
A1,2026-03-03 10:00,20,purchase
A2,2026-03-04 10:00,0,purchase
"""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Return a day's file of three rows, one of them of nothing."""
    path = tmp_path / "day.csv"
    path.write_text(DAY, "utf-8")
    return path


def test_a_days_file_is_taken_for_what_it_is(line: Run, desk: Path, day: Path) -> None:
    done = line("import", day, "--desk", desk)
    assert done.code == 0
    assert done.out.splitlines()[:8] == [
        "A day's file: 3 transactions of 3 Mar, 1 set aside.",
        "Kept beside the book of Mon 2 Mar.",
        "",
        "Table         Currency  What       Total",
        "transactions            rows           3",
        "transactions            set aside      1",
        "transactions  EUR       count          2",
        "transactions  EUR       amount     30.50",
    ]
    assert "What changed for the accounts in it (all are known to Tue 3 Mar):" in done.out
    assert "Note: 1 row was set aside. This says why:  deskcollect check" in done.err
    again = line("import", day, "--desk", desk)
    assert again.out.splitlines()[1:] == ["Already here; nothing was written."]


def test_only_looked_at_is_not_kept(line: Run, desk: Path, day: Path) -> None:
    done = line("import", day, "--desk", desk, "--dry-run", "--json").json
    assert (done["outcome"], done["taken_for"], done["rows"], done["set_aside"]) == (
        "dry_run", "days_file", {"transactions": 3}, 1,
    )  # fmt: skip
    assert not (desk / "snapshots" / "days").exists()
    assert "alerts" not in done


def test_json_of_a_days_file(line: Run, desk: Path, day: Path) -> None:
    done = line("import", day, "--desk", desk, "--json").json
    assert list(done) == [
        "outcome", "taken_for", "as_of", "from", "tables", "rows", "set_aside", "checked_by", "totals", "seen_until",
        "alerts",
    ]  # fmt: skip
    assert (done["outcome"], done["as_of"], done["checked_by"], done["seen_until"]) == (
        "new", "2026-03-03", "2026-03-02", "2026-03-03",
    )  # fmt: skip
    assert done["totals"][-1] == {"table": "transactions", "name": "amount", "currency": "EUR", "value": "30.50"}


def test_strict_says_that_a_row_was_set_aside(line: Run, desk: Path, day: Path) -> None:
    assert line("import", day, "--desk", desk, "--strict").code == 1


def test_a_folder_of_payments_and_transactions(line: Run, desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    (folder / "transactions.csv").write_text("account_id,at,amount\nA1,2026-03-03,5\n", "utf-8")
    (folder / "payments.csv").write_text("account_id,paid_at,amount\nA1,2026-03-04,5\nA2,2026-03-03,5\n", "utf-8")
    done = line("import", folder, "--desk", desk)
    assert done.out.startswith("A day's file: 2 payments and 1 transaction of 3 Mar to 4 Mar.\n")


def test_the_heads_say_how_far_transactions_are_known(line: Run, desk: Path, day: Path) -> None:
    assert "transactions to" not in line("worklist", "--desk", desk).out
    line("import", day, "--desk", desk)
    for command in ("worklist", "alerts"):
        head = line(command, "--desk", desk).out.splitlines()[0]
        assert ": book as of Mon 2 Mar 2026, transactions to Tue 3 Mar" in head or "2 Mar, transactions to" in head


def test_check_says_what_is_wrong_with_a_days_file(line: Run, desk: Path, day: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    done = line("check", day, "--desk", desk, "--rejects", rejects)
    assert done.code == 1
    assert done.out.startswith("A day's file: 3 transactions of 3 Mar, 1 set aside.\n")
    assert "  day.csv: Line 4: amount is 0; such a row is no transaction." in done.out
    assert "Line 4: amount is 0; such a row is no transaction." in rejects.read_text("utf-8")
    found = line("check", day, "--desk", desk, "--json").json
    assert [issue["code"] for issue in found["issues"]] == ["no_amount"]


def test_the_doctor_names_a_damaged_file(line: Run, desk: Path, day: Path) -> None:
    assert "day's files" not in line("doctor", "--desk", desk).out
    line("import", day, "--desk", desk)
    [place] = (desk / "snapshots" / "days").iterdir()
    assert f"day's files       1, the newest {place.name}" in line("doctor", "--desk", desk).out
    (place / "transactions.parquet").write_bytes(b"")
    done = line("doctor", "--desk", desk)
    assert done.code == 1
    assert f"The day's file {place.name} is damaged: transactions.parquet is not what was written." in done.out
