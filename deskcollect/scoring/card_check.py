"""What a card must be like to be followed to the letter, whoever wrote it. Its hash says that it is whole, not that it is sane."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from deskcollect import own, protected
from deskcollect.scoring.features import BY_NAME
from deskcollect.scoring.score import BASE_ODDS, BASE_SCORE, PDO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.scoring.card import Bin, Card, Characteristic, Spread

LARGEST = 100_000
"""Thousandths of log odds that one bin may bring: far beyond any chance."""
HEAVIEST = 5_000
"""Thousandths of log odds that one recorded fact may weigh."""
FARTHEST = 600_000
"""Thousandths of log odds that all may sum up to: what was recorded comes on top, and e to the 700 is still a float."""
MOST_BINS = 100
_LONGEST = 200
_NAME = re.compile(r"\w[\w.\-]{0,59}")
_JOINERS = re.compile("[\u200c\u200d]")  # Persian and Indic names need them
_WHOLE = ("accounts", "bad")


def fault(card: Card) -> str:
    """Return the first thing that keeps a card from being applied, in words that end a sentence; nothing if it is sound."""
    return next(_faults(card), "")


def _faults(card: Card) -> Iterator[str]:
    """Go through what is wrong with a card."""
    yield from _named(card)
    yield from _known(card)
    if (card.scaling.base_score, card.scaling.base_odds, card.scaling.pdo) != (BASE_SCORE, BASE_ODDS, PDO):
        yield "has another scale than 600 points at 20:1, doubling every 20"
    yield from _told(card)
    for characteristic in card.characteristics:
        if found := bins(characteristic.bins) or _points(characteristic) or _counts(characteristic.bins):
            yield f"cannot be applied: the bins of “{characteristic.name}” {found}"
    yield from _learnt(card)
    if card.scores is not None and not _counts_scores(card.scores):
        yield "does not say how the scores of its training were spread: edges must rise, with a count below and above each"
    if abs(card.intercept) + sum(_reach(each) for each in card.characteristics) > FARTHEST:
        yield "holds points beyond reason: together they leave what can be calculated"


def _named(card: Card) -> Iterator[str]:
    """Go through what is wrong with what a card calls things; names are shown and printed."""
    for what, text in (("id", card.id), ("version", card.version)):
        if not is_name(text):
            yield f"has no {what} that can be used: one is up to 60 letters, digits, dots, hyphens and underscores"
    for what, text in (("target", card.target), *(("segment's name", name) for name in card.segment.names)):
        if unshowable(text):
            yield f"has a {what} that cannot be shown: it is longer than {_LONGEST} letters or holds hidden characters"
    first, second = (name.strip() for name in card.segment.names)
    if not first or not second or first == second:
        yield "does not give its two segments two names"


def is_name(text: str) -> bool:
    """Say whether a text can be the id of a card, which stands in stamps and in names of files."""
    return _NAME.fullmatch(text) is not None


def unshowable(text: str) -> bool:
    """Say whether a text is too long for a line, or holds characters that hide or steer a terminal."""
    return len(text) > _LONGEST or not _JOINERS.sub("", text).isprintable()


def printable(text: str) -> str:
    """Return a text on one line, with a sign in the place of whatever hides or steers."""
    return "".join(letter if letter.isprintable() or _JOINERS.match(letter) else "?" for letter in text)


def _known(card: Card) -> Iterator[str]:
    """Go through the characteristics that are none, or stand there twice."""
    names = [characteristic.name for characteristic in card.characteristics]
    for name in (*(each.name for each in card.characteristics if not each.header), card.segment.characteristic):
        if name not in BY_NAME:
            barred = protected.attribute(name)
            why = protected.reason(name, barred) if barred else "is no feature of this version"
            yield f"asks for “{name[:_LONGEST]}”, which {why}"
    yield from _own(card)
    if not names:
        yield "has no characteristic"
    for name in names:
        if names.count(name) > 1:
            yield f"has “{name}” twice"


def _own(card: Card) -> Iterator[str]:
    """Go through what is wrong with the lender's own columns: names, number, and who let a protected one through."""
    if len(card.own) > own.MOST:
        yield f"asks for {len(card.own)} columns of the lender's own; it may ask for {own.MOST}"
    for name, header in card.own.items():
        if not name or unshowable(header) or own.name(header) != name:
            yield f"asks for a column of the lender's own as “{name[:_LONGEST]}”, which is not the name of its header"
    allowed = card.trained_on.get("allowed", [])
    if not isinstance(allowed, list | tuple) or not all(map(_says_why, allowed)):
        yield "does not say in trained_on which protected attributes were allowed, why and by whom"
        return
    by_column = {str(each["column"]): str(each["attribute"]) for each in allowed}
    for name, found in protected.refused(card.own.values()).items():
        if by_column.get(name) != found:
            yield f"asks for “{name}”, which {protected.reason(name, found)} unless it says who allowed it and why"


def _says_why(allowed: Any) -> bool:
    """Say whether an entry tells column, attribute and reason; by whom may be empty."""
    if not isinstance(allowed, dict) or allowed.keys() != {"column", "attribute", "because", "by"}:
        return False
    told = [value for key, value in allowed.items() if key != "by"]
    return all(isinstance(value, str) for value in allowed.values()) and all(text.strip() for text in told)


def _told(card: Card) -> Iterator[str]:
    """Go through what is garbled in what is shown of the training and the figures."""
    for what, told in (("trained_on", card.trained_on), ("figures", card.figures)):
        if not _showable(told):
            yield f"has a text in {what} that holds hidden characters"
    counted = [card.trained_on[name] for name in _WHOLE if name in card.trained_on]
    if not all(type(each) is int and each >= 0 for each in counted) or len(counted) == 1:
        yield "does not say in trained_on how many accounts and how many bad ones there were"
    mean = card.figures.get("mean", {})
    if not isinstance(mean, dict) or not all(type(each) in {int, float} for each in mean.values()):
        yield "has a mean in its figures that is no table of numbers"


def _learnt(card: Card) -> Iterator[str]:
    """Go through what is wrong with the weights of recorded facts."""
    names = [each.effect for each in card.effects]
    for each in card.effects:
        if not is_name(each.effect) or names.count(each.effect) > 1:
            yield "names an effect twice, or in letters that cannot be shown"
        elif max(abs(each.weight), abs(each.prior)) > HEAVIEST or each.weight * each.prior < 0 or each.count < 1:
            yield f"gives the effect “{each.effect}” a weight that cannot be learnt"


def _counts_scores(found: Spread) -> bool:
    """Say whether scores can have been spread so."""
    rising = all(left < right for left, right in pairwise(found.edges))
    return rising and len(found.counts) == len(found.edges) + 1 <= MOST_BINS and min(found.counts) >= 0


def _showable(value: Any) -> bool:
    """Say whether no text in a JSON value hides or steers anything."""
    if isinstance(value, str):
        return _JOINERS.sub("", value).isprintable()
    if isinstance(value, list):
        return all(_showable(each) for each in value)
    return not isinstance(value, dict) or all(_showable(key) and _showable(each) for key, each in value.items())


def bins(found: Sequence[Bin]) -> str:
    """Say what keeps bins from covering every number exactly once; nothing if they do."""
    if not found or found[0].start is not None or found[-1].end is not None:
        return "do not reach from end to end"
    if len(found) > MOST_BINS:
        return f"are more than {MOST_BINS}"
    return next(_seams(found), "")


def _seams(found: Sequence[Bin]) -> Iterator[str]:
    """Go through what is wrong between neighbours."""
    edges: list[float] = []
    for left, right in pairwise(found):
        if left.end is None or right.start is None or left.end > right.start:
            yield "overlap"
        elif left.end < right.start:
            yield f"leave a gap from {left.end} to {right.start}"
        else:
            edges.append(left.end)
    for left_edge, right_edge in pairwise(edges):
        if left_edge == right_edge:
            yield f"hold an empty one at {left_edge}"
        if left_edge > right_edge:
            yield "are out of order"


def _points(characteristic: Characteristic) -> str:
    """Say which points mean nothing."""
    pairs = [each.points for each in characteristic.bins] + [characteristic.neutral, characteristic.missing]
    return "hold points beyond reason" if any(abs(milli) > LARGEST for pair in pairs for milli in pair) else ""


def _reach(characteristic: Characteristic) -> int:
    """Return the most that a characteristic can bring."""
    pairs = [each.points for each in characteristic.bins] + [characteristic.neutral, characteristic.missing]
    return max(abs(milli) for pair in pairs for milli in pair)


def _counts(found: Sequence[Bin]) -> str:
    """Say which counts cannot be."""
    for each in found:
        if each.bads is not None and each.counts is None:
            return "count bad accounts and no accounts"
        if any(count < 0 for count in (*(each.counts or ()), *(each.bads or ()))):
            return "hold fewer accounts than none"
        if each.counts and each.bads and any(bad > all_ for bad, all_ in zip(each.bads, each.counts, strict=True)):
            return "hold more bad accounts than accounts"
    return ""
