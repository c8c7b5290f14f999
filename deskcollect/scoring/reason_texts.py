"""The most damaging reasons of many accounts at once, in words without numbers.

The families and their speakers are those of `explain`; here they are worked out by column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from deskcollect.frames import CYCLE_COUNT
from deskcollect.scoring.features import BY_NAME, FAMILIES
from deskcollect.scoring.score import POINTS_PER_MILLI, piece, segment, without_nan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deskcollect.frames import Features
    from deskcollect.scoring.card import Card, Characteristic

    Whole = NDArray[np.int32]

TOP = 3
_HALF_A_POINT = 0.5 / POINTS_PER_MILLI
_NOBODY = -1
_UNHEARD = np.int32(-(2**31))


def reason_texts(card: Card, features: Features) -> pl.LazyFrame:
    """Return the most damaging reasons of each account in words without numbers, at most three.

    Shape: account_id, reasons (List of String, empty when nothing costs a point), in the order of `features`.
    """
    names = [characteristic.name for characteristic in card.characteristics]
    late = segment(card)
    relative = [
        (piece(card, c) - pl.when(late).then(c.neutral[1]).otherwise(c.neutral[0])).alias(f"__milli_{c.name}")
        for c in card.characteristics
    ]
    schema = pl.Schema({"account_id": pl.String(), "reasons": pl.List(pl.String)})
    return (
        without_nan(card, features)
        .select("account_id", "statements_count", *names, *relative)
        .map_batches(lambda block: _texts(card.characteristics, block), schema=schema, streamable=True)
    )


def _texts(characteristics: Sequence[Characteristic], block: pl.DataFrame) -> pl.DataFrame:
    """Put the worst families of each row into words."""
    names = [characteristic.name for characteristic in characteristics]
    millis = np.column_stack([block[f"__milli_{name}"].to_numpy() for name in names])
    known = np.column_stack([block[name].is_not_null().to_numpy() for name in names])
    worst = _worst(names, millis, np.where(known, millis, _UNHEARD))
    phrases, codes = _spoken(names, block, worst)
    return block.select("account_id", reasons=_lists(phrases, codes))


def _worst(names: Sequence[str], millis: Whole, voices: Whole) -> Whole:
    """Return for each row the speakers of its most damaging families, -1 for none; the loudest voice speaks."""
    families: dict[str, list[int]] = {}
    for k, name in enumerate(names):
        families.setdefault(BY_NAME[name].family, []).append(k)
    losses = np.column_stack([millis[:, members].sum(axis=1) for members in families.values()])
    speakers = np.column_stack(
        [np.asarray(members, np.int32)[voices[:, members].argmax(axis=1)] for members in families.values()]
    )
    order = np.argsort(-losses, axis=1, kind="stable")[:, :TOP]
    chosen = np.take_along_axis(speakers, order, axis=1)
    found: Whole = np.where(np.take_along_axis(losses, order, axis=1) > _HALF_A_POINT, chosen, _NOBODY).astype(np.int32)
    return found


def _spoken(names: Sequence[str], block: pl.DataFrame, worst: Whole) -> tuple[list[str], Whole]:
    """Return all phrases, and for each speaker the number of the phrase that fits its value; -1 says nothing."""
    phrases: list[str] = []
    codes = np.full(worst.shape, _NOBODY, np.int32)
    statements = block["statements_count"].fill_null(0).to_numpy()
    for k, name in enumerate(names):
        feature = BY_NAME[name]
        rows, places = np.nonzero(worst == k)
        values = block[name].fill_null(float("nan")).to_numpy()[rows]
        edges = np.array([words.below for words in feature.words])
        band = np.where(np.isnan(values), len(edges), np.searchsorted(edges, values, side="right"))
        spans = feature.spans()
        months = np.array([feature.months(count) for count in range(CYCLE_COUNT + 1)])[statements[rows]]
        codes[rows, places] = len(phrases) + band * len(spans) + months - 1
        for words in feature.words:
            phrases += [words.plain.format(span=span) for span in spans]
        phrases += [f"{FAMILIES[feature.family]}: not known"] * len(spans)
    return phrases, codes


def _lists(phrases: Sequence[str], codes: Whole) -> pl.Series:
    """Return the phrases of each row as a list; rows with the same codes share one."""
    base = len(phrases) + 1
    keys = np.zeros(len(codes), np.int64)
    for place in range(codes.shape[1]):
        keys = keys * base + (codes[:, place] + 1)
    distinct, firsts, place_of = np.unique(keys, return_index=True, return_inverse=True)
    lists = [[phrases[code] for code in codes[first] if code != _NOBODY] for first in firsts]
    if not len(distinct):
        return pl.Series("reasons", [], dtype=pl.List(pl.String))
    return pl.Series("reasons", lists, dtype=pl.List(pl.String)).gather(place_of)
