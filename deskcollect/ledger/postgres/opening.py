"""Open the ledger of a team. The package psycopg is loaded here, when a server is asked for and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcollect.errors import BadSettings, BadUse, NewerSchema
from deskcollect.ledger.postgres.schema import VERSION
from deskcollect.ledger.store import Ledger

if TYPE_CHECKING:
    from deskcollect.ledger.postgres.claims import ServerClaims
    from deskcollect.ledger.postgres.connection import Connection

CONNECT_TIMEOUT = 5.0
LOCK_TIMEOUT = 5.0


def connection(
    address: str, *, connect_timeout: float = CONNECT_TIMEOUT, lock_timeout: float = LOCK_TIMEOUT
) -> Connection:
    """Return a connection to an address, which is made at the first word that goes over it.

    Errors: BadUse where the package for it is missing; BadSettings for an address that cannot be read.
    """
    try:
        from deskcollect.ledger.postgres.connection import Connection
    except ImportError as error:
        raise BadUse(
            "A team's ledger on a server needs the package psycopg, which is not installed.",
            'Install it where deskcollect is installed:  pip install "psycopg[binary]>=3.2"',
        ) from error
    return Connection(address, connect_timeout=connect_timeout, lock_timeout=lock_timeout)


def open_server(
    address: str, *, connect_timeout: float = CONNECT_TIMEOUT, lock_timeout: float = LOCK_TIMEOUT
) -> Ledger:
    """Open the ledger of a team: that of the server's own desk.

    Errors: BadUse, BadSettings, NewerSchema; LedgerError when the server cannot be reached.
    """
    return on(connection(address, connect_timeout=connect_timeout, lock_timeout=lock_timeout))


def on(there: Connection) -> Ledger:
    """Return the ledger at the other end of a connection. Errors: as `open_server`."""
    from deskcollect.ledger.postgres.server import Server

    try:
        desk_id = _desk(there)
        return Ledger(Server(there, desk_id), desk_id)
    except BaseException:
        there.close()
        raise


def claims(there: Connection, desk_id: str) -> ServerClaims:
    """Return the claims at the other end of a connection, as one of the desks sees them."""
    from deskcollect.ledger.postgres.claims import ServerClaims

    return ServerClaims(there, desk_id)


def _desk(there: Connection) -> str:
    """Return the desk id of a server's own chain. Errors: BadSettings, NewerSchema, LedgerError."""
    found = there.rows("SELECT id, version FROM deskcollect.desk")
    if not found:
        raise BadSettings(
            f"The ledger of the team on the {there.place} was not made to its end.",
            "Make it with  deskcollect ledger server --create",
        )
    desk_id, version = found[0]
    if version > VERSION:
        raise NewerSchema(
            f"The ledger on the {there.place} was made by a newer version of the program.",
            "Install a newer deskcollect.",
        )
    return str(desk_id)
