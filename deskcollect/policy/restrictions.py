"""What restrictions.toml holds: kinds of restriction, reasons, checks of release, and which of them a release asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deskcollect.policy.model import Condition, Ruleset  # the types of fields are read when rules are made

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deskcollect.policy.template import Template


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of restriction. `order` and `release` are what the lender's system is told; empty: nothing."""

    id: Literal["watch", "no_cash_advance", "no_new_spending", "limit_cut", "suspension"]
    label: str
    gravity: int
    needs_signature: bool
    order: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason to restrict: the kind that is usual for it, the signals that suggest it, days until a review.

    `needs_note`: the reason itself is told in a note.
    """

    code: str
    label: str
    kind: Literal["watch", "no_cash_advance", "no_new_spending", "limit_cut", "suspension"]
    signals: tuple[str, ...]
    review_days: int
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a checklist. A condition that is null is not known: it counts as not met and `missing` says why."""

    id: str
    label: str
    source: Literal["book", "ledger", "alerts", "card"]
    when: Condition
    value: Template
    todo: str
    missing: str


@dataclass(frozen=True, slots=True)
class Release:
    """Which checks must be met before a restriction is lifted. `review_days` goes before that of the reason."""

    id: str
    label: str
    when: Condition
    checks: tuple[str, ...]
    review_days: int | None = None


@dataclass(frozen=True, slots=True)
class Restrictions:
    """All of restrictions.toml."""

    kinds: Ruleset[Measure]
    reasons: Ruleset[Ground]
    checks: Ruleset[Check]
    releases: Ruleset[Release]
    rebreach_days: int

    def kind(self, kind: str) -> Measure:
        """Return what a kind means; each kind is there once."""
        return next(measure for measure in self.kinds if measure.id == kind)

    def reason(self, code: str) -> Ground | None:
        """Return the reason of a code, upper or lower case; None where the policy does not have it."""
        wanted = code.upper()
        return next((ground for ground in self.reasons if ground.code == wanted), None)

    def suggested(self, rules: Iterable[str]) -> tuple[Ground, ...]:
        """Return the reasons that some signals suggest, in the order of the file."""
        fired = frozenset(rules)
        return tuple(ground for ground in self.reasons if fired & frozenset(ground.signals))
