"""What is said of the row under the cursor: beside the list, below it, or in two lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deskcollect.present import numbers
from deskcollect.present.clean import clean
from deskcollect.present.dates import day, short_date
from deskcollect.present.lines import Line, Part, clip, columns, length, line, rule
from deskcollect.present.numbers import count, money
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    import polars as pl

    from deskcollect import records
    from deskcollect.desk.summary import Summary
    from deskcollect.policy.model import Policies
    from deskcollect.present.rows import Row, RowWords

SIDE = 60
SIDE_FROM = 180
LINES = 7
_LOST = 3


def who(row: Row) -> Line:
    """Return name, account, product and number."""
    rest = [clean(row["account_id"]), clean(row["product"] or "").replace("_", " "), clean(row["phone"] or "no number")]
    return line(
        " ", (clean(row["customer_name"] or "no name").replace("\n", " "), "bold"), "  " + "  ".join(filter(None, rest))
    )


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
        together = f" · {row['customer_account_count']} accounts past due, called once"
    return line(f" No hold · {tries}{together}")


def lost(parts: tuple[records.Part, ...], width: int) -> Line:
    """Return the facts that cost most points, as many as fit whole."""
    worst = sorted((part for part in parts if part.points < 0), key=lambda part: part.points)[:_LOST]
    if not worst:
        return line((" Lost points: none against the average account", "muted"))
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
    return line(
        (" Last: ", "muted"), f"{short_date(row['last_on'], words.voice.today)} {said} ({clean(row['last_by'] or '?')})"
    )


def why(words: RowWords, row: Row) -> Line:
    """Return the next step and why."""
    return line((" Today: ", "muted"), words.voice.ask(row))


def brief(words: RowWords, row: Row, parts: tuple[records.Part, ...], width: int) -> list[Line]:
    """Return two lines for a small window."""
    name = clean(row["customer_name"] or "no name").replace("\n", " ")
    first = line(" ", (name, "bold"), f" {clean(row['account_id'])} · {words.voice.why(row)}")
    standing = state(words, row)
    return [clip(first, width), clip((*standing, *lost(parts, width - length(standing))), width)]


def side(words: RowWords, row: Row, parts: tuple[records.Part, ...], width: int) -> list[Line]:
    """Return the detail at the right of a wide list."""
    told = [
        rule("Selected · v hides", width, words.glyphs.rule),
        who(row),
        state(words, row),
        why(words, row),
        line((" Why: ", "muted"), words.voice.why(row)),
        last(words, row),
        lost(parts, width),
        line((" Tier: ", "muted"), words.voice.tier_rule(row)),
        rule("Early warnings", width, words.glyphs.rule),
        *evidence(words, row),
    ]
    return [part for entry in told for part in wrapped(entry, width)]


def evidence(words: RowWords, row: Row) -> list[Line]:
    """Return each signal with its evidence."""
    told = [line(" · ", words.voice.evidence(rule_id, row)) for rule_id in row["signals"] or ()]
    return told or [line((" none", "muted"))]


def panel(
    words: RowWords, row: Row, parts: tuple[records.Part, ...], alerts: list[Line], flagged: int, width: int
) -> list[Line]:
    """Return the detail and the gravest alerts beside each other, below the list."""
    half = width // 2 + 2
    room = half - 2
    today = wrapped(why(words, row), room)[:2]
    left = [who(row), state(words, row), lost(parts, room), *today, last(words, row)]
    title = columns(
        rule("Selected · v hides", half - 1, words.glyphs.rule),
        rule(f"Alerts {flagged}", width - half - 2, words.glyphs.rule),
        half,
        " ",
    )
    body = []
    for number in range(LINES - 1):
        beside = alerts[number] if number < len(alerts) else ()
        body.append(
            clip(columns(left[number] if number < len(left) else (), beside, half, words.glyphs.upright), width)
        )
    return [clip(title, width), *body]


def alert_lines(words: RowWords, gravest: pl.DataFrame, flagged: int) -> list[Line]:
    """Return one line an alert, the gravest first, and how many more there are."""
    told = []
    for row in gravest.iter_rows(named=True):
        sign = words.glyphs.level(row["alert_level"])
        name = fit(clean(row["customer_name"] or row["account_id"]).replace("\n", " "), 14)
        told.append(line((f"{sign} ", row["alert_level"]), f"{name} ", words.voice.evidence(row["alert_rule"], row)))
    more = flagged - len(told)
    if more > 0:
        told.append(line((f"  {more} more: 2 opens the alerts", "muted")))
    return told


def wrapped(entry: Line, width: int) -> list[Line]:
    """Break a line at blanks; what follows is set in."""
    if length(entry) <= width:
        return [entry]
    rows: list[Line] = []
    current: list[Part] = []
    room = width
    for part in (piece._replace(text=word) for piece in entry for word in _words(piece.text)):
        size = cells(part.text)
        if size > room and current:
            rows.append(tuple(current))
            text = part.text.lstrip()
            current, room = [Part("   "), part._replace(text=text)], width - 3 - cells(text)
        else:
            current.append(part)
            room -= size
    return [*rows, tuple(current)]


def _words(text: str) -> list[str]:
    """Split a text before each word, blanks kept."""
    return re.findall(r"\s*\S+|\s+$|^\s+", text) or [text]


def nothing(counted: Summary, policies: Policies, queue: str, typed: str) -> list[Line]:
    """Say why the list is empty, and what to do."""
    label = next((q.label for q in policies.queues if q.id == queue), queue)
    if typed:
        return [
            line(f" No account matches / {clean(typed)} in {label}."),
            line(("   . goes to the next queue   esc clears the filter", "muted")),
        ]
    if not counted.past_due_accounts:
        total = f"{count(counted.accounts)} accounts"
        return [
            line(f" Nothing to collect: {total}, none past due."),
            line((f"   2  Early warnings {counted.flagged}    .  Show all accounts", "muted")),
        ]
    return [
        line(f" Nobody in {label}. {counted.queues.get('blocked', 0)} on hold, {counted.past_due_accounts} past due."),
        line(("   .  next queue   All shows every account", "muted")),
    ]


def amount(words: RowWords, row: Row) -> str:
    """Return the past-due amount with its currency."""
    return f"{money(row['past_due'], words.voice.digits(row['currency']))} {row['currency'] or ''}".strip()
