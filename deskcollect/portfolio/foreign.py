"""Rows whose amounts are in another currency than their account: they cannot be compared with it, and are not converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio import headers
from deskcollect.portfolio.findings import Check
from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.values import plain
from deskcollect.portfolio.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.portfolio.accounts import Index
    from deskcollect.portfolio.values import Parsed

TABLES = frozenset({"statements", "payments", "transactions"})


def foreign(parsed: Parsed, index: Index) -> Iterator[Check]:
    """Report rows that name a currency other than that of their account."""
    position = headers.currency(parsed.source) if parsed.source.table in TABLES else None
    if position is None:
        return
    told = parsed.source.frame.select(LINE, plain(pl.col(str(position))).str.to_uppercase().alias("told"))
    own = index.accounts.lazy().select("account_id", "currency")
    rows = parsed.frame.select(LINE, "account_id").join(told, on=LINE).join(own, on="account_id")
    wrong = rows.filter(pl.col("told") != pl.col("currency")).sort(LINE).collect()
    if wrong.is_empty():
        return
    first = wrong.row(0, named=True)
    yield Check(
        "other_currency",
        "currency",
        pl.col(LINE).is_in(wrong[LINE].implode()),
        f"{quoted(first['told'])} is not that of the account, {first['currency']}",
        f"Give the {parsed.source.table} in the currency of their account; no amount is converted.",
    )
