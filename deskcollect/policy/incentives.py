"""What incentives.toml holds: measures that reward or press, and what each costs or brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from deskcollect.policy.model import Condition, Ruleset  # the types of fields are read when rules are made
from deskcollect.policy.template import Template


@dataclass(frozen=True, slots=True)
class Measure:
    """An incentive or a consequence.

    `why` and `cost_or_gain` are the sentences about one account; `{measure_amount:money}` in the second is what `fees`,
    `rate_points` with `months`, or `limit_share` come to. `assumption` says what that takes for granted. `owner` may propose
    it and do it, `approve_by` signs; a lead may all of it. `second_person`: nobody signs what they proposed. `wait_days` is
    how long after a notice a consequence may be done at the earliest. `ends` is a restriction that must be lifted before it
    is done. `order` is what the lender's system is told; empty: nothing.
    """

    id: str
    label: str
    kind: Literal["incentive", "consequence"]
    when: Condition
    why: Template
    cost_or_gain: Template
    owner: Literal["collector", "lead", "analyst"]
    approve_by: Literal["collector", "lead", "analyst"]
    once_in_days: int
    second_person: bool = False
    wait_days: int = 0
    assumption: str = ""
    fees: int = 0
    rate_points: float = 0.0
    months: int = 0
    limit_share: float = 0.0
    ends: Literal["", "watch", "no_cash_advance", "no_new_spending", "limit_cut", "suspension"] = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What one late fee is in one currency, as text so that it stays exact; `source` says where that is from."""

    currency: str
    late_fee: str
    source: str


@dataclass(frozen=True, slots=True)
class Incentives:
    """All of incentives.toml. What is not done so many days after its last step lapses."""

    measures: Ruleset[Measure]
    prices: Ruleset[Price]
    lapse_days: int

    def measure(self, name: str) -> Measure | None:
        """Return the measure of a name; None where the policy does not have it."""
        return next((each for each in self.measures if each.id == name.lower()), None)

    def price(self, currency: str | None) -> Price | None:
        """Return the price of a currency; None where nobody told it."""
        return next((each for each in self.prices if each.currency == currency), None)
