"""Who is eligible for which incentive or consequence today, what stands, and what the lender's system is to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.desk.decisions import orders
from deskcollect.desk.decisions.evidence import typed
from deskcollect.errors import BadUse
from deskcollect.monitoring import consent, incentives
from deskcollect.monitoring.incentives import Folded, Proposal, amount, eligible, unmet
from deskcollect.monitoring.persons import Refusal
from deskcollect.near import did_you_mean
from deskcollect.vocabulary import EventKind, MeasureKind, MeasureState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.monitoring.told import Passed
    from deskcollect.policy.incentives import Incentives, Measure

__all__ = ["Folded", "Proposal"]  # the doors speak of them without knowing their room
ORDER_CODE = "measure-order"


@dataclass(frozen=True, slots=True)
class Offer:
    """One measure for one account today.

    `row` is None where the account left the book, `measure` where the policy has it no more. `amount` is what it costs or
    brings. `proposal` is the open one, `blocked` why it cannot be proposed though its condition is met, `unmet` the parts of
    its condition that are not.
    """

    account_id: str
    name: str
    measure: Measure | None
    row: dict[str, Any] | None
    amount: Any = None
    eligible: bool = False
    proposal: Proposal | None = None
    blocked: Refusal | None = None
    unmet: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the sentences of the measure may speak of."""
        return {**(self.row or {}), "measure_amount": self.amount}


@dataclass(frozen=True, slots=True)
class Listed:
    """Open proposals, then who may be proposed for what; `open_count` and `new_count` are how many there are in all."""

    offers: tuple[Offer, ...]
    open_count: int
    new_count: int


@dataclass(frozen=True, slots=True)
class Whole:
    """All measures of the policy for one account, its proposals oldest first, and what was passed over."""

    account_id: str
    row: dict[str, Any] | None
    offers: tuple[Offer, ...]
    proposals: tuple[Proposal, ...]
    passed: tuple[Passed, ...]


def known(desk: Desk, day: Day) -> Folded:
    """Return the proposals of a desk on a day."""
    today = max(day.moment.as_of, desk.clock.now().date())
    return incentives.fold(desk.ledger.of_kinds(EventKind.MEASURE.value), desk.zone, today=today)


def listing(
    desk: Desk, day: Day, *, kind: MeasureKind | None = None, measure: str = "", limit: int | None = None
) -> Listed:
    """Return the open proposals, those to be signed first, then who is eligible today and may be proposed.

    Args:
        desk: whose policy and ledger.
        day: today.
        kind: only incentives or only consequences.
        measure: only this one, which may be gone from the policy.
        limit: how many in all.

    Errors: BadUse where neither the policy nor the ledger has such a measure.
    """
    found = known(desk, day)
    policy = desk.policies.incentives
    only = policy.measure(measure)
    name = only.id if only else measure
    if measure and only is None and not any(each.measure == name for each in found.proposals):
        unknown = no_measure(policy, measure)
        raise BadUse(unknown.message, unknown.remedy)
    fits = (each for each in found.proposals if kind in (None, each.kind) and name in ("", each.measure))
    standing = sorted((each for each in fits if each.is_open), key=_urgency)
    today = desk.clock.now().date()
    blocked = [key for key, mine in _by_pair(found.proposals).items() if consent.standing(mine, today)]
    taken = pl.DataFrame(blocked, schema=frames.polars_schema(frames.ELIGIBLE), orient="row")
    wanted = [each.id for each in policy.measures if kind in (None, each.kind) and name in ("", each.id)]
    meeting = eligible(day.table, policy).filter(pl.col("measure").is_in(wanted))
    new = meeting.join(taken, on=["account_id", "measure"], how="anti", maintain_order="left")
    still = set(meeting.join(taken, on=["account_id", "measure"], how="semi").rows())
    shown = standing[:limit]
    left = None if limit is None else limit - len(shown)
    pairs = new.head(new.height if left is None else left).rows()
    rows = _rows(desk, day, {each.account_id for each in shown} | {account_id for account_id, _ in pairs})
    waiting = (
        replace(
            offer(desk, rows.get(each.account_id), each.account_id, each.measure),
            eligible=(each.account_id, each.measure) in still,
            proposal=each,
        )
        for each in shown
    )
    fresh = (offer(desk, rows[account_id], account_id, name) for account_id, name in pairs)
    return Listed((*waiting, *fresh), len(standing), new.height)


def no_measure(policy: Incentives, name: str) -> Refusal:
    """Refuse what the policy does not have, with the nearest that it has."""
    ids = [each.id for each in policy.measures]
    remedy = did_you_mean(name.lower(), ids, quoted=False) or f"Known: {', '.join(ids)}."
    return Refusal(f"“{name}” is no measure of incentives.toml.", remedy)


def _rows(desk: Desk, day: Day, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what sentences and amounts speak of, of some accounts of the book; read at once, for they may be many."""
    told = (
        template.columns for each in desk.policies.incentives.measures for template in (each.why, each.cost_or_gain)
    )
    named = {"account_id", "customer_name", "currency", "balance", "credit_limit", *chain.from_iterable(told)}
    found = day.table.filter(pl.col("account_id").is_in(list(ids))).select(
        name for name in day.table.columns if name in named
    )
    return {row["account_id"]: row for row in found.iter_rows(named=True)}


def whole(desk: Desk, day: Day, account_id: str) -> Whole:
    """Return every measure of the policy for one account: eligible or not, and what stands.

    Errors: UnknownAccount where neither the book nor the ledger knows the account.
    """
    found = known(desk, day)
    mine = found.of(account_id)
    row = day.find(account_id) if mine else day.row(account_id)
    meeting = met(desk, day, account_id) if row else frozenset()
    today = desk.clock.now().date()
    pairs = _by_pair(mine)
    offers = []
    for measure in desk.policies.incentives.measures:
        earlier = pairs.get((account_id, measure.id), [])
        made = replace(
            offer(desk, row, account_id, measure.id),
            eligible=measure.id in meeting,
            proposal=next((each for each in earlier if each.is_open), None),
            blocked=consent.standing(earlier, today),
            unmet=() if row is None else unmet(day.table[day.place(account_id)], measure),
        )
        offers.append(made)
    passed = tuple(each for each in found.passed if each.account_id == account_id)
    return Whole(account_id, row, tuple(offers), mine, passed)


def _urgency(proposal: Proposal) -> tuple[bool, date, str]:
    """Order proposals: those to be signed first, then by the day on which they may be done."""
    signed = proposal.state is not MeasureState.PROPOSED
    return signed, proposal.waits_until or proposal.newest_on, proposal.id


def _by_pair(proposals: Iterable[Proposal]) -> dict[tuple[str, str], list[Proposal]]:
    """Return proposals by account and measure."""
    found: dict[tuple[str, str], list[Proposal]] = {}
    for each in proposals:
        found.setdefault((each.account_id, each.measure), []).append(each)
    return found


def met(desk: Desk, day: Day, account_id: str) -> frozenset[str]:
    """Return the measures whose condition an account of the book meets."""
    here = day.table[day.place(account_id)]
    return frozenset(eligible(here, desk.policies.incentives)["measure"])


def offer(desk: Desk, row: dict[str, Any] | None, account_id: str, name: str) -> Offer:
    """Return a measure that an account is eligible for, with what it comes to; `row` is None where it left the book."""
    measure = desk.policies.incentives.measure(name)
    price = desk.policies.incentives.price(row["currency"]) if row else None
    told = amount(measure, row, price) if measure and row else None
    return Offer(account_id, name, measure, row, told, eligible=True)


def order_lines(desk: Desk, day: Day, *, everything: bool = False) -> pl.DataFrame:
    """Return the lines of the next work order, frames.MEASURE_ORDERS; with `everything` those of earlier ones too.

    Only what was done has a line. A report to the credit bureau is a flag in it and nothing else: no report is written.
    """
    before = frozenset() if everything else orders.ordered(desk, ORDER_CODE)
    rows = [
        {
            "account_id": each.account_id,
            "customer_id": each.customer_id,
            "measure": each.measure,
            "kind": each.kind.value,
            "order_code": each.terms.order,
            "measure_amount": typed("measure_amount", each.values.get("measure_amount")),
            "currency": each.currency,
            "from_on": each.done_on,
            "notified_on": each.notified_on,
            "by": each.proposed_by,
            "signed_by": each.signed_by,
            "event_id": each.events[-1].event_id,
            "note": orders.SAYS,
        }
        for each in known(desk, day).proposals
        if each.state is MeasureState.DONE and each.terms.order and each.events[-1].event_id not in before
    ]
    made = pl.DataFrame(rows, schema=frames.polars_schema(frames.MEASURE_ORDERS))
    return made.sort("from_on", "event_id")
