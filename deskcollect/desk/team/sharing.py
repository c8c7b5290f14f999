"""Which customers are a desk's own, where several desks work one book and cannot see one another's claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect.desk.summary import summary
from deskcollect.errors import BadUse
from deskcollect.strategy.shares import shares

if TYPE_CHECKING:
    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.summary import Summary
    from deskcollect.settings import Settings


def is_shared(desk: Desk) -> bool:
    """Say whether a desk keeps to its share: [team] has it among others, and no server tells them of one another."""
    told = desk.settings
    return not told.ledger and len(told.team) > 1 and told.desk_id in told.team.values()


def own(desk: Desk, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the customers that are this desk's; all accounts of a customer stay together.

    Errors: BadUse where [team] does not have this desk.
    """
    told = desk.settings
    return rows.filter(_owned(told, _customers(rows)))


class Share:
    """The share of the book that is a desk's own. Whose a customer is, is worked out once a book; the figures once a day."""

    def __init__(self, desk: Desk) -> None:
        self.name = called(desk)
        self._desk = desk
        self._owned: tuple[pl.Series, pl.Series] | None = None
        self._counted: tuple[Day, Summary] | None = None

    def is_of(self, desk: Desk) -> bool:
        """Say whether this is the share of a desk."""
        return self._desk is desk

    def narrow(self, table: pl.DataFrame, order: pl.Series) -> pl.Series:
        """Return those row numbers of a worklist that are the desk's own, in their order."""
        return order.filter(self._own(table).gather(order))

    def summary(self, day: Day) -> Summary:
        """Return the figures of the share."""
        if self._counted is None or self._counted[0] is not day:
            mine = day.table.filter(self._own(day.table))
            self._counted = day, summary(mine, self._desk.settings.currency, self._desk.policies)
        return self._counted[1]

    def _own(self, table: pl.DataFrame) -> pl.Series:
        """Say of each row whether it is the desk's own."""
        customers = _customers(table)
        if self._owned is None or not self._owned[0].equals(customers):
            self._owned = customers, _owned(self._desk.settings, customers)
        return self._owned[1]


def _customers(rows: pl.DataFrame) -> pl.Series:
    """Return who each row's share is counted by: the customer, so that all accounts of one stay together."""
    return rows.select(pl.coalesce("customer_id", "account_id")).to_series()


def _owned(told: Settings, customers: pl.Series) -> pl.Series:
    """Say of each customer whether they are the desk's own. Errors: BadUse where [team] does not have this desk."""
    if told.desk_id not in told.team.values():
        raise BadUse(
            "[team] in desk.toml does not have this desk, so it has no share.",
            f'Write a line for each desk that works this book, as in  front = "{told.desk_id}"',
        )
    return pl.Series("whose", shares(customers, list(told.team.values())), pl.String) == told.desk_id


def called(desk: Desk) -> str:
    """Return what [team] calls this desk, else its own name."""
    told = desk.settings
    return next((name for name, desk_id in told.team.items() if desk_id == told.desk_id), told.name)
