"""Currencies and their smallest units. Source: ISO 4217, currencies.toml."""

from __future__ import annotations

import tomllib
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("currencies.toml")
_USUAL = 2


@cache
def minor_units() -> Mapping[str, int]:
    """Return the decimals of each currency by its code."""
    raw = tomllib.loads(FILE.read_text("utf-8"))
    return {code: int(count) for count, codes in raw["decimals"].items() for code in codes}


def decimals(code: str | None) -> int:
    """Return the decimals of a currency, two of one that is not known."""
    return minor_units().get(code or "", _USUAL)


def half(amount: Decimal, code: str | None) -> Decimal:
    """Return half of an amount in whole smallest units, so that it can be paid; of a whole amount whole if it can be."""
    unit = Decimal(1) if amount == amount.to_integral_value() and amount > 1 else Decimal(1).scaleb(-decimals(code))
    return (amount / 2).quantize(unit, ROUND_DOWN)
