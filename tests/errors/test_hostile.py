"""Hostile text on every surface: what could steer a terminal or hide from the reader never reaches stdout or stderr."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from tests.cli.line import AS_OF, Done, Run

ESCAPES = "\x1b]2;PWNED\x07\x1b[31m\x9b2J"
MARKUP = "[red]Eve[/] [@click=app.quit]here[/]"
BIDI = "ab\u202egnp.exe\u2066"
LONG = "x" * 20_000
ID = f"A9{ESCAPES}"
HEADERS = "account_id,customer_name,phone,product,currency,balance,past_due,days_past_due,collector"
ROWS = [
    f'{ID},"{ESCAPES}",{ESCAPES},"{MARKUP}",EUR,10,10,35,"{BIDI}"',
    f'A1,"{MARKUP}",{BIDI},"{ESCAPES}",EUR,20,20,35,"{ESCAPES}"',
    f'A2,"{BIDI}",,,EUR,30,30,35,',
    f'A3,"{LONG}",,,EUR,40,40,35,',
    f'A4,"=cmd|calc",,,EUR,"{ESCAPES}",40,35,',
]
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@pytest.fixture
def book(here: Path) -> Path:
    """Return a book full of hostile text, its header included."""
    path = here / "book.csv"
    path.write_text("\n".join([f"{HEADERS},{ESCAPES}", *(f"{row},1" for row in ROWS)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def desk(line: Run, here: Path, book: Path) -> Path:
    """Return a desk made from it."""
    done = line("init", here / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines")
    assert done.code == 0, done.err
    assert harmless(done)
    return here / "desk"


def harmless(done: Done) -> bool:
    """Say whether nothing hidden was written."""
    return not HIDDEN.search(done.out) and not HIDDEN.search(done.err)


@pytest.mark.parametrize(
    "words",
    [
        "worklist",
        "worklist --json",
        "worklist --find \x1b[31m",
        "alerts",
        "alerts --json",
        "doctor",
        "show A1",
        "show A1 --json",
        f"show {ID}",
        f"show {ID} --json",
        "show \x1b[31m",
        "alerts show A3",
        f"record {ID} NA",
        "record A1 NA --note \x1b[31mred",
        "record A1 NA --by \x1b[31mred",
        "record A1 \x1b[31m",
        "undo \x1b[31m",
        "worklist --lens \x1b[31m",
        "worklist --\x1b[31m",
        "\x1b[31m",
    ],
)
def test_no_surface_shows_it(line: Run, desk: Path, words: str) -> None:
    parts = words.split(" ")
    place = ("--desk", desk) if parts[0].isalpha() else ()
    done = line(*parts, *place)
    assert harmless(done)
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", ["check", "check --json", "score", "score --json"])
def test_no_surface_of_a_book_shows_it(line: Run, book: Path, words: str) -> None:
    command, *options = words.split()
    assert harmless(line(command, book, "--as-of", AS_OF, *options))


def test_a_path_cannot_steer_the_terminal(line: Run, here: Path) -> None:
    assert harmless(line("check", here / f"{ESCAPES}.csv"))
    assert harmless(line("worklist", "--desk", here / ESCAPES))


def test_markup_stays_literal(line: Run, desk: Path) -> None:
    assert "[red]Eve[/]" in line("show", "A1", "--desk", desk).out


def test_json_keeps_every_character(line: Run, desk: Path) -> None:
    done = line("worklist", "--desk", desk, "--queue", "all", "--json")
    names = {row["account_id"]: row["customer_name"] for row in json.loads(done.out)}
    assert names[ID] == ESCAPES
    assert names["A2"] == BIDI
    assert names["A3"] == LONG


def test_a_file_of_scores_keeps_account_numbers_as_they_are(line: Run, book: Path, here: Path) -> None:
    for suffix in ("parquet", "csv"):
        line("score", book, "--as-of", AS_OF, "-o", here / f"s.{suffix}")
    assert ID in pl.read_parquet(here / "s.parquet")["account_id"].to_list()
    assert ID in pl.read_csv(here / "s.csv")["account_id"].to_list()
    printed = line("score", book, "--as-of", AS_OF)
    assert "hidden characters" in printed.err


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_spreadsheet_runs_nothing(line: Run, here: Path, suffix: str) -> None:
    book = here / "book.csv"
    book.write_text(
        "account_id,customer_name,currency,balance,past_due,days_past_due\n"
        '=1+1,"=HYPERLINK(""http://x"")",EUR,10,10,35\n@SUM(A1),+cmd|calc,EUR,10,10,35\n',
        encoding="utf-8",
    )
    line("init", here / "desk", "--book", book, "--as-of", AS_OF, "--by", "ines")
    line("worklist", "--desk", here / "desk", "-o", here / f"list{suffix}")
    if suffix == ".csv":
        cells = [
            cell for row in pl.read_csv(here / "list.csv").select("account_id", "customer_name").rows() for cell in row
        ]
        assert all(cell.startswith("'") for cell in cells)
    else:
        read = pl.read_excel(here / "list.xlsx")
        assert set(read["account_id"]) == {"=1+1", "@SUM(A1)"}


POINTS = "characteristic,segment,from,to,missing,points,count,bad"


@pytest.mark.parametrize("column", range(8))
def test_no_cell_of_a_lenders_card_steers_the_terminal(line: Run, here: Path, column: int) -> None:
    cells = ["use_now", "", "", "", "", "5", "", ""]
    cells[column] = f'"{ESCAPES}{BIDI}"'
    settings = [f"{name},,,,,{ESCAPES},," for name in ("pdo", "higher_is", "segment_by", "segment_above", "target")]
    header = POINTS if column else f"{POINTS},{ESCAPES}"
    (here / "points.csv").write_text("\n".join([header, *settings, ",".join(cells)]), encoding="utf-8")
    rows = [dict.fromkeys([*POINTS.split(","), ESCAPES], ESCAPES)]
    (here / "points.json").write_text(json.dumps({ESCAPES: ESCAPES, "rows": rows}), encoding="utf-8")
    for name in ("points.csv", "points.json"):
        done = line("model", "import", name, "-o", "card.json")
        assert done.code == 1
        assert harmless(done)
    assert harmless(line("model", "import", "points.csv", "-o", "card.json", "--name", ESCAPES))
    assert not (here / "card.json").exists()


def test_no_card_steers_the_terminal(line: Run, here: Path) -> None:
    card = json.loads(line("model", "export").out)
    for part in ("id", "target", "schema", "hash", "figures"):
        (here / "card.json").write_text(json.dumps(card | {part: ESCAPES}), encoding="utf-8")
        for words in (["show"], ["show", "--json"], ["export"], ["export", "--format", "sql"]):
            done = line("model", words[0], "card.json", *words[1:])
            assert done.code == 1
            assert harmless(done)
    assert harmless(line("model", "export", "--format", "sql", "--table", ESCAPES))
    assert harmless(line("model", "export", "--format", ESCAPES))


def test_a_spreadsheet_runs_nothing_of_a_card(line: Run, here: Path) -> None:
    line("model", "export", "-o", "ours.csv")
    text = (
        (here / "ours.csv").read_text("utf-8-sig").replace("not past due", "=cmd|calc").replace("past due", "@SUM(A1)")
    )
    (here / "ours.csv").write_text(text, "utf-8")
    assert line("model", "import", "ours.csv", "-o", "card.json").code == 0
    for read in (
        (line("model", "export", "card.json", "-o", "safe.csv"), (here / "safe.csv").read_text("utf-8-sig"))[1],
        line("model", "export", "card.json", "--format", "csv").out,
    ):
        assert "'=cmd|calc" in read
        assert "'@SUM(A1)" in read
        assert not re.search(r"(^|,)[=@]", read, re.MULTILINE)
        assert not re.search(r"(^|,)'-", read, re.MULTILINE)
