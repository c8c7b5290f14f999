"""Accounts, cards and outcomes for the tests of scoring."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import strategies as st

from deskcollect import frames
from deskcollect.frames import Cycles, Events, Past, Promises
from deskcollect.policy.load import load as load_policies
from deskcollect.scoring.card import Bin, Card, Characteristic, Segment, load, sealed
from deskcollect.scoring.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.policy.model import Policies

NAMES = [feature.name for feature in FEATURES]
USUAL = {"limit": 140_000.0, "balance": 23_000.0, "paid": 16_000.0}
_MONTHLY = {
    "statement_date": "statement_date",
    "balance": "balance",
    "paid": "paid",
    "cycles": "cycles_past_due",
    "status": "payment_status",
}


def pivot(accounts: pl.DataFrame, statements: pl.DataFrame) -> Cycles:
    """Put the newest six statements of each account side by side."""
    newest_first = statements.sort("account_id", "statement_date", descending=[False, True])
    ranked = newest_first.with_columns(k=pl.int_range(pl.len()).over("account_id")).filter(pl.col("k") < 6)
    picks = [
        pl.col(source).filter(pl.col("k") == k).first().alias(f"{name}_{k}")
        for name, source in _MONTHLY.items()
        for k in range(6)
    ]
    wide = ranked.group_by("account_id").agg(pl.len().alias("statements_count"), *picks)
    whole = accounts.select("account_id", "credit_limit").join(wide, on="account_id", how="left", maintain_order="left")
    whole = whole.with_columns(
        pl.col("statements_count").fill_null(0),
        *(pl.lit(None, frames.MONEY).alias(f"minimum_{k}") for k in range(6)),
        *(pl.col("credit_limit").alias(f"limit_{k}") for k in range(6)),
        *(pl.lit(usual).alias(f"{name}_usual") for name, usual in USUAL.items()),
    )
    return Cycles(frames.stamp(whole.lazy(), frames.CYCLES))


@cache
def bundled() -> Card:
    """Return the card that ships, read once."""
    return load()


@cache
def shipped() -> Policies:
    """Return the policies that ship, read once."""
    return load_policies()


def account(**columns: Any) -> Cycles:
    """Return one account with six statements; what is not given is null."""
    row = {column.name: None for column in frames.CYCLES} | {"account_id": "A1", "statements_count": 6} | columns
    return Cycles(pl.LazyFrame([row], schema=frames.polars_schema(frames.CYCLES)))


def months(**series: Any) -> Cycles:
    """Return one account from lists, the newest month first, such as balance=[100, 50]."""
    columns = {f"{name}_{k}": value for name, values in series.items() for k, value in enumerate(values)}
    return account(**columns)


def rows() -> st.SearchStrategy[dict[str, float | None]]:
    """Return rows of features, any of them unknown."""
    value = st.one_of(st.none(), st.floats(-50, 50), st.integers(-2, 9).map(float))
    return st.fixed_dictionaries({"statements_count": st.integers(0, 6)} | dict.fromkeys(NAMES, value))


def row_of(**values: float) -> dict[str, float | None]:
    """Return the features of an account with six statements; what is not given is unknown."""
    return {"statements_count": 6} | dict.fromkeys(NAMES) | values


def small_card() -> Card:
    """Return a card of two characteristics that can be checked by hand."""
    late = Characteristic(
        "cycles_now",
        neutral=(0, 900),
        missing=(300, 900),
        bins=(Bin(None, 0.5, (0, 0)), Bin(0.5, 1.5, (0, 700)), Bin(1.5, None, (0, 1500))),
    )
    use = Characteristic(
        "use_now",
        neutral=(-100, 200),
        missing=(-100, 200),
        bins=(Bin(None, 0.3, (-400, 0)), Bin(0.3, None, (250, 300))),
    )
    segment = Segment("cycles_now", 1.0, ("not past due", "past due"))
    return sealed(Card("small", "1.0", "default next month", segment, -1500, (late, use)))


def event(number: int, code: str, on: date, **columns: Any) -> dict[str, Any]:
    """Return the n-th event as a row."""
    given = {"event_id": f"e{number:03}", "seq": number, "kind": "outcome", "account_id": "A1", "code": code}
    at = datetime.combine(on, time(2), UTC)
    return given | {"occurred_on": on, "occurred_at": at, "withdrawn": False} | columns


def promise(number: int, status: str, made_on: date, **columns: Any) -> dict[str, Any]:
    """Return a promise as a row."""
    given = {"event_id": f"e{number:03}", "account_id": "A1", "made_on": made_on, "status": status}
    return given | {"inferred": False} | columns


def events(found: Iterable[dict[str, Any]] = ()) -> Events:
    """Return rows as the table of events."""
    return Events(_table(found, frames.EVENTS))


def promises(found: Iterable[dict[str, Any]] = ()) -> Promises:
    """Return rows as the table of promises."""
    return Promises(_table(found, frames.PROMISES))


def past(found: Iterable[dict[str, Any]] = ()) -> Past:
    """Return rows as the table of what was recorded of each account."""
    return Past(_table(found, frames.PAST))


def _table(found: Iterable[dict[str, Any]], columns: frames.Columns) -> pl.LazyFrame:
    """Return rows with null for every column they lack."""
    empty = {column.name: None for column in columns}
    return pl.LazyFrame([empty | row for row in found], schema=frames.polars_schema(columns), orient="row")
