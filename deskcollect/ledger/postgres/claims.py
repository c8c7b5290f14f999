"""Claims on the server of a team: one statement takes a customer or says who has it, and the server's clock decides."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from deskcollect.errors import Busy, LedgerError, NotRecorded, inside
from deskcollect.ledger.claims import MINUTES
from deskcollect.records import Claim

if TYPE_CHECKING:
    from datetime import datetime

    from deskcollect.ledger.postgres.connection import Connection

_TAKE = """
    WITH asked AS MATERIALIZED (SELECT clock_timestamp() AS at), taken AS (
      INSERT INTO deskcollect.claim AS held (customer_id, by, desk, taken_at, until, token)
      SELECT %(customer)s, %(by)s, %(desk)s, at, at + %(minutes)s * interval '1 minute', %(token)s FROM asked
      ON CONFLICT (customer_id) DO UPDATE
        SET by = excluded.by, desk = excluded.desk, until = excluded.until, token = excluded.token,
            taken_at = CASE WHEN held.until <= clock_timestamp() THEN excluded.taken_at ELSE held.taken_at END
        WHERE held.until <= clock_timestamp() OR (held.by = excluded.by AND held.desk = excluded.desk)
      RETURNING customer_id, by, desk, taken_at, until, token
    )
    SELECT * FROM taken
    UNION ALL
    SELECT customer_id, by, desk, taken_at, until, token FROM deskcollect.claim
      WHERE customer_id = %(customer)s AND until > clock_timestamp() AND NOT (by = %(by)s AND desk = %(desk)s)
        AND NOT EXISTS (SELECT FROM taken)
"""
_RELEASE = """
    DELETE FROM deskcollect.claim
    WHERE customer_id = %s AND by = %s AND desk = %s AND until > clock_timestamp() RETURNING customer_id
"""
_STANDING = """
    SELECT customer_id, by, desk, taken_at, until, token FROM deskcollect.claim
    WHERE until > clock_timestamp() ORDER BY taken_at, customer_id
"""
_TRIES = 5


class ServerClaims:
    """The claims of a team, seen from one desk. A claim belongs to a person at a desk, in whichever program."""

    def __init__(self, connection: Connection, desk: str) -> None:
        self._connection = connection
        self._desk = desk
        self._token = token_hex(8)

    def take(self, customer_id: str, by: str, *, now: datetime, minutes: int = MINUTES) -> Claim:
        """Claim a customer, or renew one's own claim; return the claim that stands then: one's own, or another's.

        The server's clock decides, so that desks whose clocks differ agree; `now` is not asked.

        Errors: Busy, NotRecorded.
        """
        del now
        told = {"customer": customer_id, "by": by, "desk": self._desk, "minutes": minutes, "token": self._token}
        # No row: the claim that stood in the way came or went while the statement ran, which saw the one before it.
        for _ in range(_TRIES):
            found = self._rows(_TAKE, told)
            if found:
                return Claim(*found[0])
        raise Busy("This customer is being claimed by several collectors at once. Nothing was claimed.", "Try again.")

    def release(self, customer_id: str, by: str) -> bool:
        """Give one's claim back; return whether there was one. Errors: Busy, NotRecorded."""
        return bool(self._rows(_RELEASE, [customer_id, by, self._desk]))

    def standing(self, now: datetime) -> tuple[Claim, ...]:
        """Return the claims that have not ended by the server's clock. Errors: LedgerError."""
        del now
        return tuple(Claim(*row) for row in self._connection.rows(_STANDING))

    def _rows(self, query: str, parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement that changes claims. To run it a second time after a lost connection does no harm."""
        try:
            return self._connection.rows(query, parameters)
        except Busy:
            raise
        except LedgerError as error:
            raise NotRecorded(f"Nothing was claimed: {inside(error.message)}", error.remedy) from None
