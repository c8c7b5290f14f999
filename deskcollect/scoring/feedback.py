"""What recorded outcomes do to a score: declared in effects.toml, bounded, fading, and gone when withdrawn.

Attempts are no effect: what brings one is named by code, by the state of a promise or by a fact, and nothing else
is looked at. An event counts from its local date on; its age is counted in the book's days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.frames import Effects
from deskcollect.records import Part, ScoreStep
from deskcollect.scoring.apportion import apportion
from deskcollect.scoring.score import POINTS_PER_MILLI, score_of
from deskcollect.vocabulary import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from deskcollect.frames import Events, Past, Promises
    from deskcollect.policy.model import Effect, Policies
    from deskcollect.scoring.card import Card

BOOK = "book"
BOUND = "bound"
FADING = "fading"
WITHDRAWN = "withdrawn"
OWN = "own"


@dataclass(frozen=True, slots=True)
class Basis:
    """What one account's score rests on: the card's log odds in thousandths and its rows of `frames.EFFECTS`."""

    card_milli: int
    effects: tuple[Mapping[str, Any], ...] = ()


def effects(events: Events, promises: Promises, past: Past, policies: Policies, *, as_of: date, today: date) -> Effects:
    """Return what each recorded fact does to its account's log odds of default, faded to `as_of`.

    Shape: `frames.EFFECTS`, ordered by account, date and event, whatever the order of the input.
    Source: bounded log-likelihood ratios; milli = -1000 · weight · 2^(-age / half-life), half-life 0 holds.
    """
    brought = pl.concat([
        _from_codes(events, policies),
        _from_promises(promises, events, policies),
        _from_facts(past, policies),
    ])  # fmt: skip
    counted = brought.filter(pl.col("brought_on") <= max(as_of, today)).with_columns(
        age_days=(pl.lit(as_of) - pl.col("brought_on")).dt.total_days().clip(lower_bound=0)
    )
    frame = counted.with_columns(milli=_milli()).sort("account_id", "brought_on", "at", "event_id", "effect")
    return Effects(frames.stamp(frame, frames.EFFECTS))


def learnt(policies: Policies, card: Card) -> Policies:
    """Return the policies with the weights that the card learnt at this desk.

    A weight that a person changed in effects.toml since then is taken as it stands there: the prior is another.
    """
    own = {each.effect: each for each in card.effects}
    if not own:
        return policies

    def weighed(effect: Effect) -> Effect:
        found = own.get(effect.id)
        if found is None or found.prior != milli(effect.weight):
            return effect
        return replace(effect, weight=found.weight / 1000, source=OWN, count=found.count)

    rules = tuple(weighed(effect) for effect in policies.effects)
    return replace(policies, effects=replace(policies.effects, rules=rules))


def milli(weight: float) -> int:
    """Return a weight in thousandths, as a card holds it."""
    return round(weight * 1000)


def strengths(effects: Effects, policies: Policies) -> pl.LazyFrame:
    """Return what is left of each recorded fact, summed over an account: 1 for one of today, 0.5 a half-life later.

    Shape: account_id and one Float64 column an effect of the policy, 0 where it does not stand.
    """
    half = {effect.id: effect.half_life_days for effect in policies.effects}
    schema = pl.Schema({"effect": pl.String, "half_life": pl.Int32})
    rules = pl.LazyFrame(list(half.items()), schema=schema, orient="row")
    left = effects.join(rules, on="effect", how="inner", maintain_order="left").with_columns(left=_left())
    summed = [pl.col("left").filter(pl.col("effect") == name).sum().alias(name) for name in half]
    return left.group_by("account_id", maintain_order=True).agg(summed)


def totals(effects: Effects, policies: Policies) -> pl.LazyFrame:
    """Return the sum an account, within the policy's bound.

    Shape: account_id, effect_milli (Int32).
    """
    bound = _bound(policies)
    return effects.group_by("account_id", maintain_order=True).agg(
        effect_milli=pl.col("milli").sum().clip(-bound, bound).cast(pl.Int32)
    )


def milli_of(standing: Basis, policies: Policies) -> int:
    """Return the log odds of one standing, effects within the bound."""
    return standing.card_milli + _clipped(standing, policies)


def step(before: Basis, after: Basis, policies: Policies) -> ScoreStep:
    """Return the way from one standing to the next in whole points, every part named.

    The parts add up to after - before. Where the book moved the card there is a part `book`, where the bound cut the
    effects a part `bound`; what only grew older is `fading`.
    """
    start, end = score_of(milli_of(before, policies)), score_of(milli_of(after, policies))
    moved = _moved(before, after, policies)
    named = {name: milli for name, milli in moved.items() if milli}
    whole = apportion(end - start, [-POINTS_PER_MILLI * milli for milli in named.values()] if named else [0.0])
    parts = tuple(_part(name, points, policies) for name, points in zip(named, whole, strict=False) if points)
    return ScoreStep(start, end, parts)


def readings(parts: Iterable[Part]) -> dict[str, int]:
    """Return the points that recorded facts bring, by what they tell of the customer, every reading of them."""
    found = dict.fromkeys((each.value for each in Reading), 0)
    for part in parts:
        if part.reading:
            found[part.reading] += part.points
    return found


def _part(name: str, points: int, policies: Policies) -> Part:
    """Return a part with what its effect says."""
    label = name.removesuffix(f", {FADING}").removesuffix(f", {WITHDRAWN}")
    meant = [effect for effect in policies.effects if name == _gone(effect) or effect.label == label]
    if not meant:
        return Part(name, points)
    return Part(name, points, meant[0].reading, max(effect.count for effect in meant))


def _from_codes(events: Events, policies: Policies) -> pl.LazyFrame:
    """Return the effects of outcome codes."""
    rules = _rules((code.upper(), effect) for effect in policies.effects for code in effect.codes)
    return _ruled(
        events.filter(frames.stands()).select(
            "account_id",
            "event_id",
            key=pl.col("code").str.to_uppercase(),
            brought_on=pl.col("occurred_on"),
            at=pl.col("occurred_at"),
        ),
        rules,
    )


def _from_promises(promises: Promises, events: Events, policies: Policies) -> pl.LazyFrame:
    """Return the effects of promises by their state; that of a withdrawn record brings nothing."""
    rules = _rules((effect.promise, effect) for effect in policies.effects if effect.promise)
    withdrawn = events.filter(pl.col("withdrawn").fill_null(False)).select("event_id")
    return _ruled(
        promises.join(withdrawn, on="event_id", how="anti").select(
            "account_id",
            "event_id",
            key=pl.col("status"),
            brought_on=pl.coalesce("resolved_on", "made_on"),
            at=_no_time(),
        ),
        rules,
    )


def _from_facts(past: Past, policies: Policies) -> pl.LazyFrame:
    """Return the effects of facts that several events make together."""
    rules = _rules((effect.fact, effect) for effect in policies.effects if effect.fact)
    return _ruled(
        past.filter(pl.col("contact_lost").fill_null(False)).select(
            "account_id",
            event_id=pl.col("contact_lost_event").fill_null(""),
            key=pl.lit("contact_lost"),
            brought_on=pl.col("contact_lost_on"),
            at=_no_time(),
        ),
        rules,
    )


def _rules(brings: Iterable[tuple[str, Effect]]) -> pl.LazyFrame:
    """Return what brings which effect, as a table."""
    rows = [(key, effect.id, effect.weight, effect.half_life_days) for key, effect in brings]
    schema = pl.Schema({"key": pl.String, "effect": pl.String, "weight": pl.Float64, "half_life": pl.Int32})
    return pl.LazyFrame(rows, schema=schema, orient="row")


def _ruled(found: pl.LazyFrame, rules: pl.LazyFrame) -> pl.LazyFrame:
    """Put weight and half-life beside each fact that brings an effect."""
    columns = ("account_id", "event_id", "effect", "weight", "half_life", "brought_on", "at")
    return found.join(rules, on="key", how="inner").select(columns)


def _milli() -> pl.Expr:
    """Return the faded weight in thousandths of log odds of default, rounded half up."""
    return (pl.col("weight") * -1000.0 * _left() + 0.5).floor().cast(pl.Int32)


def _left() -> pl.Expr:
    """Return what is left of a fact of some age: half after a half-life, all of it where that is 0."""
    age, half_life = pl.col("age_days").cast(pl.Float64), pl.col("half_life").cast(pl.Float64)
    return pl.when(pl.col("half_life") > 0).then(pl.lit(2.0).pow(-age / half_life)).otherwise(1.0)


def _no_time() -> pl.Expr:
    """Return an instant that is not known."""
    return pl.lit(None, pl.Datetime("us", "UTC"))


def _bound(policies: Policies) -> int:
    """Return the policy's bound in thousandths."""
    return round(policies.effect_bound * 1000)


def _clipped(standing: Basis, policies: Policies) -> int:
    """Return the sum of the effects within the bound."""
    bound = _bound(policies)
    return max(-bound, min(bound, _sum(standing)))


def _sum(standing: Basis) -> int:
    """Return the plain sum of the effects."""
    return sum(row["milli"] for row in standing.effects)


def _moved(before: Basis, after: Basis, policies: Policies) -> dict[str, int]:
    """Return by how much each named part moved the log odds, in thousandths."""
    moved: dict[str, int] = {}
    old, new = _by_fact(before, policies), _by_fact(after, policies)
    for fact in sorted(old.keys() | new.keys()):
        name = _name(fact[0], fact in old, fact in new, policies)
        moved[name] = moved.get(name, 0) + new.get(fact, 0) - old.get(fact, 0)
    cut_before = _clipped(before, policies) - _sum(before)
    cut_after = _clipped(after, policies) - _sum(after)
    return moved | {BOOK: after.card_milli - before.card_milli, BOUND: cut_after - cut_before}


def _by_fact(standing: Basis, policies: Policies) -> Counter[tuple[str, str]]:
    """Return the effects by label and event: a promise that is open and then due is one fact."""
    labels = {effect.id: effect.label for effect in policies.effects}
    found: Counter[tuple[str, str]] = Counter()
    for row in standing.effects:
        found[labels.get(row["effect"], row["effect"]), row["event_id"]] += row["milli"]
    return found


def _name(label: str, was: bool, is_now: bool, policies: Policies) -> str:
    """Name a change: what came, what is no longer so, what was withdrawn, what only grew older."""
    if not was:
        return label
    if is_now:
        return f"{label}, {FADING}"
    passing = (effect for effect in policies.effects if effect.label == label and effect.half_life_days == 0)
    return next((_gone(effect) for effect in passing), f"{label}, {WITHDRAWN}")


def _gone(effect: Effect) -> str:
    """Return what it is called when a state that lasted has ended."""
    state, _, word = effect.label.rpartition(" ")
    return f"{state} no longer {word}".strip()
