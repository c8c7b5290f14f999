"""What the desk remembers of a person between two runs: half-filled forms, and the newest book that was seen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from deskcollect.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into the form of one outcome.

    `event_id` and `at` (ISO, with offset) are those of a first try to record it, so that a second try after a crash
    cannot record it twice; `said` is what that try said. `changed` are the ids, with blanks between, of tries before it
    that said something else.
    """

    account_id: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    inbound: bool = False
    point: int = 0
    event_id: str = ""
    at: str = ""
    said: str = ""
    changed: str = ""


class Memory:
    """What is remembered of one person at one desk. A desk that cannot keep it goes on without."""

    def __init__(self, desk: Desk, by: str) -> None:
        self._state = desk.state
        self._by = by

    def keep(self, draft: Draft) -> None:
        """Keep a form, and that it is the last one of this person."""
        with suppress(LedgerError):
            self._state.keep_draft(draft.account_id, {**asdict(draft), "by": self._by})
            self._note(draft.account_id)

    def drop(self, account_id: str) -> None:
        """Forget a form."""
        with suppress(LedgerError):
            if self._state.draft(account_id) is not None:
                self._state.drop_draft(account_id)
                self._note("")

    def find(self, account_id: str) -> Draft | None:
        """Return the form of an account that was not saved. One of an older version or another shape counts as none."""
        kept = self._state.draft(account_id)
        if kept is None:
            return None
        known = {name: kept[name] for name in Draft.__dataclass_fields__ if name in kept}
        return Draft(**known) if _sound(known) else None

    def last(self) -> Draft | None:
        """Return the newest form of this person that was not saved."""
        account_id = (self._state.place(self._by) or {}).get("form", "")
        return self.find(account_id) if account_id else None

    def seen(self) -> str:
        """Return the date of the newest book that this person has seen; empty if none."""
        return str((self._state.place(self._by) or {}).get("book", ""))

    def keep_seen(self, book: str) -> None:
        """Keep that a book was seen."""
        with suppress(LedgerError):
            self._state.keep_place(self._by, {**(self._state.place(self._by) or {}), "book": book})

    def _note(self, account_id: str) -> None:
        """Keep whose form is open."""
        place = self._state.place(self._by) or {}
        if place.get("form", "") != account_id:
            self._state.keep_place(self._by, {**place, "form": account_id})


def _sound(known: dict[str, Any]) -> bool:
    """Tell whether a kept form has what a draft needs, each of its kind."""
    texts = [known.get(name, "") for name in ("account_id", "code", "event_id", "at", "said", "changed")]
    values = known.get("values", {})
    return (
        all(isinstance(text, str) for text in texts)
        and bool(known.get("account_id"))
        and isinstance(values, dict)
        and all(isinstance(part, str) for pair in values.items() for part in pair)
        and isinstance(known.get("point", 0), int)
    )
