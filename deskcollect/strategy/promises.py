"""Promises to pay and what became of them.

A promise is kept when the payments from the day it was made to its date plus grace reach its amount. It is judged once
the payments of those days are known: by a book that lies after them, or by the day's files of all of them. What reaches its
amount is kept as soon as any payment after those days is known. Until then it is open, and due when its date has passed.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import PromiseStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskcollect.policy.model import Policies

_KEY = "account_id"
_REMEMBERED_DAYS = 180
_HOLE_DAYS = 4
"""So many days in a row without a payment, a long weekend, are no hole between two of a day's files."""


def promises(
    events: frames.Events,
    payments: frames.Payments,
    *,
    snapshots: pl.LazyFrame,
    policies: Policies,
    as_of: date,
    today: date,
    has_payments: bool,
    paid_days: Sequence[date] = (),
) -> frames.Promises:
    """Return every promise that stands in the ledger, with its state.

    A newer promise on the same account replaces an older one that is neither fulfilled nor past its grace; the older
    one then counts payments up to the day before. So no payment counts for two promises.

    Args:
        events: the ledger; what happened after today and after the book does not count yet.
        payments: those of the book and of day's files.
        snapshots: account_id, as_of and past_due of the books so far.
        policies: which codes promise, and the days of grace.
        as_of: date of the book.
        today: local date at the desk.
        has_payments: the book has a payments table. If not, falls of the past-due amount count as payments and the
            state is marked as inferred; but not where day's files tell all payments of its days, or enough of them.
        paid_days: days after the book, or before it where it has no payments, that day's files tell payments of.

    Shape: one row a promise, in the order in which they were made on each account.
    """
    found = _made(events.filter(pl.col("occurred_on") <= max(as_of, today)), policies).collect()
    if found.is_empty():
        return frames.Promises(frames.empty(frames.PROMISES))
    runs = _runs([*([as_of] if has_payments else []), *paid_days])
    made = found.lazy()
    told = made.join(_from_payments(made, payments), on="event_id", how="left", maintain_order="left")
    known = (
        _known(told.with_columns(pl.col("paid").fill_null(0)), runs, as_of, has_payments=has_payments).collect().lazy()
    )
    fallen = _from_falls(known.filter("inferred"), snapshots)
    both = known.join(fallen, on="event_id", how="left", maintain_order="left", suffix="_fallen")
    paid = pl.when("inferred").then(pl.col("paid_fallen").fill_null(0)).otherwise("paid").alias("paid")
    return frames.Promises(frames.stamp(_judged(both.with_columns(paid), as_of, today), frames.PROMISES))


def _known(
    promises: pl.LazyFrame, runs: Sequence[tuple[date, date]], as_of: date, *, has_payments: bool
) -> pl.LazyFrame:
    """Say of each promise whether its state is inferred from falls, and whether it may be judged.

    `over`: all payments of its days are known, `after`: one after them is. What payments fulfil is never inferred.
    """
    made, ends = pl.col("made_on"), pl.col("grace_ends")
    # what was paid before a book with payments is known from the first day on
    spans = [(date.min if has_payments and first <= as_of else first, last) for first, last in runs]
    whole = pl.any_horizontal(False, *((made >= first) & (ends < last) for first, last in spans))
    after = pl.lit(max((last for _, last in runs), default=date.min)) > ends
    by_book = pl.lit(as_of) > ends
    fulfilled = pl.lit(bool(runs)) & (pl.col("paid") >= pl.col("amount"))
    waits = pl.lit(bool(runs)) & ~by_book
    inferred = ~pl.any_horizontal(has_payments, whole, fulfilled, waits)
    return promises.with_columns(
        inferred.alias("inferred"),
        pl.when(inferred).then(by_book).otherwise(whole).alias("over"),
        (after | by_book).alias("after"),
    )


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return the first and the last of days that follow one another without a hole."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= timedelta(days=_HOLE_DAYS + 1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _made(events: pl.LazyFrame, policies: Policies) -> pl.LazyFrame:
    """Return the promises with the days in which payments count for them.

    The amount of a plan is that of its first instalment.
    """
    codes = [outcome.code for outcome in policies.outcomes if outcome.promise]
    newer = pl.col("made_on").shift(-1).over(_KEY)
    return (
        events.filter(
            frames.stands(),
            pl.col("code").is_in(codes),
            pl.col("amount") > 0,
            pl.col("due_date").is_not_null(),
        )
        .sort(_KEY, "occurred_at", "event_id")
        .with_columns(
            pl.col("occurred_on").alias("made_on"),
            (pl.col("due_date") + timedelta(days=policies.promise_grace_days)).alias("grace_ends"),
        )
        .with_columns(newer.alias("newer_on"))
        .with_columns(pl.min_horizontal("grace_ends", pl.col("newer_on") - timedelta(days=1)).alias("counts_until"))
    )


def _judged(promises: pl.LazyFrame, as_of: date, today: date) -> pl.LazyFrame:
    """Give each promise its state at a date."""
    fulfilled = pl.col("paid") >= pl.col("amount")
    over = pl.col("over") | (pl.col("after") & fulfilled)
    replaced = (pl.col("newer_on") <= pl.col("grace_ends")).fill_null(value=False) & ~fulfilled
    state = (
        pl.when(replaced)
        .then(pl.lit(PromiseStatus.REPLACED.value))
        .when(~over)
        .then(
            pl.when(pl.lit(max(as_of, today)) > pl.col("due_date"))
            .then(pl.lit(PromiseStatus.DUE.value))
            .otherwise(pl.lit(PromiseStatus.OPEN.value))
        )
        .when(fulfilled)
        .then(pl.lit(PromiseStatus.KEPT.value))
        .when(pl.col("paid") > 0)
        .then(pl.lit(PromiseStatus.PARTIAL.value))
        .otherwise(pl.lit(PromiseStatus.BROKEN.value))
    )
    resolved = pl.when(over & ~replaced).then(pl.col("grace_ends") + timedelta(days=1))
    return promises.with_columns(state.alias("status"), resolved.alias("resolved_on"))


# --- what came in ------------------------------------------------------------------------------------------------------------


def _from_payments(made: pl.LazyFrame, payments: frames.Payments) -> pl.LazyFrame:
    """Add up the posted payments of each promise; a returned one is no payment."""
    posted = payments.filter(pl.col("status") == "posted").select(
        _KEY, pl.col("paid_at").dt.date().alias("paid_on"), pl.col("amount").alias("came")
    )
    return (
        made.select("event_id", _KEY, "made_on", "counts_until")
        .join(posted, on=_KEY)
        .filter(pl.col("paid_on").is_between("made_on", "counts_until"))
        .group_by("event_id")
        .agg(pl.col("came").sum().cast(frames.MONEY).alias("paid"))
    )


def _from_falls(made: pl.LazyFrame, snapshots: pl.LazyFrame) -> pl.LazyFrame:
    """Share out the falls of the past-due amount between two books among the promises that they may belong to.

    A book is only a picture of its day: a fall may lie anywhere between two of them. It counts for the oldest promise
    of that time up to its amount; what is left counts for the next.
    """
    before = pl.col("past_due").shift(1).over(_KEY)
    falls = (
        snapshots.sort(_KEY, "as_of")
        .with_columns(
            pl.col("as_of").shift(1).over(_KEY).alias("from_on"),
            (before - pl.col("past_due")).alias("came"),
        )
        .filter(pl.col("came") > 0)
        .select(_KEY, "from_on", pl.col("as_of").alias("seen_on"), "came")
    )
    # While a newer promise stands in its place, an older one has only what was seen before that was made.
    belongs = (
        pl.when(pl.col("newer_on") <= pl.col("grace_ends"))
        .then(pl.col("seen_on") <= pl.col("newer_on"))
        .otherwise(pl.col("from_on") < pl.col("grace_ends"))
    )
    shares = (
        made.select("event_id", _KEY, "made_on", "newer_on", "grace_ends", "amount")
        .join(falls, on=_KEY, maintain_order="left_right")
        .filter(pl.col("seen_on") > pl.col("made_on"), belongs)
        .select("event_id", _KEY, "seen_on", "amount", "came")
    )
    return _shared_out(shares.collect())


def _shared_out(shares: pl.DataFrame) -> pl.LazyFrame:
    """Give each fall to its promises, the oldest first, none more than its amount.

    Args:
        shares: one row a promise and fall that may belong to it; promises and falls from the oldest on.

    Shape: event_id, paid.
    """
    left: dict[tuple[str, date], Decimal] = {}
    paid: dict[str, Decimal] = {}
    for event_id, account_id, seen_on, amount, came in shares.iter_rows():
        fall = (account_id, seen_on)
        taken = min(left.setdefault(fall, came), amount - paid.get(event_id, Decimal(0)))
        left[fall] -= taken
        paid[event_id] = paid.get(event_id, Decimal(0)) + taken
    rows = {"event_id": list(paid), "paid": list(paid.values())}
    return pl.LazyFrame(rows, schema={"event_id": pl.String, "paid": frames.MONEY})


# --- facts of an account -----------------------------------------------------------------------------------------------------


def promise_facts(promises: frames.Promises, *, as_of: date) -> frames.PromiseFacts:
    """Say of each account with promises how the newest stands and how the earlier ones ended.

    Shape: one row an account that ever promised.
    """
    lately = pl.col("resolved_on") > as_of - timedelta(days=_REMEMBERED_DAYS)
    kept = pl.col("status") == PromiseStatus.KEPT.value
    broken = pl.col("status") == PromiseStatus.BROKEN.value
    facts = (
        promises.sort("made_on", maintain_order=True)
        .group_by(_KEY)
        .agg(
            pl.col("status").last().alias("promise_status"),
            pl.col("amount").last().alias("promise_amount"),
            pl.col("paid").last().alias("promise_paid"),
            pl.col("due_date").last().alias("promise_due"),
            pl.col("by").last().alias("promise_by"),
            (kept & lately).sum().alias("promise_kept_count"),
            (broken & lately).sum().alias("promise_broken_count"),
            pl.col("resolved_on").filter(broken).max().alias("promise_broken_on"),
        )
    )
    return frames.PromiseFacts(frames.stamp(facts, frames.PROMISE_FACTS))
