"""JSON from a file that somebody else may have written: one meaning, and limits on what it may ask of the machine.

Python's own reader takes the last of two equal keys, NaN, numbers beyond any float and halves of characters, and
recurses as deep as a file asks for. None of that can be meant on a card.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from deskcollect.errors import BadCard

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 5_000_000
"""Bytes of a file. The largest card of this program has 16,000."""
_DIGITS = 15  # more are not exact in a float
_DEEPEST = 20
_SURROGATE = re.compile("[\ud800-\udfff]")


def content(file: Path, what: str, remedy: str) -> bytes:
    """Return the bytes of an ordinary file of a bearable size; `what` begins the sentence, as in “The card x.json”.

    Errors: BadCard.
    """
    try:
        if file.exists() and not file.is_file():
            raise BadCard(f"{what} is no ordinary file.", remedy)
        with file.open("rb") as stream:
            found = stream.read(LARGEST + 1)
    except OSError as error:
        raise BadCard(f"{what} cannot be read: {error.strerror}.", remedy) from error
    if len(found) > LARGEST:
        raise BadCard(f"{what} is larger than {LARGEST // 1_000_000} MB: no card is.", remedy)
    return found


def decoder() -> json.JSONDecoder:
    """Return a decoder that refuses, with a ValueError in our words, what JSON or a card does not know."""
    return json.JSONDecoder(parse_constant=_constant, parse_float=_float, parse_int=_int, object_pairs_hook=once)


def loads(text: str) -> Any:
    """Return the value of a JSON text.

    Errors: ValueError with what is wrong, in words that end a sentence.
    """
    try:
        return decoder().decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(fault(error)) from error
    except RecursionError as error:
        message = "it is nested too deeply"
        raise ValueError(message) from error


def fault(error: json.JSONDecodeError) -> str:
    """Say where a text is no JSON, in words that end a sentence."""
    whole = error.doc.rstrip()
    if not whole:
        return "it is empty"
    if error.pos >= len(whole) or error.msg.startswith("Unterminated"):
        return f"it is cut off in line {error.lineno}"
    return f"it breaks the rules of JSON in line {error.lineno}, sign {error.colno}"


def check(value: Any, depth: int = 0) -> None:
    """Refuse what can be read and not written again, or nests deeper than any card, wherever a value comes from.

    Errors: ValueError.
    """
    if depth > _DEEPEST:
        message = "it is nested too deeply"
        raise ValueError(message)
    if isinstance(value, str) and _SURROGATE.search(value):
        message = "a text holds half a character"
        raise ValueError(message)
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{value} is no number"
        raise ValueError(message)
    if isinstance(value, dict):
        for key, inner in value.items():
            check(key, depth + 1)
            check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            check(inner, depth + 1)


def _constant(word: str) -> float:
    """Refuse NaN and Infinity, which Python's JSON would let through."""
    message = f"{word} is no number"
    raise ValueError(message)


def _float(text: str) -> float:
    """Refuse what is too large for a float and would become infinite."""
    found = float(text)
    if not math.isfinite(found):
        message = f"{text[:_DIGITS]} is too large a number"
        raise ValueError(message)
    return found


def _int(text: str) -> int:
    """Refuse a whole number that no float holds exactly."""
    if len(text.lstrip("-")) > _DIGITS:
        message = f"{text[:_DIGITS]}… is too large a number"
        raise ValueError(message)
    return int(text)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse one in which a key stands twice: another reader might take the other one.

    Errors: ValueError.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counted.items() if count > 1)
        message = f"“{twice}” stands twice in one object"
        raise ValueError(message)
    return found
