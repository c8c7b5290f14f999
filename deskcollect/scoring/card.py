"""The scorecard as data: one JSON file that holds all it takes to score, with a hash that proves it is whole.

Points are whole thousandths of log odds of default, per bin and segment. A file that says anything the program
cannot follow to the letter is refused: a card that is nearly right scores people wrongly.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from deskcollect import resources
from deskcollect.errors import BadCard, NewerSchema
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.score import BASE_ODDS, BASE_SCORE, PDO

SCHEMA = 1
DEFAULT = "default"
_LARGEST = 100_000  # far beyond any chance, and no sum of such points leaves 32 bits
_REMEDY = "Take the card that ships with the program, or fit it again with scripts/fit_cards.py."


@dataclass(frozen=True, slots=True)
class Scaling:
    """How log odds become a score; `base_odds` are good to bad."""

    base_score: int = BASE_SCORE
    base_odds: int = BASE_ODDS
    pdo: int = PDO


@dataclass(frozen=True, slots=True)
class Segment:
    """The rule that splits the accounts: the second segment has `characteristic` >= `start`, unknown is the first."""

    characteristic: str
    start: float
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from `start` up to, not including, `end`; None is unbounded. `points` in milli, one a segment.

    `counts` and `bads` are the training accounts that fell into it and those of them that went bad, one number a
    segment; both are None where the card does not say.
    """

    start: float | None
    end: float | None
    points: tuple[int, int]
    counts: tuple[int, int] | None = None
    bads: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One feature on the card. `neutral` is its training mean and `missing` the points of an unknown value."""

    name: str
    neutral: tuple[int, int]
    missing: tuple[int, int]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A two-segment points card.

    `intercept` in milli. `trained_on` says which accounts, how many, how many bad; `figures` how it judged, as
    scripts/fit_cards.py found. `hash` is over everything else.
    """

    id: str
    version: str
    target: str
    segment: Segment
    intercept: int
    characteristics: tuple[Characteristic, ...]
    scaling: Scaling = field(default_factory=Scaling)
    trained_on: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""

    @property
    def stamp(self) -> str:
        """Return id, version and the first 8 hex digits of the hash."""
        return f"{self.id}-{self.version}+{self.hash[:8]}"

    @property
    def row_count(self) -> int:
        """Return the number of bins over all characteristics."""
        return sum(len(characteristic.bins) for characteristic in self.characteristics)


def sealed(card: Card) -> Card:
    """Return the card with the hash of its content."""
    return replace(card, hash=_digest(_plain(card)))


def dump(card: Card) -> bytes:
    """Return the card as JSON, one line a characteristic, the same bytes for the same card."""
    body = _plain(card) | {"hash": card.hash}
    rows = [_compact(row) for row in body.pop("characteristics")]
    lines = [f'"{key}": {_compact(value)}' for key, value in sorted(body.items())]
    lines.append('"characteristics": [\n  ' + ",\n  ".join(rows) + "\n ]")
    return ("{\n " + ",\n ".join(lines) + "\n}\n").encode()


def load(path: Path | str = DEFAULT) -> Card:
    """Return the card in a file, or a bundled one by its name.

    Errors: BadCard says what is wrong, NewerSchema.
    """
    file = path if isinstance(path, Path) else resources.models() / f"{path}.json"
    try:
        raw = json.loads(file.read_text("utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise BadCard(f"The card {file.name} cannot be read: {error.strerror}.", _REMEDY) from error
    except ValueError as error:
        raise BadCard(f"The card {file.name} is not the JSON of a card: {error}.", _REMEDY) from error
    return parse(raw, file.name)


def parse(raw: object, name: str = "card") -> Card:
    """Return the card in parsed JSON.

    Errors: BadCard, NewerSchema.
    """
    if not isinstance(raw, dict):
        raise BadCard(f"The card {name} is not a JSON object.", _REMEDY)
    schema = raw.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        remedy = "Install a newer deskcollect."
        raise NewerSchema(f"The card {name} has schema {schema}; this version reads up to {SCHEMA}.", remedy)
    content = {key: value for key, value in raw.items() if key != "hash"}
    if raw.get("hash") != _digest(content):
        raise BadCard(f"The card {name} was changed after it was made: its hash does not match.", _REMEDY)
    try:
        card = _read(content, raw["hash"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadCard(f"The card {name} lacks or garbles a part: {error}.", _REMEDY) from error
    _check(card, name)
    return card


def _refuse_constant(word: str) -> float:
    """Refuse NaN and Infinity, which Python's JSON would let through."""
    message = f"{word} is no number"
    raise ValueError(message)


def _compact(value: object) -> str:
    """Return canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical JSON."""
    return hashlib.sha256(_compact(content).encode()).hexdigest()


def _plain(card: Card) -> dict[str, Any]:
    """Return what the JSON holds, without the hash."""
    body = asdict(card) | {"schema": SCHEMA}
    del body["hash"]
    return body


def _read(raw: Mapping[str, Any], digest: str) -> Card:
    """Build a card from JSON."""
    segment = raw["segment"]
    low, high = segment["names"]
    return Card(
        id=_text(raw["id"]),
        version=_text(raw["version"]),
        target=_text(raw["target"]),
        segment=Segment(_text(segment["characteristic"]), _number(segment["start"]), (_text(low), _text(high))),
        intercept=_milli(raw["intercept"]),
        characteristics=tuple(_characteristic(row) for row in raw["characteristics"]),
        scaling=Scaling(**{key: _milli(value) for key, value in raw["scaling"].items()}),
        trained_on=dict(raw["trained_on"]),
        figures=dict(raw["figures"]),
        hash=digest,
    )


def _characteristic(row: Mapping[str, Any]) -> Characteristic:
    """Build one characteristic."""
    bins = tuple(
        Bin(
            _edge(each["start"]),
            _edge(each["end"]),
            _pair(each["points"]),
            _counted(each["counts"]),
            _counted(each["bads"]),
        )
        for each in row["bins"]
    )
    return Characteristic(_text(row["name"]), _pair(row["neutral"]), _pair(row["missing"]), bins)


def _pair(value: Any) -> tuple[int, int]:
    """Return points, one a segment."""
    first, second = value
    return _milli(first), _milli(second)


def _counted(value: Any) -> tuple[int, int] | None:
    """Return counts, one a segment."""
    return None if value is None else _pair(value)


def _edge(value: Any) -> float | None:
    """Return the edge of a bin."""
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        message = f"{value!r} is no number"
        raise TypeError(message)
    return float(value)


def _milli(value: Any) -> int:
    """Return a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"{value!r} is no whole number"
        raise TypeError(message)
    return value


def _text(value: Any) -> str:
    """Return a text."""
    if not isinstance(value, str):
        message = f"{value!r} is no text"
        raise TypeError(message)
    return value


def _check(card: Card, name: str) -> None:
    """Refuse a card that cannot be applied to the letter."""
    names = [characteristic.name for characteristic in card.characteristics]
    unknown = sorted({*names, card.segment.characteristic} - set(BY_NAME))
    if unknown:
        raise BadCard(f"The card {name} asks for “{unknown[0]}”, which is no feature of this version.", _REMEDY)
    if not names or len(set(names)) < len(names):
        raise BadCard(f"The card {name} has no characteristic, or one of them twice.", _REMEDY)
    if card.scaling != Scaling():
        raise BadCard(f"The card {name} has another scale than 600 points at 20:1, doubling every 20.", _REMEDY)
    for characteristic in card.characteristics:
        if fault := _fault(characteristic.bins):
            raise BadCard(f"The bins of “{characteristic.name}” on the card {name} {fault}.", _REMEDY)


def _fault(bins: tuple[Bin, ...]) -> str:
    """Say what keeps bins from covering every number exactly once."""
    if not bins or bins[0].start is not None or bins[-1].end is not None:
        return "do not reach from end to end"
    if any(abs(milli) > _LARGEST for each in bins for milli in each.points):
        return "hold points beyond reason"
    edges: list[float] = []
    for left, right in pairwise(bins):
        if left.end is None or right.start is None or left.end > right.start:
            return "overlap"
        if left.end < right.start:
            return f"leave a gap from {left.end} to {right.start}"
        edges.append(left.end)
    return "" if edges == sorted(set(edges)) else "are out of order"
