"""What other rules would change, in words: for a lead who decides whether to save them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from deskcollect.present.numbers import NONE, count, percent, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deskcollect.desk.alerts.simulate import Simulated
    from deskcollect.policy.model import Policies

NOBODY = "nobody"


def share(found: Simulated) -> Iterator[tuple[str, str]]:
    """Return how many accounts would be flagged today against what the policy wants, each line with its role."""
    before, after, cap = found.share("before"), found.share("after"), found.after.alert_cap_share
    told = f"{percent(after, 1)} of the accounts would carry a warning on {found.as_of}, {percent(before, 1)} do now"
    yield f"{told}; the policy wants at most {percent(cap)}.", ""
    if after > cap:
        yield (
            "That is above the cap (cap_share): the mildest new cases would be held back until there is room.",
            "warning",
        )


def same(found: Simulated) -> str:
    """Return the sentence for rules that change nothing on any day that was looked at."""
    looked = several(found.days.height, "day", "days")
    return f"These rules warn of the same accounts at the same levels as those in force, on {looked} looked at."


def days(found: Simulated) -> list[list[str]]:
    """Return the cells of each day: accounts, flagged before and after, what changes, what is new."""
    return [
        [
            str(row["day"]),
            *(count(row[name]) for name in ("accounts_count", "before_count", "after_count")),
            *moves(row),
            *(NONE if row[name] is None else count(row[name]) for name in ("new_before_count", "new_after_count")),
        ]
        for row in found.days.iter_rows(named=True)
    ]


def moves(row: Mapping[str, Any]) -> list[str]:
    """Return how many accounts are added, removed, and rise and fall."""
    return [count(row[name]) for name in ("added_count", "removed_count", "up_count", "down_count")]


def levels(found: Simulated) -> list[tuple[str, str, str]]:
    """Return level, before and after of the newest day, the gravest first."""
    newest = found.levels.filter(pl.col("day") == found.as_of)
    return [
        (row["alert_level"], count(row["before_count"]), count(row["after_count"]))
        for row in newest.iter_rows(named=True)
    ]


def rules(found: Simulated) -> tuple[list[list[str]], int]:
    """Return the rules that fire on other accounts or are new or gone, and how many others there are.

    Each has its name, what became of it, before and after of the newest day, before and after of all days.
    """
    kept = pl.col("before_count").sum(), pl.col("after_count").sum()
    per_rule = found.rules.group_by("rule", maintain_order=True).agg(
        *kept,
        *(pl.col(name).last().alias(f"{name}_today") for name in ("before_count", "after_count")),
        (pl.col("before_count") != pl.col("after_count")).any().alias("differs"),
    )
    rows = []
    for row in per_rule.iter_rows(named=True):
        state = _state(row["rule"], found.before, found.after)
        if row["differs"] or state:
            numbers = ("before_count_today", "after_count_today", "before_count", "after_count")
            rows.append([row["rule"], state, *(count(row[name]) for name in numbers)])
    return rows, per_rule.height - len(rows)


def _state(rule: str, before: Policies, after: Policies) -> str:
    """Return whether a rule is new, gone or written differently; nothing if it is the same."""
    told = [{each.id: each for each in policies.signals}.get(rule) for policies in (before, after)]
    old, new = told
    if old is None or new is None:
        return "new" if old is None else "gone"
    alike = old.when.text == new.when.text and (old.strength, old.family) == (new.strength, new.family)
    return "" if alike else "changed"


def what_is_new(found: Simulated) -> str:
    """Return the sentence that says what is counted as new."""
    if found.days.height == 1:
        return "What is new shows from the second day on."
    worked = several(found.working_days, "working day", "working days")
    return f"New: flagged, and not at the look before. A day: the mean over {worked} (Monday to Friday) since {found.days['day'][0]}."


def collectors(found: Simulated) -> list[list[str]]:
    """Return the cells of each collector: flagged before and after, what changes, new a working day before and after."""
    return [
        [
            row["collector"] or NOBODY,
            count(row["before_count"]),
            count(row["after_count"]),
            *moves(row),
            *(NONE if row[name] is None else f"{row[name]:.1f}" for name in ("new_before_a_day", "new_after_a_day")),
        ]
        for row in found.collectors.iter_rows(named=True)
    ]
