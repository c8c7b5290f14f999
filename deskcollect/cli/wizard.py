"""The questions of the first init: which header is which column, the currency, the day, who you are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from deskcollect.cli import diagnostics, place
from deskcollect.desk.survey import survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from deskcollect.desk.survey import Header, Sheet, Wanted

_SAMPLE_CELLS = 24
_ENOUGH = "-"
_DATED = {"statements", "payments", "transactions"}
_CODE_LETTERS = 3


def offered(book: Path, encoding: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Offer the answers of last time that fit this book; return those that are taken."""
    free = {header.name for sheet in survey(book, {}, encoding=encoding) for header in sheet.free}
    fitting = {header: column for header, column in columns.items() if header in free}
    if not fitting:
        return {}
    diagnostics.say("Your answers of last time are kept:")
    for header, column in fitting.items():
        diagnostics.say(f"  {header} is read as {column}")
    return fitting if diagnostics.ask("Use them again? (y or n)", "y").lower().startswith("y") else {}


def columns(book: Path, encoding: str, known: Mapping[str, str]) -> dict[str, str]:
    """Ask for each column that no header matched, beside those `known` for what is needed; return column by header."""
    told = dict(known)
    for sheet in survey(book, known, encoding=encoding):
        told.update(_sheet(sheet, only_needed=bool(known)))
    return told


def _sheet(sheet: Sheet, *, only_needed: bool) -> dict[str, str]:
    """Ask about one table, as long as it has headers that nobody claimed.

    Where it has fewer of them than columns are needed nothing is asked: no answer would make the table usable.
    """
    told: dict[str, str] = {}
    looked_for = [wanted for wanted in sheet.wanted if wanted.required or not only_needed]
    if not looked_for or not sheet.free or sum(wanted.required for wanted in looked_for) > len(sheet.free):
        return told
    if sheet.known:
        diagnostics.say(f"{sheet.file}, recognised: {', '.join(_taken(*pair) for pair in sheet.known)}.")
    diagnostics.say(f"{sheet.file}: some columns were not recognised. Behind each header stand its first values.")
    for wanted in looked_for:
        free = [header for header in sheet.free if header.name not in told and header.may_be(wanted)]
        if not free:
            continue
        answer = _ask(sheet, wanted, free)
        if answer == _ENOUGH:
            break
        chosen = _named(answer, free)
        if chosen:
            told[chosen.name] = wanted.columns[0] if len(wanted.columns) == 1 else _which(wanted, chosen)
    return told


def _taken(header: str, column: str) -> str:
    """Return what a header was taken for; one that is called so says it once."""
    return header if header == column else f"{header} = {column}"


def _ask(sheet: Sheet, wanted: Wanted, free: Sequence[Header]) -> str:
    """Ask which header is a column until the answer is one of them; where it is only useful, nothing will do too."""
    name = " or ".join(wanted.columns)
    diagnostics.say(f"{name} ({'needed' if wanted.required else 'useful'}):")
    for number, header in enumerate(free, 1):
        shown = " | ".join(_short(sample) for sample in header.samples) or "empty"
        diagnostics.say(f"  {number}  {header.name}   {shown}")
    numbers = f"1 to {len(free)}" if len(free) > 1 else "1"
    choice = numbers if wanted.required else f"{numbers}; Enter: none of them; {_ENOUGH} no more of this file"
    while True:
        answer = diagnostics.ask(f"Which one of {sheet.file} is {name}? ({choice})")
        if _named(answer, free) or (not wanted.required and answer in {"", _ENOUGH}):
            return answer
        if answer in {"", _ENOUGH}:
            diagnostics.say(f"{sheet.file} cannot be read without {name}: type {numbers}, or stop with ctrl+c.")
        else:
            end = "." if wanted.required else ", or nothing."
            diagnostics.say(f"“{answer}” is none of them. Type a number, {numbers}{end}")


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


def currency(default: str = "") -> str:
    """Ask for the currency of a book that names none."""
    while True:
        answer = diagnostics.ask("Which currency is the book in? (three letters, as in TWD)", default).upper()
        if len(answer) == _CODE_LETTERS and answer.isascii() and answer.isalpha():
            return answer
        diagnostics.say("The book does not say its currency: type its three letters, as in TWD or EUR.")


def day(default: date | None = None) -> date:
    """Ask which day a book is of that does not say it."""
    shown = default.isoformat() if default else ""
    while True:
        answer = diagnostics.ask("Which day is the book of? (year-month-day, as in 2026-09-30)", shown)
        try:
            return date.fromisoformat(answer)
        except ValueError:
            what = f"“{answer}” is no date." if answer else "The book does not say it."
            diagnostics.say(f"{what} Balances are of one day: type it as year-month-day, as in 2026-09-30.")


def who(default: str = "") -> str:
    """Ask who sits here."""
    return diagnostics.ask("Who are you? The name is written beside what you record.", default or place.login_name())


def lacks_currency(book: Path, encoding: str) -> bool:
    """Say whether no header of the accounts is a currency."""
    sheets = survey(book, {}, encoding=encoding)
    return any("currency" in wanted.columns for sheet in sheets if sheet.table == "accounts" for wanted in sheet.wanted)


def lacks_day(book: Path, encoding: str) -> bool:
    """Say whether a book has no table that tells its day."""
    return not any(sheet.table in _DATED for sheet in survey(book, {}, encoding=encoding))
