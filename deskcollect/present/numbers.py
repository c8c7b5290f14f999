"""Money, rates and counts as a person reads them. A digit is never lost: what does not fit shows `#` across.

Unknown is `?`, there is none is `–`, zero is `0`. The minus is a true minus, one cell wide like the digits.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

from deskcollect.present.width import cells

UNKNOWN = "?"
NONE = "–"
MINUS = "−"
_UNITS = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_CENTS = 2  # no currency has one decimal
_TWO_DECIMALS = Decimal("0.01")


def money(value: Decimal | None, digits: int, *, assumed: bool = False) -> str:
    """Return an exact amount, grouped, with at least `digits` decimals, never one alone; `~` marks an assumed one."""
    if value is None or not value.is_finite():
        return UNKNOWN
    exact = value.normalize()
    exponent = exact.as_tuple().exponent
    fraction = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    decimals = max(digits, fraction, _CENTS if fraction else 0)
    return ("~" if assumed else "") + _signed(f"{value:,.{decimals}f}")


def balance(value: Decimal | None, digits: int) -> str:
    """Return a balance; a negative one is the customer's credit and says so."""
    text = money(value, digits)
    return f"{text} credit" if text.startswith(MINUS) else text


def short_money(value: Decimal | None) -> str:
    """Return a shortened total for a header, never for a customer's amount: `14.37M`, `48.20k`, `980`."""
    if value is None or not value.is_finite():
        return UNKNOWN
    size = abs(value)
    sign = MINUS if value < 0 else ""
    for unit, name in _UNITS:
        # 999,996 is 1.00M, not 1,000.00k; from a tenth of a million on, totals share one unit and can be compared
        reached = size >= unit / 10 if name == "M" else size >= unit * (1 - _TWO_DECIMALS / 2000)
        if reached:
            return f"{sign}{(size / unit).quantize(_TWO_DECIMALS, ROUND_HALF_EVEN):,}{name}"
    return sign + f"{size.quantize(Decimal(1), ROUND_HALF_EVEN):,}"


def whole_money(value: Decimal | None) -> str:
    """Return an amount rounded to whole units, for a table in which exact amounts have no room."""
    return money(value if value is None or not value.is_finite() else value.quantize(Decimal(1), ROUND_HALF_EVEN), 0)


def percent(value: float | None, decimals: int = 0) -> str:
    """Return a share of 0..1 as `41 %`; a ratio over nothing (NaN) is `–`."""
    if value is None:
        return UNKNOWN
    if not math.isfinite(value):
        return NONE
    return _signed(f"{value * 100:,.{decimals}f}") + " %"


def count(value: float | Decimal | None) -> str:
    """Return a number of things, grouped; one that is not whole has one decimal."""
    if value is None:
        return UNKNOWN
    if not math.isfinite(value):
        return NONE
    return _signed(f"{value:,.0f}" if value == int(value) else f"{value:,.1f}")


def short_count(value: int) -> str:
    """Return a number of things, shortened from ten thousand on: `9,999`, `29k`, `1.2M`."""
    if value < 10_000:
        return count(value)
    return f"{value / 1_000:.0f}k" if value < 999_500 else f"{value / 1_000_000:.1f}M"


def several(number: int, one: str, many: str) -> str:
    """Return a number with its noun: `1 try`, `2 tries`."""
    return f"{count(number)} {one if number == 1 else many}"


def fit_number(text: str, width: int) -> str:
    """Return a figure that takes exactly `width` cells, right aligned; one that is too wide shows `#` across."""
    used = cells(text)
    return "#" * width if used > width else " " * (width - used) + text


def _signed(text: str) -> str:
    """Return a figure with a true minus, and none before a rounded zero."""
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if any(digit in "123456789" for digit in text) else text[1:]
