"""A lender's own columns, of which this program knows nothing: what they are called in frames and on cards.

The header “Tenure (months)” of the accounts becomes the column `own_tenure_months`, a number. Which headers are read so is
said in desk.toml or by a command; where none are, no frame has such a column.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "own_"
DECIMALS = 6
MOST = 20
"""How many of them a card may have, and a desk keep."""


def name(header: str) -> str:
    """Return the name of a lender's column: case, width and what stands between its words do not matter.

    It is empty where the header has no letter and no digit.
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header))
    words = re.findall(r"[^\W_]+", apart.casefold())
    return PREFIX + "_".join(words) if words else ""


def is_own(column: str) -> bool:
    """Say whether a column of a frame, or a characteristic, is a lender's own."""
    return column.startswith(PREFIX)


def by_name(headers: Iterable[str]) -> dict[str, str]:
    """Return headers by their names; of two with one name the first counts."""
    found: dict[str, str] = {}
    for header in headers:
        if key := name(header):
            found.setdefault(key, header)
    return found
