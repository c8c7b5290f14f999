"""What is recorded of a customer taken away for good, and the holds that forbid it. Policies and books are not needed."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.clock import utc_milliseconds
from deskcollect.desk.desk import CACHE, STATE
from deskcollect.desk.team.joining import called
from deskcollect.errors import BadUse, LedgerError, NotRecorded
from deskcollect.ledger import document
from deskcollect.ledger.files.state import State
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.holds import HOLD, UNHOLD, Hold
from deskcollect.ledger.privacy.holds import holds as standing_holds
from deskcollect.monitoring.restrictions import KINDS, fold
from deskcollect.records import Event
from deskcollect.strategy import outcome
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.upkeep.keeping import Keeping

Standing = Hold  # the doors speak of a hold without knowing its room


@dataclass(frozen=True, slots=True)
class Asked:
    """Who erased, at which desk, when and why; at their word `records` go. `desk` is empty where it was begun here."""

    desk: str
    by: str
    on: date
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How many records stay for the hold on a customer, and since when it stands."""

    customer_id: str
    since: date
    by: str
    records: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go. `first` and `last` are local days, None where nothing is recorded; `promises` may be kept by now.

    `customer_id` is empty where what was begun is finished: `asked` says by whom. `kept` stay.
    """

    customer_id: str
    records: int
    first: date | None
    last: date | None
    customers: tuple[str, ...]
    accounts: tuple[str, ...]
    promises: int
    restrictions: int
    asked: tuple[Asked, ...]
    kept: tuple[Kept, ...]
    reason: str
    inner: erasing.Plan


def plan(kept: Keeping, customer_id: str, reason: str) -> Plan:
    """Say what an erasure would take away.

    Errors: BadUse where a hold stands or the reason cannot be kept.
    """
    _fit(reason)
    found = laid_out(kept, erasing.of_customer(kept.ledger, _named(kept, customer_id)), reason)
    if any(each in reason for each in (*found.customers, *found.accounts)):
        raise BadUse(
            "The reason names the customer or an account, and it is what remains.", "Say why without names and numbers."
        )
    return found


def unfinished(kept: Keeping) -> Plan:
    """Say what was to be erased, here or at other desks, and is still there.

    Errors: BadUse, LedgerError.
    """
    return laid_out(kept, erasing.unfinished(kept.ledger), "")


def laid_out(kept: Keeping, inner: erasing.Plan, reason: str) -> Plan:
    """Return a plan as a person looks at it."""
    told = [document.read(r.document(), seq=r.seq, digest=r.hash) for r in (each.record for each in inner.going)]
    days = [_day(kept, each.occurred_at) for each in told]
    ours = [each for each in told if each.kind in KINDS]
    gone = {each.corrects for each in told if each.corrects}
    words = Counter(each.word for each in inner.going if each.word)
    holds_met = Counter(hold for _, hold in inner.kept)
    return Plan(
        inner.customer_id,
        len(told),
        min(days, default=None),
        max(days, default=None),
        tuple(sorted({each.customer_id for each in told} - {""})),
        tuple(sorted({each.account_id for each in told} - {""})),
        sum(each.due_date is not None and each.event_id not in gone for each in told),
        sum(each.is_open for each in fold(ours, kept.settings.zone).restrictions),
        tuple(
            Asked(called(kept, word.desk) if word.desk else "", word.by, _day(kept, word.at), word.reason, count)
            for word, count in words.items()
        ),
        tuple(Kept(hold.customer_id, _day(kept, hold.since), hold.by, count) for hold, count in holds_met.items()),
        reason,
        inner,
    )


def carry_out(kept: Keeping, wanted: Plan, *, by: str) -> int:
    """Erase what a plan says, and what the desk keeps that was made of it; return how many records that were.

    Errors: BadUse, LedgerError. After any of them the same is done again.
    """
    author = _author(kept, by)

    def meanwhile() -> None:
        _forget_forms(kept, wanted.accounts, author)
        _forget(kept)

    count = erasing.carry_out(kept.ledger, wanted.inner, author, reason=wanted.reason, meanwhile=meanwhile)
    _forget(kept)  # a program that is open may have written it anew
    return count


def waiting(kept: Keeping | Desk) -> int:
    """Return how many records another desk erased, or an erasure that was cut short, and that are still here."""
    return erasing.waiting(kept.ledger)


def unclear(kept: Keeping) -> int:
    """Return how many bytes that were cut out of the ledger are no record, so that nobody can tell of whom they are."""
    return erasing.unclear(kept.ledger)


def hold(kept: Keeping, customer_id: str, *, by: str, reason: str) -> bool:
    """Forbid erasure and retention of what is recorded of a customer; say whether anything is.

    Errors: BadUse where a hold stands already, an account is named, or the reason cannot be kept; LedgerError.
    """
    customer_id = _named(kept, customer_id)
    standing = holds(kept).get(customer_id)
    if standing is not None:
        raise BadUse(
            f"{customer_id} is on hold already, since {standing.since:%Y-%m-%d} by {standing.by}.",
            "Nothing is to be done.",
        )
    is_known = bool(kept.ledger.history(customer=customer_id, limit=1))
    _record(kept, customer_id, HOLD, by=by, reason=reason)
    return is_known


def release(kept: Keeping, customer_id: str, *, by: str, reason: str) -> None:
    """End a hold.

    Errors: BadUse where none stands, or the reason cannot be kept; LedgerError.
    """
    if customer_id not in holds(kept):
        raise BadUse(f"{customer_id} is on no hold.", "See those that are with  deskcollect ledger holds")
    _record(kept, customer_id, UNHOLD, by=by, reason=reason)


def holds(kept: Keeping) -> dict[str, Standing]:
    """Return the holds that stand, by customer."""
    return standing_holds(kept.ledger)


def _named(kept: Keeping, customer_id: str) -> str:
    """Return the customer that is meant. Errors: BadUse where nobody is, or an account is named instead."""
    customer_id = customer_id.strip()
    if not customer_id:
        raise BadUse("Nobody is named.", "Give the lender's number of the customer.")
    if not kept.ledger.history(customer=customer_id, limit=1):
        whose = {each.customer_id for each in kept.ledger.history(account=customer_id)} - {""}
        if whose:
            raise BadUse(
                f"{customer_id} is an account, of customer {', '.join(sorted(whose))}.", "Name the customer instead."
            )
    return customer_id


def _record(kept: Keeping, customer_id: str, code: str, *, by: str, reason: str) -> None:
    """Record the beginning or the end of a hold."""
    _fit(reason)
    author = _author(kept, by)
    told = Event(author.new_id(), EventKind.SYSTEM, "", customer_id, author.at, by, code, note=reason)
    kept.ledger.record(told, recorded_at=author.at)


def _author(kept: Keeping, by: str) -> erasing.Author:
    """Return who does it, now."""
    return erasing.Author(by, kept.clock.now(), lambda: kept.ledger.next_id(utc_milliseconds()))


def _day(kept: Keeping, moment: datetime) -> date:
    """Return the local day of a moment."""
    return moment.astimezone(kept.settings.zone).date()


def _fit(reason: str) -> None:
    """Refuse a reason that is none or cannot be kept. Errors: BadUse."""
    if not reason.strip():
        raise BadUse("A reason is needed: it is what remains.", "Say it with  --reason T")
    found = tuple(outcome.unfit(reason, "reason", ""))
    if found:
        raise BadUse(found[0].message, found[0].remedy, found)


def _forget_forms(kept: Keeping, accounts: Sequence[str], author: erasing.Author) -> None:
    """Throw away the forms that are not saved of some accounts, and note there that records were erased.

    Errors: NotRecorded.
    """
    state = State(kept.folder / STATE)
    try:
        for account in accounts:
            state.drop_draft(account)
            state.keep_erased(account, {"on": author.at.isoformat(), "by": author.by})
    except LedgerError as error:
        raise NotRecorded(
            f"The erasure is not finished: a form that is not saved could not be thrown away. {error.message}",
            f"{error.remedy} Then  deskcollect ledger erase --finish",
        ) from error


def _forget(kept: Keeping) -> None:
    """Take away what the desk keeps to open faster: it is made again, without what was erased."""
    shutil.rmtree(kept.folder / CACHE, ignore_errors=True)
