"""deskcollect ledger erase, hold, release-hold and holds: what is recorded of a customer, taken away or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.erasure import Plan

CustomerArgument = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The lender's customer number.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="T", help="Why, in a few words and without a name.")]


def erase(
    customer: Annotated[str, typer.Argument(metavar="[CUSTOMER]", help="The lender's customer number.")] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Finish what was begun here or came with a merge.")] = False,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take away for good what is recorded of a customer; the chain of records stays whole.

    It says first what will go, and a person must say yes. Nothing brings it back.
    """
    from deskcollect.cli.ledger import opened
    from deskcollect.desk import erasure

    if bool(customer) == finish:
        raise BadUse("Nobody says whose records are to be erased.", "Name one customer, or give --finish alone.")
    with opened(desk) as kept:
        if finish:
            count = erasure.finish(kept, by=place.who(kept, by))
        else:
            wanted = erasure.plan(kept, customer)
            for text in _warned(wanted):
                diagnostics.say(text)
            if wanted.records and not yes:
                answer = diagnostics.ask(
                    f"Erase {several(wanted.records, 'record', 'records')} for good? (y or n)", "n"
                )
                if not answer.lower().startswith("y"):
                    raise BadUse("Nothing was erased.", "Give the command again and answer y, or add --yes.")
            count = erasure.erase(kept, wanted, by=place.who(kept, by), reason=reason)
        head = kept.ledger.head().stamp
    if json:
        output.single({"erased": count, "head": head})
    else:
        output.lines([f"{several(count, 'record', 'records')} erased. The ledger is whole, head {head}."])
    return ExitCode.OK


def _warned(wanted: Plan) -> Iterator[str]:
    """Say what would go and what would not."""
    if not wanted.records:
        yield f"Nothing is recorded of {wanted.customer_id}."
        return
    yield (
        f"{several(wanted.records, 'record', 'records')} of {wanted.customer_id} from {wanted.first} to {wanted.last}, "
        f"on {', '.join(wanted.accounts) or 'no account'}."
    )
    lost = [
        several(count, *words)
        for count, words in (
            (wanted.promises, ("promise", "promises")),
            (wanted.restrictions, ("open restriction", "open restrictions")),
        )
        if count
    ]
    if lost:
        yield f"With them go {' and '.join(lost)}: the desk knows of none afterwards."
    yield (
        "Old backups, desks that were merged with this one, files that were written, and blocks of the disk keep copies. "
        "The lender's books stay as they are."
    )


def hold(customer: CustomerArgument, reason: ReasonOption = "", by: ByOption = "", desk: DeskOption = None) -> int:
    """Keep what is recorded of a customer: nothing of it is erased until the hold is released."""
    from deskcollect.cli.ledger import opened
    from deskcollect.desk import erasure

    with opened(desk) as kept:
        erasure.hold(kept, customer, by=place.who(kept, by), reason=reason)
    output.lines([f"{customer} is on hold: nothing recorded of them is erased."])
    return ExitCode.OK


def release_hold(
    customer: CustomerArgument, reason: ReasonOption = "", by: ByOption = "", desk: DeskOption = None
) -> int:
    """End a hold."""
    from deskcollect.cli.ledger import opened
    from deskcollect.desk import erasure

    with opened(desk) as kept:
        erasure.release(kept, customer, by=place.who(kept, by), reason=reason)
    output.lines([f"{customer} is on no hold any more."])
    return ExitCode.OK


def holds(desk: DeskOption = None, json: JsonOption = False) -> int:
    """List the customers whose records are on hold."""
    from deskcollect.cli.ledger import opened
    from deskcollect.cli.table import Column, table
    from deskcollect.desk import erasure

    with opened(desk) as kept:
        found = sorted(erasure.holds(kept).values(), key=lambda each: each.since)
        days = [each.since.astimezone(kept.settings.zone).date().isoformat() for each in found]
    if json:
        output.objects(
            {"customer_id": each.customer_id, "since": each.since, "by": each.by, "reason": each.reason}
            for each in found
        )
    elif not found:
        output.lines(["Nobody is on hold."])
    else:
        rows = [(each.customer_id, day, each.by, each.reason) for each, day in zip(found, days, strict=True)]
        output.lines(table([Column("Customer"), Column("Since"), Column("By"), Column("Reason", least=20)], rows))
    return ExitCode.OK
