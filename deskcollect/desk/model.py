"""A card laid open: what it is, how it judged, and all its bins, with those of one account marked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect import frames
from deskcollect.errors import BadUse
from deskcollect.near import did_you_mean
from deskcollect.resources import models
from deskcollect.scoring import bins, explain, features, score
from deskcollect.scoring import card as cards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.desk.day import Day
    from deskcollect.records import CardBin
    from deskcollect.scoring.card import Card

    Row = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Title:
    """What a characteristic is: its formula in words, whether its values are whole numbers, and the least of them."""

    formula: str
    whole: bool
    least: float | None


@dataclass(frozen=True, slots=True)
class Model:
    """A card and its bins. `averages` are the scores of the average account of each segment.

    Of an account that is looked at, `segment` says where it belongs and `score` is what the card gives it.
    """

    card: Card
    titles: Mapping[str, Title]
    averages: tuple[int, int]
    bins: tuple[CardBin, ...]
    segment: int | None = None
    score: int | None = None


def bundled() -> tuple[str, ...]:
    """Return the names of the cards that ship."""
    return tuple(sorted(path.stem for path in models().glob("*.json")))


def load(name: str) -> Card:
    """Return a bundled card by its name, or the card in a file.

    Errors: BadUse when there is neither, BadCard, NewerSchema.
    """
    known = bundled()
    if name in known:
        return cards.load(name)
    path = Path(name)
    if path.is_file():
        return cards.load(path)
    raise BadUse(
        f"There is no card “{name}”.",
        f"{did_you_mean(name, known)}  Name the file of one, or take {' or '.join(known)}.".lstrip(),
    )


def model(card: Card, row: Row | None = None) -> Model:
    """Lay a card open; the bins of a row of features are marked."""
    named = {c.name: features.BY_NAME[c.name] for c in card.characteristics}
    return Model(
        card=card,
        titles={name: Title(feature.formula, feature.whole, feature.least) for name, feature in named.items()},
        averages=explain.averages(card),
        bins=bins.bins(card, row),
        segment=None if row is None else score.segment_of(card, row),
        score=None if row is None else score.score_of(score.milli_of(card, row)),
    )


def of_account(day: Day, card: Card, account_id: str) -> Model:
    """Lay a card open with the bins of one account marked.

    Errors: UnknownAccount.
    """
    wide = day.standing.cycles[day.place(account_id)]
    made = features.features(frames.Cycles(wide.lazy())).collect()
    return model(card, made.row(0, named=True))
