"""Read what became of the accounts of a book: one row an account, good or bad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.errors import BadBook, BadUse
from deskcollect.portfolio import check, files, findings, headers, values
from deskcollect.portfolio.findings import Check
from deskcollect.portfolio.source import LINE
from deskcollect.portfolio.wording import quoted
from deskcollect.records import Issue
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from deskcollect.portfolio.findings import Found
    from deskcollect.portfolio.values import Parsed

TABLE = "outcomes"
_AGAIN, _DIFFERS = "_again", "_differs"
_EARLY = "outcome_too_early"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Checked outcomes (frames.OUTCOMES) of accounts of a book, one row an account.

    `issues` tell which rows were left out and why, `left_out` how many those are. `headers` are those of the file.
    """

    frame: pl.DataFrame
    issues: tuple[Issue, ...]
    left_out: int
    headers: tuple[str, ...] = ()


def read_outcomes(
    path: Path,
    account_ids: pl.Series,
    *,
    as_of: date,
    today: date | None = None,
    columns: Mapping[str, str] | None = None,
    date_format: str = "",
    encoding: str = "",
) -> Outcomes:
    """Read and check a file of outcomes.

    An outcome that is dated on or before the book's day `as_of` is left out: the book may know it already. Its statements,
    payments and transactions are none of them later than that day. So is one that is dated after `today`.

    Errors: BadUse when there is nothing at `path`; BadBook when it cannot be read, lacks a column, or tells nothing of
    any of the accounts.
    """
    if not path.exists():
        raise BadUse(f"There is no {path}.", "Give the file that says what became of each account.")
    files.check(path)
    try:
        source = files.read(TABLE, path, encoding=encoding)
        matched = headers.match(source, columns or {})
        parsed = values.parse(source, matched.positions, date_format)
        rows = parsed.frame.collect()
        checks = [
            *check.torn(source),
            *check.missing(parsed, "account_id", "bad"),
            *check.unreadable(parsed, date_format),
            *_strangers(rows, account_ids),
            *_dated(parsed, rows, as_of, today),
            *_twice(rows),
        ]
        found = findings.run(parsed.frame, source, checks)
        good = parsed.frame if found.good is None else parsed.frame.filter(found.good)
        kept = good.select(column.name for column in frames.OUTCOMES).collect()
    except (pl.exceptions.ComputeError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise BadBook(f"{path.name} is damaged: {reason}.", "Export or copy it again, whole.") from error
    issues = (*source.issues, *(issue for issue in matched.issues if issue.severity != Severity.INFO), *found.issues)
    if kept.is_empty():
        raise _nothing(parsed, found, rows.height, issues, as_of)
    told = frames.stamp(kept.lazy(), frames.OUTCOMES).collect()
    return Outcomes(told, issues, found.rejects["line"].n_unique(), source.headers)


def _strangers(rows: pl.DataFrame, account_ids: pl.Series) -> Iterator[Check]:
    """Report outcomes of accounts that the book has not."""
    known = pl.col("account_id").is_in(account_ids.implode())
    if rows.filter(~known).height:
        yield Check(
            "unknown_account", "account_id", ~known, "is in no account of the book",
            "Nothing is needed if the file holds more accounts than the book.", Severity.WARNING,
            shows=pl.col("account_id"),
        )  # fmt: skip


def _dated(parsed: Parsed, rows: pl.DataFrame, as_of: date, today: date | None) -> Iterator[Check]:
    """Report outcomes that the book may know already, that nobody can know yet, or that alone do not say their day."""
    day = pl.col("outcome_date")
    if rows["outcome_date"].null_count() == rows.height:
        return
    yield Check(
        "missing", "outcome_date", parsed.silent("outcome_date"), "is empty, and other rows have one",
        "Fill it in: without it nobody knows whether the outcome came after the book.",
    )  # fmt: skip
    yield Check(
        _EARLY, "outcome_date", day <= as_of, f"is not after the book's date, {as_of}: the book may know the outcome",
        "Take a book of a day before the outcomes, or correct the date.", shows=day,
    )  # fmt: skip
    if today is not None:
        yield Check(
            "outcome_ahead", "outcome_date", day > today, f"is after today, {today}: nobody knows the outcome yet",
            "Correct the date.", shows=day,
        )  # fmt: skip


def _twice(rows: pl.DataFrame) -> Iterator[Check]:
    """Report two outcomes of one account: equal ones count once, different ones not at all."""
    told = rows.filter(pl.col("account_id").is_not_null() & pl.col("bad").is_not_null())
    twice = told.filter(pl.col("account_id").is_duplicated()).select(
        LINE,
        (pl.col("bad").n_unique() > 1).over("account_id").alias(_DIFFERS),
        (pl.int_range(pl.len()) > 0).over("account_id").alias(_AGAIN),
    )
    conflicting = twice.filter(_DIFFERS)[LINE]
    repeated = twice.filter(~pl.col(_DIFFERS) & pl.col(_AGAIN))[LINE]
    if conflicting.len():
        yield Check(
            "two_outcomes", "account_id", pl.col(LINE).is_in(conflicting.implode()),
            "has two different outcomes", "Keep the one that is right.", shows=pl.col("account_id"),
        )  # fmt: skip
    if repeated.len():
        yield Check(
            "repeated_outcome", "account_id", pl.col(LINE).is_in(repeated.implode()),
            "stands there again with the same outcome; it counts once", "Nothing is needed.", Severity.WARNING,
            shows=pl.col("account_id"),
        )  # fmt: skip


def _nothing(parsed: Parsed, found: Found, rows: int, issues: tuple[Issue, ...], as_of: date) -> BadBook:
    """Say why no outcome is left."""
    file = parsed.source.file
    if not rows:
        return BadBook(f"{file} holds no outcomes.", "Export it again, with its rows.")
    early = found.rejects.filter(pl.col("code") == _EARLY).height
    if early:
        whole = "The only outcome" if rows == 1 else f"All {rows:,} outcomes"
        how_many = whole if early == rows else f"{early:,} of the {rows:,} outcomes"
        verb = "is" if early == 1 else "are"
        message = f"{how_many} of {file} {verb} not after the book's date, {as_of}: the book may know them already."
        rest = "" if early == rows else " None of the others can be used."
        return BadBook(message + rest, "Take a book of a day before the outcomes, or correct their dates.")
    strange = next((issue for issue in issues if issue.code == "unknown_account"), None)
    if strange is not None:
        first = parsed.frame.select(pl.col("account_id").drop_nulls().first()).collect().item()
        message = f"{file} tells nothing of any account of the book; its first account is {quoted(first)}."
        return BadBook(message, "Give the outcomes of this book's accounts, with the same account numbers.")
    return BadBook(f"No outcome of {file} can be used. {issues[0].message}", issues[0].remedy, issues)
