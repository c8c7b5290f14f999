"""What the ledger says of each account at a date: the newest outcome, attempts, holds, callbacks, bad numbers.

Only standing outcomes count (not withdrawn), each from its local date on. Their order is when they happened, then the
event id, so that a ledger merged from several desks says the same in any order of merging.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import Direction

if TYPE_CHECKING:
    from datetime import date

    from deskcollect.policy.model import Outcome, Policies

ATTEMPT_DAYS = 7
_ORDER = ("occurred_at", "event_id")
_FLAGS = ("attempt", "contact", "right_party", "stops_queue", "bad_number", "refused", "claims_paid")


def past(
    events: frames.Events,
    numbers: frames.Numbers,
    accounts: pl.LazyFrame,
    policies: Policies,
    *,
    as_of: date,
    today: date,
) -> frames.Past:
    """Return what people did on each account up to max(as_of, today).

    Args:
        events: The events of the ledger.
        numbers: The telephone numbers that the book has for each customer.
        accounts: Accounts with `account_id` and `customer_id`, one row each; their order is kept.
        policies: What each outcome code means.
        as_of: Date of the book.
        today: Local date at the desk.

    Shape: one row an account. Nulls: what never happened; flags and counts are never null.
    """
    owners = accounts.select("account_id", "customer_id")
    outcomes = _outcomes(events, owners, policies, until=max(as_of, today)).collect().lazy()
    work = outcomes.filter(~pl.col("inert"))
    parts = (
        (_newest(work, today), "account_id"),
        (_counts(work, today=today, as_of=as_of), "account_id"),
        (_callbacks(work), "account_id"),
        (_holds(work, owners), "account_id"),
        (_contact(work, numbers), "customer_id"),
    )
    told = _mentioned(owners, outcomes)
    for part, key in parts:
        told = told.join(part, on=key, how="left", maintain_order="left")
    everyone = frames.add(owners, told.drop("customer_id"))
    filled = everyone.with_columns(
        pl.col("worked_today", "contact_lost").fill_null(value=False),
        pl.col("attempt_count", "bad_number_count").fill_null(0),
    )
    return frames.Past(frames.stamp(filled, frames.PAST))


def _mentioned(owners: pl.LazyFrame, outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """Return the few accounts that an outcome speaks of, itself or by its customer."""
    heard = outcomes.select("account_id", "customer_id").collect()
    return owners.filter(
        pl.col("account_id").is_in(heard["account_id"].implode())
        | pl.col("customer_id").is_in(heard["customer_id"].drop_nulls().implode())
    )


def _outcomes(events: frames.Events, owners: pl.LazyFrame, policies: Policies, *, until: date) -> pl.LazyFrame:
    """Return the standing outcomes up to a date in their order, with what their codes mean.

    An event without a customer is given the one that the book has for its account.
    """
    standing = events.filter(frames.stands() & (pl.col("occurred_on") <= until))
    owner = owners.select("account_id", pl.col("customer_id").alias("owner"))
    return (
        standing.with_columns(pl.col("code").str.to_uppercase())
        .join(_meanings(policies).lazy(), on="code", how="left")
        .join(owner, on="account_id", how="left")
        .with_columns(
            pl.col(*_FLAGS, "inert", "scope_customer").fill_null(value=False),
            pl.coalesce("customer_id", "owner").alias("customer_id"),
        )
        .sort(_ORDER)
    )


def _meanings(policies: Policies) -> pl.DataFrame:
    """Return what each outcome code means."""
    rows = [
        {name: getattr(outcome, name) for name in ("code", *_FLAGS)}
        | {"inert": _is_inert(outcome), "scope_customer": outcome.scope == "customer"}
        for outcome in policies.outcomes
    ]
    form = {"code": pl.String} | dict.fromkeys((*_FLAGS, "inert", "scope_customer"), pl.Boolean)
    return pl.DataFrame(rows, schema=form)


def _is_inert(outcome: Outcome) -> bool:
    """Say whether a code tells something and changes nothing: no flag is set and no day for the next step named."""
    return outcome.next_days is None and not any(getattr(outcome, flag) for flag in _FLAGS)


def _newest(work: pl.LazyFrame, today: date) -> pl.LazyFrame:
    """Return the newest outcome of each account. It alone says when the account comes up again."""
    return work.group_by("account_id").agg(
        pl.col("code").last().alias("last_code"),
        pl.col("occurred_on").last().alias("last_on"),
        pl.col("occurred_at").last().alias("last_at"),
        pl.col("by").last().alias("last_by"),
        (pl.col("occurred_on") == today).any().alias("worked_today"),
        pl.col("next_on").last(),
    )


def _counts(work: pl.LazyFrame, *, today: date, as_of: date) -> pl.LazyFrame:
    """Return attempts, and the last days on which certain things were heard.

    A claim to have paid counts until a book comes that could show the payment.
    """
    day = pl.col("occurred_on")
    age = (pl.lit(today) - day).dt.total_days()
    tried = pl.col("attempt") & (pl.col("direction") != Direction.INBOUND.value) & age.is_between(0, ATTEMPT_DAYS - 1)
    return work.group_by("account_id").agg(
        tried.sum().alias("attempt_count"),
        day.filter(pl.col("right_party")).max().alias("conversation_on"),
        day.filter(pl.col("refused")).max().alias("refused_on"),
        day.filter(pl.col("claims_paid") & (day >= as_of)).max().alias("claims_paid_on"),
    )


def _callbacks(work: pl.LazyFrame) -> pl.LazyFrame:
    """Return the callback asked for last, unless somebody was reached since."""
    asked = pl.col("callback_at").is_not_null()
    newest = work.filter(pl.col("contact") | asked).group_by("account_id").agg(pl.col("callback_at", "by").last())
    return newest.filter(asked).rename({"by": "callback_by"})


def _holds(work: pl.LazyFrame, owners: pl.LazyFrame) -> pl.LazyFrame:
    """Return the newest outcome that stops work on each account, its own or one that covers its customer."""
    stops = work.filter("stops_queue").select(
        "account_id", "customer_id", "code", "occurred_on", "by", *_ORDER, "scope_customer"
    )
    own = stops.drop("customer_id", "scope_customer")
    shared = stops.filter("scope_customer").drop("account_id", "scope_customer")
    spread = shared.join(owners, on="customer_id").drop("customer_id")
    every = pl.concat([own, spread.select(own.collect_schema().names())])
    return (
        every.sort(_ORDER)
        .group_by("account_id")
        .agg(
            pl.col("code").last().alias("hold_code"),
            pl.col("occurred_on").last().alias("hold_on"),
            pl.col("by").last().alias("hold_by"),
        )
    )


def _contact(work: pl.LazyFrame, numbers: frames.Numbers) -> pl.LazyFrame:
    """Return which numbers of each customer are bad, and whether all of them are.

    A number is bad from the first outcome that found it so after the customer was last reached on it: trying a bad
    number again changes nothing. An outcome that names no number counts where the customer has only one.
    """
    known = numbers.select("customer_id", "contact_point").unique()
    heard = _on_numbers(work, known).filter(pl.col("bad_number") | pl.col("right_party"))
    since = heard.with_columns(
        pl.col("right_party").cum_sum().over("customer_id", "contact_point", order_by=_ORDER).alias("spell")
    )
    newest_spell = pl.col("spell") == pl.col("spell").max().over("customer_id", "contact_point")
    bad = (
        since.filter(newest_spell & pl.col("bad_number"))
        .sort(_ORDER)
        .group_by("customer_id", "contact_point")
        .agg(pl.col("occurred_on", *_ORDER).first())
        .join(known, on=["customer_id", "contact_point"], how="semi")
    )
    counted = (
        bad.sort(_ORDER)
        .group_by("customer_id")
        .agg(pl.len().alias("bad_number_count"), pl.col("occurred_on", "event_id").last())
    )
    lost = pl.col("bad_number_count") == pl.col("known_count")
    return (
        known.group_by("customer_id")
        .agg(pl.len().alias("known_count"))
        .join(counted, on="customer_id")
        .select(
            "customer_id",
            "bad_number_count",
            lost.alias("contact_lost"),
            pl.when(lost).then("occurred_on").alias("contact_lost_on"),
            pl.when(lost).then("event_id").alias("contact_lost_event"),
        )
    )


def _on_numbers(work: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Put outcomes that name no number on the customer's only one."""
    single = (
        known.group_by("customer_id")
        .agg(pl.len().alias("n"), pl.col("contact_point").first().alias("only"))
        .filter(pl.col("n") == 1)
        .select("customer_id", "only")
    )
    return (
        work.join(single, on="customer_id", how="left")
        .with_columns(pl.coalesce("contact_point", "only").alias("contact_point"))
        .filter(pl.col("contact_point").is_not_null())
    )
