"""The work order for the lender's system as a command: shown, and with a file written and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import files, output, place
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl

    from deskcollect.cli.opened import Opened
    from deskcollect.present.lines import Line

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write .csv, .parquet or .json.")
]
EverythingOption = Annotated[bool, typer.Option("--all", help="Those of earlier files too.")]


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One kind of work order: its code in the ledger, where its lines come from, and how a person reads them."""

    code: str
    take: Callable[..., pl.DataFrame]
    columns: Sequence[Column]
    cells: Callable[[Opened, dict[str, Any]], list[str | tuple[str, str]]]
    nothing: str


def order(kind: WorkOrder, to: Path | None, *, everything: bool, by: str, desk: Path | None, json: bool) -> int:
    """Show the next work order; with a file write it and record what it holds.

    Errors: BadUse where the file cannot be; LedgerError.
    """
    from deskcollect.cli.opened import opened
    from deskcollect.desk.decisions import orders

    if to is not None:
        files.known_format(to, orders.FORMATS)
    with opened(desk) as seen:
        made = kind.take(seen.desk, seen.day, everything=everything)
        if to is not None and made.height:
            orders.write(seen.desk, to, made, by=place.who(seen.desk, by), code=kind.code)
            place.say_head(seen.desk)
        if json:
            output.objects(made.iter_rows(named=True))
        else:
            output.lines(_lines(seen, kind, made, to), seen.glyphs)
    return ExitCode.OK


def _lines(seen: Opened, kind: WorkOrder, made: pl.DataFrame, to: Path | None) -> Iterator[Line | str]:
    """Return the lines of a work order, and what became of it."""
    from deskcollect.present.numbers import several

    if made.is_empty():
        yield f"Nothing is to be ordered: {kind.nothing} since the last work order."
        return
    yield from table(kind.columns, [kind.cells(seen, row) for row in made.iter_rows(named=True)])
    where = f"{several(made.height, 'line', 'lines')} written to {to}. " if to else "Not written; give a file with -o. "
    yield f"{where}The desk recommends; the lender's system executes."


def amount(seen: Opened, row: dict[str, Any], name: str) -> str:
    """Return an amount of a line, nothing where it has none."""
    from deskcollect.present.numbers import money

    return "" if row[name] is None else money(row[name], seen.voice.digits(row["currency"]))
