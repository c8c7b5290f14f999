"""deskcollect score: one row an account, in the book's order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    StrictOption,
    read_day,
)
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    import polars as pl

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.make import Book

_LITTLE = 0.5
_FORMATS = (".csv", ".parquet", ".json")


def score(
    book: BookArgument,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write .csv, .parquet or .json.")
    ] = None,
    as_of: AsOfOption = "",
    desk: DeskOption = None,
    encoding: EncodingOption = "",
    currency: CurrencyOption = "",
    date_format: DateFormatOption = "",
    strict: StrictOption = False,
    json: JsonOption = False,
) -> int:
    """Score a book: CSV on stdout, or a file.

    With --desk the desk's policies, columns and records count.
    """
    from deskcollect.cli import files
    from deskcollect.cli.reading import Asked, tell_set_aside
    from deskcollect.desk.files import flat, write_table

    if to:
        files.known_format(to, _FORMATS)
    if to and json:
        raise BadUse("--json prints, --output writes a file.", "Give one of them; FILE.json is JSON too.")
    asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, desk)
    read, scored = _scored(asked)
    if to:
        # for programs: account numbers stay exactly as the lender writes them
        write_table(scored, to, guarded=False, decimals=output.DECIMALS)
        diagnostics.say(f"{scored.height:,} accounts scored as of {read.as_of}, written to {to}.")
    elif json:
        output.objects(scored.iter_rows(named=True))
    else:
        hidden = output.csv(flat(scored))
        if hidden:
            diagnostics.warn(f"{hidden} texts hold hidden characters, shown as �. A file has them as they are.")
    _tell_coverage(scored)
    tell_set_aside(read, asked)
    return ExitCode.DATA if strict and read.set_aside_count else ExitCode.OK


def _tell_coverage(scored: pl.DataFrame) -> None:
    """Say that the scores rest on little, where the book tells less than half of what the card asks for."""
    from deskcollect.present.numbers import percent

    known = scored.select("coverage").to_series().to_numpy()
    mean = float(known.mean()) if len(known) else 1.0
    if mean < _LITTLE:
        diagnostics.warn(
            f"the book tells {percent(mean)} of what the card asks for; the rest counts as average. "
            "Statements would tell more:  deskcollect help book"
        )


def _scored(asked: Asked) -> tuple[Book, pl.DataFrame]:
    """Read and score a book, with a desk or without."""
    from deskcollect.cli.reading import read_book
    from deskcollect.desk import make
    from deskcollect.policy import load

    if asked.desk is None:
        read = read_book(asked)
        return read, make.score_book(read, load.load()).collect()
    with place.opened(asked.desk) as standing:
        read = read_book(asked, standing.settings)
        return read, make.score_book(read, standing.policies, desk=standing).collect()
