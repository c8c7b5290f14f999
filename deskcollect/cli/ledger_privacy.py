"""deskcollect ledger erase, hold, release-hold, holds, seal and passphrase: what is kept of a customer, and who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.ledger_keep import YesOption, confirm
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.cli.place import kept as opened
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.desk.upkeep.erasure import Plan

CustomerArgument = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The lender's customer number.")]
_LEAST = 8
_SHOWN = 20
_ELSEWHERE = "what other desks put on hold lately is not known here."
_UNHEARD = "the other desks hear of it later."
_COPIES = (
    "Old backups, desks that were merged with this one, the team's server, files that were written, and blocks of the disk "
    "keep copies. The lender's books stay as they are."
)
ReasonOption = Annotated[str, typer.Option("--reason", metavar="T", help="Why, in a few words and without a name.")]


def erase(
    customer: Annotated[str, typer.Argument(metavar="[CUSTOMER]", help="The lender's customer number.")] = "",
    reason: ReasonOption = "",
    by: ByOption = "",
    yes: YesOption = False,
    finish: Annotated[bool, typer.Option("--finish", help="Finish what was begun here or came with a merge.")] = False,
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take away for good what is recorded of a customer; the chain of records stays whole.

    It says first what will go, and a person must say yes. Nothing brings it back.
    """
    from deskcollect.desk.upkeep import erasure

    if finish and customer:
        raise BadUse("--finish takes no customer: it ends what was begun, whoever it is of.", "Give one of the two.")
    if not (finish or customer):
        raise BadUse("Nobody says whose records are to be erased.", "Name one customer, or give --finish alone.")
    with opened(desk, away=_ELSEWHERE) as kept:
        wanted = erasure.unfinished(kept) if finish else erasure.plan(kept, customer, reason)
        for text in going(wanted):
            diagnostics.say(text)
        if wanted.records:
            diagnostics.say(_COPIES)
        if wanted.records:
            confirm(f"Erase {several(wanted.records, 'record', 'records')} for good? (y or n)", yes=yes)
        count = erasure.carry_out(kept, wanted, by=place.who(kept, by))
        head, unclear = kept.ledger.head().stamp, erasure.unclear(kept)
        has_server = bool(kept.settings.ledger)
    if unclear:
        diagnostics.warn(
            f"ledger/quarantine.bin holds {unclear:,} bytes that no record can be made of: nobody can tell whether they are "
            "of this customer. Remove the file when nobody needs it."
        )
    if json:
        output.single({"erased": count, "head": head})
    else:
        output.lines([f"{several(count, 'record', 'records')} erased. The ledger is whole, head {head}."])
    if count and has_server:
        diagnostics.say("The team's server keeps them until its owner gives  deskcollect ledger server --erase")
    return ExitCode.OK if finish or count else ExitCode.DATA


def going(wanted: Plan) -> Iterator[str]:
    """Say what would go and what would not, and at whose word."""
    for kept in wanted.kept:
        stay = several(kept.records, "record stays", "records stay")
        yield f"{stay}: {kept.customer_id} is on hold since {kept.since} by {kept.by}."
    if not wanted.records:
        if not wanted.customer_id:
            yield "Nothing waits to be erased."
        elif not wanted.kept:
            yield (
                f"Nothing is recorded of {wanted.customer_id}: all of it was erased before, or the book writes another number."
            )
        return
    yield (
        f"{several(wanted.records, 'record', 'records')} of {_listed(wanted.customers, 'nobody that is named')} "
        f"from {wanted.first} to {wanted.last}, on {_listed(wanted.accounts, 'no account')}."
    )
    for asked in wanted.asked:
        where = f"Erased at {asked.desk}" if asked.desk else "Begun here"
        yield f"{where} by {asked.by} on {asked.on}, {several(asked.records, 'record', 'records')}: {asked.reason}"
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


def _listed(ids: Sequence[str], nothing: str) -> str:
    """Return ids in a row, of very many the first."""
    more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return f"{', '.join(ids[:_SHOWN])}{more}" or nothing


def hold(customer: CustomerArgument, reason: ReasonOption = "", by: ByOption = "", desk: DeskOption = None) -> int:
    """Keep what is recorded of a customer: nothing of it is erased until the hold is released."""
    from deskcollect.desk.upkeep import erasure, keys

    customer = customer.strip()
    with opened(desk, away=_UNHEARD) as kept:
        is_known = erasure.hold(kept, customer, by=place.who(kept, by), reason=reason)
        unsaid = keys.not_kept(kept.settings, reason)
    output.lines([f"{customer} is on hold: nothing recorded of them is erased or dropped.", *filter(None, [unsaid])])
    if not is_known:
        diagnostics.warn(f"nothing is recorded of {customer} so far. Is that the number as the book writes it?")
    return ExitCode.OK


def release_hold(
    customer: CustomerArgument, reason: ReasonOption = "", by: ByOption = "", desk: DeskOption = None
) -> int:
    """End a hold."""
    from deskcollect.desk.upkeep import erasure, keys

    customer = customer.strip()
    with opened(desk, away=_UNHEARD) as kept:
        erasure.release(kept, customer, by=place.who(kept, by), reason=reason)
        unsaid = keys.not_kept(kept.settings, reason)
    output.lines([f"{customer} is on no hold any more.", *filter(None, [unsaid])])
    return ExitCode.OK


def seal(desk: DeskOption = None) -> int:
    """Seal notes from now on: whoever reads the files reads none without the passphrase.

    It is asked twice, or taken from DESKCOLLECT_PASSPHRASE.
    """
    from deskcollect.desk.upkeep import keys

    folder = place.folder(desk)
    keys.seal(folder, _new_passphrase(keys.VARIABLE))
    output.lines(
        [
            "Notes are sealed from now on. Those written before stay readable.",
            "Without the passphrase nobody opens them again: keep it apart from this machine.",
            f"Its keys are in {keys.place(folder)}: keep a copy apart from the backups of the ledger.",
        ]
    )
    return ExitCode.OK


def passphrase(desk: DeskOption = None) -> int:
    """Change the passphrase that opens sealed notes.

    Without a terminal the present one is DESKCOLLECT_PASSPHRASE and the new one DESKCOLLECT_NEW_PASSPHRASE.
    """
    import os

    from deskcollect.desk.upkeep import keys

    folder = place.folder(desk)
    keys.require(folder)
    old = os.environ.get(keys.VARIABLE, "") or diagnostics.ask_secret("The present passphrase:")
    keys.change(folder, old, _new_passphrase(keys.NEW_VARIABLE))
    output.lines(
        ["The passphrase is changed. What is sealed stays sealed; copies of the folder keys/ have the old one."]
    )
    return ExitCode.OK


def _new_passphrase(variable: str) -> str:
    """Return a passphrase that was typed twice, or stands in a variable of the environment. Errors: BadUse."""
    import os

    told = os.environ.get(variable, "")
    if not told:
        told = diagnostics.ask_secret(f"The new passphrase, {_LEAST} characters or more:", variable)
        if told and diagnostics.ask_secret("Once more:") != told:
            raise BadUse("The two differ: nothing was changed.", "Give the command again.")
    if len(told) < _LEAST:
        raise BadUse(
            f"A passphrase needs {_LEAST} characters or more: nothing was changed.", "Four words make a good one."
        )
    return told


def holds(desk: DeskOption = None, json: JsonOption = False) -> int:
    """List the customers whose records are on hold."""
    from deskcollect.cli.table import Column, table
    from deskcollect.desk.upkeep import erasure

    with opened(desk, away=_ELSEWHERE) as kept:
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
