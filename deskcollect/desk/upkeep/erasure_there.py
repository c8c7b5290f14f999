"""What desks erased and the server of their team still holds: shown, and taken out by whoever owns the ledger there."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deskcollect.clock import utc_milliseconds
from deskcollect.desk.upkeep import erasure
from deskcollect.ledger.ids import Ids
from deskcollect.ledger.postgres import emptying, opening
from deskcollect.ledger.privacy import erasing, on_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deskcollect.desk.upkeep.keeping import Keeping
    from deskcollect.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class There:
    """What is to go on a server; `owner` is the account that owns the ledger there, and the author of what is said of it."""

    place: str
    owner: str
    plan: erasure.Plan
    ledger: Ledger


@contextmanager
def there(kept: Keeping, address: str) -> Iterator[There]:
    """Go to a server and look at what desks erased and is still there. Names and days are told as at the desk `kept`.

    Errors: BadUse where the account does not own the ledger; BadSettings, NewerSchema, LedgerError.
    """
    connection = opening.connection(address)
    with opening.on(connection) as ledger:
        owner = emptying.check_owner(on_server.of(ledger))
        plan = erasure.laid_out(kept, erasing.unfinished(ledger), "")
        yield There(connection.place, owner, plan, ledger)


def carry_out(kept: Keeping, found: There) -> tuple[int, bool]:
    """Take the content out of what was found; return of how many records, and whether the old rows are gone, too.

    Errors: BadUse, LedgerError. After any of them the same is done again.
    """
    ids = Ids()
    author = erasing.Author(found.owner, kept.clock.now(), lambda: ids.next(utc_milliseconds()))
    count = on_server.carry_out(found.ledger, found.plan.inner, author)
    return count, not count or emptying.drop_old_rows(on_server.of(found.ledger))
