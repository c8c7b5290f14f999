"""deskcollect alerts: the open cases of early warning with their evidence, and what is decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import alerts_decide, alerts_evaluate, output
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import AccountArgument, DeskOption, JsonOption, read_limit, read_one, read_several
from deskcollect.cli.table import Column, table
from deskcollect.errors import ExitCode
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from deskcollect.case import Case
    from deskcollect.cli.opened import Opened
    from deskcollect.present.lines import Line

LevelOption = Annotated[str, typer.Option("--level", metavar="RED,ORANGE", help="Only these levels.")]
QueueOption = Annotated[
    str,
    typer.Option("--queue", metavar="NAME", help="open (else), mine, nobodys, snoozed, overdue, held_back or all."),
]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many rows.")]

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)
_KEPT = ("account_id", "customer_id", "customer_name", "currency", "alert_level", "alert_level_rule", "alert_rule")
_MORE = ("past_due", "balance", "dpd", "tier", "score", "state", "hold_rule", "as_of")
_CASE = {
    "number": "case_number",
    "state": "case_state",
    "opened_on": "case_opened_on",
    "level_on": "case_level_on",
    "due_on": "case_due_on",
    "until": "case_until",
    "woke": "case_woke",
    "owner": "case_owner",
    "seen_count": "case_seen_count",
    "seen_on": "case_seen_on",
}


@app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context,
    level: LevelOption = "",
    queue: QueueOption = "open",
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Early warnings, the evidence for them, and what is decided about them.

    Without a further word the list.
    """
    return _list(level, queue, limit, desk, json) if context.invoked_subcommand is None else ExitCode.OK


@app.command("list")
def list_alerts(
    level: LevelOption = "",
    queue: QueueOption = "open",
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """List the open cases, the gravest first, then by when they are due."""
    return _list(level, queue, limit, desk, json)


@app.command("show")
def show_alert(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show the case of one account: every warning, what made its level, and every step."""
    from deskcollect.cli.opened import opened
    from deskcollect.desk.alerts import cases

    with opened(desk) as seen:
        row = seen.day.row(account)
        told = cases.of_account(seen.desk, seen.day, account)
        if json:
            output.single(as_object(seen, row) | {"cases": [case_object(case) for case in told]})
        else:
            output.lines(_account(seen, row, told), seen.glyphs)
    return ExitCode.OK


alerts_decide.add_to(app)
app.command("evaluate")(alerts_evaluate.evaluate)


def _list(level: str, queue: str, limit: int | None, desk: Path | None, json: bool) -> int:
    """Print the list."""
    from deskcollect.cli import place
    from deskcollect.cli.opened import opened
    from deskcollect.desk.alerts import triage

    read_limit(limit)
    levels = read_several(level.lower(), AlertLevel, "--level")
    wanted = read_one(queue.lower().replace("-", "_"), (*triage.QUEUES, triage.ALL), "--queue")
    with opened(desk) as seen:
        me = place.who(seen.desk, "") if wanted == triage.MINE else seen.desk.settings.me
        viewer = triage.Viewer(me, seen.day.moment.today)
        rows = seen.day.table[triage.order(seen.day.table, viewer, queue=wanted, levels=levels)]
        shown = rows if limit is None else rows.head(limit)
        if json:
            output.objects(as_object(seen, row) for row in shown.iter_rows(named=True))
        else:
            output.lines(_report(seen, shown, rows.height, viewer), seen.glyphs)
    return ExitCode.OK


# --- as objects --------------------------------------------------------------------------------------------------------------


def as_object(seen: Opened, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one account's case as an object."""
    from deskcollect.desk.alerts import triage
    from deskcollect.present.cases import overdue

    return {
        **{name: row[name] for name in _KEPT},
        "level": seen.voice.level(row),
        "case": {name: row[column] for name, column in _CASE.items()}
        | {"overdue": overdue(row, seen.day.moment.today)},
        "signals": [
            {
                "rule": told["rule"],
                "label": seen.voice.signal(told["rule"]),
                "family": told["family"],
                "strength": told["strength"],
                "seen_on": told["seen_on"],
                "value": told["measured"],
                "fires": told["facts"] is None,
                "evidence": seen.voice.evidence(told["rule"], row, told["facts"]),
            }
            for told in triage.fired(seen.day, row["account_id"])
        ],
        **{name: row[name] for name in _MORE},
    }


def case_object(case: Case) -> dict[str, Any]:
    """Return one case with its steps as an object."""
    return {
        "number": case.number,
        "state": case.state,
        "level": case.level,
        "level_rule": case.level_rule,
        "opened_on": case.opened_on,
        "level_on": case.level_on,
        "due_on": case.due_on,
        "owner": case.owner or None,
        "until": case.until,
        "verdict": case.verdict,
        "closed_on": case.closed_on,
        "seen_count": case.seen_count,
        "seen_on": case.seen_on,
        "rules": [
            {
                "rule": rule,
                "first_on": trace.first_on,
                "last_on": trace.last_on,
                "count": trace.count,
                "worst": trace.worst,
            }
            for rule, trace in case.traces.items()
        ],
        "steps": [
            {
                "on": step.on,
                "what": step.decision.action if step.decision else step.what,
                "level": step.after,
                "level_before": step.before,
                "rules": list(step.rules),
                "by": step.decision.by if step.decision else None,
                "at": step.decision.at if step.decision else None,
                "reason": (step.decision.reason or None) if step.decision else None,
                "event_id": step.decision.event_id if step.decision else None,
            }
            for step in case.steps
        ],
    }


# --- as lines ----------------------------------------------------------------------------------------------------------------


def _report(seen: Opened, rows: pl.DataFrame, total: int, viewer: Any) -> Iterator[Line | str]:
    """Return the list as lines."""
    from deskcollect.desk.alerts import triage
    from deskcollect.present.alerts import needed

    counted = triage.counts(seen.day.table, viewer)
    accounts = seen.counted.accounts
    flagged = counted[triage.OPEN] + counted[triage.SNOOZED]
    cap = seen.desk.policies.alert_cap_share
    number = f"{total:,}" if rows.height == total else f"{rows.height:,} of {total:,}"
    share = 100 * flagged / max(1, accounts)
    yield f"{seen.dated} · cases {number} · {share:.1f} % of {accounts:,} accounts are warned of, cap {100 * cap:.0f} %"
    told = [f"{counted[queue]:,} {word}" for queue, word in _TOLD.items() if counted[queue]]
    if told:
        yield " · ".join(told)
    if counted[triage.HELD_BACK]:
        yield f"{counted[triage.HELD_BACK]:,} mild ones are held back until there is room below the cap (--queue held_back)."
    for rule, lacking in seen.day.silent:
        yield f"{seen.voice.signal(rule)} cannot fire: {needed(lacking)}."
    if rows.is_empty():
        yield "No early warnings."
        return
    yield ""
    columns = [
        *(Column("Level"), Column("Account"), Column("Customer", least=10, most=22), Column("Past due", "right")),
        *(Column("Owner", most=10), Column("State"), Column("Due"), Column("Evidence", least=26)),
    ]
    yield from table(columns, [_cells(seen, row) for row in rows.iter_rows(named=True)], output.width())


_TOLD = {"overdue": "overdue", "nobodys": "of nobody", "snoozed": "snoozed"}


def _cells(seen: Opened, row: dict[str, Any]) -> list[str | tuple[str, str]]:
    """Return the cells of one account; more than one warning is counted behind the strongest."""
    from deskcollect.present import cases

    words, today = seen.rows, seen.day.moment.today
    more = f" (+{row['signal_count'] - 1})" if row["signal_count"] > 1 else ""
    late = "error" if cases.overdue(row, today) else ""
    return [
        words.alert(row),
        row["account_id"],
        words.customer(row),
        words.past_due(row),
        row["case_owner"] or "–",
        cases.state(row, today),
        (cases.due(row, today), late),
        f"{seen.voice.proof(row)}{more}",
    ]


def _account(seen: Opened, row: dict[str, Any], told: tuple[Case, ...]) -> Iterator[Line | str]:
    """Return the cases of one account as lines."""
    from deskcollect.desk.alerts import triage
    from deskcollect.present import cases

    today = seen.day.moment.today
    level = seen.glyphs.level(row["alert_level"], word=True)
    yield f"{row['account_id']} {seen.rows.customer(row)[0]}: {level or 'no early warning'}"
    if row["alert_level"] is not None:
        owner = row["case_owner"] or "nobody"
        yield f"Level: {seen.voice.level(row)}"
        yield f"{cases.state(row, today)}, {owner} has it, due {cases.due(row, today) or '–'}"
        yield ""
        columns = [
            Column("Warning"),
            Column("Strength"),
            Column("Family"),
            Column("Seen"),
            Column("Evidence", least=30),
        ]
        rows = [
            (
                seen.voice.signal(fired["rule"]),
                fired["strength"],
                fired["family"],
                str(fired["seen_on"] or ""),
                seen.voice.evidence(fired["rule"], row, fired["facts"]) + ("" if fired["facts"] is None else " (then)"),
            )
            for fired in triage.fired(seen.day, row["account_id"])
        ]
        yield from table(columns, rows, output.width())
    for case in reversed(told):
        yield ""
        yield cases.history(case, today)
        lines = [(when, who, what) for when, who, what in cases.steps(case, seen.voice)]
        yield from table([Column("Day"), Column("Who", most=12), Column("Step", least=30)], lines, output.width())
