"""What all screens of one run share: the open desk, the day, who sits here, what was said in the message line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from deskcollect import desk_toml
from deskcollect.errors import BadUse, Busy, Damaged, DeskError, Fork, LedgerError
from deskcollect.present import glyphs
from deskcollect.present.account import AccountWords
from deskcollect.present.clean import clean
from deskcollect.present.dates import day as dated
from deskcollect.present.head import TitleFacts
from deskcollect.present.numbers import money
from deskcollect.present.rows import RowWords
from deskcollect.present.seen import seen_to
from deskcollect.present.shapes import UNICODE, Glyphs
from deskcollect.present.voice import Voice
from deskcollect.tui import keys
from deskcollect.tui.endings import Endings
from deskcollect.tui.memory import Memory
from deskcollect.tui.team import Team

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    import polars as pl

    from deskcollect.case import Refusal
    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk, Recorded
    from deskcollect.desk.summary import Summary
    from deskcollect.present.incentives import IncentiveWords
    from deskcollect.present.restrictions import RestrictionWords
    from deskcollect.records import Event
    from deskcollect.tui.decision_form import Did
    from deskcollect.tui.form import Form
    from deskcollect.vocabulary import Role

Kind = Literal["done", "warning", "error", "info"]
_MONEY_LEAST, _MONEY_MOST = 10, 16
_GRAVEST = 12
_WHO = 40
_NOTHING, _NOTHING_ELSE = "Nothing was recorded: ", " Nothing was recorded."
_STATES = {Busy: "busy", Damaged: "damaged", Fork: "forked"}


@dataclass(frozen=True, slots=True)
class Message:
    """One line of the message line. `at` is None before the desk and its clock are open."""

    at: datetime | None
    kind: Kind
    text: str


@dataclass
class Session:
    """State of one run. Screens read it and change it only through the methods here.

    `form` is the form that is being filled; it is kept when the desk stops. `seen` is the newest record of the ledger
    that the day knows of, `own` the ids that were recorded here. `stray` is the first try of the form that was recorded
    last, if that got into the ledger too: it is the next to be taken back.
    """

    open: Callable[[], Desk]
    by: str = ""
    glyphs: Glyphs = UNICODE
    desk: Desk | None = None
    day: Day | None = None
    messages: list[Message] = field(default_factory=list)
    ledger: str = "ok"
    keymap: keys.Keymap = keys.USUAL
    themes: tuple[str, ...] = ()
    form: Form | None = None
    seen: int = 0
    own: set[str] = field(default_factory=set)
    stray: Event | None = None
    team: Team = field(default_factory=Team)
    endings: Endings = field(default_factory=Endings)
    _refused: tuple[tuple[Refusal, ...], Message | None] = ((), None)
    _asked: tuple[tuple[str, tuple[str, ...]], Mapping[str, str]] | None = None
    _rows: RowWords | None = None
    _gravest: pl.DataFrame | None = None
    _restricted: tuple[Day | None, int] = (None, 0)

    def start(self, desk: Desk, day: Day, seen: int) -> None:
        """Take the desk that was opened, its day, and the number of the last record that the day knows."""
        self.desk = desk
        self.by = self.by or desk.settings.me
        self.glyphs = glyphs.choose(desk.settings.glyphs)
        self.keymap = keys.read(desk.settings.keys)
        self.take(day, seen)

    def take(self, day: Day, seen: int) -> None:
        """Take a new day."""
        self.day = day
        self.seen = seen
        self._rows = None
        self._gravest = None

    def recorded(self, done: Recorded, seen: int) -> None:
        """Take what a record did; `seen` is as it was when the record was begun.

        What others recorded since then, its day does not know, though it may have been shown meanwhile: it is looked at
        again. Another book that was read meanwhile stays, and the record is looked at like one of theirs.
        """
        self.ledger = "ok"
        self.stray = None
        if done.day.moment.as_of != self.opened[1].moment.as_of:
            self.seen = min(seen, self.seen)
            return
        self.own.add(done.event.event_id)
        self.take(done.day, seen)

    def settled(self, done: Did, seen: int) -> None:
        """Take what a decision did; as with a record, `seen` is as it was when it was begun."""
        self.ledger = "ok"
        if done.day.moment.as_of != self.opened[1].moment.as_of:
            self.seen = min(seen, self.seen)
            return
        self.own.update(event.event_id for event in done.events)
        self.take(done.day, seen)

    # --- a decision about cases that was not saved, and one that was refused ---------------------------------------------------

    def asked(self, about: str, account_ids: Sequence[str]) -> Mapping[str, str]:
        """Return what was typed to decide the same about the same accounts and not saved."""
        return self._asked[1] if self._asked and self._asked[0] == (about, tuple(account_ids)) else {}

    def keep_asked(self, about: str, account_ids: Sequence[str], values: Mapping[str, str]) -> None:
        """Keep what was typed until the desk is left."""
        self._asked = (about, tuple(account_ids)), dict(values)

    def forget_asked(self) -> None:
        """Forget it: it was saved."""
        self._asked = None

    def keep_refused(self, refused: Sequence[Refusal]) -> None:
        """Keep which cases refused, as long as the message that says so is the newest."""
        self._refused = tuple(refused), self.messages[-1] if self.messages else None

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Return the cases that refused, while the message line says so."""
        told, message = self._refused
        return told if self.messages and self.messages[-1] is message else ()

    # --- the run -----------------------------------------------------------------------------------------------------------

    @property
    def opened(self) -> tuple[Desk, Day, Summary]:
        """Return desk, day and figures once they are there."""
        assert self.desk is not None
        assert self.day is not None
        return self.desk, self.day, self.day.summary

    @property
    def memory(self) -> Memory:
        """Return what is remembered of the person who sits here."""
        return Memory(self.opened[0], self.by)

    @property
    def unsaved(self) -> bool:
        """Tell whether a form is half filled."""
        return self.form is not None and self.form.typed

    def keep_form(self) -> None:
        """Keep a form that is half filled."""
        if self.form is not None and self.form.typed:
            self.form.keep()

    def knows(self, account_id: str) -> bool:
        """Tell whether the book that is shown holds an account."""
        return self.opened[1].table["account_id"].index_of(account_id) is not None

    def other_book(self) -> date | None:
        """Return the date of the desk's newest book if that is not the one shown.

        None too while no book can be found: one that is being replaced is gone for an instant.
        """
        desk, day, _ = self.opened
        try:
            newest = desk.dates[-1:]
        except OSError:
            return None
        return next((book for book in newest if book != day.moment.as_of), None)

    def other_day(self) -> date | None:
        """Return the newest day that a book or a day's file tells of if that is not what is shown; None if nobody can tell."""
        desk, day, _ = self.opened
        try:
            newest = desk.days[-1:]
        except (OSError, DeskError):
            return None
        return next((told for told in newest if told != day.standing.seen_until), None)

    # --- words -------------------------------------------------------------------------------------------------------------

    @property
    def voice(self) -> Voice:
        """Return the sentences of the desk's policy on its day."""
        return self.rows().voice

    def rows(self) -> RowWords:
        """Return the words of worklist rows; they are made once a day."""
        if self._rows is None:
            desk, day, counted = self.opened
            voice = Voice(desk.policies, day.moment.today, dict.fromkeys(counted.whole, 0), desk.zone)
            largest = day.table.select("past_due").max().item()
            wide = max((_MONEY_LEAST, *(len(money(largest, voice.digits(code))) for code in counted.currencies)))
            self._rows = RowWords(voice, self.glyphs, min(wide, _MONEY_MOST), len(counted.currencies))
        return self._rows

    def gravest(self, count: int) -> pl.DataFrame:
        """Return the rows with the highest alert levels; they are looked for once a day."""
        from deskcollect.desk.summary import gravest_alerts

        if self._gravest is None:
            self._gravest = gravest_alerts(self.opened[1].table, _GRAVEST)
        return self._gravest.head(count)

    @property
    def restricted(self) -> int:
        """Return how many restrictions are open; they are counted once a day."""
        from deskcollect.desk.decisions.restrictions import known

        if self._restricted[0] is not self.day:
            self._restricted = self.day, sum(each.is_open for each in known(*self.opened[:2]).restrictions)
        return self._restricted[1]

    def restrictions(self) -> RestrictionWords:
        """Return the words of restrictions."""
        from deskcollect.present.restrictions import RestrictionWords

        return RestrictionWords(self.voice, self.opened[0].policies, self.opened[0].zone)

    def incentives(self) -> IncentiveWords:
        """Return the words of incentives and consequences."""
        from deskcollect.present.incentives import IncentiveWords

        desk, _, _ = self.opened
        return IncentiveWords(self.voice, desk.policies, desk.zone)

    def accounts(self) -> AccountWords:
        """Return the words of the account view."""
        return AccountWords(self.voice, self.glyphs, self.opened[0].zone)

    def standing(self) -> TitleFacts:
        """Return what the title line tells."""
        if self.desk is None or self.day is None:
            return TitleFacts(demo=False, as_of=None, now=None, saved=0, ledger="…", who=self.by)
        moment, standing = self.day.moment, self.day.standing
        return TitleFacts(
            demo=self.desk.settings.demo,
            as_of=self.day.moment.as_of,
            now=self.desk.clock.now(),
            saved=self.desk.saved_today(self.by),
            ledger=self.ledger,
            who=self.by,
            further=seen_to(moment.as_of, standing.seen_until, standing.streamed, moment.today),
        )

    # --- what was said -----------------------------------------------------------------------------------------------------

    def gone(self, account_id: str, name: str = "") -> str:
        """Return what to say of an account that the book before held and this one does not."""
        moment = self.opened[1].moment
        who = clean(f"{account_id} {name}", limit=_WHO).strip()
        return f"{who} is not in the book of {dated(moment.as_of, moment.today)} any more."

    def say(self, kind: Kind, text: str) -> None:
        """Keep a message of today; the newest stands in the message line."""
        self.messages.append(Message(self.desk.clock.now() if self.desk else None, kind, text))

    def refuse(self, error: DeskError) -> None:
        """Say what could not be done, and what to do."""
        self.say("error", f"{self.refusal(error)} {error.remedy}".strip())

    def refusal(self, error: DeskError) -> str:
        """Return what happened; where nothing was recorded it says so first, and the title line shows it."""
        if not isinstance(error, LedgerError):
            return error.message
        self.ledger = _STATES.get(type(error), "not writable")
        return f"NOT RECORDED: {error.message.removeprefix(_NOTHING).removesuffix(_NOTHING_ELSE)}"

    def say_twice(self, first: Event) -> None:
        """Say that the first try of a form, which was changed since, got into the ledger too."""
        self.stray = first
        self.own.add(first.event_id)
        self.say("warning", "The first try of this form is in the ledger too: u takes it back")

    # --- who sits here -----------------------------------------------------------------------------------------------------

    def name_person(self, who: str, role: Role) -> None:
        """Take who sits here and write it into desk.toml, so that it is asked once.

        Errors: BadUse when the file cannot be read or written; the name holds for this run.
        """
        desk, _, _ = self.opened
        self.by = who
        desk.settings = desk_toml.with_person(desk.settings, who, role)
        try:
            desk.settings = desk_toml.add_person(desk.folder, who, role)
        except OSError as error:
            reason = error.strerror or "the file cannot be written"
            raise BadUse(f"The name was not kept in desk.toml: {reason}.", "It holds until you leave.") from error
