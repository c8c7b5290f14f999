"""The book of an earlier month knows nothing of the later ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcollect import resources
from deskcollect.desk import make
from deskcollect.desk.alerts.as_it_was import as_it_was, months
from deskcollect.desk.alerts.foreseen import sighted_in_book
from deskcollect.policy.model import Policies
from deskcollect.portfolio.book import Book
from deskcollect.scoring.card import load
from tests.desk.monthly import ENDS, Cycle, book

CYCLES = st.tuples(st.integers(0, 1200), st.integers(0, 1200), st.integers(0, 4))
PAST = st.lists(st.lists(CYCLES, min_size=4, max_size=4), min_size=1, max_size=4)


def told(read: Book) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a book."""
    return {name: rows.collect().to_dicts() for name, rows in read.tables.items()}


def test_the_months_are_the_last_statement_days_of_each() -> None:
    read = book([[(1, 1, 0)] * 3])
    earlier = read.statements.with_columns(statement_date=pl.col("statement_date") - pl.duration(days=20))
    both = Book(read.as_of, {**read.tables, "statements": pl.concat([read.statements, earlier])}, read.present)
    assert months(both) == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))


def test_an_account_stands_as_its_statement_of_that_month_has_it() -> None:
    then = as_it_was(book([[(400, 0, 0), (500, 100, 2), (90, 400, 0)]]), date(2026, 2, 28))
    row = then.accounts.collect().row(0, named=True)
    assert (row["balance"], row["past_due"], row["days_past_due"]) == (Decimal(500), Decimal(500), 60)
    assert then.as_of == date(2026, 2, 28)
    assert then.statements.collect()["statement_date"].to_list() == ENDS[:2]


def test_what_an_account_says_of_itself_today_was_not_known_then() -> None:
    read = book([[(400, 0, 0)] * 3], disputed=True, autopay=True, collector="ana", due_date=date(2026, 1, 5))
    row = as_it_was(read, ENDS[0]).accounts.collect().row(0, named=True)
    assert (row["disputed"], row["autopay"], row["collector"], row["due_date"]) == (None, None, None, None)


def test_an_account_without_a_statement_in_the_month_was_not_in_its_book() -> None:
    read = book([[(1, 1, 0)] * 3, [(2, 2, 0)] * 3])
    gap = (pl.col("account_id") == "A1") & (pl.col("statement_date") == ENDS[1])
    without = Book(read.as_of, {**read.tables, "statements": read.statements.filter(~gap)}, read.present)
    assert as_it_was(without, ENDS[1]).accounts.collect()["account_id"].to_list() == ["A0"]


def test_the_newest_month_of_the_real_book_is_the_real_book() -> None:
    read = make.read_book(resources.sample_data() / "taiwan")
    then, now = as_it_was(read, read.as_of).accounts.collect(), read.accounts.collect()
    same = ["account_id", "balance", "credit_limit", "days_past_due", "past_due"]
    assert then.select(same).equals(now.select(same))


@settings(max_examples=25)
@given(past=PAST, one=CYCLES, other=CYCLES, paid=st.booleans())
def test_a_later_month_never_changes_an_earlier_book(
    past: list[list[Cycle]], one: Cycle, other: Cycle, paid: bool
) -> None:
    first = book([[*each, one] for each in past])
    second = book([[*each, other, one] for each in past], vulnerable=paid, bankrupt=paid, minimum_due=Decimal(7))
    for day in ENDS[:4]:
        assert told(as_it_was(first, day)) == told(as_it_was(second, day))


@settings(max_examples=3)
@given(past=PAST, one=CYCLES, other=CYCLES)
def test_a_later_month_never_changes_what_was_seen_before(
    past: list[list[Cycle]], one: Cycle, other: Cycle, policies: Policies
) -> None:
    card = load("default")
    seen = [
        sighted_in_book(book([[*each, *more] for each in past]), ENDS[2:4], policies, card)
        for more in ([one], [other, one])
    ]
    assert seen[0].looks.equals(seen[1].looks)
    assert seen[0].warned.equals(seen[1].warned)


@pytest.mark.parametrize("month", [2, 3])
def test_the_real_book_of_a_month_is_the_same_without_the_months_after(month: int, policies: Policies) -> None:
    """The later months are taken out of the real book, and turned into others."""
    read = make.read_book(resources.sample_data() / "taiwan")
    few = read.accounts.head(800)
    mine = read.statements.join(few.select("account_id"), on="account_id", how="semi", maintain_order="left")
    day = months(read)[month]
    later = pl.col("statement_date") > day
    other = mine.with_columns(
        pl.when(later).then(pl.col(name).reverse()).otherwise(name).alias(name)
        for name in ("balance", "paid", "cycles_past_due", "payment_status")
    )
    card = load("default")
    seen = [
        sighted_in_book(
            Book(read.as_of, {**read.tables, "accounts": few, "statements": rows}, read.present), [day], policies, card
        )
        for rows in (mine, mine.filter(~later), other)
    ]
    assert seen[0].warned.height > 0
    for each in seen[1:]:
        assert seen[0].looks.equals(each.looks)
        assert seen[0].warned.equals(each.warned)
