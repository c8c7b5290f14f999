"""The few events of some kinds among the many of a ledger, kept and only ever extended by what is new."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deskcollect.ledger import document, line
from deskcollect.ledger.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deskcollect.ledger.backend import Lines
    from deskcollect.records import Event


class Kept:
    """Keeps the events of some kinds of one ledger."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = frozenset(kinds)
        named = b"|".join(re.escape(kind.encode()) for kind in sorted(kinds))
        self._mark = re.compile(rb'"kind":"(?:' + named + rb')"')
        self._generation = -1
        self._last = 0
        self._events: tuple[Event, ...] = ()

    def read(self, lines: Lines) -> tuple[Event, ...]:
        """Return them up to the end of the lines."""
        if lines.generation != self._generation:
            self._generation, self._last, self._events = lines.generation, 0, ()
        for stretch in lines.stretches(self._last):
            self._events = (*self._events, *self._found(stretch.data))
            self._last = stretch.last
        return self._events

    def _found(self, lines: bytes) -> Iterator[Event]:
        """Go through the events in lines of the ledger.

        The lines are searched as a whole: to take a million of them apart one by one takes a hundred times as long.
        """
        end = 0
        for match in self._mark.finditer(lines):
            if match.start() < end:
                continue
            start = lines.rfind(b"\n", 0, match.start()) + 1
            end = (lines.find(b"\n", match.end()) + 1 or len(lines) + 1) - 1
            record = line.read(lines[start:end])
            if record is not None and record.table == EVENTS:
                event = document.read(record.document(), seq=record.seq, digest=record.hash)
                if event.kind in self._kinds:
                    yield event
