"""What the files of a book offer before it is read: their headers, and which of our columns nobody has claimed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.portfolio import files, headers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SAMPLES = 3
_RECOMMENDED: Mapping[str, tuple[str, ...]] = {
    "accounts": (
        *("customer_name", "phone", "currency", "past_due", "minimum_due", "credit_limit", "product"),
        *("customer_id", "collector", "branch", "timezone"),
    ),
    "statements": ("paid", "minimum_due", "cycles_past_due", "payment_status", "credit_limit"),
    "payments": ("method", "status"),
    "transactions": ("kind",),
    "contacts": (),
}


@dataclass(frozen=True, slots=True)
class Header:
    """A header that no column of ours has claimed, with the first values below it."""

    name: str
    samples: tuple[str, ...]

    def may_be(self, wanted: Wanted) -> bool:
        """Tell whether the first values could stand in one of the columns: no amount and no date is without a digit."""
        return not wanted.figures or not self.samples or any(re.search(r"\d", sample) for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns of which one is looked for.

    `required` says that the book cannot be read without it, `figures` that it holds numbers or dates.
    """

    columns: tuple[str, ...]
    required: bool
    figures: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a book: which header was taken for which column, what is free, what is looked for."""

    table: str
    file: str
    known: tuple[tuple[str, str], ...]
    free: tuple[Header, ...]
    wanted: tuple[Wanted, ...]


def survey(path: Path, columns: Mapping[str, str], *, encoding: str = "") -> tuple[Sheet, ...]:
    """Look at the headers of every table of a book.

    Errors: BadBook when a file cannot be read at all, BadUse when there is nothing at `path`.
    """
    found, _ = files.find(path)
    return tuple(_sheet(table, file, columns, encoding) for table, file in found.items())


def _sheet(table: str, file: Path, columns: Mapping[str, str], encoding: str) -> Sheet:
    """Look at one table."""
    source = files.read(table, file, encoding=encoding)
    claimed = {header: _column(table, header, columns) for header in source.headers}
    free = [position for position, header in enumerate(source.headers) if header and not claimed[header]]
    head = source.frame.select(pl.col(str(position)).cast(pl.String) for position in free).head(50).collect()
    return Sheet(
        table,
        file.name,
        tuple(pair for pair in claimed.items() if all(pair)),
        tuple(Header(source.headers[position], _samples(head[str(position)])) for position in free),
        tuple(_wanted(table, set(claimed.values()))),
    )


def _column(table: str, header: str, columns: Mapping[str, str]) -> str:
    """Return our column of a header, nothing if it is not known."""
    key = headers.fold(header)
    mapped = {headers.fold(name): column for name, column in columns.items()}
    ours = {headers.fold(column.name): column.name for column in headers.SCHEMAS[table]}
    return mapped.get(key) or ours.get(key) or headers.aliases(table).get(key, "")


def _samples(column: pl.Series) -> tuple[str, ...]:
    """Return the first values that are there."""
    return tuple(column.drop_nulls().unique(maintain_order=True).head(SAMPLES))


def _wanted(table: str, have: set[str]) -> Iterator[Wanted]:
    """Go through the columns that are looked for, the required ones first."""
    for choices in headers.REQUIRED[table]:
        if not have.intersection(choices):
            yield Wanted(choices, required=True, figures=_figures(table, choices))
    for name in _RECOMMENDED[table]:
        if name not in have:
            yield Wanted((name,), required=False, figures=_figures(table, (name,)))


def _figures(table: str, names: tuple[str, ...]) -> bool:
    """Tell whether columns hold numbers or dates."""
    texts = {column.name for column in headers.SCHEMAS[table] if column.dtype in {pl.String, pl.Boolean}}
    return not texts.intersection(names)
