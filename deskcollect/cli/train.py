"""deskcollect train: a lender's own card, made from the present one and what became of the accounts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from deskcollect.cli import diagnostics, output
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.training import Challenger
    from deskcollect.present.lines import Line


def train(desk: DeskOption = None, json: JsonOption = False) -> int:
    """Make a card of your own from what the desk's books tell, and judge it.

    Few outcomes move the level of the chances, more of them the points. It is judged against the present card. Nothing scores with it until  deskcollect model promote.
    """
    from deskcollect.cli import place
    from deskcollect.desk import training

    with place.opened(desk) as found:
        made = training.of_desk(found, say=diagnostics.say)
        if json:
            output.single(as_object(made))
        else:
            output.lines(_told(made))
        diagnostics.say(f"Written to {training.path(found)}.")
    if made.passes:
        diagnostics.say("It passes the gate. A person decides:  deskcollect model promote")
        return ExitCode.OK
    diagnostics.say("It does not pass the gate: the present card goes on scoring.")
    return ExitCode.DATA


def _told(made: Challenger) -> Iterator[Line]:
    """Return the card, how both judge, every condition, and what was learnt of recorded facts."""
    from deskcollect.desk.model import weights
    from deskcollect.present.card import gate, learnt

    yield from gate(made.card)
    yield from learnt(weights(made.card))


def as_object(made: Challenger) -> dict[str, Any]:
    """Return the outcome of a training as one object."""
    from deskcollect.desk.model import weights

    return {
        "card": made.card.stamp,
        "how": made.how,
        "learnt_from": made.learnt,
        "judged_on": made.judged,
        "passes": made.passes,
        "figures": made.card.figures["mean"],
        "champion_figures": made.card.figures["champion"],
        "recorded_facts": [asdict(each) for each in weights(made.card)],
        "conditions": [{"name": each.name, "met": each.met, "told": each.told} for each in made.conditions],
    }
