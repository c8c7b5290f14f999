"""One book says the same in every format, and every row knows where it came from."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import resources
from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import delimited
from deskcollect.portfolio.book import read_book
from deskcollect.portfolio.source import LINE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.portfolio.conftest import ReadTables

COLUMNS = ("account_id", "customer_name", "currency", "balance", "days_past_due", "due_date", "deceased")
ROWS: tuple[tuple[object, ...], ...] = (
    ("007", "林志明", "TWD", 1234.5, 31, date(2026, 8, 30), False),
    ("A2", "José, “Pepe”", "TWD", -3, 0, None, True),
)


def csv_text(separator: str = ",", end: str = "\n", mark: str = "") -> bytes:
    """Write the rows as CSV."""
    lines = [separator.join(COLUMNS)]
    for row in ROWS:
        cells = ("" if cell is None else str(cell) for cell in row)
        lines.append(separator.join(f'"{cell}"' if separator in cell else cell for cell in cells))
    return (mark + end.join(lines) + end).encode()


def parquet() -> bytes:
    """Write the rows as typed Parquet."""
    stream = BytesIO()
    schema = {"balance": pl.Float64, "days_past_due": pl.Int64}
    pl.DataFrame(ROWS, schema=COLUMNS, orient="row", schema_overrides=schema).write_parquet(stream)
    return stream.getvalue()


def xlsx() -> bytes:
    """Write the rows as a workbook whose table begins in the third row."""
    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    workbook.add_worksheet("Notes").write(0, 0, "made for a test")
    sheet = workbook.add_worksheet("Accounts")
    sheet.write_row(2, 1, COLUMNS)
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(3 + number, 1 + column, datetime.combine(cell, datetime.min.time()), day)
            elif cell is not None:
                sheet.write(3 + number, 1 + column, cell)
    workbook.close()
    return stream.getvalue()


def objects(*, one_a_line: bool) -> bytes:
    """Write the rows as JSON."""
    entries = [json.dumps(dict(zip(COLUMNS, row, strict=True)), default=str) for row in ROWS]
    return ("\n".join(entries) if one_a_line else "[\n" + ",\n".join(entries) + "\n]").encode()


BOOKS = {
    "comma": ("accounts.csv", csv_text()),
    "semicolon": ("accounts.csv", csv_text(";")),
    "tab": ("accounts.csv", csv_text("\t", "\r\n")),
    "bar": ("Accounts.CSV", csv_text("|", mark="\ufeff")),
    "old ends of line": ("accounts.csv", csv_text(end="\r")),
    "spreadsheet's hint": ("accounts.csv", b"sep=;\n" + csv_text(";")),
    "parquet": ("accounts.parquet", parquet()),
    "xlsx": ("accounts.xlsx", xlsx()),
    "json": ("accounts.json", objects(one_a_line=False)),
    "ndjson": ("accounts.ndjson", objects(one_a_line=True)),
}


@pytest.mark.parametrize("form", BOOKS)
def test_a_book_says_the_same_in_every_format(read_tables: ReadTables, tmp_path: Path, form: str) -> None:
    name, content = BOOKS[form]
    book = read_tables({name: content})
    given_columns = book.accounts.select(COLUMNS).collect()
    assert [tuple(row) for row in given_columns.rows()] == [tuple(row) for row in ROWS]
    plain = tmp_path / "plain.csv"
    plain.write_bytes(csv_text())
    same = read_book(plain, today=date(2026, 10, 1), as_of=date(2026, 9, 30))
    assert book.digest == same.digest


def test_another_amount_is_another_digest(read_tables: ReadTables) -> None:
    one = read_tables({"accounts.csv": csv_text()}).digest
    other = read_tables({"accounts.csv": csv_text().replace(b"1234.5", b"1234.6")}).digest
    assert one != other


def test_a_sheet_gives_its_name_and_row(read_tables: ReadTables) -> None:
    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet("Book")
    sheet.write_row(1, 0, ["account_id", "balance", "dpd"])
    sheet.write_row(2, 0, ["A1", 5, 0])
    sheet.write_row(4, 0, ["A2", "five", 0])
    workbook.close()
    book = read_tables({"accounts.xlsx": stream.getvalue()})
    (issue,) = [i for i in book.issues if i.code == "not_a_number"]
    assert issue.message == "Row 5: balance “five” is no number."
    assert issue.place.file == "accounts.xlsx, sheet Book"


cell = st.text(st.characters(codec="utf-8", exclude_characters="\r\0\x1c\x1d\x1e\x1f"), max_size=12)


@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=8), st.sampled_from(delimited.SEPARATORS))
def test_every_row_knows_its_physical_line(rows: list[tuple[str, str, str]], separator: str) -> None:
    lines = ["a" + separator + "b" + separator + "c"]
    expected: list[tuple[object, ...]] = []
    at = 2
    for row in rows:
        quoted = separator.join('"' + c.replace('"', '""') + '"' for c in row)
        lines.append(quoted)
        if any(c.strip() for c in row):
            expected.append((at, *(c or None for c in row)))
        at += quoted.count("\n") + 1
    source = delimited.read("\n".join(lines) + "\n", "accounts", "accounts.csv")
    found = source.frame.select(LINE, "0", "1", "2").collect().rows()
    assert [(line, *(c or None for c in cells)) for line, *cells in found] == expected


def test_a_single_file_is_the_table_of_accounts(tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_bytes(csv_text())
    book = read_book(file, today=date(2026, 10, 1), as_of=date(2026, 9, 30))
    assert book.present == {"accounts"}
    assert book.statements.collect().is_empty()


def test_files_that_are_no_tables_are_named_and_left_out(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": csv_text(), "outcomes.csv": "a\n1\n", "~$accounts.xlsx": "", "README.md": ""})
    assert [i.message for i in book.issues if i.code == "not_a_table"] == [
        "outcomes.csv is no table of a book and is not read."
    ]


def test_one_table_in_two_files_is_refused(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match=r"holds accounts twice: accounts\.csv and accounts\.parquet"):
        read_tables({"accounts.csv": csv_text(), "accounts.parquet": parquet()})


def test_a_folder_without_accounts_is_refused(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match="holds no table of accounts") as caught:
        read_tables({"payments.csv": "a\n1\n"})
    assert "payments.csv" in caught.value.remedy


def test_a_path_to_nothing_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(BadUse, match="There is no"):
        read_book(tmp_path / "nothing", today=date(2026, 10, 1))


def test_the_books_date_is_the_newest_row_that_is_not_after_today(read_tables: ReadTables) -> None:
    payments = "account_id,paid_at,amount\nA2,2026-08-31 23:59,5\nA2,2026-12-24,5\n"
    book = read_tables({"accounts.csv": csv_text(), "payments.csv": payments}, as_of=None)
    assert book.as_of == book.newest == date(2026, 8, 31)


def test_a_book_of_a_day_that_was_said_still_knows_its_newest_date(read_tables: ReadTables) -> None:
    assert read_tables({"accounts.csv": csv_text()}).newest is None
    payments = "account_id,paid_at,amount\nA2,2026-09-29,5\nA2,2026-12-24,5\n"
    book = read_tables({"accounts.csv": csv_text(), "payments.csv": payments}, as_of=date(2026, 8, 31))
    assert (book.as_of, book.newest) == (date(2026, 8, 31), date(2026, 9, 29))


def test_a_book_without_any_date_needs_to_be_told(read_tables: ReadTables) -> None:
    with pytest.raises(BadUse, match="needs --as-of"):
        read_tables({"accounts.csv": csv_text()}, as_of=None)


def test_contacts_are_checked_against_the_customers(read_tables: ReadTables) -> None:
    contacts = "customer_id,kind,value,consent\n007,手机,0912-000-417,yes\nZZ,home,1,no\n007,pigeon,2,\n"
    book = read_tables({"accounts.csv": csv_text(), "contacts.csv": contacts})
    assert book.contacts.collect()["kind"].to_list() == ["mobile", "pigeon"]
    assert {i.code for i in book.issues} >= {"unknown_customer", "unknown_kind"}


def test_quotation_marks_and_short_rows_do_not_move_the_lines(read_tables: ReadTables) -> None:
    text = (
        "account_id,customer_name,balance,dpd\n"
        '"A1","Chen, Wei",5,0\n'
        "\n"
        'A2,5" pipe,6,0\n'
        '"","","",""\n'
        'A3,"say ""hi"", twice",7\n'
        'A4,"two\nlines",x,0\n'
    )
    book = read_tables({"accounts.csv": text})
    assert book.accounts.collect()["customer_name"].to_list() == ["Chen, Wei", '5" pipe']
    lines = {issue.code: issue.place.line for issue in book.issues}
    assert lines == {"too_few_fields": 6, "missing": 6, "not_a_number": 7}


def test_rows_that_hold_the_separator_are_set_aside_without_moving_the_others(read_tables: ReadTables) -> None:
    text = "account_id;balance;dpd\nA1;5;0\nA2;1;234;0\nA3;7;0\n"
    book = read_tables({"accounts.csv": text})
    assert book.accounts.collect()["account_id"].to_list() == ["A1", "A3"]
    assert book.rejects["line"].to_list() == [3]


@pytest.mark.parametrize("name", ["_line", "_digits", "0", "_raw_balance"])
def test_a_column_of_a_parquet_file_may_be_called_as_one_of_our_own(read_tables: ReadTables, name: str) -> None:
    stream = BytesIO()
    pl.DataFrame({name: [7], "account_id": ["A"], "balance": [1], "dpd": [0]}).write_parquet(stream)
    assert read_tables({"accounts.parquet": stream.getvalue()}).accounts.collect()["account_id"].to_list() == ["A"]


def test_parquet_columns_of_any_plain_type_are_understood(read_tables: ReadTables) -> None:
    stream = BytesIO()
    pl.DataFrame(
        {
            "account_id": [7, 8],
            "currency": pl.Series(["TWD", "TWD"], dtype=pl.Categorical),
            "balance": [100, 200],
            "past_due": pl.Series(["1,000", None]),
            "days_past_due": [31.0, None],
            "due_date": [datetime.fromisoformat("2026-08-30T00:00"), None],
            "opened_on": [20200101, None],
            "deceased": [1, 0],
            "bankrupt": pl.Series([None, None], dtype=pl.Null),
            "product": [None, "card"],
        }
    ).write_parquet(stream)
    book = read_tables({"accounts.parquet": stream.getvalue()})
    names = ("account_id", "past_due", "days_past_due", "due_date", "opened_on", "deceased", "bankrupt", "product")
    assert book.accounts.select(names).collect().rows() == [
        ("7", 1000, 31, date(2026, 8, 30), date(2020, 1, 1), True, None, None),
        ("8", 0, None, None, None, False, None, "card"),
    ]
    assert not book.rejects.height


def test_a_column_of_the_wrong_kind_is_reported_and_not_turned_into_nothing(read_tables: ReadTables) -> None:
    stream = BytesIO()
    days = [date(2026, 1, 1), None]
    pl.DataFrame({"account_id": ["A", "B"], "balance": [1, 2], "dpd": [0, 0], "deceased": days}).write_parquet(stream)
    book = read_tables({"accounts.parquet": stream.getvalue()})
    assert [i.message for i in book.issues] == ["Row 1: deceased “2026-01-01” is neither true nor false."]


def test_a_column_of_lists_is_refused(read_tables: ReadTables) -> None:
    stream = BytesIO()
    pl.DataFrame({"account_id": ["A"], "balance": [[1, 2]], "dpd": [0]}).write_parquet(stream)
    with pytest.raises(BadBook, match="“balance” holds List"):
        read_tables({"accounts.parquet": stream.getvalue()})


def test_parquet_damaged_within_is_refused_in_a_sentence(read_tables: ReadTables) -> None:
    content = bytearray((resources.sample_data() / "taiwan" / "accounts.parquet").read_bytes())
    content[60_000:60_400] = bytes(400)
    with pytest.raises(BadBook, match="is damaged"):
        read_tables({"accounts.parquet": bytes(content)})


def test_a_book_of_a_day_to_come_is_doubted(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": csv_text()}, as_of=date(2062, 9, 30))
    (issue,) = [i for i in book.issues if i.code == "as_of_ahead"]
    assert issue.message == "The book's date 2062-09-30 is after today, 2026-10-01."


def test_an_offset_from_utc_is_told(read_tables: ReadTables) -> None:
    payments = "account_id,paid_at,amount\nA2,2026-09-01T23:30:00Z,5\n"
    book = read_tables({"accounts.csv": csv_text(), "payments.csv": payments})
    assert "utc_offset" in {i.code for i in book.issues}
    assert [at.isoformat() for at in book.payments.collect()["paid_at"]] == ["2026-09-01T23:30:00"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Taipei", None])
def test_an_offset_of_real_times_is_told_too(read_tables: ReadTables, zone: str | None) -> None:
    stream = BytesIO()
    at = pl.Series([datetime(2026, 9, 1, 23, 30), None]).dt.replace_time_zone(zone)  # noqa: DTZ001  # the zone follows
    pl.DataFrame({"account_id": ["A2", "A2"], "paid_at": at, "amount": [5, 6]}).write_parquet(stream)
    book = read_tables({"accounts.csv": csv_text(), "payments.parquet": stream.getvalue()})
    told = [issue.message for issue in book.issues if issue.code == "utc_offset"]
    assert told == (["Row 1: paid_at carries an offset from UTC, which is left out."] if zone else [])
    assert [at.isoformat() for at in book.payments.collect()["paid_at"]] == ["2026-09-01T23:30:00"]


def test_amounts_too_large_for_64_bits_have_a_digest(read_tables: ReadTables) -> None:
    large = "account_id,balance,dpd\nA,999999999999999,0\n"
    one = read_tables({"accounts.csv": large}).digest
    assert one != read_tables({"accounts.csv": large.replace("9,0", "8,0")}).digest


@pytest.mark.parametrize(("kind", "unit"), [(pl.Date(), 1), (pl.Datetime("us"), 86_400_000_000)])
def test_a_real_date_that_no_calendar_has_is_named(read_tables: ReadTables, kind: pl.DataType, unit: int) -> None:
    stream = BytesIO()
    days = pl.Series([10_000_000 * unit, 20_000 * unit, -1_000_000 * unit]).cast(pl.Int32 if unit == 1 else pl.Int64)
    frame = {"account_id": ["A", "B", "C"], "balance": [1, 2, 3], "dpd": [0, 0, 0], "opened_on": days.cast(kind)}
    pl.DataFrame(frame).write_parquet(stream)
    book = read_tables({"accounts.parquet": stream.getvalue()})
    assert book.accounts.collect()["account_id"].to_list() == ["B"]
    (issue,) = (issue for issue in book.issues if issue.set_aside)
    assert issue.message.startswith("2 rows (1 and 3): opened_on is no date")


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["100", "200"])])
def test_text_of_a_closed_list_is_text(read_tables: ReadTables, kind: pl.DataType) -> None:
    stream = BytesIO()
    amounts = pl.Series(["100", "200"]).cast(kind)
    pl.DataFrame({"account_id": ["A", "B"], "balance": amounts, "dpd": [0, 0]}).write_parquet(stream)
    book = read_tables({"accounts.parquet": stream.getvalue()})
    assert book.accounts.collect()["balance"].to_list() == [100, 200]


@pytest.mark.parametrize("column", ["balance", "dpd"])
def test_a_column_of_time_spans_is_refused(read_tables: ReadTables, column: str) -> None:
    stream = BytesIO()
    spans = {column: [timedelta(days=3)]}
    pl.DataFrame({"account_id": ["A"], "balance": [1], "dpd": [0]} | spans).write_parquet(stream)
    with pytest.raises(BadBook, match=f"“{column}” holds Duration"):
        read_tables({"accounts.parquet": stream.getvalue()})


def test_a_cell_with_an_error_of_the_spreadsheet_is_not_an_empty_one(read_tables: ReadTables) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        workbook.add_worksheet("Q & A").write(0, 0, "notes")
        sheet = workbook.add_worksheet("accounts")
        sheet.write_row(2, 1, ["account_id", "balance", "dpd", "deceased"])
        sheet.write_row(3, 1, ["A1", 5, 0, "no"])
        sheet.write_row(4, 1, ["A2", 6, 0])
        sheet.write_formula(4, 4, "=NA()", None, "#N/A")
        sheet.write_row(5, 1, ["A3"])
        sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
    book = read_tables({"accounts.xlsx": stream.getvalue()})
    assert book.accounts.collect()["account_id"].to_list() == ["A1"]
    said = {issue.code: issue.message for issue in book.issues}
    assert said["cell_error"] == "2 rows (5 and 6): a cell holds an error of the spreadsheet, the first is E5 #N/A."
    assert said["sheets_not_read"] == "accounts.xlsx: the sheet Q & A is not read, only accounts."
