"""One account in full: score in points, what would change it, what was said and done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.currency import half
from deskcollect.desk.pipeline import of_customer, remember, scored_facts, tries
from deskcollect.records import Event, Part, Reason, ScoreStep
from deskcollect.scoring import explain, features, feedback, score
from deskcollect.strategy import tiers
from deskcollect.vocabulary import PaymentStatus, PromiseStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deskcollect.desk.day import Day, Minimum
    from deskcollect.desk.desk import Desk
    from deskcollect.desk.pipeline import Standing

    Effect = Mapping[str, Any]

TIMELINE_DAYS = 400


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one thing would do to the score; nothing is recorded."""

    label: str
    amount: Decimal | None
    step: ScoreStep
    tier: str


@dataclass(frozen=True, slots=True)
class Account:
    """All that the account view shows.

    `average` is the score of the average account of its segment; `reasons` lead from there to `row["card_score"]`,
    `recorded` from there to `row["score"]`, `readings` the same by what it tells of the customer. `withdrawn` holds the
    ids of the events that were taken back. `tries` counts how often the customer was tried and reached, by channel and
    band of hours; `desk_tries` are those of the whole desk before today on the channel of the next step. `erased`
    says when (`on`) and `by` whom records of it were erased.
    """

    row: dict[str, Any]
    cycles: dict[str, Any]
    minimum: Minimum
    average: int
    reasons: tuple[Reason, ...]
    recorded: ScoreStep
    promises: tuple[dict[str, Any], ...]
    events: tuple[Event, ...]
    withdrawn: frozenset[str]
    others: tuple[dict[str, Any], ...]
    tries: tuple[dict[str, Any], ...]
    desk_tries: int
    payments: tuple[dict[str, Any], ...]
    erased: Mapping[str, Any] | None = None

    @property
    def cycle_count(self) -> int:
        """Return how many cycles ago the oldest is of which a statement tells anything, the newest counted as one."""
        told = ("balance", "paid", "minimum", "cycles", "status")
        known = (
            k + 1 for k in range(frames.CYCLE_COUNT) if any(self.cycles[f"{name}_{k}"] is not None for name in told)
        )
        return max(known, default=1) if self.cycles["statements_count"] else 0

    @property
    def readings(self) -> dict[str, int]:
        """Return the points of what was recorded by reading: willingness, ability, contactability."""
        return feedback.readings(self.recorded.parts)


def account(desk: Desk, day: Day, account_id: str) -> Account:
    """Gather what is known of one account.

    Errors: UnknownAccount.
    """
    row = day.row(account_id)
    mine = pl.col("account_id") == account_id
    wide = day.standing.cycles[day.place(account_id)]
    made = _features(desk, wide).collect()
    known = made.row(0, named=True)
    effects = day.conclusion.effects.filter(mine)
    milli = int(row["card_milli"])
    others = day.table.filter((pl.col("customer_id") == row["customer_id"]) & ~mine)
    since = day.moment.as_of - timedelta(days=TIMELINE_DAYS)
    paid = day.standing.payments.filter(mine & (pl.col("paid_at") >= since)).sort("paid_at", descending=True)
    events = desk.ledger.history(account=account_id)
    return Account(
        row=row,
        cycles=wide.row(0, named=True),
        minimum=day.minimum(account_id),
        average=explain.average(desk.card, known),
        reasons=explain.reasons(desk.card, known),
        recorded=_step(desk, milli, (), milli, effects.to_dicts()),
        promises=tuple(day.conclusion.promises.filter(mine).sort("made_on", descending=True).to_dicts()),
        events=tuple(sorted(events, key=lambda e: e.occurred_at, reverse=True)),
        withdrawn=desk.withdrawn(),
        others=tuple(others.to_dicts()),
        tries=_tries(desk, day, row),
        desk_tries=_desk_tries(day, row["reach_channel"]),
        payments=tuple(paid.collect().to_dicts()),
        erased=desk.state.erased(account_id),
    )


def _features(desk: Desk, wide: pl.DataFrame) -> frames.Features:
    """Return what the desk's card looks at of some accounts."""
    return features.features(frames.Cycles(wide.lazy()), desk.card.own)


def _tries(desk: Desk, day: Day, row: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return tries and reached of a customer, by channel and band of hours, in the policy's order of bands."""
    standing = day.standing.at(day.customer(row["customer_id"]))
    events = of_customer(desk.ledger.events(desk.zone), row["customer_id"], standing.accounts["account_id"])
    told = tries(standing, events, desk.policies, day.moment).filter(pl.col("customer_id") == row["customer_id"])
    counted = told.group_by("channel", "band").agg(
        pl.len().alias("tried"), pl.col("right_party").sum().alias("reached")
    )
    order = [band.id for band in desk.policies.bands]
    return tuple(sorted(counted.collect().to_dicts(), key=lambda cell: (cell["channel"], order.index(cell["band"]))))


def _desk_tries(day: Day, channel: str) -> int:
    """Return the tries of the desk on a channel."""
    whole = (pl.col("channel") == channel) & pl.col("band").is_null()
    return int(day.conclusion.rates.filter(whole)["tries_count"].sum())


def _step(desk: Desk, before: int, old: Sequence[Effect], after: int, new: Sequence[Effect]) -> ScoreStep:
    """Return the way from one card score with its effects to another."""
    return feedback.step(feedback.Basis(before, tuple(old)), feedback.Basis(after, tuple(new)), desk.policies)


def lost_points(desk: Desk, day: Day, account_id: str) -> tuple[Part, ...]:
    """Return the points that a row's facts and records lost or won against the average account of its segment."""
    mine = pl.col("account_id") == account_id
    made = _features(desk, day.standing.cycles[day.place(account_id)]).collect()
    reasons = explain.reasons(desk.card, made.row(0, named=True))
    effects = day.conclusion.effects.filter(mine)
    milli = int(day.row(account_id)["card_milli"])
    recorded = _step(desk, milli, (), milli, effects.to_dicts())
    return (*(Part(reason.text, reason.points) for reason in reasons), *recorded.parts)


def what_if(desk: Desk, day: Day, account_id: str) -> tuple[WhatIf, ...]:
    """Say what a payment, a promise and its keeping would do to the score.

    A payment is put into the newest cycle, whose bill stays as it was sent: all of the past-due amount clears the
    cycles past due, a part clears its share of them. The answers of the card hold for the next book, not for today.
    """
    row = day.row(account_id)
    due = row["past_due"]
    if due is None or due <= 0:
        return ()
    standing = day.standing.at(pl.Series([day.place(account_id)]))
    asked = _Question(desk, day, row)
    answers = [
        asked.answer(label, amount, _paid(desk, standing, amount / due, amount))
        for amount, label in ((due, "Pays all"), (half(due, row["currency"]), "Pays half"))
    ]
    made = day.conclusion.promises.filter(
        (pl.col("account_id") == account_id) & pl.col("status").is_in(["open", "due"])
    )
    whose = "The promise" if made.height else "That promise"
    if not made.height:
        made = _promise(row, day)
        answers.append(asked.answer("New promise, open", None, standing, made))
    for status in (PromiseStatus.KEPT, PromiseStatus.BROKEN):
        judged = made.with_columns(status=pl.lit(status.value), resolved_on=pl.lit(day.moment.today))
        answers.append(asked.answer(f"{whose} {status.value}", None, standing, judged))
    return tuple(answers)


@dataclass(frozen=True, slots=True)
class _Question:
    """What would become of one account."""

    desk: Desk
    day: Day
    row: Mapping[str, Any]

    def answer(
        self, label: str, amount: Decimal | None, standing: Standing, suppose: pl.DataFrame | None = None
    ) -> WhatIf:
        """Score other figures, or the same with a promise that is supposed, and put the step into words."""
        desk, day, row = self.desk, self.day, self.row
        mine = pl.col("account_id") == row["account_id"]
        events = of_customer(desk.ledger.events(desk.zone), row["customer_id"], standing.accounts["account_id"])
        remembered = remember(standing, events, desk.policies, day.moment, suppose)
        facts = scored_facts(standing, remembered, desk.policies, day.moment)
        old = day.conclusion.effects.filter(mine).to_dicts()
        step = _step(
            desk, int(row["card_milli"]), old, int(standing.accounts["card_milli"][0]), remembered[-1].to_dicts()
        )
        return WhatIf(label, amount, step, str(tiers.tiers(facts, desk.policies).collect()["tier"][0]))


def _paid(desk: Desk, standing: Standing, share: Decimal, amount: Decimal) -> Standing:
    """Return one account's standing after a payment in the newest cycle of a share of what is past due."""
    late = pl.col("cycles_0") > 0
    left = (pl.col("cycles_0") * (1 - float(share))).ceil().cast(pl.Int32)
    cleared = pl.when(late & (left <= 0)).then(pl.lit(PaymentStatus.REVOLVING.value)).otherwise(pl.col("status_0"))
    wide = standing.cycles.with_columns(
        (pl.col("paid_0").fill_null(0) + amount).cast(frames.MONEY).alias("paid_0"),
        pl.when(late).then(left).otherwise(pl.col("cycles_0")).alias("cycles_0"),
        cleared.alias("status_0"),
    )
    points = score.points(desk.card, _features(desk, wide)).collect()
    accounts = standing.accounts.with_columns(points["card_milli"])
    if share >= 1:
        accounts = accounts.with_columns(pl.lit(0, pl.Int32).alias("dpd"))
    return replace(standing, accounts=accounts, cycles=wide)


def _promise(row: Mapping[str, Any], day: Day) -> pl.DataFrame:
    """Return a promise to pay all, made today."""
    said = {
        "event_id": "what-if",
        "account_id": row["account_id"],
        "made_on": day.moment.today,
        "due_date": day.moment.today,
        "amount": row["past_due"],
        "currency": row["currency"],
        "status": PromiseStatus.OPEN.value,
        "inferred": False,
    }
    schema = frames.polars_schema(frames.PROMISES)
    return pl.DataFrame({name: [said.get(name)] for name in schema}, schema=schema)


def after_payment(desk: Desk, day: Day, account_id: str, amount: Decimal) -> tuple[WhatIf, Standing]:
    """Say what a payment of today would do to the score, and what the account's book would be; nothing is recorded."""
    row = day.row(account_id)
    due = row["past_due"]
    share = min(Decimal(1), amount / due) if due is not None and due > 0 else Decimal(1)
    standing = _paid(desk, day.standing.at(pl.Series([day.place(account_id)])), share, amount)
    return _Question(desk, day, row).answer("Pays", amount, standing), standing
