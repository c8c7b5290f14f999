"""Pictures of a judged card in the terminal: gain, scores of good and bad, calibration. Two cards stand side by side."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from deskcollect.present import chart
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, length, line
from deskcollect.present.numbers import percent
from deskcollect.present.width import fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.desk.cards.judge import Judged, Judgement
    from deskcollect.present.shapes import Glyphs

_GAP = 4
_HEIGHT, _SCORES_HEIGHT = 10, 4
_MOST = 64  # cells a picture takes at the widest
_SHARES = (10, 20, 50)  # per cent of accounts whose part of the bad is told in words
_CHANCES = 17  # cells of the two columns before the picture of calibration


def pictures(found: Judgement, glyphs: Glyphs, width: int) -> Iterator[Line]:
    """Return all pictures, as many beside each other as there are cards, at least two."""
    room = min((width - _GAP) // 2, _MOST)
    one, *others = found.cards
    if others:
        for number, draw in enumerate((gain, scores, calibration)):
            if number:
                yield line("")
            yield from _beside([draw(each, glyphs, room, clean(each.card.stamp)) for each in found.cards], room)
        return
    yield from _beside([gain(one, glyphs, room), scores(one, glyphs, room)], room)
    yield line("")
    yield from calibration(one, glyphs, min(width, 2 * room + _GAP))


def gain(judged: Judged, glyphs: Glyphs, width: int, of: str = "") -> list[Line]:
    """Draw how many of the bad accounts are found when the riskiest come first; the dots are chance."""
    pace = len(judged.gains) - 1
    drawn = chart.curve(
        judged.gains, [at / pace for at in range(pace + 1)], width, _HEIGHT, ("100 %", "50 %", "0 %"), glyphs=glyphs
    )
    told = ", ".join(f"{share} %: {percent(judged.gains[round(share / 100 * pace)])}" for share in _SHARES)
    return [
        _title("Gain: bad found among the riskiest", of, width),
        *(line(row) for row in drawn),
        line((" " * 6 + _spread(("0 %", "50 %", "100 %"), width - 6), "muted")),
        line((fit(told, width), "muted")),
    ]


def scores(judged: Judged, glyphs: Glyphs, width: int, of: str = "") -> list[Line]:
    """Draw the spread of the scores of good and bad accounts, both on one scale."""
    label = 5
    size = max(1, (width - label) // len(judged.scores))
    top = max(max(each.good, each.bad) for each in judged.scores)
    rows = [_title("Scores of good and bad accounts", of, width)]
    for name, role, values in (
        ("good", "success", [each.good for each in judged.scores]),
        ("bad", "error", [each.bad for each in judged.scores]),
    ):
        drawn = chart.columns(values, _SCORES_HEIGHT, width=max(size - 1, 1), gap=size > 1, top=top, glyphs=glyphs)
        for number, row in enumerate(drawn):
            rows.append(line((f"{name if number == len(drawn) - 1 else '':<{label}}", "muted"), (row, role)))
    starts = [str(each.start) for each in judged.scores]
    rows.append(line((" " * label + _under(starts, size), "muted")))
    return rows


def calibration(judged: Judged, glyphs: Glyphs, width: int, of: str = "") -> list[Line]:
    """Draw what happened (the dot on its interval) beside the chance that the card gave (the upright), tenth by tenth."""
    room = max(width - _CHANCES, 8)
    top = max(max(each.bad_rate.high, each.chance) for each in judged.bands)
    ceiling = chart.nice_ticks(0.0, top, 4)[-1]
    upright, dot = glyphs.upright, "o" if glyphs.ascii else "●"
    rows = [
        _title("Calibration, safest tenth first", of, width),
        line((f"{f'{upright} chance':>8}{f'{dot} bad':>7}  " + _spread(("0 %", percent(ceiling)), room), "muted")),
    ]
    for each in judged.bands:
        chances = f"{percent(each.chance, 1):>8}{percent(each.bad_rate.value, 1):>8} "
        low, at, high = (edge / ceiling for edge in (each.bad_rate.low, each.bad_rate.value, each.bad_rate.high))
        drawn = chart.span(low, at, high, each.chance / ceiling, room, glyphs=glyphs)
        rows.append(line(chances, *_told(drawn)))
    return rows


def _told(drawn: str) -> list[tuple[str, str]]:
    """Return a drawn row as parts: the dot in the accent, what is around it muted."""
    at = next(place for place, sign in enumerate(drawn) if sign in "●o")
    return [(drawn[:at], "muted"), (drawn[at], "accent"), (drawn[at + 1 :], "muted")]


def _title(text: str, of: str, width: int) -> Line:
    """Return the name of a picture; of two beside each other its first word and the card."""
    return line((fit(f"{text.split(maxsplit=1)[0].strip(':,')} · {of}" if of else text, width), "bold"))


def _spread(labels: Sequence[str], width: int) -> str:
    """Return labels evenly over a width, the first at its start, the last at its end."""
    drawn = [" "] * width
    for number, label in enumerate(labels):
        start = round(number * (width - len(label)) / max(len(labels) - 1, 1))
        drawn[start : start + len(label)] = label
    return "".join(drawn)[:width]


def _under(labels: Sequence[str], size: int) -> str:
    """Return labels under bars of a size, as many as have room."""
    every = -(-(max(map(len, labels)) + 1) // size)
    return "".join(fit(label, size * every) for label in labels[::every])


def _beside(blocks: Sequence[Sequence[Line]], width: int) -> Iterator[Line]:
    """Return pictures beside each other."""
    for rows in zip_longest(*blocks, fillvalue=line("")):
        first, *others = rows
        made = first
        for row in others:
            made = (*made, *line(" " * (width + _GAP - length(first))), *row)
        yield made
