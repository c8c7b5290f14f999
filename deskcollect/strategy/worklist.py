"""The order of the worklist, its queues, and the accounts that would be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from deskcollect.vocabulary import Lens

if TYPE_CHECKING:
    from deskcollect.policy.model import Policies


ALL = "all"


class SortKey(NamedTuple):
    """One column to sort by."""

    by: str
    descending: bool


_BY_RISK = SortKey("prob_default", descending=True)
_BY_EXPOSURE = SortKey("exposure_share", descending=True)
_SHARE = "recovery_share"
_BY_RECOVERY = SortKey(_SHARE, descending=True)
_LENSES = {
    Lens.RISK: (_BY_RISK, _BY_EXPOSURE),
    Lens.EXPOSURE: (_BY_EXPOSURE, _BY_RISK),
    Lens.RECOVERY: (_BY_RECOVERY, _BY_RISK),
}


def rank(lens: Lens) -> tuple[SortKey, ...]:
    """Return the sort keys of a lens.

    What was worked today goes to the end; the account id settles what is equal. Amounts of several currencies are never
    compared: exposure is a rank among the past-due accounts of one currency, expected recovery one among those that it is
    told of.
    """
    return (SortKey("worked_today", descending=False), *_LENSES[lens], SortKey("account_id", descending=False))


def compared(table: pl.LazyFrame, lens: Lens) -> pl.LazyFrame:
    """Add what a lens orders by where it is a rank among all accounts, which no account has by itself.

    `recovery_share` is the rank of the expected recovery among the accounts of one currency, 0..1, higher is more; equals
    share their mean rank. Nulls: where nothing is expected.
    """
    if lens is not Lens.RECOVERY:
        return table
    expected = pl.col("expected_recovery")
    share = expected.rank("average").over("currency") / expected.count().over("currency")
    return table.with_columns(share.alias(_SHARE))


def ordered(table: pl.LazyFrame, lens: Lens, earliest: str = "") -> pl.LazyFrame:
    """Return a worklist in the order of a lens, or of a date before it. What is not known stands last."""
    keys = rank(lens)
    first, *others = keys
    if earliest:
        keys = (SortKey(earliest, descending=False), *keys)
    return table.sort(
        *([pl.col(earliest)] if earliest else []),
        pl.col(first.by).fill_null(value=False),
        *(pl.col(key.by) for key in others),
        descending=[key.descending for key in keys],
        nulls_last=True,
    )


def queues(treated: pl.LazyFrame, policies: Policies) -> pl.LazyFrame:
    """Add `queues`: the parts of the worklist that each account stands in, in the order of queues.toml.

    Args:
        treated: frames.FACTS and frames.TREATED side by side.
        policies: queues.
    """
    bits = [
        rule.when.expr.fill_null(value=False).cast(pl.UInt64) * (1 << bit) for bit, rule in enumerate(policies.queues)
    ]
    ids = [rule.id for rule in policies.queues]
    named = pl.sum_horizontal(bits).map_batches(lambda marks: _named(marks, ids), return_dtype=pl.List(pl.String))
    return treated.with_columns(named.alias("queues"))


def _named(marks: pl.Series, ids: list[str]) -> pl.Series:
    """Turn marks, one bit a queue, into lists of ids. Few marks differ, so that few lists are made."""
    distinct = marks.unique()
    lists = [[name for bit, name in enumerate(ids) if mark >> bit & 1] for mark in distinct]
    places = marks.replace_strict(distinct, pl.arange(distinct.len(), dtype=pl.UInt32, eager=True))
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(places)


def orphan() -> pl.Expr:
    """Say of each account of frames.WORKLIST that nobody would come across it, though it is past due.

    It stands in no queue but `ALL`, and there is no day on which it comes up.
    """
    elsewhere = pl.col("queues").list.set_difference([ALL]).list.len() > 0
    return (pl.col("past_due") > 0) & ~elsewhere & pl.col("due_on").is_null()
