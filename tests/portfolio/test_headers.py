"""Headers are matched by name, by alias and by the desk's own mapping; never by a guess."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import headers
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from tests.portfolio.conftest import ReadTables


@pytest.mark.parametrize("table", sorted(headers.SCHEMAS))
def test_no_alias_means_two_columns_of_a_table(table: str) -> None:
    raw = tomllib.loads(headers.ALIASES.read_text("utf-8"))
    names = {column.name for column in headers.SCHEMAS[table]}
    means: dict[str, str] = {headers.fold(name): name for name in names}
    for section in (raw["every"], raw[table]):
        for column in section.keys() & names:
            for word in section[column]:
                assert means.setdefault(headers.fold(word), column) == column, word


@pytest.mark.parametrize("table", sorted(headers.SCHEMAS))
def test_aliases_are_of_columns_that_exist(table: str) -> None:
    raw = tomllib.loads(headers.ALIASES.read_text("utf-8"))
    assert set(raw[table]) <= {column.name for column in headers.SCHEMAS[table]}


@pytest.mark.parametrize(
    "header",
    [
        "Account Number,Outstanding Balance,Days Past Due",
        "ACCOUNT_ID,BALANCE,DPD",
        "账户号,余额,逾期天数",
        "帳號,餘額,逾期天數",
        "account-id,Ｂａｌａｎｃｅ,days.past.due",
    ],
)
def test_lenders_headers_are_understood_in_english_and_chinese(read_tables: ReadTables, header: str) -> None:
    book = read_tables({"accounts.csv": f"{header}\nA1,5,31\n"})
    row = book.accounts.collect().row(0, named=True)
    assert (row["account_id"], row["balance"], row["days_past_due"]) == ("A1", 5, 31)


def test_the_desks_own_mapping_wins_over_names(read_tables: ReadTables) -> None:
    text = "account_id,balance,Total,days_past_due\nA1,5,7,0\n"
    book = read_tables({"accounts.csv": text}, columns={"Total": "balance"})
    assert book.accounts.collect()["balance"].to_list() == [7]
    (issue,) = [i for i in book.issues if i.code == "two_headers"]
    assert issue.message == "“balance” and “Total” both mean balance; “Total” is read."


def test_a_name_wins_over_an_alias_and_the_choice_is_told(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": "account_id,Outstanding,balance,dpd\nA1,7,5,0\n"})
    assert book.accounts.collect()["balance"].to_list() == [5]
    (issue,) = [i for i in book.issues if i.code == "two_headers"]
    assert issue.severity is Severity.WARNING


def test_two_aliases_of_a_required_column_stop_the_load(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook) as caught:
        read_tables({"accounts.csv": "account_id,Outstanding,Current Balance,dpd\nA1,7,5,0\n"})
    assert "both mean balance; neither is read" in caught.value.message
    assert "[columns]" in caught.value.remedy


def test_two_headers_for_a_fact_are_an_error_since_a_hold_may_be_lost(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": "account_id,balance,dpd,Dispute,In Dispute\nA1,7,5,yes,no\n"})
    (issue,) = [i for i in book.issues if i.code == "two_headers"]
    assert issue.severity is Severity.ERROR
    assert book.accounts.collect()["disputed"].to_list() == [None]


def test_a_second_number_becomes_phone_2(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": "account_id,balance,dpd,Mobile,Telephone\nA1,7,5,0912,0255\n"})
    assert book.accounts.select("phone", "phone_2").collect().row(0) == ("0912", "0255")


def test_columns_that_are_not_read_are_named(read_tables: ReadTables) -> None:
    book = read_tables({"accounts.csv": "account_id,balance,dpd,Zodiac\nA1,7,5,ox\n"})
    (issue,) = [i for i in book.issues if i.code == "unknown_column"]
    assert issue.message == "Columns that are not read: “Zodiac”."
    assert issue.severity is Severity.INFO


def test_a_mapping_to_a_column_that_does_not_exist_is_refused(read_tables: ReadTables) -> None:
    with pytest.raises(BadUse, match="maps “Total” to “balanse”") as caught:
        read_tables({"accounts.csv": "account_id,Total,dpd\nA1,7,5\n"}, columns={"Total": "balanse"})
    assert caught.value.remedy == "Did you mean “balance”?"


@pytest.mark.parametrize(
    ("headers_found", "guess"),
    [
        ("Owed total,Late amt,Line", "Owed total"),
        ("Late amt,Line", ""),
        ("Limit Balances,Line", ""),
        ("Ballance,Line", "Ballance"),
        ("BalanceTotal", "BalanceTotal"),
        ("Ballance,Outstandng", ""),
        ("Saldo", ""),
        ("Balance limit", ""),
    ],
)
def test_a_header_is_taken_for_a_missing_balance_only_if_it_is_much_like_it(
    read_tables: ReadTables, headers_found: str, guess: str
) -> None:
    width = headers_found.count(",") + 1
    with pytest.raises(BadBook, match="has no column balance") as caught:
        read_tables({"accounts.csv": f"account_id,dpd,{headers_found}\nA1,3{',7' * width}\n"})
    quoted = ", ".join(f"“{header}”" for header in headers_found.split(","))
    assert caught.value.message.partition("Headers not used: ")[2] == f"{quoted}." + (
        f" Is it “{guess}”?" if guess else ""
    )
    assert caught.value.remedy.endswith(f'"{guess or "your header"}" = "balance"')


def test_late_amounts_are_no_days_past_due(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match="due_date or days_past_due") as caught:
        read_tables({"accounts.csv": "account_id,balance,Late amt\nA1,5,1\n"})
    assert "Is it" not in caught.value.message


def test_a_guess_of_days_is_mapped_to_days(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook) as caught:
        read_tables({"accounts.csv": "account_id,balance,Days overdu\nA1,5,1\n"})
    assert caught.value.remedy.endswith('"Days overdu" = "days_past_due"')


def test_where_every_header_is_a_column_that_is_said(read_tables: ReadTables) -> None:
    with pytest.raises(BadBook, match="Every header is another column"):
        read_tables({"accounts.csv": "account_id,dpd\nA1,5\n"})
