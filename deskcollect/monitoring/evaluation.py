"""How good the warnings were: what was warned of, what came of it, and what people made of it. Counts only; pure.

A warning is a rule that fired on an account, or a level that an account had, for facts of one newest day: the same facts
looked at again on another day are the same warning, and its day is the first on which they were looked at. An account is bad
on the first day within the horizon on which it was known to be two or more cycles past due, or defaulted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from deskcollect import frames
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, timedelta

    Kind = Literal["all", "level", "rule"]

ALL = ("all", "")
FALSE_ALARM = "false_alarm"
_LOOK = ["account_id", "looked_on"]
_TRACK = ["kind", "name"]
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Share:
    """Some of a whole. `firm` is the number of independent ones that would tell as much.

    The warnings of one account are alike: three of them are not three accounts.
    """

    part: int
    whole: int
    firm: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some numbers and the quartiles about it."""

    count: int
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Track:
    """What came of the warnings of one rule, of one level, or of all.

    `followed`: warnings whose account went bad within the horizon, of all warnings of which that is known. `found`: of the
    times that an account went bad, those warned of before. `lead`: days from the first warning to the first bad day, None
    where nothing went bad. `rate`: warnings for each 1,000 accounts and day looked at, None where no account was looked at.
    """

    kind: Kind
    name: str
    followed: Share
    found: Share
    lead: Spread | None
    rate: float | None


@dataclass(frozen=True, slots=True)
class Handled:
    """What people made of the cases of one rule, of one level, or of all.

    `false_alarms` of the closed ones; `hours` from opening to the first look, None where nobody has looked.
    """

    kind: Kind
    name: str
    cases: int
    false_alarms: Share
    hours: Spread | None


@dataclass(frozen=True, slots=True)
class Looked:
    """One day on which the desk looked at its accounts: those of which it is known what became of them until `until`."""

    day: date
    until: date
    bad: Share
    warned: Share


def judged(looks: frames.Looks, known: frames.Known, horizon: timedelta) -> pl.DataFrame:
    """Return the looks at accounts of which something is known afterwards, within the horizon.

    Shape: frames.LOOKS and `bad_on`, the first day after the look on which the account was known to be bad, null if it was
    on none; and `until`, the last day of the horizon on which anything was known of it.
    """
    states = known.sort("known_on")
    bad = states.filter("bad").select("account_id", "known_on", bad_on="known_on")
    last = states.select("account_id", "known_on", until="known_on")
    found = looks.with_columns(known_on=pl.col("looked_on"), reach=pl.col("looked_on") + horizon).sort("known_on")
    joined = found.join_asof(
        bad, on="known_on", by="account_id", strategy="forward", allow_exact_matches=False, check_sortedness=False
    )
    told = (
        joined.drop("known_on")
        .sort("reach")
        .join_asof(
            last,
            left_on="reach",
            right_on="known_on",
            by="account_id",
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("until") > pl.col("looked_on"))
    )
    within = pl.when(pl.col("bad_on") <= pl.col("reach")).then("bad_on").alias("bad_on")
    columns = [*(column.name for column in frames.LOOKS), "bad_on", "until"]
    return told.with_columns(within).select(columns).sort(_LOOK).collect()


def days(of: pl.DataFrame) -> Iterator[Looked]:
    """Go through the days of `judged` looks: how many accounts went bad, and how many carried a warning."""
    bad, warned = pl.col("bad_on").is_not_null(), pl.col("alert_level").is_not_null()
    counted = of.group_by("looked_on").agg(
        pl.len(), pl.col("until").max(), warned.sum().alias("warned"), bad.sum().alias("bad"),
        (bad & warned).sum().alias("both"),
    )  # fmt: skip
    for day, count, until, flagged, gone, both in counted.sort("looked_on").iter_rows():
        yield Looked(day, until, Share(gone, count, count), Share(both, flagged, flagged))


def tracks(of: pl.DataFrame, looks: frames.Looks, warned: frames.Warned, rules: Sequence[str]) -> tuple[Track, ...]:
    """Return what came of the warnings: of all, of each level, the gravest first, and of each rule in its order.

    Args:
        of: `judged` looks at the accounts that are to count, such as those not past due.
        looks: all looks.
        warned: the rules that fired at them.
        rules: all rules; one that never fired has a track too.
    """
    marks = _marks(looks, warned).collect().join(of, on=_LOOK, how="inner")
    counted = _counted(marks)
    gone = of.filter(pl.col("bad_on").is_not_null()).unique(["account_id", "bad_on"])
    names: list[tuple[Kind, str]] = [("all", ""), *(("level", level.value) for level in reversed(AlertLevel))]
    names += [("rule", rule) for rule in rules]
    return tuple(_track(name, counted.get(name, {}), gone, of.height) for name in names)


def _marks(looks: frames.Looks, warned: frames.Warned) -> pl.LazyFrame:
    """Return every warning once: kind, name, account_id and looked_on, the first look at its facts."""
    facts = [*_TRACK, "account_id", "seen_on"]
    rules = warned.select(pl.lit("rule").alias("kind"), pl.col("rule").alias("name"), *_LOOK, "seen_on")
    newest = warned.group_by(_LOOK).agg(pl.col("seen_on").max())
    level = looks.filter(pl.col("alert_level").is_not_null()).join(newest, on=_LOOK, how="left")
    levels = level.select(
        pl.lit("level").alias("kind"), pl.col("alert_level").cast(pl.String).alias("name"), *_LOOK, "seen_on"
    )
    kind, name = ALL
    every = levels.with_columns(pl.lit(kind).alias("kind"), pl.lit(name).alias("name"))
    return pl.concat([rules, levels, every]).group_by(facts).agg(pl.col("looked_on").min()).select(*_TRACK, *_LOOK)


def _counted(marks: pl.DataFrame) -> Mapping[tuple[str, str], dict[str, float]]:
    """Return the counts of each track by kind and name."""
    hit = pl.col("bad_on").is_not_null()
    each = marks.group_by(*_TRACK, "account_id").agg(pl.len().alias("n"), hit.sum().alias("h")).cast(
        {"n": pl.Float64, "h": pl.Float64}
    )  # fmt: skip
    n, h = pl.col("n"), pl.col("h")
    warnings = each.group_by(_TRACK).agg(
        n.sum().alias("whole"), h.sum().alias("part"), pl.len().alias("accounts"),
        (n * n).sum().alias("nn"), (n * h).sum().alias("nh"), (h * h).sum().alias("hh"),
    )  # fmt: skip
    first = marks.filter(hit).group_by(*_TRACK, "account_id", "bad_on").agg(
        pl.col("looked_on").min(), pl.col("gone_bad").all()
    )  # fmt: skip
    ahead = pl.when(~pl.col("gone_bad")).then((pl.col("bad_on") - pl.col("looked_on")).dt.total_days())
    leads = first.with_columns(ahead.alias("days")).group_by(_TRACK).agg(
        pl.len().alias("found"), pl.col("days").count().alias("leads"),
        *(pl.col("days").quantile(q, "linear").alias(f"q{place}") for place, q in enumerate((0.25, 0.5, 0.75))),
    )  # fmt: skip
    rows = warnings.join(leads, on=_TRACK, how="left").iter_rows(named=True)
    return {(row["kind"], row["name"]): row for row in rows}


def _track(named: tuple[Kind, str], row: Mapping[str, float], gone: pl.DataFrame, looked: int) -> Track:
    """Return one track from its counts, none where it never warned."""
    whole, found, leads = int(row.get("whole") or 0), int(row.get("found") or 0), int(row.get("leads") or 0)
    return Track(
        *named,
        followed=Share(int(row["part"]), whole, _firm(row)) if row else Share(0, 0, 0.0),
        found=Share(found, gone.height, gone["account_id"].n_unique()),
        lead=Spread(leads, row["q0"], row["q1"], row["q2"]) if leads else None,
        rate=1000.0 * whole / looked if looked else None,
    )


def _firm(row: Mapping[str, float]) -> float:
    """Return how many independent warnings would tell as much as those of some accounts.

    Source: the linearised variance of a ratio over clusters, and from it the effective sample size (Korn & Graubard,
    Survey Methodology 24:193, 1998). Where all or none were followed, the accounts are counted.
    """
    whole, part, accounts = row["whole"], row["part"], row["accounts"]
    share = part / whole
    spread = row["hh"] - 2.0 * share * row["nh"] + share * share * row["nn"]
    if accounts < 2 or spread <= 0.0 or not 0.0 < share < 1.0:
        return float(accounts)
    variance = spread / whole**2 * accounts / (accounts - 1)
    return min(whole, share * (1.0 - share) / variance)


def handled(decided: frames.DecidedCases, rules: Sequence[str]) -> tuple[Handled, ...]:
    """Return what people made of the cases: of all, of each level, and of each rule that one of them names."""
    cases = decided.collect()
    chosen: list[tuple[Kind, str, pl.DataFrame]] = [("all", "", cases)]
    chosen += [("level", level.value, cases.filter(alert_level=level.value)) for level in reversed(AlertLevel)]
    chosen += [("rule", rule, cases.filter(pl.col("signals").list.contains(rule))) for rule in rules]
    return tuple(_handled(kind, name, of) for kind, name, of in chosen)


def _handled(kind: Kind, name: str, of: pl.DataFrame) -> Handled:
    """Return what people made of some cases."""
    closed = of["closed_as"].drop_nulls()
    took = (of["acknowledged_at"] - of["opened_at"]).drop_nulls().dt.total_seconds() / _HOUR
    quartiles = [float(took.quantile(q, "linear") or 0.0) for q in (0.25, 0.5, 0.75)]
    return Handled(
        kind,
        name,
        of.height,
        Share(int((closed == FALSE_ALARM).sum()), len(closed), len(closed)),
        Spread(len(took), *quartiles) if len(took) else None,
    )
