"""The lines at the top of every screen: book and day, money at risk per tier, queues."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day, days
from deskcollect.present.lines import Line, Part, length, line, spread
from deskcollect.present.numbers import count, short_count, short_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from deskcollect.desk.summary import Summary, TierLine
    from deskcollect.policy.model import Policies
    from deskcollect.present.shapes import Glyphs

STALE_DAYS = 3
WIDE = 110
_SHARE = 12
_APART = 2  # blank cells that keep a number from being taken for one of what follows
_MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What the title line tells. `further` is how far day's files go beyond the book, nothing where they do not."""

    demo: bool
    as_of: date | None
    now: datetime | None
    saved: int
    ledger: str
    who: str
    further: str = ""


def title(told: TitleFacts, width: int) -> Line:
    """Return the title line: the fullest wording that fits."""
    demo = (Part(" "), Part(" DEMO ", "inverse"), Part("  ")) if told.demo else (Part(" "),)
    wordings = [((*demo, *left), right) for left in _dated(told) for right in (_state(told, width),)]
    left, right = next((w for w in wordings if length(w[0]) + length(w[1]) < width), wordings[-1])
    return spread(left, right, width)


def _dated(told: TitleFacts) -> Iterator[Line]:
    """Go through the wordings of book and day, the fullest first. The day is left out only where it is the book's."""
    if told.as_of is None or told.now is None:
        yield line(("deskcollect", "bold"), ("   reading book…", "muted"))
        yield line(("reading book…", "muted"))
        return
    today = told.now.date()
    clock = clock_time(told.now)
    book = day(told.as_of, today)
    year = "" if str(told.as_of.year) in book else f" {told.as_of.year}"
    age = (today - told.as_of).days
    stale = (f" · book {days(age)} old" if age > STALE_DAYS else "", "warning")
    dated = f"{day(today, today)} {clock}"
    name = ("deskcollect", "bold")
    if told.further:
        yield line(name, f"   book as of {book}{year}, {told.further}", stale, f" · today {dated}")
        yield line(f"as of {book}{year}, {told.further}", stale, f" · {dated}")
    yield line(name, f"   book as of {book}{year}", stale, f" · today {dated}")
    yield line(f"as of {book}{year}", stale, f" · today {dated}")
    if today == told.as_of:
        yield line(f"as of {book}{year} · today {clock}")
        yield line(f"{book} · {clock}")
    yield line(f"as of {book}", stale, f" · {dated}")
    yield line(f"{book}", stale, f" · {clock}")


def _state(told: TitleFacts, width: int) -> Line:
    """Return what was saved, the ledger's state and who sits here."""
    saved = f"saved {told.saved} today" if width >= WIDE else f"saved {told.saved}"
    ledger = Part(f" · ledger {told.ledger}", "" if told.ledger == "ok" else "error")
    return line(saved, ledger, f" · {clean(told.who, limit=20)} " if told.who else " ")


def tiers(summary: Summary, glyphs: Glyphs, width: int) -> Line:
    """Return accounts and past-due money per tier of the main currency, and the alert counts. A click shows one tier.

    The fullest wording that fits: without the total, closer together, then with shorter figures.
    """
    code = summary.currency
    entries = summary.tiers.get(code, ())
    total = sum((entry.past_due for entry in entries), start=Decimal(0))
    accounts, due = count(summary.counts.get(code, summary.accounts)), f"{short_money(total)} past due "
    right = tuple(
        Part(f"{glyphs.level(level)}{summary.levels[level]} ", level) for level in ("red", "orange", "yellow", "blue")
    )
    room = width - length(right) - 1
    wide = (_Wording(f"{accounts} acc {due}", apart=True), _Wording(apart=True)) if width >= WIDE else ()
    for wording in (*wide, _Wording(), _Wording(short=True), _Wording(short=True, money=False)):
        left = _tiers(entries, code, total, glyphs, wording)
        if length(left) <= room:
            break
    parted = _tiers(
        entries, code, total, glyphs, replace(wording, total=f"{accounts} acc · {due}" if wording.total else "")
    )
    for more in _more(len(summary.currencies) - 1, glyphs):
        for each in (parted, left):
            if length((*each, *more)) + (_APART if more else 0) <= room:
                return spread((*each, *more), right, width)
    return spread(left, right, width)


def _more(currencies: int, glyphs: Glyphs) -> Iterator[Line]:
    """Go through the wordings of how many other currencies there are, the fullest first, none last."""
    if currencies:
        said = f"+{currencies} {'currency' if currencies == 1 else 'currencies'}"
        # without its word it stands apart, so that it is not taken for one more account of the last tier
        for text in (said, f"{glyphs.upright} +{currencies}", f"+{currencies}"):
            yield line(Part(text, "muted", "screen.tier"))
    yield ()


@dataclass(frozen=True, slots=True)
class _Wording:
    """How much the line of the tiers says."""

    total: str = ""
    apart: bool = False
    short: bool = False
    money: bool = True


def _tiers(entries: Iterable[TierLine], code: str, total: Decimal, glyphs: Glyphs, wording: _Wording) -> Line:
    """Return one wording of the tiers."""
    found = [Part(f" {code} " if code else " "), Part(wording.total)]
    for entry in entries:
        shows = f"app.only_tier('{entry.tier}')"
        number = short_count(entry.count) if wording.short else count(entry.count)
        amount = short_money(entry.past_due) if wording.short else _like(entry.past_due, total)
        found += [
            Part(f"{glyphs.upright} " if wording.apart else "", "muted"),
            Part(glyphs.tier(entry.tier), f"tier{entry.tier}", shows),
            Part(f"{' ' if wording.apart else ''}{number} ", "", shows),
            Part(f"{amount} " if wording.money else "", "money", shows),
        ]
    return tuple(part for part in found if part.text)


def _like(value: Decimal, total: Decimal) -> str:
    """Return an amount in the unit of the total, so that the tiers can be compared at a glance."""
    return f"{value / _MILLION:,.2f}M" if total >= _MILLION else short_money(value)


def tier_money(summary: Summary, tier: str) -> str:
    """Return accounts and past-due money of one tier in every currency, for the choice of tiers."""
    told = []
    for code in summary.currencies:
        found = next((entry for entry in summary.tiers.get(code, ()) if entry.tier == tier), None)
        if found is not None and found.count:
            told.append(f"{code} {count(found.count)} acc {short_money(found.past_due)}")
    return " · ".join(told)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands in the list, and how it is ordered and narrowed. `own` names the order without a sort, `share` the desk whose share it is."""

    rank: int
    shown: int
    own: str
    sort: tuple[str, bool] | None
    tiers: str
    typed: str
    marked: int
    share: str = ""


def queues(
    summary: Summary, policies: Policies, active: str, width: int, place: Place, *, tall: bool
) -> tuple[Line, ...]:
    """Return the queues as tabs with the active one in brackets, and the order of the list.

    A low screen has one line: the active queue and the order.
    """
    tabs: list[Part] = [Part(" ")]
    for queue in policies.queues:
        number = summary.queues.get(queue.id, 0)
        if queue.id == active:
            tabs += [Part(f"[{queue.label} {count(number)}]", "bold"), Part("  ")]
        elif number or queue.id == "all":
            tabs += [Part(f"{queue.label} {count(number)}", "", f"screen.go_queue('{queue.id}')"), Part("  ")]
    orphans = f"{count(summary.orphans)} without a next step " if summary.orphans else "no orphans "
    care = line((orphans, "warning" if summary.orphans else "muted"))
    typing = Part("/ type to filter", "muted", "screen.filter")
    if tall and length(tuple(tabs)) + length(care) < width:
        return spread(tuple(tabs), care, width), order(place, width, (Part(" "), typing))
    if tall and length(tuple(tabs)) <= width:
        return tuple(tabs), order(place, width, (Part(" "), typing))
    current = next((queue.label for queue in policies.queues if queue.id == active), active)
    short = (
        Part(f" [{current} {count(summary.queues.get(active, 0))}]", "bold"),
        Part("  , . queue", "muted", "screen.queue(1)"),
        Part("   / filter", "muted", "screen.filter"),
    )
    return (order(place, width, short),)


def order(place: Place, width: int, left: Line) -> Line:
    """Return how the list is narrowed and ordered, and the row of the cursor, after what stands at the left."""
    if place.typed:
        left = line((f" / {clean(place.typed, limit=30)}", "accent"))
    told = f"{place.own} ↓"
    if place.sort is not None:
        told = f"Sort: {place.sort[0].replace('_', ' ')} {'↓' if place.sort[1] else '↑'}"
    rank = f"{count(place.rank)} of {count(place.shown)} " if place.shown else "none "
    right = line(
        (f"share {clean(place.share, limit=_SHARE)}  " if place.share else "", "accent"),
        (f"tier {place.tiers}  " if place.tiers else "", "accent"),
        (f"{count(place.marked)} marked  " if place.marked else "", "accent"),
        Part(f"{told}  ", "muted", "screen.lens"),
        rank,
    )
    while place.share and len(left) > 1 and length(left) + length(right) >= width:
        left = left[:-1]  # a hint goes rather than half of one is shown
    return spread(left, right, width)
