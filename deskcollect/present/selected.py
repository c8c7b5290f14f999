"""What is said of the row under the cursor: beside the list, below it, or in two lines; and of a list without rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present import numbers, recovery
from deskcollect.present.clean import clean, name_of
from deskcollect.present.dates import day, short_date
from deskcollect.present.lines import Line, Part, clip, columns, length, line, rule, wrapped
from deskcollect.present.numbers import count
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import polars as pl

    from deskcollect import records
    from deskcollect.desk.summary import Summary
    from deskcollect.policy.model import Policies
    from deskcollect.present.rows import Row, RowWords

SIDE = 60
SIDE_FROM = 180
LINES = 7
SIDE_ALERTS = 12
_LOST = 3


def who(row: Row) -> Line:
    """Return name, account, product and number."""
    rest = [clean(row["account_id"]), clean(row["product"] or "").replace("_", " "), clean(row["phone"] or "no number")]
    name = name_of(row, unknown="no name")
    return line(" ", (name, "bold"), "  " + "  ".join(filter(None, rest)))


def state(words: RowWords, row: Row) -> Line:
    """Return whether anything holds the account."""
    if row["hold_rule"]:
        return line((" No contact: ", "warning"), words.voice.hold(row))
    if row["state"] == "verify":
        return line((" Verify: ", "warning"), clean(row["verify"]))
    tries = numbers.several(row["attempt_count"], "try", "tries") + " in 7 days"
    if row["state"] == "wait" and row["due_on"]:
        return line(f" Waits until {day(row['due_on'], words.voice.today)} · {tries}")
    together = ""
    if (row["customer_account_count"] or 0) > 1:
        together = f" · 1 call for {row['customer_account_count']} accounts"
    return line(f" No hold · {tries}{together}")


def lost(parts: tuple[records.Part, ...], width: int) -> Line:
    """Return the facts that cost most points, as many as fit whole."""
    worst = sorted((part for part in parts if part.points < 0), key=lambda part: part.points)[:_LOST]
    if not worst:
        return line((" Lost points: ", "muted"), "none")
    told: list[str] = []
    head = " Lost points: "
    for part in worst:
        text = f"{clean(part.name)} −{abs(part.points)}"
        if len(head) + sum(len(t) + 2 for t in told) + cells(text) > width:
            break
        told.append(text)
    return line((head, "muted"), ", ".join(told)) if told else ()


def last(words: RowWords, row: Row) -> Line:
    """Return the last record."""
    if row["last_code"] is None:
        return line((" Nothing recorded yet", "muted"))
    said = words.voice.outcome(row["last_code"])
    on = short_date(row["last_on"], words.voice.today)
    return line((" Last: ", "muted"), f"{on} {said} ({clean(row['last_by'] or '?', limit=20)})")


def todo(words: RowWords, row: Row, width: int, most: int) -> list[Line]:
    """Return the next step as a sentence; what follows if nobody is reached is left out where it does not fit."""
    told = [wrapped(line((" Today: ", "muted"), words.voice.ask(row, short=short)), width) for short in (False, True)]
    return told[0] if len(told[0]) <= most else told[1][:most]


def brief(
    words: RowWords, row: Row, parts: tuple[records.Part, ...], width: int, most: int = 2, *, counted: bool = False
) -> list[Line]:
    """Return one or two lines for a small window; `counted` puts what a contact may bring first."""
    name = name_of(row, unknown="no name")
    first = line(" ", (name, "bold"), f" {clean(row['account_id'])} · {words.voice.why(row)}")
    if counted:
        return [clip(first, width), clip(recovery.in_one(words.voice, row, width), width)][-most:]
    standing = state(words, row)
    if length(standing) > width:
        standing = line("".join(part.text for part in standing).rpartition(" · ")[0]) or standing
    standing = (*standing, Part(" ·", "muted"))
    points = lost(parts, width - length(standing))
    told = (*standing, *points) if points and any(p.points < 0 for p in parts) else standing[:-1]
    return [clip(first, width), clip(told, width)][:most]


def side(
    words: RowWords,
    row: Row,
    parts: tuple[records.Part, ...],
    gravest: pl.DataFrame,
    flagged: int,
    width: int,
    *,
    counted: bool = False,
) -> list[Line]:
    """Return the detail at the right of a wide list, and below it the gravest alerts of the book.

    `counted` shows what a contact may bring.
    """
    told = [
        rule("Selected · v hides", width, words.glyphs.rule),
        who(row),
        state(words, row),
        *todo(words, row, width, LINES),
        *(recovery.in_two(words.voice, row, width) if counted else ()),
        line((" Why: ", "muted"), words.voice.why(row)),
        last(words, row),
        lost(parts, width * 2),
        line((" Tier: ", "muted"), words.voice.tier_rule(row)),
        rule("Its early warnings", width, words.glyphs.rule),
        *evidence(words, row),
        line(" "),
        rule(f"Alerts {count(flagged)}", width, words.glyphs.rule),
        *alert_lines(words, gravest, flagged, width),
    ]
    return [part for entry in told for part in wrapped(entry, width)]


def evidence(words: RowWords, row: Row) -> list[Line]:
    """Return each signal with its evidence."""
    told = [line(" · ", proof) for _, proof in words.voice.proofs(row)]
    return told or [line((" none", "muted"))]


def panel(
    words: RowWords,
    row: Row,
    parts: tuple[records.Part, ...],
    gravest: pl.DataFrame,
    flagged: int,
    width: int,
    *,
    counted: bool = False,
) -> list[Line]:
    """Return the detail and the gravest alerts beside each other, below the list.

    `counted` shows what a contact may bring in place of the lost points and the last record.
    """
    half = width // 2 + 2
    alerts = alert_lines(words, gravest, flagged, width - half - 2)
    room = half - 2
    figures = recovery.in_two(words.voice, row, room) if counted else [lost(parts, room)]
    above = [clip(entry, room) for entry in (who(row), state(words, row), *figures)]
    end = [] if counted else [last(words, row)]
    shown = [*above, *todo(words, row, room, LINES - 1 - len(above) - len(end)), *end]
    title = columns(
        rule("Selected · v hides", half - 1, words.glyphs.rule),
        rule(f"Alerts {count(flagged)}", width - half - 2, words.glyphs.rule),
        half,
        " ",
    )
    body = []
    for number in range(LINES - 1):
        left = shown[number] if number < len(shown) else ()
        beside = alerts[number] if number < len(alerts) else ()
        body.append(clip(columns(left, beside, half, words.glyphs.upright), width))
    return [clip(title, width), *body]


def alert_lines(words: RowWords, gravest: pl.DataFrame, flagged: int, width: int) -> list[Line]:
    """Return one line an alert, the gravest first, and how many more there are.

    Where its evidence does not fit, the name of the signal stands for it.
    """
    told = []
    room = width - words.glyphs.level_width - 16
    for row in gravest.iter_rows(named=True):
        sign = fit(words.glyphs.level(row["alert_level"]), words.glyphs.level_width)
        name = fit(name_of(row), 14)
        proof = words.voice.proof(row)
        shown = proof if cells(proof) <= room else words.voice.signal(row["alert_rule"] or "")
        told.append(line((f"{sign} ", row["alert_level"]), f"{name} ", shown))
    more = flagged - len(told)
    if more > 0:
        text = f"{'  ' if told else ''}{count(more)} more: 2 opens the alerts"
        told.append(line(Part(text, "muted", "app.go('alerts')")))
    return told or [line((" No early warning is open", "muted"))]


def no_match(typed: str, label: str, elsewhere: int, near: Sequence[str]) -> list[Line]:
    """Say that a filter finds nothing, where it would, and what was probably meant."""
    told = [line(f" No account matches / {clean(typed, limit=30)} in {label}.")]
    if elsewhere:
        there = numbers.several(elsewhere, "matches", "match")
        told.append(line(f"   {there} in All        ", ("⏎", "accent"), " search there"))
    if near:
        told.append(line(f"   near: {', '.join(near)}        ", ("tab", "accent"), f" take {near[0]}"))
    return [*told, line(" "), line((" esc", "accent"), "  Clear the filter")]


def of_tiers(tiers: Collection[str]) -> str:
    """Return ` of tier C` or ` of tiers D E`; nothing where all are shown."""
    return f" of {'tier' if len(tiers) == 1 else 'tiers'} {' '.join(sorted(tiers))}" if tiers else ""


def nothing(counted: Summary, policies: Policies, queue: str, tiers: Collection[str] = ()) -> list[Line]:
    """Say why a list is empty, and what to do. `tiers` narrow it; none means all."""
    label = next((q.label for q in policies.queues if q.id == queue), queue)
    others = counted.queues.get(queue, 0)
    if tiers and others:
        clears = "the tier" if len(tiers) == 1 else "the tiers"
        return [
            line(f" Nobody{of_tiers(tiers)} in {label} ({count(others)} in all)."),
            line(("   esc", "accent"), (f"  clears {clears}    ", "muted"), (".", "accent"), ("  next queue", "muted")),
        ]
    if not counted.past_due_accounts:
        return [
            line(f" Nothing to collect: {count(counted.accounts)} accounts, none past due."),
            line((f"   2  Early warnings {counted.flagged}    .  Show all accounts", "muted")),
        ]
    return [
        line(f" Nobody in {label}. {counted.queues.get('blocked', 0)} on hold, {counted.past_due_accounts} past due."),
        line(("   .  next queue   All shows every account", "muted")),
    ]
