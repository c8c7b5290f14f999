"""Which customers are a desk's own, where several desks work one book and cannot see one another's claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.errors import BadUse
from deskcollect.strategy.shares import shares

if TYPE_CHECKING:
    from deskcollect.desk.desk import Desk


def is_shared(desk: Desk) -> bool:
    """Say whether a desk keeps to its share: [team] has it among others, and no server tells them of one another."""
    told = desk.settings
    return not told.ledger and len(told.team) > 1 and told.desk_id in told.team.values()


def own(desk: Desk, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the customers that are this desk's; all accounts of a customer stay together.

    Errors: BadUse where [team] does not have this desk.
    """
    told = desk.settings
    if told.desk_id not in told.team.values():
        raise BadUse(
            "[team] in desk.toml does not have this desk, so it has no share.",
            f'Write a line for each desk that works this book, as in  front = "{told.desk_id}"',
        )
    customers = rows.select(pl.coalesce("customer_id", "account_id")).to_series()
    whose = pl.Series("whose", shares(customers, list(told.team.values())), pl.String)
    return rows.filter(whose == told.desk_id)


def called(desk: Desk) -> str:
    """Return what [team] calls this desk, else its own name."""
    told = desk.settings
    return next((name for name, desk_id in told.team.items() if desk_id == told.desk_id), told.name)
