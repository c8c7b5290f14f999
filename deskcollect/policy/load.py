"""Read policy files. Everything that is wrong with them is collected with file and line before anything is refused."""

from __future__ import annotations

import hashlib
import itertools
import re
import tomllib
from dataclasses import MISSING, fields
from difflib import get_close_matches
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import polars as pl

from deskcollect import aside, frames, resources
from deskcollect.errors import BadPolicy, NewerSchema
from deskcollect.near import did_you_mean
from deskcollect.policy import incentives, model, parts, restrictions
from deskcollect.policy.check import check
from deskcollect.policy.check_restrictions import check_signals
from deskcollect.policy.condition import BadCondition, compile_condition
from deskcollect.policy.template import BadTemplate, Template, parse
from deskcollect.records import Issue, Place
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from deskcollect.frames import Columns

SCHEMA = 1
R = TypeVar("R")

_TREATED_FACTS = frames.join(frames.FACTS, frames.TREATED)
_LEVEL_FACTS = frames.join(frames.TIERED_FACTS, frames.LEVELLED)

# file -> (table of rules, rule class, columns its conditions may use)
_TABLES: dict[str, tuple[tuple[str, type, Columns], ...]] = {
    "buckets.toml": (("bucket", model.Bucket, frames.AGED),),
    "tiers.toml": (("cut", model.Cut, frames.SCORES), ("floor", model.Floor, frames.SCORED_FACTS)),
    "holds.toml": (("hold", model.Hold, frames.FACTS),),
    "treatments.toml": (("treatment", model.Treatment, frames.FACTS),),
    "alerts.toml": (
        ("signal", model.SignalRule, frames.TIERED_FACTS),
        ("level", model.LevelRule, _LEVEL_FACTS),
    ),
    "cases.toml": (("term", model.Term, ()), ("escalation", model.Escalation, ())),
    "outcomes.toml": (("outcome", model.Outcome, frames.EVENTS),),
    "effects.toml": (("effect", model.Effect, frames.SCORES),),
    "queues.toml": (("queue", model.Queue, _TREATED_FACTS),),
    "why.toml": (("why", model.Why, _TREATED_FACTS),),
    "recovery.toml": (
        ("band", model.Band, frames.SCORES),
        ("contact", model.Contact, frames.SCORES),
        ("cost", model.Cost, frames.SCORES),
    ),
    "restrictions.toml": (
        ("kind", restrictions.Measure, frames.RELEASE),
        ("reason", restrictions.Ground, frames.RELEASE),
        ("check", restrictions.Check, frames.RELEASE),
        ("release", restrictions.Release, frames.RELEASE),
    ),
    "incentives.toml": (
        ("measure", incentives.Measure, frames.MEASURED),
        ("price", incentives.Price, ()),
    ),
}
_SETTINGS: dict[str, dict[str, type]] = {
    "effects.toml": {"bound": float},
    "outcomes.toml": {"promise_grace_days": int, "promise_max_days": int},
    "alerts.toml": {"cap_share": float},
    "cases.toml": {"quiet_days": int, "suppress_max_days": int},
    "recovery.toml": {
        "desk_weight": float,
        "own_weight": float,
        "own_band_weight": float,
        "best_tries": int,
        "window_days": int,
    },
    "restrictions.toml": {"rebreach_days": int},
    "incentives.toml": {"lapse_days": int},
}
FILES = tuple(_TABLES)


def load(folder: Path | None = None, *, instead: Path | None = None) -> model.Policies:
    """Return the policies of a desk; a file that its folder lacks comes from the shipped ones.

    Args:
        folder: the desk's own files; None for the shipped ones.
        instead: a file that counts in the place of the one it stands for, or a folder of such files.

    Errors: BadPolicy carries one issue a finding, each with file, line and remedy; NewerSchema.
    """
    reader = _Reader()
    for place in (folder, instead):
        reader.issues.extend(_strangers(place) if place is not None else ())
    digest = hashlib.sha256()
    replaced = own(instead) if instead is not None else {}
    for name in FILES:
        path = replaced.get(name) or source_of(name, folder)
        source = _bytes(path)
        digest.update(name.encode() + b"\0" + source)
        reader.read(name, source, path.name)
    if reader.is_whole:
        policies = reader.policies(digest.hexdigest()[:8])
        torn = frozenset(issue.place.file for issue in reader.issues)
        reader.issues.extend(check(policies, torn))
        if folder is not None and (folder / "restrictions.toml").is_file() and not torn:
            reader.issues.extend(check_signals(policies, _shipped_signals()))
    if reader.issues:
        first = reader.issues[0]
        more = f" {len(reader.issues) - 1} more." if len(reader.issues) > 1 else ""
        where = f"{first.place.file} line {first.place.line}" if first.place.line else first.place.file
        raise BadPolicy(f"{where}: {first.message}{more}", first.remedy, reader.issues)
    return policies


def columns_of(file: str) -> Columns:
    """Return the columns that some rule of a file may speak of, none where no rule has a condition or a sentence."""
    speaking = {"when", "next"}
    told = ((columns, {field.name for field in fields(kind)}) for _, kind, columns in _TABLES[file])
    return frames.join(*(columns for columns, names in told if names & speaking))


def source_of(name: str, folder: Path | None) -> Path:
    """Return the file that counts under a name: the desk's own, else the shipped one."""
    return folder / name if folder is not None and (folder / name).is_file() else resources.policies() / name


def own(place: Path) -> dict[str, Path]:
    """Return the policy files of a folder, or the one that a file is, by the name each stands for.

    Errors: BadPolicy when there is none, or when it cannot be told which one it is.
    """
    if not place.is_dir():
        return {stands_for(place): place}
    found = {name: place / name for name in FILES if (place / name).is_file()}
    if not found:
        raise BadPolicy(f"There is no policy file in {place}.", f"Its files are called {', '.join(FILES)}.")
    return found


def stands_for(path: Path) -> str:
    """Return which policy file a file is meant to be: by its name, else by the tables in it.

    Errors: BadPolicy when neither tells.
    """
    if path.name in FILES:
        return path.name
    headers = set(re.findall(r"^\s*\[\[\s*(\w+)\s*\]\]", _bytes(path).decode("utf-8", "replace"), re.MULTILINE))
    meant = [file for file, tables in _TABLES.items() if any(table in headers for table, *_ in tables)]
    if len(meant) != 1:
        message = f"It cannot be told which policy file {path.name} is, neither by its name nor by its tables."
        raise BadPolicy(message, f"Call it as the one that it replaces: {', '.join(FILES)}.")
    return meant[0]


def _bytes(path: Path) -> bytes:
    """Return what a file holds.

    Errors: BadPolicy.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadPolicy(f"{path.name} cannot be read: {error.strerror}.", "Check the rights of the file.") from error


def copy_shipped(target: Path) -> tuple[str, ...]:
    """Copy the shipped files into a folder, which is made; what lies there under their names is replaced.

    Errors: OSError.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FILES:
        with aside.file(target / name) as file:
            file.write((resources.policies() / name).read_bytes())
    return FILES


_hints = cache(partial(get_type_hints, localns={"pl": pl, "Template": Template}))  # slower than to read a rule


@cache
def _shipped_signals() -> tuple[str, ...]:
    """Return the ids of the early-warning rules that ship."""
    told = tomllib.loads((resources.policies() / "alerts.toml").read_text("utf-8"))
    return tuple(str(rule["id"]) for rule in told["signal"])


def _strangers(folder: Path) -> Iterator[Issue]:
    """Find files that look like policies and would be passed over: a misspelt name must not leave the shipped rules."""
    for path in sorted(folder.glob("*.toml")):
        if path.name not in FILES:
            near = get_close_matches(path.name, FILES, 1)
            remedy = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(FILES)}."
            yield Issue(Severity.ERROR, "policy", f"“{path.name}” is no policy file.", remedy, Place(file=path.name))


class _Reader:
    """Collects the rules and the findings of all files."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.tables: dict[str, model.Ruleset[Any]] = {}
        self.settings: dict[str, float | int] = {}

    @property
    def is_whole(self) -> bool:
        """Whether every table and every single value is there, so that what holds across rules can be looked at."""
        tables = {table for file in _TABLES.values() for table, *_ in file}
        return tables <= self.tables.keys() and {k for told in _SETTINGS.values() for k in told} <= self.settings.keys()

    def read(self, name: str, source: bytes, called: str = "") -> None:
        """Read the policy file of a name into rules; `called` is how findings name it."""
        file = called or name
        try:
            text = source.decode("utf-8-sig")
            raw = tomllib.loads(text)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            line = re.search(r"at line (\d+)", str(error))
            last = source.rstrip().count(b"\n") + 1 if "at end of document" in str(error) else 1
            self._add(file, int(line.group(1)) if line else last, f"is not TOML: {error}", "Mend the line.")
            return
        schema = raw.pop("schema", None)
        if type(schema) is int and schema > SCHEMA:
            raise NewerSchema(
                f"{file} has schema {schema}; this version reads up to {SCHEMA}.", "Install a newer deskcollect."
            )
        if type(schema) is not int or schema != SCHEMA:
            self._add(file, 1, "schema is missing", f"Write schema = {SCHEMA} at the top.")
        self._read_settings(name, file, raw)
        for table, kind, columns in _TABLES[name]:
            self._read_table(file, table, kind, columns, entries=raw.pop(table, []), written=text.split("\n"))
        for unknown in raw:
            self._add(file, _line_of(text, unknown), f"unknown entry “{unknown}”", "Take it out or correct its name.")

    def _read_settings(self, name: str, file: str, raw: dict[str, Any]) -> None:
        """Take the single values of a file."""
        for key, kind in _SETTINGS.get(name, {}).items():
            value = raw.pop(key, None)
            if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else int):
                self._add(file, 1, f"{key} is missing or no number", f"Write {key} = a number at the top.")
            else:
                self.settings[key] = value

    def _read_table(
        self, file: str, table: str, kind: type, columns: Columns, *, entries: object, written: list[str]
    ) -> None:
        """Turn the entries of one table into rules."""
        lines = _header_lines(written, table)
        rules: list[Any] = []
        kept: list[int] = []
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._add(file, 1, f"{table} is not a list of tables", f"Begin each rule with [[{table}]].")
            return
        for number, entry in enumerate(entries):
            line = lines[number] if number < len(lines) else 1
            rule = self._rule(file, partial(_field_line, written, line), kind, columns, entry)
            if rule is not None:
                rules.append(rule)
                kept.append(line)
        self.tables[table] = model.Ruleset(file, tuple(rules), tuple(kept))

    def _rule(
        self, file: str, line: Callable[[str], int], kind: type[R], columns: Columns, entry: dict[str, Any]
    ) -> R | None:
        """Build one rule, or note why not; `line` tells where a field stands."""
        hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
        values: dict[str, Any] = {}
        found = len(self.issues)
        known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]  # kind is a dataclass
        for key in entry.keys() - known.keys():
            self._add(file, line(key), f"unknown field “{key}”", did_you_mean(key, known) or "Take it out.")
        for name, field in known.items():
            if name in entry:
                try:
                    values[name] = _convert(entry[name], hints[name], columns)
                except (BadCondition, BadTemplate, ValueError) as error:
                    self._add(file, line(name), f"{name}: {error}", "Correct the field.")
            elif field.default is MISSING:
                self._add(file, line(name), f"field “{name}” is missing", f"Add {name} = …")
        return kind(**values) if len(self.issues) == found else None

    def _add(self, file: str, line: int, message: str, remedy: str) -> None:
        """Note a finding."""
        self.issues.append(Issue(Severity.ERROR, "policy", message, remedy, Place(file=file, line=line)))

    def policies(self, digest: str) -> model.Policies:
        """Put the rules of all files together."""
        t = self.tables
        return model.Policies(
            hash=digest,
            buckets=t["bucket"],
            cuts=t["cut"],
            floors=t["floor"],
            holds=t["hold"],
            treatments=t["treatment"],
            signals=t["signal"],
            levels=t["level"],
            terms=t["term"],
            escalations=t["escalation"],
            outcomes=t["outcome"],
            effects=t["effect"],
            queues=t["queue"],
            whys=t["why"],
            bands=t["band"],
            contacts=t["contact"],
            costs=t["cost"],
            reach=parts.weights(self.settings),
            effect_bound=float(self.settings["bound"]),
            promise_grace_days=int(self.settings["promise_grace_days"]),
            promise_max_days=int(self.settings["promise_max_days"]),
            alert_cap_share=float(self.settings["cap_share"]),
            alert_quiet_days=int(self.settings["quiet_days"]),
            suppress_max_days=int(self.settings["suppress_max_days"]),
            restrictions=parts.restrictions(t, self.settings),
            incentives=parts.incentives(t, self.settings),
        )


def _convert(value: Any, hint: Any, columns: Columns) -> Any:
    """Bring a TOML value to the type a rule declares.

    Errors: ValueError, BadCondition or BadTemplate with what was expected.
    """
    if hint is model.Condition:
        return compile_condition(_text(value), columns)
    if hint is Template:
        return parse(_text(value), [column.name for column in columns])
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            message = f"“{value}” is none of {', '.join(get_args(hint))}"
            raise ValueError(message)
        return value
    if get_origin(hint) is tuple:
        return _tuple(value, get_args(hint)[0], columns)
    return _single(value, hint)


def _tuple(value: Any, item: Any, columns: Columns) -> tuple[Any, ...]:
    """Convert a list."""
    if not isinstance(value, list):
        raise ValueError("must be a list in brackets")  # noqa: TRY004  # a user's mistake, collected with the others
    if item is model.Choice:
        return tuple(_choice(v) for v in value)
    return tuple(_convert(v, item, columns) for v in value)


def _choice(value: Any) -> model.Choice:
    """Convert one answer to a question."""
    if not isinstance(value, dict) or value.keys() != {f.name for f in fields(model.Choice)}:
        raise ValueError("each is written as { key = …, id = …, label = … }")
    return model.Choice(**{name: _text(word) for name, word in value.items()})


def _single(value: Any, hint: Any) -> Any:
    """Convert a plain value."""
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint is bool and isinstance(value, bool):
        return value
    if hint in (int, int | None) and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint is str:
        return _text(value)
    message = f"{value!r} has the wrong type"
    raise ValueError(message)


def _text(value: Any) -> str:
    """Return a string, or say that one is needed."""
    if not isinstance(value, str):
        message = f"{value!r} must be text in quotes"
        raise ValueError(message)  # noqa: TRY004  # a user's mistake, collected with the others
    return value


def _header_lines(written: list[str], table: str) -> list[int]:
    """Return the line of each [[table]]; tomllib gives none."""
    header = re.compile(rf"^\s*\[\[\s*{re.escape(table)}\s*\]\]")
    return [number for number, line in enumerate(written, 1) if header.match(line)]


def _field_line(written: list[str], header: int, key: str) -> int:
    """Return the line of a field below a header, or that of the header where the field is not written by itself."""
    field = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=")
    below = itertools.takewhile(lambda line: not line.lstrip().startswith("["), written[header:])
    return next((number for number, line in enumerate(below, header + 1) if field.match(line)), header)


def _line_of(text: str, key: str) -> int:
    """Return the first line that begins with a key or its header."""
    start = re.compile(rf"^\s*\[*\s*{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.split("\n"), 1) if start.match(line)), 1)
