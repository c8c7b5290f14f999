"""deskcollect help: the manual, page by page."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from deskcollect import resources
from deskcollect.cli import output
from deskcollect.cli.table import Column, table
from deskcollect.errors import BadUse, ExitCode
from deskcollect.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from deskcollect.present.lines import Line

ORDER = (
    *("start", "book", "worklist", "recovery", "recording", "score", "cards", "train", "tiers", "warnings"),
    *("restrictions", "incentives", "ledger", "team", "privacy", "commands", "policies", "questions"),
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
        remedy = f"{did_you_mean(wanted, pages, quoted=False)} Pages: {', '.join(pages)}.".lstrip()
        raise BadUse(f"The manual has no page “{topic}”.", remedy)
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
    """Return a page as a terminal shows it: headings ruled, tables straight, marks of emphasis and code taken off."""
    for kind, group in groupby(_kinds(text.splitlines()), key=lambda entry: entry[0]):
        entries = [entry for _, entry in group]
        if kind == "table":
            yield from _table(entries)
            continue
        for entry in entries:
            yield from _line(kind, entry)


def _kinds(entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Say of each line what it is; fences are left out."""
    fenced = False
    for entry in entries:
        if entry.startswith("```"):
            fenced = not fenced
        elif fenced:
            yield "code", entry
        else:
            yield ("heading" if entry.startswith("#") else "table" if entry.startswith("|") else "text"), entry


def _line(kind: str, entry: str) -> Iterator[str]:
    """Return one line of text, code or a heading."""
    if kind == "code":
        yield f"    {entry}"
    elif kind == "heading":
        title = entry.lstrip("# ")
        yield title
        yield ("=" if entry.startswith("# ") else "-") * len(title)
    else:
        yield _bare(entry)


def _bare(text: str) -> str:
    """Take off the marks of emphasis and code."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", text).replace("`", "")


def _table(entries: Sequence[str]) -> Iterator[Line | str]:
    """Return a table of the manual."""
    head, _, *rows = [[_bare(cell).strip() for cell in entry.strip("|").split("|")] for entry in entries]
    *others, last = head
    columns = [*(Column(title) for title in others), Column(last, least=20, most=200)]
    yield from table(columns, rows, output.width())
