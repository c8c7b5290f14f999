"""A card as a table that a person reads, and how the bins are called."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, line, wrapped
from deskcollect.present.numbers import MINUS, count, percent, several
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deskcollect.desk.cards.model import Card, Model, Seat, Title, Weight
    from deskcollect.present.shapes import Glyphs
    from deskcollect.records import CardBin

_LABEL = 24
_SHARE, _RATE, _POINTS = 7, 9, 8
_GAP = 3
_FIGURES = ("auc", "ks", "brier")
_NAMES = {"chance": "mean chance", "auc": "AUC", "ks": "KS", "brier": "Brier", "log_loss": "log loss"}
_NAME, _CONDITION = 13, 34


def as_text(model: Model, glyphs: Glyphs, width: int) -> Iterator[Line]:
    """Return what a card is, all its bins, both segments beside each other, and what recorded facts weigh by it."""
    yield from _head(model, width)
    for name, rows in groupby(model.bins, key=lambda each: each.characteristic):
        yield line("")
        yield from wrapped(line((clean(name), "bold"), f"  {clean(model.titles[name].formula)}"), width)
        yield from _rows(model, tuple(rows), glyphs)
    if model.segment is not None and model.score is not None:
        yield line("")
        yield from wrapped(line(_sum(model)), width)
    yield from learnt(model.weights)


def learnt(weights: Sequence[Weight]) -> Iterator[Line]:
    """Return what recorded facts weigh, as assumed and as learnt; nothing where nothing was."""
    if not weights:
        return
    yield line("")
    yield line(("Recorded facts", "bold"), "  points on their day, learnt from this desk's outcomes")
    yield line((f"{'':<{_LABEL}}{'assumed':>{_POINTS}}{'learnt':>{_POINTS}}{'outcomes':>{_POINTS + _GAP}}", "muted"))
    for each in weights:
        numbers = f"{signed(each.assumed):>{_POINTS}}{signed(each.learnt):>{_POINTS}}"
        yield line(f"  {fit(clean(each.effect), _LABEL - 2)}{numbers}{count(each.outcomes):>{_POINTS + _GAP}}")


def _head(model: Model, width: int) -> Iterator[Line]:
    """Say what the card is, what it was fitted on and how it judged."""
    card = model.card
    yield line((clean(card.stamp), "bold"), f"  {clean(card.target)}")
    sizes = f"{several(len(card.characteristics), 'characteristic', 'characteristics')}, {several(card.row_count, 'bin', 'bins')}."
    if model.seat:
        yield from wrapped(line(_seated(model.seat, card.stamp)), width)
    segments = ", ".join(
        f"{clean(name)} {average}" for name, average in zip(card.segment.names, model.averages, strict=True)
    )
    which = "the average account" if model.counted else "the middle of all bins (no accounts were counted)"
    yield from wrapped(line(f"{sizes} Score of {which}: {segments}."), width)
    told = card.trained_on
    if "accounts" in told:
        what = f"Fitted on {count(told['accounts'])} rows, {count(told['bad'])} of them bad"
        where = clean(str(told.get("where", "")))
        yield from wrapped(line(f"{what}{': ' if where else ''}{where}."), width)
    for text in card.overrides:
        yield from wrapped(line((clean(text), "warning")), width)
    mean: Mapping[str, Any] = card.figures.get("mean", {})
    if mean:
        figures = " · ".join(f"{_NAMES[name]} {mean[name]:.4f}" for name in _FIGURES if name in mean)
        yield from wrapped(line(f"Judged on accounts it had not seen: {figures}."), width)
    yield line("")
    blank = " " * _LABEL
    cells = _SHARE + _RATE + _POINTS
    yield line((blank + "".join(" " * _GAP + fit(clean(name), cells, "right") for name in card.segment.names), "muted"))
    titles = " " * _GAP + f"{'share':>{_SHARE}}{'bad rate':>{_RATE}}{'points':>{_POINTS}}"
    yield line((blank + titles * 2, "muted"))


def _seated(seat: Seat, stamp: str) -> str:
    """Say whether a card is the one that scores at a desk, and who let it."""
    desk = clean(seat.desk)
    if seat.card != stamp:
        return f"It does not score at {desk}: {clean(seat.card)} does."
    if seat.since is None:
        return f"It scores at {desk}: it ships, and no other was promoted."
    return f"It scores at {desk}: {clean(seat.by)} promoted it on {seat.since:%Y-%m-%d}."


def _rows(model: Model, rows: Sequence[CardBin], glyphs: Glyphs) -> Iterator[Line]:
    """Return one line a bin."""
    pairs: dict[tuple[float | None, float | None, bool], dict[int, CardBin]] = {}
    for each in rows:
        pairs.setdefault((each.start, each.end, each.missing), {})[each.segment] = each
    title = model.titles[rows[0].characteristic]
    for (start, end, missing), found in pairs.items():
        marked = any(each.marked for each in found.values())
        sign = f"{glyphs.cursor} " if marked else "  "
        label = "not known" if missing else interval(start, end, title)
        role = "accent" if marked else ""
        yield line((sign + fit(label, _LABEL - 2), role), *(_cell(found.get(which)) for which in (0, 1)))


def _cell(each: CardBin | None) -> tuple[str, str]:
    """Return share, bad rate and points of a bin in one segment."""
    if each is None:
        return " " * (_GAP + _SHARE + _RATE + _POINTS), ""
    share = "" if each.share is None else percent(each.share)
    rate = "" if each.bad_rate is None else percent(each.bad_rate)
    text = f"{share:>{_SHARE}}{rate:>{_RATE}}{signed(each.points):>{_POINTS}}"
    return " " * _GAP + text, "accent" if each.marked else ""


def gate(card: Card) -> Iterator[Line]:
    """Return how a card and the one it would replace judge the same accounts, and every condition of the gate."""
    told = card.trained_on
    yield line((clean(card.stamp), "bold"), f"  {clean(str(told.get('recipe', '')))}")
    yield line(f"against {clean(str(told.get('champion', 'no other card')))}, on outcomes that it did not see")
    if judged := card.figures.get("judged"):
        share = percent(judged["bad"] / judged["outcomes"], 1)
        yield line(f"{count(judged['outcomes'])} outcomes judge, {count(judged['bad'])} of them bad ({share})")
    yield line("")
    yield line((f"{'':<{_NAME}}{'before':>{_RATE}}{'now':>{_RATE}}", "muted"))
    before: Mapping[str, float] = card.figures.get("champion", {})
    now: Mapping[str, float] = card.figures.get("mean", {})
    for name in (*(name for name in _NAMES if name in now), *(name for name in now if name not in _NAMES)):
        yield line(f"{_NAMES.get(name, name):<{_NAME}}{before.get(name, math.nan):>{_RATE}.4f}{now[name]:>{_RATE}.4f}")
    yield line("")
    for each in card.figures.get("gate", []):
        sign, role = ("met", "success") if each["met"] else ("NOT MET", "error")
        yield line((f"{sign:<{_RATE}}", role), f"{each['name']:<{_CONDITION}}", (each["told"], "muted"))
    if card.own:
        yield line("")
        yield line(f"Columns of your own: {', '.join(map(clean, card.own.values()))}")
    for text in card.overrides:
        yield line((clean(text), "warning"))


def refusal(refused: Sequence[str], again: str = "Train") -> str:
    """Say that the gate keeps a card out, by which conditions, and what would help."""
    dates = "outcomes later than the training"
    ways = []
    if dates in refused:
        ways.append("Say the day of each outcome (outcome_date), or take the books of more months.")
    if any(name != dates for name in refused):
        ways.append(f"{again} again when there are more outcomes.")
    return f"The gate refuses it ({', '.join(refused)}): the present card goes on scoring. {' '.join(ways)}"


def interval(start: float | None, end: float | None, title: Title) -> str:
    """Return how the values of a bin are called: `1 to 5`, `4.0 % to 4.7 %`, `2 or more`."""
    if title.header:
        low, high = (None if edge is None else _plain(edge) for edge in (start, end))
    elif not title.whole:
        low, high = (None if edge is None else _percent(edge) for edge in (start, end))
    else:
        first = start if start is not None else title.least
        low = None if first is None else _number(math.ceil(first))
        high = None if end is None else _number(math.ceil(end) - 1)
    match low, high:
        case None, None:
            return "all"
        case None, _:
            return f"{high} or less" if title.whole else f"below {high}"
        case _, None:
            return f"{low} or more"
    if title.header:
        return f"{low} to below {high}"
    return f"{low}" if low == high else f"{low} to {high}"


def _number(value: int) -> str:
    """Return a whole number with a true minus."""
    return f"{value}".replace("-", MINUS)


def _plain(value: float) -> str:
    """Return a number of which nothing is known with a true minus."""
    return f"{value:.6f}".rstrip("0").rstrip(".").replace("-", MINUS)


def _percent(value: float) -> str:
    """Return a share with as many decimals as keep it from being shown as nothing."""
    decimals = 1
    while value and not round(value * 100, decimals):
        decimals += 1
    return percent(value, decimals)


def signed(points: float) -> str:
    """Return points with one decimal and their sign: `+9.4`, `−24.0`, `0.0`."""
    text = f"{points:+.1f}"
    return text[1:] if text[1:] == "0.0" else text.replace("-", MINUS)


def _sum(model: Model) -> str:
    """Say how the marked bins add up."""
    assert model.segment is not None
    average = model.averages[model.segment]
    points = sum(each.points for each in model.bins if each.marked)
    name = clean(model.card.segment.names[model.segment])
    return f"This account is {name}: average {average}, its bins {signed(points)}, card score {model.score}."
