"""Which old records the present rests on: what is in force on accounts of the newest book, and at the desk itself.

A record that is told of by a person's account view alone, such as a call of long ago, is none of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.desk.alerts import cases
from deskcollect.desk.cards import champion
from deskcollect.desk.decisions import offers, orders, restrictions
from deskcollect.desk.upkeep import exports
from deskcollect.ledger.privacy import erasing, holds
from deskcollect.ledger.tables import EVENTS
from deskcollect.monitoring.restrictions import KINDS
from deskcollect.vocabulary import EventKind, PromiseStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.records import Event

_OPEN = (PromiseStatus.OPEN.value, PromiseStatus.DUE.value)
_CARDS = 2  # the one that scores, and the one that a rollback goes back to
_MONTH = timedelta(days=31)
_KINDS = frozenset(EventKind)
_CODES = {
    champion.CODE,
    erasing.CODE,
    holds.HOLD,
    holds.UNHOLD,
    exports.CODE,
    offers.ORDER_CODE,
    orders.CODE,
}


class Why(StrEnum):
    """Why an old record is needed."""

    HOLD = "hold"
    PROMISE = "promise"
    RESTRICTION = "restriction"
    CASE = "case"
    MEASURE = "measure"
    STOP = "stop"
    CALLBACK = "callback"
    NUMBER = "number"
    CARD = "card"
    CORRECTION = "correction"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class InForce:
    """What is in force at a desk on a day."""

    desk: Desk
    day: Day

    def why(self, event: Event) -> Why | None:
        """Say why the present rests on a record; None where it does not."""
        if event.kind not in _KINDS or (event.kind == EventKind.SYSTEM and event.code not in _CODES):
            return Why.UNKNOWN
        if event.event_id in self._named:
            return self._named[event.event_id]
        account, owner = event.account_id, self._owner(event)
        if event.kind in KINDS and (account in self._restricted or owner in self._restricted_customers):
            return Why.RESTRICTION
        if event.kind == EventKind.ALERT:
            opened = self._opened.get(account)
            return Why.CASE if opened is not None and self._on(event) >= opened else None
        if event.kind == EventKind.CORRECTION:
            return Why.CORRECTION if self._corrects_later(event) else None
        return self._of_outcome(event, owner) if event.kind == EventKind.OUTCOME else None

    def _of_outcome(self, event: Event, owner: str) -> Why | None:
        """Say why the present rests on an outcome."""
        if event.event_id in self._withdrawn:
            return None
        code = event.code.upper()
        told = self.desk.policies.outcome(code)
        if (owner, code, self._on(event)) in self._stops:
            return Why.STOP
        if (event.account_id, _time(event.data.get("at"))) in self._callbacks:
            return Why.CALLBACK
        if told is not None and told.bad_number and owner in self._bad_numbers:
            return Why.NUMBER
        return Why.PROMISE if self._runs(event) else None

    def _runs(self, event: Event) -> bool:
        """Say whether the last instalment of a plan is still to come."""
        count = event.data.get("count")
        if type(count) is not int or event.due_date is None or event.account_id not in self._owners:
            return False
        return count * _MONTH > self.day.moment.today - event.due_date

    def _on(self, event: Event) -> date:
        """Return the local day on which something happened."""
        return event.occurred_at.astimezone(self.desk.zone).date()

    def _owner(self, event: Event) -> str:
        """Return the customer that a record is about: as it says, else as the book does."""
        return event.customer_id or self._owners.get(event.account_id, "")

    def _corrects_later(self, event: Event) -> bool:
        """Say whether a record takes another back that came here after it, as it may be after a merge."""
        found = self.desk.ledger.backend.find(EVENTS, "event_id", event.corrects)
        mine = self.desk.ledger.backend.find(EVENTS, "event_id", event.event_id)
        return bool(found and mine) and found[0].seq > mine[0].seq

    # --- what is in force, read once -------------------------------------------------------------------------------------

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        """Return the customer of each account of the newest book."""
        return dict(self.day.table.select("account_id", "customer_id").iter_rows())

    @property
    def accounts(self) -> frozenset[str]:
        """Return the accounts of the newest book."""
        return frozenset(self._owners)

    @cached_property
    def _named(self) -> Mapping[str, Why]:
        """Return the records that are needed by their ids."""
        made = self.day.conclusion.promises.filter(pl.col("status").is_in(_OPEN))
        given = (each for each in offers.known(self.desk, self.day).proposals if self._counts(each))
        return {
            **dict.fromkeys(made["event_id"], Why.PROMISE),
            **{event.event_id: Why.MEASURE for each in given for event in each.events},
            **{each.event_id: Why.CASE for each in cases.suppressions(self.desk, self.day)},
            **{each.event_id: Why.CARD for each in self.desk.shelf.promotions()[-_CARDS:]},
        }

    def _counts(self, given: offers.Proposal) -> bool:
        """Say whether a proposal is open, or was carried out so lately that it may not be given again."""
        again = given.again_on
        return given.is_open or (again is not None and again > self.day.moment.today)

    @cached_property
    def _standing(self) -> tuple[restrictions.Restriction, ...]:
        """Return the restrictions that are open."""
        return tuple(each for each in restrictions.known(self.desk, self.day).restrictions if each.is_open)

    @cached_property
    def _restricted(self) -> frozenset[str]:
        """Return the accounts with an open restriction, also those that left the book."""
        return frozenset(each.account_id for each in self._standing)

    @cached_property
    def _restricted_customers(self) -> frozenset[str]:
        """Return the customers of these: what was found of a proof counts for all accounts of a customer."""
        return frozenset(each.customer_id for each in self._standing) - {""}

    @cached_property
    def _opened(self) -> Mapping[str, date]:
        """Return the accounts with an open case, and since when."""
        return dict(self._rows("case_opened_on", "account_id", "case_opened_on"))

    @cached_property
    def _stops(self) -> frozenset[tuple[str, str, date]]:
        """Return what stops work, by customer, code and day."""
        return frozenset(self._rows("hold_code", "customer_id", "hold_code", "hold_on"))

    @cached_property
    def _callbacks(self) -> frozenset[tuple[str, datetime]]:
        """Return the callbacks that were asked for and are not done."""
        return frozenset(self._rows("callback_at", "account_id", "callback_at"))

    @cached_property
    def _bad_numbers(self) -> frozenset[str]:
        """Return the customers with a number that was found bad."""
        bad = self.day.table.filter(pl.col("bad_number_count") > 0)
        return frozenset(bad["customer_id"])

    @cached_property
    def _withdrawn(self) -> frozenset[str]:
        """Return the records that were taken back."""
        return self.desk.withdrawn()

    def _rows(self, known: str, *names: str) -> Iterator[Any]:
        """Return some columns of the accounts of which one is known."""
        return self.day.table.filter(pl.col(known).is_not_null()).select(names).iter_rows()


def _time(told: object) -> datetime | None:
    """Return a time that a record tells."""
    try:
        return told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    except ValueError:
        return None
