"""What a rule waits for: a table, a column that holds something, a kind of transaction, a second book.

`"statements.minimum_due or accounts.minimum_due"` is met by either of the two.
"""

from __future__ import annotations

from types import MappingProxyType

from deskcollect import frames

OR = " or "
SNAPSHOTS = "snapshots"
THREE_SNAPSHOTS = "three_snapshots"
LEDGER = "ledger"
KIND = "transactions.kind="
KINDS = ("purchase", "cash_advance", "transfer", "fee", "refund", "salary", "limit_request")
COLUMNS = MappingProxyType(
    {
        "accounts": frozenset(column.name for column in frames.ACCOUNTS),
        "statements": frozenset(column.name for column in frames.STATEMENTS),
        "payments": frozenset(column.name for column in frames.PAYMENTS),
        "transactions": frozenset(column.name for column in frames.TRANSACTIONS),
        "contacts": frozenset(column.name for column in frames.CONTACTS),
    }
)
"""The tables of a book with their columns."""

FEEDS = frozenset(
    {
        LEDGER,
        SNAPSHOTS,
        THREE_SNAPSHOTS,
        *COLUMNS,
        *(f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns),
        *(f"{KIND}{kind}" for kind in KINDS),
    }
)
"""All that a rule may name."""


def alternatives(need: str) -> tuple[str, ...]:
    """Return the feeds of which one is enough."""
    return tuple(part.strip() for part in need.split(OR))


def missing(need: str, present: frozenset[str]) -> str:
    """Return what a rule lacks of a need, empty if it is met; the table where not even that is there.

    Args:
        need: what the rule names.
        present: what the desk has, of FEEDS.
    """
    feeds = alternatives(need)
    if any(feed in present for feed in feeds):
        return ""
    return next((feed for feed in feeds if _table(feed) in present), _table(feeds[0]))


def _table(feed: str) -> str:
    """Return the table that a feed is of."""
    return feed.partition(".")[0]
