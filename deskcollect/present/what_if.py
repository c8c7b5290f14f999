"""What a payment or a proof of today would change for a restriction: now and then beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.dates import day
from deskcollect.present.lines import Line, line
from deskcollect.present.numbers import count, money
from deskcollect.present.restrictions import MARKS
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.decisions.release import Review, WhatIf
    from deskcollect.present.restrictions import RestrictionWords


def what_if(words: RestrictionWords, found: WhatIf) -> Iterator[Line]:
    """Return now and then beside each other; nothing is recorded."""
    now, then = found.now, found.then
    rows = [
        ("Past due", _owed(words, now), _owed(words, then)),
        ("Ready", words.ready(now), words.ready(then)),
        ("Review on", words.review_day(now), words.review_day(then)),
        ("Estimate", *(words.estimate_short(each.estimate) for each in (now, then))),
        ("Score", _score(now), _score(then)),
    ]
    room = max(16, *(cells(row[1]) for row in rows)) + 2
    yield line((f"{'':14}{fit('Now', room)}Then", "muted"))
    for label, one, other in rows:
        yield line((fit(label, 14), "muted"), fit(one, room), other)
    if now.checklist and then.checklist:
        before = {item.check.id: item.met for item in now.checklist.items}
        for item in then.checklist.items:
            mark, role = MARKS[item.met]
            changed = before.get(item.check.id)
            moved = "" if changed is item.met else "  new here" if changed is None else f"  was {MARKS[changed][0]}"
            yield line(" ", (mark, role), f" {item.check.label}", (moved, "accent"))
    yield line(turned(words, found))


def turned(words: RestrictionWords, found: WhatIf) -> str:
    """Return in a sentence what becomes of the day of review."""
    paid = found.now.restriction.currency
    parts = [f"{money(found.paid, words.voice.digits(paid))} is paid today"] if found.paid is not None else []
    parts += [f"{proof.value} confirmed" for proof in found.shown]
    supposed = f"If {' and '.join(parts)}: " if parts else ""
    one, other = day(found.then.review_on, words.today), day(found.now.review_on, words.today)
    if found.then.checklist and found.then.checklist.ready:
        told = "it is ready to lift"
    else:
        told = f"review on {one} instead of {other}" if one != other else f"the review stays on {one}"
    return f"{supposed}{told}."


def _owed(words: RestrictionWords, review: Review) -> str:
    """Return what is past due."""
    row = review.row or {}
    return money(row.get("past_due"), words.voice.digits(row.get("currency")))


def _score(review: Review) -> str:
    """Return score and tier."""
    row = review.row or {}
    return f"{count(row.get('score'))} tier {row.get('tier') or '?'}"
