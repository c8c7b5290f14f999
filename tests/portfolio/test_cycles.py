"""Six cycles side by side, the newest first, whatever the order they came in."""

from __future__ import annotations

import math
import statistics
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Accounts, ContactPoints, Statements
from deskcollect.portfolio.age import days_past_due
from deskcollect.portfolio.cycles import cycles, numbers

Row = dict[str, Any]
AMOUNTS = {"limit": [0], "balance": [0], "paid": range(6)}
AS_OF = date(2026, 9, 30)


def frame(schema: frames.Columns, rows: list[Row]) -> pl.LazyFrame:
    """Make a table; what a row leaves out is null."""
    columns = [pl.Series(c.name, [row.get(c.name) for row in rows]).cast(c.dtype) for c in schema]
    return pl.DataFrame(columns).lazy()


def wide(accounts: list[Row], statements: list[Row]) -> pl.DataFrame:
    """Put the statements of accounts side by side."""
    made = cycles(
        Accounts(frame(frames.ACCOUNTS, accounts)), Statements(frame(frames.STATEMENTS, statements)), as_of=AS_OF
    )
    return made.collect()


def by_cycle(statements: list[Row]) -> dict[int, Row]:
    """Return an account's statements by how many cycles ago they were, as far as they are looked at."""
    rising = sorted(statements, key=lambda s: s["statement_date"])
    days = [(after["statement_date"] - before["statement_date"]).days for before, after in pairwise(rising)]
    cycle = max(25, min(days, default=25))
    found, ago = ({0: rising[-1]} if rising else {}), 0
    for one, between in zip(reversed(rising[:-1]), reversed(days), strict=True):
        ago += max(1, math.floor(between / cycle + 0.4))
        if ago < frames.CYCLE_COUNT:
            found[ago] = one
    return found


def plainly(accounts: list[Row], statements: list[Row]) -> list[Row]:
    """Say the same slowly, an account at a time."""
    found = []
    for account in accounts:
        own = [s for s in statements if s["account_id"] == account["account_id"]]
        newest = by_cycle(own)
        row: Row = {"account_id": account["account_id"], "statements_count": len(newest)}
        for k in range(frames.CYCLE_COUNT):
            s = newest.get(k, {})
            row[f"statement_date_{k}"] = s.get("statement_date")
            row[f"balance_{k}"] = s.get("balance")
            row[f"paid_{k}"] = s.get("paid")
            row[f"minimum_{k}"] = s.get("minimum_due")
            row[f"cycles_{k}"] = s.get("cycles_past_due")
            row[f"status_{k}"] = s.get("payment_status")
            limit = s.get("credit_limit")
            row[f"limit_{k}"] = account["credit_limit"] if s and limit is None else limit
        if not newest:
            row["limit_0"] = account["credit_limit"]
            row["cycles_0"] = 0  # nothing is past due
        found.append(row)
    for row, account in zip(found, accounts, strict=True):
        alike = [r for r, a in zip(found, accounts, strict=True) if a.get("currency") == account.get("currency")]
        for name, of in AMOUNTS.items():
            told = [sum(r.get(f"{name}_{k}") or 0 for k in of) for r in alike if account.get("currency")]
            row[f"{name}_usual"] = (
                statistics.median(map(float, above)) if (above := [t for t in told if t > 0]) else None
            )
    return found


names = st.sampled_from("ABCDE")
money = st.none() | st.integers(-100, 100).map(Decimal)
statement = st.fixed_dictionaries(
    {
        "account_id": names,
        "statement_date": st.integers(1, 12).map(lambda month: date(2026, month, 28)),
        "balance": money,
        "paid": money,
        "cycles_past_due": st.none() | st.integers(0, 3),
        "payment_status": st.none() | st.sampled_from(["revolving", "past_due"]),
        "credit_limit": money,
    }
)


@given(
    st.lists(names, min_size=1, unique=True),
    st.lists(statement, max_size=40, unique_by=lambda s: (s["account_id"], s["statement_date"])),
    st.booleans(),
)
def test_the_fast_way_says_the_same_as_the_plain_way(ids: list[str], statements: list[Row], ordered: bool) -> None:
    currencies = {"A": "EUR", "B": "TWD", "C": "EUR", "D": "EUR", "E": None}
    accounts = [{"account_id": name, "credit_limit": Decimal(len(ids)), "currency": currencies[name]} for name in ids]
    known = [s for s in statements if s["account_id"] in ids]
    if ordered:
        known.sort(key=lambda s: (s["account_id"], s["statement_date"]))
    made = wide(accounts, known)
    assert made.schema == frames.polars_schema(frames.CYCLES)
    assert made.rows(named=True) == plainly(accounts, known)


def test_an_account_without_statements_says_what_it_says_of_itself_and_no_more() -> None:
    made = wide([{"account_id": "A", "credit_limit": Decimal(5), "balance": Decimal(4), "days_past_due": 45}], [])
    known = {name: value for name, value in made.row(0, named=True).items() if value is not None}
    assert known == {
        "account_id": "A",
        "statements_count": 0,
        "balance_0": Decimal(4),
        "limit_0": Decimal(5),
        "cycles_0": 2,
        "status_0": "past_due",
    }


@given(
    st.none() | st.integers(-5, 400),
    st.none() | st.integers(-30, 400),
    st.none() | st.sampled_from([Decimal(0), Decimal(7)]),
)
def test_an_account_is_as_late_for_the_score_as_for_the_list(
    days: int | None, ago: int | None, past_due: Decimal | None
) -> None:
    due = None if ago is None else AS_OF - timedelta(days=ago)
    row = {"account_id": "A", "days_past_due": days, "due_date": due, "past_due": past_due}
    accounts = Accounts(frame(frames.ACCOUNTS, [row]))
    none = Statements(frames.empty(frames.STATEMENTS))
    cycles_late = cycles(accounts, none, as_of=AS_OF).collect()["cycles_0"].item()
    dpd = accounts.select(days_past_due(AS_OF)).collect().item()
    assert cycles_late == (None if dpd is None else math.ceil(dpd / 30))
    assert (dpd is None) == (days is None and due is None and past_due is not None and past_due > 0)


def test_nothing_past_due_is_not_late_whatever_its_due_date() -> None:
    row = {"account_id": "A", "due_date": date(2026, 6, 1), "past_due": Decimal(0)}
    accounts = Accounts(frame(frames.ACCOUNTS, [row]))
    none = Statements(frames.empty(frames.STATEMENTS))
    assert cycles(accounts, none, as_of=AS_OF).collect()["cycles_0"].to_list() == [0]


def test_numbers_tell_the_kind_and_never_the_number() -> None:
    accounts: list[Row] = [
        {"account_id": "1", "customer_id": "C1", "phone": "0912", "phone_2": None},
        {"account_id": "2", "customer_id": "C1", "phone": "0912", "phone_2": "0255"},
        {"account_id": "3", "customer_id": "C2"},
    ]
    contacts: list[Row] = [
        {"customer_id": "C2", "kind": "work", "value": "0255"},
        {"customer_id": "C2", "kind": "email", "value": "a@example.org"},
    ]
    made = numbers(
        Accounts(frame(frames.ACCOUNTS, accounts)), ContactPoints(frame(frames.CONTACTS, contacts))
    ).collect()
    assert made.schema == frames.polars_schema(frames.NUMBERS)
    assert sorted(made.rows()) == [("C1", "phone"), ("C1", "phone_2"), ("C2", "work")]


def test_columns_that_are_asked_for_are_those_of_all_cycles() -> None:
    accounts = [{"account_id": "A", "credit_limit": Decimal(100), "currency": "TWD"}]
    statements = [
        {"account_id": "A", "statement_date": AS_OF - timedelta(days=30 * k), "balance": Decimal(10 + k),
         "paid": Decimal(k), "minimum_due": Decimal(1), "cycles_past_due": k}
        for k in range(3)
    ]  # fmt: skip
    asked = ("balance_2", "cycles_0", "limit_1")
    books = Accounts(frame(frames.ACCOUNTS, accounts)), Statements(frame(frames.STATEMENTS, statements))
    some = cycles(*books, as_of=AS_OF, only=asked).collect()
    whole = cycles(*books, as_of=AS_OF).collect()
    assert some.schema == whole.schema
    assert some.select("account_id", "statements_count", *asked).equals(
        whole.select("account_id", "statements_count", *asked)
    )
    assert some["minimum_0"].is_null().all()
    assert some["paid_usual"].is_null().all()


def test_a_month_that_is_missing_is_not_known_and_the_months_before_it_keep_their_place() -> None:
    ends = [date(2026, 4, 30), date(2026, 5, 31), date(2026, 8, 31), date(2026, 9, 30)]
    made = wide(
        [{"account_id": "A", "credit_limit": Decimal(100)}],
        [{"account_id": "A", "statement_date": day, "balance": Decimal(day.month)} for day in ends],
    ).row(0, named=True)
    assert [made[f"balance_{k}"] for k in range(6)] == [9, 8, None, None, 5, 4]
    assert [made[f"limit_{k}"] for k in range(6)] == [100, 100, None, None, 100, 100]
    assert made["statements_count"] == 4


def test_who_gets_a_statement_every_second_month_or_every_week_misses_none() -> None:
    for days in (7, 14, 30, 61, 92):
        statements = [
            {"account_id": "A", "statement_date": AS_OF - timedelta(days=days * k), "balance": Decimal(k)}
            for k in range(8)
        ]
        made = wide([{"account_id": "A"}], statements).row(0, named=True)
        assert [made[f"balance_{k}"] for k in range(6)] == list(range(6))


@pytest.mark.parametrize("shift", [-5, 5, 9])
def test_a_statement_some_days_early_or_late_is_no_gap(shift: int) -> None:
    days = [AS_OF - timedelta(days=30 * k + (shift if k == 2 else 0)) for k in range(6)]
    made = wide([{"account_id": "A"}], [{"account_id": "A", "statement_date": day} for day in days])
    assert made["statements_count"].item() == 6
