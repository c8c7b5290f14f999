"""deskcollect alerts: accounts that show early warnings, with the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import alerts_evaluate, output
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import AccountArgument, DeskOption, JsonOption, read_limit, read_several
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from deskcollect.cli.opened import Opened
    from deskcollect.present.lines import Line

LevelOption = Annotated[str, typer.Option("--level", metavar="RED,ORANGE", help="Only these levels.")]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many rows.")]

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)
app.command("evaluate")(alerts_evaluate.evaluate)
_KEPT = ("account_id", "customer_id", "customer_name", "currency", "alert_level", "alert_level_rule", "alert_rule")
_MORE = ("past_due", "balance", "dpd", "tier", "score", "state", "hold_rule", "as_of")


@app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    level: LevelOption = "",
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Early warnings and the evidence for them.

    Without a further word the list.
    """
    return _list(level, limit, desk, json) if context.invoked_subcommand is None else ExitCode.OK


@app.command("list")
def list_alerts(
    level: LevelOption = "", limit: LimitOption = None, desk: DeskOption = None, json: JsonOption = False
) -> int:
    """List the accounts with a warning, the gravest first."""
    return _list(level, limit, desk, json)


@app.command("show")
def show_alert(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show every warning of one account, and what made its level."""
    from deskcollect.cli.opened import opened

    with opened(desk) as seen:
        row = seen.day.row(account)
        if json:
            output.single(as_object(seen, row))
        else:
            output.lines(_account(seen, row), seen.glyphs)
    return ExitCode.OK


def _list(level: str, limit: int | None, desk: Path | None, json: bool) -> int:
    """Print the list."""
    from deskcollect.cli.opened import opened

    read_limit(limit)
    levels = read_several(level.lower(), AlertLevel, "--level")
    with opened(desk) as seen:
        rows = _flagged(seen, levels)
        shown = rows if limit is None else rows.head(limit)
        if json:
            output.objects(as_object(seen, row) for row in shown.iter_rows(named=True))
        else:
            output.lines(_report(seen, shown, rows.height), seen.glyphs)
    return ExitCode.OK


def _flagged(seen: Opened, levels: tuple[str, ...]) -> pl.DataFrame:
    """Return the accounts with a warning, the gravest first."""
    import polars as pl

    from deskcollect.desk.summary import gravest_alerts

    rows = gravest_alerts(seen.day.table, seen.day.table.height)
    return rows.filter(pl.col("alert_level").cast(pl.String).is_in(levels)) if levels else rows


def as_object(seen: Opened, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one account's warnings as an object."""
    fired = _fired(seen, row["account_id"])
    return {
        **{name: row[name] for name in _KEPT},
        "level": seen.voice.level(row),
        "signals": [
            {
                "rule": rule,
                "label": seen.voice.signal(rule),
                "family": fired[rule]["family"],
                "strength": fired[rule]["strength"],
                "seen_on": fired[rule]["seen_on"],
                "evidence": seen.voice.evidence(rule, row),
            }
            for rule in row["signals"] or ()
        ],
        **{name: row[name] for name in _MORE},
    }


def _fired(seen: Opened, account_id: str) -> dict[str, dict[str, Any]]:
    """Return the signals of an account by rule."""
    import polars as pl

    rows = seen.day.conclusion.signals.filter(pl.col("account_id") == account_id)
    return {row["rule"]: row for row in rows.iter_rows(named=True)}


def _report(seen: Opened, rows: pl.DataFrame, total: int) -> Iterator[Line | str]:
    """Return the list as lines."""
    from deskcollect.present.alerts import needed

    share = 100 * seen.counted.flagged / max(1, seen.counted.accounts)
    count = f"{total:,}" if rows.height == total else f"{rows.height:,} of {total:,}"
    yield f"{seen.dated} · early warnings {count} · {share:.1f} % of {seen.counted.accounts:,} accounts carry one"
    for rule, lacking in seen.day.silent:
        yield f"{seen.voice.signal(rule)} cannot fire: {needed(lacking)}."
    if rows.is_empty():
        yield "No early warnings."
        return
    yield ""
    columns = [
        *(
            Column("Level"),
            Column("Account"),
            Column("Customer", least=12, most=26),
            Column("T"),
            Column("DPD", "right"),
        ),
        *(Column("Past due", "right"), Column("Evidence", least=30)),
    ]
    yield from table(columns, [_cells(seen, row) for row in rows.iter_rows(named=True)], output.width())


def _cells(seen: Opened, row: dict[str, Any]) -> list[str | tuple[str, str]]:
    """Return the cells of one account; more than one warning is counted behind the strongest."""
    words = seen.rows
    more = f" (+{row['signal_count'] - 1})" if row["signal_count"] > 1 else ""
    evidence = f"{seen.voice.evidence(row['alert_rule'], row)}{more}"
    money = words.past_due(row)
    return [words.alert(row), row["account_id"], words.customer(row), words.tier(row), words.dpd(row), money, evidence]


def _account(seen: Opened, row: dict[str, Any]) -> Iterator[Line | str]:
    """Return the warnings of one account as lines."""
    level = seen.glyphs.level(row["alert_level"], word=True)
    yield f"{row['account_id']} {seen.rows.customer(row)[0]}: {level or 'no early warning'}"
    if row["alert_level"] is None:
        return
    yield f"Level: {seen.voice.level(row)}"
    yield ""
    fired = _fired(seen, row["account_id"])
    columns = [Column("Warning"), Column("Strength"), Column("Seen"), Column("Evidence", least=30)]
    rows = [
        (
            seen.voice.signal(rule),
            fired[rule]["strength"],
            str(fired[rule]["seen_on"] or ""),
            seen.voice.evidence(rule, row),
        )
        for rule in row["signals"] or ()
    ]
    yield from table(columns, rows, output.width())
