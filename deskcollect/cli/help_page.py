"""deskcollect help: the manual, page by page."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect import resources
from deskcollect.cli import output
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskcollect.present.lines import Line

ORDER = (
    *("start", "book", "worklist", "recording", "score", "tiers", "warnings", "ledger", "commands"),
    *("policies", "questions"),
)


def help_page(
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="A page of the manual; without it they are listed.")
    ] = "",
) -> int:
    """Read the manual."""
    pages = topics()
    if not topic:
        rows = [(name, _title(path)) for name, path in pages.items()]
        output.lines(table([Column("Topic"), Column("What it tells")], rows))
        output.lines(["", "Read one with  deskcollect help TOPIC"])
        return ExitCode.OK
    wanted = topic.lower()
    if wanted not in pages:
        near = get_close_matches(wanted, pages, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise BadUse(f"The manual has no page “{topic}”.", f"{hint}Pages: {', '.join(pages)}.")
    output.lines(page(pages[wanted].read_text(encoding="utf-8")))
    return ExitCode.OK


def topics() -> dict[str, Path]:
    """Return the pages of the manual in reading order."""
    found = {path.stem: path for path in sorted(resources.manual().glob("*.md"))}
    first = {name: found[name] for name in ORDER if name in found}
    return {**first, **found}


def _title(path: Path) -> str:
    """Return the first heading of a page."""
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()


def page(text: str) -> Iterator[Line | str]:
    """Return a page as a terminal shows it: headings ruled, marks of emphasis and code taken off."""
    fenced = False
    for entry in text.splitlines():
        if entry.startswith("```"):
            fenced = not fenced
        elif fenced:
            yield f"    {entry}"
        elif entry.startswith("#"):
            title = entry.lstrip("# ")
            yield title
            yield ("=" if entry.startswith("# ") else "-") * len(title)
        else:
            yield re.sub(r"\*\*(.+?)\*\*", r"\1", entry).replace("`", "")
