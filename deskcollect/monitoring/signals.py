"""Early-warning signals: which rule of alerts.toml fires on which account, and which rules a book cannot feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies

_FIRES = "fires: "


def signals(facts: pl.LazyFrame, policies: Policies) -> frames.Signals:
    """Return the signals of accounts.

    Args:
        facts: frames.TIERED_FACTS.
        policies: the rules are those of alerts.toml.

    Shape: one row an account and rule that fires; rules in the order of the file, accounts in that of `facts`.
    """
    if not len(policies.signals):
        return frames.Signals(frames.empty(frames.SIGNALS))
    dates = list(dict.fromkeys(rule.seen_on for rule in policies.signals))
    # A prefix keeps a rule apart from a column of the same name.
    names = {rule.id: f"{_FIRES}{rule.id}" for rule in policies.signals}
    fires = [rule.when.expr.fill_null(value=False).alias(names[rule.id]) for rule in policies.signals]
    # Few accounts fire at all: the others are gone before the table turns long.
    fired = facts.select("account_id", *dates, *fires).filter(pl.any_horizontal(names.values()))
    long = fired.unpivot(
        on=list(names.values()), index=["account_id", *dates], variable_name="rule", value_name="fires"
    )
    named = (
        long.filter("fires")
        .with_columns(pl.col("rule").str.strip_prefix(_FIRES))
        .with_columns(
            _told("family", policies),
            _told("strength", policies),
            pl.coalesce(
                pl.when(pl.col("rule").is_in([rule.id for rule in policies.signals if rule.seen_on == column])).then(
                    column
                )
                for column in dates
            ).alias("seen_on"),
        )
    )
    return frames.Signals(frames.stamp(named, frames.SIGNALS))


def _told(field: str, policies: Policies) -> pl.Expr:
    """Return what a rule says of itself, by its name."""
    words = {rule.id: getattr(rule, field) for rule in policies.signals}
    return pl.col("rule").replace_strict(words, return_dtype=pl.String).alias(field)


def silent(policies: Policies, present: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rules that cannot fire on this desk, each with the tables it misses.

    Args:
        policies: the rules are those of alerts.toml.
        present: what the desk has: tables of the book, `ledger`, `snapshots`.
    """
    missing = ((rule.id, tuple(need for need in rule.needs if need not in present)) for rule in policies.signals)
    return tuple((rule, tables) for rule, tables in missing if tables)
