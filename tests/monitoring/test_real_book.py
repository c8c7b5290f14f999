"""The shipped warnings on 20,064 real accounts: how many are flagged, and what became of those."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from deskcollect import frames, resources
from deskcollect.monitoring.conduct import conduct
from deskcollect.monitoring.levels import levels
from deskcollect.monitoring.signals import signals
from deskcollect.policy.model import Policies

AS_OF = date(2005, 9, 30)
STATEMENT = {
    "statement_date": "statement_date",
    "balance": "balance",
    "paid": "paid",
    "cycles": "cycles_past_due",
    "status": "payment_status",
}


def read(table: str) -> pl.DataFrame:
    """Return a table of the real book."""
    return pl.read_parquet(resources.sample_data() / "taiwan" / f"{table}.parquet")


def cycles() -> frames.Cycles:
    """Put the six statements of each account side by side."""
    ordered = read("statements").sort("account_id", "statement_date", descending=[False, True])
    wide = ordered.group_by("account_id", maintain_order=True).agg(
        pl.len().alias("statements_count"),
        *(pl.col(source).get(k).alias(f"{name}_{k}") for name, source in STATEMENT.items() for k in range(6)),
    )
    limit = read("accounts").select("account_id", *(pl.col("credit_limit").alias(f"limit_{k}") for k in range(6)))
    known = wide.join(limit, on="account_id").lazy()
    unknown = (f"minimum_{k}" for k in range(6)), ("limit_usual", "balance_usual", "paid_usual")
    absent = (pl.lit(None).alias(name) for names in unknown for name in names)
    return frames.Cycles(frames.stamp(known.with_columns(absent), frames.CYCLES))


@pytest.fixture(scope="module")
def facts() -> pl.DataFrame:
    """Return what is known of the real accounts, but for scores and a ledger, which no rule here needs."""
    none = frames.Payments(frames.empty(frames.PAYMENTS)), frames.Transactions(frames.empty(frames.TRANSACTIONS))
    behaviour = conduct(cycles(), *none, as_of=AS_OF).collect()
    late = pl.col("days_past_due") > 0
    owed = pl.when(late).then(pl.col("balance").clip(0)).otherwise(0)
    known = read("accounts").with_columns(past_due=owed, dpd=pl.col("days_past_due"), as_of=AS_OF, today=AS_OF)
    share = pl.when(pl.col("past_due") > 0).then(pl.col("past_due"))
    known = known.with_columns(exposure_share=(share.rank() / share.count()).fill_null(0.0))
    place = pl.col("exposure_share")
    exposure = (
        pl.when(place <= 0).then(pl.lit("none")).when(place > 2 / 3).then(pl.lit("high")).otherwise(pl.lit("mid"))
    )
    joined = known.with_columns(exposure=exposure).join(behaviour, on="account_id")
    missing = [c for c in frames.TIERED_FACTS if c.name not in joined.columns]
    filled = joined.with_columns(pl.lit(None, dtype=c.dtype).alias(c.name) for c in missing)
    return frames.stamp(filled.lazy(), frames.TIERED_FACTS).collect()


@pytest.fixture(scope="module")
def outcome() -> pl.DataFrame:
    """Return what became of each account in the month after."""
    return read("outcomes").select("account_id", bad=pl.col("defaulted_next_month").cast(pl.Float64))


@pytest.fixture(scope="module")
def flagged(facts: pl.DataFrame, outcome: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Return the alerts of the real book and what became of the accounts."""
    found = signals(facts.lazy(), policies)
    return levels(facts.lazy(), found, policies).collect().join(outcome, on="account_id")


def test_no_more_are_flagged_than_the_policy_wants(flagged: pl.DataFrame, policies: Policies) -> None:
    with_level = flagged.filter(pl.col("alert_level").is_not_null())
    share = with_level.height / flagged.height
    print(f"flagged {with_level.height:,} of {flagged.height:,} accounts = {share:.1%}")  # noqa: T201  # the share is asked for
    print(flagged.group_by("alert_level").agg(pl.len(), pl.col("bad").mean()).sort("alert_level"))  # noqa: T201  # the same
    assert flagged.height == 20_064
    assert 0.10 <= share <= policies.alert_cap_share


def test_the_flagged_default_more_than_twice_as_often(flagged: pl.DataFrame) -> None:
    rates = dict(flagged.group_by(pl.col("alert_level").is_not_null()).agg(pl.col("bad").mean()).iter_rows())
    assert rates[True] > 2 * rates[False]


def test_a_graver_level_is_no_safer(flagged: pl.DataFrame) -> None:
    rates = dict(flagged.group_by("alert_level").agg(pl.col("bad").mean()).iter_rows())
    assert rates["blue"] < rates["yellow"] < min(rates["orange"], rates["red"])


def test_strong_rules_earn_their_strength(facts: pl.DataFrame, outcome: pl.DataFrame, policies: Policies) -> None:
    """Compare with accounts that stood the same: current with current, past due with past due."""
    late = facts.select("account_id", late=pl.col("dpd") > 0).join(outcome, on="account_id")
    usual = late.group_by("late").agg(pl.col("bad").mean().alias("usual"))
    known = late.join(usual, on="late")
    rules = (
        signals(facts.lazy(), policies)
        .collect()
        .join(known, on="account_id")
        .group_by("rule", "strength")
        .agg(pl.len(), pl.col("bad").mean(), pl.col("usual").mean())
        .with_columns(lift=pl.col("bad") / pl.col("usual"))
        .sort("lift")
    )
    print(rules)  # noqa: T201  # count, rate and lift of each rule
    assert rules.filter(pl.col("strength") != "weak")["lift"].min() > 1.3  # type: ignore[operator]  # a number
    assert rules.filter(strength="weak")["lift"].median() > 1  # type: ignore[operator]  # a number
