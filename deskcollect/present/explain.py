"""Which rules decided, in words: each decision names its rule, and the stamps say of which policy, card and book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import percent
from deskcollect.present.selected import wrapped
from deskcollect.present.shapes import TIER_WORDS
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.policy.model import Policies
    from deskcollect.present.voice import Voice

_LABEL, _WIDTH = 10, 74


def rules(
    voice: Voice,
    policies: Policies,
    row: Mapping[str, Any],
    silent: tuple[tuple[str, tuple[str, ...]], ...],
    card: str,
) -> list[Line]:
    """Return what decided tier, treatment, hold, reason and alert of an account."""
    return [entry for label, text in _told(voice, policies, row, silent, card) for entry in _entry(label, text)]


def _told(
    voice: Voice,
    policies: Policies,
    row: Mapping[str, Any],
    silent: tuple[tuple[str, tuple[str, ...]], ...],
    card: str,
) -> Iterator[tuple[str, str]]:
    """Return label and sentence of each decision."""
    yield "Tier", f"{row['tier']}, {TIER_WORDS[row['tier']]}: {voice.tier_rule(row)} (tiers.toml, {row['tier_rule']})"
    if row["hold_rule"]:
        yield (
            "Hold",
            f"{voice.hold(row)}: {_condition(policies.holds, row['hold_rule'])} (holds.toml, {row['hold_rule']})",
        )
    yield "Treat", f"{row['treatment']}: {_condition(policies.treatments, row['treatment'])}"
    yield "State", f"{row['state']}; queues: {', '.join(row['queues'] or ())}"
    yield "Why", f"{voice.why(row)} (why.toml, {row['why']})"
    yield (
        "Rank",
        f"chance of default {percent(row['prob_default'], 1)}; past due above {percent(row['exposure_share'] or 0)} of the book's",
    )
    for number, signal in enumerate(row["signals"] or ()):
        yield "Alert" if number == 0 else "", f"{voice.signal(signal)}: {voice.evidence(signal, row)} ({signal})"
    if row["alert_level"]:
        yield "Level", f"{row['alert_level']}: {voice.level(row)} (alerts.toml, {row['alert_level_rule']})"
    if silent:
        names = ", ".join(f"{name} (needs {' and '.join(lacking)})" for name, lacking in silent)
        yield "Silent", names
    yield (
        "Stamps",
        f"card {clean(card)} · policy {policies.hash} · book {row['as_of']} · {percent(row['coverage'])} of the card's facts known",
    )


def _condition(ruleset: object, wanted: str) -> str:
    """Return the condition of a rule."""
    return next((rule.when.text for rule in ruleset if rule.id == wanted), "")  # type: ignore[attr-defined]  # a Ruleset of rules with id and when


def _entry(label: str, text: str) -> list[Line]:
    """Return one decision, its label once, long text under itself."""
    rows = wrapped(line(text), _WIDTH - _LABEL)
    return [line((fit(label if number == 0 else "", _LABEL), "muted"), *row) for number, row in enumerate(rows)]
