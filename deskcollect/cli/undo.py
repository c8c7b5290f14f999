"""deskcollect undo: a record taken back by a correcting one; both stay in the history."""

from __future__ import annotations

from typing import Annotated

import typer

from deskcollect.cli import place
from deskcollect.cli.options import ByOption, DeskOption, JsonOption
from deskcollect.errors import ExitCode


def undo(
    event_id: Annotated[str, typer.Argument(metavar="EVENT_ID", help="Id of the record; show --json names it.")],
    reason: Annotated[str, typer.Option("--reason", metavar="T", help="Why it is taken back.")] = "",
    by: ByOption = "",
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Take a record back; the score is what it was before."""
    from deskcollect.cli.opened import opened
    from deskcollect.cli.record import tell

    with opened(desk) as seen:
        done = seen.desk.undo(seen.day, event_id, by=place.who(seen.desk, by), reason=reason)
        tell(seen, done, json=json)
    return ExitCode.OK
