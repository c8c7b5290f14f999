"""The way of the data in reading order: book -> standing -> conclusion -> worklist. Order only, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from deskcollect import frames
from deskcollect.desk.feeds import feeds, trend
from deskcollect.ledger import projections
from deskcollect.ledger import tries as made_tries
from deskcollect.monitoring import alerts, cases, conduct, levels, rebreach, sightings, signals
from deskcollect.portfolio import age, compared, cycles
from deskcollect.scoring import contactability, features, feedback, recovery, score
from deskcollect.strategy import promises, tiers, treatment, worklist
from deskcollect.vocabulary import Lens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deskcollect.case import Decision
    from deskcollect.monitoring.restrictions import Restriction
    from deskcollect.policy.model import Policies
    from deskcollect.portfolio.book import Book
    from deskcollect.scoring.card import Card

# --- what stays until the next book ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What one book says by itself; it changes only with the next book or day's file.

    `accounts` holds frames.AGED, COMPARED, CONDUCT, POINTS, TREND and CURE beside each other, `cycles` the six statements,
    in one order. Payments and transactions, and what CONDUCT tells of them, are known up to `seen_until`, all else is of
    `as_of`. `present` are the tables of the book, `streamed` those that day's files bring besides, `paid_days` the days that
    these tell payments of, `feeds` the columns and kinds that early-warning rules are fed with. `kept_as` is the name under
    which the cache keeps what the book says of it, empty where it does not.
    """

    as_of: date
    seen_until: date
    accounts: pl.DataFrame
    cycles: pl.DataFrame
    numbers: pl.DataFrame
    payments: pl.LazyFrame
    past_dues: pl.LazyFrame
    present: frozenset[str]
    feeds: pl.DataFrame
    streamed: frozenset[str] = frozenset()
    paid_days: tuple[date, ...] = ()
    kept_as: str = ""

    def at(self, rows: pl.Series) -> Standing:
        """Return the same for the accounts in some rows."""
        accounts = self.accounts[rows]
        chosen = pl.col("account_id").is_in(accounts["account_id"].implode())
        customers = pl.col("customer_id").is_in(accounts["customer_id"].implode())
        return replace(
            self,
            accounts=accounts,
            cycles=self.cycles[rows],
            numbers=self.numbers.filter(customers),
            payments=self.payments.filter(chosen),
            past_dues=self.past_dues.filter(chosen),
        )


def stand(read: Book, policies: Policies, model: Card, *, before: Book | None) -> Standing:
    """Return what a book says, with the payments and transactions that it holds itself."""
    alone = stand_alone(read, policies, model, before=before)
    told = conduct.conduct(frames.Cycles(alone.cycles.lazy()), read.payments, read.transactions, as_of=read.as_of)
    return seen(alone, told, read.as_of)


def stand_alone(
    read: Book, policies: Policies, model: Card, *, before: Book | None, two_before: Book | None = None
) -> Standing:
    """Age the accounts of a book, put their statements side by side, and count the card's points: all but frames.CONDUCT.

    `before` is the book before it, `two_before` the one before that.
    """
    numbers = frames.Numbers(cycles.numbers(read.accounts, read.contacts).collect().lazy())
    earlier = before.accounts if before else None
    aged = age.age(read.accounts, policies, as_of=read.as_of, before=earlier, numbers=numbers)
    wide = cycles.cycles(read.accounts, read.statements, as_of=read.as_of).collect()
    points = score.points(model, features.features(frames.Cycles(wide.lazy()), model.own))
    counted = frames.Points(points.collect().lazy())
    moved = trend(counted, two_before, policies, model)
    cured = recovery.cure(frames.Cycles(wide.lazy()), read.accounts)
    return Standing(
        as_of=read.as_of,
        seen_until=read.as_of,
        accounts=beside(aged, compared.compared(read, before), counted, moved, cured),
        cycles=wide,
        numbers=numbers.collect(),
        payments=read.payments,
        past_dues=read.accounts.select("account_id", pl.lit(read.as_of).alias("as_of"), "past_due"),
        present=read.present,
        feeds=feeds({name: [rows] for name, rows in read.tables.items()}, policies, until=read.as_of),
    )


def seen(alone: Standing, behaviour: pl.LazyFrame, until: date) -> Standing:
    """Return a standing with what the accounts did up to a day (frames.CONDUCT)."""
    others = alone.accounts.drop([column.name for column in frames.CONDUCT[1:]], strict=False)
    return replace(alone, accounts=beside(others.lazy(), behaviour), seen_until=until)


def beside(*tables: pl.LazyFrame) -> pl.DataFrame:
    """Put tables of one row an account side by side; they are joined only where their order differs."""
    first, *others = pl.collect_all(tables)
    ids = first.select("account_id")
    for other in others:
        extra = other.select(column for column in other.columns if column not in first.columns)
        if not (other.height == first.height and other["account_id"].equals(first["account_id"])):
            extra = frames.add(ids.lazy(), extra.with_columns(other["account_id"]).lazy()).collect().drop("account_id")
        first = first.hstack(extra)
    return first


# --- what follows from the book and the ledger ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the desk thinks of accounts at a date: one row an account in `worklist` (frames.WORKLIST).

    `signals` are those of open cases (frames.CASE_SIGNALS), `seen` all that was seen up to now (frames.SIGHTINGS), `rates`
    is how often the desk reaches people (frames.RATES), counted up to the day before.
    """

    worklist: pl.DataFrame
    signals: pl.DataFrame
    seen: pl.DataFrame
    promises: pl.DataFrame
    effects: pl.DataFrame
    rates: frames.Rates


@dataclass(frozen=True, slots=True)
class Moment:
    """The dates of a run: the book's, the local day, the instant in the desk's zone."""

    as_of: date
    today: date
    now: datetime

    @property
    def last(self) -> date:
        """The last day whose records count."""
        return max(self.as_of, self.today)

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(getattr(self.now.tzinfo, "key", "UTC"))


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of accounts on earlier days (frames.SIGHTINGS), and what people decided about their cases.

    `restrictions` are those of the accounts as the events up to the moment have them. `known` says of a day when the desk came to know what it brought, if that was later.
    """

    past: pl.DataFrame = field(default_factory=lambda: frames.empty(frames.SIGHTINGS).collect())
    known: Mapping[date, date] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[Decision]] = field(default_factory=dict)
    restrictions: Sequence[Restriction] = ()

    def suppressed(self, on: date) -> set[tuple[str, str]]:
        """Return the rules that are switched off on a day, as pairs of account and rule."""
        return {(account, rule) for account, told in self.decisions.items() for rule in cases.suppressed(told, on)}


def remember(
    standing: Standing, events: pl.LazyFrame, policies: Policies, at: Moment, suppose: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, ...]:
    """Read the ledger as facts of accounts: the past, promises and their state, effects on the score.

    `suppose` holds promises (frames.PROMISES) that are taken for real, instead of those of the same event.
    """
    told = frames.Events(events)
    mentioned = events.select("account_id").unique()
    owners = standing.accounts.lazy().select("account_id", "customer_id")
    past = projections.past(
        told, frames.Numbers(standing.numbers.lazy()), owners, policies, as_of=at.as_of, today=at.today
    )
    paid = standing.payments.filter(pl.col("paid_at").dt.date() <= at.last)
    made = promises.promises(
        told,
        frames.Payments(paid.join(mentioned, on="account_id", how="semi")),
        snapshots=standing.past_dues.join(mentioned, on="account_id", how="semi"),
        policies=policies,
        as_of=at.as_of,
        today=at.today,
        has_payments="payments" in standing.present,
        paid_days=[day for day in standing.paid_days if day <= at.last],
    )
    past_now, made_now = pl.collect_all([past, made])
    if suppose is not None:
        others = ~pl.col("event_id").is_in(suppose["event_id"].implode())
        made_now = pl.concat([made_now.filter(others), suppose])
    effects = feedback.effects(
        told, frames.Promises(made_now.lazy()), frames.Past(past_now.lazy()), policies, as_of=at.as_of, today=at.today
    )
    return past_now, made_now, effects.collect()


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of accounts at a moment: facts, the signals on them and the levels that these make.

    `facts` is frames.TIERED_FACTS, `fired` frames.SIGNALS, `levelled` frames.LEVELLED; `remembered` is what the ledger says.
    """

    facts: pl.DataFrame
    fired: pl.DataFrame
    levelled: pl.DataFrame
    remembered: tuple[pl.DataFrame, ...]

    def sightings(self, policies: Policies, day: date, watched: Watched) -> pl.DataFrame:
        """Return it as what was seen on a day (frames.SIGHTINGS)."""
        dated = sightings.Dated(day, watched.known.get(day, day))
        return sightings.sightings(self.facts.lazy(), self.fired, self.levelled, policies, dated=dated)


def look(standing: Standing, events: pl.LazyFrame, policies: Policies, at: Moment, watched: Watched) -> Look:
    """Go from standing and ledger to score, tier, signals and levels; what is switched off does not count."""
    remembered = remember(standing, events, policies, at)
    scored = scored_facts(standing, remembered, policies, at)
    cut = beside(scored, tiers.tiers(scored, policies)).lazy()
    tiered = beside(cut, rebreach.restricted(cut, watched.restrictions, policies, today=at.last))
    every = signals.signals(tiered.lazy(), policies)
    fired = sightings.without(every, watched.suppressed(at.last)).collect()
    levelled = levels.levels(tiered.lazy(), frames.Signals(fired.lazy()), policies).collect()
    return Look(tiered, fired, levelled, remembered)


def conclude(
    standing: Standing,
    events: pl.LazyFrame,
    policies: Policies,
    at: Moment,
    rates: frames.Rates | None = None,
    watched: Watched | None = None,
) -> Conclusion:
    """Go from standing and ledger to score, tier, alert, treatment, queues and what a contact may bring.

    `rates` are those of the whole desk where `events` are only those of some customers; else they are counted.
    """
    watched = watched or Watched()
    found = look(standing, events, policies, at, watched)
    _, made, effects = found.remembered
    seen = pl.concat([watched.past, found.sightings(policies, standing.seen_until, watched)])
    alert, fired = alerts.alerts(
        found.levelled, seen, watched.decisions, policies, day=standing.seen_until, today=at.today
    )
    facts = found.facts.hstack(alert.drop("account_id")).lazy()
    treated = beside(facts, treatment.treat(facts, policies, today=at.today))
    told = tries(standing, events, policies, at)
    counted = contactability.rates(told, policies, before=at.last) if rates is None else rates
    expected = expect(treated, standing, told, counted, policies, at)
    listed = worklist.queues(treated.hstack(expected.drop("account_id")).lazy(), policies).with_columns(
        pl.lit(None, dtype=pl.Int32).alias("score_week_ago"), _search_key().alias("name_key")
    )
    table = frames.stamp(listed, frames.WORKLIST).collect()
    return Conclusion(table, fired, seen, made, effects, counted)


def tries(standing: Standing, events: pl.LazyFrame, policies: Policies, at: Moment) -> frames.Tries:
    """Return the tries to reach somebody that count at a date."""
    return made_tries.tries(frames.Events(events), standing.accounts.lazy(), policies, until=at.last, zone=at.zone)


def expect(
    treated: pl.DataFrame, standing: Standing, told: frames.Tries, rates: frames.Rates, policies: Policies, at: Moment
) -> pl.DataFrame:
    """Return how likely each customer is reached and what that may bring (frames.REACH and RECOVERY).

    `treated` holds the accounts of `standing` in their order, with frames.FACTS and frames.TREATED.
    """
    reached = contactability.reach(treated.lazy(), told, rates, policies, now=at.now).collect()
    facts = treated.select("account_id", "currency", "past_due", "state", "effect_milli").with_columns(
        standing.accounts["cure_milli"], reached["reach"], reached["reach_channel"]
    )
    brought = recovery.recovery(facts.lazy(), policies).collect()
    return reached.hstack(brought.drop("account_id"))


def reached_anew(
    before: Conclusion, standing: Standing, events: pl.LazyFrame, policies: Policies, at: Moment
) -> Conclusion:
    """Return a conclusion with the desk's rates counted again, and what follows from them for every account."""
    told = tries(standing, events, policies, at)
    counted = contactability.rates(told, policies, before=at.last)
    expected = expect(before.worklist, standing, told, counted, policies, at)
    return replace(before, worklist=before.worklist.with_columns(expected.drop("account_id")), rates=counted)


def scored_facts(
    standing: Standing, remembered: tuple[pl.DataFrame, ...], policies: Policies, at: Moment
) -> pl.LazyFrame:
    """Return what tiers are cut from: the book's facts, the ledger's, and the score (frames.SCORED_FACTS)."""
    past, made, effects = remembered
    base = standing.accounts.lazy()
    totals = feedback.totals(frames.Effects(effects.lazy()), policies)
    scored = beside(
        base.with_columns(*_dated(standing, at)),
        past.lazy(),
        promises.promise_facts(frames.Promises(made.lazy()), as_of=at.as_of),
        score.scores(frames.Points(base), totals),
    ).lazy()
    return frames.stamp(scored.with_columns(_counts_are_zero()), frames.SCORED_FACTS)


def _dated(standing: Standing, at: Moment) -> tuple[pl.Expr, ...]:
    """Return the dates that stand beside every account."""
    told = {"as_of": at.as_of, "seen_until": standing.seen_until, "today": at.today}
    return tuple(pl.lit(day).alias(name) for name, day in told.items())


def of_customer(events: pl.LazyFrame, customer_id: str, account_ids: pl.Series) -> pl.LazyFrame:
    """Return the events that speak of a customer or of one of the accounts, whoever owned it when they were recorded."""
    return of_customers(events, [customer_id], account_ids)


def of_customers(events: pl.LazyFrame, customer_ids: Iterable[str], account_ids: pl.Series) -> pl.LazyFrame:
    """Return the events that speak of some customers or of their accounts."""
    theirs = pl.col("customer_id").is_in(list(customer_ids))
    return events.filter(theirs | pl.col("account_id").is_in(account_ids.implode()))


def _counts_are_zero() -> pl.Expr:
    """Fill the counts and flags of accounts that the ledger does not know; their absence is known."""
    return pl.col("promise_kept_count", "promise_broken_count", "attempt_count", "bad_number_count").fill_null(0)


def _search_key() -> pl.Expr:
    """Fold names and numbers so that case and accents do not matter."""
    text = pl.concat_str("customer_name", "account_id", "customer_id", separator=" ", ignore_nulls=True)
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def fold(text: str) -> str:
    """Fold what a person types as `_search_key` folds names."""
    return str(pl.select(pl.lit(text).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()).item())


def arrange(
    table: pl.DataFrame,
    *,
    queue: str = "all",
    lens: Lens = Lens.RISK,
    earliest: str = "",
    text: str = "",
    within: Iterable[str] = (),
    sort: tuple[str, bool] | None = None,
) -> pl.Series:
    """Return the row numbers of a worklist view in order.

    Args:
        table: frames.WORKLIST.
        queue: id of a queue.
        lens: order where no column was chosen.
        earliest: a date that goes before the lens, as the queue's policy says.
        text: words that the folded name or id must hold.
        within: tiers to show; none means all.
        sort: column and whether it descends.
    """
    chosen = pl.col("queues").list.contains(queue) if queue != "all" else pl.lit(True)
    for word in fold(text).split():
        chosen &= pl.col("name_key").str.contains(word, literal=True)
    wanted = list(within)
    if wanted:
        chosen &= pl.col("tier").cast(pl.String).is_in(wanted)
    known = worklist.compared(table.lazy(), lens) if sort is None else table.lazy()
    rows = known.with_row_index("row").filter(chosen)
    if sort is None:
        ordered = worklist.ordered(rows, lens, earliest)
    else:
        ordered = rows.sort(sort[0], descending=sort[1], nulls_last=True, maintain_order=True)
    return ordered.select("row").collect().to_series()
