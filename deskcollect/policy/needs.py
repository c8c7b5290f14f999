"""What a rule waits for: a table, a column that holds something, a kind of transaction, a second book.

`"statements.credit_limit or accounts.credit_limit"` is met by either of the two, `"transactions.days=210"` by a book whose
transactions reach back so many days.
"""

from __future__ import annotations

from types import MappingProxyType

from deskcollect import frames

OR = " or "
SNAPSHOTS = "snapshots"
THREE_SNAPSHOTS = "three_snapshots"
LEDGER = "ledger"
KIND = "transactions.kind="
DAYS = "transactions.days="
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
"""All that a rule may name, beside the days of DAYS."""
_LONG = 5  # digits of days


def days(feed: str) -> int | None:
    """Return how far back transactions must reach, None if a feed does not say so."""
    told = feed.removeprefix(DAYS)
    return int(told) if feed.startswith(DAYS) and told.isdecimal() and len(told) < _LONG else None


def is_known(feed: str) -> bool:
    """Say whether a rule may name a feed."""
    return feed in FEEDS or days(feed) is not None


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
