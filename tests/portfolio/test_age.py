"""How late, how much is at stake, and whether the figures agree."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Accounts
from deskcollect.portfolio.age import age
from deskcollect.portfolio.cycles import numbers

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies

AS_OF = date(2026, 9, 30)


def accounts(*rows: dict[str, Any]) -> Accounts:
    """Make accounts; what a row leaves out is null."""
    plain = {"currency": "TWD", "balance": 100, "past_due": 0, "past_due_assumed": False}
    full = [{"account_id": f"A{i}", "customer_id": f"C{i}", **plain, **row} for i, row in enumerate(rows)]
    names = [column.name for column in frames.ACCOUNTS]
    columns = {name: [row.get(name) for row in full] for name in names}
    series = [pl.Series(c.name, columns[c.name]).cast(c.dtype) for c in frames.ACCOUNTS]
    return Accounts(pl.DataFrame(series).lazy())


def aged(policies: Policies, *rows: dict[str, Any], before: Accounts | None = None) -> pl.DataFrame:
    """Age accounts."""
    return age(accounts(*rows), policies, as_of=AS_OF, before=before).collect()


def test_the_result_has_the_declared_columns(policies: Policies) -> None:
    assert aged(policies, {}).schema == frames.polars_schema(frames.AGED)


def test_the_lenders_days_are_taken_as_they_are(policies: Policies) -> None:
    frame = aged(policies, {"days_past_due": 31, "past_due": 5, "due_date": date(2026, 1, 1)})
    assert frame["dpd"].to_list() == [31]


def test_days_are_counted_from_the_oldest_unpaid_due_date(policies: Policies) -> None:
    days: list[dict[str, Any]] = [
        {"due_date": AS_OF - timedelta(days=45), "past_due": 5},
        {"due_date": AS_OF, "past_due": 5},
        {"due_date": AS_OF + timedelta(days=9), "past_due": 5},
        {"due_date": AS_OF - timedelta(days=45), "past_due": 0},
        {"past_due": 0},
    ]
    assert aged(policies, *days)["dpd"].to_list() == [45, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("dpd", "bucket", "stage"),
    [(0, "0", "current"), (1, "1-30", "early"), (30, "1-30", "early"), (31, "31-60", "middle"), (91, "91+", "late")],
)
def test_bucket_and_stage_come_from_the_policy(policies: Policies, dpd: int, bucket: str, stage: str) -> None:
    frame = aged(policies, {"days_past_due": dpd, "past_due": 5})
    assert frame.select("bucket", "stage").row(0) == (bucket, stage)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"days_past_due": 31, "past_due": 5, "balance": 0}, "31 days past due but nothing is owed"),
        ({"days_past_due": 1, "past_due": 0, "balance": -7}, "1 day past due but nothing is owed"),
        ({"days_past_due": 0, "past_due": 5, "balance": 0}, "an amount is past due but nothing is owed"),
        ({"days_past_due": 31, "past_due": 0, "balance": 9}, "31 days past due but no amount is"),
        ({"past_due": 5, "balance": 9}, "past due, but since when is not given"),
        ({"days_past_due": 31, "past_due": 5, "balance": 9}, None),
        ({"days_past_due": 0, "past_due": 0, "balance": -7}, None),
    ],
)
def test_figures_that_do_not_agree_are_verified_before_anyone_calls(
    policies: Policies, row: dict[str, Any], sentence: str | None
) -> None:
    assert aged(policies, row)["verify"].to_list() == [sentence]


def test_exposure_is_a_third_within_its_own_currency(policies: Policies) -> None:
    rows = [{"past_due": n, "days_past_due": 9} for n in (10, 20, 30)]
    foreign = [{"past_due": n, "days_past_due": 9, "currency": "USD"} for n in (1, 2, 3)]
    frame = aged(policies, *rows, {"past_due": 0, "days_past_due": 0}, *foreign)
    assert frame["exposure"].to_list() == ["low", "mid", "high", "none", "low", "mid", "high"]
    assert frame["exposure_share"].to_list() == pytest.approx([1 / 3, 2 / 3, 1, 0, 1 / 3, 2 / 3, 1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-5, 50), min_size=1, max_size=40))
def test_equal_amounts_share_a_third_and_larger_ones_are_never_below(policies: Policies, amounts: list[int]) -> None:
    frame = aged(policies, *({"past_due": amount, "days_past_due": 0} for amount in amounts))
    grade = {"none": 0, "low": 1, "mid": 2, "high": 3}
    told = sorted(zip(amounts, (grade[e] for e in frame["exposure"]), strict=True))
    assert [g for _, g in told] == sorted(g for _, g in told)
    assert all((amount > 0) == (g > 0) for amount, g in told)
    assert all(len({g for a, g in told if a == amount}) == 1 for amount in Counter(amounts))


def test_the_customers_other_accounts_are_seen_and_never_the_account_itself(policies: Policies) -> None:
    rows = [("C1", 0), ("C1", 40), ("C1", 9), ("C2", 12), ("C3", 5), ("C3", 5)]
    frame = aged(policies, *({"customer_id": c, "days_past_due": d, "past_due": d} for c, d in rows))
    assert frame["other_dpd"].to_list() == [40, 9, 40, None, 5, 5]


def test_autopay_is_dropped_only_if_it_was_there_before(policies: Policies) -> None:
    before = accounts({"autopay": True}, {"autopay": True}, {"autopay": False}, {"autopay": True})
    now: list[dict[str, Any]] = [
        {"autopay": False},
        {"autopay": True},
        {"autopay": False},
        {"autopay": None},
        {"autopay": False},
    ]
    assert aged(policies, *now, before=before)["autopay_dropped"].to_list() == [True, False, False, False, False]
    assert aged(policies, *now)["autopay_dropped"].to_list() == [False] * 5


def test_the_books_order_is_kept(policies: Policies) -> None:
    rows: list[dict[str, Any]] = [
        {"account_id": name, "customer_id": "same", "balance": Decimal(1)} for name in ("Z", "A", "M")
    ]
    before = accounts({"account_id": "A", "autopay": True})
    assert aged(policies, *rows, before=before)["account_id"].to_list() == ["Z", "A", "M"]


# --- telephone numbers -------------------------------------------------------------------------------------------------------


def test_the_numbers_of_a_customer_are_counted_over_accounts_and_contacts(policies: Policies) -> None:
    book = accounts(
        {"customer_id": "C1", "phone": "+44 7700 900001"},
        {"customer_id": "C1", "phone_2": "+44 7700 900002"},
        {"customer_id": "C2"},
        {"customer_id": "C3", "email": "a@example.com"},
    )
    contacts = pl.LazyFrame(
        [("C2", "work", "+44 20 7946 0005"), ("C3", "email", "b@example.com")],
        schema=["customer_id", "kind", "value"],
        orient="row",
    )
    found = age(book, policies, as_of=AS_OF, numbers=numbers(book, frames.ContactPoints(contacts))).collect()
    assert found["number_count"].to_list() == [2, 2, 1, 0]


def test_without_a_look_at_the_numbers_it_is_not_known_how_many_there_are(policies: Policies) -> None:
    assert aged(policies, {"phone": "+44 7700 900001"})["number_count"].to_list() == [None]
