"""deskcollect init: a desk made from a book."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, place
from deskcollect.cli.options import (
    AsOfOption,
    ByOption,
    CurrencyOption,
    DateFormatOption,
    EncodingOption,
    StrictOption,
    read_day,
)
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from deskcollect.desk.make import Book
    from deskcollect.settings import Settings


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the new desk.")],
    book: Annotated[Path, typer.Option("--book", metavar="BOOK", help="Its first book: a file or a folder.")],
    as_of: AsOfOption = "",
    by: ByOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    encoding: EncodingOption = "",
    strict: StrictOption = False,
) -> int:
    """Make a desk from a book.

    It holds settings, policies to edit, an empty ledger and the book as its first snapshot.
    In a terminal it asks for what the book does not say; elsewhere it takes the headers that it knows.
    """
    from deskcollect import settings
    from deskcollect.cli.reading import Asked, read_book, tell_set_aside
    from deskcollect.desk import make

    day = read_day(as_of, "--as-of")
    if (folder / settings.FILE).exists():
        raise BadUse(f"There is a desk in {folder} already.", "Bring its next book with  deskcollect import BOOK")
    told = _told(folder, book, by=by, currency=currency, date_format=date_format, encoding=encoding)
    read = read_book(Asked(book, day, encoding), told)
    make.create(folder, read, told).close()
    _say(folder, read, told)
    tell_set_aside(read, Asked(book, day, encoding, desk=folder))
    return ExitCode.DATA if strict and read.set_aside_count else ExitCode.OK


def _told(folder: Path, book: Path, *, by: str, currency: str, date_format: str, encoding: str) -> Settings:
    """Return the settings of the new desk, asked for where somebody is there to answer."""
    from deskcollect.desk import make

    columns: dict[str, str] = {}
    if diagnostics.interactive() and book.exists():
        from deskcollect.cli import wizard

        columns = wizard.columns(book, encoding)
        if not currency and "currency" not in columns.values() and wizard.lacks_currency(book, encoding):
            currency = wizard.currency()
        by = by or wizard.who()
    by = by or place.login_name()
    told = make.new_settings(
        folder.absolute(), by=by, currency=currency.upper(), columns=columns, date_format=date_format
    )
    return replace(told, as_of=None)


def _say(folder: Path, read: Book, told: Settings) -> None:
    """Tell what was written."""
    diagnostics.say(f"A desk was made in {folder}:")
    accounts = sum(total.value for total in read.totals if total.table == "accounts" and total.name == "accounts")
    diagnostics.say(f"  desk.toml    settings: time zone {told.time_zone}, you are {told.me or 'not named'}")
    for header, column in told.columns.items():
        diagnostics.say(f"               {header} is read as {column}")
    diagnostics.say("  policies/    the rules, to be edited: tiers, treatments, alerts, outcomes …")
    diagnostics.say(f"  snapshots/   the book of {read.as_of}: {accounts:,} accounts")
    diagnostics.say("  ledger/      comes with the first record; what is in it is never changed")
    diagnostics.say(f"Open it with  deskcollect --desk {folder}")
