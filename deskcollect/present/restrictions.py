"""Restrictions in words: the queue, the checklist of a release, and what stands in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.desk.decisions.evidence import typed
from deskcollect.present.clean import clean
from deskcollect.present.dates import day, days, short_date
from deskcollect.present.lines import Line, line, wrapped
from deskcollect.present.numbers import count, money
from deskcollect.present.width import cells, fit
from deskcollect.vocabulary import Met, RestrictionAction, RestrictionState, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, tzinfo

    from deskcollect.desk.decisions.release import Estimate, Rebreach, Restriction, Review
    from deskcollect.policy.model import Policies
    from deskcollect.present.voice import Voice
    from deskcollect.records import Event

MARKS = {Met.YES: ("[✓]", "success"), Met.NO: ("[ ]", ""), Met.UNKNOWN: ("[?]", "warning")}
_TO_SIGN = {
    RestrictionState.PROPOSED: "to sign",
    RestrictionState.VARY_PROPOSED: "change to sign",
    RestrictionState.LIFT_PROPOSED: "lift to sign",
}
_DID = {
    RestrictionAction.IMPOSE.value: "imposed",
    RestrictionAction.EXTEND.value: "put the review off",
    RestrictionAction.VARY.value: "varied",
    RestrictionAction.LIFT.value: "proposed to lift",
    Signature.APPROVE.value: "approved",
    Signature.REFUSE.value: "refused",
}


class RestrictionWords:
    """Tells restrictions with the words of a policy on a day."""

    def __init__(self, voice: Voice, policies: Policies, zone: tzinfo) -> None:
        self.voice = voice
        self.zone = zone
        self.policies = policies
        self.today = voice.today
        self._told = policies.restrictions
        self._evidence = {rule.id: rule.evidence for rule in policies.signals}

    # --- cells -----------------------------------------------------------------------------------------------------------

    def kind(self, restriction: Restriction) -> str:
        """Return what is restricted: `Limit cut 40,000`."""
        label = self._told.kind(restriction.kind.value).label
        if restriction.limit is None:
            return label
        return f"{label} {money(restriction.limit, self.voice.digits(restriction.currency))}"

    def reason(self, restriction: Restriction) -> str:
        """Return code and label of the reason."""
        ground = self._told.reason(restriction.reason)
        return f"{clean(restriction.reason)}: {ground.label}" if ground else clean(restriction.reason)

    def who(self, restriction: Restriction) -> str:
        """Return who imposed it and who signed: `mei, lead jo`."""
        signed = f", lead {clean(restriction.signed_by)}" if restriction.signed_by else ""
        return f"{clean(restriction.imposed_by)}{signed}"

    def review_day(self, review: Review) -> str:
        """Return when to look again; a day that has passed says so."""
        late = " late" if review.review_on < self.today else ""
        return f"{day(review.review_on, self.today)}{late}"

    def ready(self, review: Review) -> str:
        """Return how many checks are met: `4 of 7`."""
        found = review.checklist
        return f"{found.met_count} of {len(found.items)}" if found else "?"

    def state(self, review: Review) -> tuple[str, str]:
        """Return where it stands, and the role of the words."""
        told = _TO_SIGN.get(review.restriction.state)
        if told:
            return told, "warning"
        if review.checklist is None:
            return "not in the book", "warning"
        if review.checklist.ready:
            return "ready to lift", "success"
        if any(item.met is Met.UNKNOWN for item in review.checklist.items):
            return "waits for data", ""
        return ("review due", "warning") if review.review_on <= self.today else ("not yet", "muted")

    # --- one restriction -------------------------------------------------------------------------------------------------

    def review(self, review: Review, width: int) -> Iterator[Line]:
        """Return a restriction as it is to be judged: why, the checklist, the day of review, the estimate."""
        restriction = review.restriction
        yield line((f"{self.kind(restriction)} ", "bold"), f"{self.since(restriction)} ({self.who(restriction)})")
        for lines in self.parts(review, width).values():
            yield from lines

    def parts(self, review: Review, width: int) -> dict[str, list[Line]]:
        """Return what there is to judge, part by part, in the order in which it is read."""
        restriction = review.restriction
        said = clean(restriction.events[0].note, notes=True) if restriction.events else ""
        why = f"{self.reason(restriction)}{f': {said}' if said else ''}"
        told = {
            "why": wrapped(line(("Why      ", "muted"), why), width, indent=9),
            "evidence": [
                part
                for each in self.evidence(restriction)
                for part in wrapped(line("         ", each), width, indent=11)
            ],
            "then": list(self.as_it_was(restriction)),
            "waits": list(self._waits(restriction, width)),
            "back": list(self._rebreach(review.rebreach, width)),
        }
        if review.checklist is None:
            gone = "! The account is not in the newest book: nothing can be looked at."
            told["checks"] = wrapped(line((gone, "warning")), width, indent=2)
        else:
            told |= {"checks": list(self._checks(review, width)), **self._open(review, width)}
        day_of = line(("Review   ", "muted"), f"{self.review_day(review)}, {self._from(review)}")
        told["review"] = wrapped(day_of, width, indent=9)
        estimate = line(("Estimate ", "muted"), self.estimate(review.estimate, restriction.reason))
        return {**told, "estimate": wrapped(estimate, width, indent=9)}

    def _waits(self, restriction: Restriction, width: int) -> Iterator[Line]:
        """Return what waits for a signature, and whose."""
        if restriction.waits is not None:
            what = _DID.get(restriction.waits.code, "")
            note = f": {clean(restriction.waits.note).rstrip('.')}" if restriction.waits.note else ""
            told = f"{clean(restriction.waits.by)} {what}{note}. A lead who is not {clean(restriction.waits.by)} signs."
            yield from wrapped(line(("Waits    ", "muted"), (told, "warning")), width, indent=9)

    def evidence(self, restriction: Restriction) -> list[str]:
        """Return the sentences of the signals as they were when it was imposed."""
        told = []
        for seen in restriction.evidence:
            template = self._evidence.get(seen.rule)
            values = {name: typed(name, value) for name, value in seen.values.items()}
            known = template is not None and set(template.columns) <= values.keys()
            words = (
                self.voice.fill(template, {**values, "currency": restriction.currency}) if template and known else ""
            )
            plain = ", ".join(f"{clean(name)} {clean(str(value))}" for name, value in seen.values.items())
            on = f" (seen {short_date(seen.seen_on, self.today)})" if seen.seen_on else ""
            told.append(f"{words or f'{clean(seen.rule)}: {plain}'}{on}")
        return told

    def as_it_was(self, restriction: Restriction) -> Iterator[Line]:
        """Return level, past due, score and tier of the day it was imposed."""
        was = restriction.as_it_was
        owed = typed("past_due", was.get("past_due"))
        parts = [f"past due {money(owed, self.voice.digits(restriction.currency))}"] if owed is not None else []
        parts += [f"{name} {clean(str(was[name]))}" for name in ("score", "tier", "level") if was.get(name) is not None]
        if parts:
            yield line(("Then     ", "muted"), ", ".join(parts))

    def estimate(self, found: Estimate, reason: str) -> str:
        """Return how long the desk's own cases of a reason lasted; below ten cases no number."""
        running = f", {count(found.running)} still in force" if found.running else ""
        if found.median is None:
            return f"no estimate (n {found.count})"
        span = f"{found.low}-{found.high}, n {found.count} lifted {clean(reason)} cases{running}"
        return f"{days(found.median)} from the start ({span})"

    def estimate_short(self, found: Estimate) -> str:
        """Return the estimate for a narrow column: `36 days (28-40, n 12)`."""
        if found.median is None:
            return f"none (n {found.count})"
        return f"{days(found.median)} ({found.low}-{found.high}, n {found.count})"

    def history(self, restriction: Restriction) -> Iterator[Line]:
        """Return what was done, oldest first."""
        for event in restriction.events:
            at = event.occurred_at.astimezone(self.zone)
            stamp = f"{short_date(at.date(), self.today):>6} {at:%H:%M} {fit(clean(event.by), 6)} "
            yield line((stamp, "muted"), self._did(event))
        if restriction.lifted_on is not None:
            yield line((f"{short_date(restriction.lifted_on, self.today):>6}", "muted"), " lifted")

    def _did(self, event: Event) -> str:
        """Return one act in words."""
        said = _DID.get(event.code, clean(event.code))
        kind, limit = event.data.get("kind"), typed("credit_limit", event.data.get("limit"))
        label = next((each.label for each in self._told.kinds if each.id == kind), "")
        amount = f" {money(limit, self.voice.digits(event.currency))}" if limit is not None else ""
        until = typed("due_date", event.data.get("review_on"))
        review = f", review {day(until, self.today)}" if until else ""
        named = event.data.get("open")
        left = f", open: {', '.join(clean(str(each)) for each in named)}" if named else ""
        note = f" · {clean(event.note)}" if event.note else ""
        what = f" {label}{amount}" if label else ""
        return f"{said}{what}{review}{left}{note}"

    def since(self, restriction: Restriction) -> str:
        """Return since when it holds, or that it does not yet."""
        if restriction.since is None:
            return f"proposed {short_date(restriction.imposed_on, self.today)}, not in force"
        return f"since {short_date(restriction.since, self.today)}"

    def _from(self, review: Review) -> str:
        """Return what the day of review is from."""
        when = review.checklist.when if review.checklist else "said"
        return {
            "ready": "every check is met",
            "waiting": "the first day on which all can be met, bills to come paid in full",
            "policy": f"by rule {review.checklist.release.id}" if review.checklist else "",
            "said": "a person named the day",
        }[when]

    def _checks(self, review: Review, width: int) -> Iterator[Line]:
        """Return the lines of the checklist."""
        found = review.checklist
        assert found is not None
        ready = self.ready(review)
        title = f"Release checklist, computed from the book and the ledger: {ready}, rule {found.release.id}"
        yield from wrapped(line((title, "muted")), width, indent=2)
        room = max(cells(item.check.label) for item in found.items)
        for item in found.items:
            mark, role = MARKS[item.met]
            told = f"missing: {item.check.missing}" if item.met is Met.UNKNOWN else self.value(item, found.facts)
            label = fit(item.check.label, room)
            source = (f"  {item.check.source}", "muted")
            yield from wrapped(line(" ", (mark, role), f" {label}  {told}", source), width, indent=room + 7)

    def _open(self, review: Review, width: int) -> dict[str, list[Line]]:
        """Return what is to be done about the open checks, and what a lift would need now."""
        found = review.checklist
        assert found is not None
        told: dict[str, list[Line]] = {}
        todo = list(dict.fromkeys(item.check.todo for item in found.items if item.met is Met.NO))
        if todo:
            told["todo"] = wrapped(line(("To do    ", "muted"), "; ".join(todo)), width, indent=9)
        left = [item.check.label for item in found.items if item.met is not Met.YES]
        if left and review.restriction.in_force:
            needs = f"! Not met: {', '.join(left)}. A lift now needs a reason and a second lead's signature."
            told["needs"] = wrapped(line((needs, "warning")), width, indent=2)
        return told

    def value(self, item: Any, facts: Mapping[str, Any]) -> str:
        """Return what a check looked at; none where there is none."""
        slots = item.check.value.columns
        if slots and all(facts.get(name) is None for name in slots):
            return "none"
        return self.voice.fill(item.check.value, facts)

    def stands(self, event: Event, now: Restriction | None, review_on: date | None) -> str:
        """Return what an act did, and where its restriction stands now."""
        if now is None or event.code == RestrictionAction.CONFIRM:
            return f"{clean(str(event.data.get('proof', '')))} {clean(str(event.data.get('found', '')))}."
        kind = self.kind(now)
        review = f"review {day(review_on or now.review_on, self.today)}"
        told = {
            RestrictionState.PROPOSED: f"proposed, not in force: another person who is a lead signs. Then {review}",
            RestrictionState.LIFT_PROPOSED: "stands until another lead approves the lift",
            RestrictionState.VARY_PROPOSED: "stands until another lead approves the change",
            RestrictionState.LIFTED: "lifted",
            RestrictionState.REFUSED: "refused; nothing is restricted",
        }
        return f"{kind} {told.get(now.state, f'in force {self.since(now)}, {review}')}."

    def _rebreach(self, found: Rebreach | None, width: int) -> Iterator[Line]:
        """Return what came back after a lift."""
        if found is not None:
            yield from wrapped(line((f"! {self.rebreach(found)}", "warning")), width, indent=2)

    def rebreach(self, found: Rebreach) -> str:
        """Return in a sentence what came back after a lift."""
        names = [rule.label for rule in self.policies.signals if rule.id in found.rules]
        what = "Restricted again" if found.restriction else ""
        fired = f"{', '.join(names)} again" if names else ""
        both = "; ".join(part for part in (what, fired) if part)
        return f"Re-breach: {both}, {days(found.days)} after the lift of {short_date(found.lifted_on, self.today)}."
