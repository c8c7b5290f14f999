"""Control totals of a book, so that a person can tie them to the lender's own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.records import Total

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def totals(tables: Mapping[str, pl.LazyFrame], read: Mapping[str, int], rejects: pl.DataFrame) -> tuple[Total, ...]:
    """Return rows read and set aside a table, and amounts a currency. Two currencies are never added up."""
    currencies = tables["accounts"].select("account_id", "currency")
    accounts = tuple(_amounts("accounts", tables["accounts"], balance="balance", past_due="past_due"))
    return (*counts(read, rejects), *accounts, *moved(tables, currencies, read))


def counts(read: Mapping[str, int], rejects: pl.DataFrame) -> tuple[Total, ...]:
    """Return rows read and set aside a table."""
    aside = dict(rejects.group_by("table").agg(pl.col("line").n_unique()).iter_rows())
    both = (((table, "rows", count), (table, "set_aside", aside.get(table, 0))) for table, count in read.items())
    return tuple(Total(table, name, "", count) for pair in both for table, name, count in pair)


def moved(tables: Mapping[str, pl.LazyFrame], currencies: pl.LazyFrame, read: Mapping[str, int]) -> tuple[Total, ...]:
    """Return what payments and transactions come to; `currencies` has account_id and currency."""
    found: list[Total] = []
    for table in ("payments", "transactions"):
        if read.get(table):
            joined = tables[table].join(currencies, on="account_id", how="left")
            found.extend(_amounts(table, joined, amount="amount"))
    return tuple(found)


def _amounts(table: str, frame: pl.LazyFrame, **names: str) -> Iterator[Total]:
    """Sum columns per currency."""
    sums = [pl.col(column).sum().alias(name) for name, column in names.items()]
    by_currency = frame.group_by("currency").agg(pl.len().alias("count"), *sums).sort("currency")
    for row in by_currency.collect(engine="streaming").iter_rows(named=True):
        yield Total(table, "accounts" if table == "accounts" else "count", row["currency"], row["count"])
        for name in names:
            yield Total(table, name, row["currency"], row[name])
