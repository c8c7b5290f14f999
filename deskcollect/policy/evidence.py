"""The evidence of a signal as it was when the account was looked at: columns by name, each a text in JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames

if TYPE_CHECKING:
    from collections.abc import Callable


def facts(kept: str) -> dict[str, Any]:
    """Return columns with values of their types; what cannot be read is left out."""
    types = _types()
    told = json.loads(kept)
    found = {name: _value(text, types.get(name)) for name, text in told.items() if text is not None}
    return {name: value for name, value in found.items() if value is not None}


@cache
def units() -> dict[str, str]:
    """Return the unit of each column that a rule may measure by: money, ratio, 0..1, days ..."""
    return {column.name: column.unit for column in frames.TIERED_FACTS}


@cache
def _types() -> dict[str, Any]:
    """Return the type of each column that evidence may name."""
    return dict(frames.polars_schema(frames.TIERED_FACTS))


def _value(text: str, dtype: Any) -> Any:
    """Return a value, None where the text is none of its type."""
    try:
        return _reader(dtype)(text)
    except (ValueError, InvalidOperation):
        return None


def _reader(dtype: Any) -> Callable[[str], Any]:
    """Return what reads the texts of a type; of a column that is gone nothing is read."""
    if dtype is None:
        return lambda _: None
    if dtype.is_numeric():
        return Decimal if isinstance(dtype, pl.Decimal) else int if dtype.is_integer() else float
    if dtype == pl.Boolean:
        return lambda text: text == "true"
    return date.fromisoformat if dtype == pl.Date else str
