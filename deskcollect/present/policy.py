"""Policies in words: what a file decides, what a rule says, what a column means and who speaks of it."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.policy import needs
from deskcollect.policy.model import Choice, Condition
from deskcollect.policy.template import Template
from deskcollect.present.condition import in_words
from deskcollect.present.numbers import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from deskcollect.policy.catalogue import Column, Found
    from deskcollect.policy.model import SignalRule
    from deskcollect.records import Issue

DECIDES: Mapping[str, str] = MappingProxyType(
    {
        "buckets.toml": "bands of days past due, and their stage",
        "tiers.toml": "tiers by chance of default, and the facts that count more",
        "holds.toml": "facts that keep the desk from any contact",
        "treatments.toml": "what to do next",
        "alerts.toml": "early warnings and their levels",
        "cases.toml": "by when alert cases are worked, and who comes next",
        "restrictions.toml": "kinds of restriction, reasons, and what their release needs",
        "outcomes.toml": "what can be recorded, what it asks for, when the account comes up again",
        "effects.toml": "what a record does to the score",
        "queues.toml": "the parts of the worklist",
        "why.toml": "the sentences under Why today",
        "recovery.toml": "what is assumed of reaching people, what a contact adds and costs, bands of hours",
        "incentives.toml": "what may be given to who pays and done to who does not, and who signs",
    }
)
_COUNTED = {"bucket", "cut", "floor", "hold", "treatment", "signal", "level", "effect", "queue", "why"}
_SIGNAL_OWN = ("evidence", "seen_on", "measure", "needs")


def finding(issue: Issue) -> tuple[str, str]:
    """Return a finding as an editor finds it, `alerts.toml:45: what is wrong`, and its remedy."""
    line = f":{issue.place.line}" if issue.place.line else ""
    return f"{issue.place.file}{line}: {issue.message}", issue.remedy


def kind_of_value(column: Column) -> str:
    """Return the type of a column in words."""
    dtype = column.dtype
    if isinstance(dtype, pl.Decimal):
        return "exact amount"
    if isinstance(dtype, pl.Datetime):
        return "date and time"
    words = {
        pl.String: "text",
        pl.Boolean: "true or false",
        pl.Date: "date",
        pl.Float64: "number",
        pl.Enum: "one of its values, in their order",
        pl.List: "list of texts",
    }
    return words.get(dtype.base_type(), "whole number")


def column_facts(column: Column, spoken_of: Collection[str]) -> Iterator[tuple[str, str]]:
    """Return what is known of a column, each with its title."""
    yield "Meaning", column.meaning
    if column.unit:
        yield "Unit", column.unit
    yield "Type", kind_of_value(column)
    if column.values:
        yield "Values", ", ".join(column.values)
    yield "Known in", ", ".join(spoken_of)


def used_in(found: Found, column: str) -> str:
    """Return in which of its parts a rule speaks of a column: `condition, evidence`."""
    return ", ".join({"when": "condition"}.get(name, name.replace("_", " ")) for name in found.uses(column))


def rule_facts(found: Found, known: Mapping[str, Column], present: frozenset[str] | None) -> Iterator[tuple[str, str]]:
    """Return what a rule says, each part with its title.

    Args:
        found: The rule.
        known: The columns that rules may speak of.
        present: What the desk has, of policy.needs.FEEDS. None where there is no desk.
    """
    if found.condition:
        yield ("Fires when" if found.kind == "signal" else "When"), in_words(found.condition)
        yield "As written", found.condition
    for field in fields(found.rule):
        text = _value(getattr(found.rule, field.name))
        if text and field.name not in {"id", "label", *(_SIGNAL_OWN if found.kind == "signal" else ())}:
            yield field.name.replace("_", " ").capitalize(), text
    if found.kind == "signal":
        yield from _signal(found.rule, known, present)


def _signal(rule: SignalRule, known: Mapping[str, Column], present: frozenset[str] | None) -> Iterator[tuple[str, str]]:
    """Return what only an early-warning rule says."""
    yield "Evidence", rule.evidence.text
    yield "Dated by", f"{rule.seen_on}: {known[rule.seen_on].meaning}"
    yield "Measured by", f"{rule.measure}, the larger the worse" if rule.measure else "nothing"
    if not rule.needs:
        yield "Needs", "nothing but the accounts"
    elif present is None:
        yield "Needs", ", ".join(rule.needs)
    else:
        yield (
            "Needs",
            ", ".join(f"{need} ({'not' if needs.missing(need, present) else 'is'} there)" for need in rule.needs),
        )


def _value(value: Any) -> str:
    """Return a value of a rule, nothing for what is not told: its condition, what is off, empty or not said."""
    match value:
        case Condition() | None | False | "" | ():
            return ""
        case Template():
            return value.text
        case True:
            return "yes"
        case tuple():
            return ", ".join(each.label if isinstance(each, Choice) else str(each) for each in value)
        case _:
            return str(value)


def today(found: Found, counts: Mapping[tuple[str, str], int], accounts: int) -> str:
    """Return on how many accounts a rule has its say today, nothing for a kind that is not counted."""
    if found.kind not in _COUNTED:
        return ""
    does = "fires on" if found.kind == "signal" else "decides for" if found.kind != "effect" else "counts for"
    return f"{does} {count(counts.get((found.kind, found.name), 0))} of {count(accounts)} accounts"
