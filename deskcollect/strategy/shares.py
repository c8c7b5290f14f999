"""Shares of one book for desks that cannot see one another: each customer belongs to exactly one desk of the team.

The desk with the highest hash of customer and desk has the customer. So nobody hands anything out, every desk comes to the
same shares by itself, and where a desk joins or leaves only the customers move that it gets or gives up.

Source: rendezvous hashing, Thaler and Ravishankar (1998), IEEE/ACM Transactions on Networking 6(1).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BYTES = 8


def shares(customers: Iterable[str], desks: Sequence[str]) -> list[str]:
    """Return for each customer the id of the desk that they belong to.

    Args:
        customers: Their ids.
        desks: The ids of the team's desks, one at least, in any order.
    """
    known = [(blake2b(b"%b\0" % desk.encode(), digest_size=_BYTES), desk) for desk in sorted(set(desks))]
    made: list[str] = []
    for customer in customers:
        ranked: list[tuple[bytes, str]] = []
        for begun, desk in known:
            hashed = begun.copy()
            hashed.update(customer.encode())
            ranked.append((hashed.digest(), desk))
        made.append(max(ranked)[1])
    return made
