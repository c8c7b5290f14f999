"""What is decided about alert cases on the command line: one verb a decision, for one account or for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output
from deskcollect.cli.options import AccountsArgument, ByOption, DeskOption, JsonOption, read_accounts, read_near
from deskcollect.errors import BadUse, ExitCode
from deskcollect.vocabulary import CaseAction, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.alerts.cases import Settled

ReasonOption = Annotated[str, typer.Option("--reason", metavar="T", help="Why, in a few words.")]
UntilOption = Annotated[str, typer.Option("--until", metavar="DATE", help="Last day, as in 2026-10-15, fri or +14.")]
ToOption = Annotated[str, typer.Option("--to", metavar="WHO", help="Who has it from now on.")]
AsOption = Annotated[
    str, typer.Option("--as", metavar="VERDICT", help="What it turned out to be: confirmed, useful or false-alarm.")
]
RuleOption = Annotated[str, typer.Option("--rule", metavar="RULE", help="The rule of alerts.toml.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb in (ack, assign, snooze, escalate, close, suppress):
        app.command(verb.__name__)(verb)
    app.command("suppressed")(suppressed)


def ack(accounts: AccountsArgument, by: ByOption = "", desk: DeskOption = None, json: JsonOption = False) -> int:
    """Say that somebody has looked: the clock stops, the level stays."""
    return _decide(accounts, {"action": CaseAction.ACKNOWLEDGE}, by, desk, json=json)


def assign(
    accounts: AccountsArgument,
    to: ToOption = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Give a case to a person, or hand it over."""
    return _decide(accounts, {"action": CaseAction.ASSIGN, "owner": to, "reason": reason}, by, desk, json=json)


def snooze(
    accounts: AccountsArgument,
    until: UntilOption = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Let a case sleep until a day; it wakes before if it gets worse."""
    said = {"action": CaseAction.SNOOZE, "reason": reason}
    return _decide(accounts, said, by, desk, until=until, json=json)


def escalate(
    accounts: AccountsArgument,
    reason: ReasonOption = "",
    to: ToOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Hand a case up: to the role that cases.toml names, or to a person."""
    return _decide(accounts, {"action": CaseAction.ESCALATE, "owner": to, "reason": reason}, by, desk, json=json)


def close(
    accounts: AccountsArgument,
    verdict: AsOption = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Close a case and say what the warning was worth."""
    said = {"action": CaseAction.CLOSE, "verdict": _verdict(verdict), "reason": reason}
    return _decide(accounts, said, by, desk, json=json)


def suppress(
    accounts: AccountsArgument,
    rule: RuleOption = "",
    until: UntilOption = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Switch one rule off for an account until a day; undo takes it back."""
    said = {"action": CaseAction.SUPPRESS, "rule": rule, "reason": reason}
    return _decide(accounts, said, by, desk, until=until, json=json)


def suppressed(desk: DeskOption = None, json: JsonOption = False) -> int:
    """List the rules that are switched off, for which accounts, until when, by whom and why."""
    from dataclasses import asdict

    from deskcollect.cli.opened import opened
    from deskcollect.cli.table import Column, table
    from deskcollect.desk.alerts import cases

    with opened(desk) as seen:
        found = cases.suppressions(seen.desk, seen.day)
        if json:
            output.objects(asdict(each) for each in found)
        elif not found:
            output.lines(["No rule is switched off for any account."])
        else:
            columns = [*map(Column, ("Until", "Account", "Rule", "Who")), Column("Why", least=20)]
            rows = [(str(each.until), each.account_id, each.rule, each.by, each.reason) for each in found]
            output.lines(table(columns, rows, output.width()), seen.glyphs)
    return ExitCode.OK


# --- what they have in common ------------------------------------------------------------------------------------------------


def _decide(
    accounts: list[str], said: dict[str, Any], by: str, desk: Path | None, *, until: str = "", json: bool
) -> int:
    """Decide, and print what was done and what was refused; 1 if anything was."""
    from deskcollect.cli import place
    from deskcollect.cli.opened import opened
    from deskcollect.desk.alerts import cases
    from deskcollect.desk.upkeep import keys

    named = read_accounts(accounts)
    with opened(desk) as seen:
        ask = cases.Ask(by=place.who(seen.desk, by), until=read_near(until, "--until", seen.day.moment.today), **said)
        done = cases.decide(seen.desk, seen.day, named, ask)
        if json:
            output.single(_object(done))
        else:
            output.lines(_report(seen, done), seen.glyphs)
        unsaid = keys.not_kept(seen.desk.settings, *(event.note for event in done.events))
        if unsaid:
            diagnostics.warn(unsaid)
        if done.events and not json:
            diagnostics.say(f"Take it back with  deskcollect undo {done.events[0].event_id}")
    return ExitCode.DATA if done.refused else ExitCode.OK


def _verdict(text: str) -> Verdict | None:
    """Read a verdict, None where none is given."""
    if not text:
        return None
    try:
        return Verdict(text.lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise BadUse(f"--as {text} is no verdict.", "Write confirmed, useful or false-alarm.") from error


def _report(seen: Opened, done: Settled) -> Iterator[str]:
    """Return what was decided as lines."""
    from deskcollect.desk.alerts import triage
    from deskcollect.present.cases import decided, due

    for event in done.events:
        told = triage.decision(event, seen.desk.zone)
        row = done.day.row(event.account_id)
        level = seen.glyphs.level(row["alert_level"], word=True)
        what = decided(told, seen.voice) if told else event.code
        left = f"{level}, due {due(row, seen.day.moment.today)}" if level and row["case_due_on"] else "no case is open"
        yield f"{event.account_id} {seen.rows.customer(row)[0]}: {what}. {left[:1].upper()}{left[1:]}."
    for refusal in done.refused:
        yield f"{refusal.account_id} refused: it {refusal.why}."
    if len(done.events) + len(done.refused) > 1:
        viewer = triage.Viewer("", seen.day.moment.today)
        left_open = triage.counts(done.day.table, viewer)[triage.OPEN]
        yield f"{len(done.events)} done, {len(done.refused)} refused; {left_open} cases are open."


def _object(done: Settled) -> dict[str, Any]:
    """Return what was decided as one object."""
    return {
        "done": [
            {"account_id": event.account_id, "event_id": event.event_id, "action": event.code, "by": event.by}
            for event in done.events
        ],
        "refused": [{"account_id": refusal.account_id, "why": refusal.why} for refusal in done.refused],
    }
