"""The events about restrictions that a person may write, each with what the program believes and the person's role."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from deskcollect.desk.decisions import evidence
from deskcollect.desk.decisions.together import Author, Refused
from deskcollect.monitoring import signatures
from deskcollect.monitoring.persons import unknown_person
from deskcollect.monitoring.restrictions import Folded, Restriction, fold, read
from deskcollect.near import did_you_mean
from deskcollect.vocabulary import EventKind, Finding, Proof, RestrictionAction, RestrictionKind, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.monitoring.release import Checklist
    from deskcollect.records import Event

    _Code = RestrictionAction | Signature

NOT_IN_BOOK = "not-in-book"
_MOST_AHEAD = timedelta(days=3_660)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants for one account. Which fields an act needs is said where one is missing.

    `restriction` names one where an account carries several, as after ledgers were merged.
    """

    account_id: str
    note: str = ""
    kind: RestrictionKind | None = None
    reason: str = ""
    limit: Decimal | None = None
    review_on: date | None = None
    proof: Proof | None = None
    found: Finding = Finding.CONFIRMED
    restriction: str = ""


@dataclass(frozen=True, slots=True)
class Acts(Author[Folded]):
    """Makes the event of one of some accounts. Each method refuses with one sentence.

    Errors: Refused.
    """

    accounts: frozenset[str]
    looked: dict[str, Checklist | None] = field(default_factory=dict)

    def imposing(self, asked: Asked) -> Event:
        """Return the event that restricts an account."""
        policy = self.desk.policies.restrictions
        row = self.row(asked.account_id)
        standing = next((each for each in self.known.of(asked.account_id) if each.is_open), None)
        if standing is not None:
            label = policy.kind(standing.kind.value).label
            raise Refused(f"{label} stands on it since {standing.since or standing.imposed_on}.", "Vary or extend it.")
        ground = policy.reason(asked.reason)
        if ground is None:
            codes = [each.code for each in policy.reasons]
            near = did_you_mean(asked.reason.upper(), codes, quoted=False) or f"Known: {', '.join(codes)}."
            raise Refused(f"“{asked.reason}” is no reason of restrictions.toml.", near)
        if ground.needs_note and not asked.note.strip():
            raise Refused(f"The reason {ground.code} is told in a note.", "Say it (--note).")
        kind = asked.kind or RestrictionKind(ground.kind)
        self._cut(asked.limit, row)
        today = self._today
        data = {
            **self._limited(kind, asked.limit),
            "reason": ground.code,
            "review_on": asked.review_on or today + timedelta(days=ground.review_days),
            "review_said": asked.review_on is not None,
            "sign": policy.kind(kind.value).needs_signature,
            **evidence.as_it_was(self.desk, self.day, row),
        }
        made = self._act(asked, RestrictionAction.IMPOSE, data, None, rule=ground.code)
        if asked.review_on is not None:
            self._near(asked.review_on)
        return made

    def with_reviews(self, events: Sequence[Event]) -> list[Event]:
        """Return events that restrict, each with the policy's day of review unless a person named one."""
        begun = fold(events, self.desk.zone).restrictions
        lists = evidence.looked_at(self.desk, self.day, begun, self.known)
        days = {each.id: evidence.planned(self.desk, each, found) for each, found in zip(begun, lists, strict=True)}
        return [
            event
            if event.data["review_said"]
            else replace(event, data={**event.data, "review_on": days[event.event_id]})
            for event in events
        ]

    def extending(self, asked: Asked) -> Event:
        """Return the event that puts a review off."""
        target = self._target(asked)
        if asked.review_on is not None:
            self._near(asked.review_on)
        data = {**_about(target), "review_on": asked.review_on}
        return self._act(asked, RestrictionAction.EXTEND, data, target)

    def varying(self, asked: Asked) -> Event:
        """Return the event that changes a kind."""
        target = self._target(asked)
        policy = self.desk.policies.restrictions
        data: dict[str, Any] = _about(target)
        if asked.kind is not None:
            old, new = policy.kind(target.kind.value), policy.kind(asked.kind.value)
            raised = target.limit is not None and asked.limit is not None and asked.limit > target.limit
            data |= {
                **self._limited(asked.kind, asked.limit),
                "sign": new.needs_signature,
                "eases": new.gravity < old.gravity or (asked.kind is target.kind and raised),
            }
        row = self.day.find(asked.account_id)
        if row is not None and asked.limit is not None:
            self._cut(asked.limit, row)
        return self._act(asked, RestrictionAction.VARY, data, target)

    def lifting(self, asked: Asked) -> Event:
        """Return the event that proposes a lift, with the checks that are open."""
        target = self._target(asked)
        found = self._looked_at(target)
        data = {**_about(target), "open": _open(found), "release": found.release.id if found else ""}
        return self._act(asked, RestrictionAction.LIFT, data, target)

    def approving(self, asked: Asked) -> Event:
        """Return the event that signs what waits."""
        target = self._waiting(asked)
        data: dict[str, Any] = _about(target)
        if target.waits is not None and target.waits.code == RestrictionAction.LIFT:
            data["open"] = _open(self._looked_at(target))
        return self._act(asked, Signature.APPROVE, data, target)

    def refusing(self, asked: Asked) -> Event:
        """Return the event that refuses what waits."""
        target = self._waiting(asked)
        return self._act(asked, Signature.REFUSE, _about(target), target)

    def confirming(self, asked: Asked) -> Event:
        """Return the event that says what was found of a proof."""
        self.row(asked.account_id)
        if asked.proof is None:
            raise Refused("Nobody says what was looked at.", f"Known: {', '.join(Proof)}.")
        data = {"proof": asked.proof.value, "found": asked.found.value}
        made = self.event(asked, EventKind.RESTRICTION, RestrictionAction.CONFIRM, data)
        return self.unless(unknown_person(read(made, self._today)), made)

    # --- what they share ---

    def _act(
        self, asked: Asked, code: _Code, data: dict[str, Any], target: Restriction | None, rule: str = ""
    ) -> Event:
        """Return an event that may be."""
        kind = EventKind.APPROVAL if isinstance(code, Signature) else EventKind.RESTRICTION
        event = self.event(asked, kind, code, data, rule=rule)
        return self.unless(signatures.refusal(read(event, event.occurred_at.date()), target), event)

    @property
    def _today(self) -> date:
        """Return the local date."""
        return self.desk.clock.today()

    def _target(self, asked: Asked) -> Restriction:
        """Return the open restriction that is meant."""
        mine = [each for each in self.known.of(asked.account_id) if each.is_open]
        if asked.restriction:
            mine = [each for each in mine if each.id == asked.restriction]
        if not mine:
            raise Refused("No restriction stands on it.", "See them with  deskcollect restrictions")
        if len(mine) > 1:
            raise Refused(f"{len(mine)} restrictions stand on it.", f"Name one: {', '.join(each.id for each in mine)}")
        return mine[0]

    def _waiting(self, asked: Asked) -> Restriction:
        """Return the restriction in which something waits, else the open one."""
        mine = [each for each in self.known.of(asked.account_id) if each.waits]
        return mine[0] if len(mine) == 1 and not asked.restriction else self._target(asked)

    def _looked_at(self, target: Restriction) -> Checklist | None:
        """Return the checklist of a restriction, None where its account left the book. All are looked at together."""
        if target.id not in self.looked:
            mine = [each for each in self.known.restrictions if each.is_open and each.account_id in self.accounts]
            here = [each for each in mine if self.day.find(each.account_id) is not None]
            found = evidence.looked_at(self.desk, self.day, here, self.known)
            self.looked.update(dict.fromkeys((each.id for each in mine), None))
            self.looked.update({each.id: made for each, made in zip(here, found, strict=True)})
        return self.looked[target.id]

    def _cut(self, limit: Decimal | None, row: dict[str, Any]) -> None:
        """Refuse a limit that cuts nothing."""
        now = row["credit_limit"]
        if limit is not None and now is not None and limit >= now:
            raise Refused(f"The limit is {now.normalize():f} now: a cut is lower.", "Give a lower limit.")

    def _limited(self, kind: RestrictionKind, limit: Decimal | None) -> dict[str, Any]:
        """Return kind and limit as an event keeps them."""
        return {"kind": kind.value} | ({"limit": limit} if limit is not None else {})

    def _near(self, day: date) -> None:
        """Refuse a day of review that cannot be meant."""
        if day > self._today + _MOST_AHEAD:
            raise Refused("The day lies more than ten years ahead.", "Correct it.")


def _about(target: Restriction) -> dict[str, Any]:
    """Return how an event names the restriction it speaks of, what waits there, and the last event that was seen of it."""
    waits = {"of": target.waits.event_id} if target.waits else {}
    return {"restriction": target.id, "after": target.events[-1].event_id, **waits}


def _open(found: Checklist | None) -> list[str]:
    """Return the checks that are open; without a book none can be looked at."""
    return list(found.open) if found else [NOT_IN_BOOK]
