"""A card held against what became of the accounts: by segment and tier, alone or beside another card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from deskcollect import frames
from deskcollect.desk.cards.lessons import outcomes_of
from deskcollect.desk.scored import Way, tiers_of
from deskcollect.errors import BadBook
from deskcollect.portfolio import cycles
from deskcollect.scoring import counts, features, intervals, score, validate
from deskcollect.vocabulary import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Literal

    from numpy.typing import NDArray

    from deskcollect.desk.make import Book
    from deskcollect.policy.model import Policies
    from deskcollect.records import Band, Figure, Issue
    from deskcollect.scoring.card import Card
    from deskcollect.settings import Settings

    Kind = Literal["all", "segment", "tier"]
    Flags = NDArray[np.bool_]

MEASURES = ("auc", "gini", "ks", "lift", "brier", "log_loss", "slope", "intercept")
COMPARED = ("auc", "brier", "log_loss")
SCORE_STEP = 20  # points a band of scores


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that are judged together. `figures` is empty where all of them became the same."""

    kind: Kind
    name: str
    count: int
    bad_count: int
    chance: float
    bad_rate: Figure
    figures: Mapping[str, Figure | None]


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Scores from `start` up: the share of the good accounts and of the bad ones that have them."""

    start: int
    good: float
    bad: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the accounts by one card.

    `seen` says what the card tells of its own training: that it was these very accounts, as many with as many bad ones,
    or nothing. `gains` is the share of the bad found among the riskiest 0 % to 100 %.
    """

    card: Card
    seen: Literal["same", "alike", ""]
    coverage: float
    groups: tuple[Group, ...]
    gains: tuple[float, ...]
    bands: tuple[Band, ...]
    scores: tuple[ScoreBand, ...]

    @property
    def whole(self) -> Group:
        """Return all accounts as one group."""
        return self.groups[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the first card has more than the second in one group; empty where all accounts became the same."""

    kind: Kind
    name: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One card or two held against the same outcomes. Segments and tiers are those of the first card."""

    book: Book
    book_count: int
    issues: tuple[Issue, ...]
    left_out: int
    cards: tuple[Judged, ...]
    differences: tuple[Difference, ...]


def judge(
    read: Book, path: Path, policies: Policies, chosen: Sequence[Card], told: Settings, encoding: str = ""
) -> Judgement:
    """Hold cards against a file of outcomes.

    Errors: BadUse, BadBook when the file cannot be used, or all accounts became the same.
    """
    ids = read.accounts.select("account_id").collect()["account_id"]
    known = outcomes_of(read, path, told, encoding)
    wide = cycles.cycles(read.accounts, read.statements, as_of=read.as_of).collect()
    own = dict.fromkeys(name for card in chosen for name in card.own)
    made = features.features(frames.Cycles(wide.lazy()), own).collect()
    became = ids.to_frame().join(known.frame, on="account_id", how="left", maintain_order="left")["bad"]
    there = became.is_not_null()
    bad = became.filter(there).to_numpy().astype(np.bool_)
    _require_both(path.name, bad)
    tier = _tiers(read, policies, chosen[0], made).filter(there)
    kept = made.filter(there)
    groups = tuple(_groups(chosen[0], kept, tier))
    scored = [_scored(card, kept) for card in chosen]
    edges = _edges([each["score"] for each in scored])
    return Judgement(
        book=read,
        book_count=len(ids),
        issues=known.issues,
        left_out=known.left_out,
        cards=tuple(_judged(card, kept, found, bad, groups, edges) for card, found in zip(chosen, scored, strict=True)),
        differences=tuple(_differences(scored, bad, groups)) if len(scored) > 1 else (),
    )


def _require_both(file: str, bad: Flags) -> None:
    """Refuse outcomes that are all the same: nothing can be judged by them."""
    if bad.all() or not bad.any():
        word = "bad" if bad.all() else "good"
        raise BadBook(
            f"All {len(bad):,} outcomes of {file} that count are {word}; a card is judged by how it tells good from bad.",
            "Give the outcomes of all accounts, the good ones and the bad ones.",
        )


def _scored(card: Card, made: pl.DataFrame) -> pl.DataFrame:
    """Return chance, score and coverage of each account by the card alone."""
    points = score.points(card, frames.Features(made.lazy()))
    milli = pl.col("card_milli")
    return points.select(
        score.probability(milli).alias("chance"), score.scaled(milli).alias("score"), "coverage"
    ).collect()


def _tiers(read: Book, policies: Policies, card: Card, made: pl.DataFrame) -> pl.Series:
    """Return the tier of each account by the card and the policy, without what was recorded."""
    numbers = score.scores(score.points(card, frames.Features(made.lazy()))).collect()
    return tiers_of(read.accounts, numbers, Way(policies, card, read.as_of)).cast(pl.String)


def _groups(card: Card, made: pl.DataFrame, tier: pl.Series) -> Iterator[tuple[Kind, str, Flags]]:
    """Go through the groups that hold anybody: all, the card's segments, the tiers."""
    second = score.without_nan(card, frames.Features(made.lazy())).select(score.segment(card)).collect().to_series()
    late = second.to_numpy()
    yield "all", "", np.ones(made.height, np.bool_)
    for name, inside in zip(card.segment.names, (~late, late), strict=True):
        if inside.any():
            yield "segment", name, inside
    for each in Tier:
        inside = (tier == each.value).to_numpy()
        if inside.any():
            yield "tier", each.value, inside


def _judged(
    card: Card,
    made: pl.DataFrame,
    scored: pl.DataFrame,
    bad: Flags,
    groups: Sequence[tuple[Kind, str, Flags]],
    edges: Sequence[int],
) -> Judged:
    """Judge one card."""
    chance = scored["chance"].to_numpy()
    return Judged(
        card=card,
        seen=_seen(card, made, bad),
        coverage=float(scored["coverage"].to_numpy().mean()),
        groups=tuple(_group(kind, name, bad[inside], chance[inside]) for kind, name, inside in groups),
        gains=tuple(float(found) for found in validate.gains(bad, chance)),
        bands=intervals.bands(bad, chance),
        scores=_score_bands(scored["score"].to_numpy(), bad, edges),
    )


def _group(kind: Kind, name: str, bad: Flags, chance: NDArray[np.float64]) -> Group:
    """Judge one group."""
    both = bad.any() and not bad.all()
    return Group(
        kind=kind,
        name=name,
        count=len(bad),
        bad_count=int(bad.sum()),
        chance=float(chance.mean()),
        bad_rate=intervals.wilson(float(bad.sum()), float(len(bad))),
        figures=intervals.measured(bad, chance) if both else {},
    )


def _seen(card: Card, made: pl.DataFrame, bad: Flags) -> Literal["same", "alike", ""]:
    """Return what the card tells of its own training accounts."""
    if counts.same_accounts(card, made, bad):
        return "same"
    told = card.trained_on
    return "alike" if (told.get("accounts"), told.get("bad")) == (len(bad), int(bad.sum())) else ""


def _differences(
    scored: Sequence[pl.DataFrame], bad: Flags, groups: Sequence[tuple[Kind, str, Flags]]
) -> Iterator[Difference]:
    """Compare two cards in each group."""
    first, second = (each["chance"].to_numpy() for each in scored)
    for kind, name, inside in groups:
        became = bad[inside]
        both = became.any() and not became.all()
        figures = intervals.differences(became, first[inside], second[inside]) if both else {}
        yield Difference(kind, name, figures)


def _edges(scores: Sequence[pl.Series]) -> range:
    """Return where the bands of scores begin, the same for every card."""
    lowest, highest = (int(found) for found in (pl.concat(scores).min(), pl.concat(scores).max()))  # type: ignore[arg-type]  # of whole numbers
    return range(lowest // SCORE_STEP * SCORE_STEP, highest + 1, SCORE_STEP)


def _score_bands(scores: NDArray[np.int32], bad: Flags, edges: Sequence[int]) -> tuple[ScoreBand, ...]:
    """Return how the scores of good and bad accounts spread."""
    place = (scores - edges[0]) // SCORE_STEP
    good_shares, bad_shares = (
        np.bincount(place[inside], minlength=len(edges)) / inside.sum() for inside in (~bad, bad)
    )
    return tuple(
        ScoreBand(edge, float(good), float(worse))
        for edge, good, worse in zip(edges, good_shares, bad_shares, strict=True)
    )
