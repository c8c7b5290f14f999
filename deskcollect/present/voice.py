"""The desk's own sentences about an account: next step, why today, evidence, hold. Policy gives the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.errors import inside
from deskcollect.policy.evidence import facts
from deskcollect.present.clean import clean
from deskcollect.present.sentence import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, tzinfo

    from deskcollect.policy.model import Contact, Policies
    from deskcollect.policy.template import Template


class Voice:
    """Fills the sentences of one policy on one day.

    Args:
        policies: the policy whose rules the worklist names.
        today: the local date, for dates near it.
        digits: decimals to show per currency.
        zone: the desk's time zone, for instants.
    """

    def __init__(self, policies: Policies, today: date, digits: Mapping[str, int], zone: tzinfo) -> None:
        self.today = today
        self._zone = zone
        self._digits = digits
        self._labels = {o.code: o.label for o in policies.outcomes}
        self._treatments = {t.id: t for t in policies.treatments}
        self._holds = {h.id: h for h in policies.holds}
        self._named = {h.id: h.label for h in policies.holds} | self._labels
        self._whys = {w.id: w for w in policies.whys}
        self._signals = {s.id: s for s in policies.signals}
        self._kinds: dict[str, str] = {kind.id: kind.label for kind in policies.restrictions.kinds}
        self._floors = {f.id: f for f in policies.floors}
        self._levels = {rule.id: rule for rule in policies.levels}
        self._contacts = {contact.channel: contact for contact in policies.contacts}
        bands = sorted(policies.bands, key=lambda band: band.start_hour)
        self._hours = {
            band.id: f"{band.start_hour}-{after.start_hour} h"
            for band, after in zip(bands, (*bands[1:], bands[0]), strict=True)
        }

    def digits(self, currency: str | None) -> int:
        """Return the decimals to show for a currency."""
        return self._digits.get(currency or "", 2)

    def restriction(self, kind: str) -> str:
        """Return what a kind of restriction is called."""
        return self._kinds.get(kind, clean(kind))

    def hours(self, band: str) -> str:
        """Return a band of hours as a clock tells it: `18-21 h`."""
        return self._hours.get(band, clean(band))

    def contact(self, channel: str) -> Contact:
        """Return what the policy assumes of a channel."""
        return self._contacts[channel]  # type: ignore[index]  # the values of Channel are those of the policy

    def fill(self, template: Template, row: Mapping[str, Any]) -> str:
        """Fill a template from a row."""
        return sentence(
            template,
            row,
            today=self.today,
            zone=self._zone,
            digits=self.digits(row.get("currency")),
            labels=self._named,
        )

    def step(self, row: Mapping[str, Any]) -> str:
        """Return the short next step of a row."""
        if row["hold_rule"]:
            return self._holds[row["hold_rule"]].next
        if row["state"] == "verify":
            return "Check the figures"
        return self.fill(self._treatments[row["treatment"]].step, row)

    def ask(self, row: Mapping[str, Any], *, short: bool = False) -> str:
        """Return the next step as a whole sentence, with what follows if nobody is reached unless it is to be short."""
        if row["hold_rule"]:
            return self._holds[row["hold_rule"]].next
        if row["state"] == "verify":
            return "Check the lender's figures before any contact"
        treatment = self._treatments[row["treatment"]]
        otherwise = self.fill(treatment.otherwise, row)
        ask = self.fill(treatment.ask, row)
        return f"{ask}. If not reached: {inside(otherwise)}" if otherwise and not short else ask

    def why(self, row: Mapping[str, Any]) -> str:
        """Return why the account is worth a look today."""
        return self.fill(self._whys[row["why"]].text, row)

    def hold(self, row: Mapping[str, Any]) -> str:
        """Return why no contact is suggested; empty if nothing holds the account."""
        return self._holds[row["hold_rule"]].label if row["hold_rule"] else ""

    def held(self, row: Mapping[str, Any]) -> str:
        """Return which fact holds the account, and since when if that is known; empty if nothing does."""
        fact, why = self.hold(row), self.why(row)
        return why if why.startswith(fact) else f"{fact} · {why}"

    def evidence(self, rule: str, row: Mapping[str, Any], kept: str | None = None) -> str:
        """Return the evidence of an early-warning signal.

        Args:
            rule: its id.
            row: the account as it is now.
            kept: the columns of the evidence as they were, where it does not fire any more.
        """
        found = self._signals.get(rule)
        if found is None:
            return self.signal(rule)
        if kept is None:
            return self.fill(found.evidence, row)
        was = facts(kept)
        known = all(column in was for column in found.evidence.columns)
        return self.fill(found.evidence, {"currency": row.get("currency"), **was}) if known else found.label

    def proofs(self, row: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the signals of a row's open case with their evidence, the strongest first."""
        told = zip(row["signals"] or (), row["signal_facts"] or (), strict=True)
        return [(rule, self.evidence(rule, row, kept)) for rule, kept in told]

    def proof(self, row: Mapping[str, Any]) -> str:
        """Return the evidence of a row's strongest signal; empty if it has none."""
        return next((proof for _, proof in self.proofs({**row, **_first(row)})), "")

    def signal(self, rule: str) -> str:
        """Return the name of an early-warning signal; a rule that is gone is named by its id."""
        return self._signals[rule].label if rule in self._signals else clean(rule)

    def measure(self, rule: str) -> str:
        """Return the column by which an early-warning signal is measured; empty if by none."""
        return self._signals[rule].measure if rule in self._signals else ""

    def level(self, row: Mapping[str, Any]) -> str:
        """Return what made the level of a row's alert."""
        rule = self._levels.get(row["alert_level_rule"] or "")
        return rule.label if rule else ""

    def tier_rule(self, row: Mapping[str, Any]) -> str:
        """Return what decided the tier, in words."""
        floor = self._floors.get(row["tier_rule"])
        if floor is not None:
            return f"at least {floor.at_least}: {floor.label}"
        return f"{row['prob_default'] * 100:.0f} % chance of default next month"

    def outcome(self, code: str) -> str:
        """Return the label of an outcome code."""
        return self._labels.get(code, clean(code))


def _first(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's strongest signal alone."""
    return {name: (row[name] or ())[:1] for name in ("signals", "signal_facts")}
