"""What the lines of a lender's card say: its scale, its segments and its rows, each cell checked by itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect import own, protected
from deskcollect.near import did_you_mean
from deskcollect.scoring.card import PAST_DUE, Segment
from deskcollect.scoring.card_check import LARGEST, unshowable
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.points_form import SCALE, SEGMENT, SETTINGS, TARGET, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deskcollect.scoring.points_form import Findings, Line

NO_TARGET = "default, as the lender's own card was fitted for"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0", ""}
_MOST_ACCOUNTS = 10**12
_SEE = "deskcollect help cards  lists them all."


@dataclass(frozen=True, slots=True)
class Scale:
    """What the points of a card mean. `sign` is 1 where a higher score is safer, -1 where it is riskier."""

    base_score: float
    base_odds: float
    pdo: float
    base_points: float
    sign: int

    def exact(self, points: float) -> float:
        """Return points as thousandths of log odds of default, not yet rounded."""
        return -self.sign * points * 1000 * math.log(2) / self.pdo

    @property
    def exact_intercept(self) -> float:
        """Return what every account starts with in thousandths of log odds of default, not yet rounded."""
        return -1000 * math.log(self.base_odds) + self.exact(self.base_points - self.base_score)


@dataclass(frozen=True, slots=True)
class Row:
    """The points of one bin, or of unknown values; `segment` is None where it counts for both."""

    line: int
    name: str
    segment: int | None
    start: float | None
    end: float | None
    missing: bool
    points: float
    milli: int | None = None
    count: int | None = None
    bad: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """All that a form says. `scale` is None where it cannot be read; of `garbled` characteristics rows are left out."""

    scale: Scale | None
    segment: Segment
    target: str
    rows: tuple[Row, ...]
    garbled: frozenset[str]


def understand(lines: Sequence[Line], found: Findings) -> Said:
    """Return what the lines say; a row with a cell that cannot be read is left out and reported."""
    settings: dict[str, Line] = {}
    rows: list[Line] = []
    for line in lines:
        name = line.cells.get("characteristic", "")
        if name not in SETTINGS:
            rows.append(line)
        elif name in settings:
            message = f"{name} is said a second time; the first is in line {settings[name].number}."
            found.add(line.number, name, message, "Keep one of them.")
        else:
            settings[name] = line
            _alone(line, found)
    segment = _segment(settings, found)
    read = [(line, _row(line, segment, found)) for line in rows]
    return Said(
        _scale(settings, found),
        segment,
        _target(settings, found),
        tuple(row for _, row in read if row is not None),
        frozenset(line.cells.get("characteristic", "") for line, row in read if row is None),
    )


# --- settings ----------------------------------------------------------------------------------------------------------


def _alone(line: Line, found: Findings) -> None:
    """Report a setting with cells that say nothing of it."""
    for column in line.cells.keys() - {"characteristic", "points"}:
        message = f"{line.cells['characteristic']} is a setting and has no “{column}”."
        found.add(line.number, column, message, "Write its value in the column points and nothing else.")


def _scale(settings: Mapping[str, Line], found: Findings) -> Scale | None:
    """Return the scale, None where it is not whole."""
    numbers: dict[str, float] = {}
    known = len(found.issues)
    for name, meaning in SCALE.items():
        line = settings.get(name)
        if line is None:
            remedy = f"Add a row {name} with its value in the column points: {meaning}."
            found.add(None, name, f"{name} is not said, so the points mean nothing.", remedy)
        elif name != "higher_is":
            value = _number(line, "points", found, called=name)
            if value is not None:
                numbers[name] = value
    for name in ("base_odds", "pdo"):
        if numbers.get(name, 1.0) <= 0:
            found.add(settings[name].number, name, f"{name} is not above zero.", f"It says {SCALE[name]}.")
    sign = _direction(settings.get("higher_is"), found)
    return Scale(sign=sign, **numbers) if len(found.issues) == known else None


def _direction(line: Line | None, found: Findings) -> int:
    """Return 1 where a higher score is safer, -1 where it is riskier."""
    word = line.cells.get("points", "").lower() if line else "safer"
    if line and word not in {"safer", "riskier"}:
        found.add(line.number, "higher_is", f"higher_is says {shown(word)}.", "Write safer or riskier.")
    return -1 if word == "riskier" else 1


def _segment(settings: Mapping[str, Line], found: Findings) -> Segment:
    """Return the rule that splits the accounts; that of the bundled card where none is said."""
    said = [name for name in SEGMENT if name in settings]
    if not said:
        return PAST_DUE
    for name in SEGMENT:
        if name not in settings:
            remedy = f"Add a row {name}: {SEGMENT[name]}; or leave all four out."
            found.add(settings[said[0]].number, name, f"{name} is not said.", remedy)
    by, start, below, above = (settings.get(name) for name in SEGMENT)
    name = by.cells.get("points", "") if by else PAST_DUE.characteristic
    if by and name not in BY_NAME:
        message, remedy = _unknown(name, "is no characteristic", BY_NAME)
        found.add(by.number, "segment_by", message, remedy)
    value = _number(start, "points", found, called="segment_from") if start else None
    first, second = (_name(line, default, found) for line, default in zip((below, above), PAST_DUE.names, strict=True))
    if below and above and first == second:
        found.add(above.number, "segment_above", "Both segments have one name.", "Give them two names.")
    return Segment(name, PAST_DUE.start if value is None else value, (first, second))


def _name(line: Line | None, default: str, found: Findings) -> str:
    """Return the name of a segment."""
    text = line.cells.get("points", "") if line else default
    if line and (not text or unshowable(text)):
        setting = line.cells["characteristic"]
        remedy = "Write a short name without hidden characters."
        found.add(line.number, setting, f"{setting} is no name that can be shown.", remedy)
    return text


def _target(settings: Mapping[str, Line], found: Findings) -> str:
    """Return what the card was fitted for."""
    line = settings.get(TARGET)
    text = line.cells.get("points", "") if line else NO_TARGET
    if line and (not text or unshowable(text)):
        found.add(line.number, TARGET, "target cannot be shown.", "Write a short text without hidden characters.")
    return text


# --- rows --------------------------------------------------------------------------------------------------------------


def _row(line: Line, segment: Segment, found: Findings) -> Row | None:
    """Return one row, None where a cell of it cannot be read."""
    known = len(found.issues)
    name = line.cells.get("characteristic", "")
    if name not in BY_NAME and not own_header(name):
        message, remedy = _unknown(name, "is neither a characteristic nor a setting", (*BY_NAME, *SETTINGS))
        found.add(line.number, "characteristic", message if name else "The row names no characteristic.", remedy)
    which = _which(line, segment, found)
    missing = _missing(line, found)
    start, end = (None if column not in line.cells else _number(line, column, found) for column in ("from", "to"))
    if missing and {"from", "to"} & line.cells.keys():
        remedy = "Leave from and to empty, or take the yes out of missing."
        found.add(line.number, "missing", "A row for unknown values has no from and no to.", remedy)
    if start is not None and end is not None and start >= end:
        message = f"From {start:g} to {end:g} there is no value."
        found.add(line.number, "to", message, "from is the first value of the row, to the first one after it.")
    points = _number(line, "points", found)
    milli, count, bad = (_whole(line, column, found) for column in ("milli", "count", "bad"))
    if bad is not None and (count is None or bad > count):
        remedy = "count is all accounts of the row, bad those of them that went bad."
        found.add(line.number, "bad", f"Not so many as {bad:,} accounts are counted, let alone bad.", remedy)
    if len(found.issues) > known or points is None:
        return None
    return Row(line.number, name, which, start, end, missing, points, milli, count, bad)


def _unknown(name: str, what: str, known: Iterable[str]) -> tuple[str, str]:
    """Return the sentence on a name that is none of those known, and the remedy; a protected attribute is called so."""
    meant = name.removeprefix(own.PREFIX)
    if found := protected.attribute(meant):
        return f"{shown(name)} {protected.reason(meant, found)}.", "Fit the card without it."
    return f"{shown(name)} {what}.", did_you_mean(name, known) or _SEE


def own_header(name: str) -> str:
    """Return the header of the lender's own column that a characteristic names, as in own_tenure_months; nothing for others.

    A protected attribute is none: a form cannot say who let it through, the JSON of a card can.
    """
    header = name.removeprefix(own.PREFIX)
    return header if own.is_own(name) and own.name(header) == name and not protected.attribute(header) else ""


def _which(line: Line, segment: Segment, found: Findings) -> int | None:
    """Return the segment of a row, None where it counts for both."""
    text = line.cells.get("segment", "")
    if not text:
        return None
    if text not in segment.names:
        both = f"Segments: “{segment.names[0]}”, “{segment.names[1]}”; an empty cell counts for both."
        found.add(line.number, "segment", f"{shown(text)} is no segment.", did_you_mean(text, segment.names) or both)
        return None
    return segment.names.index(text)


def _missing(line: Line, found: Findings) -> bool:
    """Say whether a row is that of unknown values."""
    word = line.cells.get("missing", "").lower()
    if word not in _YES | _NO:
        found.add(line.number, "missing", f"missing says {shown(word)}.", "Write yes, or leave it empty.")
    return word in _YES


def _number(line: Line, column: str, found: Findings, called: str = "") -> float | None:
    """Return the number in a cell, None where there is none."""
    text = line.cells.get(column, "")
    what = called or column
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if math.isfinite(value):
        return value
    if not text:
        found.add(line.number, what, f"{what} is empty.", "Write a number.")
    elif text.lower().lstrip("+-") in {"nan", "inf", "infinity"} or _NUMBER.fullmatch(text):
        remedy = (
            "Leave from or to empty where there is no bound." if what in {"from", "to"} else "Write a finite number."
        )
        found.add(line.number, what, f"{what} is {shown(text)}, which is no finite number.", remedy)
    else:
        message = f"{what} is {shown(text)}, which is no number."
        found.add(line.number, what, message, "Write it with a decimal point and without grouping, as in 1234.5")
    return None


def _whole(line: Line, column: str, found: Findings) -> int | None:
    """Return the whole number in a cell, None where there is none; only `milli` may be below zero."""
    if column not in line.cells:
        return None
    value = _number(line, column, found)
    if value is None:
        return None
    most, least = (LARGEST, -LARGEST) if column == "milli" else (_MOST_ACCOUNTS, 0)
    if value != int(value) or not least <= value <= most:
        message = f"{column} is {shown(line.cells[column])}, which is no such number."
        found.add(line.number, column, message, f"Write a whole number from {least:,} to {most:,}.")
        return None
    return int(value)
