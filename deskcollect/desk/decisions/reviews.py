"""The lists of restrictions and of measures: what stands, what is to be looked at, what waits for whose signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.desk.decisions import offers, release
from deskcollect.desk.pipeline import fold
from deskcollect.monitoring.persons import same_person
from deskcollect.vocabulary import MeasureState, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.desk.day import Day
    from deskcollect.desk.decisions.offers import Offer, Proposal
    from deskcollect.desk.decisions.release import Review
    from deskcollect.desk.desk import Desk

OPEN, REVIEW, SIGN, MEASURES, ELIGIBLE = QUEUES = ("open", "review", "sign", "measures", "eligible")
MOST_ELIGIBLE = 500
_RESTRICTION, _MEASURE, _NEW = "restriction", "measure", "new"
_SCHEMA = {
    **dict.fromkeys(("id", "account_id", "what", "kind", "reason"), pl.String),
    **dict.fromkeys(("since", "until"), pl.Date),
    "ready": pl.Float64,
    **dict.fromkeys(("signs", "due"), pl.Boolean),
}


@dataclass(frozen=True, slots=True)
class Reviews:
    """What stands on the accounts of a desk on a day, and what may be given.

    `table` has one row a restriction, an open measure, and a measure that may be proposed, in this order, each with the
    name, `name_key`, `state` and `worked_today` of its account; `id` finds it in `restrictions` or in `measures`.
    `eligible` is how many may be proposed in all, of which the table has the first 500.
    """

    day: Day
    table: pl.DataFrame
    restrictions: Mapping[str, Review]
    measures: Mapping[str, Offer]
    eligible: int

    def counts(self) -> dict[str, int]:
        """Return how many stand in each list."""
        counted = self.table.select(within(queue).sum().alias(queue) for queue in QUEUES)
        return {queue: int(counted[queue][0] or 0) for queue in QUEUES} | {ELIGIBLE: self.eligible}

    def waiting_for(self, who: str, role: Role | None) -> int:
        """Return how many a person of a role may sign now: nobody signs alone what needs a second person."""
        acts = [each.restriction.waits for each in self.restrictions.values()]
        lifts = [act for act in acts if act is not None and role is Role.LEAD and not same_person(act.by, who)]
        made = [each.proposal for each in self.measures.values() if each.proposal is not None]
        return len(lifts) + sum(_may_sign(each, who, role) for each in made)


def _may_sign(proposal: Proposal, who: str, role: Role | None) -> bool:
    """Say whether a person may sign a proposal."""
    proposed, terms = proposal.state is MeasureState.PROPOSED, proposal.terms
    other = not terms.second_person or not same_person(proposal.proposed_by, who)
    return proposed and other and role in {Role.LEAD, terms.approve_by}


def within(queue: str) -> pl.Expr:
    """Tell the rows of a list."""
    restriction = pl.col("what") == _RESTRICTION
    return {
        OPEN: restriction,
        REVIEW: restriction & pl.col("due"),
        SIGN: pl.col("signs"),
        MEASURES: pl.col("what") == _MEASURE,
        ELIGIBLE: pl.col("what") == _NEW,
    }[queue]


def reviews(desk: Desk, day: Day) -> Reviews:
    """Gather what stands: restrictions to be signed first, then by the day of review, and so the measures."""
    standing = {each.restriction.id: each for each in release.queue(desk, day)}
    proposed = sum(each.is_open for each in offers.known(desk, day).proposals)
    told = offers.listing(desk, day, limit=proposed + MOST_ELIGIBLE)
    measures = {each.proposal.id if each.proposal else f"{each.account_id} {each.name}": each for each in told.offers}
    rows = [*_of_restrictions(standing, day), *_of_measures(measures)]
    bare = pl.DataFrame(rows, schema=_SCHEMA)
    people = day.table.select("account_id", "customer_name", "name_key", "state", "worked_today")
    table = bare.join(people, on="account_id", how="left", maintain_order="left").with_columns(
        pl.col("name_key").fill_null(pl.col("account_id").str.to_lowercase())
    )
    return Reviews(day, table, standing, measures, told.new_count)


def _of_restrictions(standing: Mapping[str, Review], day: Day) -> Iterator[dict[str, Any]]:
    """Return the rows of restrictions."""
    for name, each in standing.items():
        restriction, found = each.restriction, each.checklist
        yield {
            "id": name,
            "account_id": restriction.account_id,
            "what": _RESTRICTION,
            "kind": restriction.kind.value,
            "reason": restriction.reason,
            "since": restriction.since,
            "until": each.review_on,
            "ready": found.met_count / len(found.items) if found and found.items else None,
            "signs": restriction.waits is not None,
            "due": each.is_due(day.moment.today),
        }


def _of_measures(measures: Mapping[str, Offer]) -> Iterator[dict[str, Any]]:
    """Return the rows of measures."""
    for name, each in measures.items():
        proposal = each.proposal
        yield {
            "id": name,
            "account_id": each.account_id,
            "what": _NEW if proposal is None else _MEASURE,
            "kind": each.name,
            "reason": "",
            "since": proposal.newest_on if proposal else None,
            "until": (proposal.waits_until or proposal.lapses_after) if proposal else None,
            "ready": None,
            "signs": proposal is not None and proposal.state is MeasureState.PROPOSED,
            "due": False,
        }


def order(table: pl.DataFrame, queue: str, *, text: str = "", sort: tuple[str, bool] | None = None) -> pl.Series:
    """Return the row numbers of a list.

    Args:
        table: that of Reviews.
        queue: one of QUEUES.
        text: words that the folded name or number must hold.
        sort: column and whether it descends; else as they stand.
    """
    chosen = within(queue)
    for word in fold(text).split():
        chosen &= pl.col("name_key").str.contains(word, literal=True)
    rows = table.lazy().with_row_index("row").filter(chosen)
    if sort is not None:
        rows = rows.sort(sort[0], descending=sort[1], nulls_last=True, maintain_order=True)
    return rows.select("row").collect().to_series()
