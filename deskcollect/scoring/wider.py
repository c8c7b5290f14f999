"""A card with room for the lender's own columns: bins without points, which `adapt` then moves as far as outcomes bear out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from deskcollect.scoring.card import Bin, Card, Characteristic, sealed
from deskcollect.scoring.narrow import narrowed
from deskcollect.scoring.tally import own_cuts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_CUTS = 8


def widened(card: Card, features: pl.DataFrame, own: Mapping[str, str]) -> Card:
    """Return the card with bins for the own columns that it has not yet; it scores every account as before.

    Args:
        card: The card.
        features: The accounts that it will learn from; a column that is the same in all of them gets no bins.
        own: Headers of the columns by their names.
    """
    found = [*card.characteristics]
    for name, header in own.items():
        if name not in card.own:
            known = features[name].drop_nulls().to_numpy().astype(np.float64)
            cuts = own_cuts(known, _CUTS, _CUTS) if len(known) else []
            if cuts:
                edges = [None, *cuts, None]
                bins = tuple(Bin(start, end, (0, 0)) for start, end in pairwise(edges))
                found.append(Characteristic(name, (0, 0), (0, 0), bins, header))
    if len(found) == len(card.characteristics):
        return card
    return sealed(replace(card, characteristics=tuple(found)))


def without_idle(card: Card) -> Card:
    """Return the card without the own columns that move no score."""
    idle = {
        each.name
        for each in card.characteristics
        if each.header and len({*(found.points for found in each.bins), each.missing}) == 1
    }
    return narrowed(card, [each.name for each in card.characteristics if each.name not in idle]) if idle else card
