"""deskcollect worklist: whom to call today, in which order and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import DeskOption, JsonOption, read_limit, read_one, read_several
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode
from deskcollect.vocabulary import Lens, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from deskcollect.cli.opened import Opened
    from deskcollect.present.lines import Line

_Share = Annotated[
    bool | None,
    typer.Option(
        "--share/--everybody",
        help="Only this desk's share of the book, or all of it. Else the share where [team] has several desks and no server.",
    ),
]
_FORMATS = (".csv", ".parquet", ".xlsx", ".json")


def worklist(
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many rows.")] = None,
    tier: Annotated[str, typer.Option("--tier", metavar="D,E", help="Only these tiers.")] = "",
    lens: Annotated[str, typer.Option("--lens", metavar="LENS", help="Order: risk, exposure or recovery.")] = Lens.RISK,
    queue: Annotated[
        str,
        typer.Option(
            "--queue",
            metavar="QUEUE",
            help="to-call, promises, callbacks, broken, blocked, verify, all. Else the desk's first queue.",
        ),
    ] = "",
    find: Annotated[str, typer.Option("--find", metavar="TEXT", help="Only names and numbers that hold this.")] = "",
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write .csv, .parquet, .xlsx or .json.")
    ] = None,
    share: _Share = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Print today's list: whom to call first, the next step and why."""
    from deskcollect.cli import files
    from deskcollect.cli.opened import opened
    from deskcollect.desk.files import write_table
    from deskcollect.present.handover import listed

    read_limit(limit)
    tiers = read_several(tier, Tier, "--tier", fold=True)
    read_one(lens, Lens, "--lens")
    if to:
        files.known_format(to, _FORMATS)
    if to and json:
        raise BadUse("--json prints, --output writes a file.", "Give one of them.")
    with opened(desk) as seen:
        queue = queue or first_queue(seen)
        everybody = chosen(seen, queue, lens, find, tiers)
        rows, said = shared(seen, everybody, share=share)
        shown = rows if limit is None else rows.head(limit)
        if said and (to or json):
            diagnostics.say(said)
        if to:
            write_table(listed(shown, seen.voice), to)
            diagnostics.say(f"{shown.height:,} accounts written to {to}.")
            place.say_head(seen.desk)
        elif json:
            output.objects(listed(shown, seen.voice).iter_rows(named=True))
        else:
            output.lines(report(seen, shown, rows.height, queue, said), seen.glyphs)
    return ExitCode.OK


def first_queue(seen: Opened) -> str:
    """Return the queue that a list begins with where none is asked for: the first of the desk's policies."""
    return next(iter(seen.desk.policies.queues)).id


def chosen(seen: Opened, queue: str, lens: str, find: str, tiers: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows of a queue in the order of a lens.

    Errors: BadUse.
    """
    from deskcollect.desk.pipeline import arrange

    read_one(queue, [rule.id for rule in seen.desk.policies.queues], "--queue")
    table = seen.day.table
    earliest = next(rule.order for rule in seen.desk.policies.queues if rule.id == queue)
    return table[arrange(table, queue=queue, lens=Lens(lens), earliest=earliest, text=find, within=tiers)]


def shared(seen: Opened, rows: pl.DataFrame, *, share: bool | None) -> tuple[pl.DataFrame, str]:
    """Return the rows that are this desk's share, and a word on it; all rows where there are no shares.

    Errors: BadUse.
    """
    from deskcollect.desk.team import sharing

    if not (sharing.is_shared(seen.desk) if share is None else share):
        return rows, ""
    mine = sharing.own(seen.desk, rows)
    return mine, f"Share of {sharing.called(seen.desk)}: {mine.height:,} of {rows.height:,}. All of them:  --everybody"


def report(seen: Opened, rows: pl.DataFrame, total: int, queue: str, said: str = "") -> Iterator[Line | str]:
    """Return a list for people: of which day it is, what it holds, one line an account."""
    label = next(rule.label for rule in seen.desk.policies.queues if rule.id == queue)
    count = f"{total:,}" if rows.height == total else f"{rows.height:,} of {total:,}"
    yield f"{seen.dated} · {label} {count} · {seen.counted.past_due_accounts:,} of {seen.counted.accounts:,} past due"
    if said:
        yield said
    if rows.is_empty():
        yield f"Nobody in {label}." if seen.counted.past_due_accounts else "Nothing to collect: nothing is past due."
        return
    yield ""
    yield from table(_columns(seen), [_cells(seen, row) for row in rows.iter_rows(named=True)], output.width())


def _columns(seen: Opened) -> list[Column]:
    """Return the columns for people."""
    return [
        Column("Account"),
        Column("T"),
        Column("Customer", least=12, most=26),
        Column("DPD", "right"),
        *([Column("Cur")] if len(seen.counted.currencies) > 1 else []),
        Column("Past due", "right"),
        Column("Score"),
        Column("Alert", may_go=True),
        Column("Next step", least=16),
        Column("Why today", least=16, may_go=True),
    ]


def _cells(seen: Opened, row: dict[str, Any]) -> list[str | tuple[str, str]]:
    """Return the cells of one account."""
    words = seen.rows
    currency = [words.currency(row)] if len(seen.counted.currencies) > 1 else []
    return [
        row["account_id"],
        words.tier(row),
        words.customer(row),
        words.dpd(row),
        *currency,
        words.past_due(row),
        words.score(row),
        words.alert(row),
        words.step(row),
        words.why(row),
    ]
