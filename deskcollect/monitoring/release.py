"""What a restriction's release still needs, from facts: a checklist of the policy, and the day to look again.

Nothing here lifts anything. A check that is not known counts as not met and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.restrictions import owner
from deskcollect.policy.condition import first_match
from deskcollect.vocabulary import Met, PaymentStatus, PromiseStatus, Proof

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from deskcollect.monitoring.restrictions import Restriction, Shown
    from deskcollect.policy.restrictions import Check, Release, Restrictions

HORIZON_DAYS = 400
"""So far ahead is looked for the day on which waiting is enough."""
_MOVING = frozenset({"as_of", "today", "quiet_days", "restricted_days", "full_since_count"})
_STATEMENTS = HORIZON_DAYS // 28 + 1
_BILLS = frames.CYCLE_COUNT - 1
_AT_ONCE = 500  # restrictions whose days are looked at together
When = Literal["ready", "waiting", "policy", "said"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist."""

    check: Check
    met: Met


@dataclass(frozen=True, slots=True)
class Checklist:
    """What the release of one restriction needs, and when to look again.

    `facts` are frames.RELEASE. `review_on` is by `when`: ready, all is met; waiting, the first day on which it can
    be met by waiting and by paying the bills to come; policy, days after it began; said, a person named the day.
    """

    release: Release
    items: tuple[Item, ...]
    facts: dict[str, Any]
    review_on: date
    when: When

    @property
    def open(self) -> tuple[str, ...]:
        """Return the checks that are not met, those that are not known among them."""
        return tuple(item.check.id for item in self.items if item.met is not Met.YES)

    @property
    def met_count(self) -> int:
        """Return how many checks are met."""
        return len(self.items) - len(self.open)

    @property
    def ready(self) -> bool:
        """Whether every check is met."""
        return not self.open


@dataclass(frozen=True, slots=True)
class Known:
    """Where the facts come from.

    `rows` are frames.FACTS, `cycles` frames.CYCLES, `promises` frames.PROMISES, of all accounts that are asked about.
    `newest` is the day of each account's newest signal that was ever seen, `proofs` what customers showed. `quiet` are days without a signal that
    are supposed instead.
    """

    rows: pl.DataFrame
    cycles: pl.DataFrame
    promises: pl.DataFrame
    newest: Mapping[str, date]
    proofs: Mapping[tuple[str, Proof], Shown]
    today: date
    quiet: Mapping[str, int] = field(default_factory=dict)


def facts(asked: Sequence[Restriction], known: Known) -> frames.Release:
    """Return what the release of some restrictions is decided by.

    Shape: one row a restriction, in their order; its account must be in `known`.
    """
    told = pl.DataFrame([_told(each, known) for each in asked], schema=_TOLD)
    rows = known.rows.drop("restriction", "restriction_reason", "restricted_on")
    beside = told.join(rows, on="account_id", how="left", maintain_order="left")
    wide = beside.join(known.cycles, on="account_id", how="left", maintain_order="left", suffix="_cycle")
    kept = (
        told.select("account_id", since=pl.col("restricted_on"))
        .with_row_index("row")
        .join(known.promises.filter(pl.col("status") == PromiseStatus.KEPT.value), on="account_id")
        .filter(pl.col("resolved_on") >= pl.col("since"))
        .group_by("row")
        .agg(pl.len().alias("promise_since_count"))
    )
    made = (
        wide.lazy()
        .with_row_index("row")
        .join(kept.lazy(), on="row", how="left", maintain_order="left")
        .with_columns(
            pl.col("promise_since_count").fill_null(0),
            _full_since().alias("full_since_count"),
            pl.col("statement_date_0").dt.offset_by("1mo").alias("next_statement_on"),
            pl.max_horizontal("large_then", "purchase_largest").alias("large_amount"),
        )
    )
    return frames.Release(frames.stamp(made, frames.RELEASE))


_GIVEN = ("restriction", "restriction_reason", "restricted_on", "restricted_days", "quiet_days")
_PROVED = tuple(name for proof in Proof for name in (proof.value, f"{proof.value}_on"))
_TOLD = pl.Schema(
    {column.name: column.dtype for column in frames.RELEASE if column.name in {"account_id", *_GIVEN, *_PROVED}}
    | {"large_then": frames.MONEY}
)


def _told(each: Restriction, known: Known) -> dict[str, Any]:
    """Return what one restriction and its customer's proofs say."""
    since = each.since or each.imposed_on
    seen = [day for day in (*(one.seen_on for one in each.evidence), known.newest.get(each.account_id)) if day]
    told: dict[str, Any] = {
        "account_id": each.account_id,
        "restriction": each.kind.value,
        "restriction_reason": each.reason,
        "restricted_on": since,
        "restricted_days": (known.today - since).days,
        "quiet_days": known.quiet.get(each.account_id, max(0, (known.today - max(seen, default=since)).days)),
        "large_then": _amount(each.as_it_was.get("large_amount")),
    }
    for proof in Proof:
        shown = known.proofs.get((owner(each.customer_id, each.account_id), proof))
        told |= {proof.value: shown.found.value if shown else None, f"{proof.value}_on": shown.on if shown else None}
    return told


def _amount(raw: object) -> Decimal | None:
    """Return an amount that an event holds as text."""
    try:
        return Decimal(str(raw)) if raw is not None else None
    except InvalidOperation:
        return None


def _full_since() -> pl.Expr:
    """Count the statements after a restriction began whose bill, that of the statement before, was paid in full.

    Where nothing was billed nothing is left to pay. Null where no statement is known.
    """
    paid = []
    for k in range(_BILLS):
        after = pl.col("statement_date_0").dt.offset_by(f"-{k}mo") > pl.col("restricted_on")
        bill = pl.col(f"balance_{k + 1}")
        told = pl.col(f"status_{k}") == PaymentStatus.PAID_IN_FULL.value
        paid.append(
            (after & (told | (pl.col(f"paid_{k}") >= bill) | (bill <= 0))).fill_null(value=False).cast(pl.Int32)
        )
    return pl.when(pl.col("statement_date_0").is_not_null()).then(pl.sum_horizontal(paid))


# --- the checklist ---------------------------------------------------------------------------------------------------------


def checklists(
    asked: Sequence[Restriction], found: frames.Release, policy: Restrictions, *, today: date
) -> tuple[Checklist, ...]:
    """Return the checklist of each restriction.

    Args:
        asked: Restrictions.
        found: What `facts` says of them, in the same order.
        policy: Checks, releases and days.
        today: Local date.
    """
    rows = found.collect()
    chosen = rows.select("account_id", release=first_match((each.id, each.when) for each in policy.releases))["release"]
    # With a column of the facts beside it a condition that names none has a row for each, too.
    tried = rows.select("account_id", *_tried(policy))
    releases = {each.id: each for each in policy.releases}
    checks = {each.id: each for each in policy.checks}
    made: list[tuple[Restriction, Release, tuple[Item, ...], dict[str, Any]]] = []
    for each, name, row, answers in zip(
        asked, chosen, rows.iter_rows(named=True), tried.iter_rows(named=True), strict=True
    ):
        release = releases[name]
        items = tuple(Item(checks[check], _met(answers[_name(check)])) for check in release.checks)
        made.append((each, release, items, row))
    waits = _waits(made, rows, policy)
    return tuple(
        Checklist(release, items, row, *_review(each, release, items, wait, policy, today))
        for (each, release, items, row), wait in zip(made, waits, strict=True)
    )


def _name(check: str) -> str:
    """Return the column of a check's answer, which is no column of the facts."""
    return f"check: {check}"


def _tried(policy: Restrictions) -> list[pl.Expr]:
    """Return every check as a column."""
    return [check.when.expr.alias(_name(check.id)) for check in policy.checks]


def _met(answer: bool | None) -> Met:
    """Return whether a check is met; null is not known."""
    if answer is None:
        return Met.UNKNOWN
    return Met.YES if answer else Met.NO


def _waits(
    made: Sequence[tuple[Restriction, Release, tuple[Item, ...], dict[str, Any]]],
    rows: pl.DataFrame,
    policy: Restrictions,
) -> list[int | None]:
    """Return after how many days waiting alone meets every check; None where it does not, or not within the horizon."""
    found: list[int | None] = [None] * len(made)
    by_release: dict[str, list[int]] = {}
    for number, (_, release, items, _) in enumerate(made):
        left = [item for item in items if item.met is not Met.YES]
        if left and all(item.met is Met.NO and item.check.when.columns & _MOVING for item in left):
            by_release.setdefault(release.id, []).append(number)
    for name, numbers in by_release.items():
        release = next(each for each in policy.releases if each.id == name)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            for number, day in zip(some, _first_days(rows[some], release, policy), strict=True):
                found[number] = day
    return found


def _first_days(rows: pl.DataFrame, release: Release, policy: Restrictions) -> list[int | None]:
    """Return for each row after how many days all checks of a release are met, if nothing but time goes on.

    Time brings statements: each month another one, whose bill is taken to be paid in full. It is the earliest day.
    """
    ahead = pl.LazyFrame({"ahead": range(1, HORIZON_DAYS + 1)}, schema={"ahead": pl.Int32})
    day = pl.col("today") + pl.duration(days="ahead")
    month = pl.col("next_statement_on").dt
    come = pl.sum_horizontal((month.offset_by(f"{k}mo") <= day).cast(pl.Int32) for k in range(_STATEMENTS))
    moved = (
        rows.lazy()
        .with_row_index("row")
        .join(ahead, how="cross")
        .with_columns(
            pl.col("as_of", "today") + pl.duration(days="ahead"),
            pl.col("quiet_days", "restricted_days") + pl.col("ahead"),
            pl.col("full_since_count") + come,
        )
    )
    met = pl.all_horizontal(
        check.when.expr.fill_null(value=False) for check in policy.checks if check.id in release.checks
    )
    first = moved.filter(met).group_by("row").agg(pl.col("ahead").min()).collect()
    days = dict(first.rows())
    return [days.get(number) for number in range(rows.height)]


def _review(
    each: Restriction, release: Release, items: tuple[Item, ...], wait: int | None, policy: Restrictions, today: date
) -> tuple[date, When]:
    """Return when to look again, and what the day is from. A day that a person named is not brought forward."""
    computed: tuple[date, When]
    if all(item.met is Met.YES for item in items):
        computed = today, "ready"
    elif wait is not None:
        computed = today + timedelta(days=wait), "waiting"
    else:
        computed = (each.review_on, "said") if each.review_said else (planned(each, release, policy), "policy")
    if each.review_said and each.review_on > computed[0]:
        return each.review_on, "said"
    return computed


def planned(each: Restriction, release: Release, policy: Restrictions) -> date:
    """Return the policy's day: so many days after it began."""
    ground = policy.reason(each.reason)
    days = release.review_days if release.review_days is not None else ground.review_days if ground else None
    return each.review_on if days is None else (each.since or each.imposed_on) + timedelta(days=days)
