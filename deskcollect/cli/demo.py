"""deskcollect demo: a throw-away desk made from the sample data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deskcollect import settings
from deskcollect.cli import diagnostics
from deskcollect.cli.options import ByOption
from deskcollect.cli.start import show_demo
from deskcollect.errors import BadUse


def demo(
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Keep the demo desk here. Else it is gone afterwards.")
    ] = None,
    by: ByOption = "",
) -> int:
    """Open a throw-away desk with invented people, marked DEMO.

    Where there is no terminal it prints the demo's worklist.
    """
    if folder is not None:
        check_folder(folder)
        diagnostics.say(f"The demo desk is kept in {folder}.")
    return show_demo(folder, by)


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else.

    Errors: BadUse.
    """
    if (folder / settings.FILE).is_file():
        if not settings.read(folder).demo:
            raise BadUse(f"{folder} holds a desk that is no demo.", "Give another --dir, or leave it out.")
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadUse(f"{folder} is not empty.", "Give a new folder, or leave --dir out.")
