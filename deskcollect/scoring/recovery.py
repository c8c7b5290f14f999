"""What a contact today may bring in: reach x what being reached adds to the chance of cure x past due, less its cost.

The chance of cure without a contact (`cure_anyway`) is that of the card of cure with what was recorded; being reached adds
the policy's effect to its log odds (`cure_reached`). Written out: reach x cure_reached x past due, less what those who are
reached pay in any case (reach x cure_anyway x past due), less the cost of the contact.

Source: van de Geer, Wang and Bhulai, Data-driven consumer debt collection (2018): rank by what a call adds, not by what
the account is likely to pay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.scoring import card as cards
from deskcollect.scoring import features, score
from deskcollect.scoring.contactability import DECIMALS
from deskcollect.vocabulary import Channel, WorkState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.policy.model import Policies

CURE = "cure"
_NOTHING_TO_DO = (WorkState.HOLD.value, WorkState.VERIFY.value)


@cache
def card() -> cards.Card:
    """Return the bundled card of cure."""
    return cards.load(CURE)


def cure(cycles: frames.Cycles, past_due: pl.LazyFrame) -> pl.LazyFrame:
    """Return the log odds of staying past due of the accounts that are.

    Args:
        cycles: The statements of all accounts.
        past_due: `account_id` and `past_due` of all accounts; their order is kept.

    Shape: frames.CURE. Nulls: accounts that are not past due.
    """
    late = past_due.filter(pl.col("past_due") > 0).select("account_id").collect()["account_id"]
    asked = frames.Cycles(cycles.filter(pl.col("account_id").is_in(late.implode())))
    found = score.points(card(), features.features(asked)).select("account_id", cure_milli="card_milli")
    return frames.stamp(frames.add(past_due.select("account_id"), found), frames.CURE)


def recovery(facts: pl.LazyFrame, policies: Policies) -> frames.Recovery:
    """Return what a contact with each account may bring in, in the account's currency.

    Args:
        facts: `account_id`, `currency`, `past_due`, `state`, `cure_milli`, `effect_milli`, `reach` and `reach_channel`.
        policies: Effects and costs of contacts.

    Shape: frames.RECOVERY, in the order of `facts`. Chances are rounded, so that whoever multiplies what is shown gets
    what is shown. Nulls: all of it where the account is not past due, or where nothing may be done (a hold, or figures
    that must be verified first); the cost alone where the policy has none for the currency.
    """
    milli = pl.col("cure_milli") + pl.col("effect_milli").fill_null(0)
    moved: dict[str, int] = {contact.channel: round(contact.effect * 1000) for contact in policies.contacts}
    effect = _by_channel(moved, pl.Int32)
    wanted = (pl.col("past_due") > 0) & ~pl.col("state").is_in(_NOTHING_TO_DO)
    due = pl.col("past_due").cast(pl.Float64)
    pays = facts.with_columns(
        pl.when(wanted).then(1.0 - score.probability(milli)).round(DECIMALS).alias("cure_anyway"),
        pl.when(wanted).then(1.0 - score.probability(milli - effect)).round(DECIMALS).alias("cure_reached"),
        pl.when(wanted).then(_cost(policies)).alias("recovery_cost"),
    )
    added = pl.col("reach") * (pl.col("cure_reached") - pl.col("cure_anyway")) * due
    figured = pays.with_columns(
        (pl.col("reach") * pl.col("cure_anyway") * due).alias("recovery_anyway"),
        (added - pl.col("recovery_cost").fill_null(0.0)).alias("expected_recovery"),
    )
    return frames.Recovery(frames.stamp(figured, frames.RECOVERY))


def _cost(policies: Policies) -> pl.Expr:
    """Return the cost of a contact on a row's channel in its currency; null where the policy has none."""
    price = pl.lit(None, dtype=pl.Float64)
    for cost in policies.costs:
        of_channel = {channel.value: float(getattr(cost, channel.value)) for channel in Channel}
        there = _by_channel(of_channel, pl.Float64)
        price = pl.when(pl.col("currency") == cost.currency).then(there).otherwise(price)
    return price


def _by_channel(values: Mapping[str, float], dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return what belongs to each row's channel."""
    known = pl.Series([values[channel.value] for channel in Channel], dtype=dtype)
    return pl.lit(known).gather(pl.col("reach_channel").to_physical())
