"""A judgement as one page for a browser: no script, no network, light or dark as the reader's system is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from deskcollect.present import judge, svg
from deskcollect.present.clean import clean
from deskcollect.present.lines import plain
from deskcollect.present.numbers import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deskcollect.desk.cards.judge import Judged, Judgement

_STYLE = """
:root { color-scheme: light dark; --ground: #fcfcfb; --text: #1d2327; --muted: #646c73; --rule: #dcdfe1;
  --one: #1f6aa5; --two: #b4560f; --good: #4d8f74; --bad: #b5493d; --note: #f3efe2; }
@media (prefers-color-scheme: dark) { :root { --ground: #15191c; --text: #e3e6e8; --muted: #98a1a8; --rule: #343b41;
  --one: #6fb1e6; --two: #e59a57; --good: #6fb798; --bad: #df8073; --note: #26241c; } }
body { margin: 2.5rem auto; max-width: 62rem; padding: 0 1.25rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; font-weight: 600; margin: 2.25rem 0 .5rem; }
p { margin: .25rem 0; } .muted, caption, th, figcaption { color: var(--muted); }
.note { background: var(--note); border-left: 3px solid var(--two); padding: .45rem .8rem; margin: .6rem 0; }
.scroll { overflow-x: auto; margin-bottom: 1.1rem; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { font-weight: 500; text-align: right; padding: .2rem .55rem; border-bottom: 1px solid var(--rule); }
td { text-align: right; padding: .22rem .55rem; border-bottom: 1px solid var(--rule); } td.range { color: var(--muted); text-align: left; padding-left: 0; font-size: .88em; }
th:first-child, td:first-child, td.words { text-align: left; padding-left: 0; } td.words { color: var(--muted); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.25rem; }
.pictures.three { grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }
figure { margin: 0; } figcaption { font-size: .9em; } svg { width: 100%; height: auto; }
svg .grid { stroke: var(--rule); stroke-width: 1; } svg .label { fill: var(--muted); font-size: 11px; }
svg .chance { stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 1 4; stroke-linecap: round; }
svg .line { fill: none; stroke-width: 2; } svg .card0 { stroke: var(--one); } svg .card1 { stroke: var(--two); }
svg .line.card1 { stroke-dasharray: 6 3; } svg .whisker { stroke-width: 1.5; } svg .dot { fill: var(--one); stroke-width: 2; }
svg .dot.card1 { fill: var(--ground); } svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
.key { font-weight: 600; } .key.card0 { color: var(--one); } .key.card1 { color: var(--two); }
.key.good { color: var(--good); } .key.bad { color: var(--bad); }
@media print { body { margin: 0; max-width: none; } figure, table { break-inside: avoid; } }
"""


def page(found: Judgement, head: str = "") -> str:
    """Return the whole page as HTML. `head` tells the state of the ledger that it was made at."""
    stamps = [clean(each.card.stamp) for each in found.cards]
    title = " and ".join(stamps)
    top = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    )
    return "\n".join([top, *_top(found), *_pictures(found), *_groups(found), *_foot(head), "</body>\n</html>\n"])


def _top(found: Judgement) -> Iterator[str]:
    """Return what was judged, what it must not be taken for, and the measures of all accounts."""
    yield "<h1>What became of the accounts</h1>"
    for entry in judge.heading(found):
        yield f'<p class="muted">{escape(plain(entry))}</p>'
    for text in judge.remarks(found):
        yield f'<p class="note">{escape(text)}</p>'
    yield "<h2>All accounts</h2>"
    rows = [
        [
            told.name,
            *(_figure(judge.figure(name, each.whole.figures[name])) for each in found.cards),
            f'<td class="words">{escape(told.meaning)}</td>',
        ]
        for name, told in judge.MEASURES.items()
    ]
    names = [""] if len(found.cards) == 1 else list(judge.ORDER)
    yield from _table(["", *(_pair(name) for name in names), "<th></th>"], rows)
    if found.differences:
        yield "<h2>First less second</h2>"
        made = {name: judge.difference(name, figure) for name, figure in found.differences[0].figures.items()}
        yield from _table(
            ["", _pair(""), "<th></th>"],
            [
                [judge.MEASURES[name].name, _figure(told[:2]), f'<td class="words">{escape(told[2])}</td>']
                for name, told in made.items()
            ],
        )


def _pictures(found: Judgement) -> Iterator[str]:
    """Return all pictures; two cards share one where lines can be told apart."""
    both = len(found.cards) > 1
    keys = [f'<span class="key card{n}">{escape(clean(each.card.stamp))}</span>' for n, each in enumerate(found.cards)]
    of = f" {' and '.join(keys)}." if both else ""
    yield f'<h2>Pictures</h2>\n<div class="pictures{"" if both else " three"}">'
    yield _figured(svg.gain(found.cards), f"Gain: bad accounts found among the riskiest; dotted is chance.{of}")
    yield _figured(svg.calibration(found.cards), f"Calibration by tenths, with intervals; dotted is perfect.{of}")
    for number, each in enumerate(found.cards):
        legend = 'Scores of <span class="key good">good</span> and <span class="key bad">bad</span> accounts'
        yield _figured(svg.scores(each), f"{legend}{f': {keys[number]}' if both else ''}.")
    yield "</div>"


def _groups(found: Judgement) -> Iterator[str]:
    """Return the measures by segment and tier."""
    for each in found.cards:
        named = f": {escape(clean(each.card.stamp))}" if len(found.cards) > 1 else ""
        yield f"<h2>By segment and tier{named}</h2>"
        yield from _by_group(each)
        for group in each.groups:
            if not group.figures:
                yield f'<p class="muted">{escape(judge.same(group))}</p>'
    if found.differences:
        yield "<h2>First less second, by segment and tier of the first</h2>"
        told = [each for each in found.differences if each.figures]
        rows = [
            [
                judge.name_of(each),
                *(_figure(judge.difference(name, figure)[:2]) for name, figure in each.figures.items()),
            ]
            for each in told
        ]
        yield from _table(["", *(_pair(judge.MEASURES[name].name) for name in told[0].figures)], rows)


def _by_group(judged: Judged) -> Iterator[str]:
    """Return two tables, for order and for chances, so that none is wider than a page."""
    groups = [group for group in judged.groups if group.figures]
    names = list(judge.MEASURES)
    for part in (names[:4], names[4:]):
        titles = ["", "<th>Accounts</th>", _pair("Bad %"), *(_pair(judge.MEASURES[name].name) for name in part)]
        rows = [
            [
                judge.name_of(group),
                f"<td>{count(group.count)}</td>",
                _figure(judge.rate(group.bad_rate)),
                *(_figure(judge.figure(name, group.figures[name])) for name in part),
            ]
            for group in groups
        ]
        yield from _table(titles, rows)


def _foot(head: str) -> Iterator[str]:
    """Return how to read the intervals, and the state of the ledger."""
    yield (
        '<p class="muted" style="margin-top:2rem">An interval holds the measure of all accounts like these in 95 of 100 '
        "cases. It knows nothing of another year or another lender. AUC and its difference: DeLong; shares: Wilson; KS: "
        "Newcombe; lift: Jiang and Zhao; slope and intercept: Cox.</p>"
    )
    if head:
        yield f'<p class="muted">Made at {escape(head)}.</p>'


def _figured(picture: str, caption: str) -> str:
    """Return a picture with its caption."""
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


def _pair(title: str) -> str:
    """Return the heading of a measure and its interval."""
    return f"<th>{escape(title)}</th><th></th>"


def _figure(pair: Iterable[str]) -> str:
    """Return a measure and its interval as two cells."""
    value, interval = pair
    return f'<td>{escape(value)}</td><td class="range">{escape(interval)}</td>'


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Return a table; the first cell of a row is text, the others are cells already."""
    first, *others = titles
    yield f'<div class="scroll"><table><thead><tr><th>{escape(first)}</th>{"".join(others)}</tr></thead><tbody>'
    for name, *cells in rows:
        yield f"<tr><td>{escape(name)}</td>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"
