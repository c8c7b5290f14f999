"""deskcollect incentives: what may be given to who pays and done to who does not, and who signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import output
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import (
    AccountArgument,
    AccountsArgument,
    ByOption,
    DeskOption,
    JsonOption,
    NoteOption,
    read_limit,
    read_one,
)
from deskcollect.cli.work_order import EverythingOption, OutputOption, order
from deskcollect.errors import ExitCode
from deskcollect.vocabulary import Channel, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from deskcollect.desk.decisions.incentives import Asked, Done

MeasureOption = Annotated[
    str, typer.Option("--measure", metavar="M", help="Which one, where several are open on an account.")
]
OnlyOption = Annotated[str, typer.Option("--measure", metavar="M", help="Id in incentives.toml. Else all.")]
KindOption = Annotated[str, typer.Option("--kind", metavar="K", help="incentive or consequence. Else both.")]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", help="At most so many rows.")]
_WRITTEN = (Channel.LETTER, Channel.EMAIL, Channel.TEXT)

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback(invoke_without_command=True)
def incentives(
    context: typer.Context,
    kind: KindOption = "",
    measure: OnlyOption = "",
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Incentives and consequences: who may have them, and who signs.

    Without a further word the list.
    """
    return _list(kind, measure, limit, desk, json) if context.invoked_subcommand is None else ExitCode.OK


@app.command("list")
def list_incentives(
    kind: KindOption = "",
    measure: OnlyOption = "",
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """List what is open, that to be signed first, then who is eligible today, why and what it would cost or bring."""
    return _list(kind, measure, limit, desk, json)


@app.command("show")
def show_incentives(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show every measure for one account: what fits and why, what does not, what was done."""
    from deskcollect.cli.incentive_lines import whole_lines, whole_object
    from deskcollect.cli.opened import opened
    from deskcollect.desk.decisions.offers import whole

    with opened(desk) as seen:
        found = whole(seen.desk, seen.day, account)
        if json:
            output.single(whole_object(seen, found))
        else:
            output.lines(whole_lines(seen, found), seen.glyphs)
    return ExitCode.OK


@app.command("propose")
def propose_incentive(
    accounts: AccountsArgument,
    measure: Annotated[str, typer.Option("--measure", metavar="M", help="Id in incentives.toml, as in fee-waived.")],
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Propose a measure for accounts that are eligible."""
    from deskcollect.desk.decisions import incentives as steps

    return _act(accounts, steps.propose, lambda one: steps.Asked(one, note, measure), by, desk, json)


@app.command("notify")
def notify_customer(
    accounts: AccountsArgument,
    measure: MeasureOption = "",
    channel: Annotated[
        str, typer.Option("--channel", metavar="C", help="letter, email or text.")
    ] = Channel.LETTER.value,
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Record that the notice of a consequence went out today; its waiting time begins."""
    from deskcollect.desk.decisions import incentives as steps

    way = Channel(read_one(channel, _WRITTEN, "--channel"))
    return _act(accounts, steps.notify, lambda one: steps.Asked(one, note, measure, way), by, desk, json)


def _verb(name: str, says: str) -> None:
    """Add a verb that needs nothing but a note."""

    def verb(
        accounts: AccountsArgument,
        measure: MeasureOption = "",
        note: NoteOption = "",
        by: ByOption = "",
        desk: DeskOption = None,
        json: JsonOption = False,
    ) -> int:
        from deskcollect.desk.decisions import incentives as steps

        do = {"approve": steps.approve, "refuse": steps.refuse, "withdraw": steps.withdraw, "done": steps.do}[name]
        return _act(accounts, do, lambda one: steps.Asked(one, note, measure), by, desk, json)

    app.command(name, help=says)(verb)


_verb("approve", "Sign what is proposed, where it still fits.")
_verb("refuse", "Refuse to sign, with a reason.")
_verb("withdraw", "Take back what is proposed or approved and not done, with a reason.")
_verb("done", "Say that it is to be done now: signed, and for a consequence after notice and waiting time.")


@app.command("order")
def order_incentives(
    to: OutputOption = None,
    everything: EverythingOption = False,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Write the work order for the lender's system: what was done and not ordered before."""
    from deskcollect.cli.incentive_lines import work_order

    return order(work_order(), to, everything=everything, by=by, desk=desk, json=json)


# --- what they share -------------------------------------------------------------------------------------------------------


def _list(kind: str, measure: str, limit: int | None, desk: Path | None, json: bool) -> int:
    """Print what is open and who is eligible."""
    from deskcollect.cli.incentive_lines import listed_lines, offer_object
    from deskcollect.cli.opened import opened
    from deskcollect.desk.decisions.offers import listing

    wanted = MeasureKind(read_one(kind.lower(), MeasureKind, "--kind")) if kind else None
    read_limit(limit)
    with opened(desk) as seen:
        found = listing(seen.desk, seen.day, kind=wanted, measure=measure, limit=limit)
        if json:
            output.objects(offer_object(seen, each) for each in found.offers)
        else:
            output.lines(listed_lines(seen, found, some=bool(kind or measure)), seen.glyphs)
    return ExitCode.OK


def _act(
    accounts: Sequence[str],
    do: Callable[..., Done],
    ask: Callable[[str], Asked],
    by: str,
    desk: Path | None,
    json: bool,
) -> int:
    """Take one step for some accounts and tell it."""
    from deskcollect.cli.act import act
    from deskcollect.cli.incentive_lines import done_lines, done_objects

    return act(accounts, do, lambda _, one: ask(one), done_lines, done_objects, by=by, desk=desk, json=json)
