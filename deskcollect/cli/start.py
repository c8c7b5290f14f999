"""deskcollect without a command: the desk, or today's worklist where there is no terminal."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from deskcollect import settings
from deskcollect.cli import diagnostics, output, place
from deskcollect.errors import ExitCode, NoDesk
from deskcollect.vocabulary import Lens

if TYPE_CHECKING:
    from deskcollect.desk.desk import Desk


def start(desk: Path | None, by: str) -> int:
    """Open the desk that is meant; where there is none, say so and offer the demo.

    Errors: NoDesk where nobody is there to answer.
    """
    try:
        folder = place.folder(desk)
    except NoDesk as error:
        if desk is not None or not diagnostics.interactive():
            raise
        return _offer(error, by)
    return show_desk(folder, by)


def _offer(error: NoDesk, by: str) -> int:
    """Say that there is no desk, and open the demo if that is wanted."""
    diagnostics.say(error.message)
    diagnostics.say("Make one with  deskcollect init DIR --book BOOK")
    answer = diagnostics.ask("Open the demo instead, a throw-away desk with invented people? (y or n)", "y")
    return show_demo(None, by) if answer.lower().startswith("y") else ExitCode.USAGE


def show_desk(folder: Path, by: str) -> int:
    """Show a desk: on the screen in a terminal, as today's worklist elsewhere."""
    if _on_screen():
        from deskcollect.tui.app import run

        return run(folder, by)
    from deskcollect.desk.desk import open_desk

    return _print(open_desk(folder))


def show_demo(folder: Path | None, by: str) -> int:
    """Show the demo desk, kept in a folder or gone afterwards."""
    if _on_screen():
        from deskcollect.tui.app import run

        return run(folder, by, demo=True)
    from deskcollect.desk.desk import open_desk
    from deskcollect.desk.make import make_demo

    with TemporaryDirectory(prefix="deskcollect-demo-", ignore_cleanup_errors=True) as scratch:
        place = folder or Path(scratch) / "demo"
        return _print(open_desk(place) if (place / settings.FILE).is_file() else make_demo(place))


def _on_screen() -> bool:
    """Say whether there is a terminal to draw on."""
    return sys.stdin.isatty() and output.is_terminal()


def _print(opened: Desk) -> int:
    """Print today's worklist of a desk, and close it."""
    from deskcollect.cli.opened import concluded
    from deskcollect.cli.worklist import chosen, first_queue, report, shared

    with closing(opened) as desk:
        seen = concluded(desk)
        queue = first_queue(seen)
        rows, said = shared(seen, chosen(seen, queue, Lens.RISK, "", ()), share=None)
        output.lines(report(seen, rows, rows.height, queue, said), seen.glyphs)
    return ExitCode.OK
