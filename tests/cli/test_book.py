"""Books on the command line: check, init, import, score."""

from __future__ import annotations

import json
import os
import shlex
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from deskcollect import resources, settings
from tests.cli.line import ACCOUNTS, AS_OF, Run

BAD = ACCOUNTS + "A4,C4,=1+1,,EUR,nan,0,3,\nA5,C5,Bo,,EUR,10,10,soon,\n"
NEXT = ACCOUNTS.replace("A1,C1,Ines Prado,+44 7700 900001,EUR,1200.50,400.00,35", "A1,C1,Ines Prado,,EUR,800.50,0,0")
TAIWAN_ACCOUNTS = 20_064


@pytest.fixture
def book(home: Path) -> Path:
    path = home / "accounts.csv"
    path.write_text(ACCOUNTS, encoding="utf-8")
    return path


@pytest.fixture
def bad(home: Path) -> Path:
    path = home / "bad.csv"
    path.write_text(BAD, encoding="utf-8")
    return path


# --- check -------------------------------------------------------------------------------------------------------------


def test_a_good_book_passes(line: Run, book: Path) -> None:
    done = line("check", book, "--as-of", AS_OF)
    assert done.code == 0
    assert "No row was set aside." in done.out


def test_control_totals_never_add_two_currencies(line: Run, book: Path) -> None:
    told = line("check", book, "--as-of", AS_OF, "--json").json
    balance = {t["currency"]: t["value"] for t in told["totals"] if t["name"] == "balance"}
    assert balance == {"EUR": "1290.50", "JPY": "50000.00"}


def test_a_book_with_rows_set_aside_fails(line: Run, bad: Path) -> None:
    done = line("check", bad, "--as-of", AS_OF)
    assert done.code == 1
    assert "Line 5: balance “nan” is no number." in done.out
    assert "2 rows were set aside" in done.out


def test_the_json_of_a_check_is_one_object(line: Run, bad: Path) -> None:
    told = line("check", bad, "--as-of", AS_OF, "--json").json
    assert told["set_aside"] == 2
    assert {"severity", "code", "file", "line", "column", "message", "remedy", "set_aside"} <= told["issues"][0].keys()


def test_rejects_go_into_a_file_that_no_spreadsheet_runs(line: Run, home: Path) -> None:
    bad = home / "bad.csv"
    bad.write_text(ACCOUNTS + "=2+3,C4,x,,EUR,nan,0,3,\n", encoding="utf-8")
    line("check", bad, "--as-of", AS_OF, "--rejects", home / "rejects.csv")
    rejects = pl.read_csv(home / "rejects.csv")
    assert rejects.select("line", "column", "account_id").row(0) == (5, "balance", "'=2+3")


def test_a_check_uses_the_columns_of_the_desk(line: Run, desk: Path, home: Path) -> None:
    told = settings.read(desk)
    settings.write(desk, replace(told, columns={"Kontonummer": "account_id"}, currency="EUR"))
    book = home / "odd.csv"
    book.write_text("Kontonummer,balance,days_past_due\nA1,3,0\n", encoding="utf-8")
    assert line("check", book, "--as-of", AS_OF).code == 1
    done = line("check", book, "--as-of", AS_OF, "--desk", desk)
    assert done.code == 0
    assert f"Columns, currency and date format are those of {desk / 'desk.toml'}." in done.err


def test_without_a_desk_unknown_headers_lead_to_init(line: Run, home: Path, desk: Path) -> None:
    book = home / "my book.csv"
    book.write_text("account_id,balance,days_past_due,currency,Zodiac\nA1,3,0,EUR,ox\n", encoding="utf-8")
    way_on = f"deskcollect init DIR --book '{book}'  asks which column is which."
    assert way_on in line("check", book, "--as-of", AS_OF).out
    assert way_on not in line("check", book, "--as-of", AS_OF, "--desk", desk).out


@pytest.mark.parametrize(
    "command", ["init DESK --by ines --currency JPY --book", "import --desk DESK", "score --currency JPY"]
)
def test_the_command_that_says_why_works_as_typed(line: Run, home: Path, desk: Path, command: str) -> None:
    book = home / "next book.csv"
    book.write_bytes("account_id,balance,days_past_due,customer_name\nA1,3,0,佐藤\nA2,x,0,花子\n".encode("gb18030"))
    if "import" in command:
        settings.write(desk, replace(settings.read(desk), currency="JPY"))
    place = home / "new desk" if "init" in command else desk
    words = [str(place) if word == "DESK" else word for word in command.split()]
    done = line(*words, book, "--as-of", "2026-04-02", "--encoding", "gb18030")
    assert done.code == 0, done.err
    assert "1 row was set aside. This says why:  deskcollect check" in done.err
    typed = shlex.split(done.err.partition("This says why:  deskcollect ")[2])
    again = line(*typed)
    assert again.code == 1
    assert "Line 3: balance “x” is no number." in again.out


# --- init --------------------------------------------------------------------------------------------------------------


def test_a_desk_is_made_from_a_book(line: Run, book: Path, home: Path) -> None:
    done = line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines")
    assert done.code == 0
    assert not done.out
    assert "3 accounts" in done.err
    assert settings.read(home / "desk").me == "ines"
    assert sorted(p.name for p in (home / "desk").iterdir() if p.is_dir()) == ["policies", "snapshots"]


@pytest.mark.skipif(os.name == "nt", reason="Windows guards the folder by the profile")
def test_a_desk_is_its_owners_alone(line: Run, book: Path, home: Path) -> None:
    line("init", home / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines")
    assert not (home / "desk").stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_without_a_name_the_login_is_taken(line: Run, book: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "mia")
    line("init", home / "desk", "--book", book, "--as-of", AS_OF)
    assert settings.read(home / "desk").me == "mia"


def test_good_rows_go_on_and_strict_says_it_by_the_exit_code(line: Run, bad: Path, home: Path) -> None:
    done = line("init", home / "one", "--book", bad, "--as-of", AS_OF, "--by", "ines")
    assert done.code == 0
    assert "2 rows were set aside" in done.err
    assert line("init", home / "two", "--book", bad, "--as-of", AS_OF, "--by", "ines", "--strict").code == 1


def test_a_book_that_cannot_be_read_leaves_no_desk(line: Run, home: Path) -> None:
    (home / "empty.csv").write_bytes(b"")
    assert line("init", home / "desk", "--book", home / "empty.csv", "--by", "ines").code == 1
    assert not (home / "desk").exists()


# --- import ------------------------------------------------------------------------------------------------------------


def test_an_import_says_what_changed(line: Run, desk: Path, home: Path) -> None:
    (home / "next.csv").write_text(NEXT.replace("A2,C2", "A9,C9"), encoding="utf-8")
    done = line("import", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk)
    assert done.code == 0
    assert "Book of 2026-04-02: imported." in done.out
    told = {words.rsplit(maxsplit=1)[0].strip(): words.rsplit(maxsplit=1)[1] for words in done.out.splitlines()[3:]}
    assert told["cured"] == told["new in the book"] == told["left the book"] == "1"


def test_the_json_of_an_import(line: Run, desk: Path, home: Path) -> None:
    (home / "next.csv").write_text(NEXT, encoding="utf-8")
    told = line("import", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk, "--json").json
    assert told["outcome"] == "new"
    assert told["since"] == AS_OF
    assert told["changes"]["cured"] == 1
    assert told["promises"] == {"kept": 0, "partial": 0, "broken": 0}
    assert told["tiers"].keys() == {"better", "worse"}


def test_accounts_that_moved_to_another_tier_are_counted(line: Run, desk: Path, home: Path) -> None:
    (home / "next.csv").write_text(ACCOUNTS.replace("50000,50000,95", "50000,50000,20"), encoding="utf-8")
    told = line("import", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk, "--json").json
    assert told["tiers"] == {"better": 1, "worse": 0}


def test_the_same_book_is_here_already(line: Run, desk: Path, book: Path) -> None:
    done = line("import", book, "--as-of", AS_OF, "--desk", desk)
    assert done.code == 0
    assert "already here" in done.out


def test_a_dry_run_writes_nothing(line: Run, desk: Path, home: Path) -> None:
    (home / "next.csv").write_text(NEXT, encoding="utf-8")
    before = sorted(desk.rglob("*"))
    done = line("import", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk, "--dry-run")
    assert "nothing was written" in done.out
    assert sorted(desk.rglob("*")) == before


def test_replace_keeps_the_old_book_aside(line: Run, desk: Path, home: Path) -> None:
    (home / "other.csv").write_text(NEXT, encoding="utf-8")
    assert line("import", home / "other.csv", "--as-of", AS_OF, "--desk", desk).code == 2
    assert line("import", home / "other.csv", "--as-of", AS_OF, "--desk", desk, "--replace").code == 0
    assert list((desk / "snapshots").glob(f"{AS_OF}.replaced-*"))


def test_promises_are_judged_by_the_next_book(line: Run, desk: Path, home: Path) -> None:
    at = f"{AS_OF}T10:00"
    done = line(
        "record", "A1", "PTP", "--amount", "full", "--due", "2026-03-09", "--at", at, "--desk", desk, "--by", "ines"
    )
    assert done.code == 0, done.err
    (home / "next.csv").write_text(NEXT, encoding="utf-8")
    told = line("import", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk, "--json").json
    assert told["promises"] == {"kept": 1, "partial": 0, "broken": 0}


# --- the book's day where desk.toml says one ----------------------------------------------------------------------------


@pytest.fixture
def of_april(desk: Path) -> Path:
    """Let desk.toml say the day of April's book, as it was right then."""
    settings.write(desk, replace(settings.read(desk), as_of=date(2026, 4, 2)))
    return desk


@pytest.fixture
def may(home: Path) -> Path:
    """Return May's book, whose payments go on after the day of April's."""
    (home / "may").mkdir()
    (home / "may" / "accounts.csv").write_text(NEXT, encoding="utf-8")
    (home / "may" / "payments.csv").write_text(
        "account_id,paid_at,amount\nA1,2026-03-30,5\nA1,2026-04-29,5\n", encoding="utf-8"
    )
    return home / "may"


@pytest.mark.parametrize("command", ["import", "check", "score"])
def test_a_book_that_goes_on_after_the_day_of_desk_toml_is_refused(
    line: Run, of_april: Path, may: Path, command: str
) -> None:
    done = line(command, may, "--desk", of_april)
    assert (done.code, done.out) == (2, "")
    assert "desk.toml says as_of = 2026-04-02, but this book holds dates up to 2026-04-29." in done.err
    assert [path.name for path in (of_april / "snapshots").glob("2026-*")] == [AS_OF]


def test_both_ways_out_lead_to_the_books_own_day(line: Run, of_april: Path, may: Path) -> None:
    said = line("import", may, "--as-of", "2026-04-29", "--desk", of_april, "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert "Book of 2026-04-29: " in said.out
    settings.write(of_april, replace(settings.read(of_april), as_of=None))
    taken_out = line("import", may, "--desk", of_april)
    assert taken_out.code == 0
    assert "Book of 2026-04-29: " in taken_out.out
    assert "set aside" not in taken_out.err


def test_a_day_of_desk_toml_is_said_and_counts_for_a_book_that_ends_before_it(
    line: Run, of_april: Path, may: Path
) -> None:
    (may / "payments.csv").write_text("account_id,paid_at,amount\nA1,2026-03-30,5\n", encoding="utf-8")
    done = line("import", may, "--desk", of_april)
    assert "Book of 2026-04-02: " in done.out
    assert "The book's day, 2026-04-02, is as_of in desk.toml." in done.err


def test_the_next_book_of_accounts_alone_is_not_told_to_take_the_place_of_the_last(
    line: Run, of_april: Path, home: Path
) -> None:
    (home / "april.csv").write_text(ACCOUNTS, encoding="utf-8")
    assert line("import", home / "april.csv", "--desk", of_april).code == 0
    (home / "may.csv").write_text(NEXT, encoding="utf-8")
    done = line("import", home / "may.csv", "--desk", of_april)
    assert done.code == 2
    assert "That day is as_of in desk.toml: say the book's own with  --as-of D" in done.err
    assert "--replace" not in done.err
    assert line("import", home / "may.csv", "--desk", of_april, "--replace").code == 0


@pytest.mark.parametrize("name", ["may", "may/accounts.csv"])
def test_a_new_desk_does_not_keep_the_day_of_its_first_book(line: Run, home: Path, may: Path, name: str) -> None:
    done = line("init", home / "new", "--book", may.parent / name, "--as-of", "2026-04-29", "--by", "ines")
    assert done.code == 0, done.err
    assert "as_of" not in (home / "new" / "desk.toml").read_text("utf-8")


# --- score -------------------------------------------------------------------------------------------------------------

COLUMNS = ["account_id", "score", "prob_default", "tier", "card", "reasons", "coverage"]


def test_the_real_book_has_one_row_an_account_in_its_order(line: Run) -> None:
    taiwan = resources.sample_data() / "taiwan"
    done = line("score", taiwan)
    assert done.code == 0
    scored = pl.read_csv(done.out.encode())
    assert scored.columns == COLUMNS
    assert scored.height == TAIWAN_ACCOUNTS
    assert scored["account_id"].equals(pl.read_parquet(taiwan / "accounts.parquet")["account_id"])
    assert set(scored["tier"]) == set("ABCDE")
    assert scored["score"].dtype == pl.Int64


def test_every_form_of_the_scores_says_the_same(line: Run, book: Path, home: Path) -> None:
    said = line("score", book, "--as-of", AS_OF)
    printed = pl.read_csv(said.out.encode())
    for suffix in ("csv", "parquet", "json"):
        assert line("score", book, "--as-of", AS_OF, "-o", home / f"s.{suffix}").code == 0
    parquet = pl.read_parquet(home / "s.parquet")
    assert parquet.columns == COLUMNS
    assert parquet.schema["reasons"] == pl.List(pl.String)
    assert (home / "s.csv").read_text("utf-8") == said.out
    told = json.loads((home / "s.json").read_text("utf-8"))
    assert told == line("score", book, "--as-of", AS_OF, "--json").json
    assert [row["score"] for row in told] == parquet["score"].to_list() == printed["score"].to_list()
    assert "; ".join(told[0]["reasons"]) == printed["reasons"][0]


def test_with_a_desk_the_scores_are_those_of_its_worklist(line: Run, demo: Path) -> None:
    newest = resources.sample_data() / "demo" / "books" / "2026-09-30"
    scored = pl.read_csv(line("score", newest, "--desk", demo).out.encode())
    shown = {row["account_id"]: row for row in line("worklist", "--desk", demo, "--queue", "all", "--json").json}
    assert {row["account_id"]: (row["score"], row["tier"]) for row in scored.iter_rows(named=True)} == {
        account: (row["score"], row["tier"]) for account, row in shown.items()
    }
    alone = pl.read_csv(line("score", newest).out.encode())
    assert alone["account_id"].equals(scored["account_id"])
    assert not alone["score"].equals(scored["score"])


def test_a_record_moves_the_score_of_a_book_that_is_not_imported(line: Run, desk: Path, home: Path) -> None:
    (home / "next.csv").write_text(ACCOUNTS.replace("1200.50", "1300.00"), encoding="utf-8")
    words = ("score", home / "next.csv", "--as-of", "2026-04-02", "--desk", desk)
    before = pl.read_csv(line(*words).out.encode())["score"].to_list()
    line("record", "A1", "RP", "--at", f"{AS_OF}T10:00", "--desk", desk)
    after = pl.read_csv(line(*words).out.encode())["score"].to_list()
    assert after[0] < before[0]
    assert after[1:] == before[1:]


def test_rows_set_aside_are_counted_and_strict_fails(line: Run, bad: Path) -> None:
    done = line("score", bad, "--as-of", AS_OF)
    assert done.code == 0
    assert len(done.out.splitlines()) == 4
    assert "2 rows were set aside" in done.err
    assert line("score", bad, "--as-of", AS_OF, "--strict").code == 1
