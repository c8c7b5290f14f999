"""Alert cases in words: their state, by when somebody is to act, what was decided, and every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.clean import clean
from deskcollect.present.dates import clock_time, day, short_date
from deskcollect.present.numbers import count, several
from deskcollect.vocabulary import CaseAction, CaseState, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from typing import Any

    from deskcollect.case import Case, Decision, Step
    from deskcollect.present.voice import Voice

STATES: Mapping[str, str] = {
    CaseState.NEW: "new",
    CaseState.ACKNOWLEDGED: "acknowledged",
    CaseState.SNOOZED: "snoozed",
    CaseState.ESCALATED: "escalated",
    CaseState.HELD_BACK: "held back",
    CaseState.QUIET: "quiet",
    CaseState.CLOSED: "closed",
}
VERDICTS: Mapping[str, str] = {
    Verdict.CONFIRMED: "confirmed",
    Verdict.USEFUL: "useful",
    Verdict.FALSE_ALARM: "false alarm",
}

TITLES: Mapping[CaseAction, str] = {
    CaseAction.ACKNOWLEDGE: "Acknowledge",
    CaseAction.ASSIGN: "Assign",
    CaseAction.SNOOZE: "Snooze",
    CaseAction.ESCALATE: "Escalate",
    CaseAction.CLOSE: "Close",
    CaseAction.SUPPRESS: "Suppress one rule",
}
_DONE: Mapping[CaseAction, str] = {
    CaseAction.ACKNOWLEDGE: "acknowledged",
    CaseAction.ASSIGN: "assigned",
    CaseAction.SNOOZE: "snoozed",
    CaseAction.ESCALATE: "escalated",
    CaseAction.CLOSE: "closed",
    CaseAction.SUPPRESS: "suppressed",
}


def state(row: Mapping[str, Any], today: date) -> str:
    """Return the state of a row's case in a word or two: `snoozed 3 Oct`, `woke: worse`."""
    told = row["case_state"]
    if told is None:
        return ""
    if told == CaseState.SNOOZED and row["case_until"] is not None:
        return f"snoozed {short_date(row['case_until'], today)}"
    if row["case_woke"]:
        return "woke"
    return STATES[told]


def due(row: Mapping[str, Any], today: date) -> str:
    """Return by when somebody is to act on a row's case: `today`, `2 d late`, `Thu 1 Oct`."""
    on = row["case_due_on"]
    if on is None:
        return ""
    if on < today:
        return f"{(today - on).days} d late"
    return "today" if on == today else day(on, today)


def overdue(row: Mapping[str, Any], today: date) -> bool:
    """Tell whether somebody should have acted on a row's case, and it is neither asleep nor held back."""
    return row["case_due_on"] is not None and row["case_due_on"] < today and not aside(row)


def aside(row: Mapping[str, Any]) -> bool:
    """Tell whether a row's case sleeps or is held back, so that nobody has to act on it now."""
    return row["case_state"] in {CaseState.SNOOZED, CaseState.HELD_BACK}


def steps(case: Case, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """Return the steps of a case, the oldest first, each as day, who and what."""
    for step in case.steps:
        at = step.decision.at if step.decision else None
        clock = f" {clock_time(at)}" if at else ""
        who = clean(step.decision.by) if step.decision else "desk"
        yield f"{short_date(step.on, voice.today)}{clock}", who, _step(step, voice)


def _step(step: Step, voice: Voice) -> str:
    """Return what one step was."""
    if step.decision is not None:
        return decided(step.decision, voice)
    because = ", ".join(voice.signal(rule) for rule in step.rules)
    if step.what == "opened":
        return f"{step.after}: {because}"
    if step.what == "rose":
        return f"{step.before} → {step.after}" + (f": {because}" if because else "")
    return f"woke: it got worse ({step.after})"


def decided(decision: Decision, voice: Voice) -> str:
    """Return what a person decided, and why."""
    until = day(decision.until, voice.today) if decision.until else ""
    what = {
        CaseAction.ACKNOWLEDGE: "acknowledged",
        CaseAction.ASSIGN: f"assigned to {clean(decision.owner)}",
        CaseAction.SNOOZE: f"snoozed until {until}",
        CaseAction.ESCALATE: f"escalated to {clean(decision.owner)}",
        CaseAction.CLOSE: f"closed: {VERDICTS.get(decision.verdict or '', '')}",
        CaseAction.SUPPRESS: f"{voice.signal(decision.rule)} switched off here until {until}",
    }[decision.action]
    return f"{what} · {clean(decision.reason)}" if decision.reason else what


def history(case: Case, today: date) -> str:
    """Return a case in one line: its number, how often something was seen, since when."""
    seen = several(case.seen_count, "fact", "facts")
    return f"case {case.number} · {case.level} since {day(case.level_on, today)} · {seen} since {day(case.opened_on, today)}"


def settled(action: CaseAction, done: int, refused: int) -> str:
    """Return what became of several cases: `18 closed, 2 refused`."""
    parts = [f"{count(done)} {_DONE[action]}"] + ([f"{count(refused)} refused"] if refused else [])
    return ", ".join(parts)
