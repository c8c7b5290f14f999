"""deskcollect ledger take: entries that could not be recorded and were written to a file elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskcollect.cli import files, output, place
from deskcollect.cli.options import DeskOption, JsonOption
from deskcollect.errors import ExitCode
from deskcollect.present.numbers import several


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that the desk wrote.", show_default=False)],
    desk: DeskOption = None,
    json: JsonOption = False,
) -> int:
    """Record what could not be recorded and was written to a file elsewhere; nothing is recorded twice."""
    from deskcollect.desk.upkeep import spill

    files.readable(file)
    with place.kept(desk) as kept:
        new, here = spill.take(kept.ledger, file, now=kept.clock.now())
    if json:
        output.single({"new": new, "here": here})
    else:
        was = f", {here} had been recorded already" if here else ""
        output.lines([f"{several(new, 'entry', 'entries')} recorded{was}."])
    return ExitCode.OK
