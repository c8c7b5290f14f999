"""Payment card numbers in free text. A card number must not be kept (PCI DSS 4.0, requirement 3)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEAST, _MOST = 13, 19
# digits in groups, between them one blank or hyphen or a few; a plus before them makes it a telephone number
_CHAIN = re.compile(r"(?<![+\d])\d+(?:[\s\u00ad\u2010-\u2015\u2212-]{1,3}\d+)*")
_HIDDEN = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff]")  # take no room and part digits for no reader
_GROUP = re.compile(r"\d+")
# first digits, from and to, and how many digits such numbers have in all. Source: ISO/IEC 7812 and the issuers' lists
_ISSUERS = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", range(14, 20)),  # Diners Club
    ("3095", "3095", range(14, 20)),
    ("36", "36", range(14, 20)),
    ("38", "39", range(14, 20)),
    ("6011", "6011", range(16, 20)),  # Discover
    ("644", "659", range(16, 20)),
    ("3528", "3589", range(16, 20)),  # JCB
    ("62", "62", range(16, 20)),  # UnionPay
    ("81", "81", range(16, 20)),
    ("2200", "2204", range(16, 20)),  # Mir
    ("5018", "5018", range(13, 20)),  # Maestro
    ("5020", "5020", range(13, 20)),
    ("5038", "5038", range(13, 20)),
    ("5893", "5893", range(13, 20)),
    ("6304", "6304", range(13, 20)),
    ("6759", "6763", range(13, 20)),
)
_SHAPES = ((4, 6, 5), (4, 6, 4), (4, 3, 3, 3))
_DAYS = ((4, 2, 2), (2, 2, 4), (2, 2, 2))


def card_number(text: str, *, own: str = "") -> str:
    """Return the last four digits of the first payment card number in a text, nothing where there is none.

    Args:
        text: What a person wrote.
        own: An account number that may stand there though it looks like one.
    """
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    known = "".join(_GROUP.findall(unicodedata.normalize("NFKC", own)))
    for chain in _CHAIN.finditer(plain):
        groups = ["".join(str(int(digit)) for digit in group) for group in _GROUP.findall(chain.group())]
        for number in sorted(_numbers(groups), key=len, reverse=True):
            if number != known and _issued(number) and _adds_up(number):
                return number[-4:]
    return ""


def _numbers(groups: Sequence[str]) -> Iterator[str]:
    """Go through the numbers that groups of digits may make: some of them as cards are written, or all of them.

    All of them may be written in any way, but not with a day among them.
    """
    for first in range(len(groups)):
        for last in range(first + 1, len(groups) + 1):
            some = groups[first:last]
            sizes = tuple(map(len, some))
            if sum(sizes) > _MOST:
                break
            whole = len(some) == len(groups) and not any(sizes[k : k + 3] in _DAYS for k in range(len(sizes)))
            if sum(sizes) >= _LEAST and (whole or _written_so(sizes)):
                yield "".join(some)


def _written_so(sizes: tuple[int, ...]) -> bool:
    """Tell whether a card number is written in such groups: equal ones or fours, the last may be shorter."""
    *others, last = sizes
    equal = all(one == other for one, other in pairwise(others)) and (not others or last <= others[0])
    return equal or all(size % 4 == 0 for size in others) or sizes in _SHAPES


def _issued(number: str) -> bool:
    """Tell whether an issuer of cards gives out numbers that begin so and are so long."""
    return any(low <= number[: len(low)] <= high and len(number) in lengths for low, high, lengths in _ISSUERS)


def _adds_up(number: str) -> bool:
    """Tell whether the last digit is the check digit of the others. Source: ISO/IEC 7812-1, annex B (Luhn)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
