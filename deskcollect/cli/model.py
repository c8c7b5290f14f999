"""deskcollect model: the cards that score, laid open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deskcollect.cli import output
from deskcollect.cli.commands import SETTINGS
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.cli.promote import promote, rollback
from deskcollect.errors import ExitCode

if TYPE_CHECKING:
    from deskcollect.desk.model import Model

_WIDTH = 100
CardArgument = Annotated[
    str, typer.Argument(metavar="CARD", help="A bundled card (default, cure), or the file of one.")
]
AccountOption = Annotated[str, typer.Option("--account", metavar="ACCOUNT", help="Mark the bins of this account.")]

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, context_settings=SETTINGS
)


@app.callback()
def model() -> None:
    """The cards that score: every bin with its points."""


@app.command("show")
def show_model(
    card: CardArgument = "default", account: AccountOption = "", desk: DeskOption = None, json: JsonOption = False
) -> int:
    """Print a card as a table: characteristic, bin, share, bad rate and points, for each of its segments.

    Points are against the average account of the segment.
    """
    from deskcollect.cli.opened import opened
    from deskcollect.desk import model as models
    from deskcollect.present.card import as_text
    from deskcollect.present.glyphs import choose

    chosen = models.load(card)
    if account:
        with opened(desk) as seen:
            found, glyphs = models.of_account(seen.day, chosen, account), seen.glyphs
    else:
        found, glyphs = models.model(chosen), choose()
    if json:
        output.single(as_object(found))
    else:
        output.lines(as_text(found, glyphs, min(output.width() or _WIDTH, _WIDTH)), glyphs)
    return ExitCode.OK


app.command("promote")(promote)
app.command("rollback")(rollback)


def as_object(found: Model) -> dict[str, Any]:
    """Return a card and its bins as one object."""
    card = found.card
    return {
        "card": card.stamp,
        "id": card.id,
        "version": card.version,
        "hash": card.hash,
        "target": card.target,
        "segments": [
            {"name": name, "average_score": average}
            for name, average in zip(card.segment.names, found.averages, strict=True)
        ],
        "trained_on": card.trained_on,
        "figures": card.figures,
        "score": found.score,
        "bins": [
            {
                "characteristic": each.characteristic,
                "segment": card.segment.names[each.segment],
                "start": each.start,
                "end": each.end,
                "missing": each.missing,
                "count": each.count,
                "share": each.share,
                "bad_rate": each.bad_rate,
                "points": round(each.points, 4),
                "marked": each.marked,
            }
            for each in found.bins
        ],
    }
