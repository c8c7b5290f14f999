"""Sentences of policy files: literal text with columns in braces, `{past_due:money}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from deskcollect.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

Form = Literal["text", "money", "percent", "count", "date", "day", "time", "code", "days"]
FORMS: tuple[str, ...] = get_args(Form)
_FIELD = re.compile(r"\{([^{}]*)\}")


class BadTemplate(ValueError):
    """The braces of a sentence name no column or no form."""


PERSONAL = frozenset({"customer_name", "phone", "phone_2", "email", "address"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence that a column fills."""

    column: str
    form: Form


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence as literal strings and slots, ready for present/ to fill from one row."""

    text: str
    parts: tuple[str | Slot, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it needs, in order."""
        return tuple(part.column for part in self.parts if isinstance(part, Slot))


def parse(text: str, columns: Collection[str]) -> Template:
    """Read a sentence.

    Errors: BadTemplate names the slot and what is known.
    """
    if set("{}") & set(_FIELD.sub("", text)):
        message = f"a brace without its partner in “{text}”"
        raise BadTemplate(message)
    parts: list[str | Slot] = []
    end = 0
    for match in _FIELD.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        name, _, form = match.group(1).partition(":")
        parts.append(_slot(name.strip(), form.strip() or "text", columns))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return Template(text, tuple(parts))


def _slot(name: str, form: str, columns: Collection[str]) -> Slot:
    """Return the slot, or say what is wrong with it."""
    if form not in FORMS:
        message = f"unknown form “{form}” in {{{name}:{form}}}; known: {', '.join(FORMS)}"
        raise BadTemplate(message)
    if name not in columns:
        message = f"unknown column “{name}”. {did_you_mean(name, columns)}".rstrip()
        raise BadTemplate(message)
    return Slot(name, cast("Form", form))


def personal(template: Template) -> tuple[str, str] | None:
    """Return why a sentence cannot be kept in the ledger, and what to do: no name, number or address stands there."""
    named = sorted(PERSONAL & set(template.columns))
    if not named:
        return None
    return (
        f"{' and '.join(named)} may not stand in it: it is kept in the ledger",
        "Take it out; the name stands beside it.",
    )
