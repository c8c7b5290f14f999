"""The warnings beside a rule that needs no desk: everyone who uses more than nine tenths of the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from deskcollect.records import Figure
from deskcollect.vocabulary import AlertLevel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]

FULL = 0.9  # of the limit
SEED = 20261122
DRAWS = 1000
_LEAST_DRAWS = 200
_WORK = 50_000_000  # accounts drawn at most, but for the least draws
_AT_ONCE = 50
_EDGES = (2.5, 97.5)
_GRAVEST_FIRST = ("alert_level", "signal_count", "exposure_share")


@dataclass(frozen=True, slots=True)
class Match:
    """Two ways to warn of the same number of accounts, by the share of them that went bad.

    `day` is that of the look, `level` the mildest level that took part. `flagged` and `full` are how many accounts either way has, `volume` how many
    of them are compared. `by_lot` sets the accounts over nine tenths of the limit against the desk as they come,
    `fullest` those who use the most of it first; each is the desk's share less theirs, with its interval.
    """

    day: date
    level: str
    flagged: int
    full: int
    volume: int
    ours: float
    theirs: float
    theirs_fullest: float
    by_lot: Figure
    fullest: Figure


@dataclass(frozen=True, slots=True)
class _Way:
    """The accounts that one way warns of, among all, and the place of each of them; equal ones share a place."""

    place: Places
    chosen: Flags


def matches(of: pl.DataFrame, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Match, ...]:
    """Compare at the volume of each level and all above it, the gravest first; levels that nobody has are left out.

    The desk's accounts stand as the screen shows them: by level, number of signals, exposure. The way that has more
    accounts is cut to the number of the other; those that stand alike at the cut count in part.

    Args:
        of: `evaluation.judged` looks of one day, one row an account.
        seed: of the accounts that are drawn.
        draws: how often as many accounts are drawn, with replacement; both ways are taken on the same ones. Fewer where
            the book is large.
    """
    either = of.select(pl.col("alert_level").is_not_null() | _over()).to_series()
    book, of = of.height, of.filter(either)
    inside = either.to_numpy()
    bad = of["bad_on"].is_not_null().to_numpy().astype(np.float64)
    full = of.select(_over()).to_series().to_numpy()
    if not full.any():
        return ()
    flags: dict[str, Flags] = {}
    before = 0
    for each in reversed(AlertLevel):
        flagged = (of["alert_level"] >= each.value).fill_null(value=False).to_numpy()
        if flagged.sum() > before:
            flags[each.value], before = flagged, int(flagged.sum())
    ways = {
        level: {
            "ours": _Way(_places(of.select(_GRAVEST_FIRST), flagged), flagged),
            "lot": _Way(np.zeros(int(full.sum()), np.int64), full),
            "fullest": _Way(_places(of.select("utilisation_now"), full), full),
        }
        for level, flagged in flags.items()
    }
    drawn: dict[str, list[dict[str, Numbers]]] = {level: [] for level in ways}
    for weights in _drawn(inside, seed, max(_LEAST_DRAWS, min(draws, _WORK // book))):
        for level, sides in ways.items():
            drawn[level].append(_shares(sides, bad, weights))
    day = of["looked_on"][0]
    return tuple(_match(day, level, sides, bad, drawn[level]) for level, sides in ways.items())


def _match(
    day: date, level: str, sides: Mapping[str, _Way], bad: Numbers, drawn: Sequence[Mapping[str, Numbers]]
) -> Match:
    """Return the comparison of a level from what was drawn."""
    once = np.ones((1, len(bad)))
    found = {name: float(share[0]) for name, share in _shares(sides, bad, once).items()}
    ours = np.concatenate([each["ours"] for each in drawn])
    figures = []
    for name in ("lot", "fullest"):
        low, high = np.nanpercentile(ours - np.concatenate([each[name] for each in drawn]), _EDGES)
        figures.append(Figure(found["ours"] - found[name], float(low), float(high)))
    flagged, full = (int(sides[name].chosen.sum()) for name in ("ours", "lot"))
    shares = (found["ours"], found["lot"], found["fullest"])
    return Match(day, level, flagged, full, min(flagged, full), *shares, *figures)


def _shares(sides: Mapping[str, _Way], bad: Numbers, weights: Numbers) -> dict[str, Numbers]:
    """Return the share of bad accounts by each way, at the number that both have; one number a row of `weights`."""
    room = np.minimum(*(weights[:, sides[name].chosen].sum(axis=1) for name in ("ours", "lot")))
    return {name: _precision(way, bad, weights, room) for name, way in sides.items()}


def _over() -> pl.Expr:
    """Say whether an account uses more than nine tenths of its limit."""
    return (pl.col("utilisation_now") > FULL).fill_null(value=False)


def _drawn(inside: Flags, seed: int, draws: int) -> Iterator[Numbers]:
    """Go through the draws some at a time: how often each account that is `inside` is in them, one row a draw."""
    rng, count = np.random.default_rng(seed), len(inside)
    for start in range(0, draws, _AT_ONCE):
        rows = [
            np.bincount(rng.integers(count, size=count), minlength=count)[inside]
            for _ in range(min(_AT_ONCE, draws - start))
        ]
        yield np.stack(rows).astype(np.float64)


def _places(order: pl.DataFrame, chosen: Flags) -> Places:
    """Return the place of each chosen account by some columns, the highest value first; those that are equal share one."""
    rows = order.filter(chosen)
    keys = rows.with_columns(pl.struct(rows.columns).rank("dense", descending=True).alias("_place"))
    return keys["_place"].to_numpy().astype(np.int64) - 1


def _precision(way: _Way, bad: Numbers, weights: Numbers, room: Numbers) -> Numbers:
    """Return the share of bad accounts among the first ones, as many as there is room for; NaN where there is none."""
    order = np.argsort(way.place, kind="stable")
    starts = np.flatnonzero(np.diff(way.place[order], prepend=-1))
    counts = weights[:, way.chosen][:, order]
    size = np.add.reduceat(counts, starts, axis=1)
    bads = np.add.reduceat(counts * bad[way.chosen][order], starts, axis=1)
    taken = np.clip(room[:, None] - (size.cumsum(axis=1) - size), 0.0, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Numbers = (taken * np.where(size > 0, bads / size, 0.0)).sum(axis=1) / room
    return share
