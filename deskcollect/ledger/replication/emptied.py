"""Lines of a bundle without content: whoever sends one must say that it was erased, or somebody took it out on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deskcollect.ledger.privacy import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskcollect.ledger.line import Record
    from deskcollect.ledger.replication.bundle import Bundle
    from deskcollect.ledger.store import Ledger


class Emptied:
    """Follows the lines of a bundle that have no content, and the entries that say what was erased."""

    def __init__(self, ledger: Ledger, bundle: Bundle) -> None:
        self._ledger = ledger
        self._bundle = bundle
        self._lines: dict[tuple[str, str], int] = {}
        self._said: set[tuple[str, str]] = set()

    def follow(self, number: int, record: Record) -> None:
        """Note a line without content."""
        self._lines[words.event_id(record), record.hash] = number

    def hear(self, told: Mapping[str, Any]) -> None:
        """Note what an entry says was erased, if that is what it says."""
        data = told.get("data")
        if told.get("code") == words.CODE and isinstance(data, dict):
            self._said.update(words.pairs(data))

    def end(self) -> None:
        """Refuse a bundle with a line without content that neither an entry of it names nor one that is here.

        Errors: BadData.
        """
        silent = {key: number for key, number in self._lines.items() if key not in self._said}
        known = words.named(self._ledger) if silent else {}
        for (event_id, digest), number in silent.items():
            if digest not in known.get(event_id, {}):
                self._bundle.refuse(number, "its content was taken out, and no entry says so")
