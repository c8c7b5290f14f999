"""The worklist of a desk that keeps to its share of the book: what is shown, counted and said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deskcollect.tui.screens.listing import Listing
from deskcollect.tui.views import WorkView

if TYPE_CHECKING:
    from deskcollect.desk.summary import Summary


class Shares(Listing[WorkView]):
    """A worklist that shows a desk's share or the whole book."""

    def begin_share(self) -> None:
        """Begin with the share where the desk keeps to one."""
        self.view = replace(self.view, share=self.session.team.share(self.session.opened[0]))
        self.session.team.shown = self.view.share

    def look(self, view: WorkView, *, from_top: bool = False, cursor: str = "") -> None:
        """Take another view; what is counted above the list is what it shows."""
        self.session.team.shown = view.share
        super().look(view, from_top=from_top, cursor=cursor)
        self.draw_top()

    @property
    def counted(self) -> Summary:
        """Return the figures of what is shown."""
        return self.session.team.counted(self.session.opened[1])

    @property
    def other_share(self) -> str:
        """Return what `toggle_share` would do, nothing where the desk keeps to no share."""
        share = self.session.team.share(self.session.opened[0])
        if share is None:
            return ""
        return "Show the whole book" if self.view.share else f"Show only the share of {share.name}"

    def toggle_share(self) -> None:
        """Show the whole book, or the share again."""
        share = None if self.view.share else self.session.team.share(self.session.opened[0])
        self.look(replace(self.view, share=share, left=None))
        self.say("info", f"Only the share of {share.name} is shown." if share else "The whole book is shown.")
