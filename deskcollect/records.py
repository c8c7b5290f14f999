"""Single things that cross rooms. Tables that cross rooms are in frames.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from deskcollect.vocabulary import AlertLevel, Channel, Direction, EventKind, Owed, PromiseStatus, Severity

EVENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands. `line` counts from 1 as an editor does; for a sheet it is the row."""

    file: str = ""
    table: str = ""
    line: int | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding in a user's data or policy, with its remedy.

    `code` groups findings of one kind. `set_aside` says that the row does not take part. `message` never holds a
    whole row of a person's data.
    """

    severity: Severity
    code: str
    message: str
    remedy: str
    place: Place = field(default_factory=Place)
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The line on which an event was first written: desk, number, hash.

    Of an event that came from another desk also what that line was tied to (`prev`) and which part of its batch it was,
    so that the line can be put together again and proved; and `written_as`, the desk id that stands in it where the desk
    has been given another since.
    """

    desk: str
    seq: int
    hash: str
    prev: str = ""
    part: tuple[int, int] = (1, 1)
    written_as: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the program believed when the event was recorded."""

    policy_hash: str = ""
    rule: str = ""
    card: str = ""
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, never changed afterwards; a correction is an event that names another in `corrects`.

    `occurred_at` is aware, with the desk's offset; `recorded_at` is UTC. `amount` is exact. `contact_point` names the
    kind of number or address (mobile, work), never the number. `data` holds what only this kind or code needs:
    `count` of instalments, `at` of a callback, `next_on` and `next_at`, `reason`, `sent_as`. `unknown` keeps fields
    of a newer version so that they are passed on.
    """

    event_id: str
    kind: EventKind | str
    account_id: str
    customer_id: str
    occurred_at: datetime
    by: str
    code: str = ""
    amount: Decimal | None = None
    currency: str = ""
    due_date: date | None = None
    channel: Channel | None = None
    direction: Direction = Direction.OUTBOUND
    contact_point: str = ""
    note: str = ""
    recorded_at: datetime | None = None
    corrects: str = ""
    origin: Origin | None = None
    decided: Decided = field(default_factory=Decided)
    data: Mapping[str, Any] = field(default_factory=dict)
    v: int = EVENT_VERSION
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def elsewhere(self) -> bool:
        """Say whether it came from another desk."""
        return self.origin is not None and bool(self.origin.prev)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person entered about one account.

    `occurred_at` is aware; None means now. `at` is the time of a callback, `count` the instalments of a plan,
    `reason` the id of a choice that the code offers.
    """

    account_id: str
    code: str
    by: str
    amount: Decimal | None = None
    due_date: date | None = None
    at: datetime | None = None
    count: int | None = None
    reason: str = ""
    channel: Channel | None = None
    direction: Direction = Direction.OUTBOUND
    contact_point: str = ""
    note: str = ""
    occurred_at: datetime | None = None
    next_on: date | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class Excess:
    """An amount, or all instalments of a plan together, that is more than the account owes; `of` says by which measure."""

    amount: Decimal
    of: Owed
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an event is on disk. `replayed` says that it was there before this call."""

    event_id: str
    desk: str
    seq: int
    hash: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a ledger: number and hash. Seq 0 is an empty ledger.

    Of a head that a person wrote down the hash may be its beginning only, 16 digits at least.
    """

    desk: str
    seq: int
    hash: str

    @property
    def stamp(self) -> str:
        """Return it as it is printed."""
        return f"{self.seq}:{self.hash[:16]}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A collector's word that they are about to contact a customer, at which desk, and until when it holds.

    Times are aware. `sits` names the program that took it on one machine, so that a claim ends with its program.
    """

    customer_id: str
    by: str
    desk: str
    taken_at: datetime
    until: datetime
    sits: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise and what became of it at a date.

    `paid` counts posted payments from the day it was made to its due date plus grace. `inferred` says that it was
    read from the fall of the past-due amount, since the book has no payments.
    """

    event_id: str
    account_id: str
    made_on: date
    due_date: date
    amount: Decimal
    currency: str
    status: PromiseStatus
    paid: Decimal
    by: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score or of a change, in whole points. Parts of one whole add up to it.

    What a recorded fact brings has a `reading`, what it tells of the customer, and `learnt_from`: how many of the desk's
    own outcomes its weight rests on, 0 for an assumption.
    """

    name: str
    points: int
    reading: str = ""
    learnt_from: int = 0


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """The way from one score to the next, every part named; the parts add up to `after - before`."""

    before: int
    after: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One characteristic of an account's score.

    `points` is the difference to the average account of the segment (negative: lost), `value` the observed value,
    `family` the group of characteristics that tell the same fact.
    """

    characteristic: str
    family: str
    text: str
    points: int
    value: float | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class CardBin:
    """One bin of a card as one of its segments has it; what the card does not say is None.

    `start` to, not including, `end`; both None where all values share it. `missing` is the bin of values that are not
    known. `points` are against the average account of the segment, on the scale of the score. `share` and `bad_rate`
    tell of the accounts of the segment that the card was fitted on. `marked`: an account that is looked at stands here.
    """

    characteristic: str
    segment: int
    start: float | None
    end: float | None
    points: float
    missing: bool = False
    count: int | None = None
    share: float | None = None
    bad_rate: float | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """A control total of a book, per table and currency, to tie to the lender's own figures."""

    table: str
    name: str
    currency: str
    value: Decimal | int


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of some accounts, and the interval in which that of all accounts like them lies in 95 of 100 cases."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """Accounts of about one chance: how many, the mean chance a card gave them, and how many in one became bad."""

    count: int
    chance: float
    bad_rate: Figure


@dataclass(frozen=True, slots=True)
class Stability:
    """How far two groups differ over some bins. `psi` above `bound` is more than chance would do with so many accounts.

    `level` is none where all is quiet.
    """

    psi: float
    bins: int
    bound: float
    level: AlertLevel | None


@dataclass(frozen=True, slots=True)
class Shift:
    """How one characteristic of a card moved from one group of accounts to another.

    `points` is what that did to the mean score. `stability` is None where nothing can be said: too few accounts, or one
    group does not know the characteristic. `start` and `end` are the bin whose share changed most, `before` and `after`
    that share; `known_before` and `known_after` are the shares of accounts that know the characteristic.
    """

    characteristic: str
    points: float
    stability: Stability | None
    start: float | None
    end: float | None
    before: float
    after: float
    known_before: float
    known_after: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How the accounts of a card moved. Mean scores are not rounded; their difference is the sum of all parts.

    `mix` is the part that comes from more or fewer accounts in the second segment, whose shares `second` holds; the
    other parts are those of `shifts`, the largest first. `score` is None where nothing can be said of the scores' spread.
    """

    counts: tuple[int, int]
    means: tuple[float, float]
    second: tuple[float, float]
    mix: float
    score: Stability | None
    shifts: tuple[Shift, ...]
