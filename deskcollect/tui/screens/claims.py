"""A dialog about one customer, who is claimed for whoever sits here as long as it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from deskcollect.tui import team
from deskcollect.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from deskcollect.tui.session import Session


class Claims(Dialog[None]):
    """Claims the customer of an account beside the keys, and says in its frame where somebody else has them."""

    def __init__(self, session: Session, account_id: str) -> None:
        super().__init__(session)
        self.row = session.opened[1].row(account_id)

    def on_mount(self) -> None:
        """Claim the customer, and show who is known to have them."""
        self.session.team.want(self.row["customer_id"], self)
        self.claims_seen()
        team.look(self.app, self.session)

    def on_unmount(self) -> None:
        """Give the customer back."""
        self.session.team.let_go(self)
        team.look(self.app, self.session)

    @on(team.ClaimsSeen)
    def claims_seen(self) -> None:
        """Show who else has the customer."""
        self.frame.noted(team.in_words(self.session, self.row["customer_id"]))
