"""What a desk would warn of by other rules: the newest day and each past one looked at by both, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.desk import feeds, standings
from deskcollect.desk.alerts import watched
from deskcollect.desk.desk import POLICIES, SNAPSHOTS
from deskcollect.desk.pipeline import Look, Standing, Watched, look
from deskcollect.errors import BadUse
from deskcollect.monitoring import levels, sightings, signals, simulation
from deskcollect.policy import load as policy_files
from deskcollect.portfolio import snapshots
from deskcollect.scoring import feedback

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from deskcollect.desk.desk import Desk
    from deskcollect.desk.pipeline import Moment
    from deskcollect.policy.model import Policies

LISTED = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """Accounts of one kind of change on the newest day: how many there are, and some of them, the gravest first.

    A row has account_id, customer_name, currency, collector, alert_level, and signals beside signal_facts, strongest first.
    """

    count: int
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What other rules would change at a desk.

    `days` is frames.SIMULATED_DAYS, `levels` SIMULATED_LEVELS, `rules` SIMULATED_RULES, `collectors` SIMULATED_COLLECTORS.
    `working_days` lie between the first day and the newest. `silent` are rules of the other policies that cannot be fed,
    with what they miss.
    """

    before: Policies
    after: Policies
    days: pl.DataFrame
    levels: pl.DataFrame
    rules: pl.DataFrame
    collectors: pl.DataFrame
    added: Changed
    removed: Changed
    working_days: int
    silent: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def as_of(self) -> date:
        """Return the newest day."""
        newest: date = self.days["day"][-1]
        return newest

    def share(self, side: str) -> float:
        """Return the share of the accounts of the newest day that the rules `before` or `after` flag."""
        newest = self.days.row(-1, named=True)
        return float(newest[f"{side}_count"] / max(1, newest["accounts_count"]))

    @property
    def is_same(self) -> bool:
        """Whether nothing changes on any day, not even which rule fires."""
        moved = self.days.select("added_count", "removed_count", "up_count", "down_count").sum().row(0)
        return not any(moved) and self.rules["before_count"].equals(self.rules["after_count"])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What both sides see on one day (frames.SIGHTINGS), of whom (account_id, customer_name, collector), and what feeds it."""

    day: date
    sides: tuple[pl.DataFrame, pl.DataFrame]
    people: pl.DataFrame
    present: frozenset[str]
    feeds: pl.DataFrame


def other_policies(desk: Desk, place: Path) -> Policies:
    """Return the policies of a desk with a file, or the files of a folder, in the place of its own.

    Errors: BadPolicy, NewerSchema.
    """
    return policy_files.load(desk.folder / POLICIES, instead=place)


def simulate(desk: Desk, other: Policies, limit: int = LISTED) -> Simulated:
    """Look at every day of a desk by its own rules and by others.

    Args:
        desk: an open desk. What is switched off for an account is switched off on both sides.
        other: policies that are not in force.
        limit: how many added and removed accounts are told with their evidence.

    Errors: BadUse when there is no book yet; BadBook when a snapshot is damaged.
    """
    days = desk.days
    if not days:
        raise BadUse("This desk has no book yet.", "Give it one with  deskcollect import BOOK")
    both = (desk.policies, feedback.learnt(other, desk.card))
    told = Watched(decisions=watched.decisions(desk.ledger, desk.zone))
    with snapshots.readable(desk.folder / SNAPSHOTS):
        seen = [_seen(desk, both, day, until, told) for day, until in zip(days, (*days[1:], None), strict=True)]
        return _held_against(desk, seen, both, limit)


def _seen(desk: Desk, both: tuple[Policies, Policies], day: date, following: date | None, told: Watched) -> _Seen:
    """Look at a day with the records up to the next one, by both rules."""
    during = watched.reign(desk, desk.ledger.events(desk.zone), day, following)
    events = during.events
    standing, other = _standings(desk, both, day, newest=following is None)
    at = during.moment(standing.as_of)
    told = replace(told, restrictions=watched.restricted(desk, events, at.last))
    before = _sightings(look(standing, events, both[0], at, told), both[0], day, at)
    after = _sightings(look(other, events, both[1], at, told), both[1], day, at)
    people = standing.accounts.select("account_id", "customer_name", "collector")
    return _Seen(day, (before, after), people, standing.present | standing.streamed, other.feeds)


def _sightings(found: Look, policies: Policies, day: date, at: Moment) -> pl.DataFrame:
    """Return what is seen of a day with all records of its time, as one look on that day."""
    facts = found.facts.lazy()
    end = max(at.last, day)
    seen = sightings.sightings(facts, found.fired, found.levelled, policies, dated=sightings.Dated(end, end))
    return sightings.kept(facts, seen, policies).with_columns(pl.lit(day).alias("day"))


def _standings(desk: Desk, both: tuple[Policies, Policies], day: date, *, newest: bool) -> tuple[Standing, Standing]:
    """Return what books and day's files say of a day: once for both sides, unless their rules make other facts of it."""
    first = desk.standing(day) if newest else standings.made(desk, day)
    one, other = (_facts_hang_on(policies, newest=newest) for policies in both)
    return first, first if one == other else standings.joined(desk, day).stand(both[1], desk.card)


def _facts_hang_on(policies: Policies, *, newest: bool) -> tuple[list[str], ...]:
    """Return what of the policies changes a standing: buckets, cuts, and on the newest day what its rules wait for."""
    buckets = [f"{bucket.id} {bucket.stage} {bucket.when.text}" for bucket in policies.buckets]
    cuts = [f"{cut.tier} {cut.when.text}" for cut in policies.cuts]
    waits = sorted({need for rule in policies.signals for need in rule.needs}) if newest else []
    return buckets, cuts, waits


def _held_against(desk: Desk, seen: list[_Seen], both: tuple[Policies, Policies], limit: int) -> Simulated:
    """Hold what both sides saw against each other."""
    days = [each.day for each in seen]
    before, after = (pl.concat([each.sides[side] for each in seen]) for side in (0, 1))
    flagged = pl.concat([before.select("account_id", "day"), after.select("account_id", "day")]).unique()
    owned = pl.concat([each.people.select("account_id", pl.lit(each.day).alias("day"), "collector") for each in seen])
    compared = simulation.compare(before, after, days, flagged.join(owned, on=["account_id", "day"], how="left"))
    newest = seen[-1]
    rules = list(dict.fromkeys(rule.id for policies in (both[1], both[0]) for rule in policies.signals))
    fed = feeds.fed(newest.present, newest.feeds, len(desk.dates))
    return Simulated(
        before=both[0],
        after=both[1],
        days=simulation.by_day(compared, {each.day: each.people.height for each in seen}),
        levels=simulation.by_level(compared, days),
        rules=simulation.by_rule(before, after, days, rules),
        collectors=simulation.by_collector(compared, newest.day, days),
        added=_changed("added", compared, newest, newest.sides[1], both[1], limit),
        removed=_changed("removed", compared, newest, newest.sides[0], both[0], limit),
        working_days=simulation.working_days(days),
        silent=signals.silent(both[1], fed),
    )


def _changed(
    change: str, compared: pl.DataFrame, newest: _Seen, seen: pl.DataFrame, policies: Policies, limit: int
) -> Changed:
    """Return the accounts of a change on the newest day, with what the side that flags them saw."""
    level = pl.coalesce("level_before", "level_after").alias("alert_level")
    found = compared.filter((pl.col("day") == newest.day) & (pl.col("change") == change))
    shown = found.select("account_id", level).sort("alert_level", "account_id", descending=[True, False]).head(limit)
    theirs = seen.filter(pl.col("account_id").is_in(shown["account_id"].implode()))
    named = levels.merged(theirs.lazy(), policies, pl.col("facts").alias("signal_facts"))
    told = frames.add(shown.lazy(), named.select("account_id", "signals", "signal_facts"))
    everything = frames.add(told, newest.people.lazy()).collect()
    return Changed(found.height, tuple(everything.iter_rows(named=True)))
