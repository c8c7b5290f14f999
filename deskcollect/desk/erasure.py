"""What is recorded of a customer taken away for good, and the holds that forbid it. Policies and books are not needed."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.clock import utc_milliseconds
from deskcollect.desk.desk import CACHE, STATE
from deskcollect.errors import BadUse, LedgerError
from deskcollect.ledger import document
from deskcollect.ledger.files.state import State
from deskcollect.ledger.privacy import erasing
from deskcollect.ledger.privacy.holds import HOLD, UNHOLD, Hold
from deskcollect.ledger.privacy.holds import holds as standing_holds
from deskcollect.ledger.privacy.vault import subjects
from deskcollect.monitoring.restrictions import KINDS, fold
from deskcollect.records import Event
from deskcollect.strategy import outcome
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.desk.keeping import Keeping

Standing = Hold  # the doors speak of a hold without knowing its room


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go. `first` and `last` are local days, None where nothing is recorded; `promises` may be kept by now."""

    customer_id: str
    records: int
    first: date | None
    last: date | None
    accounts: tuple[str, ...]
    promises: int
    restrictions: int


def plan(kept: Keeping, customer_id: str, reason: str) -> Plan:
    """Say what an erasure would take away.

    Errors: BadUse where a hold stands or the reason cannot be kept.
    """
    _fit(reason)
    erasing.refuse_held(kept.ledger, customer_id)
    told = [
        document.read(each.document(), seq=each.seq, digest=each.hash)
        for each in erasing.records_of(kept.ledger, customer_id)
    ]
    days = [each.occurred_at.astimezone(kept.settings.zone).date() for each in told]
    ours = [each for each in told if each.kind in KINDS]
    gone = {each.corrects for each in told if each.corrects}
    return Plan(
        customer_id,
        len(told),
        min(days, default=None),
        max(days, default=None),
        tuple(sorted({each.account_id for each in told} - {""})),
        sum(each.due_date is not None and each.event_id not in gone for each in told),
        sum(each.is_open for each in fold(ours, kept.settings.zone).restrictions),
    )


def erase(kept: Keeping, wanted: Plan, *, by: str, reason: str) -> int:
    """Erase what is recorded of a customer, and what the desk keeps that was made of it; return how many records that were.

    Errors: BadUse where a hold stands; LedgerError.
    """
    author = _author(kept, by)
    count = erasing.erase(kept.ledger, wanted.customer_id, author, reason=reason)
    if kept.ledger.vault is not None:
        kept.ledger.vault.destroy(*subjects(wanted.customer_id, *wanted.accounts))
    state = State(kept.folder / STATE)
    with suppress(LedgerError):  # a convenience: the records are gone whether the account view says so or not
        for account in wanted.accounts:
            state.drop_draft(account)
            state.keep_erased(account, {"on": author.at.isoformat(), "by": by})
    _forget(kept)
    return count


def finish(kept: Keeping, *, by: str) -> int:
    """Erase what an event says is erased and that is still there; return how many records that were.

    Errors: BadUse, LedgerError.
    """
    count = erasing.apply(kept.ledger, _author(kept, by))
    _forget(kept)
    return count


def waiting(kept: Keeping) -> int:
    """Return how many records another desk erased, or an erasure that was cut short, and that are still here."""
    return erasing.waiting(kept.ledger)


def unclear(kept: Keeping) -> int:
    """Return how many bytes that were cut out of the ledger are no record, so that nobody can tell of whom they are."""
    return erasing.unclear(kept.ledger)


def hold(kept: Keeping, customer_id: str, *, by: str, reason: str) -> None:
    """Forbid erasure and retention of what is recorded of a customer.

    Errors: BadUse where a hold stands already, or the reason cannot be kept; LedgerError.
    """
    standing = holds(kept).get(customer_id)
    if standing is not None:
        raise BadUse(
            f"{customer_id} is on hold already, since {standing.since:%Y-%m-%d} by {standing.by}.",
            "Nothing is to be done.",
        )
    _record(kept, customer_id, HOLD, by=by, reason=reason)


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


def _record(kept: Keeping, customer_id: str, code: str, *, by: str, reason: str) -> None:
    """Record the beginning or the end of a hold."""
    _fit(reason)
    author = _author(kept, by)
    told = Event(author.new_id(), EventKind.SYSTEM, "", customer_id, author.at, by, code, note=reason)
    kept.ledger.record(told, recorded_at=author.at)


def _author(kept: Keeping, by: str) -> erasing.Author:
    """Return who does it, now."""
    return erasing.Author(by, kept.clock.now(), lambda: kept.ledger.next_id(utc_milliseconds()))


def _fit(reason: str) -> None:
    """Refuse a reason that is none or cannot be kept. Errors: BadUse."""
    if not reason.strip():
        raise BadUse("A reason is needed: it is what remains.", "Say it with  --reason T")
    found = tuple(outcome.unfit(reason, "reason", ""))
    if found:
        raise BadUse(found[0].message, found[0].remedy, found)


def _forget(kept: Keeping) -> None:
    """Take away what the desk keeps to open faster: it is made again, without what was erased."""
    shutil.rmtree(kept.folder / CACHE, ignore_errors=True)
