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
from deskcollect.errors import BadUse, DeskError, ExitCode
from deskcollect.present.numbers import several
from deskcollect.settings import Settings

if TYPE_CHECKING:
    from deskcollect.cli.reading import Asked
    from deskcollect.desk.make import Book


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
    from deskcollect.cli import kept
    from deskcollect.cli.reading import Asked, tell_day, tell_set_aside
    from deskcollect.desk import make

    day = read_day(as_of, "--as-of")
    if (folder / settings.FILE).exists():
        raise BadUse(f"There is a desk in {folder} already.", "Bring its next book with  deskcollect import BOOK")
    asked = diagnostics.interactive() and book.exists()
    told = Settings(me=by, currency=currency.upper(), date_format=date_format, as_of=day)
    if asked:
        told = _ask(told, kept.find(folder) or Settings(), book, encoding)
    own = make.new_settings(
        folder.absolute(),
        by=told.me or place.login_name(),
        currency=told.currency,
        columns=dict(told.columns),
        date_format=date_format,
    )
    read = _usable(folder, Asked(book, told.as_of, encoding), own, asked=asked)
    make.create(folder, read, own).close()
    kept.forget(folder)
    _say(folder, read, own)
    tell_day(read, Asked(book, told.as_of, encoding, desk=folder))
    tell_set_aside(read, Asked(book, told.as_of, encoding, desk=folder))
    return ExitCode.DATA if strict and read.set_aside_count else ExitCode.OK


def _ask(told: Settings, before: Settings, book: Path, encoding: str) -> Settings:
    """Ask for what neither the options nor the book say; the answers of last time are offered."""
    from deskcollect.cli import wizard

    columns = wizard.columns(book, encoding, wizard.offered(book, encoding, before.columns))
    currency, day = told.currency, told.as_of
    if not currency and "currency" not in columns.values() and wizard.lacks_currency(book, encoding):
        currency = wizard.currency(before.currency)
    if day is None and wizard.lacks_day(book, encoding):
        day = wizard.day(before.as_of)
    return replace(told, columns=columns, currency=currency, as_of=day, me=told.me or wizard.who(before.me))


def _usable(folder: Path, asked_for: Asked, told: Settings, *, asked: bool) -> Book:
    """Read the first book; where it cannot be used the answers are kept.

    Errors: BadBook, BadUse.
    """
    from deskcollect.cli import kept
    from deskcollect.cli.reading import read_book

    try:
        return read_book(asked_for, told)
    except DeskError:
        if asked:
            kept.keep(folder, replace(told, as_of=asked_for.as_of))
            diagnostics.say(f"The book cannot be used. Your answers are kept: the next init of {folder} offers them.")
        raise


def _accounts(read: Book) -> int:
    """Return the number of accounts that were not set aside."""
    return int(sum(total.value for total in read.totals if (total.table, total.name) == ("accounts", "accounts")))


def _say(folder: Path, read: Book, told: Settings) -> None:
    """Tell what was written."""
    diagnostics.say(f"A desk was made in {folder}:")
    diagnostics.say(f"  desk.toml    settings: time zone {told.time_zone}, you are {told.me or 'not named'}")
    for header, column in told.columns.items():
        diagnostics.say(f"               {header} is read as {column}")
    diagnostics.say("  policies/    the rules, to be edited: tiers, treatments, alerts, outcomes …")
    diagnostics.say(f"  snapshots/   the book of {read.as_of}: {several(_accounts(read), 'account', 'accounts')}")
    diagnostics.say("  ledger/      comes with the first record; what is in it is never changed")
    diagnostics.say(f"Open it with  deskcollect --desk {folder}")
