"""The order of the worklist, its queues and what would be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from deskcollect.policy.model import Policies
from deskcollect.strategy.worklist import ALL, compared, ordered, orphan
from deskcollect.vocabulary import Lens
from tests.strategy.builders import TODAY, account, one, worked


def order(lens: Lens, *accounts: dict[str, Any]) -> list[str]:
    """Return the accounts in the order of a lens."""
    table = compared(pl.LazyFrame(list(accounts), infer_schema_length=None), lens)
    return ordered(table, lens).collect()["account_id"].to_list()


def row(name: str, chance: float | None, share: float, *, worked_today: bool | None = False) -> dict[str, Any]:
    """Return what the order looks at."""
    return {
        "account_id": name,
        "prob_default": chance,
        "exposure_share": share,
        "worked_today": worked_today,
        "expected_recovery": share * 100,
        "currency": "TWD",
    }


def test_risk_puts_the_riskiest_first_and_of_equals_the_larger() -> None:
    rows = row("A1", 0.2, 0.9), row("A2", 0.7, 0.1), row("A3", 0.7, 0.6)
    assert order(Lens.RISK, *rows) == ["A3", "A2", "A1"]


def test_exposure_puts_the_largest_first_and_of_equals_the_riskier() -> None:
    rows = row("A1", 0.2, 0.9), row("A2", 0.7, 0.9), row("A3", 0.9, 0.6)
    assert order(Lens.EXPOSURE, *rows) == ["A2", "A1", "A3"]


def test_recovery_puts_what_a_contact_brings_most_first_and_of_equals_the_riskier() -> None:
    rows = row("A1", 0.2, 0.9), row("A2", 0.7, 0.9), row("A3", 0.9, 0.6)
    assert order(Lens.RECOVERY, *rows) == ["A2", "A1", "A3"]


def test_recovery_compares_no_amounts_of_two_currencies() -> None:
    """A hundred dollars stand above a hundred thousand yen where they are the most of their kind."""
    yen = [row(f"J{n}", 0.5, 0.5) | {"currency": "JPY", "expected_recovery": 1e5 * n} for n in (1, 2, 3)]
    dollars = [row(f"U{n}", 0.4, 0.5) | {"currency": "USD", "expected_recovery": 50.0 * n} for n in (1, 2, 3)]
    assert order(Lens.RECOVERY, *yen, *dollars) == ["J3", "U3", "J2", "U2", "J1", "U1"]
    raised = [{**each, "expected_recovery": each["expected_recovery"] * 1e6} for each in yen]
    assert order(Lens.RECOVERY, *raised, *dollars) == ["J3", "U3", "J2", "U2", "J1", "U1"]


def test_what_costs_more_than_it_brings_stands_below_and_what_is_not_counted_last() -> None:
    rows = (
        row("A1", 0.9, 0.5) | {"expected_recovery": None},
        row("A2", 0.1, 0.5) | {"expected_recovery": -30.0},
        row("A3", 0.2, 0.5) | {"expected_recovery": 4.0},
    )
    assert order(Lens.RECOVERY, *rows) == ["A3", "A2", "A1"]


@pytest.mark.parametrize("lens", Lens)
def test_the_account_id_settles_what_is_equal(lens: Lens) -> None:
    assert order(lens, row("A3", 0.5, 0.5), row("A1", 0.5, 0.5), row("A2", 0.5, 0.5)) == ["A1", "A2", "A3"]


@pytest.mark.parametrize("lens", Lens)
def test_what_was_worked_today_goes_to_the_end(lens: Lens) -> None:
    rows = row("A1", 0.9, 0.9, worked_today=True), row("A2", 0.1, 0.1), row("A3", 0.2, 0.2, worked_today=None)
    assert order(lens, *rows) == ["A3", "A2", "A1"]


def test_what_is_not_known_stands_last() -> None:
    assert order(Lens.RISK, row("A1", None, 0.9), row("A2", 0.1, 0.1)) == ["A2", "A1"]


def test_what_has_its_time_goes_by_it_whatever_the_lens_and_who_was_worked_today() -> None:
    noon, later = datetime(2026, 9, 30, 12, tzinfo=UTC), datetime(2026, 10, 1, 8, tzinfo=UTC)
    rows = [
        row("A1", 0.9, 0.9) | {"callback_at": later},
        row("A2", 0.1, 0.1, worked_today=True) | {"callback_at": noon},
        row("A3", 0.5, 0.5) | {"callback_at": None},
        row("A4", 0.2, 0.2) | {"callback_at": later},
    ]
    for lens, equals in ((Lens.RISK, ["A1", "A4"]), (Lens.EXPOSURE, ["A1", "A4"])):
        found = ordered(pl.LazyFrame(rows, infer_schema_length=None), lens, "callback_at").collect()
        assert found["account_id"].to_list() == ["A2", *equals, "A3"]


# --- queues ------------------------------------------------------------------------------------------------------------------


def test_an_account_may_stand_in_several_queues_in_the_order_of_the_file(policies: Policies) -> None:
    at = datetime(2026, 9, 30, 8, tzinfo=UTC)
    found = one(policies, callback_at=at, promise_status="broken", promise_broken_on=TODAY)
    assert found["queues"] == ["to-call", "callbacks", "broken", "all"]


def test_every_account_stands_in_all(policies: Policies) -> None:
    found = worked(
        policies, account("A1"), account("A2", disputed=True), account("A3", past_due=0, dpd=0, stage="current")
    )
    assert found["queues"].list.contains(ALL).all()


def test_a_policy_with_one_queue_is_enough(policies: Policies) -> None:
    rules = tuple(queue for queue in policies.queues if queue.id == ALL)
    only = replace(policies, queues=replace(policies.queues, rules=rules, lines=(1,)))
    assert worked(only, account("A1"), account("A2"))["queues"].to_list() == [["all"], ["all"]]


def test_no_account_is_no_queue(policies: Policies) -> None:
    assert worked(policies, account()).head(0)["queues"].to_list() == []


# --- orphans -----------------------------------------------------------------------------------------------------------------


def listed(queues: list[str], past_due: int, due_on: object = None) -> pl.DataFrame:
    """Return one account of a worklist."""
    schema = pl.Schema([("queues", pl.List(pl.String)), ("past_due", pl.Int64()), ("due_on", pl.Date())])
    return pl.DataFrame({"queues": [queues], "past_due": [past_due], "due_on": [due_on]}, schema=schema)


def test_a_past_due_account_that_nobody_would_come_across_is_an_orphan() -> None:
    assert listed(["all"], 100).select(orphan().sum()).item() == 1
    assert listed([], 100).select(orphan().sum()).item() == 1
    assert listed(["all"], 100, TODAY + timedelta(days=3)).select(orphan().sum()).item() == 0
    assert listed(["blocked", "all"], 100).select(orphan().sum()).item() == 0
    assert listed(["all"], 0).select(orphan().sum()).item() == 0


PROMISES: list[dict[str, Any]] = [
    {},
    *({"promise_status": s, "promise_due": TODAY} for s in ("open", "due", "kept", "partial")),
    {"promise_status": "broken", "promise_due": TODAY, "promise_broken_on": TODAY, "promise_broken_count": 1},
]
HEARD: list[dict[str, Any]] = [
    {},
    {"claims_paid_on": TODAY},
    {"claims_paid_on": TODAY - timedelta(days=20)},
    {"refused_on": TODAY},
    {"contact_lost": True},
    {"attempt_count": 9},
    {"disputed": True},
    {"verify": "look"},
    {"last_code": "AGY", "last_on": TODAY},
    {"callback_at": datetime(2026, 9, 30, 8, tzinfo=UTC)},
]
DATES: list[dict[str, Any]] = [{}, {"next_on": TODAY + timedelta(days=4)}, {"next_on": TODAY - timedelta(days=4)}]
STAGES: list[dict[str, Any]] = [
    {"stage": "current", "dpd": 0},
    {"stage": "early", "dpd": 5},
    {"stage": "middle", "dpd": 50},
    {"stage": "late", "dpd": 150},
]


def test_the_shipped_policy_leaves_no_past_due_account_without_a_next_step(policies: Policies) -> None:
    combined = [
        promise | heard | date | stage for promise in PROMISES for heard in HEARD for date in DATES for stage in STAGES
    ]
    accounts = [account(f"A{n}", customer_id=f"C{n}", **more) for n, more in enumerate(combined)]
    found = worked(policies, *accounts)
    lost = found.filter((pl.col("queues").list.len() == 1) & pl.col("due_on").is_null())
    assert lost.select("treatment", "state").unique().rows() == []
    assert found.select(orphan().sum()).item() == 0
