"""A lender's own card as a file: points per bin in CSV or JSON, read into cells that know their line.

Each line says one thing: a setting by its name with its value in `points`, or the points of one bin. The page `cards`
of the manual describes the form; export.py writes the same.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadCard
from deskcollect.near import did_you_mean
from deskcollect.records import Issue, Place
from deskcollect.scoring import strict_json
from deskcollect.vocabulary import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

COLUMNS = ("characteristic", "segment", "from", "to", "missing", "points", "milli", "count", "bad")
NEEDED = ("characteristic", "from", "to", "missing", "points")
OTHER_NAMES = {"start": "from", "end": "to"}
SCALE = {
    "base_score": "a score of your card, as in 600",
    "base_odds": "how many good accounts there are for one bad at the base score, as in 20",
    "pdo": "how many points double the odds, as in 20",
    "higher_is": "safer or riskier",
    "base_points": "what every account starts with, 0 if the bins hold everything",
}
SEGMENT = {
    "segment_by": "the characteristic that splits the accounts",
    "segment_from": "the value from which an account is in the second segment",
    "segment_below": "the name of the first segment; unknown belongs to it",
    "segment_above": "the name of the second segment",
}
TARGET = "target"
SETTINGS = (*SCALE, *SEGMENT, TARGET)
ROWS = "rows"
FORMATS = (".csv", ".json")
MOST_LINES = 10_000
REMEDY = "deskcollect help cards  shows the form."
_SEPARATORS = (",", ";", "\t", "|")
_SHOWN = 40
_GAP = re.compile(r"[ \t\r\n]*")
_WORDS = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: its number, and its cells by the names of `COLUMNS`; an empty cell is not there."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Findings:
    """What is wrong with a file, collected so that it is shown together."""

    file: str
    issues: list[Issue] = field(default_factory=list)

    def add(self, line: int | None, column: str, message: str, remedy: str) -> None:
        """Note a finding."""
        place = Place(file=self.file, line=line, column=column)
        self.issues.append(Issue(Severity.ERROR, "points_form", message, remedy, place))

    def refuse(self) -> None:
        """Raise what was found, in the order of the lines.

        Errors: BadCard.
        """
        if self.issues:
            ordered = sorted(self.issues, key=lambda issue: issue.place.line or 0)
            count = "1 finding" if len(ordered) == 1 else f"{len(ordered):,} findings"
            raise BadCard(f"{self.file} is no card that can be applied: {count}.", REMEDY, ordered)


def read(file: Path, found: Findings) -> tuple[Line, ...]:
    """Return the lines of a file.

    Errors: BadCard when it cannot be read at all or has other columns; single findings go to `found`.
    """
    suffix = file.suffix.lower()
    if file.is_dir():
        raise BadCard(f"{file.name} is a folder.", "Name the file with the points of the bins.")
    if suffix not in FORMATS:
        raise BadCard(f"{file.name} has no format that can be read.", f"Known are {' and '.join(FORMATS)}.")
    content = strict_json.content(file, file.name, "Name the file with the points of the bins.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = "Save it as “CSV UTF-8” in the spreadsheet program." if suffix == ".csv" else "Write it in UTF-8."
        raise BadCard(f"{file.name} line {line} is not UTF-8.", remedy) from error
    if not text.strip():
        raise BadCard(f"{file.name} is empty.", REMEDY)
    lines = tuple(islice(_csv(text, found) if suffix == ".csv" else _json(text, found), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise BadCard(f"{file.name} has more than {MOST_LINES:,} rows: no card has.", REMEDY)
    if not lines and not found.issues:
        found.add(None, "", "There are no points in it.", "Write one row a bin, and one for unknown values.")
    return lines


def shown(text: str) -> str:
    """Return what a cell says, short and between quotation marks."""
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"


# --- CSV ---------------------------------------------------------------------------------------------------------------


def _csv(text: str, found: Findings) -> Iterator[Line]:
    """Go through the lines of a CSV text."""
    records = _records(text, found.file)
    first, headers = next(records, (1, []))
    names = [OTHER_NAMES.get(header.strip().lower(), header.strip().lower()) for header in headers]
    while names and not names[-1]:
        names.pop()
    _headers(first, names, found)
    found.refuse()  # without its columns a line says nothing, and would be found to lack everything
    for number, fields in records:
        cells = [cell.strip() for cell in fields]
        if any(cells[len(names) :]):
            message = f"The line has {len(cells)} cells, and there are {len(names)} columns."
            found.add(number, "", message, "Put a cell with a separator in it between quotation marks.")
        elif any(cells):
            yield Line(number, {name: cell for name, cell in zip(names, cells, strict=False) if cell})


def _headers(line: int, names: Sequence[str], found: Findings) -> None:
    """Report columns that are missing, not known or there twice."""
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            remedy = did_you_mean(name, COLUMNS) or f"Columns: {', '.join(COLUMNS)}."
            found.add(line, name, f"{shown(name)} is no column of the form.", remedy)
        if names.count(name) > 1:
            found.add(line, name, f"The column {shown(name)} is there twice.", "Keep one of them.")
    for name in NEEDED:
        if name not in names:
            found.add(line, name, f"The column “{name}” is missing.", f"Needed are {', '.join(NEEDED)}.")


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the records that say anything, with the line that each begins on.

    Errors: BadCard.
    """
    head = text.lstrip("\r\n").splitlines()[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for fields in reader:
            if any(each.strip() for each in fields):
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"{file} line {line}: a quotation mark is not closed, or stands within a cell."
        raise BadCard(message, 'Close the cell with ", and write "" for a quotation mark within it.') from error


# --- JSON --------------------------------------------------------------------------------------------------------------


def _json(text: str, found: Findings) -> Iterator[Line]:
    """Go through the settings and rows of a JSON text.

    Errors: BadCard.
    """
    members = list(_members(text, found.file))
    if {"hash", "characteristics"} <= {name for _, name, _ in members}:
        remedy = f"Use it as it is, as in  deskcollect model show {found.file}"
        raise BadCard(f"{found.file} is a card of deskcollect already.", remedy)
    seen: set[str] = set()
    for number, name, value in members:
        if name in seen:
            found.add(number, name, f"{shown(name)} is there twice.", "Keep one of them.")
        elif name == ROWS:
            yield from _rows(number, value, found)
        elif name in SETTINGS:
            if isinstance(value, str):
                yield Line(number, {"characteristic": name, "points": value.strip()})
            else:
                found.add(number, name, f"{name} is no single value.", "Write a number or a text.")
        else:
            remedy = did_you_mean(name, (*SETTINGS, ROWS)) or f"Known: {', '.join((*SETTINGS, ROWS))}."
            found.add(number, name, f"{shown(name)} is no setting.", remedy)
        seen.add(name)


def _rows(number: int, value: Any, found: Findings) -> Iterator[Line]:
    """Go through the rows."""
    if not isinstance(value, list):
        found.add(number, ROWS, f"“{ROWS}” is no list.", 'Write  "rows": [{"characteristic": …}, …]')
        return
    for line, row in value:
        if not isinstance(row, dict):
            found.add(
                line, "", "A row is no object.", 'Write it as  {"characteristic": "use_now", "to": 0.3, "points": 12}'
            )
            continue
        cells: dict[str, Any] = {OTHER_NAMES.get(str(key), str(key)): cell for key, cell in row.items()}
        if len(cells) < len(row):
            found.add(line, "from", "The row says twice where it begins or ends.", "Keep from and to.")
        for name, cell in cells.items():
            if name not in COLUMNS:
                remedy = did_you_mean(name, COLUMNS) or f"Known: {', '.join(COLUMNS)}."
                found.add(line, name, f"{shown(name)} is no part of a row.", remedy)
            elif not isinstance(cell, str):
                found.add(line, name, f"{name} is no single value.", "Write a number or a text.")
        told = {name: cell.strip() for name, cell in cells.items() if isinstance(cell, str) and cell.strip()}
        yield Line(line, told)


def _members(text: str, file: str) -> Iterator[tuple[int, str, Any]]:
    """Go through the members of the one object in a text, with the line of each; those of an array have theirs too.

    Numbers stay text, as the cells of a CSV are.

    Errors: BadCard.
    """
    walker = _Walker(text, file)
    walker.take("{", "it does not begin with {")
    while not walker.ends("}"):
        line, name = walker.line, walker.value()
        walker.take(":", "a name has no value")
        if not isinstance(name, str):
            raise walker.bad("a name is no text")
        if name == ROWS and walker.ends("["):
            value: Any = []
            while not walker.ends("]"):
                value.append((walker.line, walker.value()))
                if not walker.ends(",") and not walker.sees("]"):
                    raise walker.bad("a row is followed by neither comma nor ]")
        else:
            value = walker.value()
        yield line, name, value
        if not walker.ends(",") and not walker.sees("}"):
            raise walker.bad("a value is followed by neither comma nor }")
    walker.finish()


class _Walker:
    """A place in a JSON text, which goes on value by value."""

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file, self._at = text, file, 0
        self._counted, self._line = 0, 1
        self._decoder = json.JSONDecoder(
            parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=strict_json.once
        )
        self._skip()

    @property
    def line(self) -> int:
        """Return the line of the place."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def sees(self, sign: str) -> bool:
        """Say whether a sign comes next."""
        return self._text.startswith(sign, self._at)

    def ends(self, sign: str) -> bool:
        """Say whether a sign comes next, and step over it."""
        found = self.sees(sign)
        if found:
            self._at += 1
            self._skip()
        return found

    def take(self, sign: str, otherwise: str) -> None:
        """Step over a sign that must come next.

        Errors: BadCard.
        """
        if not self.ends(sign):
            raise self.bad(otherwise)

    def value(self) -> Any:
        """Return the next value and step over it; words and numbers as text.

        Errors: BadCard.
        """
        try:
            found, self._at = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            message = f"{self._file} is not JSON: {strict_json.fault(error)}."
            raise BadCard(message, "Write it again with a program that writes JSON.") from error
        except (ValueError, RecursionError) as error:
            raise self.bad("it is nested too deeply" if isinstance(error, RecursionError) else str(error)) from error
        self._skip()
        return _as_text(found)

    def finish(self) -> None:
        """Make sure that nothing follows.

        Errors: BadCard.
        """
        if self._at < len(self._text):
            raise self.bad("something follows the end")

    def bad(self, what: str) -> BadCard:
        """Return the sentence about what is wrong here."""
        return BadCard(f"{self._file} line {self.line} is not JSON of the form: {what}.", REMEDY)

    def _skip(self) -> None:
        """Step over white space."""
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at


def _as_text(value: Any) -> Any:
    """Return a value as a cell of a CSV would hold it; a list or object within stays what it is."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, dict):
        return {key: _as_text(inner) for key, inner in value.items()}
    return value
