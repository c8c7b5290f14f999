"""The scorecard as data: one JSON file that holds all it takes to score, with a hash that proves it is whole.

Points are whole thousandths of log odds of default, per bin and segment. A file that says anything the program
cannot follow to the letter is refused: a card that is nearly right scores people wrongly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskcollect import resources
from deskcollect.errors import BadCard, NewerSchema
from deskcollect.scoring import card_check, strict_json
from deskcollect.scoring.score import BASE_ODDS, BASE_SCORE, PDO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import DataclassInstance

SCHEMA = 1
DEFAULT = "default"
REMEDY = "Take the card that ships with the program, or fit or export it again."
_FARTHEST_EDGE = 1e300
_OPTIONAL = ("effects", "scores")
_HEADER = "header"  # of a characteristic, which may lack it
ALLOWED = "allowed"
"""In what a card tells of its training: the protected attributes that a person let through."""
_SHOWN = 40  # letters of what a file says, in a message


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


PAST_DUE = Segment("cycles_now", 1.0, ("not past due", "past due"))


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
    """One feature on the card. `neutral` is its training mean and `missing` the points of an unknown value.

    `header` is that of the lender's own column which it reads; a file lacks it where it is a feature of this program.
    """

    name: str
    neutral: tuple[int, int]
    missing: tuple[int, int]
    bins: tuple[Bin, ...]
    header: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a desk's own outcomes made of the weight of a recorded fact.

    `effect` is its id in effects.toml; `weight`, and the `prior` it began from, in thousandths of log odds of paying;
    `count` the outcomes that came where the fact stood.
    """

    effect: str
    weight: int
    prior: int
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How many accounts have a score below the first edge, from each edge to the next, and from the last up."""

    edges: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A two-segment points card.

    `intercept` in milli. `trained_on` says which accounts, how many, how many bad; `figures` how it judged, as
    scripts/fit_cards.py found. `effects` are weights of recorded facts that a desk learnt with the card, `scores` those of
    the accounts it was fitted on; a file may lack both. `hash` is over everything else.
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
    effects: tuple[Learnt, ...] = ()
    scores: Spread | None = None
    hash: str = ""

    def __hash__(self) -> int:
        """Return what a card is kept under in memory, with the expressions that are made of it once."""
        return hash(self.hash)

    @property
    def stamp(self) -> str:
        """Return id, version and the first 8 hex digits of the hash."""
        return f"{self.id}-{self.version}+{self.hash[:8]}"

    @property
    def row_count(self) -> int:
        """Return the number of bins over all characteristics."""
        return sum(len(characteristic.bins) for characteristic in self.characteristics)

    @property
    def own(self) -> dict[str, str]:
        """Return the headers of the lender's own columns that the card asks for, by their names."""
        return {each.name: each.header for each in self.characteristics if each.header}

    @property
    def allowed(self) -> tuple[Mapping[str, str], ...]:
        """Return the protected attributes among them that a person let through: column, attribute, because, by."""
        return tuple(self.trained_on.get(ALLOWED, ()))

    @property
    def overrides(self) -> tuple[str, ...]:
        """Say in a sentence each which protected attributes a person let through, who and why."""
        return tuple(
            f"Protected attribute used: {each['column']} ({each['attribute']}), "
            f"allowed{' by ' * bool(each['by'])}{each['by']}: {each['because']}"
            for each in self.allowed
        )


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
    content = strict_json.content(file, f"The card {file.name}", REMEDY)
    try:
        raw = strict_json.loads(content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadCard(f"The card {file.name} is not UTF-8 in line {line}.", REMEDY) from error
    except ValueError as error:
        raise BadCard(f"The card {file.name} is not the JSON of a card: {error}.", REMEDY) from error
    return parse(raw, file.name)


def parse(raw: object, name: str = "card") -> Card:
    """Return the card in parsed JSON.

    A newer schema is told first: its hash may be made in another way.

    Errors: BadCard, NewerSchema.
    """
    if not isinstance(raw, dict):
        raise BadCard(f"The card {name} is not a JSON object.", REMEDY)
    schema = raw.get("schema")
    if type(schema) is not int or schema < 1:
        raise BadCard(f"The card {name} does not say which schema it has.", REMEDY)
    if schema > SCHEMA:
        remedy = "Install a newer deskcollect."
        raise NewerSchema(f"The card {name} has schema {schema}; this version reads up to {SCHEMA}.", remedy)
    content = {key: value for key, value in raw.items() if key != "hash"}
    try:
        strict_json.check(content)
        digest = _digest(content)
    except ValueError as error:
        raise BadCard(f"The card {name} is not the JSON of a card: {error}.", REMEDY) from error
    if raw.get("hash") != digest:
        raise BadCard(f"The card {name} was changed after it was made: its hash does not match.", REMEDY)
    try:
        card = _read(content, digest)
    except ValueError as error:
        raise BadCard(f"The card {name} lacks or garbles a part: {error}.", REMEDY) from error
    if fault := card_check.fault(card):
        raise BadCard(f"The card {name} {fault}.", REMEDY)
    return card


def _compact(value: object) -> str:
    """Return canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical JSON."""
    return hashlib.sha256(_compact(content).encode()).hexdigest()


def _plain(card: Card) -> dict[str, Any]:
    """Return what the JSON holds, without the hash."""
    body = asdict(card) | {"schema": SCHEMA}
    absent = [name for name in _OPTIONAL if not body[name]]
    for row in body["characteristics"]:
        if not row[_HEADER]:
            del row[_HEADER]
    return {key: value for key, value in body.items() if key not in {"hash", *absent}}


def _read(raw: Mapping[str, Any], digest: str) -> Card:
    """Build a card from JSON.

    Errors: ValueError says what is missing or garbled.
    """
    absent = set(_OPTIONAL) - raw.keys()
    _only(raw, ("schema", *(each.name for each in fields(Card) if each.name not in absent | {"hash"})), "it")
    segment = _object(raw["segment"], "segment", Segment)
    low, high = _list(segment["names"], "the names of the segments", 2)
    return Card(
        id=_text(raw["id"], "id"),
        version=_text(raw["version"], "version"),
        target=_text(raw["target"], "target"),
        segment=Segment(
            _text(segment["characteristic"], "the segment's characteristic"),
            _number(segment["start"], "the segment's start"),
            (_text(low, "a segment's name"), _text(high, "a segment's name")),
        ),
        intercept=_milli(raw["intercept"], "intercept"),
        characteristics=tuple(_characteristic(row) for row in _list(raw["characteristics"], "characteristics")),
        scaling=Scaling(
            **{key: _milli(value, key) for key, value in _object(raw["scaling"], "scaling", Scaling).items()}
        ),
        trained_on=_object(raw["trained_on"], "trained_on"),
        figures=_object(raw["figures"], "figures"),
        effects=tuple(_learnt(row) for row in _list(raw.get("effects", []), "effects")),
        scores=_spread(raw["scores"]) if "scores" in raw else None,
        hash=digest,
    )


def _characteristic(raw: Any) -> Characteristic:
    """Build one characteristic."""
    row = _object(raw, "a characteristic")
    _only(
        row,
        [each.name for each in fields(Characteristic) if each.name != _HEADER or _HEADER in row],
        "a characteristic",
    )
    name = _text(row["name"], "the name of a characteristic")
    bins = tuple(_bin(each, f"a bin of “{name[:_SHOWN]}”") for each in _list(row["bins"], f"bins of “{name[:_SHOWN]}”"))
    where = f"of “{name[:_SHOWN]}”"
    return Characteristic(
        name,
        _pair(row["neutral"], f"neutral {where}"),
        _pair(row["missing"], f"missing {where}"),
        bins,
        _text(row.get(_HEADER, ""), f"header {where}"),
    )


def _learnt(raw: Any) -> Learnt:
    """Build the weight of one recorded fact."""
    row = _object(raw, "an effect", Learnt)
    name = _text(row["effect"], "the name of an effect")
    where = f"of the effect “{name[:_SHOWN]}”"
    return Learnt(name, *(_milli(row[key], f"{key} {where}") for key in ("weight", "prior", "count")))


def _spread(raw: Any) -> Spread:
    """Build the spread of the training scores."""
    row = _object(raw, "scores", Spread)
    edges, counts = (
        tuple(_milli(each, f"{key} of scores") for each in _list(row[key], key)) for key in ("edges", "counts")
    )
    return Spread(edges, counts)


def _bin(raw: Any, where: str) -> Bin:
    """Build one bin."""
    each = _object(raw, where, Bin)
    start, end = (None if each[key] is None else _number(each[key], f"{key} of {where}") for key in ("start", "end"))
    counts, bads = (None if each[key] is None else _pair(each[key], f"{key} of {where}") for key in ("counts", "bads"))
    return Bin(start, end, _pair(each["points"], f"points of {where}"), counts, bads)


def _pair(value: Any, where: str) -> tuple[int, int]:
    """Return whole numbers, one a segment."""
    first, second = _list(value, where, 2)
    return _milli(first, where), _milli(second, where)


def _object(value: Any, where: str, kind: type[DataclassInstance] | None = None) -> dict[str, Any]:
    """Return a JSON object, one that has the fields of a class and no others."""
    if not isinstance(value, dict):
        message = f"{where} is no object"
        raise ValueError(message)  # noqa: TRY004  # what stands in a file is a value, whatever its type
    if kind is not None:
        _only(value, [each.name for each in fields(kind)], where)
    return dict(value)


def _only(value: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    """Refuse an object that lacks a field, or says more than can be followed."""
    if lacking := [name for name in names if name not in value]:
        message = f"{where} lacks “{lacking[0]}”"
        raise ValueError(message)
    if surplus := sorted(value.keys() - set(names)):
        message = f"{where} has “{surplus[0][:_SHOWN]}”, which this version does not know"
        raise ValueError(message)


def _list(value: Any, where: str, length: int | None = None) -> list[Any]:
    """Return a JSON array, of so many entries if it is said."""
    if not isinstance(value, list) or length not in {None, len(value)}:
        message = f"{where} is no list" if length is None else f"{where} is no list of {length}"
        raise ValueError(message)
    return value


def _number(value: Any, where: str) -> float:
    """Return a number; `strict_json` has seen to it that it is finite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _FARTHEST_EDGE:
        message = f"{where} is no number"
        raise ValueError(message)
    return float(value)


def _milli(value: Any, where: str) -> int:
    """Return a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"{where} is no whole number"
        raise ValueError(message)  # noqa: TRY004  # what stands in a file is a value, whatever its type
    return value


def _text(value: Any, where: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        message = f"{where} is no text"
        raise ValueError(message)  # noqa: TRY004  # what stands in a file is a value, whatever its type
    return value
