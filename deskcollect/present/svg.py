"""Pictures of judged cards as SVG: shapes and classes only, so that the page's own style sheet gives the colours."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from deskcollect.present.chart import nice_ticks
from deskcollect.present.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.desk.cards.judge import Judged
    from deskcollect.records import Band

_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plot and its margins in pixels; `top` is the value at its upper and right edge."""

    top: float = 1.0
    width: int = 400
    height: int = 270
    left: int = 52
    above: int = 12
    right: int = 24
    below: int = 42

    def x(self, value: float) -> float:
        """Return where a value stands across."""
        return self.left + value / self.top * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        """Return where a value stands down."""
        return self.height - self.below - value / self.top * (self.height - self.above - self.below)

    def drawn(self, label: str, parts: Iterator[str]) -> str:
        """Return the whole picture; `label` is what a screen reader says of it."""
        body = "\n".join(parts)
        return f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(label)}">\n{body}\n</svg>'

    def axes(self, ticks: Sequence[float], across: str, up: str) -> Iterator[str]:
        """Return grid, labels and titles of a plot that has one scale both ways."""
        for tick in ticks:
            yield from self.upward(tick)
            yield f'<line class="grid" x1="{self.x(tick):.1f}" y1="{self.y(0.0):.1f}" x2="{self.x(tick):.1f}" y2="{self.above}"/>'
            yield _text(self.x(tick), self.height - self.below + 16, percent(tick), "middle")
        yield from self.titles(across, up)

    def upward(self, tick: float) -> Iterator[str]:
        """Return one line of the grid with its label on the left."""
        y = self.y(tick)
        yield f'<line class="grid" x1="{self.left}" y1="{y:.1f}" x2="{self.width - self.right}" y2="{y:.1f}"/>'
        yield _text(self.left - 6, y + 4, percent(tick), "end")

    def titles(self, across: str, up: str) -> Iterator[str]:
        """Return what the axes hold."""
        yield _text((self.left + self.width - self.right) / 2, self.height - 6, across, "middle")
        middle = (self.above + self.height - self.below) / 2
        yield f'<text class="label" transform="translate(12 {middle:.1f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'


def gain(cards: Sequence[Judged]) -> str:
    """Draw how many of the bad accounts are found when the riskiest come first, a line a card, dots for chance."""
    plot = _Plot()

    def parts() -> Iterator[str]:
        yield from plot.axes(_QUARTERS, "riskiest accounts", "bad accounts found")
        yield f'<line class="chance" x1="{plot.x(0):.1f}" y1="{plot.y(0):.1f}" x2="{plot.x(1):.1f}" y2="{plot.y(1):.1f}"/>'
        for number, each in enumerate(cards):
            pace = len(each.gains) - 1
            points = " ".join(f"{plot.x(at / pace):.1f},{plot.y(found):.1f}" for at, found in enumerate(each.gains))
            yield f'<polyline class="line card{number}" points="{points}"/>'

    return plot.drawn("Gain: bad accounts found among the riskiest", parts())


def calibration(cards: Sequence[Judged]) -> str:
    """Draw what happened against the chance that was given, tenth by tenth, with intervals; the dots are perfect."""
    top = max(max(band.bad_rate.high, band.chance) for each in cards for band in each.bands)
    ticks = nice_ticks(0.0, min(top, 1.0), 5)
    plot = _Plot(top=ticks[-1])

    def parts() -> Iterator[str]:
        yield from plot.axes(ticks, "chance the card gave", "became bad")
        end = ticks[-1]
        yield f'<line class="chance" x1="{plot.x(0):.1f}" y1="{plot.y(0):.1f}" x2="{plot.x(end):.1f}" y2="{plot.y(end):.1f}"/>'
        for number, each in enumerate(cards):
            for band in each.bands:
                yield from _band(plot, band, number)

    return plot.drawn("Calibration: what happened against the chance the card gave", parts())


def _band(plot: _Plot, band: Band, number: int) -> Iterator[str]:
    """Draw one tenth: an interval and its dot."""
    x, rate = plot.x(band.chance), band.bad_rate
    yield f'<line class="whisker card{number}" x1="{x:.1f}" y1="{plot.y(rate.low):.1f}" x2="{x:.1f}" y2="{plot.y(rate.high):.1f}"/>'
    yield f'<circle class="dot card{number}" cx="{x:.1f}" cy="{plot.y(rate.value):.1f}" r="3"/>'


def scores(judged: Judged) -> str:
    """Draw how the scores of good and of bad accounts spread, side by side in each band."""
    highest = max(max(each.good, each.bad) for each in judged.scores)
    ticks = nice_ticks(0.0, highest, 4)
    plot = _Plot(top=ticks[-1])
    wide = (plot.width - plot.left - plot.right) / len(judged.scores)
    bar = max(wide / 2 - 2, 1.0)

    def parts() -> Iterator[str]:
        for tick in ticks:
            yield from plot.upward(tick)
        for number, each in enumerate(judged.scores):
            start = plot.left + number * wide + 1
            for at, (name, share) in enumerate((("good", each.good), ("bad", each.bad))):
                y = plot.y(share)
                yield f'<rect class="{name}" x="{start + at * (bar + 1):.1f}" y="{y:.1f}" width="{bar:.1f}" height="{plot.y(0) - y:.1f}"/>'
            if number % (1 + len(judged.scores) // 9) == 0:
                yield _text(start + wide / 2, plot.height - plot.below + 16, str(each.start), "middle")
        yield from plot.titles("score, from", "of the good and of the bad")

    return plot.drawn("Scores of good and bad accounts", parts())


def _text(x: float, y: float, text: str, anchor: str) -> str:
    """Return a label."""
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
