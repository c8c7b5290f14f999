"""What a book says of the same account otherwise than the book before it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from deskcollect import frames
from deskcollect.portfolio.book import Book
from deskcollect.portfolio.compared import compared

Contact = tuple[str, str]
NOW, BEFORE = date(2026, 9, 30), date(2026, 8, 31)


def book(as_of: date, *contacts: Contact, **account: Any) -> Book:
    """Return a book of one account, A1 of customer C1."""
    rows = [{"account_id": "A1", "customer_id": "C1", **account}]
    told = [{"customer_id": "C1", "kind": kind, "value": value} for kind, value in contacts]
    tables = {"accounts": table(rows, frames.ACCOUNTS), "contacts": table(told, frames.CONTACTS)}
    return Book(as_of, tables, frozenset(tables))


def table(rows: list[dict[str, Any]], columns: frames.Columns) -> pl.LazyFrame:
    """Return rows with every declared column."""
    return pl.DataFrame([pl.Series(c.name, [row.get(c.name) for row in rows]).cast(c.dtype) for c in columns]).lazy()


def change(now: Book, before: Book | None) -> tuple[Any, ...]:
    """Return whether number and address changed, and the income before."""
    found = compared(now, before).collect()
    assert found.schema == frames.polars_schema(frames.COMPARED)
    return found.drop("account_id").row(0)


def test_another_number_and_another_address() -> None:
    now = book(NOW, phone="0912 345 678", address="3 Hill Rd")
    before = book(BEFORE, phone="0912 000 678", address="9 Lake St", income_monthly=Decimal(900))
    assert change(now, before) == (True, True, Decimal(900))


def test_the_same_written_otherwise_is_no_change() -> None:
    now = book(NOW, phone="+886 912-345-678", address="3 HILL RD., Flat 2")
    before = book(BEFORE, phone="+886912345678", address="3 Hill Rd, flat 2")
    assert change(now, before) == (False, False, None)


@pytest.mark.parametrize(("now", "before"), [(None, "1"), ("1", None), (None, None), ("-", "1")])
def test_what_one_book_does_not_hold_has_not_changed(now: str | None, before: str | None) -> None:
    assert change(book(NOW, phone=now), book(BEFORE, phone=before)) == (None, None, None)


def test_contacts_count_for_the_accounts_of_the_customer() -> None:
    now = book(NOW, ("mobile", "0912 1"), ("address", "3 Hill Rd"))
    assert change(now, book(BEFORE, ("mobile", "0912 2"), ("address", "3 hill rd"))) == (True, False, None)


def test_a_number_that_is_kept_among_others_is_no_change() -> None:
    now = book(NOW, ("mobile", "1"), ("mobile", "2"))
    assert change(now, book(BEFORE, ("mobile", "2"), ("mobile", "3")))[0] is False


def test_without_a_book_before_nothing_is_known() -> None:
    assert change(book(NOW, phone="1", income_monthly=Decimal(5)), None) == (None, None, None)


def test_an_account_that_the_book_before_has_not_tells_nothing() -> None:
    empty = book(BEFORE)
    gone = Book(BEFORE, {name: each.clear() for name, each in empty.tables.items()}, empty.present)
    assert change(book(NOW, phone="1"), gone) == (None, None, None)
