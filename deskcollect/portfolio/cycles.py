"""Statements from long to wide: one row an account, its newest six cycles side by side. And who has which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.frames import CYCLE_COUNT
from deskcollect.portfolio.age import days_past_due
from deskcollect.portfolio.order import rises
from deskcollect.vocabulary import PaymentStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from deskcollect.frames import Accounts, ContactPoints, Cycles, Numbers, Statements

# Our name of a cycle's column, and the statement's.
_COLUMNS = {
    "balance": "balance",
    "paid": "paid",
    "minimum": "minimum_due",
    "cycles": "cycles_past_due",
    "status": "payment_status",
    "limit": "credit_limit",
    "statement_date": "statement_date",
}
CYCLE_DAYS = 30
_SHORTEST_DAYS = 25  # between two statements of a monthly account
_EARLY = 0.4  # of a cycle: as much as a statement may come too early, or after a missing one
_PHONES = ("phone", "phone_2")
_USUAL = ("limit_usual", "balance_usual", "paid_usual")
_NUMBER_KINDS = ("mobile", "home", "work")


def cycles(accounts: Accounts, statements: Statements, *, as_of: date, only: Collection[str] | None = None) -> Cycles:
    """Return the statements of each account's newest six cycles, 0 the newest.

    A cycle whose statement is missing, as the others of the same account show, is not known.

    An account without statements has a count of 0; what the account itself says of today stands at 0: balance, limit,
    and the cycles that its days past due make.

    What is usual in the book stands beside each account, for the account's currency, and behind all the lender's own columns.

    With `only`, columns that are not in it may be null.

    Shape: the accounts' rows in their order, nulls where nothing is known. Rows in (account, date) order, as snapshots
    keep them, are not sorted again. One column is in memory at a time.
    """
    ends = _ends(statements)
    if ends is None:
        statements = frames.Statements(statements.sort("account_id", "statement_date").collect().lazy())
        ends = _ends(statements)
        assert ends is not None
    lenders = frames.own_columns(accounts.collect_schema().names())
    own = accounts.select(
        "account_id", "credit_limit", "balance", "currency", _cycles_late(as_of).alias("late"), *lenders
    ).collect()
    if not ends["account_id"].equals(own["account_id"]):
        ends = own.select("account_id").join(ends, on="account_id", how="left", maintain_order="left")
    rows = [ends[_row(k)] for k in range(CYCLE_COUNT)]
    asked = frozenset(only or (column.name for column in frames.CYCLES))
    counts = ends.select(pl.sum_horizontal(pl.col(_row(k)).is_not_null() for k in range(CYCLE_COUNT)).cast(pl.Int32))
    wide = [own["account_id"], counts.to_series().alias("statements_count")]
    for theirs, places in _places(rows).items():
        if not asked.isdisjoint(places):
            wide += _gathered(statements, theirs, places)
    known = {series.name for series in wide}
    frame = pl.DataFrame(wide).with_columns(
        pl.lit(None, column.dtype).alias(column.name) for column in frames.CYCLES if column.name not in known
    )
    frame = frame.with_columns(_limits(own["credit_limit"], rows)).with_columns(_from_account(own))
    if not asked.isdisjoint(_USUAL):
        frame = frame.with_columns(_usual(frame, own["currency"]))
    frame = frame.hstack(own.select(lenders))
    return frames.Cycles(frames.stamp(frame.lazy(), frames.CYCLES, and_own=True))


def _places(rows: Sequence[pl.Series]) -> dict[str, dict[str, pl.Series]]:
    """Return for each column of the statements what ours are called and on which rows they stand."""
    return {theirs: {f"{ours}_{k}": at for k, at in enumerate(rows)} for ours, theirs in _COLUMNS.items()}


def _cycles_late(as_of: date) -> pl.Expr:
    """Return the cycles past due that an account's own days past due make."""
    return (days_past_due(as_of) / CYCLE_DAYS).ceil().cast(pl.Int32)


def _from_account(own: pl.DataFrame) -> list[pl.Expr]:
    """Return what stands for the newest cycle of an account without statements."""
    none = pl.col("statements_count") == 0
    late = pl.lit(own["late"])
    status = pl.when(late > 0).then(pl.lit(PaymentStatus.PAST_DUE.value))
    known = {
        "balance_0": pl.lit(own["balance"]),
        "limit_0": pl.lit(own["credit_limit"]),
        "cycles_0": late,
        "status_0": status,
    }
    return [pl.when(none).then(value).otherwise(pl.col(name)).alias(name) for name, value in known.items()]


def _ends(statements: Statements) -> pl.DataFrame | None:
    """Return the rows of each account's newest cycles, None if its statements are not in turn.

    In turn: those of one account stand together, the oldest first.
    """
    rows = statements.select("account_id", "statement_date").collect()
    account, day = rows["account_id"], rows["statement_date"]
    begins = account.ne_missing(account.shift(1))
    if rows.height:
        begins[0] = True
    days = pl.select(pl.when(~begins).then((day - day.shift(1)).dt.total_days())).to_series()
    if (days < 0).any():
        return None
    first = begins.arg_true().cast(pl.Int64)
    last = first.shift(-1, fill_value=rows.height) - 1
    ids = account.gather(first)
    if not (rises(ids) or ids.n_unique() == ids.len()):
        return None
    newest = (
        _without_gaps(first, last)
        if not (days >= _SHORTEST_DAYS * (2 - _EARLY)).any()
        else _by_days(begins, days, last)
    )
    return pl.DataFrame([ids, *newest])


def _without_gaps(first: pl.Series, last: pl.Series) -> list[pl.Series]:
    """Return the rows of the newest cycles where one statement follows the other."""
    ago = [pl.when(last - k >= first).then(last - k).alias(_row(k)) for k in range(CYCLE_COUNT)]
    return pl.select(ago).get_columns()


def _by_days(begins: pl.Series, days: pl.Series, last: pl.Series) -> list[pl.Series]:
    """Return the rows of the newest cycles by the days between statements.

    A cycle is as long as the shortest time between two statements of the account, and at least `_SHORTEST_DAYS`.
    """
    told = pl.DataFrame({"account": begins.cum_sum() - 1, "days": days}).with_row_index("row")
    cycle = pl.col("days").clip(lower_bound=_SHORTEST_DAYS).min().over("account")
    passed = (pl.col("days") / cycle + _EARLY).floor().clip(lower_bound=1).fill_null(0).cum_sum()
    told = told.with_columns(passed.cast(pl.Int64).alias("passed"))
    ago = told["passed"].gather(last).gather(told["account"]) - told["passed"]
    near = told.with_columns((pl.col("account") * CYCLE_COUNT + ago).alias("place")).filter(ago < CYCLE_COUNT)
    rows = pl.repeat(None, last.len() * CYCLE_COUNT, dtype=pl.Int64, eager=True)
    rows = rows.scatter(near["place"], near["row"].cast(pl.Int64))
    return [rows.gather_every(CYCLE_COUNT, k).alias(_row(k)) for k in range(CYCLE_COUNT)]


def _row(k: int) -> str:
    """Name the row of the statement k cycles ago."""
    return f"row_{k}"


def _gathered(statements: Statements, name: str, rows: Mapping[str, pl.Series]) -> list[pl.Series]:
    """Return one column of the statements at several rows an account, under their names."""
    column = statements.select(name).collect().to_series()
    if column.null_count() == column.len():
        count = next(iter(rows.values())).len()
        return [pl.repeat(None, count, dtype=column.dtype, eager=True).alias(ours) for ours in rows]
    return [column.gather(at).alias(ours) for ours, at in rows.items()]


def _limits(own: pl.Series, rows: Sequence[pl.Series]) -> list[pl.Expr]:
    """Return the limit of each cycle that has a statement: the statement's, else the account's."""
    limits = (pl.col(f"limit_{k}").fill_null(pl.lit(own)) for k in range(CYCLE_COUNT))
    return [
        pl.when(row.is_not_null()).then(limit).alias(f"limit_{k}")
        for k, (row, limit) in enumerate(zip(rows, limits, strict=True))
    ]


def _usual(frame: pl.DataFrame, currency: pl.Series) -> pl.DataFrame:
    """Return the middle amounts of the book in the currency of each account, null where it is not known."""
    paid = pl.sum_horizontal(f"paid_{k}" for k in range(CYCLE_COUNT))
    amounts = frame.select(
        currency,
        limit_usual=pl.col("limit_0").cast(pl.Float64),
        balance_usual=pl.col("balance_0").cast(pl.Float64),
        paid_usual=paid.cast(pl.Float64),
    )
    known = amounts.filter(pl.col("currency").is_not_null())
    middle = known.group_by("currency").agg(
        pl.col(name).filter(pl.col(name) > 0).median() for name in amounts.columns[1:]
    )
    return amounts.select("currency").join(middle, on="currency", how="left", maintain_order="left").drop("currency")


def numbers(accounts: Accounts, contacts: ContactPoints) -> Numbers:
    """Return the kinds of telephone number of each customer; the numbers themselves stay where they are."""
    named = [
        accounts.filter(pl.col(name).is_not_null()).select("customer_id", pl.lit(name).alias("contact_point"))
        for name in _PHONES
    ]
    further = contacts.filter(pl.col("kind").is_in(_NUMBER_KINDS) & pl.col("value").is_not_null()).select(
        "customer_id", pl.col("kind").alias("contact_point")
    )
    return frames.Numbers(frames.stamp(pl.concat([*named, further]).unique(maintain_order=True), frames.NUMBERS))
