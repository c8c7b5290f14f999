"""Rows that several books and files tell, each counted once, in one order whatever came first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio.rows import DATED, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_NTH, _RANK = "_nth", "_rank"


@dataclass(frozen=True, slots=True)
class Told:
    """What one book or file tells: of which day it is, its rows, and the days they lie between where that is known."""

    as_of: date
    rows: pl.LazyFrame
    first: date | None = None
    last: date | None = None
    by_book: bool = False


def together(told: Sequence[Told], table: str, *, ordered: bool = True) -> pl.LazyFrame:
    """Return the rows of all, sorted by every column, nulls first; or in any order.

    A row that several tell counts once, as the one of the newest day says, a book before a file of its day; of files of
    one day, what sorts last: a payment that came back counts as returned. Only days that several tell are compared.
    """
    keys = SAME[table]
    columns = told[0].rows.collect_schema().names()
    order = [*keys[:2], *(name for name in columns if name not in keys[:2])]
    if len(told) == 1:
        return told[0].rows.sort(order) if ordered else told[0].rows
    spans = _spans(told, table)
    shared = _shared([span for span in spans if span is not None])
    day = pl.col(DATED[table]).dt.date()
    several = pl.any_horizontal(False, *(day.is_between(*span) for span in shared))
    rest = [name for name in columns if name not in keys]
    alone: list[pl.LazyFrame] = []
    compared: list[pl.LazyFrame] = []
    ranks = {rank: number for number, rank in enumerate(sorted({(each.as_of, each.by_book) for each in told}))}
    for each, span in zip(told, spans, strict=True):
        if span is None:
            continue
        if not any(_meet(span, other) for other in shared):
            alone.append(each.rows)
            continue
        alone.append(each.rows.filter(~several))
        rank = pl.lit(ranks[each.as_of, each.by_book])
        rows = each.rows.filter(several).sort(rest, maintain_order=True)
        nth = pl.int_range(pl.len()).over(keys)
        compared.append(rows.with_columns(nth.alias(_NTH), rank.alias(_RANK)))
    if compared:
        # the rows of one rank stand in the order of what they say besides, so that the last says most
        ranked = pl.concat(compared).sort(_RANK, *rest, maintain_order=True)
        alone.append(ranked.unique([*keys, _NTH], keep="last", maintain_order=True).select(columns))
    if not alone:
        return told[0].rows
    return pl.concat(alone).sort(order) if ordered else pl.concat(alone)


def _spans(told: Iterable[Told], table: str) -> list[tuple[date, date] | None]:
    """Return the first and the last day of each, None where it has no rows."""
    day = pl.col(DATED[table]).dt.date()
    known = [(each.first, each.last) for each in told]
    asked = [each.rows.select(day.min().alias("first"), day.max().alias("last")) for each in told if each.first is None]
    found = iter(frame.row(0) for frame in pl.collect_all(asked))
    spans = (next(found) if first is None else (first, last) for first, last in known)
    return [(first, last) if first is not None and last is not None else None for first, last in spans]


def _shared(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the stretches of days that more than one span covers, apart from one another."""
    found: list[tuple[date, date]] = []
    reached: date | None = None
    for first, last in sorted(spans):
        if reached is not None and first <= reached:
            begin, end = first, min(last, reached)
            if found and begin <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((begin, end))
        reached = last if reached is None else max(reached, last)
    return found


def _meet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Say whether two spans share a day."""
    return one[0] <= other[1] and other[0] <= one[1]
