"""Every rule of the policies and every column they may speak of, to be found by name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from deskcollect import frames
from deskcollect.frames import Column
from deskcollect.policy.load import FILES, columns_of
from deskcollect.policy.model import Condition
from deskcollect.policy.template import Template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.policy.model import Policies, Ruleset

__all__ = ["Column", "Found", "columns", "rules", "speak_of"]

# kind -> the file it stands in, its rules among Policies, and the field by which one is called
_KINDS = {
    "bucket": ("buckets.toml", "buckets", "id"),
    "cut": ("tiers.toml", "cuts", "tier"),
    "floor": ("tiers.toml", "floors", "id"),
    "hold": ("holds.toml", "holds", "id"),
    "treatment": ("treatments.toml", "treatments", "id"),
    "signal": ("alerts.toml", "signals", "id"),
    "level": ("alerts.toml", "levels", "id"),
    "term": ("cases.toml", "terms", "level"),
    "escalation": ("cases.toml", "escalations", "role"),
    "kind": ("restrictions.toml", "restrictions.kinds", "id"),
    "reason": ("restrictions.toml", "restrictions.reasons", "code"),
    "check": ("restrictions.toml", "restrictions.checks", "id"),
    "release": ("restrictions.toml", "restrictions.releases", "id"),
    "outcome": ("outcomes.toml", "outcomes", "code"),
    "effect": ("effects.toml", "effects", "id"),
    "queue": ("queues.toml", "queues", "id"),
    "why": ("why.toml", "whys", "id"),
    "band": ("recovery.toml", "bands", "id"),
    "contact": ("recovery.toml", "contacts", "channel"),
    "cost": ("recovery.toml", "costs", "currency"),
    "measure": ("incentives.toml", "incentives.measures", "id"),
    "price": ("incentives.toml", "incentives.prices", "currency"),
}
_COLUMN_FIELDS = ("seen_on", "measure", "order")


@dataclass(frozen=True, slots=True)
class Found:
    """One rule and where it stands. `name` is its id, or what it is called by where it has none."""

    file: str
    line: int
    kind: str
    name: str
    rule: Any

    @property
    def condition(self) -> str:
        """Return its condition as it is written, empty if it has none."""
        when = getattr(self.rule, "when", None)
        return when.text if isinstance(when, Condition) else ""

    @property
    def label(self) -> str:
        """Return what it says of itself in words, as far as it does."""
        told = (getattr(self.rule, name, "") for name in ("label", "step", "text"))
        return next((each.text if isinstance(each, Template) else str(each) for each in told if each), "")

    def uses(self, column: str) -> tuple[str, ...]:
        """Return its fields that speak of a column."""
        return tuple(field.name for field in fields(self.rule) if column in _columns(field.name, self.rule))


def _columns(field: str, rule: Any) -> tuple[str, ...]:
    """Return the columns that a field of a rule speaks of."""
    value = getattr(rule, field)
    if isinstance(value, Condition | Template):
        return tuple(value.columns)
    return (value,) if field in _COLUMN_FIELDS else ()


def rules(policies: Policies) -> Iterator[Found]:
    """Go through all rules, in the order of the files."""
    for name in FILES:
        for kind, (file, attribute, called) in _KINDS.items():
            if file == name:
                ruleset: Ruleset[Any] = attrgetter(attribute)(policies)
                for rule, line in zip(ruleset, ruleset.lines, strict=True):
                    yield Found(file, line, kind, str(getattr(rule, called)), rule)


def columns() -> dict[str, Column]:
    """Return every column that some rule may speak of, by name."""
    return {column.name: column for column in frames.join(*(columns_of(name) for name in FILES))}


def speak_of(column: str) -> tuple[str, ...]:
    """Return the policy files whose rules may speak of a column."""
    return tuple(name for name in FILES if any(column == known.name for known in columns_of(name)))
