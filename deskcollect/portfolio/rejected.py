"""The rows of a book that were set aside, each with what is wrong with it; and what is kept of them beside the books.

What is kept is a convenience, so that who asks for such an account is told why it is not there: a desk that cannot write
or read it goes on without.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import aside

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from deskcollect.portfolio.book import Book
    from deskcollect.portfolio.day_files import DayFile
    from deskcollect.records import Issue

_SEVERAL = re.compile(r"[\d,]+ rows \((?P<unit>[a-z]*) ?\d[^)]*\): (?P<what>.*?)(?:; the first is “.*”)?\.")
_UNITS = {"": "Row", "lines": "Line", "entries": "Entry"}
_KEPT = ("account_id", "file", "message", "remedy")


def with_sentences(read: Book | DayFile) -> pl.DataFrame:
    """Return the defects of the rows that were set aside, each with what is wrong with that row and what to do.

    A finding names all its rows and quotes the first; here each row is named alone. Where it cannot be told apart the
    finding's own sentence stands.
    """
    key = ["table", "file", "column", "code"]
    told = pl.DataFrame(
        [
            (issue.place.table, issue.place.file, issue.place.column, issue.code, *_of_a_row(issue), issue.remedy)
            for issue in read.issues
            if issue.set_aside
        ],
        schema=dict.fromkeys((*key, "before", "after", "remedy"), pl.String),
        orient="row",
    )
    message = pl.when(pl.col("before") == "").then("after").otherwise(pl.format("{} {}: {}", "before", "line", "after"))
    return read.rejects.join(told.unique(key, keep="first"), on=key, how="left", maintain_order="left").select(
        *read.rejects.columns, message.alias("message"), "remedy"
    )


def _of_a_row(issue: Issue) -> tuple[str, str]:
    """Return what stands before and after the number of a row; nothing before it where the sentence is of one row."""
    several = _SEVERAL.fullmatch(issue.message)
    if several is None:
        return "", issue.message
    return _UNITS[several["unit"]], f"{several['what']}."


def keep(folder: Path, read: Book) -> None:
    """Keep why accounts of a book were set aside, under its date; nothing where none was."""
    place = _place(folder, read.as_of)
    with suppress(OSError, pl.exceptions.PolarsError):
        accounts = pl.col("table") == "accounts"
        told = with_sentences(read).filter(accounts & pl.col("account_id").is_not_null()).select(_KEPT)
        if told.is_empty():
            place.unlink(missing_ok=True)
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        with aside.file(place) as file:
            told.write_parquet(file)


def find(folder: Path, as_of: date, account_id: str) -> tuple[str, str] | None:
    """Return why an account of a book was set aside, and what to do; None if it was not, or nobody knows."""
    place = _place(folder, as_of)
    with suppress(OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        rows = pl.read_parquet(place).filter(pl.col("account_id") == account_id)
        if rows.height:
            _, file, message, remedy = rows.select(_KEPT).row(0)
            more = f" It has {rows.height - 1} more defect{'s' if rows.height > 2 else ''}." if rows.height > 1 else ""
            return f"{file}: {message}{more}", remedy
    return None


def ids(folder: Path, as_of: date) -> pl.Series:
    """Return the accounts of a book that were set aside, none if nobody knows."""
    with suppress(OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return pl.read_parquet(_place(folder, as_of), columns=["account_id"]).to_series().drop_nulls().unique()
    return pl.Series("account_id", dtype=pl.String)


def _place(folder: Path, as_of: date) -> Path:
    """Return the file of a book."""
    return folder / f"{as_of.isoformat()}.parquet"
