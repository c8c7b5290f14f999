"""The real book and the demo's books load without a row set aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from deskcollect import resources
from deskcollect.portfolio.book import Book, read_book
from deskcollect.portfolio.cycles import cycles
from deskcollect.vocabulary import Severity

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def taiwan() -> Book:
    """Read the real book."""
    return read_book(resources.sample_data() / "taiwan", today=TODAY)


def test_the_real_book_loads_whole(taiwan: Book) -> None:
    assert taiwan.as_of == date(2005, 9, 30)
    assert taiwan.present == {"accounts", "statements"}
    assert taiwan.rejects.is_empty()
    values = {(t.table, t.name, t.currency): t.value for t in taiwan.totals}
    assert values["accounts", "rows", ""] == 20_064
    assert values["statements", "rows", ""] == 6 * 20_064
    assert values["accounts", "balance", "TWD"] == Decimal(1_027_430_361)


def test_its_402_credit_balances_are_information(taiwan: Book) -> None:
    (issue,) = [issue for issue in taiwan.issues if issue.code == "credit_balance"]
    assert issue.severity is Severity.INFO
    assert issue.message.startswith("402 rows")


def test_nothing_about_it_is_an_error(taiwan: Book) -> None:
    assert {issue.code for issue in taiwan.issues} == {"credit_balance", "past_due_assumed", "not_a_table"}


def test_every_account_has_six_cycles(taiwan: Book) -> None:
    wide = cycles(taiwan.accounts, taiwan.statements, as_of=taiwan.as_of).collect()
    assert wide.height == 20_064
    assert wide["statements_count"].unique().to_list() == [6]
    assert wide["balance_0"].equals(taiwan.accounts.collect()["balance"], check_names=False)
