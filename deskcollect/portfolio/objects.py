"""JSON: an array of objects, or one object a line. Numbers stay text, so that money is exact."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.errors import BadBook
from deskcollect.portfolio.source import LINE, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = re.compile(r"[\s,]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BOOLEANS = {True: "true", False: "false"}


def read(text: str, table: str, file: str) -> Source:
    """Return the table of a JSON text.

    Rows are known by the line they begin on, or by their number where one line holds several.

    Errors: BadBook names the line that is not JSON or no object.
    """
    columns: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    nested: set[str] = set()
    for number, entry in _objects(text, file):
        for key, value in entry.items():
            if isinstance(value, list | dict):
                nested.add(key)
            column = columns.setdefault(key, [])
            column.extend([None] * (len(numbers) - len(column)))
            column.append(_text(value))
        numbers.append(number)
    if not numbers:
        raise BadBook(f"{file} holds no rows.", "Write an array of objects, one object an entry.")
    filled = (column + [None] * (len(numbers) - len(column)) for column in columns.values())
    series = {str(i): pl.Series(column, dtype=pl.String) for i, column in enumerate(filled)}
    by_line = len(set(numbers)) == len(numbers)
    lines = pl.Series(numbers if by_line else range(1, len(numbers) + 1), dtype=pl.Int64)
    return Source(
        table,
        file,
        tuple(columns),
        pl.DataFrame({LINE: lines, **series}).lazy(),
        unit="line" if by_line else "entry",
        nested=frozenset(place for place, name in enumerate(columns) if name in nested),
    )


def _objects(text: str, file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Go through the objects with the line each begins on."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
    is_array = text.lstrip().startswith("[")
    position = text.index("[") + 1 if is_array else 0
    counted, line = 0, 1
    while True:
        position = _past_gap(text, position)
        line += text.count("\n", counted, position)
        counted = position
        if position >= len(text) or (is_array and text[position] == "]"):
            break
        try:
            entry, position = decoder.raw_decode(text, position)
        except _Twice as error:
            raise _bad(file, f"line {line} names “{error}” twice in one object", "Keep one of the two.") from error
        except (json.JSONDecodeError, RecursionError) as error:
            at = error.lineno if isinstance(error, json.JSONDecodeError) else line
            raise _bad(file, f"line {at} is not JSON", "Export it again; the file may be cut off.") from error
        if not isinstance(entry, dict):
            raise _bad(file, f"line {line} holds no object", 'Write each row as {"account_id": "...", ...}.')
        yield line, entry
    if is_array and position >= len(text):
        raise _bad(file, f"line {line}: the array is not closed", "Export it again; the file is cut off.")
    if is_array and (rest := text[position + 1 :].lstrip()):
        line += text.count("\n", counted, len(text) - len(rest))
        raise _bad(file, f"line {line}: something follows the array", "Write all rows into one array.")


class _Twice(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys are all different."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]  # a set's add
    return found


def _bad(file: str, what: str, remedy: str) -> BadBook:
    """Say what is wrong with a file."""
    return BadBook(f"{file} {what}.", remedy)


def _past_gap(text: str, position: int) -> int:
    """Skip white space and commas."""
    gap = _GAP.match(text, position)
    return gap.end() if gap else position


def _text(value: Any) -> str | None:
    """Return a JSON value as text."""
    if value is None or isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value) if value else None
    if isinstance(value, bool):
        return _BOOLEANS[value]
    return json.dumps(value, ensure_ascii=False)
