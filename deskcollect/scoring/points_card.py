"""A lender's own card, points per bin, as a card that this program applies.

The points become thousandths of log odds of default, each rounded once. With n characteristics the log odds of an
account are therefore within (n + 1) / 2 thousandths of what the lender's points say exactly: with 27 characteristics
the score is within half a point before it is made whole, and the chance of default within 0.0035.

Source: Siddiqi, Credit Risk Scorecards (2006), chapter 6; ln odds = ln base odds + (score - base score) · ln 2 / PDO.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from deskcollect.errors import BadCard
from deskcollect.scoring import card_check, points_form
from deskcollect.scoring.card import Bin, Card, Characteristic, sealed
from deskcollect.scoring.card_check import LARGEST, MOST_BINS
from deskcollect.scoring.points_form import REMEDY, Findings
from deskcollect.scoring.points_rows import own_header, understand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deskcollect.scoring.points_rows import Row, Said, Scale

VERSION = "1.0"
COUNTED, ASSUMED = "counted", "assumed"


def read(file: Path, name: str) -> Card:
    """Return the card in a lender's file of points, under a name of its own.

    Reasons and `model show` measure against the average account. It is counted where the file counts the accounts of
    each bin. Where it does not, the middle between the best and the worst bin stands for it, which is off by half
    their distance at most; `trained_on` says which of the two it is, as `average`: counted or assumed.

    Errors: BadCard carries one issue a finding, each with file, line and remedy.
    """
    found = Findings(file.name)
    said = understand(points_form.read(file, found), found)
    _check(said, found)
    found.refuse()
    assert said.scale is not None
    card = _card(said, said.scale, name)
    if fault := card_check.fault(card):
        raise BadCard(f"{file.name} {fault}.", REMEDY)
    return card


def is_counted(card: Card) -> bool:
    """Say whether the average account of a card was counted."""
    return card.trained_on.get("average") != ASSUMED


# --- what the rows must be together ------------------------------------------------------------------------------------


def _check(said: Said, found: Findings) -> None:
    """Report what keeps the rows from giving every value its points exactly once."""
    apart = _apart(said.rows, found)
    for name in dict.fromkeys(row.name for row in said.rows):
        if name not in said.garbled | apart:
            _covers(name, [row for row in said.rows if row.name == name], said.segment.names, found)
    _all_or_none([row for row in said.rows if not row.missing], "count", found)
    _all_or_none([row for row in said.rows if not row.missing and row.count is not None], "bad", found)
    if said.scale is not None:
        _reasonable(said.rows, said.scale, found)
    if not said.rows and not found.issues:
        found.add(
            None, "", "It holds settings and no characteristic.", "Write one row a bin, and one for unknown values."
        )


def _apart(rows: Sequence[Row], found: Findings) -> set[str]:
    """Report and return the characteristics that come a second time."""
    began: dict[tuple[str, int | None], int] = {}
    apart: set[str] = set()
    for key, group in groupby(rows, key=lambda row: (row.name, row.segment)):
        line = next(group).line
        if key in began:
            message = f"“{key[0]}” comes a second time; its rows began in line {began[key]}."
            found.add(line, "characteristic", message, "Put all rows of a characteristic and segment together, once.")
            apart.add(key[0])
        began.setdefault(key, line)
    return apart


def _covers(name: str, rows: Sequence[Row], names: tuple[str, str], found: Findings) -> None:
    """Report where a characteristic has no points, or two."""
    split = any(row.segment is not None for row in rows)
    for which in (0, 1) if split else (0,):
        where = f"“{name}” in segment “{names[which]}”" if split else f"“{name}”"
        own = _of(rows, which)
        missing = [row for row in own if row.missing]
        bins = [row for row in own if not row.missing]
        if not missing:
            remedy = "Add a row with yes in missing, and the points of an account of which it is not known."
            found.add(rows[0].line, "missing", f"{where} has no row for unknown values.", remedy)
        for again in missing[1:]:
            message = f"{where} has a row for unknown values already, in line {missing[0].line}."
            found.add(again.line, "missing", message, "Keep one of them.")
        if not bins:
            remedy = "Add them; rows whose segment is empty count for both."
            found.add(rows[0].line, "from", f"{where} has no bins.", remedy)
        elif len(bins) > MOST_BINS:
            found.add(bins[0].line, "from", f"{where} has more than {MOST_BINS} bins.", "Put neighbours together.")
        else:
            _seams(where, bins, found)


def _of(rows: Sequence[Row], which: int) -> list[Row]:
    """Return the rows that count for a segment."""
    return [row for row in rows if row.segment in {None, which}]


def _seams(where: str, bins: Sequence[Row], found: Findings) -> None:
    """Report ends that are not open, and neighbours that do not meet."""
    for left, right in pairwise(bins):
        if _start(right) < _start(left):
            message = f"{where}: the row from {_said(right.start)} stands after that from {_said(left.start)}."
            found.add(right.line, "from", message, "Put the rows in rising order.")
            return
    if bins[0].start is not None:
        message = f"{where} begins at {bins[0].start:g}: what is below has no points."
        found.add(bins[0].line, "from", message, "Leave from empty in its first row.")
    if bins[-1].end is not None:
        message = f"{where} ends at {bins[-1].end:g}: what is above has no points."
        found.add(bins[-1].line, "to", message, "Leave to empty in its last row.")
    for left, right in pairwise(bins):
        if _end(left) < _start(right):
            message = f"{where} has no points from {_said(left.end)} to {_said(right.start)}."
            found.add(right.line, "from", message, f"Let it begin where line {left.line} ends.")
        elif _end(left) > _start(right):
            message = f"{where} has points twice from {_said(right.start)}: line {left.line} reaches beyond."
            found.add(right.line, "from", message, "A row ends before its to; let the next one begin there.")


def _start(row: Row) -> float:
    """Return where a row begins."""
    return -math.inf if row.start is None else row.start


def _end(row: Row) -> float:
    """Return where a row ends."""
    return math.inf if row.end is None else row.end


def _said(edge: float | None) -> str:
    """Return an edge as a message names it."""
    return "the bottom" if edge is None else f"{edge:g}"


def _all_or_none(rows: Sequence[Row], column: str, found: Findings) -> None:
    """Report a count that only some rows have: no average could be told from it."""
    without = [row for row in rows if getattr(row, column) is None]
    if without and len(without) < len(rows):
        message = f"{len(without):,} of {len(rows):,} rows have no {column}."
        found.add(without[0].line, column, message, f"Give the {column} of every bin, or of none.")


def _reasonable(rows: Sequence[Row], scale: Scale, found: Findings) -> None:
    """Report points that no chance could stand for, and thousandths that say something else than the points."""
    for row in rows:
        exact = scale.exact(row.points)
        if not abs(exact) <= LARGEST:
            message = f"Points of {row.points:g} are beyond reason where {scale.pdo:g} points double the odds."
            found.add(row.line, "points", message, "Look at points and pdo.")
        elif row.milli is not None and abs(row.milli - exact) > 1:
            message = f"milli says {row.milli}, and the points are worth {exact:.1f}."
            found.add(row.line, "milli", message, "Take the column milli out; the points count.")


# --- the card ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """One bin of one segment, its points in milli."""

    start: float
    milli: int
    row: Row


def _card(said: Said, scale: Scale, name: str) -> Card:
    """Return the card that sound rows describe."""
    counted = all(row.count is not None for row in said.rows if not row.missing)
    names = dict.fromkeys(row.name for row in said.rows)
    intercept = scale.exact_intercept
    told = {"base_score": scale.base_score, "base_odds": scale.base_odds, "pdo": scale.pdo, "base_points": scale.base_points}  # fmt: skip
    return sealed(
        Card(
            id=name,
            version=VERSION,
            target=said.target,
            segment=said.segment,
            intercept=round(max(-1e9, min(1e9, intercept))),
            characteristics=tuple(_characteristic(n, [r for r in said.rows if r.name == n], scale) for n in names),
            trained_on={
                "source": "the points of a lender's own card",
                "average": COUNTED if counted else ASSUMED,
                "scale": told | {"higher_is": "safer" if scale.sign > 0 else "riskier"},
            },
        )
    )


def _characteristic(name: str, rows: Sequence[Row], scale: Scale) -> Characteristic:
    """Return one characteristic; where its segments are cut differently it has the cuts of both."""
    first, second = (_steps(rows, which, scale) for which in (0, 1))
    missing = [next(round(scale.exact(row.points)) for row in _of(rows, which) if row.missing) for which in (0, 1)]
    edges = sorted({step.start for step in (*first, *second)})
    alike = [step.start for step in first] == [step.start for step in second]
    own = all(row.segment is not None for row in rows if not row.missing)
    bins = []
    for start, end in pairwise([*edges, math.inf]):
        pair = tuple(next(s for s in reversed(steps) if s.start <= start) for steps in (first, second))
        counts, bads = (_pair(pair, column) if alike and own else None for column in ("count", "bad"))
        points = (pair[0].milli, pair[1].milli)
        bins.append(Bin(_bound(start), _bound(end), points, counts, bads))
    neutral = _average(first), _average(second)
    return Characteristic(name, neutral, (missing[0], missing[1]), tuple(bins), own_header(name))


def _steps(rows: Sequence[Row], which: int, scale: Scale) -> list[_Step]:
    """Return the bins of one segment in rising order."""
    return [_Step(_start(row), round(scale.exact(row.points)), row) for row in _of(rows, which) if not row.missing]


def _average(steps: Sequence[_Step]) -> int:
    """Return the mean points of the accounts counted; where none are, the middle between the best and the worst bin."""
    counts = [step.row.count or 0 for step in steps]
    if sum(counts):
        return round(sum(step.milli * count for step, count in zip(steps, counts, strict=True)) / sum(counts))
    found = [step.milli for step in steps]
    return round((min(found) + max(found)) / 2)


def _pair(steps: Sequence[_Step], column: str) -> tuple[int, int] | None:
    """Return a count of both segments, None where there is none."""
    first, second = (getattr(step.row, column) for step in steps)
    return None if first is None or second is None else (first, second)


def _bound(edge: float) -> float | None:
    """Return an edge as a card holds it."""
    return edge if math.isfinite(edge) else None
