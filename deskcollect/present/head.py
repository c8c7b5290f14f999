"""The lines at the top of every screen: book and day, money at risk per tier, queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day
from deskcollect.present.lines import Line, Part, length, line, spread
from deskcollect.present.numbers import short_money

if TYPE_CHECKING:
    from datetime import date, datetime

    from deskcollect.desk.summary import Summary
    from deskcollect.policy.model import Policies
    from deskcollect.present.shapes import Glyphs

STALE_DAYS = 3
_WIDE = 110


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
    who = Part(f" · {clean(told.who)}") if told.who else Part("")
    return spread(tuple(parts), line(saved, ledger, who), width)


def tiers(summary: Summary, glyphs: Glyphs, width: int) -> Line:
    """Return accounts and past-due money per tier of the main currency, and the alert counts."""
    wide = width >= _WIDE
    code = summary.currency
    lines = summary.tiers.get(code, ())
    total = short_money(sum((entry.past_due for entry in lines), start=lines[0].past_due * 0)) if lines else "0"
    parts: list[Part] = [Part(f" {code} " if code else " ")]
    if wide:
        parts.append(Part(f"{summary.counts.get(code, summary.accounts)} acc {total} past due "))
    for entry in lines:
        parts.append(Part(f"{glyphs.upright} " if wide else "", "muted"))
        parts.append(Part(glyphs.tier(entry.tier), f"tier{entry.tier}", f"screen.only_tier('{entry.tier}')"))
        parts.append(Part(f" {entry.count}" if wide else f"{entry.count}"))
        parts.append(Part(f" {short_money(entry.past_due)} ", "money"))
    more = len(summary.currencies) - 1
    if more > 0:
        parts.append(Part(f"+{more} {'currency' if more == 1 else 'currencies'}" if wide else f"+{more}", "muted"))
    right = line(
        *(
            Part(f"{glyphs.level(level)}{summary.levels[level]} ", level)
            for level in ("red", "orange", "yellow", "blue")
        )
    )
    return spread(tuple(p for p in parts if p.text), right, width)


def queues(summary: Summary, policies: Policies, active: str, width: int, right: Line) -> Line:
    """Return the queues as tabs, the active one in brackets; too narrow for all, only the active one."""
    tabs: list[Part] = [Part(" ")]
    for queue in policies.queues:
        number = summary.queues.get(queue.id, 0)
        if queue.id == active:
            tabs.append(Part(f"[{queue.label} {number}]", "bold"))
        elif number or queue.id == "all":
            tabs.append(Part(f"{queue.label} {number}", "", f"screen.go_queue('{queue.id}')"))
        else:
            continue
        tabs.append(Part("  "))
    if length(tuple(tabs)) + length(right) + 1 <= width:
        return spread(tuple(tabs), right, width)
    current = next((queue for queue in policies.queues if queue.id == active), None)
    label = current.label if current else active
    short = line((f" [{label} {summary.queues.get(active, 0)}]", "bold"), ("  , . queue   / filter", "muted"))
    return spread(short, right, width)
