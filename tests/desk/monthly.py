"""Books of a few accounts with a statement at the end of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from deskcollect import frames
from deskcollect.portfolio.book import Book

ENDS = [date(2026, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30))]
EMPTY = {"payments": frames.PAYMENTS, "transactions": frames.TRANSACTIONS, "contacts": frames.CONTACTS}
Cycle = tuple[int, int, int]  # balance, paid, cycles past due


def table(columns: frames.Columns, rows: Sequence[dict[str, Any]]) -> pl.LazyFrame:
    """Return rows with every declared column."""
    return pl.LazyFrame(rows, schema=frames.polars_schema(columns))


def book(told: Sequence[Sequence[Cycle]], **account: Any) -> Book:
    """Return a book of accounts with a statement at the end of each month from January on."""
    statements = [
        {
            "account_id": f"A{number}",
            "statement_date": day,
            "balance": Decimal(balance),
            "paid": Decimal(paid),
            "cycles_past_due": late,
        }
        for number, cycles in enumerate(told)
        for day, (balance, paid, late) in zip(ENDS, cycles, strict=False)
    ]
    accounts = [
        {
            "account_id": f"A{number}",
            "customer_id": f"C{number}",
            "currency": "TWD",
            "balance": Decimal(cycles[-1][0]),
            "past_due": Decimal(0),
            "credit_limit": Decimal(1000),
            "days_past_due": cycles[-1][2] * 30,
            **account,
        }
        for number, cycles in enumerate(told)
    ]
    tables = {name: table(columns, []) for name, columns in EMPTY.items()}
    tables |= {"accounts": table(frames.ACCOUNTS, accounts), "statements": table(frames.STATEMENTS, statements)}
    return Book(ENDS[len(told[0]) - 1], tables, frozenset({"accounts", "statements"}))
