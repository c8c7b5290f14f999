"""deskcollect model promote, rollback and recalibrate: a person decides which card scores."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from deskcollect.desk.cards.model import Card

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def promote(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False, json: JsonOption = False) -> int:
    """Let the card that train made score from now on.

    The gate must have let it through, and a person must say yes.
    """
    from deskcollect.desk.cards import training

    with place.opened(desk) as found:
        card = training.waiting(found)
        _tell(card, json=json)
        training.require_passed(card)
        who = place.who(found, by)
        if not yes:
            _confirm(f"Shall {card.stamp} score from now on? (y or n)")
        training.promote(found, by=who)
    diagnostics.say(f"{card.stamp} scores from now on. Back with  deskcollect model rollback")
    return ExitCode.OK


def rollback(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False, json: JsonOption = False) -> int:
    """Let the card before the present one score again."""
    with place.opened(desk) as found:
        who = place.who(found, by)
        if not yes:
            _confirm("Shall the card before the present one score again? (y or n)")
        found.shelf.rollback(by=who, now=found.clock.now())
        stamp, ships = found.shelf.stamp(), found.shelf.promotion() is None
    if json:
        output.single({"card": stamp})
    diagnostics.say(f"{stamp}{', which ships,' if ships else ''} scores from now on.")
    return ExitCode.OK


def recalibrate(desk: DeskOption = None, by: ByOption = "", yes: YesOption = False, json: JsonOption = False) -> int:
    """Move the chances of the present card to what came of the desk's accounts, between trainings.

    Few outcomes move the level, from 300 on the spread too; the order of the accounts stays. It is judged on the newest outcomes, and a person must say yes.
    """
    from deskcollect.desk.cards import recalibration
    from deskcollect.present.card import refusal

    with place.opened(desk) as found:
        made = recalibration.of_desk(found, say=diagnostics.say)
        _tell(made.card, json=json, learnt=made.learnt)
        if not made.passes:
            diagnostics.say(refusal([each.name for each in made.conditions if not each.met], again="Recalibrate"))
            return ExitCode.DATA
        who = place.who(found, by)
        if not yes:
            _confirm(f"Shall {made.card.stamp} score from now on? (y or n)")
        recalibration.promote(found, made, by=who)
    diagnostics.say(f"{made.card.stamp} scores from now on. Back with  deskcollect model rollback")
    return ExitCode.OK


def judged_object(card: Card) -> dict[str, Any]:
    """Return a card, how it and the one before it judge the same accounts, and every condition, as one object."""
    from deskcollect.desk.cards.model import weights

    told, gated = card.figures, card.figures.get("gate", [])
    return {
        "card": card.stamp,
        "champion": card.trained_on.get("champion"),
        "how": card.trained_on.get("recipe"),
        "judged_on": told.get("judged", {}).get("outcomes"),
        "passes": bool(gated) and all(each["met"] for each in gated),
        "figures": told.get("mean", {}),
        "champion_figures": told.get("champion", {}),
        "recorded_facts": [asdict(each) for each in weights(card)],
        "conditions": gated,
    }


def _tell(card: Card, *, json: bool, learnt: int | None = None) -> None:
    """Print how a card was judged."""
    from deskcollect.present.card import gate

    if json:
        output.single({"learnt_from": learnt or card.trained_on.get("accounts")} | judged_object(card))
    else:
        output.lines(gate(card))


def _confirm(question: str) -> None:
    """Ask a person.

    Errors: BadUse where nobody is there, or the answer is no.
    """
    if not diagnostics.interactive():
        raise BadUse("A person decides which card scores, and nobody is here to ask.", "Say it with --yes.")
    if not diagnostics.ask(question, "n").lower().startswith("y"):
        raise BadUse("Nothing was changed.", "")
