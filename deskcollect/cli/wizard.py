"""The questions of the first init: which header is which column, the currency, who you are. Answers go to desk.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.cli import diagnostics, place
from deskcollect.desk.survey import survey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.desk.survey import Header, Sheet, Wanted

_SAMPLE_CELLS = 24
_ENOUGH = "-"


def columns(book: Path, encoding: str) -> dict[str, str]:
    """Ask for each column that no header matched; return our column by header."""
    told: dict[str, str] = {}
    for sheet in survey(book, {}, encoding=encoding):
        told.update(_sheet(sheet))
    return told


def _sheet(sheet: Sheet) -> dict[str, str]:
    """Ask about one table, as long as it has headers that nobody claimed."""
    told: dict[str, str] = {}
    for number, wanted in enumerate(sheet.wanted):
        free = [header for header in sheet.free if header.name not in told]
        if not free:
            break
        if number == 0:
            diagnostics.say(f"{sheet.file}: some columns were not recognised.")
        answer = _ask(sheet, wanted, free)
        if answer == _ENOUGH:
            break
        chosen = _named(answer, free)
        if chosen:
            told[chosen.name] = wanted.columns[0] if len(wanted.columns) == 1 else _which(wanted, chosen)
    return told


def _ask(sheet: Sheet, wanted: Wanted, free: Sequence[Header]) -> str:
    """Ask which header is a column until the answer is one of them, nothing, or that it is enough."""
    name = " or ".join(wanted.columns)
    diagnostics.say(f"{name} ({'needed' if wanted.required else 'useful'}):")
    for number, header in enumerate(free, 1):
        shown = ", ".join(_short(sample) for sample in header.samples) or "empty"
        diagnostics.say(f"  {number}  {header.name}   {shown}")
    while True:
        answer = diagnostics.ask(f"Which one of {sheet.file} is {name}? (number; empty: none; {_ENOUGH} no more)")
        if answer in {"", _ENOUGH} or _named(answer, free):
            return answer
        diagnostics.say(f"“{answer}” is none of them. Type a number from 1 to {len(free)}, or nothing.")


def _named(answer: str, free: Sequence[Header]) -> Header | None:
    """Return the header of a number or name."""
    by_number = {str(number): header for number, header in enumerate(free, 1)}
    return {**by_number, **{header.name: header for header in free}}.get(answer)


def _which(wanted: Wanted, chosen: Header) -> str:
    """Tell a date from a number of days by the values."""
    days = all(sample.strip().lstrip("-").isdecimal() and len(sample.strip()) < 6 for sample in chosen.samples)
    return wanted.columns[-1] if days else wanted.columns[0]


def _short(sample: str) -> str:
    """Return the beginning of a value."""
    return sample if len(sample) <= _SAMPLE_CELLS else f"{sample[:_SAMPLE_CELLS]}…"


def currency() -> str:
    """Ask for the currency of a book that names none."""
    return diagnostics.ask("Which currency is the book in? (three letters, as in TWD; empty: the book says it)").upper()


def who() -> str:
    """Ask who sits here."""
    return diagnostics.ask("Who are you? The name is written beside what you record.", place.login_name())


def lacks_currency(book: Path, encoding: str) -> bool:
    """Say whether no header of the accounts is a currency."""
    sheets = survey(book, {}, encoding=encoding)
    return any("currency" in wanted.columns for sheet in sheets if sheet.table == "accounts" for wanted in sheet.wanted)
