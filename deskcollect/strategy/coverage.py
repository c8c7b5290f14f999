"""What the treatment table answers over its whole grid, so that no kind of account is left out or judged by its score."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import Exposure, PromiseStatus, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.policy.model import Policies

_DAY = date(2026, 9, 30)
_LATELY = _DAY - timedelta(days=4)
_SHARES = {Exposure.LOW: 0.2, Exposure.MID: 0.5, Exposure.HIGH: 0.9}
_STAGES = {"early": 12, "middle": 45, "late": 120}
_CHANCES = {Tier.A: 0.05, Tier.B: 0.12, Tier.C: 0.2, Tier.D: 0.4, Tier.E: 0.7}
_AMOUNT = Decimal(1000)

PLAIN = "plain"
FLAGS: Mapping[str, Mapping[str, Any]] = {
    PLAIN: {},
    "callback": {"callback_at": _DAY},
    "claims-paid": {"claims_paid_on": _LATELY},
    "promise-open": {"promise_status": PromiseStatus.OPEN.value, "promise_due": _DAY + timedelta(days=7)},
    "promise-soon": {"promise_status": PromiseStatus.OPEN.value, "promise_due": _DAY + timedelta(days=1)},
    "promise-due": {"promise_status": PromiseStatus.DUE.value, "promise_due": _DAY - timedelta(days=1)},
    "promise-kept": {"promise_status": PromiseStatus.KEPT.value, "promise_due": _LATELY},
    "promise-partial": {"promise_status": PromiseStatus.PARTIAL.value, "promise_due": _LATELY},
    "promise-broken": {
        "promise_status": PromiseStatus.BROKEN.value,
        "promise_broken_on": _LATELY,
        "promise_broken_count": 1,
    },
    "declined": {"refused_on": _LATELY},
    "contact-lost": {"contact_lost": True},
    "no-number": {"number_count": 0},
    "no-number-email": {"number_count": 0, "email": "a@example.com"},
    "no-number-letter": {"number_count": 0, "address": "12 Lake Road"},
    "often-tried": {"attempt_count": 6},
    "payment-returned": {"returned_count": 1, "returned_on": _LATELY},
    "text-sent": {"last_code": "SMS", "last_on": _LATELY},
    "letter-sent": {"last_code": "LTR", "last_on": _LATELY},
}
"""Facts that a treatment may ask for beside tier, exposure and stage."""

_SCORE = frozenset(column.name for column in (*frames.SCORES, *frames.TIERED)) - {"account_id"}


def grid(policies: Policies, flags: Sequence[str] = tuple(FLAGS)) -> pl.DataFrame:
    """Return the treatment that answers each cell.

    Shape: one row a tier, exposure, stage and flag, with treatment, channel, tone and owner.
    """
    cells = pl.DataFrame([
        _cell(tier, exposure, stage, flag)
        for tier in Tier
        for exposure in Exposure
        for stage in _STAGES
        for flag in flags
    ], infer_schema_length=None)  # fmt: skip
    missing = [c for c in frames.FACTS if c.name not in cells.columns]
    facts = cells.with_columns(pl.lit(None, dtype=column.dtype).alias(column.name) for column in missing)
    answered = facts.cast({column.name: column.dtype for column in frames.FACTS}).with_columns(
        first_match((rule.id, rule.when) for rule in policies.treatments).alias("treatment")
    )
    told = [
        pl.col("treatment").replace_strict({rule.id: getattr(rule, field) for rule in policies.treatments}).alias(field)
        for field in ("channel", "tone", "owner")
    ]
    return answered.select("tier", "exposure", "stage", "flag", "treatment", *told)


def _cell(tier: Tier, exposure: Exposure, stage: str, flag: str) -> dict[str, Any]:
    """Make the facts of one account that stands in a cell."""
    facts: dict[str, Any] = {
        "tier": tier.value,
        "prob_default": _CHANCES[tier],
        "exposure": exposure.value,
        "exposure_share": _SHARES[exposure],
        "past_due": _AMOUNT,
        "balance": _AMOUNT,
        "promise_amount": _AMOUNT,
        "stage": stage,
        "dpd": _STAGES[stage],
        "as_of": _DAY,
        "today": _DAY,
        "worked_today": False,
        "flag": flag,
    }
    return {**facts, **FLAGS[flag]}


def by_score_alone(policies: Policies) -> tuple[str, ...]:
    """Return the treatments whose condition asks for nothing but the score and its tier."""
    return tuple(rule.id for rule in policies.treatments if rule.when.columns and rule.when.columns <= _SCORE)
