"""What a table says to the screen it stands on. Handlers are called `on_table_...`."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class Highlighted(Message, namespace="table"):
    """The cursor stands on another row; None: there is no row."""

    key: str | None


@dataclass
class Opened(Message, namespace="table"):
    """A row was opened with enter or a double click."""

    key: str


@dataclass
class SortAsked(Message, namespace="table"):
    """Sort by a column. `descending` is None for a header click: the column's usual direction, or back again."""

    column: str
    descending: bool | None


@dataclass
class MarksChanged(Message, namespace="table"):
    """So many rows are marked now."""

    count: int
