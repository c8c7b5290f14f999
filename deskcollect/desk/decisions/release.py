"""What stands on accounts and what their release needs: one account, the queue, and what a payment today would change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.desk.account import after_payment
from deskcollect.desk.decisions import evidence, restrictions
from deskcollect.errors import BadUse
from deskcollect.monitoring.estimate import Estimate, estimate
from deskcollect.monitoring.rebreach import Rebreach, rebreaches
from deskcollect.monitoring.release import Checklist, Known
from deskcollect.monitoring.restrictions import Folded, Restriction, Shown, owner
from deskcollect.monitoring.told import Passed
from deskcollect.vocabulary import Finding, Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.policy.restrictions import Ground

# the doors speak of them without knowing their room
__all__ = ["Checklist", "Estimate", "Passed", "Rebreach", "Restriction"]
_ALL = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Review:
    """One restriction as it is to be judged today.

    `row` and `checklist` are None where the account left the book. `estimate` is how long the desk's own cases of that
    reason lasted.
    """

    restriction: Restriction
    row: dict[str, Any] | None
    checklist: Checklist | None
    estimate: Estimate
    rebreach: Rebreach | None

    @property
    def review_on(self) -> date:
        """Return when to look again."""
        return self.checklist.review_on if self.checklist else self.restriction.review_on

    def is_due(self, today: date) -> bool:
        """Say whether somebody should look at it now: its day has come, or it waits for a signature."""
        return self.restriction.waits is not None or self.review_on <= today


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is known of the restrictions of one account: open and past, what may suggest one, what was passed over."""

    account_id: str
    row: dict[str, Any] | None
    open: tuple[Review, ...]
    past: tuple[Restriction, ...]
    suggested: tuple[Ground, ...]
    rebreach: Rebreach | None
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A review as it is and as it would be; nothing is recorded."""

    now: Review
    then: Review
    paid: Decimal | None
    shown: tuple[Proof, ...]


def queue(desk: Desk, day: Day) -> tuple[Review, ...]:
    """Return the open restrictions: those that wait for a signature first, then by the day of review."""
    found = restrictions.known(desk, day)
    asked = [each for each in found.restrictions if each.is_open]
    made = _reviews(desk, day, asked, found)
    return tuple(sorted(made, key=lambda each: (each.restriction.waits is None, each.review_on, each.restriction.id)))


def returned(desk: Desk, day: Day) -> tuple[Rebreach, ...]:
    """Return what came back after a lift, restricted again or not."""
    return _rebreaches(desk, day, restrictions.known(desk, day).restrictions)


def review(desk: Desk, day: Day, account_id: str) -> Whole:
    """Return what is known of the restrictions of one account.

    Errors: UnknownAccount where neither the book nor the ledger knows the account.
    """
    found = restrictions.known(desk, day)
    mine = found.of(account_id)
    row = day.find(account_id) if mine else day.row(account_id)
    return Whole(
        account_id,
        row,
        _reviews(desk, day, [each for each in mine if each.is_open], found),
        tuple(each for each in mine if not each.is_open),
        desk.policies.restrictions.suggested(row["signals"] or ()) if row else (),
        next(iter(_rebreaches(desk, day, mine)), None),
        tuple(each for each in found.passed if each.account_id == account_id),
    )


def what_if(
    desk: Desk,
    day: Day,
    account_id: str,
    *,
    paid: Decimal | None = None,
    shown: Sequence[Proof] = (),
    quiet_days: int | None = None,
) -> WhatIf:
    """Return the checklist, the day of review and the score as they would be; nothing is recorded.

    Args:
        desk: The desk.
        day: Its day.
        account_id: An account with one open restriction, in the book.
        paid: An amount that is paid today.
        shown: Proofs that come in and are confirmed.
        quiet_days: Days without a signal that are supposed.

    Errors: UnknownAccount; BadUse where no restriction stands on it, or an amount cannot be meant.
    """
    row = day.row(account_id)
    found = restrictions.known(desk, day)
    now = next(iter(_reviews(desk, day, [each for each in found.of(account_id) if each.is_open], found)), None)
    if now is None:
        raise BadUse(f"No restriction stands on {account_id}.", "Impose one with  deskcollect restrictions impose")
    if paid is not None and not 0 < paid < _ALL:
        raise BadUse("The amount must be above zero and below 10^15.", "Correct the amount.")
    today = desk.clock.now().date()
    known = evidence.known_of(desk, day, [account_id], found, today)
    known = replace(known, quiet={} if quiet_days is None else {account_id: quiet_days})
    known = _showing(known, now.restriction, shown)
    if paid is not None:
        known = _paying(desk, day, known, row, paid)
    checklist = evidence.of(desk, [now.restriction], known)[0]
    then = replace(now, row=known.rows.row(0, named=True), checklist=checklist)
    return WhatIf(now, then, paid, tuple(shown))


def _showing(known: Known, restriction: Restriction, shown: Iterable[Proof]) -> Known:
    """Return where facts come from after some proofs came in and were confirmed."""
    whose = owner(restriction.customer_id, restriction.account_id)
    new = {(whose, proof): Shown(Finding.CONFIRMED, known.today, "") for proof in shown}
    return replace(known, proofs={**known.proofs, **new})


def _paying(desk: Desk, day: Day, known: Known, row: dict[str, Any], paid: Decimal) -> Known:
    """Return where facts come from after a payment."""
    answer, standing = after_payment(desk, day, row["account_id"], paid)
    due = row["past_due"]
    left = None if due is None else max(Decimal(0), due - paid)
    rows = known.rows.with_columns(
        pl.lit(left).cast(known.rows.schema["past_due"]).alias("past_due"),
        pl.lit(answer.step.after, pl.Int32).alias("score"),
        pl.lit(answer.tier).cast(known.rows.schema["tier"]).alias("tier"),
        standing.accounts["dpd"].alias("dpd"),
    )
    return replace(known, rows=rows, cycles=standing.cycles)


def _reviews(desk: Desk, day: Day, asked: Sequence[Restriction], found: Folded) -> tuple[Review, ...]:
    """Return the reviews of some restrictions, in their order."""
    here = [each for each in asked if day.find(each.account_id) is not None]
    lists = {each.id: made for each, made in zip(here, evidence.looked_at(desk, day, here, found), strict=True)}
    back = {each.account_id: each for each in _rebreaches(desk, day, found.restrictions)}
    last = {reason: estimate(found.restrictions, reason) for reason in {each.reason for each in asked}}
    return tuple(
        Review(each, day.find(each.account_id), lists.get(each.id), last[each.reason], back.get(each.account_id))
        for each in asked
    )


def _rebreaches(desk: Desk, day: Day, known: Sequence[Restriction]) -> tuple[Rebreach, ...]:
    """Return what came back after a lift."""
    return rebreaches(day.table.lazy(), known, desk.policies, today=desk.clock.now().date())
