"""One opening of a desk, and the same after a few accounts were concluded anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.desk.pipeline import Conclusion, reached_anew
from deskcollect.desk.summary import updated
from deskcollect.errors import UnknownAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from decimal import Decimal

    from deskcollect.desk.pipeline import Moment, Standing
    from deskcollect.desk.summary import Summary
    from deskcollect.policy.model import Policies

_CHUNKS = 64


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least that is to be paid now, None where the book does not say; `billed_on` if a statement says it."""

    amount: Decimal | None
    billed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One opening of the desk: the newest book, and what follows from it and the ledger.

    `silent` names the early-warning rules that the book cannot feed, each with the tables it lacks. `set_aside` returns
    why an account of the book was set aside, and what to do.
    """

    moment: Moment
    standing: Standing
    conclusion: Conclusion
    summary: Summary
    silent: tuple[tuple[str, tuple[str, ...]], ...]
    set_aside: Callable[[str], tuple[str, str] | None]

    @property
    def table(self) -> pl.DataFrame:
        """Return all accounts, frames.WORKLIST."""
        return self.conclusion.worklist

    def row(self, account_id: str) -> dict[str, Any]:
        """Return one account's row.

        Errors: UnknownAccount.
        """
        return self.table.row(self.place(account_id), named=True)

    def find(self, account_id: str) -> dict[str, Any] | None:
        """Return one account's row, None if it is not in the book."""
        found = self.table["account_id"].index_of(account_id)
        return None if found is None else self.table.row(found, named=True)

    def place(self, account_id: str) -> int:
        """Return the row number of an account, the same in the worklist and in the standing.

        Errors: UnknownAccount.
        """
        found = self.table["account_id"].index_of(account_id)
        if found is None:
            raise self._unknown(account_id)
        return found

    def _unknown(self, account_id: str) -> UnknownAccount:
        """Say that an account is not in the book, or why its row was set aside."""
        book = f"the book of {self.moment.as_of:%d %b %Y}"
        defect = self.set_aside(account_id)
        if defect is None:
            remedy = "Look for it with  deskcollect worklist  or type its name after / in the desk."
            return UnknownAccount(f"No account {account_id} in {book}.", remedy)
        what, remedy = defect
        again = "Then bring the mended book with  deskcollect import BOOK --replace"
        return UnknownAccount(f"The row of account {account_id} in {book} was set aside. {what}", f"{remedy} {again}")

    def minimum(self, account_id: str) -> Minimum:
        """Return the least that is to be paid now: as the account says, else as its newest statement does.

        Errors: UnknownAccount.
        """
        place = self.place(account_id)
        own, billed = self.table["minimum_due"][place], self.standing.cycles[place]
        if own is not None:
            return Minimum(own)
        return Minimum(billed["minimum_0"].item(), billed["statement_date_0"].item())

    def customer(self, customer_id: str) -> pl.Series:
        """Return the row numbers of a customer's accounts."""
        return (self.table["customer_id"] == customer_id).arg_true()

    def customers(self, customer_ids: Iterable[str]) -> pl.Series:
        """Return the row numbers of the accounts of some customers."""
        wanted = list(dict.fromkeys(customer_ids))
        if len(wanted) == 1:
            return self.customer(wanted[0])
        return self.table["customer_id"].is_in(wanted).arg_true()


def spliced(day: Day, part: Conclusion, policies: Policies) -> Day:
    """Return the day with the rows of a few accounts exchanged; the others are not touched."""
    new = part.worklist
    ids = new["account_id"].to_list()
    table = day.table
    counted = updated(day.summary, table[[day.place(account_id) for account_id in ids]], new, policies)
    if len(ids) > _CHUNKS:
        table = _exchanged(table, new)
    else:
        for number, account_id in enumerate(ids):
            at = day.place(account_id)
            table = pl.concat([table[:at], new[number : number + 1], table[at + 1 :]], rechunk=False)
    if table.n_chunks() > _CHUNKS:
        table = table.rechunk()
    old = day.conclusion
    other = ~pl.col("account_id").is_in(ids)
    return replace(
        day,
        summary=counted,
        conclusion=Conclusion(
            worklist=table,
            signals=pl.concat([old.signals.filter(other), part.signals]),
            seen=pl.concat([old.seen.filter(other), part.seen]),
            promises=pl.concat([old.promises.filter(other), part.promises]),
            effects=pl.concat([old.effects.filter(other), part.effects]),
            rates=old.rates,
        ),
    )


def _exchanged(table: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return a table with many rows exchanged; each stays in its place."""
    places = table.select("account_id").with_row_index("_place")
    other = table.filter(~pl.col("account_id").is_in(new["account_id"].implode()))
    both = pl.concat([other, new]).join(places, on="account_id", how="left", maintain_order="left")
    return both.sort("_place").drop("_place")


def counted_anew(day: Day, events: pl.LazyFrame, policies: Policies, at: Moment) -> Day:
    """Return the day with the desk's rates counted again, and what follows from them for every account."""
    return replace(day, conclusion=reached_anew(day.conclusion, day.standing, events, policies, at))
