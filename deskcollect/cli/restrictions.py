"""deskcollect restrictions: what is restricted, what its release needs, and who signs."""

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
    read_money,
    read_near,
    read_one,
)
from deskcollect.cli.work_order import EverythingOption, OutputOption, order
from deskcollect.errors import BadUse, ExitCode
from deskcollect.vocabulary import Finding, Proof, RestrictionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from deskcollect.cli.opened import Opened
    from deskcollect.desk.decisions.restrictions import Asked, Done

KindOption = Annotated[
    str,
    typer.Option(
        "--kind", metavar="K", help="watch, no_cash_advance, no_new_spending, limit_cut, suspension. Else the reason's."
    ),
]
LimitOption = Annotated[str, typer.Option("--limit", metavar="A", help="New limit of a limit cut, as in 40000.")]
OneOption = Annotated[
    str, typer.Option("--restriction", metavar="ID", help="Which one, where an account carries several.")
]

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback(invoke_without_command=True)
def restrictions(context: typer.Context, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Restrictions and what releases them.

    Without a further word the list.
    """
    return _list(desk, json, due=False) if context.invoked_subcommand is None else ExitCode.OK


@app.command("list")
def list_restrictions(desk: DeskOption = None, json: JsonOption = False) -> int:
    """List the open restrictions: those to be signed first, then by the day of review."""
    return _list(desk, json, due=False)


@app.command("review")
def review_restrictions(
    account: Annotated[str, typer.Argument(metavar="[ACCOUNT]", help="The checklist of one account.")] = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """List what is due for review or to be signed; with ACCOUNT its checklist."""
    return _show(account, desk, json, history=False) if account else _list(desk, json, due=True)


@app.command("show")
def show_restrictions(account: AccountArgument, desk: DeskOption = None, json: JsonOption = False) -> int:
    """Show the restrictions of one account: evidence as it was, checklist, history."""
    return _show(account, desk, json, history=True)


@app.command("impose")
def impose_restriction(
    accounts: AccountsArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="R", help="Code of restrictions.toml, as in CASH3.")],
    kind: KindOption = "",
    limit: LimitOption = "",
    review: Annotated[str, typer.Option("--review", metavar="D", help="Day of review. Else the policy's.")] = "",
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Restrict accounts, with the evidence as it is now. A suspension waits for a lead."""
    from deskcollect.desk.decisions import restrictions as acts

    def ask(seen: Opened, account: str) -> Asked:
        return acts.Asked(
            account,
            note,
            kind=_kind(kind),
            reason=reason,
            limit=read_money(seen, account, limit, "--limit"),
            review_on=read_near(review, "--review", seen.day.moment.today),
        )

    return _act(accounts, acts.impose, ask, by, desk, json)


@app.command("extend")
def extend_restriction(
    accounts: AccountsArgument,
    until: Annotated[str, typer.Option("--until", metavar="D", help="New day of review: 2026-12-01, +30.")],
    note: NoteOption = "",
    restriction: OneOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Put the review off to a later day, with a reason."""
    from deskcollect.desk.decisions import restrictions as acts

    def ask(seen: Opened, account: str) -> Asked:
        return acts.Asked(
            account, note, review_on=read_near(until, "--until", seen.day.moment.today), restriction=restriction
        )

    return _act(accounts, acts.extend, ask, by, desk, json)


@app.command("vary")
def vary_restriction(
    accounts: AccountsArgument,
    kind: KindOption,
    limit: LimitOption = "",
    note: NoteOption = "",
    restriction: OneOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Change the kind, with a reason. To ease it a lead proposes and another lead approves."""
    from deskcollect.desk.decisions import restrictions as acts

    def ask(seen: Opened, account: str) -> Asked:
        amount = read_money(seen, account, limit, "--limit")
        return acts.Asked(account, note, kind=_kind(kind), limit=amount, restriction=restriction)

    return _act(accounts, acts.vary, ask, by, desk, json)


def _verb(name: str, says: str) -> None:
    """Add a verb that needs nothing but a note."""

    def verb(
        accounts: AccountsArgument,
        note: NoteOption = "",
        restriction: OneOption = "",
        by: ByOption = "",
        desk: DeskOption = None,
        json: JsonOption = False,
    ) -> int:
        from deskcollect.desk.decisions import restrictions as acts

        do = {"lift": acts.lift, "approve": acts.approve, "refuse": acts.refuse}[name]
        return _act(accounts, do, lambda _, one: acts.Asked(one, note, restriction=restriction), by, desk, json)

    app.command(name, help=says)(verb)


_verb("lift", "Propose to lift, as a lead; another lead approves. With an open check it needs a reason.")
_verb("approve", "Sign what waits, as a lead who is not the first person; it takes effect.")
_verb("refuse", "Refuse to sign what waits, with a reason.")


@app.command("confirm")
def confirm_proof(
    account: AccountArgument,
    proof: Annotated[str, typer.Argument(metavar="PROOF", help="identity, documents or income.")],
    found: Annotated[
        str, typer.Option("--found", metavar="F", help="confirmed, incomplete or false.")
    ] = Finding.CONFIRMED,
    note: NoteOption = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Record what was found of a proof of the customer."""
    from deskcollect.desk.decisions import restrictions as acts

    shown, outcome = Proof(read_one(proof, Proof, "PROOF")), Finding(read_one(found, Finding, "--found"))
    return _act(
        [account], acts.confirm, lambda _, one: acts.Asked(one, note, proof=shown, found=outcome), by, desk, json
    )


@app.command("what-if")
def what_if_restriction(
    account: AccountArgument,
    paid: Annotated[str, typer.Option("--paid", metavar="A", help="Amount paid today: 3200, full, half, min.")] = "",
    shown: Annotated[
        str, typer.Option("--shown", metavar="NAMES", help="Proofs that come in: identity,documents,income.")
    ] = "",
    quiet: Annotated[int | None, typer.Option("--quiet-days", metavar="N", help="Days without a signal.")] = None,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Say what a payment or a proof today would change; nothing is recorded."""
    from deskcollect.cli.opened import opened
    from deskcollect.cli.options import read_several
    from deskcollect.cli.restriction_lines import what_if_lines, what_if_object
    from deskcollect.desk.decisions.release import what_if

    proofs = tuple(Proof(word) for word in read_several(shown.lower(), Proof, "--shown"))
    if quiet is not None and quiet < 0:
        raise BadUse(f"--quiet-days {quiet} is no number of days.", "Give a number of 0 or more.")
    with opened(desk) as seen:
        amount = read_money(seen, account, paid, "--paid", ("full", "half", "min"))
        found = what_if(seen.desk, seen.day, account, paid=amount, shown=proofs, quiet_days=quiet)
        if json:
            output.single(what_if_object(seen, found))
        else:
            output.lines(what_if_lines(seen, found), seen.glyphs)
    return ExitCode.OK


@app.command("order")
def order_restrictions(
    to: OutputOption = None,
    everything: EverythingOption = False,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Write the work order for the lender's system: what changed and was not ordered before."""
    from deskcollect.cli.restriction_lines import work_order

    return order(work_order(), to, everything=everything, by=by, desk=desk, json=json)


# --- what they share -------------------------------------------------------------------------------------------------------


def _list(desk: Path | None, json: bool, *, due: bool) -> int:
    """Print the open restrictions, or those of them that somebody should look at now."""
    from deskcollect.cli.opened import opened
    from deskcollect.cli.restriction_lines import queue_lines, review_object
    from deskcollect.desk.decisions.release import queue

    with opened(desk) as seen:
        every = queue(seen.desk, seen.day)
        rows = [each for each in every if not due or each.is_due(seen.day.moment.today)]
        if json:
            output.objects(review_object(seen, each) for each in rows)
        else:
            output.lines(queue_lines(seen, rows, len(every), due=due), seen.glyphs)
    return ExitCode.OK


def _show(account: str, desk: Path | None, json: bool, *, history: bool) -> int:
    """Print what is known of the restrictions of one account."""
    from deskcollect.cli.opened import opened
    from deskcollect.cli.restriction_lines import whole_lines, whole_object
    from deskcollect.desk.decisions.release import review

    with opened(desk) as seen:
        found = review(seen.desk, seen.day, account)
        if json:
            output.single(whole_object(seen, found))
        else:
            output.lines(whole_lines(seen, found, history=history), seen.glyphs)
    return ExitCode.OK


def _act(
    accounts: Sequence[str],
    do: Callable[..., Done],
    ask: Callable[[Opened, str], Asked],
    by: str,
    desk: Path | None,
    json: bool,
) -> int:
    """Do one thing for some accounts and tell it."""
    from deskcollect.cli.act import act
    from deskcollect.cli.restriction_lines import done_lines, done_objects

    return act(accounts, do, ask, done_lines, done_objects, by=by, desk=desk, json=json)


def _kind(word: str) -> RestrictionKind | None:
    """Read a kind of restriction."""
    word = word.lower().replace("-", "_")
    return RestrictionKind(read_one(word, RestrictionKind, "--kind")) if word else None
