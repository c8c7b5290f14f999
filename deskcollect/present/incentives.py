"""Incentives and consequences in words: why, what it costs or brings, who signs, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.desk.decisions.evidence import typed
from deskcollect.present.clean import clean
from deskcollect.present.condition import in_words
from deskcollect.present.dates import day, days, short_date
from deskcollect.present.did import did
from deskcollect.present.lines import Line, line, wrapped
from deskcollect.present.width import fit
from deskcollect.vocabulary import MeasureKind, MeasureState, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo
    from typing import Any

    from deskcollect.desk.decisions.offers import Offer, Proposal
    from deskcollect.policy.incentives import Measure
    from deskcollect.policy.model import Policies
    from deskcollect.policy.template import Template
    from deskcollect.present.voice import Voice
    from deskcollect.records import Event

_INDENT = 11


class IncentiveWords:
    """Tells measures with the words of a policy on a day."""

    def __init__(self, voice: Voice, policies: Policies, zone: tzinfo) -> None:
        self.voice = voice
        self.zone = zone
        self.today = voice.today
        self._told = policies.incentives

    # --- cells -----------------------------------------------------------------------------------------------------------

    def label(self, offer: Offer) -> str:
        """Return what the measure is called, one that is gone as its proposal has it."""
        if offer.measure is not None:
            return offer.measure.label
        return clean(offer.proposal.label if offer.proposal else offer.name)

    def why(self, offer: Offer) -> str:
        """Return why the account has it: of an open one the facts as they were."""
        return self._said(offer, offer.measure.why if offer.measure else None)

    def cost(self, offer: Offer) -> str:
        """Return what it costs or brings; an amount that nobody can tell is `?`."""
        return self._said(offer, offer.measure.cost_or_gain if offer.measure else None)

    def state(self, offer: Offer) -> tuple[str, str]:
        """Return where it stands, and the role of the words."""
        if offer.proposal is not None:
            return self.standing(offer.proposal, fits=offer.eligible)
        if not offer.eligible:
            return "does not fit", "muted"
        if offer.blocked is not None:
            return "given lately", "muted"
        return "may be proposed", ""

    def standing(self, proposal: Proposal, *, fits: bool = True) -> tuple[str, str]:
        """Return where a proposal stands, and the role of the words."""
        if not proposal.is_open:
            done = proposal.state is MeasureState.DONE
            return f"done {short_date(proposal.newest_on, self.today)}" if done else proposal.state.value, "muted"
        harsh = proposal.kind is MeasureKind.CONSEQUENCE
        if not fits and (harsh or proposal.state is MeasureState.PROPOSED):
            return "no longer fits", "warning"
        if proposal.state is MeasureState.PROPOSED:
            return "to be signed", "warning"
        if harsh and proposal.waits_until is None:
            return "needs a notice", "warning"
        if proposal.waits_until is not None and self.today < proposal.waits_until:
            return f"waits until {short_date(proposal.waits_until, self.today)}", "muted"
        return "may be done", "success"

    def _said(self, offer: Offer, template: Template | None) -> str:
        """Fill a sentence: of an open proposal from the facts as they were, else from those of today."""
        if offer.proposal is not None:
            return self._was(offer.proposal, template)
        return self.voice.fill(template, offer.facts) if template else ""

    def _was(self, proposal: Proposal, template: Template | None) -> str:
        """Fill a sentence from the facts of the day on which it was proposed."""
        values: Mapping[str, Any] = {name: typed(name, value) for name, value in proposal.values.items()}
        if template is None:
            return ", ".join(f"{clean(name)} {clean(str(value))}" for name, value in proposal.values.items())
        return self.voice.fill(template, {"currency": proposal.currency, **values})

    # --- one account -----------------------------------------------------------------------------------------------------

    def offer(self, offer: Offer, width: int) -> Iterator[Line]:
        """Return one measure as it is to be judged."""
        told, role = self.state(offer)
        kind = offer.measure.kind if offer.measure else "gone from incentives.toml"
        yield line((f"{self.label(offer)} ", "bold"), (f"({offer.name}, {kind}) ", "muted"), (told, role))
        parts = [("Why", self.why(offer)), ("Amount", self.cost(offer)), ("Assumed", self.assumed(offer))]
        if offer.measure is not None:
            parts.append(("Signs", self.signs(offer.measure)))
        if offer.proposal is not None:
            parts.append(("Next", self.next(offer.proposal)))
        elif offer.blocked is not None:
            parts.append(("But", f"{offer.blocked.message} {offer.blocked.remedy}"))
        for name, text in parts:
            if text:
                yield from wrapped(line((f"  {name:<9}", "muted"), text), width, indent=_INDENT)

    def assumed(self, offer: Offer) -> str:
        """Return what the amount takes for granted, the price of a fee among it."""
        if offer.measure is None:
            return ""
        currency = (offer.row or {}).get("currency") or (offer.proposal.currency if offer.proposal else "")
        parts = [offer.measure.assumption] if offer.measure.assumption else []
        if offer.measure.fees:
            price = self._told.price(currency)
            source = clean(price.source) if price else f"incentives.toml has no late fee in {clean(currency)}"
            parts.append(f"late fee {clean(price.late_fee)} {price.currency}: {source}" if price else source)
        return "; ".join(parts)

    def signs(self, measure: Measure) -> str:
        """Return who signs, how long a notice waits, and how often it may be given."""
        who = "a lead" if measure.approve_by == Role.LEAD.value else f"a {measure.approve_by} or a lead"
        other = " who did not propose it" if measure.second_person else ""
        wait = f"; not before {days(measure.wait_days)} after a notice" if measure.wait_days else ""
        return f"{who}{other}{wait}; at most once in {days(measure.once_in_days)}"

    def next(self, proposal: Proposal) -> str:
        """Return the next step of an open proposal, and when it lapses."""
        steps = []
        if proposal.state is MeasureState.PROPOSED:
            other = f" who is not {clean(proposal.proposed_by)}" if proposal.terms.second_person else ""
            needed = proposal.terms.approve_by
            steps.append(f"a {needed}{other} signs")
        if proposal.kind is MeasureKind.CONSEQUENCE:
            waits = proposal.waits_until
            steps.append(
                f"not to be done before {day(waits, self.today)}"
                if waits
                else f"a notice goes to the customer, then {days(proposal.terms.wait_days)} of waiting"
            )
        if not steps:
            steps.append("it may be done")
        return f"{'; '.join(steps)}. Lapses after {day(proposal.lapses_after, self.today)}."

    def unfit(self, offer: Offer, width: int) -> Iterator[Line]:
        """Return a measure that does not fit today, with those parts of its condition that the account does not meet."""
        needs = "; ".join(in_words(part) for part in offer.unmet) or "the account in the newest book"
        yield from wrapped(line(f"{self.label(offer)}: ", (f"needs {needs}", "muted")), width, indent=2)

    def past(self, proposal: Proposal) -> Iterator[Line]:
        """Return what was done about a proposal, oldest first."""
        for event in proposal.events:
            at = event.occurred_at.astimezone(self.zone)
            stamp = f"{short_date(at.date(), self.today):>6} {at:%H:%M} {fit(clean(event.by), 6)} "
            note = f" · {clean(event.note)}" if event.note else ""
            yield line((stamp, "muted"), f"{did(event)}{note}")

    def stands(self, event: Event, now: Proposal | None) -> str:
        """Return what a step did, and what comes next."""
        after = f" Next: {self.next(now)}" if now is not None and now.is_open else ""
        ordered = ""
        if now is not None and now.state is MeasureState.DONE and now.terms.order:
            ordered = " It stands in the next work order (deskcollect incentives order); nothing was sent."
        return f"{did(event)}.{after}{ordered}"
