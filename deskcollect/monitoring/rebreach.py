"""What is restricted on each account, and whether what was lifted comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect import frames
from deskcollect.monitoring.signals import signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from deskcollect.monitoring.restrictions import Restriction
    from deskcollect.policy.model import Policies


@dataclass(frozen=True, slots=True)
class Rebreach:
    """What came back after a lift: the newest day, the rules that fire again, and the new restriction, if there is one."""

    account_id: str
    lifted_on: date
    on: date
    rules: tuple[str, ...] = ()
    restriction: str = ""

    @property
    def days(self) -> int:
        """Days from the lift."""
        return (self.on - self.lifted_on).days


def restricted(
    tiered: pl.LazyFrame, known: Sequence[Restriction], policies: Policies, *, today: date
) -> frames.Restricted:
    """Return what is restricted, for conditions of policies.

    Args:
        tiered: Accounts with frames.SCORED_FACTS and TIERED.
        known: Restrictions of some of them.
        policies: How grave a kind is, the rules of alerts.toml, days of a re-breach.
        today: Local date.

    Shape: one row an account of `known`; the others have none.
    """
    gravity = {measure.id: measure.gravity for measure in policies.restrictions.kinds}
    again = {each.account_id: each.on for each in rebreaches(tiered, known, policies, today=today)}
    rows: list[dict[str, Any]] = []
    for account_id, mine in _by_account(known).items():
        force = [each for each in mine if each.in_force]
        gravest = max(force, key=lambda each: gravity.get(each.kind.value, 0), default=None)
        rows.append(
            {
                "account_id": account_id,
                "restriction": gravest.kind.value if gravest else None,
                "restriction_reason": gravest.reason if gravest else None,
                "restricted_on": gravest.since if gravest else None,
                "lifted_on": _lifted_on(mine),
                "rebreached_on": again.get(account_id),
            }
        )
    schema = frames.polars_schema(frames.RESTRICTED)
    return frames.Restricted(pl.LazyFrame(rows, schema=schema))


def rebreaches(
    tiered: pl.LazyFrame, known: Sequence[Restriction], policies: Policies, *, today: date
) -> tuple[Rebreach, ...]:
    """Return the accounts on which something came back within the days of the policy after their last lift.

    A new restriction counts, proposed or in force, and so does a signal of the reason that had led to the lifted one if
    its newest fact is of a later day than the lift. Arguments as of `restricted`.
    """
    within = timedelta(days=policies.restrictions.rebreach_days)
    lifts = {account_id: (lift, mine) for account_id, mine in _by_account(known).items() if (lift := _lifted_on(mine))}
    fresh = {account_id: _rules(mine, policies) for account_id, (lift, mine) in lifts.items() if today - lift <= within}
    fired = _fired(tiered, fresh, policies)
    found: list[Rebreach] = []
    for account_id, (lift, mine) in lifts.items():
        days = [(each.since or each.imposed_on, each.id) for each in mine if each.is_open and each.imposed_on >= lift]
        seen = [(day, rule) for day, rule in fired.get(account_id, ()) if lift < day <= lift + within]
        near = [(day, name) for day, name in days if day - lift <= within]
        if near or seen:
            newest = max(day for day, _ in (*near, *seen))
            rules = tuple(sorted({rule for _, rule in seen}))
            found.append(Rebreach(account_id, lift, newest, rules, near[-1][1] if near else ""))
    return tuple(found)


def _by_account(known: Iterable[Restriction]) -> dict[str, list[Restriction]]:
    """Return restrictions by account."""
    found: dict[str, list[Restriction]] = {}
    for each in known:
        found.setdefault(each.account_id, []).append(each)
    return found


def _lifted_on(mine: Iterable[Restriction]) -> date | None:
    """Return the day of the last lift."""
    return max((each.lifted_on for each in mine if each.lifted_on), default=None)


def _rules(mine: Iterable[Restriction], policies: Policies) -> frozenset[str]:
    """Return the signals behind the restriction that was lifted last: those of its reason, else all of its evidence."""
    last = max((each for each in mine if each.lifted_on), key=lambda each: (each.lifted_on, each.id))
    ground = policies.restrictions.reason(last.reason)
    seen = frozenset(each.rule for each in last.evidence)
    return frozenset(ground.signals) if ground and ground.signals else seen


def _fired(
    tiered: pl.LazyFrame, wanted: dict[str, frozenset[str]], policies: Policies
) -> dict[str, list[tuple[date, str]]]:
    """Return which of some rules fire now on each account, with the day of their newest fact."""
    if not any(wanted.values()):
        return {}
    # What is being found here is not known yet to the rules that may speak of it.
    unknown = [pl.lit(None, dtype=c.dtype).alias(c.name) for c in frames.RESTRICTED if c.name != "account_id"]
    few = tiered.filter(pl.col("account_id").is_in(list(wanted))).with_columns(unknown)
    found: dict[str, list[tuple[date, str]]] = {}
    for account_id, rule, day in signals(few, policies).select("account_id", "rule", "seen_on").collect().rows():
        if rule in wanted[account_id] and day is not None:
            found.setdefault(account_id, []).append((day, rule))
    return found
