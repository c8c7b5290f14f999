"""Tables handed over as files: whole or not at all, and nothing in them runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import aside
from deskcollect.desk.files import SUFFIXES, formula_safe, write_table
from deskcollect.errors import BadUse

TABLE = pl.DataFrame(
    {
        "account_id": ["A1", "A2"],
        "customer_name": ['=HYPERLINK("x")', "陳怡君"],
        "past_due": [Decimal("10.5000"), None],
        "due_on": [date(2026, 9, 30), None],
        "queues": [["to-call", "all"], []],
    },
    schema_overrides={"queues": pl.List(pl.String), "past_due": pl.Decimal(20, 4)},
)
READ: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": pl.read_csv,
    ".parquet": pl.read_parquet,
    ".xlsx": pl.read_excel,
    ".json": pl.read_json,
}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_form_says_the_same(tmp_path: Path, suffix: str) -> None:
    write_table(TABLE, tmp_path / f"out{suffix}")
    found = READ[suffix](tmp_path / f"out{suffix}")
    assert found.columns == TABLE.columns
    assert found["account_id"].to_list() == ["A1", "A2"]
    assert found["customer_name"][1] == "陳怡君"
    assert [path.name for path in tmp_path.iterdir()] == [f"out{suffix}"]


def test_the_ending_may_be_written_large(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "OUT.CSV")
    assert pl.read_csv(tmp_path / "OUT.CSV").height == 2


def test_a_list_becomes_words_where_there_are_no_lists(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.csv")
    assert pl.read_csv(tmp_path / "out.csv")["queues"].to_list() == ["to-call; all", ""]


def test_a_spreadsheet_opens_it_in_the_right_encoding(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["out.txt", "out", "out.csv.gz"])
def test_an_ending_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadUse) as caught:
        write_table(TABLE, tmp_path / name)
    assert caught.value.message == f"{name} has no known ending."
    assert caught.value.remedy == "Use one of .csv, .parquet, .xlsx, .json."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(BadUse) as caught:
        write_table(TABLE, tmp_path / "gone" / f"out{suffix}")
    assert caught.value.message == f"out{suffix} was not written: No such file or directory."
    assert caught.value.remedy == "Name another folder."


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_cannot_be_put_in_place_leaves_nothing_half_written(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"out{suffix}").mkdir()
    with pytest.raises(BadUse, match="was not written"):
        write_table(TABLE, tmp_path / f"out{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"out{suffix}"]


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_is_told_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"old")
    monkeypatch.setattr(aside.Calls, "create", lambda *_: os.open(FULL, os.O_RDWR))
    with pytest.raises(BadUse) as caught:
        write_table(TABLE, path)
    assert caught.value.message == f"out{suffix} was not written: No space left on device."
    assert path.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [f"out{suffix}"]


def test_for_a_program_a_csv_holds_every_text_as_it_is(tmp_path: Path) -> None:
    ratios = pl.Series("prob_default", [1 / 3, 0.5])
    write_table(TABLE.with_columns(ratios), tmp_path / "out.csv", guarded=False, decimals=6)
    assert (tmp_path / "out.csv").read_text("utf-8") == (
        "account_id,customer_name,past_due,due_on,queues,prob_default\n"
        'A1,"=HYPERLINK(""x"")",10.5000,2026-09-30,to-call; all,0.333333\n'
        'A2,陳怡君,,,"",0.500000\n'
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "＝1+1", "＋x", "－x", "＠x"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(pl.DataFrame({"x": [text]}))["x"].to_list() == [f"'{text}"]


@pytest.mark.parametrize("text", ["+44 7700 900001", "-12.50", "+1 (555) 0100", "Ana", "a=b", "", "A-1", "陳怡君"])
def test_numbers_names_and_telephones_stay_as_they_are(text: str) -> None:
    assert formula_safe(pl.DataFrame({"x": [text, None]}))["x"].to_list() == [text, None]


@given(st.text(min_size=1))
def test_nothing_that_is_left_begins_with_a_sign_of_a_formula(text: str) -> None:
    (found,) = formula_safe(pl.DataFrame({"x": [text]}))["x"].to_list()
    assert not found.startswith(("=", "@", "\t", "\r"))
    assert found in {text, f"'{text}"}


def test_an_excel_cell_holds_text_and_no_formula(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.xlsx")
    assert pl.read_excel(tmp_path / "out.xlsx")["customer_name"][0].endswith('=HYPERLINK("x")')
