"""Early-warning signals: which rule of alerts.toml fires on which account, and which rules a book cannot feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.policy import needs

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

    from deskcollect.policy.model import Policies, SignalRule

_FIRES = "fires: "


def signals(facts: pl.LazyFrame, policies: Policies) -> frames.Signals:
    """Return the signals of accounts.

    Args:
        facts: frames.TIERED_FACTS.
        policies: the rules are those of alerts.toml.

    There is no signal without evidence: a rule does not fire where its date or a value it speaks of is not known.

    Shape: one row an account and rule that fires; rules in the order of the file, accounts in that of `facts`.
    """
    if not len(policies.signals):
        return frames.Signals(frames.empty(frames.SIGNALS))
    facts_told = list(dict.fromkeys(told for rule in policies.signals for told in (rule.seen_on, rule.measure) if told))
    # A prefix keeps a rule apart from a column of the same name.
    names = {rule.id: f"{_FIRES}{rule.id}" for rule in policies.signals}
    fires = [_fires(rule).alias(names[rule.id]) for rule in policies.signals]
    # Few accounts fire at all: the others are gone before the table turns long.
    fired = facts.select("account_id", *facts_told, *fires).filter(pl.any_horizontal(names.values()))
    long = fired.unpivot(
        on=list(names.values()), index=["account_id", *facts_told], variable_name="rule", value_name=_FIRES
    )
    named = (
        long.filter(_FIRES)
        .with_columns(pl.col("rule").str.strip_prefix(_FIRES))
        .with_columns(
            _told("family", policies),
            _told("strength", policies),
            _of_rule("seen_on", pl.Date, policies).alias("seen_on"),
            _of_rule("measure", pl.Float64, policies).alias("measured"),
        )
    )
    return frames.Signals(frames.stamp(named, frames.SIGNALS))


def _fires(rule: SignalRule) -> pl.Expr:
    """Say whether a rule fires: its condition holds, and its date and every value of its evidence are known."""
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in (rule.seen_on, *rule.evidence.columns))
    return rule.when.expr.fill_null(value=False) & known


def _of_rule(field: str, dtype: PolarsDataType, policies: Policies) -> pl.Expr:
    """Return for each row the column that its rule names in a field, null where it names none."""
    rules: dict[str, list[str]] = {}
    for rule in policies.signals:
        rules.setdefault(getattr(rule, field), []).append(rule.id)
    chosen = [
        pl.when(pl.col("rule").is_in(ids)).then(pl.col(column).cast(dtype)) for column, ids in rules.items() if column
    ]
    return pl.coalesce(pl.lit(None, dtype=dtype), *chosen)


def _told(field: str, policies: Policies) -> pl.Expr:
    """Return what a rule says of itself, by its name."""
    words = {rule.id: getattr(rule, field) for rule in policies.signals}
    return pl.col("rule").replace_strict(words, return_dtype=pl.String).alias(field)


def silent(policies: Policies, present: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rules that cannot fire on this desk, each with what it misses.

    Args:
        policies: the rules are those of alerts.toml.
        present: what the desk has, of policy.needs.FEEDS.
    """
    lacking = ((rule.id, [needs.missing(need, present) for need in rule.needs]) for rule in policies.signals)
    return tuple((rule, tuple(dict.fromkeys(filter(None, feeds)))) for rule, feeds in lacking if any(feeds))
