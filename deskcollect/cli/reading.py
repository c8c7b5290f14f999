"""Read a lender's book for a command, with the settings that are meant for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect.cli import diagnostics
from deskcollect.desk import make
from deskcollect.errors import BadBook
from deskcollect.settings import Settings

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.make import Book


def read_book(
    path: Path,
    *,
    as_of: date | None = None,
    encoding: str = "",
    currency: str = "",
    date_format: str = "",
    told: Settings | None = None,
) -> Book:
    """Read a book with a desk's settings, or none; what the command line says counts more.

    Errors: BadBook, BadUse.
    """
    base = told or Settings()
    used = replace(
        base, currency=currency.upper() or base.currency, date_format=date_format or base.date_format, as_of=None
    )
    try:
        return make.read_book(path, used, as_of=as_of or base.as_of, encoding=encoding)
    except BadBook as error:
        if any(issue.code == "missing" and issue.place.column == "currency" for issue in error.issues):
            raise BadBook(
                error.message, "Say which currency the whole book is in, as in  --currency TWD", error.issues
            ) from error
        raise


def tell_set_aside(read: Book, path: Path) -> None:
    """Say how many rows do not take part."""
    if read.set_aside_count:
        rows = "1 row was" if read.set_aside_count == 1 else f"{read.set_aside_count:,} rows were"
        diagnostics.warn(f"{rows} set aside.  deskcollect check {path}  says why.")
