"""Read a lender's book for a command, with the settings that are meant for it."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deskcollect.cli import diagnostics
from deskcollect.desk import make
from deskcollect.errors import BadBook, BadUse
from deskcollect.records import Place
from deskcollect.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.day_file import DayFile
    from deskcollect.desk.make import Book
    from deskcollect.desk.streamed import Streamed
    from deskcollect.records import Issue


_DOUBTS = 3  # shown


@dataclass(frozen=True, slots=True)
class Asked:
    """A book and how it is to be read, as the command line says it; `desk` is the folder of the desk that counts."""

    book: Path
    as_of: date | None = None
    encoding: str = ""
    currency: str = ""
    date_format: str = ""
    desk: Path | None = None

    @property
    def check(self) -> str:
        """Return the command that checks the same book in the same way, ready to be typed."""
        options = {
            "--desk": self.desk,
            "--as-of": self.as_of,
            "--encoding": self.encoding,
            "--currency": self.currency,
            "--date-format": self.date_format,
        }
        given = [word for name, value in options.items() if value for word in (name, str(value))]
        return in_a_shell("deskcollect", "check", str(self.book), *given)

    @property
    def way_on(self) -> str:
        """Return how to say which column is which where there is no desk yet."""
        return f"{in_a_shell('deskcollect', 'init', 'DIR', '--book', str(self.book))}  asks which column is which."


def require_no_reading(*given: str) -> None:
    """Refuse options that say how a book is read where none is given: they would do nothing.

    Errors: BadUse.
    """
    names = ("--as-of", "--encoding", "--currency", "--date-format")
    idle = next((name for name, value in zip(names, given, strict=True) if value), "")
    if idle:
        raise BadUse(
            f"{idle} says how a book is read, and no BOOK is given.", "Name the book, or leave the option out."
        )


def in_a_shell(*words: str) -> str:
    """Return words as one line for the shell of this machine."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def used_settings(asked: Asked, base: Settings) -> Settings:
    """Return the settings with which a book is read; what the command line says counts more."""
    return replace(
        base,
        currency=asked.currency.upper() or base.currency,
        date_format=asked.date_format or base.date_format,
        as_of=None,
    )


def read_book(
    asked: Asked, told: Settings | None = None, *, kept: Sequence[str] = (), needed: Sequence[str] = ()
) -> Book:
    """Read a book with a desk's settings, or none; what the command line says counts more.

    Of the lender's own columns those of the settings are read, those that are `kept` besides, and those that are `needed`.

    Errors: BadBook; BadUse, also where desk.toml says a day that the book's own dates go beyond.
    """
    base = told or Settings()
    used = used_settings(asked, base)
    try:
        day = asked.as_of or base.as_of
        read = make.read_book(asked.book, used, as_of=day, encoding=asked.encoding, kept=kept, needed=needed)
    except BadBook as error:
        remedy = _remedy(error, asked)
        if remedy:
            raise BadBook(error.message, remedy, error.issues) from error
        raise
    if asked.as_of is None and base.as_of is not None:
        _tell_day(read)
    return read


def _tell_day(read: Book) -> None:
    """Say that a book's day is the one of desk.toml.

    Errors: BadUse where that day is over for the book: what happened since would be set aside.
    """
    if read.newest is not None and read.newest > read.as_of:
        raise BadUse(
            f"desk.toml says as_of = {read.as_of}, but this book holds dates up to {read.newest}.",
            f"Say its day, as in  --as-of {read.newest}  or take as_of out of desk.toml.",
        )
    diagnostics.say(f"The book's day, {read.as_of}, is as_of in desk.toml.")


def _remedy(error: BadBook, asked: Asked) -> str:
    """Return what to do on the command line, nothing where the error says it well."""
    if any(issue.code == "missing" and issue.place.column == "currency" for issue in error.issues):
        return "Say which currency the whole book is in, as in  --currency TWD"
    if asked.desk is None and any(issue.code == "missing_column" for issue in error.issues):
        return f"Rename the column in the file; or, in a terminal,  {asked.way_on}"
    return ""


def with_way_on(read: Book, asked: Asked) -> Book:
    """Return a book whose unknown headers point to `init`, for somebody without a desk."""
    if asked.desk is not None:
        return read
    remedy = f"If one of them is needed:  {asked.way_on}"
    issues = (replace(i, remedy=remedy) if i.code == "unknown_column" else i for i in read.issues)
    return replace(read, issues=tuple(issues))


def tell_day(read: Book, asked: Asked) -> None:
    """Say where a book's day comes from when nobody said it: balances may be of another one."""
    if asked.as_of is None and read.newest == read.as_of:
        diagnostics.say(f"Its day, {read.as_of}, is the newest date in its tables; --as-of says another.")


def tell_set_aside(read: Book | Streamed | DayFile, asked: Asked) -> None:
    """Say how many rows do not take part, and which command says why."""
    tell_doubts(read.doubts)
    if read.set_aside_count:
        rows = "1 row was" if read.set_aside_count == 1 else f"{read.set_aside_count:,} rows were"
        diagnostics.warn(f"{rows} set aside. This says why:  {asked.check}")


def tell_doubts(doubts: Sequence[Issue]) -> None:
    """Say what of the statements was read as something else while its row goes on: the score is about them."""
    for issue in doubts[:_DOUBTS]:
        diagnostics.warn(f"{diagnostics.where(Place(file=issue.place.file))}{issue.message} {issue.remedy}")
    if len(doubts) > _DOUBTS:
        diagnostics.warn(f"and {len(doubts) - _DOUBTS} more of that kind.")


def tell_left_out(file: str, count: int, issues: Sequence[Issue]) -> None:
    """Say which outcomes do not count, each kind with its line and what to do."""
    if count:
        rows = "1 row was" if count == 1 else f"{count:,} rows were"
        diagnostics.warn(f"of {file} {rows} left out:")
    for issue in issues:
        diagnostics.say(f"  {issue.place.file}: {issue.message} {issue.remedy}")
