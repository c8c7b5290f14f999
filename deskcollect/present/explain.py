"""Why an account stands where it stands, in words: each decision names its rule, the stamps what it was decided with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deskcollect.present import recovery
from deskcollect.present.clean import clean
from deskcollect.present.condition import in_words
from deskcollect.present.lines import Line, line, wrapped
from deskcollect.present.numbers import percent
from deskcollect.present.shapes import TIER_WORDS
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.policy.model import Policies
    from deskcollect.present.voice import Voice

_LABEL = 11
_LONG = 200
_SILENT_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about one account.

    Args:
        voice: The policy's sentences.
        policies: The rules.
        row: The account's worklist row.
        silent: Early-warning rules that had no data, each with the tables it lacks.
        card: Id and hash of the scorecard.
        place: Where the account stands in the list, in words; empty where no list is open.
    """

    voice: Voice
    policies: Policies
    row: Mapping[str, Any]
    silent: tuple[tuple[str, tuple[str, ...]], ...]
    card: str
    place: str = ""

    def lines(self, width: int) -> list[Line]:
        """Return every decision with its reason and, muted, its rule."""
        return [
            entry
            for label, text, rule in (*self._decided(), *self._warned(), *self._stamps())
            for entry in _entry(label, text, rule, width)
        ]

    def _decided(self) -> Iterator[tuple[str, str, str]]:
        """Go through tier, place, hold, next step and reason."""
        row, voice = self.row, self.voice
        yield "Tier", f"{row['tier']}, {TIER_WORDS[row['tier']]}: {voice.tier_rule(row)}", f"tiers: {row['tier_rule']}"
        if self.place:
            yield "Place", self.place, ""
        if row["hold_rule"]:
            because = _condition(self.policies.holds, row["hold_rule"])
            yield "On hold", f"{voice.hold(row)}, because {because}", f"holds: {row['hold_rule']}"
        treated = _condition(self.policies.treatments, row["treatment"])
        yield "Next step", f"{voice.step(row)}, because {treated}", f"treatments: {row['treatment']}"
        yield "Why today", voice.why(row), f"why: {row['why']}"
        worth = "".join(part.text for part in recovery.in_one(voice, row, _LONG)[1:])
        yield "Recovery", f"{worth}. Reach: {recovery.source(voice, row)}", f"recovery: {row['reach_channel']}"

    def _warned(self) -> Iterator[tuple[str, str, str]]:
        """Go through the early warnings and the rules that could not speak."""
        row, voice = self.row, self.voice
        if row["alert_level"]:
            yield "Alert", f"{row['alert_level']}: {voice.level(row)}", f"alerts: {row['alert_level_rule']}"
        for signal, proof in voice.proofs(row):
            yield "", f"· {proof}", f"{signal}"
        if self.silent:
            lacking = sorted({table for _, tables in self.silent for table in tables})
            names = ", ".join(name for name, _ in self.silent[:_SILENT_SHOWN])
            more = f" and {len(self.silent) - _SILENT_SHOWN} more" if len(self.silent) > _SILENT_SHOWN else ""
            yield "Not looked", f"at {names}{more}: the book has no {' and no '.join(lacking)}", ""

    def _stamps(self) -> Iterator[tuple[str, str, str]]:
        """Go through what it was decided with."""
        row = self.row
        known = f"{percent(row['coverage'])} of the card's facts known"
        yield "Decided", f"on the book of {row['as_of']}, {known}", f"card {self.card}, policy {self.policies.hash}"


def _condition(ruleset: object, wanted: str) -> str:
    """Return the condition of a rule in words."""
    found = next((rule.when.text for rule in ruleset if rule.id == wanted), "")  # type: ignore[attr-defined]  # a Ruleset of rules with id and when
    told = in_words(found) if found else "?"
    return "no other rule matches" if told == "always" else told


def _entry(label: str, text: str, rule: str, width: int) -> list[Line]:
    """Return one decision, its label once, long text under itself, its rule at the end."""
    room = width - _LABEL
    named = "  [" + clean(rule).replace(" ", "\N{NO-BREAK SPACE}") + "]" if rule else ""
    rows = wrapped(line(clean(text), (named, "muted")), room)
    return [line((fit(label if number == 0 else "", _LABEL), "muted"), *row) for number, row in enumerate(rows)]
