"""deskcollect ledger sync: send what the team's server has not, and take what is new there."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from deskcollect.cli import diagnostics, output, place
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.errors import BadUse, ExitCode
from deskcollect.present.numbers import several


def sync(
    skip: Annotated[
        list[str] | None,
        typer.Option("--skip", metavar="ID", help="Leave an entry as it is that says other things here and there."),
    ] = None,
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Send what the team's server has not, and take what is new there. Every command does so by itself."""
    from deskcollect.desk.desk import open_desk
    from deskcollect.desk.team.visits import Tie
    from deskcollect.desk.upkeep import erasure

    with closing(open_desk(place.folder(desk))) as found:
        if not found.settings.ledger:
            raise BadUse("This desk has no server.", "deskcollect help team  tells how a team gets one.")
        with closing(Tie(found)) as tie:
            told = tie.visit(by or found.settings.me, patient=False, skip=skip or ())
        waiting = erasure.waiting(found)
    if told.error is not None:
        raise told.error
    if json:
        counts = {"sent": told.sent, "taken": told.taken, "older": told.older}
        output.single({**counts, "waiting": told.waiting, "to_erase": waiting})
    else:
        done = f"{several(told.sent, 'entry', 'entries')} sent, {several(told.taken, 'entry', 'entries')} taken."
        output.lines([*left_out(told.older), done])
    say_to_erase(waiting)
    return ExitCode.OK


def left_out(older: int) -> list[str]:
    """Say how many entries were not taken in because they are older than what is kept here."""
    what = several(older, "entry", "entries")
    return [f"Left out: {what} older than what is kept here, since old records were dropped."] if older else []


def say_to_erase(count: int) -> None:
    """Say that another desk erased what is still here, or an erasure here was cut short."""
    if count:
        what = several(count, "record that is here was", "records that are here were")
        diagnostics.say(
            f"{what} erased at another desk, or an erasure here was cut short. To finish it:  deskcollect ledger erase --finish"
        )
