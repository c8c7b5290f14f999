"""How a list is narrowed and ordered. A view never changes: each key makes another one, and the list follows."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from deskcollect.vocabulary import AlertLevel, Lens, WorkState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from deskcollect.desk.team.sharing import Share
    from deskcollect.tui.widgets.rows import Rows

ALL, OPEN = "all", "open"
Sort = tuple[str, bool] | None


@dataclass(frozen=True, slots=True)
class WorkView:
    """A view of the worklist. `home` is the queue that the desk opens with; `sort` is a column and whether it falls.

    `left` is the view that a filter without a match left, to look among all accounts. `orders` are the dates that
    queues are ordered by. `share` narrows the book to what is the desk's own; looking among all accounts does not.
    """

    home: str
    queue: str
    lens: Lens = Lens.RISK
    text: str = ""
    tiers: frozenset[str] = frozenset()
    sort: Sort = None
    left: WorkView | None = None
    orders: Mapping[str, str] = field(default_factory=dict, compare=False)
    share: Share | None = field(default=None, compare=False)

    def order(self, table: pl.DataFrame) -> pl.Series:
        """Return the row numbers of a worklist in this view."""
        from deskcollect.desk.pipeline import arrange

        order = arrange(
            table,
            queue=self.queue,
            lens=self.lens,
            earliest=self.earliest,
            text=self.text,
            within=self.tiers,
            sort=self.sort,
        )
        return self.share.narrow(table, order) if self.share else order

    @property
    def earliest(self) -> str:
        """Return the date that the queue is ordered by, nothing where the lens orders it."""
        return self.orders.get(self.queue, "")

    @property
    def searching(self) -> bool:
        """Tell whether a filter holds, or was typed to look among all accounts."""
        return bool(self.text) or self.left is not None

    def step_back(self) -> WorkView | None:
        """Return the view with its last narrowing taken back, None if there is none."""
        if self.left is not None:
            return self.left
        if self.text:
            return replace(self, text="")
        if self.tiers:
            return replace(self, tiers=frozenset())
        if self.sort is not None:
            return replace(self, sort=None)
        return None if self.queue == self.home else replace(self, queue=self.home)

    def among_all(self) -> WorkView:
        """Return the view of all accounts with the same filter; one step back leads here, without the filter."""
        left = self.left or replace(self, text="")
        return WorkView(self.home, ALL, self.lens, self.text, sort=self.sort, left=left, orders=self.orders)

    def of_queue(self, queue: str) -> WorkView:
        """Return the view of another queue."""
        return replace(self, queue=queue, left=None)

    def next_queue(self, ids: Sequence[str], way: int) -> WorkView:
        """Return the view of the next queue."""
        return self.of_queue(following(ids, self.queue, way))

    def next_lens(self) -> WorkView:
        """Return the view in the order of the next lens."""
        lenses = list(Lens)
        return replace(self, sort=None, lens=lenses[(lenses.index(self.lens) + 1) % len(lenses)])

    def only_tier(self, tier: str) -> WorkView:
        """Return the view of one tier; of all where it was the only one."""
        return replace(self, tiers=frozenset() if self.tiers == {tier} else frozenset({tier}))


@dataclass(frozen=True, slots=True)
class AlertView:
    """A view of the alert cases. `level` empty means all; `who` looks at them on the day `today`."""

    level: str = ""
    text: str = ""
    sort: Sort = None
    queue: str = OPEN
    who: str = field(default="", compare=False)
    today: date = field(default=date.min, compare=False)

    def order(self, table: pl.DataFrame) -> pl.Series:
        """Return the row numbers of the cases in this view."""
        from deskcollect.desk.alerts import triage
        from deskcollect.desk.pipeline import arrange

        viewer, levels = triage.Viewer(self.who, self.today), [self.level] if self.level else []
        order = triage.order(table, viewer, queue=self.queue, levels=levels, sort=self.sort)
        if not self.text:
            return order
        named = arrange(table, queue=ALL, text=self.text)
        return order.filter(order.is_in(named.implode()))

    @property
    def searching(self) -> bool:
        """Tell whether a filter holds."""
        return bool(self.text)

    def step_back(self) -> AlertView | None:
        """Return the view with its last narrowing taken back, None if there is none."""
        if self.text:
            return replace(self, text="")
        if self.sort is not None:
            return replace(self, sort=None)
        if self.level:
            return replace(self, level="")
        return None if self.queue == OPEN else replace(self, queue=OPEN)

    def of_queue(self, queue: str) -> AlertView:
        """Return the view of another list."""
        return replace(self, queue=queue)

    def next_queue(self, ids: Sequence[str], way: int) -> AlertView:
        """Return the view of the next list."""
        return self.of_queue(following(ids, self.queue, way))

    def next_level(self) -> AlertView:
        """Return the view of the next level, the gravest first, then of all."""
        levels = ["", *(level.value for level in reversed(AlertLevel))]
        return replace(self, level=levels[(levels.index(self.level) + 1) % len(levels)])

    def only_level(self, level: str) -> AlertView:
        """Return the view of one level; of all where it was the only one."""
        return replace(self, level="" if self.level == level else level)


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A view of restrictions and measures."""

    text: str = ""
    sort: Sort = None
    queue: str = OPEN

    def order(self, table: pl.DataFrame) -> pl.Series:
        """Return the row numbers of this view."""
        from deskcollect.desk.decisions import reviews

        return reviews.order(table, self.queue, text=self.text, sort=self.sort)

    @property
    def searching(self) -> bool:
        """Tell whether a filter holds."""
        return bool(self.text)

    def step_back(self) -> ReviewView | None:
        """Return the view with its last narrowing taken back, None if there is none."""
        if self.text:
            return replace(self, text="")
        if self.sort is not None:
            return replace(self, sort=None)
        return None if self.queue == OPEN else replace(self, queue=OPEN)

    def of_queue(self, queue: str) -> ReviewView:
        """Return the view of another list, in its own order, for its columns are others."""
        return replace(self, queue=queue, sort=None)

    def next_queue(self, ids: Sequence[str], way: int) -> ReviewView:
        """Return the view of the next list."""
        return self.of_queue(following(ids, self.queue, way))


View = WorkView | AlertView | ReviewView
V = TypeVar("V", WorkView, AlertView, ReviewView)
Q = TypeVar("Q", AlertView, ReviewView)


def following(ids: Sequence[str], here: str, way: int) -> str:
    """Return the list after (or, with way -1, before) one; from one that is not among them the first goes on."""
    at = ids.index(here) if here in ids else 0
    return ids[(at + way) % len(ids)]


def filtered(view: V, text: str) -> V:
    """Return a view narrowed to names and numbers that hold a text."""
    return replace(view, text=text)


def sorted_by(view: V, column: str, descending: bool | None, usual: bool) -> V:
    """Return a view sorted by a column; the same again brings the own order back.

    Args:
        view: The view as it is.
        column: What to sort by.
        descending: None for a click on the title: the usual way, whatever way it was sorted before.
        usual: The way of a click.
    """
    same = view.sort is not None and view.sort[0] == column and descending in {None, view.sort[1]}
    return replace(view, sort=None if same else (column, usual if descending is None else descending))


def moved(old: pl.Series, new: pl.Series) -> int:
    """Count the rows that changed their place among the others: all but the longest run that kept its order."""
    if len(old) != len(new) or old.equals(new):
        return abs(len(old) - len(new))
    place = {row: number for number, row in enumerate(new)}
    ends: list[int] = []
    for number in (place[row] for row in old if row in place):
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return max(len(old), len(new)) - len(ends)


def next_to_work(shown: Rows, start: int, way: int) -> int | None:
    """Return the next place after (or, with way -1, before) `start` that is to be worked today, None if there is none."""
    table, order = shown.frame, shown.order
    if table is None or order is None:
        return None
    rows = order[start + 1 :] if way > 0 else order[:start].reverse()
    fresh = ~table["worked_today"].gather(rows).fill_null(value=False)
    found = ((table["state"].gather(rows) == WorkState.ACT.value) & fresh).arg_true()
    return start + way * (int(found[0]) + 1) if len(found) else None
