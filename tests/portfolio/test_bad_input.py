"""What is wrong with a book is said with file, line, column and remedy; the good rows go on."""

from __future__ import annotations

import os
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio.book import read_book
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity
from tests.portfolio.conftest import AS_OF, TODAY

if TYPE_CHECKING:
    from deskcollect.portfolio.book import Book
    from tests.portfolio.conftest import ReadTables

HEADER = "account_id,customer_name,currency,balance,past_due,days_past_due,credit_limit,opened_on,deceased\n"
GOOD = "A1,林志明,TWD,100,50,31,1000,2020-01-01,no\n"


def only(book: Book, code: str) -> Issue:
    """Return the one issue of a kind."""
    (issue,) = [issue for issue in book.issues if issue.code == code]
    return issue


def ids(book: Book) -> list[str]:
    """Return the accounts that go on."""
    return book.accounts.select("account_id").collect()["account_id"].to_list()


@pytest.mark.parametrize(
    ("row", "code", "column", "message"),
    [
        ("A2,x,TWD,NaN,0,0,10,,no", "not_a_number", "balance", "Line 3: balance “NaN” is no number."),
        ("A2,x,TWD,inf,0,0,10,,no", "not_a_number", "balance", "Line 3: balance “inf” is no number."),
        ("A2,x,TWD,1e5,0,0,10,,no", "not_a_number", "balance", "Line 3: balance “1e5” is no number."),
        (
            "A2,x,TWD,1000000000000000,0,0,10,,no",
            "implausible",
            "balance",
            "Line 3: balance “1000000000000000” is too large to be true.",
        ),
        (
            "A2,x,TWD,123456789012345678901234567890,0,0,10,,no",
            "implausible",
            "balance",
            "Line 3: balance “123456789012345678901234567890” is too large to be true.",
        ),
        (
            'A2,x,TWD,"1.234,56",0,0,10,,no',
            "decimal_comma",
            "balance",
            "Line 3: balance “1.234,56” has a comma where the decimals begin.",
        ),
        (
            "A2,x,TWD,1.005,0,0,10,,no",
            "surplus_decimal",
            "balance",
            "Line 3: balance “1.005” has more decimals than its currency.",
        ),
        (
            "A2,x,JPY,1.5,0,0,10,,no",
            "surplus_decimal",
            "balance",
            "Line 3: balance “1.5” has more decimals than its currency.",
        ),
        ("A2,x,TWD,5,0,0,-10,,no", "negative", "credit_limit", "Line 3: credit_limit “-10” is below zero."),
        ("A2,x,TWD,5,0,31.5,10,,no", "not_whole", "days_past_due", "Line 3: days_past_due “31.5” is no whole number."),
        (
            "A2,x,TWD,5,0,0,10,2020-02-30,no",
            "impossible_date",
            "opened_on",
            "Line 3: opened_on “2020-02-30” is no day of the calendar.",
        ),
        (
            "A2,x,TWD,5,0,0,10,03/04/2026,no",
            "ambiguous_date",
            "opened_on",
            "Line 3: opened_on “03/04/2026” can be read as day-month or as month-day.",
        ),
        (
            "A2,x,TWD,5,0,0,10,31/12/2020,no",
            "date_format",
            "opened_on",
            "Line 3: opened_on “31/12/2020” is not written as year-month-day.",
        ),
        (
            "A2,x,TWD,5,0,0,10,43831,no",
            "serial_date",
            "opened_on",
            "Line 3: opened_on “43831” is a spreadsheet's day number, not a date.",
        ),
        (
            "A2,x,TWD,5,0,0,10,,perhaps",
            "not_true_or_false",
            "deceased",
            "Line 3: deceased “perhaps” is neither true nor false.",
        ),
        ("A2,x,RMB,5,0,0,10,,no", "unknown_currency", "currency", "Line 3: currency “RMB” is no currency of ISO 4217."),
        ("A2,x,TWD,,0,0,10,,no", "missing", "balance", "Line 3: balance is empty."),
        ("A2,x,TWD,5,0,,10,,no", "missing", "days_past_due", "Line 3: days_past_due is empty."),
        (",x,TWD,5,0,0,10,,no", "missing", "account_id", "Line 3: account_id is empty."),
        ("A2,x,TWD,1,234.50,0,0,10,,no", "too_many_fields", "", "Line 3: more fields than the header has."),
        ("A2,x,TWD", "cut_off", "", "Line 3: the file is cut off here."),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(
    read_tables: ReadTables, row: str, code: str, column: str, message: str
) -> None:
    book = read_tables({"accounts.csv": HEADER + GOOD + row})
    issue = only(book, code)
    assert issue.message == message
    assert issue.place == Place("accounts.csv", "accounts", 3, column)
    assert issue.remedy
    assert issue.severity is Severity.ERROR
    assert issue.set_aside
    assert ids(book) == ["A1"]
    assert book.set_aside_count == 1
    assert book.rejects.select("file", "line", "column", "code").row(0) == ("accounts.csv", 3, column, code)


def test_a_million_bad_rows_make_one_issue_that_counts_them(read_tables: ReadTables) -> None:
    bad = "".join(f"B{n},x,TWD,none of it,0,0,10,,no\n" for n in range(1000))
    book = read_tables({"accounts.csv": HEADER + GOOD + bad})
    issue = only(book, "not_a_number")
    assert issue.message == ("1,000 rows (lines 3, 4, 5, 6, 7 …): balance is no number; the first is “none of it”.")
    assert book.rejects.height == 1000
    assert ids(book) == ["A1"]


def test_a_message_never_shows_signs_that_a_terminal_would_obey(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": HEADER + GOOD + "A2,x,TWD,\x1b[31m\u202e5" + "9" * 500 + ",0,0,10,,no\n"})
    message = only(book, "not_a_number").message
    assert message.isprintable()
    assert len(message) < 100


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("[bold red]x[/]", set()),
        ("\x1b[31mred", {"hidden_characters"}),
        ("\u202eevil", {"hidden_characters"}),
        ("x" * 20_000, {"long_name"}),
    ],
)
def test_a_hostile_name_is_kept_as_it_is_and_mentioned(read_tables: ReadTables, name: str, codes: set[str]) -> None:
    book = read_tables({"accounts.csv": HEADER + f"A1,{name},TWD,100,50,31,1000,,no\n"})
    assert book.accounts.collect()["customer_name"].to_list() == [name]
    assert {i.code for i in book.issues} == codes
    assert all(i.severity is Severity.INFO and name not in i.message for i in book.issues)


def test_two_accounts_with_one_id_stop_the_load_and_both_lines_are_named(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook) as caught:
        read_tables({"accounts.csv": HEADER + GOOD + GOOD.replace("A1", "A2") + GOOD})
    assert caught.value.message == "accounts.csv: Account “A1” stands in lines 2 and 4."
    assert caught.value.issues[0].place == Place("accounts.csv", "accounts", 4, "account_id")
    assert caught.value.remedy


def test_a_missing_required_column_names_the_headers_found_and_the_nearest(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook) as caught:
        read_tables({"accounts.csv": "account_id,blance,days_past_due\nA1,5,0\n"})
    assert caught.value.message == ("accounts.csv has no column balance. Headers not used: “blance”. Is it “blance”?")
    assert '"blance" = "balance"' in caught.value.remedy


def test_neither_due_date_nor_days_past_due_stops_the_load(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match="has no column due_date or days_past_due"):
        read_tables({"accounts.csv": "account_id,balance\nA1,5\n"})


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(read_tables: ReadTables, content: str) -> None:
    with pytest.raises(BadBook, match=r"accounts\.csv (is empty|has no line of headers|has no column)"):
        read_tables({"accounts.csv": content})


def test_headers_without_rows_are_refused(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match=r"accounts\.csv holds no accounts\."):
        read_tables({"accounts.csv": HEADER})


def test_a_book_of_nothing_but_bad_rows_is_refused_with_every_finding(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match=r"No account of accounts\.csv can be used; all 2 were set aside") as caught:
        read_tables({"accounts.csv": HEADER + "A1,x,,5,0,0,1,,no\nA2,x,,5,0,0,1,,no\n"}, default_currency="")
    assert [issue.code for issue in caught.value.issues] == ["missing"]
    assert "desk.toml" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("accounts.parquet", b"PAR1 and no more", "accounts.parquet is no Parquet file, or it is cut off."),
        ("accounts.xlsx", b"PK no workbook", "accounts.xlsx cannot be read as a workbook"),
        ("accounts.json", b'[{"account_id": "A1"},\n{"account_id"', "accounts.json line 2 is not JSON."),
        ("accounts.json", b'[{"account_id": "A1"},\n', "accounts.json line 2: the array is not closed."),
        ("accounts.ndjson", b"[1]", "accounts.ndjson line 1 holds no object."),
        ("accounts.csv", b"account_id,balance\x00\x01", "accounts.csv is no text file: line 1 holds a NUL byte."),
        (
            "accounts.csv",
            b'account_id,balance,days_past_due\nA1,5,0\nA2,"6,0\nA3,7,0\n',
            "accounts.csv line 3: a quoted field begins here and is never closed",
        ),
    ],
)
def test_an_unreadable_or_truncated_file_stops_the_load(
    read_tables: ReadTables, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(BadBook) as caught:
        read_tables({name: content})
    assert caught.value.message.startswith(message)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("gb18030", "林志明"),
        ("big5", "陳美麗"),
        ("big5", "許功蓋"),
        ("cp1252", "José Müller"),
        ("cp1252", "ÁLVARO SÃO"),
        ("utf-16", "林志明"),
    ],
)
def test_a_file_that_is_not_utf8_is_refused_with_an_encoding_that_works(
    read_tables: ReadTables, encoding: str, name: str
) -> None:
    content = (HEADER + GOOD.replace("林志明", name)).encode(encoding)
    with pytest.raises(BadBook, match="is not UTF-8; it looks like " + encoding) as caught:
        read_tables({"accounts.csv": content})
    assert caught.value.remedy.endswith(f"--encoding {encoding}")
    book = read_tables({"accounts.csv": content}, encoding=encoding)
    assert book.accounts.collect()["customer_name"].to_list() == [name]


def test_the_line_that_is_not_utf8_is_named(read_tables: ReadTables) -> None:
    content = (HEADER + "A0,plain,TWD,1,0,0,1,,no\n" + GOOD).encode("gb18030")
    with pytest.raises(BadBook, match=r"^accounts\.csv line 3 is not UTF-8"):
        read_tables({"accounts.csv": content})


def test_an_encoding_that_does_not_exist_is_refused(read_tables: ReadTables) -> None:
    with pytest.raises(BadUse, match="“gb99” is no encoding"):
        read_tables({"accounts.csv": HEADER + GOOD}, encoding="gb99")


def test_currencies_are_never_added_up(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": HEADER + GOOD + "A2,x,USD,7.25,0,0,10,,no\n"})
    sums = {t.currency: str(t.value) for t in book.totals if t.table == "accounts" and t.name == "balance"}
    assert sums == {"TWD": "100.0000", "USD": "7.2500"}


def test_amounts_of_payments_are_checked_in_the_currency_of_their_account(read_tables: ReadTables) -> None:
    book = read_tables(
        {
            "accounts.csv": HEADER + GOOD + "A2,x,JPY,7,0,0,10,,no\n",
            "payments.csv": "account_id,paid_at,amount\nA1,2026-09-01,1.50\nA2,2026-09-01,1.50\n",
        }
    )
    assert only(book, "surplus_decimal").place == Place("payments.csv", "payments", 3, "amount")
    assert book.payments.collect()["account_id"].to_list() == ["A1"]


def test_rows_of_an_unknown_account_are_set_aside(read_tables: ReadTables) -> None:
    payments = "account_id,paid_at,amount\nA1,2026-09-01,5\nZZ,2026-09-01,5\n"
    book = read_tables({"accounts.csv": HEADER + GOOD, "payments.csv": payments})
    issue = only(book, "unknown_account")
    assert issue.message == "Line 3: account_id “ZZ” is in no row of the accounts."
    assert issue.place == Place("payments.csv", "payments", 3, "account_id")
    assert book.payments.collect()["account_id"].to_list() == ["A1"]


def test_rows_of_an_account_that_was_set_aside_say_so(read_tables: ReadTables) -> None:
    payments = "account_id,paid_at,amount\nA2,2026-09-01,5\n"
    book = read_tables({"accounts.csv": HEADER + GOOD + "A2,x,TWD,NaN,0,0,1,,no\n", "payments.csv": payments})
    assert only(book, "account_set_aside").place.line == 2
    assert book.payments.collect().is_empty()


def test_statements_in_the_future_are_set_aside(read_tables: ReadTables) -> None:
    statements = "account_id,statement_date,balance\nA1,2026-09-30,5\nA1,2026-10-31,5\n"
    book = read_tables({"accounts.csv": HEADER + GOOD, "statements.csv": statements})
    issue = only(book, "after_as_of")
    assert issue.message == "Line 3: statement_date “2026-10-31” is after the book's date, 2026-09-30."
    assert book.statements.collect().height == 1


def test_equal_statements_count_once_and_different_ones_not_at_all(read_tables: ReadTables) -> None:
    statements = (
        "account_id,statement_date,balance\nA1,2026-07-31,5\nA1,2026-08-31,6\nA1,2026-07-31,5\nA1,2026-08-31,7\n"
    )
    book = read_tables({"accounts.csv": HEADER + GOOD, "statements.csv": statements})
    assert only(book, "repeated_statement").place.line == 4
    assert only(book, "conflicting_statements").message.startswith("2 rows (lines 3 and 5)")
    assert book.statements.select("balance").collect().to_series().to_list() == [5]


def test_negative_cycles_are_set_aside_and_an_unknown_status_is_left_empty(read_tables: ReadTables) -> None:
    statements = (
        "account_id,statement_date,balance,cycles_past_due,payment_status\n"
        "A1,2026-07-31,5,-1,revolving\nA1,2026-08-31,5,0,unheard of\n"
    )
    book = read_tables({"accounts.csv": HEADER + GOOD, "statements.csv": statements})
    assert only(book, "negative").place == Place("statements.csv", "statements", 2, "cycles_past_due")
    assert only(book, "unknown_status").severity is Severity.WARNING
    assert book.statements.collect()["payment_status"].to_list() == [None]


def test_a_payment_sent_twice_to_the_second_counts_once_and_two_alike_on_one_day_count_twice(
    read_tables: ReadTables,
) -> None:
    payments = (
        "account_id,paid_at,amount,method\n"
        "A1,2026-09-01 10:00,5,cash\nA1,2026-09-01 10:00,5,cash\nA1,2026-09-02,5,cash\nA1,2026-09-02,5,cash\n"
    )
    book = read_tables({"accounts.csv": HEADER + GOOD, "payments.csv": payments})
    assert book.payments.collect().height == 3
    assert only(book, "sent_twice").place.line == 3
    assert only(book, "alike_on_one_day").severity is Severity.INFO


def test_a_payment_is_posted_unless_it_says_otherwise_and_never_negative(read_tables: ReadTables) -> None:
    payments = (
        "account_id,paid_at,amount,status\n"
        "A1,2026-09-01,5,\nA1,2026-09-02,5,bounced\nA1,2026-09-03,5,pending\nA1,2026-09-04,-5,\n"
    )
    book = read_tables({"accounts.csv": HEADER + GOOD, "payments.csv": payments})
    assert book.payments.collect()["status"].to_list() == ["posted", "returned"]
    assert only(book, "unknown_status").place.line == 4
    assert only(book, "negative").message == "Line 5: amount “-5” is below zero."


def test_a_credit_balance_is_information(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": HEADER + GOOD + "A2,x,TWD,(12.50),0,0,10,,no\n"})
    issue = only(book, "credit_balance")
    assert issue.severity is Severity.INFO
    assert ids(book) == ["A1", "A2"]


@pytest.mark.parametrize(
    ("row", "code", "message"),
    [
        ("A2,9,9,1900-01-01,", "long_ago", "Line 3: due_date “1900-01-01” lies more than 20 years back."),
        ("A2,9,9,,2030-01-01", "after_as_of", f"Line 3: opened_on “2030-01-01” is after the book's date, {AS_OF}."),
        ("A2,9,10,2026-09-01,", "past_due_above_balance", "Line 3: past_due “10” is more than the balance."),
        ("A\u200b1,9,9,2026-09-01,", "hidden_characters", "Line 3: account_id holds hidden characters."),
    ],
)
def test_what_is_probably_a_mistake_is_told_and_taken_as_it_stands(
    read_tables: ReadTables, row: str, code: str, message: str
) -> None:
    healthy = "account_id,balance,past_due,due_date,opened_on\nA1,9,9,2026-09-01,2020-01-01\n"
    book = read_tables({"accounts.csv": f"{healthy}{row}\n"})
    issue = only(book, code)
    assert issue.message == message
    assert issue.severity is Severity.WARNING
    assert len(ids(book)) == 2


def test_a_payment_of_nothing_is_none(read_tables: ReadTables) -> None:
    payments = "account_id,paid_at,amount\nA1,2026-09-01,5\nA1,2026-09-02,0.00\n"
    book = read_tables({"accounts.csv": HEADER + GOOD, "payments.csv": payments})
    assert book.payments.collect().height == 1
    assert only(book, "no_amount").message == "Line 3: amount is 0; such a row is no payment."


def test_past_due_is_assumed_to_be_the_whole_balance_and_flagged(read_tables: ReadTables) -> None:
    rows = "A1,100,31\nA2,100,0\nA3,-5,31\n"
    book = read_tables({"accounts.csv": "account_id,balance,days_past_due\n" + rows})
    frame = book.accounts.collect()
    assert frame["past_due"].cast(pl.Int64).to_list() == [100, 0, 0]
    assert frame["past_due_assumed"].to_list() == [True, False, True]
    issue = only(book, "past_due_assumed")
    assert issue.severity is Severity.WARNING
    assert issue.message.startswith("2 rows (lines 2 and 4)")


def test_a_time_zone_that_nobody_knows_is_read_as_unknown(read_tables: ReadTables) -> None:
    book = read_tables(
        {"accounts.csv": "account_id,balance,days_past_due,timezone\nA1,1,0,Asia/Taipei\nA2,1,0,Mars/Base\n"}
    )
    assert book.accounts.collect()["timezone"].to_list() == ["Asia/Taipei", None]
    assert only(book, "unknown_timezone").severity is Severity.WARNING


def test_bad_rows_of_parquet_are_named_by_their_row(read_tables: ReadTables) -> None:
    stream = BytesIO()
    balances = [98765432.1, float("nan"), 1e15, 1.005]
    pl.DataFrame({"account_id": ["A1", "A2", "A3", "A4"], "balance": balances, "dpd": [0] * 4}).write_parquet(stream)
    book = read_tables({"accounts.parquet": stream.getvalue()})
    assert ids(book) == ["A1"]
    assert {i.code: i.place.line for i in book.issues} == {"not_a_number": 2, "implausible": 3, "surplus_decimal": 4}
    assert only(book, "not_a_number").message == "Row 2: balance “NaN” is no number."


# --- JSON that is not what it seems --------------------------------------------------------------------------------------------

ONE = '{"account_id": "A1", "balance": 100, "dpd": 0}'
TWO = '{"account_id": "A2", "balance": "x", "dpd": 0}'


def test_rows_that_share_a_line_are_told_apart_by_their_number(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.json": f"[{ONE}, {TWO}]"})
    assert book.accounts.collect()["account_id"].to_list() == ["A1"]
    assert [issue.message for issue in book.issues if issue.set_aside] == ["Entry 2: balance “x” is no number."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[{ONE}]\n[{TWO}]", "line 2: something follows the array"),
        (f"[{ONE}] and more", "line 1: something follows the array"),
        ('[{"account_id": "A1", "balance": 1, "balance": 2, "dpd": 0}]', "names “balance” twice in one object"),
        ('[{"account_id": ["A1"], "balance": 1, "dpd": 0}]', "“account_id” holds lists or objects"),
    ],
)
def test_json_of_two_minds_is_refused(read_tables: ReadTables, text: str, said: str) -> None:
    with pytest.raises(BadBook, match=said):
        read_tables({"accounts.json": text})


def test_half_a_letter_is_shown_as_a_sign_of_replacement(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.json": ONE.replace('"A1"', r'"A1", "customer_name": "An\ud800a"')})
    assert book.accounts.collect()["customer_name"].to_list() == ["An\ufffda"]


# --- numbers that only look like numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["5²", "²", "①", "١٢٣", "५", "5e", "½"])
def test_a_sign_that_looks_like_a_digit_is_none(read_tables: ReadTables, written: str) -> None:
    with pytest.raises(BadBook, match=f"balance “{written}” is no number"):
        read_tables({"accounts.csv": f"account_id,balance,dpd\nA1,{written},0\n"})


def test_wide_digits_of_a_chinese_keyboard_are_digits(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": 'account_id,balance,dpd\nA1,"１，２３４．５０",０\n'})
    assert book.accounts.collect()["balance"].to_list() == [Decimal("1234.50")]


# --- files of another kind ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a thing of Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "accounts.csv")
    for given in (tmp_path, tmp_path / "accounts.csv"):
        with pytest.raises(BadBook, match=r"accounts\.csv is no ordinary file"):
            read_book(given, today=TODAY, as_of=AS_OF)


@pytest.mark.parametrize("codec", ["rot13", "base64", "hex", "undefined", "gb99"])
def test_a_codec_that_is_no_encoding_of_text_is_refused(read_tables: ReadTables, codec: str) -> None:
    with pytest.raises(BadUse, match=f"“{codec}” is no encoding"):
        read_tables({"accounts.csv": "account_id,balance,dpd\nA1,1,0\n"}, encoding=codec)


@pytest.mark.parametrize(
    ("codec", "likely"),
    [("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("utf-16", "utf-16"), ("utf-32", "utf-32")],
)
def test_unicode_of_wide_units_is_named(read_tables: ReadTables, codec: str, likely: str) -> None:
    text = "account_id,balance,dpd\n" + "".join(f"A{n},1,0\n" for n in range(9))
    with pytest.raises(BadBook, match=f"looks like {likely}") as caught:
        read_tables({"accounts.csv": text.encode(codec)})
    assert caught.value.remedy.endswith(likely)
    assert read_tables({"accounts.csv": text.encode(codec)}, encoding=likely).accounts.collect().height == 9


# --- amounts in another currency ---------------------------------------------------------------------------------------

PAID = "account_id,paid_at,amount,Currency\nA1,2026-09-01,5,TWD\nA1,2026-09-02,6,usd\nA1,2026-09-03,7,\n"


def test_a_row_in_another_currency_than_its_account_is_set_aside(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": HEADER + GOOD, "payments.csv": PAID})
    issue = only(book, "other_currency")
    assert issue.message == "Line 3: currency “USD” is not that of the account, TWD."
    assert issue.remedy == "Give the payments in the currency of their account; no amount is converted."
    assert book.payments.collect()["amount"].to_list() == [5, 7]
    assert "unknown_column" not in {each.code for each in book.issues}, "it was looked at"


def test_statements_in_the_currency_of_their_account_go_on(read_tables: ReadTables) -> None:
    told = "account_id,statement_date,balance,币种\nA1,2026-09-01,5,twd\n"
    book = read_tables({"accounts.csv": HEADER + GOOD, "statements.csv": told})
    assert book.statements.collect().height == 1
    assert book.set_aside_count == 0


def test_a_book_names_all_headers_that_its_files_have(read_tables: ReadTables) -> None:
    book = read_tables(
        {"accounts.csv": HEADER.replace("\n", ",Sex\n") + GOOD.replace("\n", ",F\n"), "payments.csv": PAID}
    )
    assert {"account_id", "Sex", "paid_at", "Currency"} <= set(book.headers)
