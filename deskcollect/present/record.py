"""What the record dialog says: the codes by group, the fields of one code, what saving would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.present.lines import Line, line
from deskcollect.present.width import cells, fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deskcollect.policy.model import Outcome, Policies

_COLUMNS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("nobody", "Nobody"), ("else", "Someone else")),
    (("customer", "Customer"),),
    (("stops", "Stops work (asks why)"),),
)
_WIDTHS = (22, 27, 23)


def picker(policies: Policies) -> list[Line]:
    """Return the outcome codes in three columns by group, with the letter of each."""
    stacks = [_stack(policies, groups) for groups in _COLUMNS]
    height = max(len(stack) for stack in stacks)
    told = []
    for number in range(height):
        parts: list[tuple[str, str]] = []
        for stack, width in zip(stacks, _WIDTHS, strict=True):
            cell = stack[number] if number < len(stack) else ()
            used = sum(cells(text) for text, _ in cell)
            parts += [*cell, (" " * max(0, width - used), "")]
        told.append(line(*parts))
    told.append(line(""))
    told.append(line(*_other(policies)))
    return told


def _stack(policies: Policies, groups: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """Return the lines of one column."""
    lines: list[tuple[tuple[str, str], ...]] = []
    for group, title in groups:
        if lines:
            lines.append(())
        lines.append(((f" {title}", "muted"),))
        for outcome in policies.outcomes:
            if outcome.group == group and outcome.key:
                more = "…" if outcome.needs else ""
                lines.append(((f"  {outcome.key}  ", "accent"), (f"{outcome.label}{more}", "")))
    return lines


def _other(policies: Policies) -> list[tuple[str, str]]:
    """Return the codes of the last group in one line."""
    parts: list[tuple[str, str]] = [(" Other ", "muted")]
    messages = [o for o in policies.outcomes if len(o.key) == 2]
    if messages:
        parts += [(f" {messages[0].key[0]} ", "accent"), ("Message… ", "")]
    for outcome in policies.outcomes:
        if outcome.group == "other" and len(outcome.key) == 1:
            parts += [(f" {outcome.key} ", "accent"), (f"{_short(outcome.label)} ", "")]
    return parts


def ways(points: int) -> Line:
    """Return the keys that say who called whom and by which number."""
    return line(
        (" i", "accent"), "  the customer called us   ",
        (f"1-{points}" if points > 1 else "", "accent"), "  other number   " if points > 1 else "",
        ("/", "accent"), "  find by word",
    )  # fmt: skip


def _short(label: str) -> str:
    """Return the first word of a label."""
    return label.partition(" ")[0]


def found(policies: Policies, typed: str) -> list[Outcome]:
    """Return the outcomes whose code, label or other names hold what was typed, best first."""
    wanted = typed.strip().lower()
    if not wanted:
        return []
    hits = [
        (_rank(outcome, wanted), number, outcome)
        for number, outcome in enumerate(policies.outcomes)
        if outcome.key and _rank(outcome, wanted) < 9
    ]
    return [outcome for _, _, outcome in sorted(hits, key=lambda hit: hit[:2])]


def _rank(outcome: Outcome, wanted: str) -> int:
    """Return how well an outcome answers; 9 is not at all."""
    names = (outcome.code.lower(), outcome.label.lower(), *(alias.lower() for alias in outcome.aliases))
    if outcome.code.lower() == wanted:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else 9


def found_lines(outcomes: Sequence[Outcome]) -> list[Line]:
    """Return what a search found, the first marked."""
    if not outcomes:
        return [line((" Nothing is called so. Type another word, or esc for the letters.", "muted"))]
    return [
        line(
            (" ▸ " if number == 0 else "   "),
            (fit(outcome.key, 3), "accent"),
            outcome.label,
            (f"  {outcome.code}", "muted"),
        )
        for number, outcome in enumerate(outcomes[:8])
    ]
