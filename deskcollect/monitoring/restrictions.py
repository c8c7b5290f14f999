"""Restrictions as a fold of the events about them: what stands on an account, since when, by whom, and what waits.

The fold knows no policy and no settings: each event carries what was decided by them when it was recorded (the role of the
person, whether a signature is needed, whether a change eases), so that the past never changes with a policy file. An event
that does not fit where it stands, as two desks may write before their ledgers are merged, changes nothing and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from deskcollect.monitoring import signatures
from deskcollect.monitoring.persons import unknown_person, unknown_word
from deskcollect.monitoring.told import Passed, amount, dated, day, word
from deskcollect.vocabulary import (
    EventKind,
    Finding,
    Proof,
    RestrictionAction,
    RestrictionKind,
    RestrictionState,
    Role,
    Signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, tzinfo
    from decimal import Decimal

    from deskcollect.records import Event

KINDS = frozenset({EventKind.RESTRICTION, EventKind.APPROVAL})
IN_FORCE = frozenset({RestrictionState.ACTIVE, RestrictionState.VARY_PROPOSED, RestrictionState.LIFT_PROPOSED})
OPEN = IN_FORCE | {RestrictionState.PROPOSED}


@dataclass(frozen=True, slots=True)
class Act:
    """What an event says, read; what it does not say or cannot be read is empty.

    `sign`: it waits for a second person. `eases`: it takes away a part of the restriction. `open`: checks that were not
    met. `target` is the restriction it speaks of, for an approval what is approved.
    """

    event_id: str
    code: str
    account_id: str
    by: str
    role: Role | None
    on: date
    note: str
    target: str
    kind: RestrictionKind | None
    reason: str
    limit: Decimal | None
    review_on: date | None
    review_said: bool
    sign: bool
    eases: bool
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signal as it was: its rule, the day of its newest fact, and the values that its sentence names, as text."""

    rule: str
    seen_on: date | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that took effect on a day; `before` is the kind until then, None where there was none."""

    event_id: str
    code: RestrictionAction
    kind: RestrictionKind
    before: RestrictionKind | None
    limit: Decimal | None
    on: date
    by: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """One restriction of one account, from imposing to lifting.

    `id` is the event that imposed it. `since` is the day from which it is in force, None until it is approved. `waits`
    is what waits for a second person. `review_said`: a person named the day, so nothing computed comes before it.
    `as_it_was` holds level, past_due, score, tier and large_amount of the day it was imposed, as text.
    """

    id: str
    account_id: str
    customer_id: str
    kind: RestrictionKind
    reason: str
    state: RestrictionState
    imposed_by: str
    imposed_on: date
    review_on: date
    review_said: bool
    limit: Decimal | None
    currency: str
    since: date | None = None
    signed_by: str = ""
    waits: Act | None = None
    lifted_on: date | None = None
    evidence: tuple[Evidence, ...] = ()
    as_it_was: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is proposed or in force."""
        return self.state in OPEN

    @property
    def in_force(self) -> bool:
        """Whether it holds now."""
        return self.state in IN_FORCE


@dataclass(frozen=True, slots=True)
class Shown:
    """What was last found of one proof of a customer."""

    found: Finding
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Folded:
    """All restrictions in the order in which they were imposed, what was shown by customer, and what was passed over."""

    restrictions: tuple[Restriction, ...] = ()
    proofs: Mapping[tuple[str, Proof], Shown] = field(default_factory=dict)
    passed: tuple[Passed, ...] = ()

    def of(self, account_id: str) -> tuple[Restriction, ...]:
        """Return the restrictions of an account, oldest first."""
        return tuple(each for each in self.restrictions if each.account_id == account_id)


def fold(events: Iterable[Event], zone: tzinfo, *, until: date | None = None) -> Folded:
    """Return what stands after some events, whatever the order in which they came to this desk.

    Args:
        events: Those of the ledger that were not withdrawn; other kinds than restriction and approval are left out.
        zone: The desk's, for local dates.
        until: The last day whose events count; None: all.
    """
    known: dict[str, Restriction] = {}
    proofs: dict[tuple[str, Proof], Shown] = {}
    passed: list[Passed] = []
    for event, on in dated(events, KINDS, zone, until=until):
        act = read(event, on)
        why = _show(event, act, proofs) if act.code == RestrictionAction.CONFIRM else _apply(event, act, known)
        if why:
            passed.append(Passed(event.event_id, event.account_id, why))
    return Folded(tuple(known.values()), proofs, tuple(passed))


def owner(customer_id: str, account_id: str) -> str:
    """Return whose proofs count: the customer's, of all accounts; where nobody is named, those of the account."""
    return customer_id or account_id


def read(event: Event, on: date) -> Act:
    """Return what an event of a local day says; what cannot be read is empty."""
    data = event.data
    approval = event.kind == EventKind.APPROVAL
    named = data.get("open")
    return Act(
        event_id=event.event_id,
        code=event.code,
        account_id=event.account_id,
        by=event.by,
        role=word(data.get("role"), Role),
        on=on,
        note=event.note.strip(),
        target=str(data.get("of" if approval else "restriction") or ""),
        kind=word(data.get("kind"), RestrictionKind),
        reason=str(data.get("reason") or ""),
        limit=amount(data.get("limit")),
        review_on=day(data.get("review_on")),
        review_said=data.get("review_said") is True,
        sign=data.get("sign") is True,
        eases=data.get("eases") is True,
        open=tuple(str(name) for name in named) if isinstance(named, list | tuple) else (),
    )


def meant(act: Act, known: Iterable[Restriction]) -> Restriction | None:
    """Return the restriction that an act speaks of: by its id, for an approval the one in which it waits."""
    if act.code in set(Signature):
        return next((each for each in known if each.waits and each.waits.event_id == act.target), None)
    return next((each for each in known if each.id == act.target and each.account_id == act.account_id), None)


def _apply(event: Event, act: Act, known: dict[str, Restriction]) -> str:
    """Let one event act; return why it does nothing, empty where it acts."""
    target = None if act.code == RestrictionAction.IMPOSE else meant(act, known.values())
    known_words = Signature if event.kind == EventKind.APPROVAL else RestrictionAction
    refused = unknown_word(act.code, known_words) or signatures.refusal(act, target)
    if refused is not None:
        return refused.message
    made = _imposed(event, act) if target is None else _changed(act, target)
    known[made.id] = replace(made, events=(*made.events, event))
    return ""


def _imposed(event: Event, act: Act) -> Restriction:
    """Return a restriction that begins; one that is to be signed waits."""
    assert act.kind is not None
    assert act.review_on is not None
    made = Restriction(
        id=event.event_id,
        account_id=event.account_id,
        customer_id=event.customer_id,
        kind=act.kind,
        reason=act.reason,
        state=RestrictionState.PROPOSED,
        imposed_by=event.by,
        imposed_on=act.on,
        review_on=act.review_on,
        review_said=act.review_said,
        limit=act.limit,
        currency=event.currency,
        waits=act,
        evidence=_evidence(event.data.get("signals")),
        as_it_was={name: event.data.get(name) for name in ("level", "past_due", "score", "tier", "large_amount")},
    )
    return made if act.sign or act.kind is RestrictionKind.SUSPENSION else _approved(made, None)


def _changed(act: Act, old: Restriction) -> Restriction:
    """Return a restriction after an act that may be."""
    match act.code:
        case RestrictionAction.EXTEND:
            assert act.review_on is not None
            return replace(old, review_on=act.review_on, review_said=True)
        case RestrictionAction.VARY:
            waiting = replace(old, state=RestrictionState.VARY_PROPOSED, waits=act)
            signed = act.sign or act.eases or act.kind is RestrictionKind.SUSPENSION
            return waiting if signed else _approved(waiting, None)
        case RestrictionAction.LIFT:
            return replace(old, state=RestrictionState.LIFT_PROPOSED, waits=act)
        case Signature.REFUSE:
            proposed = old.state is RestrictionState.PROPOSED
            return replace(old, state=RestrictionState.REFUSED if proposed else RestrictionState.ACTIVE, waits=None)
        case _:
            return _approved(old, act)


def _approved(old: Restriction, approval: Act | None) -> Restriction:
    """Return a restriction in which what waited took effect, by a second person or where none is needed."""
    act = old.waits
    assert act is not None
    by = approval.by if approval else ""
    on = approval.on if approval else act.on
    new = replace(old, state=RestrictionState.ACTIVE, waits=None)
    before = old.kind if old.since is not None else None
    match act.code:
        case RestrictionAction.IMPOSE:
            new = replace(new, since=on, signed_by=by)
        case RestrictionAction.LIFT:
            new = replace(new, state=RestrictionState.LIFTED, lifted_on=on)
        case _:
            assert act.kind is not None
            new = replace(new, kind=act.kind, limit=act.limit)
    change = Change(act.event_id, RestrictionAction(act.code), new.kind, before, new.limit, on, act.by, by)
    return replace(new, changes=(*old.changes, change))


def _show(event: Event, act: Act, proofs: dict[tuple[str, Proof], Shown]) -> str:
    """Note what was found of a proof; return why it does nothing, empty where it counts."""
    proof, found = (str(event.data.get(name)) for name in ("proof", "found"))
    if proof not in set(Proof) or found not in set(Finding):
        return "What was found cannot be read."
    refused = unknown_person(act)
    if refused is not None:
        return refused.message
    proofs[owner(event.customer_id, event.account_id), Proof(proof)] = Shown(Finding(found), act.on, event.by)
    return ""


# --- reading what stands in an event -----------------------------------------------------------------------------------


def _evidence(raw: object) -> tuple[Evidence, ...]:
    """Return the signals that an event holds; what is none is left out."""
    if not isinstance(raw, list | tuple):
        return ()
    return tuple(
        Evidence(
            str(each.get("rule", "")),
            day(each.get("seen_on")),
            dict(each["values"]) if isinstance(each.get("values"), dict) else {},
        )
        for each in raw
        if isinstance(each, dict)
    )
