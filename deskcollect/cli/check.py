"""deskcollect check: what is wrong with a book, and the totals to tie to the lender's own figures."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import (
    AsOfOption,
    BookArgument,
    CurrencyOption,
    DateFormatOption,
    DeskOption,
    EncodingOption,
    JsonOption,
    read_day,
)
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode
from deskcollect.present.numbers import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.day_file import DayFile
    from deskcollect.desk.make import Book
    from deskcollect.present.lines import Line
    from deskcollect.records import Issue, Total
    from deskcollect.settings import Settings

_REJECTS = (".csv",)
_WORDS = {"error": "set aside", "warning": "assumed", "info": "worth knowing"}


def check(
    book: BookArgument,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE", help="Write the defects of rows set aside as CSV.")
    ] = None,
    as_of: AsOfOption = "",
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Read a book and say what is wrong with it; nothing is kept.

    Columns, currency and date format of a desk count if there is one. Exits with 1 if any row was set aside.
    """
    from deskcollect import settings
    from deskcollect.cli import files
    from deskcollect.cli.reading import Asked
    from deskcollect.desk.books import with_sentences
    from deskcollect.desk.files import write_table

    if rejects:
        files.known_format(rejects, _REJECTS)
    folder = place.found(desk)
    asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, folder)
    told = settings.read(folder) if folder else None
    read, found, lines = _looked_at(asked, told)
    if json:
        output.single(found)
    else:
        if folder:
            diagnostics.say(f"Columns, currency and date format are those of {folder / settings.FILE}.")
        output.lines(lines)
    if rejects:
        write_table(with_sentences(read), rejects)
        diagnostics.say(f"{read.rejects.height:,} defects of {read.set_aside_count:,} rows written to {rejects}.")
    return ExitCode.DATA if read.set_aside_count else ExitCode.OK


def _looked_at(asked: Asked, told: Settings | None) -> tuple[Book | DayFile, dict[str, Any], Iterator[Line | str]]:
    """Read a book or a day's file; return it, as an object and as lines."""
    from deskcollect.cli import day_file
    from deskcollect.cli.reading import read_book, with_way_on

    given = day_file.recognised(asked.book, told, asked.encoding)
    if given is None:
        read = with_way_on(read_book(asked, told), asked)
        return read, as_object(read), report(read)
    file = day_file.looked_at(given, told, asked)
    found = {**day_file.as_object(file), "issues": issues_as_objects(file.issues)}
    return file, found, chain([day_file.what(file)], findings(file))


def report(read: Book) -> Iterator[Line | str]:
    """Return totals and findings as lines."""
    yield f"Book as of {read.as_of}"
    yield from findings(read)


def totals_table(totals: Sequence[Total]) -> Iterator[Line]:
    """Return control totals as lines."""
    yield from table(
        [Column("Table"), Column("Currency"), Column("What"), Column("Total", "right")],
        [(t.table, t.currency or "", t.name.replace("_", " "), _figure(t, totals)) for t in totals],
    )


def findings(read: Book | DayFile) -> Iterator[Line | str]:
    """Return totals and what was found as lines."""
    yield ""
    yield from totals_table(read.totals)
    for severity, label in _WORDS.items():
        found = [issue for issue in read.issues if issue.severity == severity]
        if found:
            yield ""
            yield f"{label.capitalize()}: {len(found)} kind{'' if len(found) == 1 else 's'} of finding"
            for issue in found:
                yield from _finding(issue)
    yield ""
    yield _verdict(read)


def _finding(issue: Issue) -> Iterator[str]:
    """Return one finding and its remedy. Its message names how many rows and the first of them."""
    file = f"{issue.place.file}: " if issue.place.file and issue.place.file not in issue.message else ""
    yield f"  {file}{issue.message}"
    if issue.remedy:
        yield f"      {issue.remedy}"


def _figure(total: Total, totals: Sequence[Total]) -> str:
    """Return a count or an exact amount, grouped; decimals show if any amount of the currency has some."""
    whole = all(other.value % 1 == 0 for other in totals if other.currency == total.currency)
    return money(Decimal(total.value), 0 if whole or isinstance(total.value, int) else 2)


def _verdict(read: Book | DayFile) -> str:
    """Return the last line."""
    count = read.set_aside_count
    if not count:
        return "No row was set aside."
    return f"{count:,} row{' was' if count == 1 else 's were'} set aside; the others can be used."


def as_object(read: Book) -> dict[str, Any]:
    """Return totals and findings as one object."""
    return {
        "as_of": read.as_of,
        "tables": sorted(read.present),
        "set_aside": read.set_aside_count,
        "totals": totals_as_objects(read.totals),
        "issues": issues_as_objects(read.issues),
    }


def totals_as_objects(totals: Sequence[Total]) -> list[dict[str, Any]]:
    """Return control totals for JSON."""
    return [{"table": t.table, "name": t.name, "currency": t.currency, "value": t.value} for t in totals]


def issues_as_objects(issues: Sequence[Issue]) -> list[dict[str, Any]]:
    """Return findings for JSON."""
    return [
        {
            "severity": issue.severity,
            "code": issue.code,
            "file": issue.place.file,
            "table": issue.place.table,
            "line": issue.place.line,
            "column": issue.place.column,
            "message": issue.message,
            "remedy": issue.remedy,
            "set_aside": issue.set_aside,
        }
        for issue in issues
    ]
