"""What the record dialog says: the codes by group, the fields of one code, what saving would do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deskcollect.present.lines import Line, Part, clip, length, line
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
_NARROW: tuple[tuple[tuple[str, str], ...], ...] = (
    (("nobody", "Nobody"), ("else", "Someone else"), ("other", "Other")),
    (("customer", "Customer"), ("stops", "Stops work (asks why)")),
)
_Cell = tuple[tuple[str, str], ...]


def picker(policies: Policies, width: int = sum(_WIDTHS)) -> list[Line]:
    """Return the outcome codes by group, with the letter of each: in three columns, in two where those do not fit."""
    if width < sum(_WIDTHS):
        return _beside([_stack(policies, groups, close=True) for groups in _NARROW], (width // 2 + 2, width // 2 - 2))
    told = _beside([_stack(policies, groups) for groups in _COLUMNS], _WIDTHS)
    return [*told, line(""), line(*_other(policies))]


def _beside(stacks: Sequence[Sequence[_Cell]], widths: Sequence[int]) -> list[Line]:
    """Set columns beside each other; a label that is too wide for its column is cut."""
    told = []
    for number in range(max(len(stack) for stack in stacks)):
        parts: list[Part] = []
        for stack, width in zip(stacks, widths, strict=True):
            cell = clip(line(*(stack[number] if number < len(stack) else ())), width - 1)
            parts += [*cell, Part(" " * (width - length(cell)))]
        told.append(line(*parts))
    return told


def _stack(policies: Policies, groups: Iterable[tuple[str, str]], *, close: bool = False) -> list[_Cell]:
    """Return the lines of one column; `close` leaves no line between the groups."""
    lines: list[_Cell] = []
    for group, title in groups:
        if lines and not close:
            lines.append(())
        lines.append(((f" {title}", "muted"),))
        messages = [outcome for outcome in policies.outcomes if outcome.group == group and len(outcome.key) > 1]
        if messages:
            lines.append(((f"  {messages[0].key[0]}  ", "accent"), ("Message…", "")))
        for outcome in policies.outcomes:
            if outcome.group == group and len(outcome.key) == 1:
                more = "…" if outcome.needs else ""
                lines.append(((f"  {outcome.key}  ", "accent"), (f"{outcome.label}{more}", "")))
    return lines


def more(above: int, below: int) -> Line:
    """Return the sign that a list of codes goes on where it does not fit."""
    told = ([f"{below} more below"] if below else []) + ([f"{above} above"] if above else [])
    return line((" ↓ ↑", "accent"), f"  {' · '.join(told)}" + "   ", ("pgdn pgup", "accent"), "  a page")


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


def ways(points: int, width: int = sum(_WIDTHS)) -> Line:
    """Return the keys that say who called whom and by which number."""
    if width < sum(_WIDTHS):
        number = (f" 1-{points}", "accent") if points > 1 else ""
        return line(
            (" i", "accent"), " customer called  ", number, " number  " if number else "", (" /", "accent"), " by word"
        )
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


def whole(text: str, room: int) -> str:
    """Return a message with whole pieces left out until it fits: the last first, but a key that stands last stays.

    Pieces end with a sentence or are set apart by two blanks.
    """
    pieces = re.findall(r".+?(?:[.]? {2,}|[.] (?=[A-Z0-9])|$)", text)
    key = pieces.pop() if len(pieces) > 1 and text.endswith("   u Undo") else ""
    while len(pieces) > 1 and cells("".join(pieces).rstrip()) + (cells(key) + 3 if key else 0) > room:
        pieces.pop()
    told = "".join(pieces).rstrip()
    return f"{told}   {key}" if key and cells(told) + cells(key) + 3 <= room else told
