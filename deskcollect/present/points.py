"""The score in points: from the average account to this one, fact by fact, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present import chart
from deskcollect.present import score as points
from deskcollect.present.clean import clean
from deskcollect.present.lines import Line, clip, line, wrapped
from deskcollect.present.numbers import percent, several
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from deskcollect.desk.account import Account, WhatIf
    from deskcollect.present.account import AccountWords
    from deskcollect.records import Part, Reason

REASONS_SHOWN = 5
_BAR = 6
_LOST_SHOWN = 3


def table(words: AccountWords, account: Account, width: int) -> tuple[Line, ...]:
    """Return the points as a table that adds up: the average, the largest facts, the rest, what was recorded."""
    row = account.row
    chosen = _largest(account)
    rest = [reason for reason in account.reasons if reason not in chosen]
    others = sum(reason.points for reason in rest)
    drawn = (*(reason.points for reason in chosen), others, *(part.points for part in account.recorded.parts))
    scale = max(1, *map(abs, drawn))
    chance = percent(row["prob_default"])

    def entry(text: str, value: int, *, total: bool = False) -> Line:
        return _entry(words, text, value, scale, width, total=total)

    return (
        entry("Average account of this kind", account.average, total=True),
        *(entry(reason.text, reason.points) for reason in chosen),
        *((entry(several(len(rest), "other fact", "other facts"), others),) if rest else ()),
        entry(f"Card · {percent(row['coverage'])} of its facts known", row["card_score"], total=True),
        *(entry(f"Recorded: {part.name}{_source(part)}", part.points) for part in account.recorded.parts),
        entry(f"Score now · {chance} chance of default next month", row["score"], total=True),
    )


def _source(part: Part) -> str:
    """Say where the weight of a recorded fact is from."""
    if not part.reading:
        return ""
    return f" (from {several(part.learnt_from, 'outcome', 'outcomes')} here)" if part.learnt_from else " (assumed)"


def readings(account: Account, width: int) -> tuple[Line, ...]:
    """Return what was recorded by what it tells of the customer, apart from the risk that the card reads.

    Nothing where nothing was recorded that counts.
    """
    if not account.recorded.parts:
        return ()
    told = " · ".join(f"{name} {points.points(value)}" for name, value in account.readings.items())
    return tuple(wrapped(line((f" Risk by the card {account.row['card_score']} · {told}", "muted")), width, 1))


def _largest(account: Account) -> list[Reason]:
    """Return the facts that cost most, then those that gain most."""
    shown = sorted(account.reasons, key=lambda reason: reason.points)
    worst = [reason for reason in shown if reason.points < 0][: REASONS_SHOWN - 1]
    best = [reason for reason in reversed(shown) if reason.points > 0][: REASONS_SHOWN - len(worst)]
    return [*worst, *best]


def _entry(words: AccountWords, text: str, value: int, scale: int, width: int, *, total: bool) -> Line:
    """Return one line: text, points, bar. A total has no sign and no bar."""
    number = f"{value}" if total else points.points(value)
    drawn = value and not total
    bar = chart.bar(abs(value) / scale, _BAR, glyphs=words.glyphs) if drawn else " " * _BAR
    role = "" if not drawn else "warning" if value < 0 else "success"
    label = width - 1 - 6 - 2 - _BAR
    shown = fit(clean(text), label, ellipsis=words.glyphs.ellipsis)
    return line(" ", (shown, "bold" if total else ""), (f"{number:>6}", "bold" if total else ""), "  ", (bar, role))


def in_short(account: Account, width: int) -> tuple[Line, ...]:
    """Return the score in two lines: what it is made of, and what cost most."""
    row = account.row
    moved = "".join(f", {clean(part.name)} {points.points(part.points)}" for part in account.recorded.parts)
    made = line(
        (f" {row['score']}", "bold"),
        f" = card {row['card_score']}{moved} · {percent(row['prob_default'])} chance of default",
    )
    lost = sorted((reason for reason in account.reasons if reason.points < 0), key=lambda reason: reason.points)
    told = ""
    for reason in lost[:_LOST_SHOWN]:
        text = f"   {points.points(reason.points)} {clean(reason.text)}"
        if cells(told) + cells(text) <= width:
            told += text
    return (clip(made, width), *((line(told[2:]),) if told else ()))


def what_if(words: AccountWords, answers: tuple[WhatIf, ...], account: Account) -> tuple[Line, ...]:
    """Return what would change the score; nothing of it is recorded."""
    if not answers:
        return (line((" Nothing is past due: no payment changes the score today", "muted")),)
    made = []
    for answer in answers:
        amount = f" {words.amount(account, answer.amount)}" if answer.amount is not None else ""
        way = f"{answer.step.before} → {answer.step.after}"
        tier = (words.glyphs.tier(answer.tier), f"tier{answer.tier}")
        made.append(line(" ", fit(answer.label + amount, 28), f"{way:<12}", ("tier ", "muted"), tier))
    return tuple(made)
