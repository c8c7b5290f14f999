"""desk.toml: read, check, write. What a desk is called, where it is, who works at it, how its books are read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from deskcollect import aside, own
from deskcollect.errors import BadSettings, NewerSchema, NoDesk
from deskcollect.near import did_you_mean
from deskcollect.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
FILE = "desk.toml"
GLYPHS = ("auto", "unicode", "ascii")
LANGUAGES = ("en",)
NOTES = ("plain", "sealed", "none")
SERVERS = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one desk.

    `columns` maps a header of the lender's files to a column of ours. `date_format` is a strptime format for dates
    that are not ISO. `own_columns` are headers of the accounts that the program knows nothing of and keeps all the same, as
    numbers, for a card of the lender's own. `as_of` is the day of every book that is read, whatever its tables say; `init` leaves it out, because
    the next book is of another day. `demo` marks a throw-away desk whose clock is pinned to its book.

    `ledger` is the address of a server that a team shares its records on (postgresql://…); without it a desk keeps to itself. `team` maps
    a name to the id of each desk that works the same book, so that those offline can be given shares of it. `notes` says how free
    text is kept: plain, sealed with a passphrase, or none; `retain_years` how long records are kept, 0 for ever.
    """

    name: str = "desk"
    desk_id: str = ""
    time_zone: str = "UTC"
    currency: str = ""
    date_format: str = ""
    own_columns: tuple[str, ...] = ()
    as_of: date | None = None
    demo: bool = False
    people: Mapping[str, Role] = field(default_factory=dict)
    me: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    theme: str = "dark"
    glyphs: str = "auto"
    language: str = "en"
    auto_next: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    ledger: str = ""
    team: Mapping[str, str] = field(default_factory=dict)
    notes: str = "plain"
    retain_years: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """Return the desk's time zone."""
        return ZoneInfo(self.time_zone)


_SECTIONS: dict[str, dict[str, type]] = {
    "": {
        "name": str,
        "desk_id": str,
        "time_zone": str,
        "currency": str,
        "as_of": date,
        "demo": bool,
        "me": str,
        "ledger": str,
    },
    "book": {"date_format": str, "own_columns": list},
    "screen": {"theme": str, "glyphs": str, "language": str, "auto_next": bool},
    "privacy": {"notes": str, "retain_years": int},
}
_MAPS = ("people", "columns", "keys", "team")


def new_desk_id() -> str:
    """Return a fresh random id for a desk."""
    return uuid4().hex[:12]


def find(start: Path) -> Path:
    """Return the folder of the nearest desk.toml at `start` or above it.

    Errors: NoDesk.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE).is_file():
            return folder
    raise no_desk(start)


def no_desk(start: Path) -> NoDesk:
    """Return the error of a folder without a desk."""
    return NoDesk(
        f"No desk in {start} and none above this folder.",
        "Make one with  deskcollect init DIR --book BOOK  or look at the demo with  deskcollect demo",
    )


def read(folder: Path) -> Settings:
    """Return the settings of the desk in `folder`.

    Errors: NoDesk, BadSettings (names the key), NewerSchema.
    """
    return understood(text_of(folder))


def text_of(folder: Path) -> str:
    """Return desk.toml as it is written, its ends of lines included.

    Errors: NoDesk, BadSettings.
    """
    try:
        with (folder / FILE).open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except FileNotFoundError as error:
        raise NoDesk(f"No desk in {folder}.", "Make one with  deskcollect init DIR --book BOOK") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadSettings:
    """Return what to say of a file that is no TOML."""
    return BadSettings(f"{FILE} cannot be read: {error}.", "Mend the line, or copy the file from a backup.")


def understood(text: str) -> Settings:
    """Return what the text of a desk.toml says.

    Errors: BadSettings (names the key), NewerSchema.
    """
    try:
        raw = tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(error) from error
    schema = raw.pop("schema", None)
    if schema is not None and (type(schema) is not int or schema < 1):
        raise BadSettings(f"{FILE}: schema = {_written(schema)} is not known.", f"Write schema = {SCHEMA}")
    if schema is not None and schema > SCHEMA:
        raise NewerSchema(
            f"{FILE} has schema {schema}; this version reads up to {SCHEMA}.", "Install a newer deskcollect."
        )
    found = _checked(raw)
    if schema is None:
        remedy = f"Write schema = {SCHEMA} at the top, or copy the file from a backup if more is missing."
        raise BadSettings(f"{FILE} does not say its schema; it may be cut off.", remedy)
    return found


def _checked(raw: dict[str, Any]) -> Settings:
    """Turn parsed TOML into settings."""
    values: dict[str, Any] = {}
    for section, keys in _SECTIONS.items():
        table = raw.pop(section, {}) if section else {k: raw.pop(k) for k in keys if k in raw}
        if not isinstance(table, dict):
            raise BadSettings(f"{FILE}: {section} must be a table.", f"Write [{section}] on a line of its own.")
        _known(table, keys, section)
        values.update({key: _typed(key, value, keys[key]) for key, value in table.items()})
    for name in _MAPS:
        values[name] = _texts(name, raw.pop(name, {}))
    values["people"] = {who: _role(who, role) for who, role in values["people"].items()}
    if "own_columns" in values:
        values["own_columns"] = _headers(values["own_columns"])
    _known(raw, dict.fromkeys((*_MAPS, *filter(None, _SECTIONS), *_SECTIONS[""])), "")
    settings = Settings(**values)
    _consistent(settings)
    return settings


def _known(table: Mapping[str, object], keys: Mapping[str, object], section: str) -> None:
    """Refuse an unknown key and name the nearest one."""
    for key in table:
        if key not in keys:
            remedy = did_you_mean(key, keys) or f"Known: {', '.join(keys)}."
            where = f" in [{section}]" if section else ""
            raise BadSettings(f"{FILE}: unknown key “{key}”{where}.", remedy)


def _typed(key: str, value: object, kind: type) -> object:
    """Return the value if it has the type of its key."""
    if type(value) is not kind:
        raise BadSettings(f"{FILE}: {key} = {_written(value)} cannot be used.", f"Write {_KINDS[kind]}.")
    return value


_KINDS = {
    str: "text in quotation marks",
    bool: "true or false",
    int: "a whole number",
    date: "a date, as in 2026-09-30",
    list: 'a list of headers, as in ["tenure_months"]',
}


def _written(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return quote(value) if isinstance(value, str) else str(value)


def _texts(name: str, table: object) -> dict[str, str]:
    """Return a table whose values are all text."""
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise BadSettings(f'{FILE}: [{name}] must hold lines of the form  name = "text".', "Put the value in quotes.")
    return dict(table)


def _headers(listed: list[object]) -> tuple[str, ...]:
    """Return the headers of columns that are to be kept."""
    key = f"{FILE}: own_columns"
    for each in listed:
        if not isinstance(each, str) or not own.name(each):
            raise BadSettings(f"{key} holds {_written(each)}, which is no header.", f"Write {_KINDS[list]}.")
    headers = [each for each in listed if isinstance(each, str)]
    known = own.by_name(headers)
    twice = next((each for each in headers if known[own.name(each)] != each or headers.count(each) > 1), None)
    if twice is not None:
        raise BadSettings(f"{key} names “{twice}” twice.", "Case and signs between words make no difference: keep one.")
    if len(headers) > own.MOST:
        raise BadSettings(f"{key} names {len(headers)} columns; a desk keeps up to {own.MOST}.", "Leave some out.")
    return tuple(headers)


def _role(who: str, role: str) -> Role:
    """Return a role."""
    try:
        return Role(role)
    except ValueError as error:
        raise BadSettings(f"{FILE}: {who} = “{role}” is no role.", f"Known: {', '.join(Role)}.") from error


def _consistent(settings: Settings) -> None:
    """Refuse values that nothing could work with."""
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadSettings(f"{FILE}: “{settings.time_zone}” is no time zone.", "Write one like Asia/Taipei.") from error
    chosen = (
        ("glyphs", settings.glyphs, GLYPHS),
        ("language", settings.language, LANGUAGES),
        ("notes", settings.notes, NOTES),
    )
    for key, value, allowed in chosen:
        if value not in allowed:
            raise BadSettings(f"{FILE}: {key} = “{value}” is not known.", f"Known: {', '.join(allowed)}.")
    if settings.ledger and not settings.ledger.startswith(SERVERS):
        raise BadSettings(
            f"{FILE}: ledger is no address of a server.",
            'Write one like  ledger = "postgresql://desk@server/collections"  or take the line out.',
        )
    if settings.retain_years < 0:
        raise BadSettings(
            f"{FILE}: retain_years = {settings.retain_years} cannot be used.", "Write 0 to keep for ever."
        )
    if len(set(settings.team.values())) < len(settings.team):
        raise BadSettings(f"{FILE}: two desks of [team] have the same id.", "Each desk has its own: see its desk.toml.")


def write(folder: Path, settings: Settings) -> None:
    """Write desk.toml anew; what its owner noted in it is lost, which `desk_toml` avoids."""
    put(folder / FILE, render(settings))


def put(path: Path, text: str) -> None:
    """Replace the file whole; who could read it can read it still."""
    with aside.file(path, keep_mode=True) as file:
        file.write(text.encode())


def render(settings: Settings) -> str:
    """Return desk.toml as text, with a word on each entry."""
    lines = [
        f"schema = {SCHEMA}",
        f"name = {quote(settings.name)}",
        f"desk_id = {quote(settings.desk_id)}            # never copy a desk's folder: each desk has its own id",
        f"time_zone = {quote(settings.time_zone)}        # days begin and end here",
        f"currency = {quote(settings.currency)}          # the one the header speaks of",
        f"me = {quote(settings.me)}                      # who sits here, unless --by says otherwise",
    ]
    if settings.as_of:
        lines.append(
            f"as_of = {settings.as_of.isoformat()}        # every book that is read is of this day, unless --as-of says another"
        )
    if settings.ledger:
        lines.append(f"ledger = {quote(settings.ledger)}      # the server that the team shares its records on")
    if settings.demo:
        lines.append("demo = true                  # a throw-away desk; its clock stands at the book's date")
    lines += ["", "[book]", f"date_format = {quote(settings.date_format)}      # as in %d/%m/%Y; empty: ISO"]
    kept = ", ".join(quote(header) for header in settings.own_columns)
    lines.append(f"own_columns = [{kept}]      # columns of your accounts that a card of your own may use")
    lines += ["", "[screen]", f"theme = {quote(settings.theme)}", f"glyphs = {quote(settings.glyphs)}"]
    lines += [f"language = {quote(settings.language)}", f"auto_next = {str(settings.auto_next).lower()}"]
    lines += ["", "[privacy]", f"notes = {quote(settings.notes)}      # plain, sealed (with a passphrase) or none"]
    lines.append(f"retain_years = {settings.retain_years}        # how long records are kept; 0: for ever")
    for name, table, word in (
        ("team", settings.team, "name = id of each desk that works this book"),
        ("people", settings.people, "name = role: collector, lead or analyst"),
        ("columns", settings.columns, "header in the lender's file = our column"),
        ("keys", settings.keys, "action = key"),
    ):
        lines += ["", f"[{name}]  # {word}", *(f"{quote(key)} = {quote(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def utf8(text: str) -> str:
    """Return a text with a question mark for what UTF-8 cannot hold, as in a name given in another encoding."""
    return text.encode("utf-8", "replace").decode("utf-8")


def quote(text: str) -> str:
    """Return a TOML string."""
    escaped = utf8(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
