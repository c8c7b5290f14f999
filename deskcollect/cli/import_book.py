"""deskcollect import: the next book of a desk or a day's file, and what changed since the one before."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import output, place
from deskcollect.cli.options import (
    AsOfOption,
    BookArgument,
    DeskOption,
    EncodingOption,
    JsonOption,
    StrictOption,
    read_day,
)
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    import polars as pl

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.day_file import DayFile
    from deskcollect.desk.desk import Desk, Imported
    from deskcollect.desk.make import Book
    from deskcollect.present.lines import Line

_OUTCOMES = {
    "new": "imported",
    "inserted": "inserted among the older books",
    "replaced": "imported; the book of that day that stood here is kept aside",
    "already_here": "already here; nothing was written",
    "dry_run": "only looked at; nothing was written",
}


def import_book(
    book: BookArgument,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Put another book of the same date aside.")] = False,
    as_of: AsOfOption = "",
    encoding: EncodingOption = "",
    strict: StrictOption = False,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take in the next book, or a day's file of payments and transactions, and say what changed."""
    from deskcollect.cli import day_file
    from deskcollect.cli.reading import Asked, read_book, tell_day, tell_set_aside

    read: Book | DayFile
    with place.opened(desk) as standing:
        asked = Asked(book, read_day(as_of, "--as-of"), encoding, desk=standing.folder)
        given = day_file.recognised(book, standing.settings, encoding)
        if given is not None:
            read, told = day_file.imported(standing, given, asked, replaces=replace, dry_run=dry_run)
            lines = day_file.report(read, told)
        else:
            read = taken = read_book(asked, standing.settings)
            with _day_named(standing, asked, taken):
                told = _take(standing, taken, replace=replace, dry_run=dry_run)
            lines = _report(told)
        place.say_head(standing)
    if json:
        output.single(told)
    else:
        output.lines(lines)
    if given is None:
        tell_day(taken, asked)
    tell_set_aside(read, asked)
    return ExitCode.DATA if strict and read.set_aside_count else ExitCode.OK


@contextmanager
def _day_named(desk: Desk, asked: Asked, read: Book) -> Iterator[None]:
    """Where a book stands in the way of another because desk.toml gives both one day, lead to the day.

    Errors: BadUse.
    """
    try:
        yield
    except BadUse as error:
        if asked.as_of is None and read.as_of == desk.settings.as_of:
            remedy = (
                "That day is as_of in desk.toml: say the book's own with  --as-of D  or take as_of out of desk.toml."
            )
            raise BadUse(error.message, remedy) from error
        raise


def _take(desk: Desk, read: Book, *, replace: bool, dry_run: bool) -> dict[str, Any]:
    """Import a book and return what changed."""
    from deskcollect.present.news import judged

    earlier = [day for day in desk.dates if day < read.as_of]
    newest = not desk.dates or read.as_of >= desk.dates[-1]
    before = desk.load().table if newest and earlier and not dry_run and read.as_of not in desk.dates else None
    done = desk.import_book(read, replace=replace, dry_run=dry_run)
    told = _changes(done, earlier)
    if before is not None:
        day = desk.load()
        told["promises"] = judged(day.conclusion.promises, earlier[-1], read.as_of)
        told["tiers"] = _moved(before, day.table)
    return told


def _changes(done: Imported, earlier: list[date]) -> dict[str, Any]:
    """Return what the books themselves say."""
    return {
        "outcome": done.outcome,
        "as_of": done.book.as_of,
        "since": earlier[-1] if earlier else None,
        "set_aside": done.book.set_aside_count,
        "changes": done.counts,
    }


def _moved(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, int]:
    """Count the accounts whose tier rose or fell."""
    import polars as pl

    both = after.select("account_id", now=pl.col("tier").to_physical()).join(
        before.select("account_id", then=pl.col("tier").to_physical()), on="account_id"
    )
    better, worse = both.select(
        better=(pl.col("now") < pl.col("then")).sum(), worse=(pl.col("now") > pl.col("then")).sum()
    ).row(0)
    return {"better": better, "worse": worse}


def _report(told: Mapping[str, Any]) -> Iterator[Line | str]:
    """Return what changed as lines."""
    from deskcollect.present.news import CHANGES

    yield f"Book of {told['as_of']}: {_OUTCOMES[told['outcome']]}."
    if told["outcome"] == "already_here":
        return
    since = f"since the book of {told['since']}" if told["since"] else "this is the first book"
    yield f"What changed ({since}):"
    rows = [(label, f"{told['changes'][kind]:,}") for kind, label in CHANGES.items()]
    if "promises" in told:
        rows += [(f"promises {status}", f"{count:,}") for status, count in told["promises"].items()]
        rows += [(f"moved to a {way} tier", f"{count:,}") for way, count in told["tiers"].items()]
    yield from table([Column("What"), Column("Count", "right")], rows)
