"""A lender's book scored in slices of accounts, in the same memory however large it is.

Every slice is checked and scored by what checks and scores a whole book. Whatever slices cannot tell is left to the
whole book: a book of which something is to be said stops there with its sentence.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from polars.io.plugins import register_io_source

from deskcollect.clock import Clock
from deskcollect.desk.scored import SCHEMA, Way, scored
from deskcollect.errors import DeskError
from deskcollect.portfolio import slices
from deskcollect.portfolio.source import LINE
from deskcollect.scoring import card as cards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.policy.model import Policies
    from deskcollect.records import Issue
    from deskcollect.settings import Settings

_WORKERS = 2
_NOT_READ = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


class _LeftError(Exception):
    """Slices cannot tell what is to be said of this book."""


@dataclass(slots=True)
class Streamed:
    """A book that is being scored. The counts hold once all of it was."""

    tables: dict[str, slices.Table]
    way: Way
    date_format: str
    default_currency: str
    size: int = slices.ACCOUNTS
    account_count: int = 0
    set_aside_count: int = 0
    coverage_sum: float = 0.0
    doubts: tuple[Issue, ...] = ()  # a book that has any is left to the whole book

    @property
    def as_of(self) -> date:
        """Return the day of the book."""
        return self.way.as_of

    def run(self, give: Callable[[pl.LazyFrame], None]) -> bool:
        """Hand the scored accounts to what writes them, false if slices cannot tell.

        Where a table turns out to be in no order, all begins anew.
        """
        try:
            try:
                give(self._frame(slices.parts).drop(LINE))
            except slices.OutOfTurnError:
                give(self._frame(slices.shares).sort(LINE).drop(LINE))
        except (slices.OutOfTurnError, _LeftError):
            return False
        return True

    def _frame(self, cut: Callable[[Mapping[str, slices.Table], int], Iterator[slices.Part]]) -> pl.LazyFrame:
        """Return the scored accounts, in the book's order."""
        self.account_count = self.set_aside_count = 0
        self.coverage_sum = 0.0
        parts = cut(self.tables, self.size)
        schema = pl.Schema({LINE: pl.Int64(), **SCHEMA})
        return register_io_source(lambda *_: self._scored(parts), schema=schema)

    def _scored(self, parts: Iterator[slices.Part]) -> Iterator[pl.DataFrame]:
        """Go through the slices in their order; some are being scored while the next is read."""
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(_WORKERS) as scorers:
            coming: deque[Future[tuple[pl.DataFrame, int]]] = deque()
            following = reader.submit(_next, parts)
            try:
                while True:
                    while len(coming) <= _WORKERS and (part := following.result()) is not None:
                        coming.append(scorers.submit(self._one, part))
                        following = reader.submit(_next, parts)
                    if not coming:
                        break
                    frame, set_aside = coming.popleft().result()
                    self.account_count += frame.height
                    self.set_aside_count += set_aside
                    self.coverage_sum += float(frame["coverage"].sum())
                    yield frame
            finally:
                for future in coming:
                    future.cancel()
        if not self.account_count:
            raise _LeftError

    def _one(self, part: slices.Part) -> tuple[pl.DataFrame, int]:
        """Check and score one slice; return how many of its rows were set aside beside it."""
        try:
            done = slices.check(
                part, as_of=self.as_of, date_format=self.date_format, default_currency=self.default_currency
            )
            if done.doubtful:
                raise _LeftError
            return scored(done.accounts, done.statements, self.way).insert_column(0, done.lines), done.rows_aside
        except (DeskError, *_NOT_READ) as error:
            raise _LeftError from error


def begin(
    path: Path, told: Settings, policies: Policies, *, as_of: date | None = None, encoding: str = ""
) -> Streamed | None:
    """Begin to score a book by itself, None where slices cannot tell and the whole book has to be read."""
    way = Way(policies, cards.load("default"), as_of or Clock(told.zone).today())
    if not way.by_slices:
        return None
    try:
        tables = slices.found(
            path, columns=told.columns, date_format=told.date_format, encoding=encoding, told=way.asked
        )
        day = as_of or slices.newest_day(tables, Clock(told.zone).today())
    except (DeskError, *_NOT_READ):
        return None
    contacts = tables.pop("contacts", None)
    if day is None or (contacts and contacts.count):
        return None
    return Streamed(tables, Way(policies, way.card, day), told.date_format, told.currency)


def _next(parts: Iterator[slices.Part]) -> slices.Part | None:
    """Return the next part, None at the end.

    Errors: OutOfTurnError; _LeftError where a file cannot be read.
    """
    try:
        return next(parts, None)
    except (DeskError, *_NOT_READ) as error:
        raise _LeftError from error
