"""deskcollect model promote, rollback and recalibrate: a person decides which card scores."""

from __future__ import annotations

from typing import Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import ByOption, DeskOption
from deskcollect.errors import BadUse, ExitCode

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def promote(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False) -> int:
    """Let the card that train made score from now on.

    The gate must have let it through, and a person must say yes.
    """
    from deskcollect.desk import training
    from deskcollect.present.card import gate

    with place.opened(desk) as found:
        card = training.waiting(found)
        output.lines(gate(card))
        who = place.who(found, by)
        if not yes:
            _confirm(f"Shall {card.stamp} score from now on? (y or n)")
        training.promote(found, by=who)
    diagnostics.say(f"{card.stamp} scores from now on. Back with  deskcollect model rollback")
    return ExitCode.OK


def rollback(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False) -> int:
    """Let the card before the present one score again."""
    with place.opened(desk) as found:
        who = place.who(found, by)
        if not yes:
            _confirm("Shall the card before the present one score again? (y or n)")
        found.shelf.rollback(by=who, now=found.clock.now())
        stamp = (found.shelf.history() or ("the bundled card",))[-1]
    diagnostics.say(f"{stamp} scores from now on.")
    return ExitCode.OK


def recalibrate(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False) -> int:
    """Move the chances of the present card to what came of the desk's accounts, between trainings.

    Few outcomes move the level, from 300 on the spread too; the order of the accounts stays. It is judged on the newest outcomes, and a person must say yes.
    """
    from deskcollect.desk import recalibration
    from deskcollect.present.card import gate

    with place.opened(desk) as found:
        made = recalibration.of_desk(found, say=diagnostics.say)
        output.lines(gate(made.card))
        if not made.passes:
            diagnostics.say("It does not pass the gate: the present card goes on scoring as it is.")
            return ExitCode.DATA
        who = place.who(found, by)
        if not yes:
            _confirm(f"Shall {made.card.stamp} score from now on? (y or n)")
        recalibration.promote(found, made, by=who)
    diagnostics.say(f"{made.card.stamp} scores from now on. Back with  deskcollect model rollback")
    return ExitCode.OK


def _confirm(question: str) -> None:
    """Ask a person.

    Errors: BadUse where nobody is there, or the answer is no.
    """
    if not diagnostics.interactive():
        raise BadUse("A person decides which card scores, and nobody is here to ask.", "Say it with --yes.")
    if not diagnostics.ask(question, "n").lower().startswith("y"):
        raise BadUse("Nothing was changed.", "")
