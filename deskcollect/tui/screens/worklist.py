"""The worklist: whom to contact first, what to do and why today."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from deskcollect.present import head, selected
from deskcollect.present.clean import name_of
from deskcollect.present.numbers import count
from deskcollect.present.width import cells, fit
from deskcollect.tui.apart import apart
from deskcollect.tui.deciding import Decides
from deskcollect.tui.screens.filter import Filter, unmatched
from deskcollect.tui.screens.listing import BIG, QUIET
from deskcollect.tui.screens.sharing import Shares
from deskcollect.tui.views import ALL, WorkView
from deskcollect.tui.widgets.literal import Plain
from deskcollect.tui.widgets.table import Table
from deskcollect.vocabulary import Lens, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from deskcollect.desk.desk import Recorded
    from deskcollect.present.lines import Line
    from deskcollect.present.rows import ListColumn, Row
    from deskcollect.records import Part
    from deskcollect.tui.memory import Draft
    from deskcollect.tui.session import Message, Session

_TALL, _LOW = 30, 20
_ALL_COLUMNS = 400

_KEYS: list[BindingType] = [
    Binding("full_stop", "queue(1)", "Next queue", id="list.queue_next", show=False),
    Binding("comma", "queue(-1)", "Previous queue", id="list.queue_previous", show=False),
    Binding("t", "tier", "Tiers to show…", id="list.tier", show=False),
    Binding("o", "lens", "Lens: risk, exposure, recovery", id="list.lens", show=False),
    Binding("A", "decide('assign')", "Assign alert cases to a person…", id="alert.assign", show=False),
    Binding("v", "detail", "Show or hide the detail panel", id="list.detail", show=False),
    Binding("ctrl+x", "discard", "Discard the form that was not saved", id="form.discard", show=False),
]

_HINTS: tuple[tuple[str, str], ...] = (
    ("list.open", "Open"),
    ("work.record", "Record…"),
    ("work.next", "Next"),
    ("list.filter", "Filter"),
    ("list.tier", "Tier…"),
    ("list.queue_previous list.queue_next", "Queue"),
    ("list.lens", "Lens"),
    ("work.undo", "Undo"),
    ("screen.alerts", "Alerts"),
    ("work.explain", "Explain"),
    ("list.sort", "Sort…"),
    ("list.mark", "Mark"),
    ("app.copy", "Copy…"),
)


class Worklist(Decides, Shares):
    """All that is to be done today, in the order of a lens."""

    CSS_PATH = "worklist.tcss"
    HINTS: ClassVar[tuple[tuple[str, str], ...]] = _HINTS
    BINDINGS: ClassVar[list[BindingType]] = _KEYS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view = WorkView("", "")
        self._panel = True
        self._offer: tuple[Draft, Message] | None = None

    def compose(self) -> ComposeResult:
        """Return title, tabs, filter, list, panels, message and hints."""
        yield self.top()
        yield Plain(id="tabs")
        yield Filter()
        with Horizontal(id="middle"):
            yield self.compose_list()
            yield Plain(id="side")
        yield Plain(id="panel")
        yield from self.bottom()

    # --- drawing ---------------------------------------------------------------------------------------------------------

    def show_day(self) -> None:
        """Draw everything anew; the first time the list begins with the first queue."""
        if self.session.day is not None and not self.view.queue:
            queues = self.session.opened[0].policies.queues
            first = next(iter(queues)).id
            self.view = WorkView(first, first, orders={queue.id: queue.order for queue in queues})
            self.begin_share()
        super().show_day()

    def columns(self, *, every: bool = False) -> Sequence[ListColumn]:
        """Return the columns that fit beside the detail, or every one there is."""
        width = self.size.width - (selected.SIDE if self._beside else 0) - 1
        return self.session.rows().columns(_ALL_COLUMNS if every else width)

    @property
    def _beside(self) -> bool:
        """Tell whether the detail stands at the right of the list."""
        return self._panel and self.size.width > selected.SIDE_FROM

    def draw_rest(self) -> None:
        """Draw what depends on order or cursor: tabs, and the detail as soon as its figures are there."""
        self._draw_tabs()
        self._draw_detail(0)

    @on(Table.Highlighted)
    def _moved(self) -> None:
        """Follow the cursor once it rests, so that a held key stays quick."""
        if self.order is not None:
            self._draw_detail(QUIET)

    @work(exclusive=True, group="detail")
    async def _draw_detail(self, quiet: float) -> None:
        """Draw the detail of the cursor's row; a later one ends this one."""
        from deskcollect.desk.account import lost_points

        await asyncio.sleep(quiet)
        if not self.app.is_running:
            return
        if quiet:
            self._draw_tabs()
        desk, day, _ = self.session.opened
        row = self.table.cursor_row
        empty = row is None
        side, panel = self.query_one("#side", Plain), self.query_one("#panel", Plain)
        side.display, panel.display = self._beside and not empty, not self._beside or empty
        panel.set_class(empty, "-empty")
        self.query_one("#middle").set_class(empty, "-empty")
        if row is None:
            self.draw("#panel", self._nothing())
        else:
            self._draw_row(row, await apart(lambda: lost_points(desk, day, row["account_id"])))

    def _draw_tabs(self) -> None:
        """Draw queues, order and place."""
        from deskcollect.present.condition import name

        desk = self.session.opened[0]
        place = head.Place(
            rank=self.table.cursor + 1,
            shown=0 if self.order is None else len(self.order),
            own=f"By {name(self.view.earliest)}" if self.view.earliest else f"Lens: {self.view.lens}",
            sort=self.view.sort,
            tiers="".join(sorted(self.view.tiers)),
            typed=self.typed,
            marked=len(self.table.marks),
            share=self.view.share.name if self.view.share else "",
        )
        tall = self.size.height >= _TALL
        lines = head.queues(self.counted, desk.policies, self.view.queue, self.size.width, place, tall=tall)
        self.draw("#tabs", lines)
        self.query_one(Filter).set_class(len(lines) == 1, "-alone")

    def _draw_row(self, row: Row, parts: tuple[Part, ...]) -> None:
        """Draw the detail of one row in the form that the size allows."""
        flagged = self.session.opened[2].flagged
        words, width, height = self.session.rows(), *self.size
        counted = self.view.lens is Lens.RECOVERY
        if self._beside:
            gravest = self.session.gravest(selected.SIDE_ALERTS)
            told = selected.side(words, row, parts, gravest, flagged, selected.SIDE - 3, counted=counted)
        elif height >= _TALL and self._panel:
            gravest = self.session.gravest(selected.LINES - 2)
            told = selected.panel(words, row, parts, gravest, flagged, width, counted=counted)
        else:
            told = selected.brief(words, row, parts, width, 1 if height < _LOW else 2, counted=counted)
        self.draw("#side" if self._beside else "#panel", told)

    def _nothing(self) -> list[Line]:
        """Return why the list is empty, and what to do."""
        if self.view.text:
            tiers = selected.of_tiers(self.view.tiers)
            return unmatched(self.session.opened[1].table, self.view.text, f"{self._label}{tiers}")
        return selected.nothing(self.counted, self.session.opened[0].policies, self.view.queue, self.view.tiers)

    @property
    def _label(self) -> str:
        """Return the name of the queue."""
        queues = self.session.opened[0].policies.queues
        return next((queue.label for queue in queues if queue.id == self.view.queue), self.view.queue)

    # --- keys --------------------------------------------------------------------------------------------------------------

    def action_queue(self, way: int) -> None:
        """Go through the queues that hold somebody."""
        queues, counted = self.session.opened[0].policies.queues, self.counted
        ids = [q.id for q in queues if counted.queues.get(q.id) or q.id in {ALL, self.view.queue}]
        self.narrow(self.view.next_queue(ids, way))

    def action_go_queue(self, queue: str) -> None:
        """Show a queue that was clicked."""
        self.narrow(self.view.of_queue(queue))

    def search_elsewhere(self) -> None:
        """Look among all accounts for what the filter does not find here; esc leads back."""
        from deskcollect.desk.pipeline import arrange

        found = arrange(self.session.opened[1].table, queue=ALL, text=self.view.text)
        if not len(found):
            self.say("info", "No account at all matches. esc clears the filter.")
            return
        label = self._label
        self.narrow(self.view.among_all())
        self.say("info", f"Looking in All. esc goes back to {label}.")

    def action_only_tier(self, tier: str) -> None:
        """Show one tier; again: all."""
        self._show_tiers(self.view.only_tier(tier).tiers)

    def action_lens(self) -> None:
        """Go through the lenses."""
        self.look(self.view.next_lens())

    def action_tier(self) -> None:
        """Choose tiers; the choice tells their money in every currency."""
        from deskcollect.tui.screens.choose import Choose

        counted, signs = self.counted, self.session.glyphs
        choices = [(tier.lower(), tier.value, f"{signs.tier(tier)}  {head.tier_money(counted, tier)}") for tier in Tier]

        self.app.push_screen(Choose(self.session, "Tiers to show", choices, self.view.tiers), self._show_tiers)

    def _show_tiers(self, picked: frozenset[str] | None) -> None:
        """Show the tiers that were picked; all or none of them means all."""
        if picked is not None:
            some = picked if len(picked) < len(Tier) else frozenset()
            (self.narrow if some else self.widen)(replace(self.view, tiers=some))

    def toggle_detail(self) -> None:
        """Show or hide the detail panel."""
        self._panel = not self._panel
        self.fit_columns()
        self.draw_rest()

    def place_words(self) -> str:
        """Return where the cursor's row stands, in words."""
        shown = 0 if self.order is None else len(self.order)
        by = f"by {self.view.sort[0].replace('_', ' ')}" if self.view.sort else f"by {self.view.lens}"
        return f"{count(self.table.cursor + 1)} of {count(shown)} in {self._label}, {by}"

    def leave(self) -> None:
        """Say how to leave: from the bare list one key alone does not."""
        self.action_leave_hint()

    # --- what was recorded -------------------------------------------------------------------------------------------------

    def recorded(self, done: Recorded, told: str) -> None:
        """Move the recorded row to its place; the cursor stands on the next account, on the same line."""
        account = cursor = done.event.account_id
        here = self.table.cursor_key == account
        if here and not done.event.corrects and self.session.opened[0].settings.auto_next:
            following = self.next_to_work()
            cursor = (self.table.rows.key_at(following) if following is not None else None) or account
        elif not here and not done.event.corrects:
            cursor = self.table.cursor_key or account
        self.rearrange(cursor=cursor)
        self.session.say("done", told if done.event.corrects else f"{told}{self._new_place(account)}   u Undo")
        self.draw_top()
        self.draw_message()

    def _new_place(self, account: str) -> str:
        """Return where a row went, in words; nothing while a large list is still being ordered."""
        known = self.session.opened[1].table.height <= BIG
        place = self.table.rows.find(account) if known else None
        return "" if place is None else f"  Now {count(place + 1)} of {count(len(self.table.rows))}."

    # --- a form that was not saved -----------------------------------------------------------------------------------------

    def offer(self, draft: Draft) -> None:
        """Offer to go on with a form that was not saved; the cursor stands on its account."""
        desk, day, _ = self.session.opened
        outcome = desk.policies.outcome(draft.code)
        if outcome is None or not self.session.knows(draft.account_id):
            return
        self.table.move_to(draft.account_id)
        rest = " was not saved: enter goes on, ctrl+x discards"
        room = self.size.width - cells(f" !  {outcome.label} for {rest}")
        name = name_of(day.row(draft.account_id))
        self.say("warning", f"{outcome.label} for {fit(name, min(cells(name), max(room, 8)))}{rest}")
        self._offer = (draft, self.session.messages[-1])

    @property
    def _offered(self) -> Draft | None:
        """Return the form that is offered while the offer stands in the message line."""
        return self._offer[0] if self._offer and self.session.messages[-1] is self._offer[1] else None

    @on(Table.Opened)
    def _go_on(self, event: Table.Opened) -> None:
        """Go on with the form that was not saved while it is offered."""
        draft, self._offer = self._offered, None
        if draft is not None:
            event.prevent_default()
            self.record_for(draft.account_id, go_on=True)

    def action_discard(self) -> None:
        """Throw away the form that was not saved, if it is offered."""
        draft, self._offer = self._offered, None
        if draft is not None:
            self.session.memory.drop(draft.account_id)
            self.say("info", "The form was discarded.")
