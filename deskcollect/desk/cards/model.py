"""A card laid open: what it is, how it judged, and all its bins, with those of one account marked; and handed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deskcollect import frames
from deskcollect.desk.cards.champion import MODELS
from deskcollect.desk.files import formula_safe, write_bytes, write_table
from deskcollect.errors import BadUse
from deskcollect.near import did_you_mean
from deskcollect.resources import models
from deskcollect.scoring import bins, card_check, explain, export, features, points_card, score
from deskcollect.scoring import card as cards
from deskcollect.scoring.export import DIALECTS, FORMATS, TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl

    from deskcollect.desk.day import Day
    from deskcollect.desk.desk import Desk
    from deskcollect.records import CardBin

    Row = Mapping[str, float | None]


__all__ = [
    "DIALECTS",
    "FORMATS",
    "TABLE",
    "Card",
    "Model",
    "Seat",
    "Title",
    "Weight",
    "bundled_names",
    "chosen",
    "imported",
    "load",
    "model",
    "of_account",
    "require_name",
    "seat",
    "table",
    "text",
    "weights",
    "write",
]

Card = cards.Card


@dataclass(frozen=True, slots=True)
class Title:
    """What a characteristic is: its formula in words, whether its values are whole numbers, and the least of them.

    `header` is that of the column where it is the lender's own, of whose numbers nothing is known.
    """

    formula: str
    whole: bool
    least: float | None
    header: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """Points that a recorded fact brings on its day: as was assumed, and as so many outcomes of the desk say."""

    effect: str
    assumed: float
    learnt: float
    outcomes: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Which card scores at a desk, and who let it and when; nobody where it is the bundled one."""

    desk: str
    card: str
    by: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A card and its bins. `averages` are the scores of the average account of each segment, if they were `counted`.

    Of an account that is looked at, `segment` says where it belongs and `score` is what the card gives it. `seat` says
    which card scores at the desk that is looked at, if one is.
    """

    card: Card
    titles: Mapping[str, Title]
    averages: tuple[int, int]
    bins: tuple[CardBin, ...]
    segment: int | None = None
    score: int | None = None
    counted: bool = True
    weights: tuple[Weight, ...] = ()
    seat: Seat | None = None


def bundled_names() -> tuple[str, ...]:
    """Return the names of the cards that ship."""
    return tuple(sorted(path.stem for path in models().glob("*.json")))


def load(name: str, desk: Desk | None = None) -> Card:
    """Return a bundled card by its name, one that a desk keeps by its stamp or as `challenger`, or the card in a file.

    Errors: BadUse when there is none, BadCard, NewerSchema.
    """
    known = bundled_names()
    if name in known:
        return cards.load(name)
    kept = {path.stem: path for path in sorted((desk.folder / MODELS).glob("*.json"))} if desk else {}
    path = kept.get(name, Path(name))
    if name and path.exists():
        return cards.load(path)
    near = did_you_mean(name, (*known, *kept))
    remedy = f"{near}  Name the file of one, or take {', '.join(known[:-1])} or {known[-1]}.".lstrip()
    raise BadUse(f"There is no card “{name}”.", remedy)


def chosen(name: str, desk: Desk | None = None) -> Card:
    """Return the card that is named; without a name the one that scores, at a desk or where there is none.

    Errors: BadUse when there is none of that name, BadCard, NewerSchema.
    """
    if name:
        return load(name, desk)
    return desk.card if desk else cards.load()


def seat(desk: Desk) -> Seat:
    """Return which card scores at a desk."""
    told = desk.shelf.promotion()
    by, since = (told.by, told.occurred_at.astimezone(desk.zone)) if told else ("", None)
    return Seat(desk.settings.name, desk.shelf.stamp(), by, since)


def model(card: Card, row: Row | None = None) -> Model:
    """Lay a card open; the bins of a row of features are marked."""
    named = {c.name: features.of(c) for c in card.characteristics}
    return Model(
        card=card,
        titles={
            name: Title(feature.formula, feature.whole, feature.least, feature.header)
            for name, feature in named.items()
        },
        averages=explain.averages(card),
        bins=bins.bins(card, row),
        counted=points_card.is_counted(card),
        weights=weights(card),
        segment=None if row is None else score.segment_of(card, row),
        score=None if row is None else score.score_of(score.milli_of(card, row)),
    )


def weights(card: Card) -> tuple[Weight, ...]:
    """Return what recorded facts weigh by the outcomes that a desk learnt from; nothing where none were."""
    point = score.POINTS_PER_MILLI
    return tuple(Weight(each.effect, each.prior * point, each.weight * point, each.count) for each in card.effects)


def of_account(day: Day, card: Card, account_id: str) -> Model:
    """Lay a card open with the bins of one account marked.

    Errors: UnknownAccount.
    """
    wide = day.standing.cycles[day.place(account_id)]
    made = features.features(frames.Cycles(wide.lazy()), card.own).collect()
    return model(card, made.row(0, named=True))


def table(card: Card) -> pl.DataFrame:
    """Return a card as a table of text that spreadsheets take as it is meant; `imported` reads it again."""
    return formula_safe(export.table(card))


def text(card: Card, form: str, *, dialect: str = DIALECTS[0], table: str = TABLE) -> str:
    """Return a card as json, md or sql.

    Errors: BadUse for a name that no table has.
    """
    if form == "json":
        return cards.dump(card).decode()
    if form == "md":
        return export.markdown(card)
    from deskcollect.scoring.sql import sql  # its packages take longer to import than all else here

    return sql(card, dialect, table)


def write(card: Card, path: Path, form: str, *, dialect: str = DIALECTS[0], table: str = TABLE) -> None:
    """Write a card in one of `FORMATS`; what stands there is replaced.

    Errors: BadUse for a name that no table has, a folder that cannot be written, or a full disk.
    """
    if form == "csv":
        write_table(export.table(card), path)
    else:
        write_bytes(text(card, form, dialect=dialect, table=table).encode(), path)


def require_name(name: str) -> None:
    """Refuse a name that no card of a lender may have.

    Errors: BadUse.
    """
    if not card_check.is_name(name):
        remedy = "Give another with --name: up to 60 letters, digits, dots, hyphens and underscores."
        raise BadUse(f"“{name}” cannot be the name of a card.", remedy)
    if name in bundled_names():
        raise BadUse(f"“{name}” is the name of a card that ships.", "Give another with --name.")


def imported(path: Path, name: str = "") -> Card:
    """Return the card in a lender's own points per bin, under a name or that of its file.

    Errors: BadUse for a name that no card may have, BadCard with one issue a finding.
    """
    called = name or path.stem
    require_name(called)
    if not path.exists():
        raise BadUse(f"There is no {path}.", "Name the file with the points of your card, .csv or .json.")
    return points_card.read(path, called)
