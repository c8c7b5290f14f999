"""How many accounts stand in each bin of a card: those of a book, and those the card was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deskcollect.scoring.tally import places

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from deskcollect.scoring.card import Card, Characteristic

    Counts = Mapping[str, NDArray[np.int64]]

SEGMENTS = 2


def counted(card: Card, features: pl.DataFrame, among: NDArray[np.bool_] | None = None) -> Counts:
    """Return the accounts of a table of features by characteristic, those of `among` only if it is given.

    Shape: per characteristic one row a segment and one column a bin, the unknown values last.
    """
    second = _column(features, card.segment.characteristic) >= card.segment.start  # NaN is not, so unknown is the first
    chosen = np.ones(features.height, np.bool_) if among is None else among
    found = {}
    for characteristic in card.characteristics:
        cells = len(characteristic.bins) + 1
        place = _places(characteristic, _column(features, characteristic.name)) + cells * second
        tally = np.bincount(place[chosen], minlength=SEGMENTS * cells)
        found[characteristic.name] = tally.reshape(SEGMENTS, cells)
    return found


def trained(card: Card) -> Counts | None:
    """Return the accounts that a card was fitted on, None where it does not say. Shape as `counted`.

    Where a characteristic counts fewer than another, its values were not known.
    """
    found = {}
    for characteristic in card.characteristics:
        given = [each.counts for each in characteristic.bins if each.counts is not None]
        if len(given) < len(characteristic.bins):
            return None
        found[characteristic.name] = np.array(given, np.int64).T
    whole = np.max([table.sum(axis=1) for table in found.values()], axis=0)
    return {name: np.column_stack([table, whole - table.sum(axis=1)]) for name, table in found.items()}


def same_accounts(card: Card, features: pl.DataFrame, bad: NDArray[np.bool_]) -> bool:
    """Tell whether these are, bin by bin and outcome by outcome, as many accounts as the card was fitted on.

    Over two dozen characteristics no other group of accounts agrees in every bin. A part of them is not told.
    """
    before, now, became = trained(card), counted(card, features), counted(card, features, bad)
    if before is None or any(each.bads is None for c in card.characteristics for each in c.bins):
        return False
    return all(
        np.array_equal(before[c.name], now[c.name])
        and np.array_equal(np.array([each.bads for each in c.bins]).T, became[c.name][:, :-1])
        for c in card.characteristics
    )


def _column(features: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a feature, NaN where it is not known."""
    return features[name].fill_null(float("nan")).to_numpy().astype(np.float64)


def _places(characteristic: Characteristic, values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of each value's bin, the last for unknown values."""
    inside = places(characteristic.bins, values)
    return np.where(np.isnan(values), len(characteristic.bins), inside).astype(np.int64)
