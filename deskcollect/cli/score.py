"""deskcollect score: one row an account, in the book's order."""

from __future__ import annotations

from functools import partial
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
    from collections.abc import Callable

    import polars as pl

    from deskcollect.cli.reading import Asked
    from deskcollect.desk.make import Book
    from deskcollect.desk.streamed import Streamed

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

    if to:
        files.known_format(to, _FORMATS)
    if to and json:
        raise BadUse("--json prints, --output writes a file.", "Give one of them; FILE.json is JSON too.")
    asked = Asked(book, read_day(as_of, "--as-of"), encoding, currency, date_format, desk)
    read, count, coverage = _scored(asked, partial(_give, to=to, json=json))
    if to:
        diagnostics.say(f"{count:,} accounts scored as of {read.as_of}, written to {to}.")
    _tell_coverage(coverage)
    tell_set_aside(read, asked)
    return ExitCode.DATA if strict and read.set_aside_count else ExitCode.OK


def _tell_coverage(mean: float) -> None:
    """Say that the scores rest on little, where the book tells less than half of what the card asks for."""
    from deskcollect.present.numbers import percent

    if mean < _LITTLE:
        diagnostics.warn(
            f"the book tells {percent(mean)} of what the card asks for; the rest counts as average. "
            "Statements would tell more:  deskcollect help book"
        )


def _give(scored: pl.LazyFrame, *, to: Path | None, json: bool) -> None:
    """Write the scored accounts to a file or to stdout."""
    from deskcollect.desk.files import flat, write_rows

    if to:
        # for programs: account numbers stay exactly as the lender writes them
        write_rows(scored, to, decimals=output.DECIMALS)
    elif json:
        output.objects(scored.collect().iter_rows(named=True))
    else:
        hidden = output.csv(flat(scored.collect()))
        if hidden:
            diagnostics.warn(f"{hidden} texts hold hidden characters, shown as �. A file has them as they are.")


def _scored(asked: Asked, give: Callable[[pl.LazyFrame], None]) -> tuple[Book | Streamed, int, float]:
    """Read and score a book, with a desk or without, and hand the accounts over.

    Returns the book, how many accounts were scored, and the mean share of the card's facts that it tells.

    By itself a book is scored in slices, unless there is something to be said that only the whole book can tell.
    """
    from deskcollect.cli.reading import read_book, used_settings
    from deskcollect.desk import make, streamed
    from deskcollect.policy import load
    from deskcollect.settings import Settings

    if asked.desk is not None:
        with place.opened(asked.desk) as standing:
            read = read_book(asked, standing.settings, kept=list(standing.card.own.values()))
            whole = make.score_book(read, standing.policies, desk=standing).collect()
            give(whole.lazy())
            place.say_head(standing)
            return read, whole.height, _coverage(whole)
    policies, told = load.load(), used_settings(asked, Settings())
    begun = streamed.begin(asked.book, told, policies, as_of=asked.as_of, encoding=asked.encoding)
    if begun is not None and begun.run(give):
        return begun, begun.account_count, begun.coverage_sum / begun.account_count
    read = read_book(asked)
    whole = make.score_book(read, policies).collect()
    give(whole.lazy())
    return read, whole.height, _coverage(whole)


def _coverage(scored: pl.DataFrame) -> float:
    """Return the mean share of the card's facts that a book tells."""
    return float(scored["coverage"].sum()) / scored.height if scored.height else 1.0
