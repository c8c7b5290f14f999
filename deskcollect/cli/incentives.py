"""deskcollect incentives: what may be given to who pays and done to who does not, and who signs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import AccountArgument, ByOption, DeskOption, JsonOption, read_limit, read_one
from deskcollect.errors import BadUse, ExitCode
from deskcollect.vocabulary import Channel, MeasureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deskcollect.desk.incentives import Asked, Done

AccountsArgument = Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help="The lender's account numbers.")]
MeasureOption = Annotated[
    str, typer.Option("--measure", metavar="M", help="Which one, where several are open on an account.")
]
NoteOption = Annotated[str, typer.Option("--note", metavar="T", help="The reason in a few words.")]
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
    limit: LimitOption = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Incentives and consequences: who may have them, and who signs.

    Without a further word the list.
    """
    return _list(kind, limit, desk, json) if context.invoked_subcommand is None else ExitCode.OK


@app.command("list")
def list_incentives(
    kind: KindOption = "", limit: LimitOption = None, desk: DeskOption = None, json: JsonOption = False
) -> int:
    """List what is open, that to be signed first, then who is eligible today, why and what it would cost or bring."""
    return _list(kind, limit, desk, json)


@app.command("show")
def show_incentives(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show every measure for one account: what fits and why, what does not, what was done."""
    from deskcollect.cli.incentive_lines import whole_lines, whole_object
    from deskcollect.cli.opened import opened
    from deskcollect.desk.offers import whole

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
    from deskcollect.desk import incentives as steps

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
    from deskcollect.desk import incentives as steps

    way = Channel(read_one(channel, _WRITTEN, "--channel"))
    return _act(accounts, steps.notify, lambda one: steps.Asked(one, note, measure, way), by, desk, json)


@app.command("approve")
def approve_incentive(
    accounts: AccountsArgument,
    measure: MeasureOption = "",
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Sign what is proposed, where it still fits."""
    from deskcollect.desk import incentives as steps

    return _act(accounts, steps.approve, lambda one: steps.Asked(one, note, measure), by, desk, json)


@app.command("refuse")
def refuse_incentive(
    accounts: AccountsArgument,
    measure: MeasureOption = "",
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Refuse to sign, with a reason."""
    from deskcollect.desk import incentives as steps

    return _act(accounts, steps.refuse, lambda one: steps.Asked(one, note, measure), by, desk, json)


@app.command("withdraw")
def withdraw_incentive(
    accounts: AccountsArgument,
    measure: MeasureOption = "",
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take back what is proposed or approved and not done, with a reason."""
    from deskcollect.desk import incentives as steps

    return _act(accounts, steps.withdraw, lambda one: steps.Asked(one, note, measure), by, desk, json)


@app.command("done")
def do_incentive(
    accounts: AccountsArgument,
    measure: MeasureOption = "",
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say that it is to be done now: signed, and for a consequence after notice and waiting time."""
    from deskcollect.desk import incentives as steps

    return _act(accounts, steps.do, lambda one: steps.Asked(one, note, measure), by, desk, json)


@app.command("order")
def order_incentives(
    to: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write .csv, .parquet or .json.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those of earlier files too.")] = False,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Write the work order for the lender's system: what was done and not ordered before."""
    from deskcollect.cli import files
    from deskcollect.cli.incentive_lines import order_lines
    from deskcollect.cli.opened import opened
    from deskcollect.desk import offers, orders

    if to is not None:
        files.known_format(to, orders.FORMATS)
    with opened(desk) as seen:
        made = offers.order_lines(seen.desk, seen.day, everything=everything)
        if to is not None and made.height:
            orders.write(seen.desk, to, made, by=place.who(seen.desk, by), code=offers.ORDER_CODE)
        if json:
            output.objects(made.iter_rows(named=True))
        else:
            output.lines(order_lines(seen, made, to), seen.glyphs)
    return ExitCode.OK


# --- what they share -------------------------------------------------------------------------------------------------------


def _list(kind: str, limit: int | None, desk: Path | None, json: bool) -> int:
    """Print what is open and who is eligible."""
    from deskcollect.cli.incentive_lines import listed_lines, offer_object
    from deskcollect.cli.opened import opened
    from deskcollect.desk.offers import listing

    wanted = MeasureKind(read_one(kind.lower(), MeasureKind, "--kind")) if kind else None
    read_limit(limit)
    with opened(desk) as seen:
        found = listing(seen.desk, seen.day, kind=wanted, limit=limit)
        if json:
            output.objects(offer_object(seen, each) for each in found.offers)
        else:
            output.lines(listed_lines(seen, found), seen.glyphs)
    return ExitCode.OK


def _act(
    accounts: Sequence[str],
    act: Callable[..., Done],
    ask: Callable[[str], Asked],
    by: str,
    desk: Path | None,
    json: bool,
) -> int:
    """Take one step for some accounts and tell it; where some are refused the others are written, and the exit code is 1.

    Errors: BadUse where all are refused; LedgerError.
    """
    from deskcollect.cli.incentive_lines import done_lines, done_object
    from deskcollect.cli.opened import opened

    with opened(desk) as seen:
        done = act(seen.desk, seen.day, [ask(account) for account in accounts], by=place.who(seen.desk, by))
        if not done.events:
            first = done.refused[0]
            more = f" {len(done.refused) - 1} more refused." if len(done.refused) > 1 else ""
            raise BadUse(f"{first.place.table}: {first.message}{more}", first.remedy)
        if json:
            output.objects(done_object(done))
        else:
            output.lines(done_lines(seen, done), seen.glyphs)
        for issue in done.refused:
            diagnostics.warn(f"{issue.place.table} refused: {issue.message} {issue.remedy}")
    return ExitCode.DATA if done.refused else ExitCode.OK
