"""One desk: a folder with settings, policies, snapshots and a ledger, and what the program makes of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames, settings
from deskcollect.clock import Clock, utc_milliseconds
from deskcollect.desk import books, standings
from deskcollect.desk.alerts import watched
from deskcollect.desk.cards.champion import Shelf
from deskcollect.desk.day import Day, counted_anew, spliced
from deskcollect.desk.decisions import instead
from deskcollect.desk.feeds import fed
from deskcollect.desk.pipeline import Conclusion, Moment, Standing, conclude, of_customers, remember
from deskcollect.desk.summary import summary
from deskcollect.desk.upkeep import keys
from deskcollect.errors import BadBook, BadUse
from deskcollect.ledger.files.state import State
from deskcollect.ledger.store import Ledger, open_ledger
from deskcollect.monitoring import alerts, signals
from deskcollect.policy import load as policy_files
from deskcollect.portfolio import book, rejected, snapshots
from deskcollect.records import Decided, Entry, Event, Excess, Issue, Receipt, ScoreStep
from deskcollect.scoring import feedback, score
from deskcollect.strategy import outcome
from deskcollect.vocabulary import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.policy.model import Policies
    from deskcollect.scoring.card import Card
    from deskcollect.settings import Settings

SNAPSHOTS = "snapshots"
POLICIES = "policies"
LEDGER = "ledger"
STATE = "state.json"
CACHE = "cache"
SET_ASIDE = "set-aside"
WEEK = timedelta(days=7)
_TAKEN_BACK = (EventKind.OUTCOME, EventKind.ALERT)


@dataclass(frozen=True, slots=True)
class Moved:
    """The way of an account's score, and its row before and after."""

    step: ScoreStep
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a record did: the proof that it is on disk, and the day after it. An account that left the book moves not."""

    receipt: Receipt
    event: Event
    day: Day
    moved: Moved | None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: new, already_here, inserted, replaced or dry_run; and how accounts moved (Changes)."""

    outcome: str
    book: book.Book
    changes: pl.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """Return how many accounts changed, by portfolio.changes.KINDS."""
        return books.counted(self.changes)


class Desk:
    """A desk that is open. Reading never locks; each record locks for an instant."""

    def __init__(self, folder: Path, told: Settings, policies: Policies, ledger: Ledger, clock: Clock) -> None:
        self.folder = folder
        self.settings = told
        self.written = policies  # as the files have them
        self.ledger = ledger
        self.clock = clock
        self.shelf = Shelf(folder, ledger)
        self.state = State(folder / STATE)
        self.zone = told.zone

    @property
    def card(self) -> Card:
        """The card that scores; what another program at this desk promotes is seen at the next load.

        Errors: BadCard when the card that was promoted is gone or damaged.
        """
        return self.shelf.current()

    @property
    def policies(self) -> Policies:
        """The policies, with the weights of recorded facts that the card learnt at this desk.

        Errors: BadCard when the card that was promoted is gone or damaged.
        """
        return feedback.learnt(self.written, self.card)

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()

    @property
    def dates(self) -> tuple[date, ...]:
        """Return the dates of the books this desk has, oldest first."""
        return snapshots.dates(self.folder / SNAPSHOTS)

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days on which there is something to look at, oldest first: of books and, after the first, day's files."""
        return snapshots.days(self.folder / SNAPSHOTS)

    def load(self) -> Day:
        """Read the newest book and the ledger, and conclude.

        Errors: BadUse when there is no book yet; BadBook when a snapshot is damaged.
        """
        with snapshots.readable(self.folder / SNAPSHOTS):
            return self._load()

    def _load(self) -> Day:
        """Read and conclude."""
        dates = self.dates
        if not dates:
            raise BadUse("This desk has no book yet.", "Give it one with  deskcollect import BOOK")
        now = self.clock.now()
        at = Moment(dates[-1], now.date(), now)
        self.shelf.forget()
        days = self.days
        standing = self.standing(days[-1])
        seen = watched.of_desk(self, days, standing)
        result = conclude(standing, self.ledger.events(self.zone), self.policies, at, watched=seen)
        listed = alerts.held_back(result.worklist, self.policies)
        table = listed.with_columns(self._week_ago(listed, at, standing))
        silent = signals.silent(self.policies, fed(standing.present | standing.streamed, standing.feeds, len(dates)))
        counted = summary(table, self.settings.currency, self.policies)
        aside = partial(rejected.find, self.folder / SET_ASIDE, at.as_of)
        return Day(at, standing, dataclass_replace(result, worklist=table), counted, silent, aside)

    def standing(self, day: date, held: Standing | None = None) -> Standing:
        """Return what the newest book up to a day says, with what its books and day's files tell of the time up to that day.

        What is `held` of another day of its book is not read again.
        Errors: BadBook when a file is not what was written; it is compared where nothing of it is kept in the cache.
        """
        return standings.kept(self, day, held)

    def _week_ago(self, table: pl.DataFrame, at: Moment, newest: Standing) -> pl.Series:
        """Return each account's score with the book and the ledger as they were seven days before today.

        A desk that had no book then is seen as if it had had the newest: what moved is what was recorded since.
        """
        day = at.today - WEEK
        books = [known for known in self.dates if known <= day] or [at.as_of]
        then = newest if books[-1] == at.as_of else self.standing(books[-1])
        events = self.ledger.events(self.zone).filter(pl.col("occurred_on") <= day)
        *_, effects = remember(then, events, self.policies, Moment(books[-1], day, at.now - WEEK))
        totals = feedback.totals(frames.Effects(effects.lazy()), self.policies)
        old = score.scores(frames.Points(then.accounts.lazy()), totals).select("account_id", score_week_ago="score")
        if then is newest:
            return old.collect()["score_week_ago"]
        return frames.add(table.lazy().select("account_id"), old).collect()["score_week_ago"]

    # --- recording -------------------------------------------------------------------------------------------------------

    def findings(self, entry: Entry) -> tuple[Issue, ...]:
        """Return what keeps an entry from being recorded."""
        return (*outcome.findings(entry, self.policies, now=self.clock.now()), *keys.refused(self, entry.note))

    def excess(self, day: Day, entry: Entry) -> Excess | None:
        """Return what an entry agrees beyond what the account owes.

        Errors: UnknownAccount.
        """
        return outcome.excess(entry, day.row(entry.account_id))

    def preview(self, day: Day, entry: Entry) -> ScoreStep:
        """Return what recording an entry would do to the score; nothing is written."""
        row = day.row(entry.account_id)
        event = self._event(row, entry)
        told = self.ledger.events_with(self.zone, [event])
        return _step(day, self._again(day, [row["customer_id"]], told), entry.account_id, self.policies)

    def record(self, day: Day, entry: Entry) -> Recorded:
        """Write an entry to the ledger and conclude anew for its customer.

        An entry with the id of a record that says the same is that record: it is not written again.

        Errors: BadUse with the findings; UnknownAccount; LedgerError when nothing could be written.
        """
        known = self.ledger.get(entry.event_id) if entry.event_id else None
        if known is not None and outcome.repeats(entry, known):
            return self._write(day, known, known.occurred_at)
        found = self.findings(entry)
        if found:
            raise BadUse(found[0].message, found[0].remedy, found)
        row = day.row(entry.account_id)
        event = self._event(row, entry)
        return self._write(day, event, event.occurred_at)

    def undo(self, day: Day, event_id: str, *, by: str, reason: str = "") -> Recorded:
        """Withdraw a record by a correcting event; both stay in the history.

        Errors: BadUse when there is none, it ends otherwise, is withdrawn already, or the reason cannot be kept; LedgerError.
        """
        wrong = self.ledger.get(event_id)
        instead.refuse(self, day, wrong)
        if wrong is None or wrong.kind not in _TAKEN_BACK:
            raise instead.no_record(event_id)
        found = (*outcome.unfit(reason, "reason", wrong.account_id), *keys.refused(self, reason, "reason"))
        if found:
            raise BadUse(found[0].message, found[0].remedy, found)
        decided = Decided(policy_hash=self.policies.hash, card=self.card.stamp)
        correction = outcome.correction(
            wrong, self.ledger.next_id(utc_milliseconds()), by=by, reason=reason, now=self.clock.now(), decided=decided
        )
        if event_id in self.withdrawn():
            raise BadUse("That record is withdrawn already.", "Nothing is to be done.")
        return self._write(day, correction, wrong.occurred_at)

    def last_record(self, by: str) -> Event | None:
        """Return the newest record of a person at this desk that still stands."""
        kinds = [kind.value for kind in _TAKEN_BACK]
        stands = pl.col("kind").is_in(kinds) & ~pl.col("withdrawn")
        told = self.ledger.events(self.zone).filter(stands & (pl.col("by") == by)).sort("seq", descending=True)
        newest = (self.ledger.get(event_id) for event_id in told.select("event_id").collect()["event_id"])
        return next((each for each in newest if each and not each.elsewhere), None)

    def comes_up(self, entry: Entry) -> date | None:
        """Return when an account comes up again after an entry, None if the entry does not say."""
        found = self.policies.outcome(entry.code)
        return None if found is None else outcome.next_on(entry, found, now=self.clock.now())

    def withdrawn(self) -> frozenset[str]:
        """Return the ids of all records that were taken back."""
        return frozenset(self.ledger.events(self.zone).filter("withdrawn").collect()["event_id"])

    def saved_today(self, by: str) -> int:
        """Return how many standing records a person made today."""
        mine = frames.stands() & (pl.col("by") == by) & (pl.col("occurred_on") == self.clock.today())
        return int(self.ledger.events(self.zone).filter(mine).select(pl.len()).collect().item())

    def _event(self, row: dict[str, Any], entry: Entry) -> Event:
        """Return the event of an entry, stamped with what the program believes."""
        return outcome.event(
            entry,
            self.policies,
            event_id=self.ledger.next_id(utc_milliseconds()),
            customer_id=row["customer_id"],
            currency=row["currency"] or "",
            now=self.clock.now(),
            decided=Decided(self.policies.hash, row["treatment"], row["card"], row["score"]),
        )

    def anew(self, day: Day, customer_ids: Sequence[str]) -> Day:
        """Return the day with the accounts of some customers concluded anew."""
        if not len(day.customers(customer_ids)):
            return day
        return spliced(day, self._again(day, customer_ids, self.ledger.events(self.zone)), self.policies)

    def _write(self, day: Day, event: Event, concerns: datetime) -> Recorded:
        """Record an event durably, then conclude anew for its customer, who may have accounts without this one.

        Args:
            day: the day it is recorded on.
            event: what is recorded.
            concerns: when that happened which is told or taken back.
        """
        now = self.clock.now()
        receipt = self.ledger.record(event, recorded_at=now)
        happened_on = concerns.astimezone(self.zone).date()
        told = self.ledger.events(self.zone)
        if happened_on < now.date():  # the desk's rates count the days before today
            day = counted_anew(day, told, self.policies, Moment(day.moment.as_of, now.date(), now))
        row = day.find(event.account_id)
        customer = event.customer_id if row is None else row["customer_id"]
        if not len(day.customer(customer)):
            return Recorded(receipt, event, day, None)
        past = watched.of_desk(self, self.days).past if happened_on < day.moment.as_of else None
        after = self._again(day, [customer], told, past)
        if happened_on <= now.date() - WEEK:
            old = self._week_ago(after.worklist, day.moment, day.standing.at(day.customer(customer)))
            after = dataclass_replace(after, worklist=after.worklist.with_columns(old))
        new = spliced(day, after, self.policies)
        if row is None:
            return Recorded(receipt, event, new, None)
        step = _step(day, after, event.account_id, self.policies)
        return Recorded(receipt, event, new, Moved(step, row, new.row(event.account_id)))

    def _again(
        self, day: Day, customer_ids: Sequence[str], told: pl.LazyFrame, past: pl.DataFrame | None = None
    ) -> Conclusion:
        """Conclude for the accounts of some customers at the present; `past` is what was seen, if that is not as it was."""
        rows = day.customers(customer_ids)
        now = self.clock.now()
        at = Moment(day.moment.as_of, now.date(), now)
        ids = day.table["account_id"].gather(rows)
        events = of_customers(told, customer_ids, ids)
        seen = watched.of_accounts(self, day.conclusion.seen if past is None else past, ids, day.standing.seen_until)
        result = conclude(day.standing.at(rows), events, self.policies, at, day.conclusion.rates, seen)
        table = result.worklist.with_columns(day.table["score_week_ago"].gather(rows))
        return dataclass_replace(result, worklist=alerts.still_held_back(table, day.table[rows]))

    # --- books -----------------------------------------------------------------------------------------------------------

    def import_book(self, read: book.Book, *, replace: bool = False, dry_run: bool = False) -> Imported:
        """Keep a book as a snapshot and say what changed since the one before it.

        Errors: BadUse when the date is there with other content and `replace` is not set.
        """
        folder = self.folder / SNAPSHOTS
        earlier = [day for day in self.dates if day < read.as_of]
        with snapshots.readable(folder):
            moved = books.moved(folder, earlier, read, self.policies)
        if dry_run:
            return Imported("dry_run", read, moved)
        saved = snapshots.save(folder, read, replace=replace, imported_at=self.clock.now())
        rejected.keep(self.folder / SET_ASIDE, read)
        return Imported(saved.outcome, read, moved)


def _step(day: Day, after: Conclusion, account_id: str, policies: Policies) -> ScoreStep:
    """Return the way of one account's score from a day to a conclusion."""
    mine = pl.col("account_id") == account_id
    before, now = (
        feedback.Basis(int(c.worklist.filter(mine)["card_milli"][0]), tuple(c.effects.filter(mine).to_dicts()))
        for c in (day.conclusion, after)
    )
    return feedback.step(before, now, policies)


def open_desk(folder: Path, clock: Clock | None = None) -> Desk:
    """Open the desk in a folder.

    Errors: NoDesk, BadSettings, BadPolicy, LedgerError.
    """
    told = settings.read(folder)
    policies = policy_files.load(folder / POLICIES)
    ledger = open_ledger(folder / LEDGER, told.desk_id)
    keys.give(ledger, folder, told)
    desk = Desk(folder, told, policies, ledger, clock or Clock(told.zone))
    if clock is None and told.demo and desk.dates:
        with suppress(BadBook):  # a day's file that is damaged is told of where it is read
            desk.clock = Clock.pinned(desk.days[-1], told.zone, after=_last_record(desk))
    return desk


def _last_record(desk: Desk) -> datetime | None:
    """Return when the newest record of a desk was made."""
    last = desk.ledger.events(desk.zone).select(pl.col("occurred_at").max()).collect().item()
    return last if last is None else last.astimezone(desk.zone)
