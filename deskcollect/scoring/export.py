"""What a card is handed over as: a table for spreadsheets, a page of Markdown; JSON is in card.py, the query in sql.py."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from deskcollect.scoring import bins as card_bins
from deskcollect.scoring.card_check import printable
from deskcollect.scoring.explain import averages
from deskcollect.scoring.features import of
from deskcollect.scoring.points_card import is_counted
from deskcollect.scoring.points_form import COLUMNS, OTHER_NAMES, TARGET
from deskcollect.scoring.score import POINTS_PER_MILLI

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.records import CardBin
    from deskcollect.scoring.card import Card, Characteristic

FORMATS = ("json", "csv", "md", "sql")
DIALECTS = ("duckdb", "postgres", "spark", "bigquery")
TABLE = "features"
_DECIMALS = 4  # of points: a thousandth of log odds is 0.0289 of them, so each can be told from the next
_NAMES = {form: name for name, form in OTHER_NAMES.items()}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$])")


def table(card: Card) -> pl.DataFrame:
    """Return the settings of a card, then one row a bin and segment, the unknown values last in each.

    Base points and the points of the bins add up to the score before it is made whole. It can be imported again.

    Shape: characteristic, segment, start, end, missing, milli, points, count, bad; all text, as a CSV holds it.
    Nulls: an edge without a bound, a count that the card does not say.
    """
    names = [_NAMES.get(name, name) for name in COLUMNS]
    rows = [*_settings(card), *(row for each in card.characteristics for row in _rows(card, each))]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)).select(
        "characteristic", "segment", "start", "end", "missing", "milli", "points", "count", "bad"
    )


def _settings(card: Card) -> Iterator[dict[str, str]]:
    """Go through what the points mean."""
    scaling, segment = card.scaling, card.segment
    start = scaling.base_score - scaling.pdo / math.log(2) * math.log(scaling.base_odds)
    told = {
        "base_score": str(scaling.base_score),
        "base_odds": str(scaling.base_odds),
        "pdo": str(scaling.pdo),
        "higher_is": "safer",
        "base_points": _points(start - POINTS_PER_MILLI * card.intercept),
        "segment_by": segment.characteristic,
        "segment_from": _edge(segment.start),
        "segment_below": segment.names[0],
        "segment_above": segment.names[1],
    }
    for name, value in {**told, **({TARGET: card.target} if card.target else {})}.items():
        yield {"characteristic": name, "points": value}


def _rows(card: Card, characteristic: Characteristic) -> Iterator[dict[str, str | None]]:
    """Go through the bins of one characteristic, segment by segment."""
    for which, segment in enumerate(card.segment.names):
        name: dict[str, str | None] = {"characteristic": characteristic.name, "segment": segment}
        for each in characteristic.bins:
            yield name | {
                "start": None if each.start is None else _edge(each.start),
                "end": None if each.end is None else _edge(each.end),
                "missing": "no",
                "milli": str(each.points[which]),
                "points": _points(-POINTS_PER_MILLI * each.points[which]),
                "count": str(each.counts[which]) if each.counts else None,
                "bad": str(each.bads[which]) if each.bads else None,
            }
        milli = characteristic.missing[which]
        yield name | {"missing": "yes", "milli": str(milli), "points": _points(-POINTS_PER_MILLI * milli)}


def _points(value: float) -> str:
    """Return points with as many decimals as tell every thousandth of log odds from the next."""
    return f"{round(value, _DECIMALS) + 0.0:.{_DECIMALS}f}"


def _edge(value: float) -> str:
    """Return an edge to the last bit, without an exponent, which a spreadsheet may take for a formula."""
    return f"{Decimal(repr(value)):f}"


# --- Markdown ----------------------------------------------------------------------------------------------------------


def markdown(card: Card) -> str:
    """Return a card as a page: what it is, then a table a characteristic with both segments beside each other.

    Points are as `model show` prints them, milli the thousandths of log odds that the score is made of.
    """
    return "\n".join(_page(card)) + "\n"


def _page(card: Card) -> Iterator[str]:
    """Go through the lines of the page."""
    scaling, segment = card.scaling, card.segment
    first, second = (_plain(name) for name in segment.names)
    yield f"# {_plain(card.stamp)}"
    yield ""
    yield _plain(card.target)
    yield ""
    yield f"- Segments: {second} where `{segment.characteristic}` is {_edge(segment.start)} or more, else {first}; unknown is {first}."
    yield f"- Log odds of default in thousandths: {card.intercept}, and the milli of every characteristic in the account's segment."
    yield f"- Score: {scaling.base_score} at {scaling.base_odds} good to 1 bad, {scaling.pdo} points double the odds, higher is safer."
    yield f"- Points are against {_against(card)}: {' and '.join(f'{a} if {n}' for a, n in zip(averages(card), (first, second), strict=True))}."
    yield from (f"- {_plain(text)}" for text in card.overrides)
    yield f"- Hash: `{card.hash}`"
    by_name = {each.name: each for each in card.characteristics}
    for name, rows in groupby(card_bins.bins(card, every=True), key=lambda each: each.characteristic):
        yield ""
        yield f"## {name}"
        yield ""
        yield _plain(of(by_name[name]).formula)
        yield ""
        yield from _table(card, by_name[name], tuple(rows))


def _against(card: Card) -> str:
    """Say what the points of a page are measured by."""
    if is_counted(card):
        return "the score of the average account of the segment"
    return "the score of the middle of all bins, since no accounts were counted"


def _table(card: Card, characteristic: Characteristic, rows: Sequence[CardBin]) -> Iterator[str]:
    """Go through the lines of one table."""
    columns = ("share", "bad rate", "points", "milli")
    heads = [f"{_plain(name)}: {column}" for name in card.segment.names for column in columns]
    yield f"| values | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * len(heads)
    halves = zip(*(([each for each in rows if each.segment == which]) for which in (0, 1)), strict=True)
    milli = [*(each.points for each in characteristic.bins), characteristic.missing]
    for pair, points in zip(halves, milli, strict=True):
        cells = [cell for each, own in zip(pair, points, strict=True) for cell in (*_cells(each), str(own))]
        yield f"| {_values(pair[0])} | {' | '.join(cells)} |"


def _cells(each: CardBin) -> tuple[str, str, str]:
    """Return share, bad rate and points of a bin."""
    share, rate = ("" if value is None else f"{value:.1%}" for value in (each.share, each.bad_rate))
    return share, rate, f"{round(each.points, 1) + 0.0:+.1f}".replace("+0.0", "0.0")


def _values(each: CardBin) -> str:
    """Return which values a bin holds."""
    if each.missing:
        return "not known"
    if each.start is None:
        return "all" if each.end is None else f"below {_edge(each.end)}"
    return f"{_edge(each.start)} or more" if each.end is None else f"{_edge(each.start)} to below {_edge(each.end)}"


def _plain(text: str) -> str:
    """Return a text of a card as Markdown shows it: no mark of it means anything."""
    return _SPECIAL.sub(r"\\\1", printable(text))
