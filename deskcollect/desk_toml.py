"""desk.toml changed in one place, with everything its owner noted in it left as it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect import settings
from deskcollect.errors import BadSettings
from deskcollect.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.settings import Settings


def with_person(told: Settings, who: str, role: Role = Role.COLLECTOR) -> Settings:
    """Return the settings with one more person, who is also the one at this machine."""
    people = dict(told.people)
    people.setdefault(who, role)
    return replace(told, people=people, me=who)


def add_person(folder: Path, who: str, role: Role = Role.COLLECTOR) -> Settings:
    """Write one more person into desk.toml, who is also the one at this machine; return the settings now in force.

    The file is read anew, and only the lines that name people change: comments, and what was edited since, stay.
    Errors: NoDesk, BadSettings, NewerSchema; OSError when it cannot be written.
    """
    text = settings.text_of(folder)
    told = settings.understood(text)
    wanted = with_person(told, settings.utf8(who), role)
    if wanted == told:
        return told
    edited = _with_lines(text, wanted, new=wanted.me not in told.people)
    return _put(folder, edited, wanted)


def rename_desk(folder: Path, desk_id: str) -> Settings:
    """Give a desk another id in desk.toml, or its first; all else in the file stays. Return the settings now in force.

    Only a file in which the line of the id is not found where it looks to stand is written anew, without its comments.

    Errors: NoDesk, BadSettings, NewerSchema; OSError when it cannot be written.
    """
    text = settings.text_of(folder)
    wanted = replace(settings.understood(text), desk_id=desk_id)
    edited, count = _ID.subn(lambda found: found[1] + settings.quote(desk_id), text, count=1)
    if not count:
        edited = _FIRST.sub(lambda _: f"desk_id = {settings.quote(desk_id)}\n", text, count=1)
    return _put(folder, edited, wanted)


def set_notes(folder: Path, notes: str) -> Settings:
    """Say in desk.toml how notes are kept; all else in the file stays. Return the settings now in force.

    Errors: NoDesk, BadSettings, NewerSchema; OSError when it cannot be written.
    """
    text = settings.text_of(folder)
    wanted = replace(settings.understood(text), notes=notes)
    entry = f"notes = {settings.quote(notes)}"
    edited, count = _NOTES.subn(lambda found: found[1] + settings.quote(notes), text, count=1)
    if not count:
        edited, count = _PRIVACY.subn(lambda found: f"{found[0]}\n{entry}", text, count=1)
    if not count:
        edited = f"{text.rstrip()}\n\n[privacy]\n{entry}\n"
    return _put(folder, edited, wanted)


def _put(folder: Path, edited: str, wanted: Settings) -> Settings:
    """Write the edited text if it says what is wanted, else the settings anew; return them."""
    try:
        right = settings.understood(edited) == wanted
    except BadSettings:
        right = False
    settings.put(folder / settings.FILE, edited if right else settings.render(wanted))
    return wanted


_ID = re.compile(r"""(^\s*(?:desk_id|"desk_id"|'desk_id')\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')""", re.MULTILINE)
_FIRST = re.compile(r"^(?=[^\s#])", re.MULTILINE)
_NOTES = re.compile(r"""(^\s*notes\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')""", re.MULTILINE)
_PRIVACY = re.compile(r"^[ \t]*\[[ \t]*privacy[ \t]*\][^\r\n]*", re.MULTILINE)
_ME = re.compile(r"""(\s*(?:me|"me"|'me')\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')""")
_PEOPLE = re.compile(r"""\s*\[\s*(?:people|"people"|'people')\s*\]\s*(?:#.*)?""")
_TABLE = re.compile(r"\s*\[")
_NO_ENTRY = re.compile(r"\s*(?:#.*)?")


def _with_lines(text: str, wanted: Settings, *, new: bool) -> str:
    """Return the text of a desk.toml with its `me` line and, for a new person, a line in [people] as they are wanted.

    It looks at lines, not at TOML: where a text of several lines or a table within braces deceives it the result is wrong.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    tables = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    top = next(iter(tables), len(lines))
    people = next((number for number in tables if _PEOPLE.fullmatch(lines[number])), None)
    if new:
        if people is None:
            people = len(lines) + 1
            lines += ["", "[people]"]
        after = next((number for number in tables if number > people), len(lines))
        person = f"{settings.quote(wanted.me)} = {settings.quote(wanted.people[wanted.me])}"
        lines.insert(_behind_entries(lines, people, after), person)
    me = next((number for number in range(top) if _ME.match(lines[number])), None)
    if me is None:
        lines.insert(_behind_entries(lines, 0, top), f"me = {settings.quote(wanted.me)}")
    else:
        lines[me] = _ME.sub(lambda found: found[1] + settings.quote(wanted.me), lines[me], count=1)
    return end.join(lines) + end


def _behind_entries(lines: Sequence[str], start: int, stop: int) -> int:
    """Return the place behind the last entry of some lines, before the comments and blanks that end them."""
    while stop > start + 1 and _NO_ENTRY.fullmatch(lines[stop - 1]):
        stop -= 1
    return stop
