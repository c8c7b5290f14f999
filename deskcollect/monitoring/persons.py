"""Who may do what, whatever it is about: a person with a role, a second person, a reason. A refusal is a value."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.vocabulary import Role

if TYPE_CHECKING:
    from enum import StrEnum

    from deskcollect.monitoring.incentives import Step
    from deskcollect.monitoring.restrictions import Act


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be, and what to do about it."""

    message: str
    remedy: str


def unknown_person(act: Act | Step) -> Refusal | None:
    """Refuse a person of whom nobody knows what they may do."""
    if act.role is None:
        return Refusal(f"{act.by} has no role at this desk.", "Write it under [people] in desk.toml.")
    return None


def unknown_word(code: str, known: type[StrEnum]) -> Refusal | None:
    """Refuse what only a newer version of the program knows."""
    if code in set(known):
        return None
    return Refusal(f"“{code}” is not known to this version.", "Install a newer deskcollect.")


def by_role(act: Act | Step, does: str, needed: Role = Role.LEAD) -> Refusal | None:
    """Refuse who is neither of the role that is needed nor a lead; `does` says what they would do."""
    if act.role in (needed, Role.LEAD):
        return None
    who = or_lead(needed)
    return Refusal(f"{act.by} is no {who}: only a {who} {does}.", f"Ask a {who}.")


def or_lead(needed: Role) -> str:
    """Return who does what a role may do: a lead may do it too."""
    return needed if needed is Role.LEAD else f"{needed} or lead"


def no_reason(act: Act | Step, what: str) -> Refusal | None:
    """Refuse what needs a reason and has none."""
    return None if act.note else Refusal(f"{what} needs a reason.", "Say it (--note).")


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's: case, width and blanks make no second person."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    """Return a name as it is compared."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
