"""What desks erased, taken out of the ledger of their team, too, by whoever owns it.

No desk may change a line there. The entries ERASED of the desks are on the server as any other; what they name is emptied
in its place, and the server says so in an entry of its own, with the hash that the line has there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.ledger.postgres import emptying
from deskcollect.ledger.postgres.server import Server
from deskcollect.ledger.privacy import erasing, rewriting
from deskcollect.ledger.tables import ERASURES

if TYPE_CHECKING:
    from deskcollect.ledger.privacy.erasing import Author, Plan
    from deskcollect.ledger.store import Ledger


def of(ledger: Ledger) -> Server:
    """Return the server that a ledger is on."""
    assert isinstance(ledger.backend, Server)
    return ledger.backend


def carry_out(ledger: Ledger, plan: Plan, author: Author) -> int:
    """Take out of the ledger on a server what a plan says and no hold keeps back by now; return how many records that were.

    Errors: BadUse where this account does not own it; LedgerError. After any of them the same is done again.
    """
    server = of(ledger)
    emptying.check_owner(server)
    going = erasing.still_going(ledger, plan)
    if going:
        erasing.announce(ledger, going, author, "")
    if going or erasing.is_unmarked(ledger):
        emptying.empty(server, [each.record for each in going])
        server.append(ERASURES, [rewriting.mark(len(going), author.at)])
    return len(going)
