"""deskcollect worklist: text, JSON and files say the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.cli.opened import opened
from deskcollect.present import handover
from deskcollect.present.width import cells
from tests.cli.line import Run

WORDS = {"next_step", "why_today"}


def test_the_riskiest_comes_first(line: Run, demo: Path) -> None:
    rows = line("worklist", "--desk", demo, "--json").json
    chances = [row["prob_default"] for row in rows if row["last_on"] != row["as_of"]]
    assert chances == sorted(chances, reverse=True)


def test_the_lens_exposure_orders_by_exposure(line: Run, demo: Path) -> None:
    rows = line("worklist", "--desk", demo, "--json", "--lens", "exposure").json
    exposed = [row["exposure"] for row in rows if row["currency"] == "TWD" and row["last_on"] != row["as_of"]]
    assert exposed == sorted(exposed, key=["high", "mid", "low", "none"].index)


def test_the_lens_recovery_orders_by_what_a_contact_brings_and_shows_its_factors(line: Run, demo: Path) -> None:
    rows = line("worklist", "--desk", demo, "--json", "--lens", "recovery").json
    mine = [row for row in rows if row["currency"] == "TWD" and row["last_on"] != row["as_of"]]
    owing = [row for row in mine if row["expected_recovery"] is not None]
    brought = [row["expected_recovery"] for row in owing]
    assert brought == sorted(brought, reverse=True)
    assert mine[len(owing) :] == [
        row for row in mine if row["expected_recovery"] is None
    ]  # warned of, and not past due
    for row in owing:
        added = row["reach"] * (row["cure_reached"] - row["cure_anyway"]) * float(row["past_due"])
        assert row["expected_recovery"] == pytest.approx(added - row["recovery_cost"])


def test_every_key_is_a_documented_column_or_a_sentence(line: Run, demo: Path) -> None:
    row = line("worklist", "--desk", demo, "--json", "--limit", "1").json[0]
    documented = {column.name for column in frames.WORKLIST}
    assert row.keys() - WORDS <= documented
    assert list(row) == [*handover.COLUMNS, *sorted(WORDS), *handover.MORE]


def test_money_is_text_and_dates_are_iso(line: Run, desk: Path) -> None:
    row = next(r for r in line("worklist", "--desk", desk, "--json").json if r["account_id"] == "A1")
    assert row["balance"] == "1200.50"
    assert row["as_of"] == "2026-03-02"


def test_tier_queue_find_and_limit_narrow_the_list(line: Run, demo: Path) -> None:
    rows = line("worklist", "--desk", demo, "--json", "--tier", "d,E", "--limit", "5").json
    assert len(rows) == 5
    assert {row["tier"] for row in rows} <= {"D", "E"}
    held = line("worklist", "--desk", demo, "--json", "--queue", "blocked").json
    assert held
    assert all(row["hold_rule"] for row in held)
    [found] = line("worklist", "--desk", demo, "--json", "--queue", "all", "--find", "zuniga matias 26").json
    assert found["customer_name"] == "Zúñiga Matías"


def test_a_desk_that_names_its_queues_anew_has_its_own_list(line: Run, desk: Path) -> None:
    queues = desk / "policies" / "queues.toml"
    shipped = queues.read_text("utf-8")
    queues.write_text(shipped.replace('id = "to-call"\nlabel = "To call"', 'id = "ring"\nlabel = "Ring"'), "utf-8")
    assert [row["account_id"] for row in line("worklist", "--desk", desk, "--json").json] == ["A1", "A3"]
    for words in (("worklist",), ()):
        done = line(*words, "--desk", desk)
        assert done.code == 0, done.err
        assert " · Ring 2 · " in done.out.splitlines()[0]


def test_what_a_list_is_told_with_is_made_once(desk: Path) -> None:
    with opened(desk) as seen:
        assert seen.counted is seen.day.summary
        assert seen.rows is seen.rows
        assert seen.accounts.voice is seen.rows.voice is seen.voice


def test_an_empty_list_says_so(line: Run, desk: Path) -> None:
    done = line("worklist", "--desk", desk, "--find", "nobody of this name")
    assert done.code == 0
    assert "Nobody in To call." in done.out
    assert line("worklist", "--desk", desk, "--json", "--find", "nobody of this name").json == []


def test_columns_are_straight_whatever_the_script(line: Run, demo: Path) -> None:
    _, _, title, *rows = line("worklist", "--desk", demo).out.splitlines()
    at = cells(title[: title.index("Next step")])
    for row in rows:
        width = 0
        for number, sign in enumerate(row):
            if width == at:
                assert row[number - 1] == " "
                break
            width += cells(sign)


@pytest.mark.parametrize("columns", [80, 100])
def test_the_list_fits_the_window(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    table = line("worklist", "--desk", desk).out.splitlines()[2:]
    assert max(map(cells, table)) <= columns


def test_no_colour_where_there_is_no_terminal(line: Run, demo: Path) -> None:
    assert "\x1b" not in line("worklist", "--desk", demo).out


def test_in_a_terminal_tiers_have_colours_unless_asked_not_to(
    line: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskcollect.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[31mE█" in line("worklist", "--desk", demo).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in line("worklist", "--desk", demo).out


def test_plain_signs_where_they_are_asked_for(line: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKCOLLECT_GLYPHS", "ascii")
    out = line("worklist", "--desk", desk).out
    assert out.replace("佐藤 花子", "").isascii()


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx", ".json"])
def test_a_file_holds_the_same_rows(line: Run, demo: Path, home: Path, suffix: str) -> None:
    file = home / f"list{suffix}"
    done = line("worklist", "--desk", demo, "--limit", "7", "-o", file)
    assert done.code == 0
    assert not done.out
    assert "7 accounts written" in done.err
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": pl.read_csv,
        ".parquet": pl.read_parquet,
        ".xlsx": pl.read_excel,
        ".json": pl.read_json,
    }
    ids = [row["account_id"] for row in line("worklist", "--desk", demo, "--limit", "7", "--json").json]
    assert readers[suffix](file)["account_id"].to_list() == ids
    assert [path.name for path in home.iterdir()] == [file.name]


# --- a customer without a telephone number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "step"), [("wong@example.com", "E-mail: amount due"), ("", "Find a number")], ids=["e-mail", "nothing"]
)
def test_whom_nobody_can_telephone_is_not_to_be_called(line: Run, home: Path, email: str, step: str) -> None:
    book = home / "book.csv"
    head = "account_id,customer_name,phone,email,currency,balance,past_due,days_past_due\n"
    book.write_text(f"{head}A1,Wong Mei,,{email},EUR,1200,400,35\nA2,Jonas Lind,+44 7700 900002,,EUR,900,400,35\n")
    assert line("init", "own", "--book", book, "--as-of", "2026-03-02", "--by", "ines").code == 0
    row, other = line("worklist", "--desk", "own", "--json").json
    assert (row["account_id"], row["next_step"]) == ("A1", step)
    assert other["next_step"].startswith("Call")
    assert step in line("worklist", "--desk", "own").out
    shown = line("show", "A1", "--desk", "own").out
    assert "NEXT  The book has no telephone number: " in shown
    assert "none in the book" in shown.partition("Contact")[2]
    assert "none in the book" not in line("show", "A2", "--desk", "own").out.partition("Contact")[2]


# --- a customer who is not to be contacted -----------------------------------------------------------------------------------


def test_a_held_account_names_the_fact_that_holds_it(line: Run, desk: Path) -> None:
    assert line("record", "A1", "ATTY", "--at", "2026-03-02T10:00", "--desk", desk).code == 0
    assert line("record", "A3", "DISP", "--reason", "amount", "--desk", desk).code == 0
    told = line("worklist", "--queue", "blocked", "--desk", desk).out
    assert "Represented by an attorney, held since 2 Mar" in told
    assert "Dispute: get evidence" in told
    shown = line("show", "A1", "--desk", desk).out
    assert "NO CONTACT  Represented by an attorney, held since 2 Mar" in shown
