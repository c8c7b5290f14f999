"""deskcollect ledger repair: a damaged ledger made whole, with every loss said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.desk.upkeep.repairing import Plan

_SHOWN = 3

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def repair(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False) -> int:
    """Make a damaged ledger whole: what proves itself stays, what is lost is said and written down.

    The ledger as it was is copied beside it first.
    """
    from deskcollect.desk.upkeep import keeping, repairing
    from deskcollect.present.holes import lost

    with keeping.keeping(place.folder(desk)) as kept:
        plan = repairing.look(kept)
        if plan is None:
            raise BadUse("Nothing is damaged in this ledger.", "There is nothing to repair.")
        who = place.who(kept, by)
        for text in _intent(kept, plan):
            diagnostics.say(text)
        confirm("Repair the ledger? (y or n)", yes=yes)
        done = repairing.repair(kept, by=who)
        today = kept.clock.today()
        output.lines([lost(each, today) for each in done.losses] or ["No record is lost."])
        diagnostics.say(f"Repaired. The ledger as it was is in {done.copy}. Records can be made again.")
        if done.losses:
            diagnostics.say(
                "What a team's server has of it comes back with the next visit; what another desk has, with a merge of "
                "all that it exports without --after. What nobody has is recorded again."
            )
    return ExitCode.OK


def _intent(kept: Keeping, plan: Plan) -> Iterator[str]:
    """Say what a repair would do."""
    from deskcollect.present.holes import lost
    from deskcollect.present.numbers import several

    today = kept.clock.today()
    yield from plan.damage[:_SHOWN]
    yield f"The ledger of {kept.settings.name} is damaged. A repair copies it first, beside it;"
    files = several(len(plan.files), "file", "files")
    yield f"then it writes {files} anew with every record that proves itself, and writes down what is missing:"
    for each in plan.losses:
        yield f"  {lost(replace(each, bytes=0), today)}"
    if not plan.losses:
        yield "  no record is missing"
    if any(each.last >= each.first for each in plan.losses):
        yield "Is there a backup? What is lost here may stand in it:  deskcollect ledger restore BACKUP"


def confirm(question: str, *, yes: bool) -> None:
    """Ask a person. Errors: BadUse where nobody is there, or the answer is no."""
    if yes:
        return
    if not diagnostics.interactive():
        raise BadUse("A person decides this, and nobody is here to ask. Nothing was changed.", "Say it with  --yes")
    if not diagnostics.ask(question, "n").lower().startswith("y"):
        raise BadUse("Nothing was changed.", "")
