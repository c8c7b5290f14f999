"""The lines at the top of every screen: book and day, money at risk per tier, queues."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day
from deskcollect.present.lines import Line, Part, length, line, spread
from deskcollect.present.numbers import short_money
from deskcollect.present.width import cells

if TYPE_CHECKING:
    from datetime import date, datetime

    from deskcollect.desk.summary import Summary
    from deskcollect.policy.model import Policies
    from deskcollect.present.shapes import Glyphs

STALE_DAYS = 3
_WIDE = 110
_MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class Standing:
    """What the title line tells."""

    demo: bool
    as_of: date | None
    now: datetime | None
    saved: int
    ledger: str
    who: str


def title(told: Standing, width: int) -> Line:
    """Return the title line."""
    wide = width >= _WIDE
    parts: list[Part] = [Part(" ")]
    if told.demo:
        parts += [Part(" DEMO ", "inverse"), Part("  ")]
    if wide:
        parts += [Part("deskcollect", "bold"), Part("   book ")]
    if told.as_of is None or told.now is None:
        parts.append(Part("reading book…", "muted"))
    else:
        today = told.now.date()
        parts.append(
            Part(
                f"as of {day(told.as_of, today)} {told.as_of.year}"
                if told.as_of.year == today.year
                else f"as of {day(told.as_of, today)}"
            )
        )
        age = (today - told.as_of).days
        if age > STALE_DAYS:
            parts.append(Part(f" · book {age} days old", "warning"))
        now = f"{day(today, today)} {clock_time(told.now)}" if wide else clock_time(told.now)
        parts.append(Part(f" · today {now}"))
    saved = f"saved {told.saved} today" if wide else f"saved {told.saved}"
    ledger = Part(f" · ledger {told.ledger}", "" if told.ledger == "ok" else "error")
    who = Part(f" · {clean(told.who)} " if told.who else " ")
    return spread(tuple(parts), line(saved, ledger, who), width)


def tiers(summary: Summary, glyphs: Glyphs, width: int) -> Line:
    """Return accounts and past-due money per tier of the main currency, and the alert counts."""
    wide = width >= _WIDE
    code = summary.currency
    lines = summary.tiers.get(code, ())
    total = sum((entry.past_due for entry in lines), start=Decimal(0))
    left: list[Part] = [Part(f" {code} " if code else " ")]
    if wide:
        left.append(Part(f"{summary.counts.get(code, summary.accounts)} acc {short_money(total)} past due "))
    for entry in lines:
        left.append(Part(f"{glyphs.upright} " if wide else "", "muted"))
        left.append(Part(glyphs.tier(entry.tier), f"tier{entry.tier}", f"screen.only_tier('{entry.tier}')"))
        left.append(Part(f" {entry.count} " if wide else f"{entry.count} "))
        left.append(Part(f"{_like(entry.past_due, total)} ", "money"))
    right = [
        Part(f"{glyphs.level(level)}{summary.levels[level]} ", level) for level in ("red", "orange", "yellow", "blue")
    ]
    others = len(summary.currencies) - 1
    for more in (f"+{others} {'currency' if others == 1 else 'currencies'} ", f"+{others} "):
        if others and length((*left, *right)) + cells(more) < width:
            left.append(Part(more, "muted"))
            break
    return spread(tuple(part for part in left if part.text), tuple(right), width)


def _like(value: Decimal, total: Decimal) -> str:
    """Return an amount in the unit of the total, so that the tiers can be compared at a glance."""
    return f"{value / _MILLION:,.2f}M" if total >= _MILLION else short_money(value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands in the list, and how it is ordered and narrowed."""

    rank: int
    shown: int
    lens: str
    sort: tuple[str, bool] | None
    tiers: str
    typed: str
    marked: int


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
            tabs += [Part(f"[{queue.label} {number}]", "bold"), Part("  ")]
        elif number or queue.id == "all":
            tabs += [Part(f"{queue.label} {number}", "", f"screen.go_queue('{queue.id}')"), Part("  ")]
    orphans = f"{summary.orphans} without a next step " if summary.orphans else "no orphans "
    care = line((orphans, "warning" if summary.orphans else "muted"))
    if tall and length(tuple(tabs)) <= width:
        return spread(tuple(tabs), care, width), _order(place, width, line((" / type to filter", "muted")))
    current = next((queue.label for queue in policies.queues if queue.id == active), active)
    short = line((f" [{current} {summary.queues.get(active, 0)}]", "bold"), ("  , . queue   / filter", "muted"))
    return (_order(place, width, short),)


def _order(place: Place, width: int, left: Line) -> Line:
    """Return how the list is narrowed and ordered, and the row of the cursor, after what stands at the left."""
    if place.typed:
        left = line((f" / {clean(place.typed)}", "accent"))
    order = f"Lens: {place.lens} ↓"
    if place.sort is not None:
        order = f"Sort: {place.sort[0].replace('_', ' ')} {'↓' if place.sort[1] else '↑'}"
    rank = f"{place.rank} of {place.shown} " if place.shown else "none "
    right = line(
        (f"tier {place.tiers}  " if place.tiers else "", "accent"),
        (f"{place.marked} marked  " if place.marked else "", "accent"),
        (f"{order}  ", "muted"),
        rank,
    )
    return spread(left, right, width)
