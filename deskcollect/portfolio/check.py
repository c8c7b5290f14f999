"""What the rows of every table must satisfy, whatever the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.currency import minor_units
from deskcollect.portfolio import dates, values
from deskcollect.portfolio.findings import Check
from deskcollect.portfolio.headers import SCHEMAS
from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.values import IMPLAUSIBLE, PROBLEMS, RAW
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from deskcollect.portfolio.source import Source
    from deskcollect.portfolio.values import Parsed

DIGITS = "_digits"
_SAY = "Correct the date, or say {} with  --as-of"


@dataclass(frozen=True, slots=True)
class Against:
    """What rows of other tables than the accounts are checked against, in words: up to which day, and whose accounts.

    `mend` says what to do about a row after that day, `unknown` what of a row whose account is not there, `add` what to do.
    """

    day: str
    mend: str
    unknown: str
    add: str


BOOK = Against(
    "the book's date",
    _SAY.format("the book's date"),
    "is in no row of the accounts",
    "Add the {} to the accounts, or leave its rows out.",
)
DESK_TODAY = Against(
    "today",
    "Correct the date.",
    "is in no book of the desk",
    "Its rows count once a book holds the {} and this file is imported again.",
)
DESK = replace(DESK_TODAY, day="the file's day", mend=_SAY.format("the file's day"))


def torn(source: Source) -> Iterator[Check]:
    """Report lines whose fields do not fit the header."""
    if source.torn:
        yield Check(
            "too_many_fields",
            "",
            pl.col(LINE).is_in(pl.Series(source.torn, dtype=pl.Int64).implode()),
            "more fields than the header has",
            'Put a field that holds the separator between quotation marks, as in "1,234.50".',
        )
    if source.faulty:
        rows, cells = zip(*source.faulty, strict=True)
        yield Check(
            "cell_error",
            "",
            pl.col(LINE).is_in(pl.Series(rows, dtype=pl.Int64).implode()),
            f"a cell holds an error of the spreadsheet, the first is {cells[0]}",
            "Correct its formula or clear the cell, and save the workbook again.",
        )
    if source.cut is not None:
        yield Check(
            "cut_off",
            "",
            pl.col(LINE) == source.cut,
            "the file is cut off here",
            "Export or copy the file again, whole.",
        )


def unreadable(parsed: Parsed, date_format: str) -> Iterator[Check]:
    """Report cells that say something that cannot be read."""
    schema = parsed.frame.collect_schema()
    for column in SCHEMAS[parsed.source.table]:
        if RAW + column.name in schema:
            text = parsed.written(column.name)
            yield Check(
                "unreadable",
                column.name,
                parsed.unreadable(column.name),
                shows=text,
                kinds=values.problem(column, text, date_format),
                sentences=PROBLEMS,
            )


def missing(parsed: Parsed, *names: str) -> Iterator[Check]:
    """Report empty cells of required columns."""
    for name in names:
        yield Check("missing", name, parsed.silent(name), "is empty", "Fill it in; a row needs it.")


def implausible(parsed: Parsed) -> Iterator[Check]:
    """Report absurd amounts."""
    for name in amounts(parsed):
        absurd = pl.col(name).abs() >= IMPLAUSIBLE
        yield Check("implausible", name, absurd, *PROBLEMS["implausible"], shows=shown(name))


def amounts(parsed: Parsed) -> list[str]:
    """Return the money columns that the lender gave."""
    columns = SCHEMAS[parsed.source.table]
    return [c.name for c in columns if c.name in parsed.given and isinstance(c.dtype, pl.Decimal)]


def surplus(name: str, when: pl.Expr) -> Check:
    """Report amounts with more decimals than their currency has."""
    return Check(
        "surplus_decimal",
        name,
        when,
        "has more decimals than its currency",
        "Round it to the currency's smallest unit, or look whether its point separates thousands.",
        shows=shown(name),
    )


def exceeds(name: str) -> pl.Expr:
    """Say whether an amount has more decimals than the column DIGITS allows."""
    amount = pl.col(name)
    rounded = amount
    for count in sorted(set(minor_units().values())):
        rounded = pl.when(pl.col(DIGITS) == count).then(amount.round(count)).otherwise(rounded)
    return amount != rounded


def shown(name: str) -> pl.Expr:
    """Return a number as text without idle zeros."""
    text = pl.col(name).cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )


def negative(name: str) -> Check:
    """Report a number below zero where none can be; the row is set aside."""
    remedy = "Correct it, or leave the cell empty if it is not known."
    return Check("negative", name, pl.col(name) < 0, "is below zero", remedy, shows=shown(name))


def emptied(code: str, column: str, when: pl.Expr, what: str, remedy: str) -> Check:
    """Report cells that are read as something else while their row goes on."""
    return Check(code, column, when, what, remedy, Severity.WARNING, set_aside=False, shows=shown(column))


def future(name: str, as_of: date, against: Against) -> Check:
    """Report rows of a day that a book or file cannot know yet."""
    day = pl.col(name).cast(pl.Date)
    return Check("after_as_of", name, day > as_of, f"is after {against.day}, {as_of}", against.mend, shows=day)


def offset(parsed: Parsed, name: str) -> Iterator[Check]:
    """Tell that times were written with their distance from UTC."""
    raw = pl.col(RAW + name)
    dtype = parsed.frame.collect_schema().get(RAW + name)
    if dtype == pl.String:
        carries = raw.str.contains(dates.OFFSET)
    elif isinstance(dtype, pl.Datetime) and dtype.time_zone:
        carries = dates.plausible(raw).is_not_null()
    else:
        return
    yield Check(
        "utc_offset",
        name,
        carries,
        "carries an offset from UTC, which is left out",
        "Times are taken as local to the lender; export them so if they are not.",
        Severity.WARNING,
        set_aside=False,
    )
