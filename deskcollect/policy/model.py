"""What each policy file holds. A rule is one TOML table; tables are in order and the first match wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from deskcollect.policy.incentives import Incentives
    from deskcollect.policy.restrictions import Restrictions
    from deskcollect.policy.template import Template


@dataclass(frozen=True, slots=True)
class Condition:
    """A SQL predicate over documented columns, checked and compiled. Null counts as false."""

    text: str
    expr: pl.Expr
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A band of days past due and the stage that treatments speak of."""

    id: str
    stage: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Cut:
    """A tier by probability."""

    tier: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Floor:
    """An override: at least this tier whatever the score says."""

    id: str
    at_least: str
    label: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Hold:
    """A fact that keeps the desk from any contact, on one account or on all accounts of the customer."""

    id: str
    label: str
    next: str
    when: Condition
    scope: Literal["account", "customer"] = "account"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One cell of the treatment table.

    `step` fits the Next step column (21 cells), `ask` is the whole sentence, `otherwise` what follows if nobody is
    reached. `channel` none means that nothing is to be done today. `wakes` brings up an account that a record has
    put to sleep. `no_promise` warns who records another promise.
    """

    id: str
    channel: Literal["phone", "text", "email", "letter", "visit", "none"]
    tone: Literal["courtesy", "neutral", "firm", "none"]
    owner: Literal["collector", "lead"]
    step: Template
    ask: Template
    otherwise: Template
    when: Condition
    wakes: bool = False
    no_promise: bool = False


@dataclass(frozen=True, slots=True)
class SignalRule:
    """An early-warning rule.

    `seen_on` is the column that dates the newest fact behind it, `needs` what feeds it (policy.needs). `measure` is a number of
    the facts that says how bad it is, the larger the worse; empty: the rule measures nothing.
    """

    id: str
    label: str
    family: Literal["payment", "usage", "conduct", "contact", "exposure"]
    strength: Literal["weak", "strong", "decisive"]
    seen_on: str
    needs: tuple[str, ...]
    evidence: Template
    when: Condition
    measure: str = ""


@dataclass(frozen=True, slots=True)
class LevelRule:
    """How signals that confirm one another make a level."""

    id: str
    level: Literal["blue", "yellow", "orange", "red"]
    label: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Term:
    """By when alert cases of one level are worked. Days count from the day on which the level was reached.

    `close_by` is the role that may close them; a lead may always.
    """

    level: Literal["blue", "yellow", "orange", "red"]
    acknowledge_days: int
    close_days: int
    snooze_max_days: int
    close_by: Literal["collector", "lead"] = "collector"


@dataclass(frozen=True, slots=True)
class Escalation:
    """To which role a case goes that somebody of another role cannot settle."""

    role: Literal["collector", "lead", "analyst"]
    to: Literal["collector", "lead", "analyst"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question that a code asks."""

    key: str
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome code.

    `key` is the letter in the record dialog (two letters: the second is asked for next; empty: not offered there).
    Flags: `attempt` an outbound try, `contact` a live person, `right_party` the customer, `stops_queue` holds the
    account, `bad_number` marks the number. `scope` says whether a hold covers one account or the customer. `needs`
    names the fields it asks for. `next_days` counts from the day it happened; `due` counts from the promised date.
    """

    code: str
    key: str
    label: str
    group: Literal["nobody", "customer", "else", "stops", "other", "decision"]
    next: Template
    attempt: bool = False
    contact: bool = False
    right_party: bool = False
    stops_queue: bool = False
    bad_number: bool = False
    refused: bool = False
    claims_paid: bool = False
    promise: bool = False
    scope: Literal["account", "customer"] = "account"
    needs: tuple[str, ...] = ()
    next_days: int | None = None
    next_from: Literal["day", "due", "at"] = "day"
    channel: Literal["phone", "text", "email", "letter", "visit", "none"] = "phone"
    effect: str = ""
    hint: str = ""
    aliases: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What one recorded fact does to the score.

    `weight` is in log odds of paying; it halves every `half_life_days` (0: constant while the state lasts). Exactly
    one of `codes`, `promise` and `fact` says what brings it. `reading` is what it tells of the customer. `source` says
    where the weight is from, `count` from how many outcomes; 0 is an assumption.
    """

    id: str
    label: str
    weight: float
    half_life_days: int
    source: str
    reading: Literal["willingness", "ability", "contactability"] = "willingness"
    count: int = 0
    codes: tuple[str, ...] = ()
    promise: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A named part of the worklist. `order` is a date or time that its rows are ordered by, the earliest first."""

    id: str
    label: str
    when: Condition
    order: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an account is worth a look today."""

    id: str
    text: Template
    when: Condition


@dataclass(frozen=True, slots=True)
class Band:
    """Hours of the day that are alike for reaching people: from `start_hour` until the next band begins."""

    id: str
    start_hour: int


@dataclass(frozen=True, slots=True)
class Contact:
    """What is assumed of one channel until the desk's own tries say more.

    `reach` is the chance that a try reaches the customer; where `learns` is false no try ever shows whether it did, so
    it stays as it is. `effect` is what being reached adds to the log odds of cure.
    """

    channel: Literal["phone", "text", "email", "letter", "visit"]
    reach: float
    effect: float
    source: str
    learns: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What one contact costs on each channel, in one currency."""

    currency: str
    phone: float
    text: float
    email: float
    letter: float
    visit: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How many tries an assumption counts for: a rate of n tries moves n / (n + weight) of the way to its own.

    `desk` is for the desk's cells, `own` for one customer on one channel, `own_band` for one customer in one band of
    hours. Only tries of the last `window_days` count. A best band needs at least `best_tries` in it.
    """

    desk: float
    own: float
    own_band: float
    best_tries: int
    window_days: int


R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ruleset(Generic[R]):
    """The rules of one kind in their order, with the line each begins on."""

    file: str
    rules: tuple[R, ...]
    lines: tuple[int, ...]

    def __iter__(self) -> Iterator[R]:
        """Go through the rules in order."""
        return iter(self.rules)

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self.rules)


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that is decided by policy and not by code.

    `hash` is the first 8 hex digits of the SHA-256 over all files; it is stamped on events.
    """

    hash: str
    buckets: Ruleset[Bucket]
    cuts: Ruleset[Cut]
    floors: Ruleset[Floor]
    holds: Ruleset[Hold]
    treatments: Ruleset[Treatment]
    signals: Ruleset[SignalRule]
    levels: Ruleset[LevelRule]
    terms: Ruleset[Term]
    escalations: Ruleset[Escalation]
    outcomes: Ruleset[Outcome]
    effects: Ruleset[Effect]
    queues: Ruleset[Queue]
    whys: Ruleset[Why]
    bands: Ruleset[Band]
    contacts: Ruleset[Contact]
    costs: Ruleset[Cost]
    reach: Weights
    effect_bound: float
    promise_grace_days: int
    promise_max_days: int
    alert_cap_share: float
    alert_quiet_days: int
    suppress_max_days: int
    restrictions: Restrictions
    incentives: Incentives

    def outcome(self, code: str) -> Outcome | None:
        """Return the outcome of a code, upper or lower case."""
        wanted = code.upper()
        return next((o for o in self.outcomes if o.code == wanted), None)

    def hours(self) -> tuple[str, ...]:
        """Return the band of each hour of the day, from midnight on."""
        bands = sorted(self.bands, key=lambda band: band.start_hour)
        return tuple(([bands[-1]] + [band for band in bands if band.start_hour <= hour])[-1].id for hour in range(24))

    def term(self, level: str) -> Term:
        """Return by when cases of a level are worked; each level is there once."""
        return next(term for term in self.terms if term.level == level)

    def contact(self, channel: str) -> Contact:
        """Return what is assumed of a channel; each channel is there once."""
        return next(contact for contact in self.contacts if contact.channel == channel)
