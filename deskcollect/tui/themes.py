"""Colour themes: TOML files with one colour a role, shipped in themes/ and read from the person's own folder.

A theme file that cannot be used never stops the desk: it is left out, and one notice says which line and why. In a
style sheet a role is a variable: `$muted-text`, `$money`, `$tier-a`, `$level-red`, `$focus-fg`, `$focus-bg`; text,
accent, success, warning and error are Textual's own `$foreground`, `$accent`, `$success`, `$warning` and `$error`.
Each has a `-style` beside it (`$tier-d-style`), bold where the file says so.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from textual.color import Color
from textual.theme import Theme

from deskcollect import resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DEFAULT = "dark"
_VARIABLE = {
    "bg": "background",
    "panel": "panel",
    "text": "foreground",
    "muted": "muted-text",
    "accent": "accent",
    "money": "money",
    **{f"tier{letter}": f"tier-{letter.lower()}" for letter in "ABCDE"},
    **{level: f"level-{level}" for level in ("blue", "yellow", "orange", "red")},
    "success": "success",
    "warning": "warning",
    "error": "error",
    "focus_fg": "focus-fg",
    "focus_bg": "focus-bg",
}
_GROUNDS = ("bg", "panel")
TEXT_ROLES = tuple(role for role in _VARIABLE if role not in {*_GROUNDS, "focus_fg", "focus_bg"})
_KEYS = ("name", "dark", "contrast", "bold", "colours")
# WCAG 2.2: 1.4.3 for text, 1.4.11 for what is told by an area
LEAST_TEXT_CONTRAST = 4.5
LEAST_AREA_CONTRAST = 3.0
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
_PLAIN = dict.fromkeys(_VARIABLE, "#d8d8d8") | {"bg": "#000000", "panel": "#000000", "focus_fg": "#000000"}


class BadTheme(ValueError):
    """A theme file cannot be used; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The themes that can be used, the default among them, and one notice about those that cannot (else empty)."""

    themes: tuple[Theme, ...]
    notice: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in the order in which ctrl+t goes through them."""
        return tuple(theme.name for theme in self.themes)

    def choose(self, name: str) -> tuple[str, str]:
        """Return the theme to start with, and a notice if it is not the one asked for."""
        if name in self.names:
            return name, ""
        return DEFAULT, f"No theme “{name}”: {DEFAULT} is used. Known: {', '.join(self.names)}."


def own_folder() -> Path:
    """Return the folder of the person's own themes; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("deskcollect", appauthor=False) / "themes"


def load(own: Path | None = None) -> Loaded:
    """Read the shipped themes and those in the folder `own`."""
    found: dict[str, Theme] = {}
    complaints: list[str] = []
    for path in chain(_shipped_files(), _files(own)):
        try:
            theme = parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, BadTheme) as error:
            complaints.append(f"{path.name}: {error}")
            continue
        if theme.name in found:
            complaints.append(f"{path.name}: the name “{theme.name}” is taken; give it another one")
        found.setdefault(theme.name, theme)
    if DEFAULT not in found:
        found[DEFAULT] = _theme(DEFAULT, _PLAIN, (), dark=True)
    first = found.pop(DEFAULT)
    return Loaded((first, *found.values()), _notice(complaints))


def parse(source: str) -> Theme:
    """Return the theme that a file holds.

    Errors: BadTheme, tomllib.TOMLDecodeError.
    """
    raw = tomllib.loads(source)
    for key in raw:
        if key not in _KEYS:
            raise _complaint(source, key, f"unknown key “{key}”; known are {', '.join(_KEYS)}")
    name, dark, bold = raw.get("name"), raw.get("dark", True), raw.get("bold", [])
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _complaint(source, "name", 'write  name = "my-theme"  in small letters, figures and hyphens')
    if not isinstance(dark, bool):
        raise _complaint(source, "dark", "write  dark = true  or  dark = false")
    if not isinstance(bold, list) or not all(role in TEXT_ROLES for role in bold):
        raise _complaint(source, "bold", f"bold is a list of roles: {', '.join(TEXT_ROLES)}")
    colours = _colours(source, raw.get("colours"))
    _check_contrast(source, colours, _least(source, raw.get("contrast", LEAST_TEXT_CONTRAST)))
    return _theme(name, colours, bold, dark=dark)


def variable_defaults() -> dict[str, str]:
    """Return a value for every variable of ours, so that a style sheet is readable under any theme of Textual."""
    return _theme(DEFAULT, _PLAIN, (), dark=True).variables


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    low, high = sorted(_luminance(Color.parse(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    """Return the relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shipped_files() -> list[Path]:
    """Return the theme files of the installation; none if it is incomplete."""
    try:
        return _files(resources.themes())
    except FileNotFoundError:
        return []


def _files(folder: Path | None) -> list[Path]:
    """Return the theme files of a folder in the order of their names."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml") if folder else []
    except OSError:
        return []


def _notice(complaints: list[str]) -> str:
    """Return one notice about every theme that was left out."""
    if not complaints:
        return ""
    these = "1 theme is" if len(complaints) == 1 else f"{len(complaints)} themes are"
    return f"{these} left out. " + ". ".join(complaints) + "."


def _colours(source: str, table: object) -> dict[str, str]:
    """Return one colour for every role."""
    if not isinstance(table, dict):
        raise BadTheme("a table [colours] is missing; copy one of the shipped themes and change it")
    for role, colour in table.items():
        if role not in _VARIABLE:
            raise _complaint(source, role, f"unknown role “{role}”; known are {', '.join(_VARIABLE)}")
        if not isinstance(colour, str) or not _HEX.fullmatch(colour):
            raise _complaint(source, role, f"{role} must be a colour like #1a2b3c")
    missing = [role for role in _VARIABLE if role not in table]
    if missing:
        raise BadTheme(f"no colour for {', '.join(missing)}")
    return dict(table)


def _least(source: str, asked: object) -> float:
    """Return the contrast that text must reach; a file may ask for more than the least, not for less."""
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not LEAST_TEXT_CONTRAST <= asked <= 21:
        raise _complaint(source, "contrast", f"contrast is a number from {LEAST_TEXT_CONTRAST} to 21")
    return float(asked)


def _check_contrast(source: str, colours: Mapping[str, str], least: float) -> None:
    """Refuse colours that cannot be read."""
    pairs = [(role, ground, least) for role in TEXT_ROLES for ground in _GROUNDS]
    pairs += [("focus_fg", "focus_bg", least), ("focus_bg", "bg", LEAST_AREA_CONTRAST)]
    for role, ground, needed in pairs:
        ratio = contrast(colours[role], colours[ground])
        if ratio < needed:
            what = f"{role} {colours[role]} has contrast {ratio:.1f} on {ground}, at least {needed:g} is needed"
            raise _complaint(source, role, what)


def _complaint(source: str, key: str, message: str) -> BadTheme:
    """Return an error that names the line of a key, if the file has it."""
    for number, line in enumerate(source.splitlines(), start=1):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return BadTheme(f"line {number}: {message}")
    return BadTheme(message)


def _theme(name: str, colours: Mapping[str, str], bold: Iterable[str], *, dark: bool) -> Theme:
    """Return the theme with the variables of our roles and of the widgets that Textual brings."""
    styles = {f"{_VARIABLE[role]}-style": "bold" if role in bold else "none" for role in TEXT_ROLES}
    ours = {_VARIABLE[role]: colours[role] for role in _VARIABLE if _VARIABLE[role] not in _TEXTUAL_COLOURS}
    fields: dict[str, Any] = {field: colours[role] for field, role in _TEXTUAL_COLOURS.items()}
    theirs = {variable: colours[role] for variable, role in _TEXTUAL_VARIABLES.items()}
    return Theme(name=name, dark=dark, variables={**ours, **styles, **theirs, **_FIXED_STYLES}, **fields)


# field of a Textual theme -> our role
_TEXTUAL_COLOURS = {
    "primary": "accent",
    "secondary": "accent",
    "accent": "accent",
    "foreground": "text",
    "background": "bg",
    "surface": "bg",
    "panel": "panel",
    "success": "success",
    "warning": "warning",
    "error": "error",
}
# variable of Textual's own widgets -> our role; what Textual would dim or blend falls below 4.5
_TEXTUAL_VARIABLES = {
    "text-muted": "muted",
    "text-disabled": "muted",
    "foreground-muted": "muted",
    "foreground-disabled": "muted",
    "block-cursor-foreground": "focus_fg",
    "block-cursor-background": "focus_bg",
    "block-cursor-blurred-foreground": "focus_fg",
    "block-cursor-blurred-background": "focus_bg",
    "block-hover-background": "panel",
    "border": "muted",
    "border-blurred": "muted",
    "scrollbar": "muted",
    "scrollbar-hover": "muted",
    "scrollbar-active": "accent",
    "scrollbar-background": "bg",
    "scrollbar-background-hover": "bg",
    "scrollbar-background-active": "bg",
    "scrollbar-corner-color": "bg",
    "footer-background": "panel",
    "footer-foreground": "text",
    "footer-key-foreground": "accent",
    "footer-description-foreground": "text",
    "input-cursor-background": "focus_bg",
    "input-cursor-foreground": "focus_fg",
    "input-selection-background": "focus_bg",
    "input-selection-foreground": "focus_fg",
    "screen-selection-background": "focus_bg",
    "screen-selection-foreground": "focus_fg",
    "link-color": "accent",
    "link-color-hover": "accent",
    "link-background-hover": "bg",
    "button-foreground": "text",
    "button-color-foreground": "bg",
    "surface-active": "panel",
}
_FIXED_STYLES = {
    "block-cursor-text-style": "none",
    "block-cursor-blurred-text-style": "none",
    "link-style": "underline",
    "link-style-hover": "underline",
}
