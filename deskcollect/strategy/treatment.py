"""What to do about each account today: hold, verify, wait, act or leave it, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import WorkState

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies

_CUSTOMER = "customer_id"
_PLACE = "_place"
_LEADER = "_leader"
_OWES = "_owes"
_NUMBER = "_number"
_OWN, _SHARED = "_own_hold", "_shared_hold"


def treat(facts: pl.LazyFrame, policies: Policies, *, today: date) -> pl.LazyFrame:
    """Return account_id and frames.TREATED: treatment, state, due date, lead account and reason.

    Args:
        facts: frames.FACTS.
        policies: holds, treatments and whys; the first match of each.
        today: local date at the desk.

    Shape: one row an account, in the order of `facts`.
    """
    nothing = pl.lit(None, dtype=pl.String)
    decided = (
        _with_hold(facts, policies)
        .with_columns(
            first_match((rule.id, rule.when) for rule in policies.treatments).alias("treatment"),
        )
        .with_columns(_state(policies, today).alias("state"))
    )
    led = _with_customer(decided.with_columns(_due_on(today).alias("due_on")), policies, today)
    # A condition of why.toml may name its own column, but nothing is known of it yet.
    treated = led.with_columns(nothing.alias("why")).with_columns(
        first_match((rule.id, rule.when) for rule in policies.whys).alias("why")
    )
    return frames.stamp(treated, (frames.ACCOUNTS[0], *frames.TREATED))


def _with_hold(facts: pl.LazyFrame, policies: Policies) -> pl.LazyFrame:
    """Add the first hold of an account, counting those of the customer's other accounts that hold the customer."""
    order = {rule.id: number for number, rule in enumerate(policies.holds)}
    own = first_match((rule.id, rule.when) for rule in policies.holds)
    shared = first_match((rule.id, rule.when) for rule in policies.holds if rule.scope == "customer")
    first = pl.min_horizontal(_OWN, pl.col(_SHARED).min().over(_CUSTOMER))
    # A window over more than a column is worked out group by group, which is slow: hence two steps.
    return facts.with_columns(_numbered(own, order).alias(_OWN), _numbered(shared, order).alias(_SHARED)).with_columns(
        first.replace_strict(list(order.values()), list(order), default=None, return_dtype=pl.String).alias("hold_rule")
    )


def _numbered(rule: pl.Expr, order: dict[str, int]) -> pl.Expr:
    """Return the place of a rule in its file."""
    return rule.replace_strict(list(order), list(order.values()), default=None, return_dtype=pl.UInt8)


def _is(state: WorkState) -> pl.Expr:
    """Say whether an account is in a state."""
    return pl.col("state") == state.value


def _state(policies: Policies, today: date) -> pl.Expr:
    """Return what an account asks of the desk: a hold goes before everything, then the lender's own figures."""
    wakes = pl.col("treatment").is_in([rule.id for rule in policies.treatments if rule.wakes])
    nothing = pl.col("treatment").is_in([rule.id for rule in policies.treatments if rule.channel == "none"])
    return (
        pl.when(pl.col("hold_rule").is_not_null())
        .then(pl.lit(WorkState.HOLD.value))
        .when(pl.col("verify").is_not_null())
        .then(pl.lit(WorkState.VERIFY.value))
        .when((pl.col("next_on") > today) & ~wakes)
        .then(pl.lit(WorkState.WAIT.value))
        .when(nothing)
        .then(pl.lit(WorkState.QUIET.value))
        .otherwise(pl.lit(WorkState.ACT.value))
    )


def _due_on(today: date) -> pl.Expr:
    """Return when an account comes up: now, on the day recorded, or not."""
    recorded = pl.col("next_on")
    return (
        pl.when(_is(WorkState.ACT) | _is(WorkState.VERIFY))
        .then(pl.min_horizontal(recorded, pl.lit(today)))
        .when(_is(WorkState.WAIT) | _is(WorkState.HOLD))
        .then(recorded)
    )


def _with_customer(decided: pl.LazyFrame, policies: Policies, today: date) -> pl.LazyFrame:
    """Add how many accounts of the customer are past due, and whether the customer is worked through this one.

    One account leads, so that nobody is called twice: the one with the highest past due of those that may be worked.
    """
    best = pl.col(_PLACE) == pl.col(_PLACE).max().over(_CUSTOMER)
    # Accounts are compared by number: the least text of a group takes ten times as long to find.
    return (
        decided.with_columns(
            _place(policies, today).alias(_PLACE),
            (pl.col("past_due") > 0).alias(_OWES),
            pl.col("account_id").rank("ordinal").alias(_NUMBER),
        )
        .with_columns(
            pl.col(_OWES).sum().over(_CUSTOMER).alias("customer_account_count"),
            pl.when(best).then(_NUMBER).alias(_LEADER),
        )
        .with_columns((pl.col(_NUMBER) == pl.col(_LEADER).min().over(_CUSTOMER)).fill_null(value=False).alias("leads"))
    )


def _place(policies: Policies, today: date) -> pl.Expr:
    """Return where an account stands among those of its customer, null if it may not be worked.

    Amounts of several currencies are compared by their rank in the book. An account that sleeps for longer than a promise
    may (placed with an agency, say) leads only where nothing else does.
    """
    asleep = timedelta(days=policies.promise_max_days + policies.promise_grace_days)
    far = (_is(WorkState.WAIT) & (pl.col("next_on") > today + asleep)).fill_null(value=False)
    worked = _is(WorkState.ACT) | _is(WorkState.WAIT) | (_is(WorkState.QUIET) & (pl.col("past_due") > 0))
    # exposure_share lies in 0..1, so whole numbers put one kind of account before another.
    return pl.when(worked).then(pl.when(far).then(0.0).otherwise(3.0) + pl.col("exposure_share").fill_null(-1.0))
